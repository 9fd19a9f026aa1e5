//! `ngày 14 tháng 6 năm 2024` → `2024-06-14`.

use std::ops::Range;

use super::words::{find_word, prefix_length};

/// A date as written, and as ISO 8601 where it names a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct WrittenDate {
    pub(super) place: Range<usize>,
    pub(super) iso: Option<String>,
}

/// Finds the first `ngày … tháng … năm …`, or `ngày 14/6/2024`, in a text; numbers may be left blank for the pen.
pub(super) fn find_date(text: &str) -> Option<WrittenDate> {
    dates(text).next()
}

/// All of them, in their order.
pub(super) fn dates(text: &str) -> impl Iterator<Item = WrittenDate> {
    let mut from = 0;
    std::iter::from_fn(move || {
        while let Some(start) = find_word(&text[from..], "ngày") {
            let start = from + start;
            from = start + "ngày".len();
            if let Some(date) = read_date(text, start) {
                return Some(date);
            }
        }
        None
    })
}

/// Reads the date whose `ngày` stands at byte `start`.
fn read_date(text: &str, start: usize) -> Option<WrittenDate> {
    let mut reader = Reader {
        text,
        at: start + "ngày".len(),
    };
    let day = reader.number();
    let (month, year) = if reader.word("tháng") {
        let month = reader.number();
        if !reader.word("năm") {
            return None;
        }
        (month, reader.number())
    } else if day.is_some() && reader.sign(&['/', '-', '.']) {
        let month = reader.number()?;
        reader.sign(&['/', '-', '.']).then_some(())?;
        (Some(month), Some(reader.number()?))
    } else {
        return None;
    };
    let iso = day
        .zip(month)
        .zip(year)
        .and_then(|((day, month), year)| iso(year, month, day));
    Some(WrittenDate {
        place: start..reader.at,
        iso,
    })
}

fn iso(year: u32, month: u32, day: u32) -> Option<String> {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    let exists = (1900..2200).contains(&year) && (1..=days).contains(&day);
    exists.then(|| format!("{year:04}-{month:02}-{day:02}"))
}

/// Reads a text from left to right.
struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    /// Passes over white space and the dots of a form.
    fn skip_blank(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches([' ', '\t', '…', '.', '_']).len();
    }

    fn number(&mut self) -> Option<u32> {
        self.skip_blank();
        let length = self.rest().bytes().take_while(u8::is_ascii_digit).count();
        let number = self.rest()[..length.min(4)].parse().ok()?;
        self.at += length;
        Some(number)
    }

    fn word(&mut self, word: &str) -> bool {
        let before = self.at;
        self.skip_blank();
        let length = prefix_length(self.rest(), word);
        self.at = length.map_or(before, |length| self.at + length);
        length.is_some()
    }

    fn sign(&mut self, signs: &[char]) -> bool {
        let before = self.at;
        self.skip_blank();
        let found = self.rest().starts_with(signs);
        self.at = if found { self.at + 1 } else { before };
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_dates_and_forms_of_dates() {
        // An empty string where the day is left for the pen.
        let cases = [
            ("Lạc Bình, ngày 14 tháng 6 năm 2024", Some("2024-06-14")),
            ("HÀ NỘI, NGÀY 05 THÁNG 12 NĂM 1999", Some("1999-12-05")),
            ("ngày 10/10/2003", Some("2003-10-10")),
            ("hằng ngày, từ ngày 1/2/2025", Some("2025-02-01")),
            ("ngày … tháng … năm 2024", Some("")),
            ("ngày tháng năm 2007", Some("")),
            ("ngày 30 tháng 2 năm 2024", Some("")),
            ("ngày hội đại đoàn kết", None),
            ("hằng ngày 3 lượt", None),
        ];
        for (text, expected) in cases {
            let found = find_date(text).map(|date| date.iso.unwrap_or_default());
            assert_eq!(found.as_deref(), expected, "{text}");
        }
    }
}
