//! The laws of segmentation over any text, and its results on prose written for the purpose.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use proptest::prelude::*;
use tomtat::document::{Document, Paragraph, ParagraphKind, Span};
use tomtat::ingest::{RawDocument, RawParagraph, SourceFormat, TextEncoding};
use tomtat::segment::{self, MAX_WHOLE_SYLLABLES, syllables};

fn split(paragraphs: &[&str]) -> Document {
    let paragraphs = paragraphs
        .iter()
        .map(|&text| RawParagraph {
            text: text.to_owned(),
            ..RawParagraph::default()
        })
        .collect();
    segment::split(&RawDocument {
        format: SourceFormat::Text,
        encoding: TextEncoding {
            name: "utf-8".to_owned(),
            confidence: 1.0,
        },
        title: None,
        paragraphs,
        failed_pages: Vec::new(),
        official: None,
    })
}

/// Asserts that `parts` are in order, trimmed, not empty, and cover `whole` but for white space.
fn assert_covers(document: &Document, whole: Span, parts: &[Span]) {
    let mut end = whole.start();
    for &part in parts {
        let gap = &document.text()[end..part.start()];
        assert!(gap.trim().is_empty(), "left out: {gap:?}");
        let text = document.text_at(part);
        assert!(
            !text.is_empty() && text == text.trim(),
            "not trimmed: {text:?}"
        );
        end = part.end();
    }
    let rest = &document.text()[end..whole.end()];
    assert!(rest.trim().is_empty(), "left out at the end: {rest:?}");
}

fn assert_laws(document: &Document) {
    let mut joined = String::new();
    for (index, paragraph) in document.paragraphs().iter().enumerate() {
        joined += if index == 0 { "" } else { "\n" };
        joined += document.text_at(paragraph.span);
        assert_paragraph_laws(document, paragraph);
    }
    assert_eq!(joined, document.text());
}

fn assert_paragraph_laws(document: &Document, paragraph: &Paragraph) {
    let sentences: Vec<Span> = paragraph
        .sentences
        .iter()
        .map(|sentence| sentence.span)
        .collect();
    assert_covers(document, paragraph.span, &sentences);
    for sentence in &paragraph.sentences {
        if sentence.clauses.is_empty() {
            continue;
        }
        let length = syllables(document.text_at(sentence.span));
        assert!(
            length > MAX_WHOLE_SYLLABLES,
            "a sentence of {length} syllables was cut"
        );
        assert!(sentence.clauses.len() >= 2, "one clause is no split");
        assert_covers(document, sentence.span, &sentence.clauses);
    }
}

/// Asserts that no word is cut in two. A vowel sign that stands at a sentence's mark in place of a letter would be cut off.
fn assert_words_are_whole(document: &Document) {
    let words = |span: Span| segment::words(document.text_at(span));
    let units = document.units();
    for (index, paragraph) in document.paragraphs().iter().enumerate() {
        let own = units.iter().filter(|unit| unit.paragraph == index);
        let of_units: Vec<String> = own.flat_map(|unit| words(unit.span)).collect();
        assert_eq!(of_units, words(paragraph.span).collect::<Vec<_>>());
    }
}

/// Pieces that trip up sentence splitters, joined with and without space.
const TRICKY: [&str; 48] = [
    "TP.",
    "PGS.TS.",
    "Đ/c",
    "v.v.",
    "…",
    "....",
    "./.",
    "..,",
    "“",
    "”",
    "\"",
    "(",
    ")",
    "«",
    "»",
    "'",
    "1.",
    "a)",
    "II.",
    "1.250.000",
    "15/02/2022",
    "30/2020/NĐ-CP",
    "Nguyễn V. A.",
    "J. K.",
    "?!",
    "!",
    ";",
    ":",
    " - ",
    "(1)",
    "i)",
    "Trong đó",
    "hội nghị",
    "tổ chức thực hiện tốt nhiệm vụ được giao",
    "。",
    "！」",
    "「",
    "经济",
    "ไทย",
    "។",
    "\u{a0}",
    "\u{301}",
    "\u{200b}",
    "ủ\u{323}",
    "http://a.vn/B?c=1",
    "a@b.vn",
    "\u{2028}",
    "🎉",
];

fn tricky_text() -> impl Strategy<Value = String> {
    let piece = (
        prop::sample::select(&TRICKY[..]),
        prop::sample::select(&["", " ", "  "][..]),
    );
    prop::collection::vec(piece, 0..120).prop_map(|pieces| {
        pieces
            .into_iter()
            .flat_map(|(piece, space)| [piece, space])
            .collect()
    })
}

proptest! {
    #[test]
    fn laws_hold_for_any_unicode(paragraphs in prop::collection::vec("\\PC{0,80}", 0..4)) {
        let paragraphs: Vec<&str> = paragraphs.iter().map(String::as_str).collect();
        assert_laws(&split(&paragraphs));
    }

    #[test]
    fn laws_hold_for_tricky_text(text in tricky_text()) {
        let document = split(&[&text]);
        assert_laws(&document);
        assert_words_are_whole(&document);
    }

    #[test]
    fn the_same_text_is_split_the_same_way(text in tricky_text()) {
        prop_assert_eq!(split(&[&text, &text]), split(&[&text, &text]));
    }

    #[test]
    fn a_paragraph_is_split_whatever_stands_around_it(text in tricky_text(), other in tricky_text()) {
        let lengths = |document: &Document, index: usize| -> Vec<usize> {
            let paragraph = &document.paragraphs()[index];
            paragraph.sentences.iter().map(|sentence| sentence.span.len()).collect()
        };
        prop_assert_eq!(lengths(&split(&[&text]), 0), lengths(&split(&[&other, &text]), 1));
    }
}

#[test]
fn puts_text_into_nfc_and_paragraphs_on_one_line() {
    let document = split(&["Kê\u{301}t qua\u{309}\ntô\u{301}t.", "Hết."]);
    assert_eq!(document.text(), "Kết quả tốt.\nHết.");
    assert_laws(&document);
}

#[test]
fn keeps_what_the_reader_says_of_a_paragraph() {
    let raw = RawDocument {
        format: SourceFormat::Text,
        encoding: TextEncoding {
            name: "utf-8".to_owned(),
            confidence: 1.0,
        },
        title: None,
        paragraphs: vec![RawParagraph {
            kind: ParagraphKind::Caption,
            text: "Ảnh: Đội tuyên truyền.".to_owned(),
            page: Some(3),
            furniture: true,
        }],
        failed_pages: Vec::new(),
        official: None,
    };
    let document = segment::split(&raw);
    let paragraph = &document.paragraphs()[0];
    assert_eq!(paragraph.kind, ParagraphKind::Caption);
    assert_eq!((paragraph.page, paragraph.furniture), (Some(3), true));
}

/// Texts of some 100,000 words, each hard on one part of the work.
#[test]
fn a_paragraph_of_100_000_words_takes_no_quadratic_time() {
    let many = |piece: &str| piece.repeat(100_000);
    for text in [
        many("hội nghị "),
        many("đồng thời; "),
        many("TP. "),
        many("A. "),
        many("a.B"),
        many(". ( "),
        many("( ; "),
        many("“ "),
        many("\" "),
        many("] ( "),
        many("… - "),
        many("1."),
        many(": - "),
        many("(") + &many("A. "),
        many(" ") + &many("A. "),
        many("- ") + &many("1. "),
        many("a") + &many(".A"),
        many("A.") + &many(" ") + &many("B."),
        many("A.") + &many(")") + &many("B."),
        many("。") + &many("\u{301}") + &many("ก\u{e31}"),
    ] {
        let start = Instant::now();
        let document = split(&[&text]);
        let seconds = start.elapsed();
        // A tenth of a second when idle; each word with each other would take minutes.
        assert!(
            seconds < Duration::from_secs(20),
            "{:?} took {seconds:?}",
            text.chars().take(12).collect::<String>()
        );
        assert_laws(&document);
    }
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/segmentation")
}

/// Each fixture is a list of paragraphs, with an empty line between two. Each line of a paragraph is
/// an expected sentence; ` ¦ ` stands between its clauses.
#[test]
fn splits_official_prose_as_a_reader_does() {
    let mut checked = 0;
    for entry in fs::read_dir(fixtures()).unwrap() {
        let path = entry.unwrap().path();
        let fixture = fs::read_to_string(&path).unwrap();
        for expected in fixture.trim_end().split("\n\n") {
            let text = expected.replace(" ¦ ", " ").replace('\n', " ");
            assert_eq!(shown(&split(&[&text])), expected, "{}", path.display());
            checked += 1;
        }
    }
    assert!(
        checked >= 20,
        "only {checked} paragraphs in {}",
        fixtures().display()
    );
}

/// The sentences of a document as a fixture writes them.
fn shown(document: &Document) -> String {
    assert_laws(document);
    assert_words_are_whole(document);
    let sentences = document
        .paragraphs()
        .iter()
        .flat_map(|paragraph| &paragraph.sentences);
    let lines: Vec<String> = sentences
        .map(|sentence| {
            let units: Vec<&str> = sentence
                .units()
                .iter()
                .map(|&unit| document.text_at(unit))
                .collect();
            units.join(" ¦ ")
        })
        .collect();
    lines.join("\n")
}
