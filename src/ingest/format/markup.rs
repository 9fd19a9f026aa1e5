//! Is a text HTML, and what is the root of its XML? The first elements, and the last byte.

/// The elements that a piece of a page may begin with, but for those of whole pages.
const ELEMENTS: [&str; 76] = [
    "a",
    "abbr",
    "acronym",
    "address",
    "article",
    "aside",
    "b",
    "base",
    "big",
    "blockquote",
    "br",
    "button",
    "caption",
    "center",
    "cite",
    "code",
    "col",
    "colgroup",
    "dd",
    "del",
    "details",
    "dir",
    "div",
    "dl",
    "dt",
    "em",
    "fieldset",
    "figure",
    "font",
    "footer",
    "form",
    "frameset",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "i",
    "iframe",
    "img",
    "input",
    "ins",
    "label",
    "li",
    "main",
    "map",
    "nav",
    "noscript",
    "ol",
    "p",
    "pre",
    "s",
    "script",
    "section",
    "small",
    "span",
    "strike",
    "strong",
    "sub",
    "summary",
    "sup",
    "svg",
    "table",
    "tbody",
    "td",
    "template",
    "tfoot",
    "th",
    "thead",
    "tr",
    "tt",
    "u",
    "ul",
];

/// Whether a text is an HTML page, or a piece of one: it begins with an element and ends in a tag. Markdown may begin
/// with one too, but goes on in prose.
///
/// `text` may be cut short; `ends_in_tag` tells the end of the whole.
pub(super) fn is_html(text: &str, ends_in_tag: bool) -> bool {
    let text = after_prologue(text);
    let Some(tag) = text.strip_prefix('<') else {
        return false;
    };
    let end = tag
        .find(|c: char| c.is_whitespace() || matches!(c, '>' | '/'))
        .unwrap_or(tag.len());
    let (name, rest) = tag.split_at(end);
    match name.to_ascii_lowercase().as_str() {
        "!doctype" => rest
            .trim_start()
            .get(..4)
            .is_some_and(|root| root.eq_ignore_ascii_case("html")),
        "html" | "head" | "body" | "meta" | "title" | "link" | "style" => true,
        name => ends_in_tag && ELEMENTS.contains(&name),
    }
}

/// Whether a text ends in the end of a tag, but for white space, in UTF-16 too.
pub(super) fn ends_in_tag(text: &[u8]) -> bool {
    let is_space = |byte: &u8| byte.is_ascii_whitespace() || *byte == 0;
    text.iter().rfind(|byte| !is_space(byte)) == Some(&b'>')
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
        let readme = "<img src=\"logo.png\">\n\n# Kho báo cáo\n\nXem <https://phulam.vn>\n";
        assert_eq!(format(readme, "README.md"), SourceFormat::Markdown);
    }
}
