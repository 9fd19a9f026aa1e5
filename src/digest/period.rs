//! When was a document written?

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
            .or_else(|| years(name).last().map(Self::of_year))
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

/// The first year that a title names as one (`năm 2023`), unless as an aim (`đến năm 2030`).
fn year_of_title(title: &str) -> Option<u16> {
    let words: Vec<String> = segment::words(title).collect();
    let is_named = |at: &usize| {
        let before = |back| at.checked_sub(back).map(|index| words[index].as_str());
        matches!(before(1), Some("năm" | "year" | "in")) && before(2) != Some("đến")
    };
    let mut named = (0..words.len()).filter(is_named);
    named.find_map(|at| years(&words[at]).next())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Failure, ModelIdentity, Official, Source};

    fn record(id: &str, title: &str, date: Option<&str>) -> Record {
        let failure = Failure {
            code: "empty_document".to_owned(),
            message: String::new(),
            retryable: false,
        };
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
}
