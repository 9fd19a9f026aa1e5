//! What is a document called that declares no title and has no letterhead above one?

use std::ops::Range;

use super::kind::{begins_as_report, is_kind};
use super::subject::{begins_with, is_body_speaking, is_loud};
use super::telling::{measures, tells_result};
use super::title::{find_title, is_kind_with_subject, lines_of_title};
use crate::document::ParagraphKind;
use crate::ingest::RawParagraph;
use crate::ingest::shape::{Marker, ends_sentence, marker};

/// A title stands among the first paragraphs, whatever names its author and the occasion above it.
const FIRST_PARAGRAPHS: usize = 12;

/// No line above a title has more words.
const MOST_WORDS_ABOVE: usize = 30;

/// A title has at least so many words: the name of a kind alone says nothing.
const LEAST_WORDS: usize = 4;

/// The lines of the title that the text shows: a kind of document with its subject, above all prose and sections, or what
/// stands above a table and says of which year it is. A line with nothing above or below it is the text itself.
pub(in crate::ingest) fn headless_title(paragraphs: &[RawParagraph]) -> Option<Range<usize>> {
    let lines = title_lines(paragraphs)?;
    let stays = |(index, paragraph): (usize, &RawParagraph)| {
        !lines.contains(&index) && !paragraph.furniture
    };
    let has_text = paragraphs.iter().enumerate().any(stays);
    has_text.then_some(lines)
}

fn title_lines(paragraphs: &[RawParagraph]) -> Option<Range<usize>> {
    let first = paragraphs.iter().take(FIRST_PARAGRAPHS);
    let start = first
        .take_while(|paragraph| paragraph.furniture || !is_text(paragraph))
        .position(|paragraph| !paragraph.furniture && !is_row(paragraph) && begins(paragraph))?;
    if !begins_title(&paragraphs[start].text) {
        return Some(start..start + 1);
    }
    let after = paragraphs[start..].iter().take(FIRST_PARAGRAPHS);
    let texts: Vec<&str> = after
        .take_while(|paragraph| !paragraph.furniture && !is_row(paragraph))
        .map(|paragraph| paragraph.text.as_str())
        .collect();
    let first = *texts.first()?;
    let lines = if is_kind(first) || is_kind_with_subject(first) {
        find_title(&texts, 0, None)
    } else {
        lines_of_title(&texts, 0, false)
    };
    let words = texts[lines.clone()]
        .iter()
        .flat_map(|line| line.split_whitespace());
    (words.count() >= LEAST_WORDS).then_some(start + lines.start..start + lines.end)
}

fn begins(paragraph: &RawParagraph) -> bool {
    begins_title(&paragraph.text) || is_dated_row(paragraph)
}

/// No line above a text has more bytes.
const LONGEST_LINE: usize = 1000;

/// A letterhead has at most so many columns.
const MOST_COLUMNS: usize = 3;

/// Whether a paragraph is a part of the text or of a table, so that no title follows it.
fn is_text(paragraph: &RawParagraph) -> bool {
    let text = &paragraph.text;
    if text.len() > LONGEST_LINE {
        return true;
    }
    let is_section = marker(text) != Marker::None;
    let columns = text.split(CELLS).count();
    let is_table_row = is_row(paragraph) && columns > MOST_COLUMNS;
    is_section || is_table_row || (!is_row(paragraph) && is_prose(text))
}

fn is_prose(text: &str) -> bool {
    text.split_whitespace().count() > MOST_WORDS_ABOVE && !is_loud(text)
        || (ends_sentence(text) && !text.ends_with(':'))
}

/// Whether a paragraph is a row of several cells.
fn is_row(paragraph: &RawParagraph) -> bool {
    paragraph.kind == ParagraphKind::Table && paragraph.text.contains(CELLS)
}

/// What parts the cells of a row.
const CELLS: &str = " | ";

/// A line above a table that tells of which year it is has at least so many words.
const LEAST_DATED_WORDS: usize = 6;

/// Whether a paragraph is the only cell of its row and tells of which year a table is: `Ước thực hiện xuất khẩu năm 2005`.
/// What was decided or issued on a day is named in brackets or with that day.
fn is_dated_row(paragraph: &RawParagraph) -> bool {
    let text = &paragraph.text;
    let year = text.rsplit([' ', '-', '/']).next().unwrap_or_default();
    let is_year = year.len() == 4 && matches!(year.parse(), Ok(1900_u16..2200));
    let tells_day = [", tháng ", "ngày ", "kèm theo"];
    paragraph.kind == ParagraphKind::Table
        && !text.contains(CELLS)
        && is_year
        && text.split_whitespace().count() >= LEAST_DATED_WORDS
        && !text.starts_with('(')
        && !tells_day
            .iter()
            .any(|day| text.to_lowercase().contains(day))
}

/// Whether a line is or begins a title: a kind in capitals, or one that tells of work with a capital at least.
fn begins_title(text: &str) -> bool {
    let tells_work = begins_as_report(text) && text.starts_with(char::is_uppercase);
    (is_kind(text) && (is_loud(text) || tells_work))
        || is_kind_with_subject(text)
        || (tells_work && is_report_line(text))
}

/// What begins with such a kind and is none: who reports, where, to whom.
const OTHERS: [&str; 8] = [
    "báo cáo viên",
    "báo cáo tại",
    "báo cáo với",
    "báo cáo trước",
    "báo cáo anh",
    "báo cáo chị",
    "báo cáo đồng chí",
    "kết luận lại",
];

/// Whether a line that begins with such a kind goes on as a title does, and no sentence.
fn is_report_line(text: &str) -> bool {
    let small = text.to_lowercase();
    !OTHERS.iter().any(|other| begins_with(text, other))
        && !ends_sentence(text)
        && !text.ends_with(',')
        && !tells_result(text)
        && !measures(text)
        && !small.contains(" cho thấy")
        && !small.contains(": ")
        && !is_body_speaking(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROSE: &str = "Toàn xã đã giảm 31 hộ nghèo, đạt 104% kế hoạch huyện giao.";

    fn found(lines: &str) -> Option<Range<usize>> {
        let lines = lines.split(" / ").chain([PROSE]);
        let paragraphs: Vec<RawParagraph> = lines
            .map(|text| RawParagraph {
                text: text.to_owned(),
                ..RawParagraph::default()
            })
            .collect();
        headless_title(&paragraphs)
    }

    #[test]
    fn a_kind_with_its_subject_is_a_title_without_a_letterhead() {
        let cases = [
            ("BÁO CÁO / Kết quả công tác giảm nghèo năm 2024", 0..2),
            ("Báo cáo / Kết quả công tác giảm nghèo năm 2024", 0..2),
            ("Báo cáo kết quả thủy lợi / 6 tháng đầu năm 2024", 0..2),
            ("BÁO CÁO KẾT QUẢ THỦY LỢI / I. KẾT QUẢ", 0..1),
            ("THAM LUẬN / Kinh nghiệm giảm nghèo ở xã Khê Hạ", 0..2),
            ("SÁNG KIẾN KINH NGHIỆM / Dạy trẻ chăm cây", 0..2),
            (
                "TRƯỜNG TIỂU HỌC KHÊ HẠ / TỔ NHẠC / BIÊN BẢN HỌP TỔ / Thời gian: 14 giờ",
                2..3,
            ),
        ];
        for (lines, expected) in cases {
            assert_eq!(found(lines), Some(expected), "{lines}");
        }
    }

    #[test]
    fn a_line_above_a_table_that_names_its_year_is_a_title() {
        let found = |rows: &[&str]| {
            let row = |text: &&str| RawParagraph {
                text: (*text).to_owned(),
                kind: ParagraphKind::Table,
                ..RawParagraph::default()
            };
            headless_title(&rows.iter().map(row).collect::<Vec<_>>())
        };
        let rows = [
            "UBND HUYỆN LẠC BÌNH | Mẫu số 21",
            "CÂN ĐỐI NGÂN SÁCH CÁC XÃ NĂM 2024",
            "(Kèm theo Quyết định số 12/QĐ-UBND ngày 3 tháng 2 năm 2024)",
            "STT | Xã | Thu | Chi",
        ];
        assert_eq!(found(&rows), Some(1..2));
        assert_eq!(found(&[rows[0], rows[2], rows[3], rows[1]]), None);
        assert_eq!(
            found(&["Lạc Bình, ngày 12 tháng 6 năm 2024", rows[3]]),
            None
        );
    }

    #[test]
    fn what_is_the_whole_text_is_no_title() {
        let line = RawParagraph {
            text: "Kế hoạch trồng cam của xã Khê Hạ".to_owned(),
            ..RawParagraph::default()
        };
        assert_eq!(headless_title(std::slice::from_ref(&line)), None);
        let furniture = RawParagraph {
            furniture: true,
            ..line.clone()
        };
        assert_eq!(headless_title(&[furniture, line]), None);
    }

    #[test]
    fn sentences_sections_and_what_follows_text_are_no_titles() {
        let others = [
            "BÁO CÁO",
            "Báo cáo viên Nguyễn Văn Nam trình bày chuyên đề",
            "Báo cáo tại hội nghị, đồng chí Nam nêu kết quả",
            "Báo cáo của xã cho thấy số hộ nghèo giảm nhanh",
            "Kế hoạch của xã đã được duyệt trong tháng 6",
            "Kế hoạch trồng cam hoàn thành sớm 15 ngày",
            "Kế hoạch thu mua 30 tấn cam của bà con",
            "Kết luận thanh tra chỉ ra 4 sai phạm ở xã",
            "Báo cáo anh, xã Khê Hạ trồng thêm cam",
            "Xã giảm nghèo nhanh. / BÁO CÁO / Kết quả giảm nghèo",
            "I. Kết quả / Kế hoạch giảm nghèo của xã Khê Hạ",
        ];
        for lines in others {
            assert_eq!(found(lines), None, "{lines}");
        }
    }
}
