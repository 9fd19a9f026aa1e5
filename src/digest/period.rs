//! When was a document written?

use std::collections::BTreeSet;
use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::record::Record;
use crate::segment;

/// A year, and the month where it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Period {
    /// For example 2024.
    pub year: u16,
    /// From 1.
    pub month: Option<u8>,
}

/// Years that a report may be of; other numbers of four digits are something else.
const YEARS: std::ops::RangeInclusive<u16> = 1975..=2039;

impl Period {
    /// When an official letter was issued; of other documents, the last year that their name has (of rows of tables,
    /// the table's: `2031/BC-UBND` is a number), else the first that their title is about.
    pub(super) fn of(record: &Record) -> Option<Self> {
        let date = record.official.as_ref().and_then(|it| it.date.as_deref());
        let name = record.source.table().unwrap_or(&record.id);
        date.and_then(Self::of_date)
            .or_else(|| year_of_name(name).map(Self::of_year))
            .or_else(|| year_of_title(record.title.as_deref()?).map(Self::of_year))
    }

    fn of_date(date: &str) -> Option<Self> {
        let mut parts = date.split('-');
        let year = parts.next()?.parse().ok()?;
        // A later one is mistyped, and would leave nothing else in a chart of years.
        if year > *YEARS.end() {
            return None;
        }
        let month = parts.next().and_then(|month| month.parse().ok());
        Some(Self { year, month })
    }

    fn of_year(year: u16) -> Self {
        Self { year, month: None }
    }
}

/// The numbers of four digits that may be years.
fn years(text: &str) -> impl Iterator<Item = u16> {
    text.split(|character: char| !character.is_ascii_digit())
        .filter(|digits| digits.len() == 4)
        .filter_map(|digits| digits.parse().ok())
        .filter(|year| YEARS.contains(year))
}

/// The last year that a name has, unless as an aim.
fn year_of_name(name: &str) -> Option<u16> {
    let words = words_of(name);
    let mut places = (0..words.len()).rev();
    places.find_map(|at| years(&words[at]).last().filter(|_| !is_aim(&words, at)))
}

/// The first year that a title names as one (`năm 2023`), unless as an aim (`đến năm 2030`).
fn year_of_title(title: &str) -> Option<u16> {
    let words = words_of(title);
    let is_named = |at: &usize| {
        let before = at.checked_sub(1).map(|index| words[index].as_str());
        matches!(before, Some("nam" | "year" | "in")) && !is_aim(&words, *at)
    };
    let mut named = (0..words.len()).filter(is_named);
    named.find_map(|at| years(&words[at]).next())
}

/// The words of a text without their marks, as file names have them, and without the years of spans.
fn words_of(text: &str) -> Vec<String> {
    segment::words(&without_spans(&plain(text))).collect()
}

/// A text in small letters without marks.
fn plain(text: &str) -> String {
    let letters = text.to_lowercase().replace('đ', "d");
    let letters = letters.nfd().filter(|&letter| !is_combining_mark(letter));
    let plain = letters.map(|letter| match letter {
        '\u{2010}'..='\u{2015}' => '-',
        // What else is not Latin parts the digits beside it: `2024年12月`.
        _ if !letter.is_ascii() => ' ',
        _ => letter,
    });
    plain.collect()
}

/// A plain text with a word in the place of every year that bounds a span: `2020-2025` is a term of office or a plan of
/// five years, of which any may be the report's. A year and the next are a school year or a winter's.
fn without_spans(plain: &str) -> String {
    let years = places_of_years(plain);
    let mut bounds = BTreeSet::new();
    for pair in years.windows(2) {
        let [(first, from), (last, to)] = pair else {
            continue;
        };
        if *last > first + 1 && joins(&plain[from.end..to.start]) {
            bounds.extend([from.start, to.start]);
        }
    }
    let mut text = plain.to_owned();
    for start in bounds.into_iter().rev() {
        text.replace_range(start..start + 4, "span");
    }
    text
}

/// The years of a plain text, each with its place.
fn places_of_years(plain: &str) -> Vec<(u16, Range<usize>)> {
    let mut found = Vec::new();
    let mut end = 0;
    for digits in plain.split(|letter: char| !letter.is_ascii_digit()) {
        let start = end;
        end = start + digits.len() + 1;
        found.extend(years(digits).map(|year| (year, start..start + digits.len())));
    }
    found
}

/// Whether what stands between two years makes a span of them.
fn joins(between: &str) -> bool {
    let words: Vec<String> = segment::words(between).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let is_dash = || matches!(between.trim(), "-" | "_");
    match words[..] {
        [] => is_dash(),
        [until] | [until, "nam"] => matches!(until, "den" | "toi" | "to"),
        _ => false,
    }
}

/// Whether the year among `words` at a place is one to come or the bound of a plan rather than the report's:
/// `đến năm 2030`, `vào năm 2030`, `giai đoạn 2021-2030`, `tầm nhìn 2045`.
fn is_aim(words: &[String], at: usize) -> bool {
    let before = &words[..at];
    let until = ["den", "vao", "toi", "truoc"];
    let is_until =
        matches!(before, [.., word, year] if year == "nam" && until.contains(&word.as_str()));
    // `từ năm 2022 đến năm 2023` is what was reported on, and so is `tính đến năm 2023`.
    let is_span =
        matches!(before, [.., first, _, _] if years(first).next().is_some() || first == "tinh");
    (is_until && !is_span) || is_of_plan(before)
}

/// Whether words lead to a year of a plan: its name, and at most one year, between them only what joins years.
fn is_of_plan(before: &[String]) -> bool {
    let mut years_passed = 0;
    for index in (1..before.len()).rev() {
        let pair = (before[index - 1].as_str(), before[index].as_str());
        if matches!(pair, ("giai", "doan") | ("tam", "nhin")) {
            return true;
        }
        years_passed += years(&before[index]).count();
        let is_joint = matches!(pair.1, "tu" | "den" | "toi" | "nam" | "5" | "10");
        if years_passed > 1 || !(is_joint || years(&before[index]).next().is_some()) {
            return false;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Failure, ModelIdentity, Official, Source};

    fn record(id: &str, title: &str, date: Option<&str>) -> Record {
        let failure = Failure::new("empty_document", "");
        let mut record = Record::failed(
            id.to_owned(),
            Source::default(),
            failure,
            ModelIdentity::default(),
        );
        record.title = Some(title.to_owned());
        record.official = Some(Official {
            date: date.map(str::to_owned),
            ..Official::default()
        });
        record
    }

    #[test]
    fn names_may_be_decomposed() {
        let decomposed: String = "Kế hoạch đến năm 2030 của tháng 5 năm 2024.docx"
            .nfd()
            .collect();
        let period = Period::of(&record(&decomposed, "", None));
        assert_eq!(period.map(|period| period.year), Some(2024));
        let plan: String = "Kế hoạch trồng rừng đến năm 2030.docx".nfd().collect();
        assert_eq!(Period::of(&record(&plan, "", None)), None);
    }

    #[test]
    fn the_date_of_issue_comes_before_names_and_titles() {
        let of = |id, title, date| Period::of(&record(id, title, date));
        let year = |year| Some(Period { year, month: None });
        let june = Some(Period {
            year: 2024,
            month: Some(6),
        });
        assert_eq!(of("2023/a.docx", "Năm 2022", Some("2024-06-14")), june);
        assert_eq!(
            of("2023/a.docx", "Năm 2022", Some("2102-06-14")),
            year(2023)
        );
        assert_eq!(of("2022/bc-12-2023.docx", "Năm 2021", None), year(2023));
        assert_eq!(
            of("a.docx", "Tổng kết năm 2021, nhiệm vụ 2022", None),
            year(2021)
        );
        let mut row = record("2031/BC-UBND", "Báo cáo", None);
        row.source.path = "kho/2023.jsonl!line-2024".to_owned();
        assert_eq!(Period::of(&row), year(2023));
        assert_eq!(
            of("a-9999-12024.docx", "Chương trình đến năm 2030", None),
            None
        );
    }

    #[test]
    fn aims_and_plans_are_no_years_of_report() {
        let title = |title| Period::of(&record("a.docx", title, None)).map(|period| period.year);
        let cases = [
            ("Trở thành huyện nông thôn mới vào năm 2030", None),
            ("Xóa nhà tạm trước năm 2026", None),
            ("Quy hoạch tới năm 2030, tầm nhìn năm 2045", None),
            ("Chương trình giai đoạn từ năm 2021 đến năm 2030", None),
            ("Kế hoạch giai đoạn 5 năm 2021-2025", None),
            (
                "Chương trình giai đoạn 2021-2030: kết quả năm 2024",
                Some(2024),
            ),
            ("Kết quả giai đoạn 2021-2025 năm 2024", Some(2024)),
            ("Kết quả từ năm 2022 đến năm 2023", Some(2022)),
            ("Kết quả từ năm 2020 đến năm 2023", None),
            ("Kế hoạch phát triển kinh tế - xã hội 5 năm 2021-2025", None),
            ("Báo cáo năm 2024 giữa nhiệm kỳ năm 2020 – 2025", Some(2024)),
            ("Kế hoạch đến năm 2030: kết quả năm 2023", Some(2023)),
        ];
        for (text, expected) in cases {
            assert_eq!(title(text), expected, "{text}");
        }
        let name = |name| Period::of(&record(name, "", None)).map(|period| period.year);
        assert_eq!(
            name("2022/chuong-trinh-giai-doan-2021-2030.docx"),
            Some(2022)
        );
        assert_eq!(name("quy_hoach_den_nam_2030.docx"), None);
        assert_eq!(
            name("2024/bao-cao-tu-nam-2020-den-nam-2023.docx"),
            Some(2024)
        );
        assert_eq!(name("2023/giua-nhiem-ky-2020-2025.docx"), Some(2023));
        assert_eq!(name("2022-BC nhiệm kỳ 2020 – 2025.docx"), Some(2022));
        assert_eq!(name("nghi_quyet_2021_2026.docx"), None);
        assert_eq!(name("2021/tong-ket-nam-hoc-2022-2023.docx"), Some(2023));
        assert_eq!(name("2019/2023.docx"), Some(2023));
        assert_eq!(name("BC2023.docx"), Some(2023));
        assert_eq!(name("2024年12月报告.txt"), Some(2024));
        assert_eq!(name("so-lieu-tinh-den-nam-2023.xlsx"), Some(2023));
    }
}
