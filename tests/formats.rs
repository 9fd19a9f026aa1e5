//! One text, saved in every format by an office program, reads the same from all of them.

use std::path::PathBuf;

use tomtat::document::ParagraphKind;
use tomtat::ingest::{self, RawDocument, ReadOptions};

fn fixture(name: &str) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures/formats")
        .join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn expected(name: &str) -> Vec<String> {
    let text = String::from_utf8(fixture(name)).expect("the expected text is UTF-8");
    let paragraphs = text
        .split("\n\n")
        .map(|paragraph| paragraph.trim_end().replace('\t', " | "));
    paragraphs
        .filter(|paragraph| !paragraph.is_empty())
        .collect()
}

fn read(name: &str) -> RawDocument {
    // The wrong suffix everywhere: formats are told by content.
    ingest::read(&fixture(name), Some("report.bin"), &ReadOptions::default())
        .unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn texts(document: &RawDocument) -> Vec<&str> {
    document
        .paragraphs
        .iter()
        .map(|paragraph| paragraph.text.as_str())
        .collect()
}

#[test]
fn the_same_paragraphs_come_out_of_every_format() {
    let expected = expected("expected.txt");
    for format in [
        "docx",
        "wordml",
        "doc",
        "rtf",
        "odt",
        "fodt",
        "html",
        "pdf",
        "xlsx",
        "spreadsheetml",
        "xls",
    ] {
        let document = read(&format!("report.{format}"));
        assert_eq!(document.format.name(), format);
        assert_eq!(texts(&document), expected, "{format}");
        assert!(document.failed_pages.is_empty());
    }
}

#[test]
fn kinds_survive_where_the_format_has_them() {
    for format in ["docx", "wordml", "doc", "rtf", "odt", "fodt", "html"] {
        let document = read(&format!("report.{format}"));
        let count = |kind| {
            document
                .paragraphs
                .iter()
                .filter(|paragraph| paragraph.kind == kind)
                .count()
        };
        assert_eq!(count(ParagraphKind::Table), 4, "{format}");
        assert_eq!(count(ParagraphKind::ListItem), 4, "{format}");
        assert_eq!(count(ParagraphKind::Heading), 6, "{format}");
    }
}

#[test]
fn fonts_from_before_unicode_decide_run_by_run() {
    let expected = expected("legacy/fonts.expected.txt")
        .join("\n")
        .to_lowercase();
    for name in [
        "tcvn3-fonts.rtf",
        "tcvn3-fonts.html",
        "vni-fonts.rtf",
        "vni-fonts.html",
        "mixed-fonts.rtf",
    ] {
        let document = read(&format!("legacy/{name}"));
        assert_eq!(
            texts(&document).join("\n").to_lowercase(),
            expected,
            "{name}"
        );
    }
}

#[test]
fn plain_text_from_before_unicode_is_decoded_by_its_syllables() {
    for name in ["tcvn3", "viscii", "windows-1258", "vps", "vni"] {
        let document = read(&format!("legacy/{name}.txt"));
        // These encodings have no curly quotes.
        let expected = expected("legacy/expected.txt")
            .join("\n")
            .replace(['“', '”'], "\"");
        assert_eq!(texts(&document).join("\n"), expected, "{name}");
    }
}

#[test]
fn formats_that_no_office_program_saved_are_read() {
    let cases: [(&str, &[&str]); 10] = [
        ("slides.ppt", &["Báo cáo", "Đã vẽ", "One", "Two", "A note."]),
        ("slides.pptx", &["Báo cáo", "A | B", "Lời", "Hai"]),
        (
            "word6.doc",
            &["The committee met.", "Item | Sum", "Signed."],
        ),
        (
            "excel95.xls",
            &["Sum | 12.5 | 45000 | 15/03/2023 | 15/03/2023 | ok"],
        ),
        (
            "plain.pdf",
            &["Report", "The committee met.", "Done.", "In a form."],
        ),
        (
            "packed.pdf",
            &["Report", "The committee met.", "Done.", "In a form."],
        ),
        ("mail.eml", &["Kết quả quý."]),
        ("message.msg", &["The committee met.", "Done."]),
        ("notes.md", &["Báo cáo", "Kết quả", "Mục một", "Mục con"]),
        ("letter.txt", &["BÁO CÁO", "Các xã đã hoàn thành kế hoạch."]),
    ];
    for (name, expected) in cases {
        let document = read(&format!("small/{name}"));
        let found = texts(&document).join("\n");
        for text in expected {
            assert!(found.contains(text), "{name}, {text}: {found}");
        }
    }
}
