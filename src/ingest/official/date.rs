//! `ngày 14 tháng 6 năm 2024` → `2024-06-14`; `Số: 418/BC-CAH` → `418/BC-CAH`.

use std::ops::Range;

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

/// The place of `word`, in any case, with no letter before it.
pub(super) fn find_word(text: &str, word: &str) -> Option<usize> {
    let places = text.char_indices().map(|(place, _)| place);
    let starts = |place: &usize| !text[..*place].ends_with(char::is_alphabetic);
    places
        .filter(starts)
        .find(|&place| prefix_length(&text[place..], word).is_some())
}

/// The bytes that `word`, in any case, takes at the start of `text`.
fn prefix_length(text: &str, word: &str) -> Option<usize> {
    let mut letters = text.char_indices();
    for expected in word.chars() {
        let (_, letter) = letters.next()?;
        if !letter.to_lowercase().eq([expected]) {
            return None;
        }
    }
    Some(letters.next().map_or(text.len(), |(place, _)| place))
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

/// A document number as written, and in its plain form where it has digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct WrittenNumber {
    pub(super) place: Range<usize>,
    pub(super) number: Option<String>,
}

/// Finds the first `Số: 418/BC-CAH` in a text: a number and a symbol of capitals, joined by strokes and hyphens.
///
/// The digits may be missing, as in a draft; then there is no number to tell, but its place is.
pub(super) fn find_number(text: &str) -> Option<WrittenNumber> {
    let mut from = 0;
    while let Some(start) = find_word(&text[from..], "số") {
        let start = from + start;
        let after = start + "số".len();
        if let Some((end, number)) = read_number(text, after) {
            let number = number
                .starts_with(|first: char| first.is_ascii_digit())
                .then_some(number);
            return Some(WrittenNumber {
                place: start..end,
                number,
            });
        }
        from = after;
    }
    None
}

/// Reads a number and symbol from byte `at` on: where it ends, and its text without blanks.
fn read_number(text: &str, at: usize) -> Option<(usize, String)> {
    let rest = text[at..].trim_start_matches([' ', '\t', ':']);
    let start = text.len() - rest.len();
    let mut number = String::new();
    let mut end = start;
    for (place, character) in rest.char_indices() {
        let is_joint = |character: char| matches!(character, '/' | '-' | '–');
        match character {
            ' ' | '…' | '.' if number.is_empty() => {}
            // Blanks belong to it only beside a joint: `40 /2000/TT/BTC`.
            ' ' if number.ends_with(is_joint) => {}
            ' ' if rest[place..].trim_start().starts_with(is_joint) => {}
            _ if is_joint(character) => {
                number.push(if character == '–' { '-' } else { character });
            }
            _ if character.is_alphanumeric() || matches!(character, '.' | '&') => {
                number.push(character);
            }
            _ => break,
        }
        end = start + place + character.len_utf8();
    }
    let number = number.trim_end_matches(['/', '-', '.', '&']).to_owned();
    let (_, symbol) = number.split_once(['/', '-'])?;
    let has_symbol = symbol
        .chars()
        .filter(|letter| letter.is_uppercase())
        .count()
        >= 2;
    has_symbol.then_some((end, number))
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

    #[test]
    fn reads_numbers_with_their_symbols() {
        struct Case {
            text: &'static str,
            expected: Option<&'static str>,
        }
        let cases = [
            Case {
                text: "Số: 418/BC-CAH",
                expected: Some("418/BC-CAH"),
            },
            Case {
                text: "Số: 40 /2000/TT/BTC -----",
                expected: Some("40/2000/TT/BTC"),
            },
            Case {
                text: "SỐ 3260-KH/ĐĐQH15",
                expected: Some("3260-KH/ĐĐQH15"),
            },
            Case {
                text: "Số:256 /2004/QĐ-UB TP.Cần Thơ",
                expected: Some("256/2004/QĐ-UB"),
            },
            Case {
                text: "dân số 5/2024, Số 12/QĐ–TTg.",
                expected: Some("12/QĐ-TTg"),
            },
            Case {
                text: "Số: …/KH-UBND",
                expected: None,
            },
            Case {
                text: "một số địa phương 12/15",
                expected: None,
            },
        ];
        for case in cases {
            let found = find_number(case.text).and_then(|number| number.number);
            assert_eq!(found.as_deref(), case.expected, "{}", case.text);
        }
    }
}
