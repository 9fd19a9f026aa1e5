//! Is a text HTML, and what is the root of its XML? The first elements, and the last tag.

/// The elements that only whole pages begin with.
const OF_PAGES: [&str; 7] = ["html", "head", "body", "meta", "title", "link", "style"];

/// The elements that pieces of pages begin with most.
const ELEMENTS: [&str; 17] = [
    "article", "b", "center", "div", "font", "h1", "h2", "h3", "i", "main", "ol", "p", "section",
    "span", "strong", "table", "ul",
];

/// Others that a piece of a page may begin with. Markdown does too, and XML has some of these names for its own.
const OTHER_ELEMENTS: [&str; 58] = [
    "a",
    "abbr",
    "acronym",
    "address",
    "aside",
    "base",
    "big",
    "blockquote",
    "br",
    "button",
    "caption",
    "cite",
    "code",
    "col",
    "colgroup",
    "dd",
    "del",
    "details",
    "dir",
    "dl",
    "dt",
    "em",
    "fieldset",
    "figure",
    "footer",
    "form",
    "frameset",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "iframe",
    "img",
    "input",
    "ins",
    "label",
    "li",
    "map",
    "nav",
    "noscript",
    "pre",
    "s",
    "script",
    "small",
    "strike",
    "sub",
    "summary",
    "sup",
    "tbody",
    "td",
    "template",
    "tfoot",
    "th",
    "thead",
    "tr",
    "tt",
    "u",
];

/// What tells elements of XHTML from those of other XML.
const XHTML: &str = "http://www.w3.org/1999/xhtml";

/// Whether a text is an HTML page, or a piece of one: it begins with an element and ends in a tag. Markdown may begin
/// with one too, but goes on in prose; `may_be_markdown` tells that a text is Markdown if it is no HTML.
///
/// `text` may be cut short; `ends_in_tag` tells the end of the whole.
pub(super) fn is_html(text: &str, ends_in_tag: bool, may_be_markdown: bool) -> bool {
    let Some(name) = root_name(text) else {
        return false;
    };
    let root = after_prologue(text);
    let is_of_html = || {
        let root = root.split('>').next().unwrap_or_default();
        !text.starts_with("<?xml") || root.contains(XHTML)
    };
    match without_prefix(name).to_ascii_lowercase().as_str() {
        "!doctype" => root
            .get(1 + name.len()..)
            .and_then(|rest| rest.trim_start().get(..4))
            .is_some_and(|root| root.eq_ignore_ascii_case("html")),
        name if OF_PAGES.contains(&name) => true,
        name if ELEMENTS.contains(&name) => ends_in_tag,
        name => ends_in_tag && !may_be_markdown && OTHER_ELEMENTS.contains(&name) && is_of_html(),
    }
}

/// Whether a text ends in a tag or a comment, but for white space, in UTF-16 too. An address in angle brackets is no tag.
pub(super) fn ends_in_tag(text: &[u8]) -> bool {
    let start = text.iter().rposition(|byte| *byte == b'<').unwrap_or(0);
    let is_letter = |byte: &&u8| **byte != 0;
    let tag: Vec<u8> = text[start..].iter().filter(is_letter).copied().collect();
    let tag = String::from_utf8_lossy(tag.trim_ascii_end());
    if tag.ends_with("-->") {
        return true;
    }
    let inside = tag.strip_prefix('<').and_then(|tag| tag.strip_suffix('>'));
    let Some(inside) = inside.filter(|inside| !inside.contains('>')) else {
        return false;
    };
    match inside.strip_prefix('/') {
        Some(name) => {
            let is_of_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, ':' | '-' | '_');
            name.starts_with(|c: char| c.is_ascii_alphabetic())
                && name.trim_end().chars().all(is_of_name)
        }
        None => root_name(&tag).is_some_and(is_element),
    }
}

fn is_element(name: &str) -> bool {
    let name = without_prefix(name).to_ascii_lowercase();
    let name = name.as_str();
    OF_PAGES.contains(&name) || ELEMENTS.contains(&name) || OTHER_ELEMENTS.contains(&name)
}

/// The name of an element of HTML that some programs write with a prefix: `html:p`.
fn without_prefix(name: &str) -> &str {
    name.strip_prefix("html:").unwrap_or(name)
}

/// The name of the first element with its prefix, where a text begins with one.
pub(super) fn root_name(text: &str) -> Option<&str> {
    let tag = after_prologue(text.trim_start()).strip_prefix('<')?;
    tag.split(|c: char| c.is_whitespace() || c == '>' || c == '/')
        .next()
}

/// Skips an XML declaration, instructions and comments, which may stand before the root of a page.
fn after_prologue(mut text: &str) -> &str {
    loop {
        let end = match text {
            _ if text.starts_with("<!--") => "-->",
            _ if text.starts_with("<?") => "?>",
            _ => return text,
        };
        let Some((_, rest)) = text.split_once(end) else {
            return text;
        };
        text = rest.trim_start();
    }
}

#[cfg(test)]
mod tests {
    use crate::ingest::SourceFormat;

    fn format(text: &str, name: &str) -> SourceFormat {
        SourceFormat::detect(text.as_bytes(), Some(name)).unwrap()
    }

    #[test]
    fn a_piece_of_a_page_is_known_by_its_end_however_long_it_is() {
        let row = "<tr><td>Xã Phú Lâm</td><td>12,5</td></tr>\n";
        let table = format!("<div>\n<table>{}</table>\n</div>\n", row.repeat(3_000));
        assert_eq!(format(&table, "bang.xls"), SourceFormat::Html);
        let prose = format!(
            "<p align=center>logo</p>\n{}",
            "Lúa đã gặt xong.\n".repeat(9_000)
        );
        assert_eq!(format(&prose, "a.txt"), SourceFormat::Text);
        let units = "<p>Lúa đã gặt xong.</p>\r\n".encode_utf16();
        for order in [u16::to_le_bytes, u16::to_be_bytes] {
            let bytes: Vec<u8> = units.clone().flat_map(order).collect();
            let format = SourceFormat::detect(&bytes, None).unwrap();
            assert_eq!(format, SourceFormat::Html);
        }
    }

    #[test]
    fn a_piece_of_a_page_begins_with_any_element() {
        for piece in [
            "<br/><p>Lúa đã gặt xong.</p><br>",
            "<H4>BÁO CÁO</H4><p>Lúa đã gặt xong.</p>",
            "<u>BÁO CÁO</u> Lúa đã gặt xong.<hr>",
            "<script>go();</script><p>Lúa đã gặt xong.</p>",
            "<tr><td>Lúa</td><td>13</td></tr>",
        ] {
            assert_eq!(format(piece, "a.doc"), SourceFormat::Html, "{piece}");
        }
        for text in [
            "<u.lam@phulam.vn> đã gửi cho <u.ban@phulam.vn>",
            "<tên cơ quan> báo cáo, <ký tên>",
            "<u>BÁO CÁO</u> Lúa đã gặt xong.",
        ] {
            assert_eq!(format(text, "a.txt"), SourceFormat::Text, "{text}");
        }
    }

    #[test]
    fn markdown_that_begins_with_an_element_is_no_page() {
        let links = "<img src=\"logo.png\">\n\n# Kho báo cáo\n\nXem <https://phulam.vn>\n";
        let details = "<details>\n<summary>Xem</summary>\n\nLúa đã gặt xong.\n\n</details>\n";
        let signs = "<a name=\"dau\"></a>\n# Báo cáo\n\n## Nhiệm vụ\n\n<a href=\"#dau\">Lên</a>\n";
        for (text, name) in [
            (links, "README.md"),
            (details, "a.md"),
            (signs, "a.txt"),
            (
                "<p>logo</p>\n# Báo cáo\n## Việc\n\nLiên hệ: <phulam@xa.vn>",
                "a",
            ),
        ] {
            assert_eq!(format(text, name), SourceFormat::Markdown, "{text}");
        }
        let page = "<div>\n<p>Lúa đã **gặt xong**, xem [biểu](a.html).</p>\n</div>\n";
        assert_eq!(format(page, "a.md"), SourceFormat::Html);
    }

    #[test]
    fn xml_with_names_of_html_is_no_page() {
        let head = "<?xml version=\"1.0\"?>\n";
        let form = "<form><hoten>Lò Văn Sính</hoten></form>";
        let drawing = "<svg xmlns=\"http://www.w3.org/2000/svg\"><text>Lúa</text></svg>";
        for text in [form, drawing] {
            assert!(SourceFormat::detect(format!("{head}{text}").as_bytes(), None).is_err());
        }
        assert_eq!(format(drawing, "a.svg"), SourceFormat::Text);
        let xhtml = "<form xmlns=\"http://www.w3.org/1999/xhtml\"><p>Lúa</p></form>";
        for text in [
            form,
            &format!("{head}{xhtml}"),
            &format!("{head}<div><p>Lúa đã gặt xong.</p></div>"),
            "<html:html><html:body><html:p>Lúa đã gặt xong.</html:p></html:body></html:html>",
        ] {
            assert_eq!(format(text, "a.html"), SourceFormat::Html, "{text}");
        }
    }
}
