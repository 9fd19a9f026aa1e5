//! What does a number format ask for? Its code or number → [`NumberFormat`].
//!
//! Dates and shares are followed, and zeros that fill a number up; what is written around the number is not, nor are
//! thousands and currencies, so that a number reads the same everywhere.

use std::collections::HashMap;

use super::number::{self, Epoch};

/// How the numbers in a cell are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum NumberFormat {
    #[default]
    General,
    /// With at least so many digits, as numbers of telephones have.
    Filled(usize),
    /// In hundredths, with so many decimals.
    Percent(usize),
    Date(DateParts),
}

/// The formats that a workbook adds to the built-in ones, by number.
#[derive(Debug, Default)]
pub(crate) struct NumberFormats(HashMap<u32, NumberFormat>);

impl NumberFormats {
    pub(crate) fn add(&mut self, number: u32, code: &str) {
        self.0.insert(number, NumberFormat::read(code));
    }

    /// The format of a number.
    pub(crate) fn get(&self, number: u32) -> NumberFormat {
        let own = self.0.get(&number).copied();
        own.unwrap_or_else(|| NumberFormat::built_in(number))
    }
}

/// Which parts of a date are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct DateParts {
    pub(super) day: bool,
    pub(super) month: bool,
    pub(super) year: bool,
    pub(super) clock: Option<Clock>,
}

/// How a time is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Clock {
    /// Hours and minutes of the day.
    Day,
    /// Minutes and seconds of the hour.
    Hour,
    /// All hours, however many days they are, and minutes.
    AllHours,
    /// All minutes, and seconds.
    AllMinutes,
}

impl DateParts {
    const TIME: Self = Self {
        day: false,
        month: false,
        year: false,
        clock: Some(Clock::Day),
    };
    const DATE: Self = Self {
        day: true,
        month: true,
        year: true,
        clock: None,
    };
    /// A date with its time, where it has one.
    pub(crate) const ALL: Self = Self {
        clock: Some(Clock::Day),
        ..Self::DATE
    };

    /// The parts that a code has, in small letters and bare of text; none where it has none.
    fn of_code(code: &str) -> Self {
        let letters: Vec<u8> = code.bytes().collect();
        let groups: Vec<(u8, usize)> = letters
            .chunk_by(|left, right| left == right)
            .map(|group| (group[0], group.len()))
            .filter(|(letter, _)| b"dmyhs".contains(letter))
            .collect();
        let has = |wanted: u8| groups.iter().any(|(letter, _)| *letter == wanted);
        // Beside hours or seconds, `m` is minutes.
        let is_month = |index: usize| {
            let before = index.checked_sub(1).and_then(|index| groups.get(index));
            let after = groups.get(index + 1);
            groups[index].0 == b'm'
                && before.is_none_or(|(letter, _)| *letter != b'h')
                && after.is_none_or(|(letter, _)| *letter != b's')
        };
        let clock = match () {
            () if code.contains("[h") => Some(Clock::AllHours),
            () if code.contains("[m") || code.contains("[s") => Some(Clock::AllMinutes),
            () if has(b'h') => Some(Clock::Day),
            () if has(b's') => Some(Clock::Hour),
            () => None,
        };
        // `ddd` is a day of the week.
        let day = groups.iter().any(|group| matches!(group, (b'd', 1 | 2)));
        let month = (0..groups.len()).any(is_month);
        let year = has(b'y');
        if has(b'd') && !day && !month && !year {
            return Self {
                clock,
                ..Self::DATE
            };
        }
        Self {
            day,
            month,
            year,
            clock,
        }
    }
}

impl NumberFormat {
    /// The built-in format of a number ([ECMA-376] part 1, 18.8.30).
    fn built_in(number: u32) -> Self {
        let code = match number {
            9 => "0%",
            10 => "0.00%",
            14 | 15 => "d/m/yy",
            16 => "d-mmm",
            17 => "mmm-yy",
            18..=21 => "h:mm",
            22 | 27..=36 | 50..=58 => "d/m/yy h:mm",
            45 | 47 => "mm:ss",
            46 => "[h]:mm",
            _ => return Self::General,
        };
        Self::read(code)
    }

    /// Reads the code of a format, or a name that Excel's XML has for one.
    pub(crate) fn read(code: &str) -> Self {
        if let Some(format) = Self::named(code) {
            return format;
        }
        let code = bare(code);
        // Without conditions, the first section is the one for numbers that are not negative.
        let mut sections = code.split(';');
        let code = sections.find(|section| !section.contains(CONDITION));
        let code = code.unwrap_or_default();
        let zeros = code.matches('0').count();
        let has_digits = without_fractions(code).contains(['#', '?', '0']);
        let parts = DateParts::of_code(code);
        if code.contains('%') {
            let decimals = code.split_once('.').map_or("", |(_, decimals)| decimals);
            let is_digit = |letter: &char| matches!(letter, '0' | '#' | '?');
            Self::Percent(decimals.chars().take_while(is_digit).count())
        } else if zeros > 1 && code.bytes().all(|letter| matches!(letter, b'0' | b' ')) {
            Self::Filled(zeros)
        } else if !has_digits && parts != DateParts::default() {
            Self::Date(parts)
        } else {
            Self::General
        }
    }

    fn named(name: &str) -> Option<Self> {
        Some(match name.to_ascii_lowercase().as_str() {
            "general" | "general number" | "standard" | "fixed" | "scientific" => Self::General,
            "currency" | "euro currency" | "yes/no" | "true/false" | "on/off" => Self::General,
            "percent" => Self::Percent(2),
            "general date" => Self::Date(DateParts::ALL),
            "long date" | "medium date" | "short date" => Self::Date(DateParts::DATE),
            "long time" | "medium time" | "short time" => Self::Date(DateParts::TIME),
            _ => return None,
        })
    }

    /// A number as the cells in this format show it.
    pub(crate) fn show(self, value: f64, epoch: Epoch) -> String {
        match self {
            Self::General => number::general(value),
            Self::Filled(digits) => number::filled(value, digits),
            Self::Percent(decimals) => number::percent(value, decimals),
            Self::Date(parts) => number::date(value, parts, epoch),
        }
    }
}

/// Stands in bare codes for a condition, `[<=1]`, other than those of the first section anyhow, `[>0]`.
const CONDITION: char = '<';

/// A code in small letters, without colours and languages, and with a space for what is shown as it is, so that the `d`
/// of `dddd", "d` stand apart. Of `[h]` the opening bracket stays.
fn bare(code: &str) -> String {
    let mut bare = String::new();
    let mut characters = code.chars();
    while let Some(character) = characters.next() {
        match character {
            '"' => {
                let _ = characters.by_ref().find(|other| *other == '"');
                bare.push(' ');
            }
            '[' => {
                let inside: String = characters.by_ref().take_while(|c| *c != ']').collect();
                let inside = inside.to_ascii_lowercase();
                if ["h", "hh", "m", "mm", "s", "ss"].contains(&inside.as_str()) {
                    bare.extend(["[", &inside]);
                } else if inside.starts_with(['=', '<', '>'])
                    && ![">0", ">=0", "<>0"].contains(&inside.as_str())
                {
                    bare.push(CONDITION);
                }
            }
            '\\' | '_' | '*' => {
                let _ = characters.next();
                bare.push(' ');
            }
            _ => bare.push(character.to_ascii_lowercase()),
        }
    }
    bare.replace("am/pm", "").replace("a/p", "")
}

/// A bare code without the zeros that stand for fractions of a second.
fn without_fractions(code: &str) -> String {
    let mut pieces = code.split('s');
    let mut without = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        // A space stands for a point that was written as `\.`.
        let zeros = piece.strip_prefix(['.', ',', ' ']).unwrap_or(piece);
        let rest = zeros.trim_start_matches('0');
        let has_fraction = rest.len() < zeros.len();
        without.extend(["s", if has_fraction { rest } else { piece }]);
    }
    without
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_show_what_they_ask_for() {
        let cases = [
            ("General", 0.1 + 0.2, "0.3"),
            ("#,##0.00 \"đồng/day\"", 2.5, "2.5"),
            ("#,##0 USD", 2.5, "2.5"),
            ("[Red]0.0", 2.5, "2.5"),
            ("0%", 0.125, "13%"),
            ("0.0%", 58.0 / 64.0, "90,6%"),
            ("0%", -0.001, "0%"),
            ("#,##0.00%;[Red]-0%", -0.5, "-50,00%"),
            ("0 \"%\"", 12.0, "12"),
            ("Percent", 1.005, "100,50%"),
            ("0000000000", 912_345_678.0, "0912345678"),
            ("0000\".\"000\\.000", 912_345_678.0, "0912345678"),
            ("000", 12.5, "12.5"),
            ("0", 12.0, "12"),
            ("dd/mm/yyyy", 44_727.25, "15/06/2022"),
            ("dd/mm/yyyy", 45_457.999_999_99, "14/06/2024"),
            ("dd/mm/yyyy hh:mm", 44_727.0, "15/06/2022"),
            ("d/m/yy h:mm AM/PM", 44_727.75, "15/06/2022 18:00"),
            ("[$-42A]h:mm;@", 44_727.25, "06:00"),
            ("\"Tháng \"m", 45_444.0, "06"),
            ("mm/yyyy", 45_444.0, "06/2024"),
            ("yyyy", 45_444.0, "2024"),
            ("d-mmm", 45_444.0, "01/06"),
            ("dddd", 45_444.0, "01/06/2024"),
            ("dddd\", ngày \"d\" tháng \"m", 45_444.0, "01/06"),
            ("dddd\\,\\ dd/mm/yyyy", 45_444.0, "01/06/2024"),
            ("[h]:mm:ss", 1.104_166_666_6, "26:30"),
            ("mm:ss.0", 0.001_562_5, "02:15"),
            ("dd/mm/yyyy hh:mm:ss.000", 44_727.25, "15/06/2022 06:00"),
            ("hh:mm:ss,00", 44_727.25, "06:00"),
            ("h:mm:ss\\.000", 44_727.25, "06:00"),
            ("[mm]:ss", 0.05, "72:00"),
            ("[=0]\"\";dd/mm/yyyy", 45_444.0, "01/06/2024"),
            ("[>0]dd/mm/yyyy;\"\"", 45_444.0, "01/06/2024"),
            ("[<=1]0%;0", 12.0, "12"),
            ("[<1]0%;[>100]0.0%", 12.0, "12"),
            ("Short Date", 45_444.5, "01/06/2024"),
            ("Currency", 25_000.0, "25000"),
            ("Yes/No", 1.0, "1"),
            ("h:mm", -1.0, "-1"),
        ];
        for (code, value, expected) in cases {
            let shown = NumberFormat::read(code).show(value, Epoch::Year1900);
            assert_eq!(shown, expected, "{code}");
        }
    }

    #[test]
    fn built_in_formats_are_known_by_their_numbers() {
        let cases = [
            (0, "1.25"),
            (2, "1.25"),
            (9, "125%"),
            (10, "125,00%"),
            (14, "01/01/1900"),
            (21, "06:00"),
            (22, "01/01/1900 06:00"),
            (46, "30:00"),
        ];
        for (number, expected) in cases {
            let shown = NumberFormat::built_in(number).show(1.25, Epoch::Year1900);
            assert_eq!(shown, expected, "{number}");
        }
    }
}
