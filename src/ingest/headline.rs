//! What is shown as the title of a document that declares none? Its first paragraph, where that is a headline.
//!
//! Archives of news keep headlines as the first of the paragraphs. The paragraph stays one, and ranking, which knows
//! titles from headlines beside the text, is told nothing of it.

use super::shape::{Marker, ends_sentence, is_capitals, marker};
use super::{RawParagraph, official};
use crate::document::ParagraphKind;

/// How long a headline is, in words.
const WORDS: std::ops::RangeInclusive<usize> = 3..=20;

/// What follows a headline is prose: a sentence of as many words.
const LEAST_PROSE_WORDS: usize = 12;

/// The first paragraph, where it is a headline over prose: short, no sentence, no item of a list, no line of names.
pub(super) fn headline(paragraphs: &[RawParagraph]) -> Option<&str> {
    let [first, next, ..] = paragraphs else {
        return None;
    };
    let is_plain = !first.furniture
        && matches!(first.kind, ParagraphKind::Body | ParagraphKind::Heading)
        && marker(&first.text) == Marker::None;
    (is_plain && is_headline(&first.text) && is_prose(next)).then_some(first.text.as_str())
}

fn is_headline(text: &str) -> bool {
    WORDS.contains(&text.split_whitespace().count())
        && !ends_as_text(text)
        && !is_formal(text)
        && (is_small(text) || is_capitals(text))
}

/// Whether a line ends as a sentence of a text does, or goes on. A headline may be a question or a call.
fn ends_as_text(text: &str) -> bool {
    !text.ends_with(['?', '!']) && (ends_sentence(text) || text.ends_with([',', '-', '–']))
}

/// How lines begin that greet, name a source or a time.
const FORMAL: [&str; 10] = [
    "Kính ",
    "Thưa ",
    "Nguồn",
    "Theo ",
    "Cập nhật",
    "Ảnh",
    "Tác giả",
    "Người viết",
    "Bài và ảnh",
    "Ngày đăng",
];

/// Whether a line belongs to the form of a text: it greets, or names who speaks, where it is from or what day it is.
fn is_formal(text: &str) -> bool {
    let is_date = |word: &str| {
        let word = word.trim_matches(|mark: char| !mark.is_ascii_digit());
        let parts: Vec<&str> = word.split(['/', '-', '.']).collect();
        parts.len() == 3 && word.len() >= 8 && parts.iter().all(|part| part.parse::<u16>().is_ok())
    };
    let names_day = text.contains("ngày ") && text.contains(" tháng ") && text.contains(" năm ");
    FORMAL.iter().any(|opening| text.starts_with(opening))
        || text.split_whitespace().any(is_date)
        || names_day
        || (is_capitals(text) && official::names_body(text))
}

/// Whether a third of the words begin with a small letter: others are lists of names, addresses and signatures.
fn is_small(text: &str) -> bool {
    let words = text.split_whitespace();
    let (mut small, mut all) = (0, 0);
    for word in words.filter(|word| word.contains(char::is_alphabetic)) {
        all += 1;
        small += usize::from(!word.starts_with(|first: char| first.is_uppercase()));
    }
    small * 3 >= all
}

fn is_prose(paragraph: &RawParagraph) -> bool {
    matches!(
        paragraph.kind,
        ParagraphKind::Body | ParagraphKind::ListItem
    ) && !paragraph.furniture
        && ends_sentence(&paragraph.text)
        && paragraph.text.split_whitespace().count() >= LEAST_PROSE_WORDS
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROSE: &str =
        "Sáng 12/3, huyện Lạc Bình tổ chức hội nghị đánh giá kết quả ba năm làm đường liên xã.";

    fn found(first: &str, next: &str) -> bool {
        let paragraph = |text: &str| RawParagraph {
            text: text.to_owned(),
            ..RawParagraph::default()
        };
        headline(&[paragraph(first), paragraph(next)]).is_some()
    }

    #[test]
    fn a_short_line_over_prose_is_a_headline() {
        let headlines = [
            "Lạc Bình làm thêm mười hai tuyến đường liên xã",
            "LẠC BÌNH LÀM THÊM MƯỜI HAI TUYẾN ĐƯỜNG",
            "Vì sao nhiều hộ chưa nhận được giống lúa mới?",
        ];
        for text in headlines {
            assert!(found(text, PROSE), "{text}");
        }
    }

    #[test]
    fn sentences_items_names_and_lines_over_others_are_none() {
        let others = [
            "Huyện đã hoàn thành mười hai tuyến đường.",
            "Kính gửi các phòng, ban chuyên môn:",
            "- Lạc Bình làm thêm mười hai tuyến đường",
            "Phóng viên Nguyễn Văn An, Trần Thị Bình",
            "Tin ngắn",
            "Kính gửi: Ủy ban nhân dân huyện Lạc Bình",
            "Kính thưa các đồng chí đại biểu",
            "Lạc Bình, ngày 12 tháng 3 năm 2024",
            "Nguồn: Cổng thông tin điện tử tỉnh",
            "Cập nhật lúc 10:30 ngày 12/3/2024",
            "Theo phóng viên báo Lạc Bình đưa tin",
            "ỦY BAN NHÂN DÂN HUYỆN LẠC BÌNH",
            PROSE,
        ];
        for text in others {
            assert!(!found(text, PROSE), "{text}");
        }
        let line = "Lạc Bình làm thêm mười hai tuyến đường liên xã";
        assert!(!found(line, "Ảnh: Hồng Vân"));
        assert_eq!(headline(&[]), None);
    }
}
