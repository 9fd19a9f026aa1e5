use unicode_normalization::UnicodeNormalization;

use super::*;
use crate::ingest::encoding::{EncodingChoice, decode_bytes};

struct Case {
    bytes: &'static [u8],
    name: Option<&'static str>,
    expected: SourceFormat,
}

#[test]
fn tells_texts_apart_by_content() {
    use SourceFormat::{Html, Markdown, Text};
    let cases = [
        Case {
            bytes: b"",
            name: None,
            expected: Text,
        },
        Case {
            bytes: b"plain words",
            name: Some("a.docx"),
            expected: Text,
        },
        Case {
            bytes: b"- one\n- two",
            name: Some("a.md"),
            expected: Markdown,
        },
        Case {
            bytes: b"# One\n\ntext\n\n## Two\n",
            name: Some("a.txt"),
            expected: Markdown,
        },
        Case {
            bytes: b"# One\ntext",
            name: None,
            expected: Text,
        },
        Case {
            bytes: b"\xef\xbb\xbf<!DOCTYPE html><p>x",
            name: Some("a.txt"),
            expected: Html,
        },
        Case {
            bytes: b"<?xml version=\"1.0\"?>\n<!-- x --><html/>",
            name: None,
            expected: Html,
        },
        Case {
            bytes: b"<p>a</p>\n<p>b</p>\n",
            name: None,
            expected: Html,
        },
        Case {
            bytes: b"<p align=center>logo</p>\n\n# Name\n\n[a](b)",
            name: None,
            expected: Markdown,
        },
        Case {
            bytes: b"From: the office\nTo: all\nWe met.",
            name: None,
            expected: Text,
        },
    ];
    for case in cases {
        let detected = SourceFormat::detect(case.bytes, case.name).unwrap();
        assert_eq!(
            detected,
            case.expected,
            "{:?}",
            String::from_utf8_lossy(case.bytes)
        );
    }
}

const EMPTY_ZIP: [u8; 22] = *b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";

#[test]
fn names_what_it_cannot_read_and_what_helps() {
    let cases: [(&[u8], &str); 8] = [
        (
            b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
            "a PNG image cannot be read; it needs OCR",
        ),
        (
            b"II*\0\x08\0\0\0",
            "a TIFF image cannot be read; it needs OCR",
        ),
        (b"Rar!\x1a\x07\0", "a RAR archive cannot be read; unpack it"),
        (
            b"7z\xbc\xaf\x27\x1c\0\x04",
            "a 7-Zip archive cannot be read; unpack it",
        ),
        (&EMPTY_ZIP, "a ZIP archive cannot be read; unpack it"),
        (b"\0\x01\x02\x03", "binary data cannot be read; save it as"),
        (
            b"<?xml version=\"1.0\"?><feed/>",
            "an XML file cannot be read; save it as",
        ),
        (
            b"SQLite format 3\0\x10\0",
            "an SQLite database cannot be read; write JSON Lines",
        ),
    ];
    for (bytes, expected) in cases {
        let error = SourceFormat::detect(bytes, Some("report.docx")).unwrap_err();
        assert!(error.to_string().starts_with(expected), "{error}");
        assert_eq!(error.code(), "unsupported_format");
    }
    let program = SourceFormat::detect(b"MZ\x90\0\x03", None).unwrap_err();
    assert_eq!(program.to_string(), "a Windows program cannot be read");
}

#[test]
fn json_whose_records_have_no_lines_is_refused_and_prose_in_brackets_is_not() {
    for json in [
        "[{\"id\":\"1\",\"text\":\"Đã gặt xong.\"}]",
        "\u{feff}[\n  {\n    \"text\": \"Đã gặt xong.\"\n  }\n]\n",
        "\n{\n  \"noi_dung\": [\"Đã gặt xong.\"]\n}",
        "[\n  {\"text\": \"Đã gặt xong.\"},\n  {\"te",
        "{\"noi_dung\": \"Một.\"}\n{\"noi_dung\": \"Hai.\"}\n",
    ] {
        let error = SourceFormat::detect(json.as_bytes(), Some("a.json")).unwrap_err();
        assert!(error.to_string().starts_with("JSON cannot be read; write"));
        assert_eq!(error.code(), "unsupported_format");
    }
    for prose in [
        "[Mật] Báo cáo \"nhanh\" về vụ mùa",
        "[1] Xem \"Sổ tay\".",
        "[1]",
        "{Bản nháp} Lúa đã gặt xong.",
        "[\"Lúa\" đã gặt xong]",
        "",
    ] {
        let format = SourceFormat::detect(prose.as_bytes(), Some("a.json")).unwrap();
        assert_eq!(format, SourceFormat::Text, "{prose}");
    }
}

#[test]
fn pages_in_utf16_without_a_mark_are_pages() {
    let page =
        "<html><head><title>Báo cáo</title></head><body><p>Lúa đã gặt xong.</p></body></html>";
    for order in [u16::to_le_bytes, u16::to_be_bytes] {
        let bytes: Vec<u8> = page.encode_utf16().flat_map(order).collect();
        let format = SourceFormat::detect(&bytes, None).unwrap();
        assert_eq!(format, SourceFormat::Html);
    }
}

#[test]
fn decomposed_letters_in_utf16_are_text() {
    let text =
        "Huyện nhà còn nghèo, nhưng mùa màng và làng nghề đều đã khởi sắc nhiều bề. ".repeat(9);
    let decomposed: String = UnicodeNormalization::nfd(text.as_str()).collect();
    for order in [u16::to_le_bytes, u16::to_be_bytes] {
        let bytes: Vec<u8> = decomposed.encode_utf16().flat_map(order).collect();
        let format = SourceFormat::detect(&bytes, None).unwrap();
        assert_eq!(format, SourceFormat::Text);
        let (found, _) = decode_bytes(&bytes, EncodingChoice::Auto).unwrap();
        assert_eq!(found, decomposed);
    }
}

#[test]
fn a_truncated_package_is_damaged_and_not_unsupported() {
    let error = SourceFormat::detect(b"PK\x03\x04\x14\0\0\0\x08\0", None).unwrap_err();
    assert_eq!(error.code(), "corrupt");
    let error = SourceFormat::detect(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0", None).unwrap_err();
    assert_eq!(error.code(), "corrupt");
    assert!(
        error
            .to_string()
            .ends_with("if it was cut short, copy or download it again")
    );
}
