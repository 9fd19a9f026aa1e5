//! Which tags are elements by themselves? `<title/>` → `<title></title>`, as pages of XHTML mean it.
//!
//! The HTML parser takes such a tag for the beginning of an element, and all that follows for its text.

use std::borrow::Cow;

/// How far into a page it may say that it is XHTML.
const HEAD_BYTES: usize = 2048;

/// Elements that have no end in HTML either.
const VOID: [&str; 18] = [
    "area", "base", "basefont", "bgsound", "br", "col", "embed", "frame", "hr", "image", "img",
    "input", "keygen", "link", "meta", "param", "source", "wbr",
];
/// Elements whose text is no markup, so that they swallow the rest of the page.
const SWALLOWING: [&str; 8] = [
    "title", "textarea", "script", "style", "iframe", "noframes", "noembed", "xmp",
];

/// Writes the ends of elements that end in their own tag: of all that may have one in a page of XHTML, of those that
/// would swallow the page in any.
pub(super) fn with_ends(page: &str) -> Cow<'_, str> {
    if !page.contains("/>") {
        return Cow::Borrowed(page);
    }
    let is_xhtml = says_xhtml(page);
    let mut written = String::with_capacity(page.len() + page.len() / 16);
    let mut copied = 0;
    let mut at = 0;
    while let Some(tag) = next_tag(page, &mut at) {
        let is_whole = tag.is_whole && !ends_later(page, &tag);
        if is_whole && needs_end(tag.name, is_xhtml) {
            written.push_str(&page[copied..tag.end - "/>".len()]);
            written.extend(["></", tag.name, ">"]);
            copied = tag.end;
        } else if !is_whole && is_among(&SWALLOWING, tag.name) {
            // What looks like a tag in a script is none.
            let Some(end) = end_of_text(page, tag.end, tag.name) else {
                break;
            };
            at = end;
        }
    }
    written.push_str(&page[copied..]);
    Cow::Owned(written)
}

/// Whether a page says that it is XHTML: by an XML declaration, its document type or its namespace.
fn says_xhtml(page: &str) -> bool {
    let head = &page.as_bytes()[..page.len().min(HEAD_BYTES)];
    let has = |sign: &[u8]| {
        let mut windows = head.windows(sign.len());
        windows.any(|window| window.eq_ignore_ascii_case(sign))
    };
    page.trim_start_matches(|first: char| first.is_whitespace() || first == '\u{FEFF}')
        .starts_with("<?xml")
        || has(b"//DTD XHTML")
        || has(b"http://www.w3.org/1999/xhtml")
}

/// Whether a page is a piece of a table, which the parser would take for words without its own tag.
pub(super) fn begins_in_table(page: &str) -> bool {
    const PARTS: [&str; 9] = [
        "caption", "col", "colgroup", "thead", "tbody", "tfoot", "tr", "td", "th",
    ];
    let page = page.trim_start_matches(|first: char| first.is_whitespace() || first == '\u{FEFF}');
    page.starts_with('<') && next_tag(page, &mut 0).is_some_and(|tag| is_among(&PARTS, tag.name))
}

fn needs_end(name: &str, is_xhtml: bool) -> bool {
    is_among(&SWALLOWING, name) || (is_xhtml && !is_among(&VOID, name))
}

fn is_among(names: &[&str], name: &str) -> bool {
    names.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// A tag that begins an element.
#[derive(Debug)]
struct Tag<'a> {
    name: &'a str,
    /// Where it ends, in bytes.
    end: usize,
    /// Whether it is the element as a whole.
    is_whole: bool,
}

/// The next tag from `at` on that begins an element; `at` moves past it, and past comments on the way.
///
/// None where there is none, or something that does not end.
fn next_tag<'a>(page: &'a str, at: &mut usize) -> Option<Tag<'a>> {
    loop {
        let start = *at + page[*at..].find('<')?;
        let rest = &page[start..];
        let sections = [
            ("<!--", "-->"),
            ("<![CDATA[", "]]>"),
            ("<!", ">"),
            ("<?", ">"),
        ];
        let section = sections.iter().find(|(begin, _)| rest.starts_with(begin));
        if let Some((begin, end)) = section {
            let inside = start + begin.len();
            *at = inside + page[inside..].find(end)? + end.len();
            continue;
        }
        let name_length = rest[1..]
            .find(|c: char| !c.is_ascii_alphanumeric() && c != ':' && c != '-')
            .unwrap_or(rest.len() - 1);
        let name = &rest[1..=name_length];
        if !name.starts_with(|first: char| first.is_ascii_alphabetic()) {
            *at = start + 1;
            continue;
        }
        let end = start + length_of_tag(rest)?;
        *at = end;
        return Some(Tag {
            name,
            end,
            is_whole: ends_itself(&page[start..end]),
        });
    }
}

/// The bytes of the tag that begins a text, to the `>` that is not in quotation marks.
fn length_of_tag(text: &str) -> Option<usize> {
    let mut quote = None;
    let mut before = 0;
    for (position, byte) in text.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return Some(position + 1),
            // A mark elsewhere than before a value is a letter of it.
            (None, b'"' | b'\'') if before == b'=' => quote = Some(byte),
            (Some(mark), _) if mark == byte => quote = None,
            _ => {}
        }
        if !byte.is_ascii_whitespace() {
            before = byte;
        }
    }
    None
}

/// Whether a tag ends with a slash that is not the end of a value without quotation marks.
fn ends_itself(tag: &str) -> bool {
    let Some(inside) = tag.strip_suffix("/>") else {
        return false;
    };
    let last_word = inside.rsplit(char::is_whitespace).next().unwrap_or(inside);
    !last_word.contains('=') || last_word.ends_with(['"', '\''])
}

/// Where the text of an element ends, whose own tag ends at `start`.
fn end_of_text(page: &str, start: usize, name: &str) -> Option<usize> {
    let mut ends = page[start..].match_indices("</");
    let found = ends.find(|(position, _)| {
        let rest = &page.as_bytes()[start + position + 2..];
        starts_with_name(rest, name)
    });
    found.map(|(position, _)| start + position)
}

/// Whether an element that swallows what follows has its end after all, although its tag says that it is whole:
/// before another of its name begins.
///
/// To look no further than that reads each byte of a page no more than once for each such name.
fn ends_later(page: &str, tag: &Tag<'_>) -> bool {
    if !is_among(&SWALLOWING, tag.name) {
        return false;
    }
    let rest = &page[tag.end..];
    let mut tags = rest.match_indices('<').filter_map(|(position, _)| {
        let inside = &rest.as_bytes()[position + 1..];
        let name = inside.strip_prefix(b"/").unwrap_or(inside);
        starts_with_name(name, tag.name).then_some(name.len() < inside.len())
    });
    tags.next() == Some(true)
}

fn starts_with_name(text: &[u8], name: &str) -> bool {
    text.get(..name.len())
        .is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_are_written_where_they_are_meant() {
        let xhtml = r#"<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml">"#;
        let cases = [
            (
                "<title/><p>Một</p><b/><br/>",
                "<title></title><p>Một</p><b></b><br/>",
            ),
            (
                r#"<script src="a.js" />Hai"#,
                r#"<script src="a.js" ></script>Hai"#,
            ),
            (
                "<!-- <b/> --><![CDATA[<b/>]]>",
                "<!-- <b/> --><![CDATA[<b/>]]>",
            ),
            (
                "<script>x = '<b/>'</script><i/>",
                "<script>x = '<b/>'</script><i></i>",
            ),
            (r#"<a title="a > b/>c"/>"#, r#"<a title="a > b/>c"></a>"#),
            ("<a href=x/>Ba</a>", "<a href=x/>Ba</a>"),
            (
                "<style type='a'/> b{} /*<i/>*/</STYLE><b/>",
                "<style type='a'/> b{} /*<i/>*/</STYLE><b></b>",
            ),
            ("<title/>Sáu</title><b/>", "<title/>Sáu</title><b></b>"),
            (
                "<script src='a'/>Bảy<script>x()</script>",
                "<script src='a'></script>Bảy<script>x()</script>",
            ),
            ("5 < 6, 7 <", "5 < 6, 7 <"),
        ];
        for (page, expected) in cases {
            let page = format!("{xhtml}{page}<hr/>");
            assert_eq!(with_ends(&page), format!("{xhtml}{expected}<hr/>"));
        }
        assert_eq!(
            with_ends("<html><title/><b/>Bốn<textarea/>"),
            "<html><title></title><b/>Bốn<textarea></textarea>"
        );
    }
}
