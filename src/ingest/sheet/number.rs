//! How does a number in a cell look? Values and number formats → text.
//!
//! Dates are written day first, as Vietnamese does; other formats (thousands, currencies) are not
//! followed, so that a number reads the same everywhere.

/// From which day a workbook counts its dates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Epoch {
    #[default]
    Year1900,
    Year1904,
}

/// A number as text, with the 15 digits that spreadsheets keep.
pub(crate) fn general(value: f64) -> String {
    if !value.is_finite() {
        return String::new();
    }
    // Rounding to 15 digits takes off what binary fractions add: 0.1 + 0.2 is 0.3 in a cell.
    let rounded: f64 = format!("{value:.14e}").parse().unwrap_or(value);
    format!("{rounded}")
}

/// A number of days as a date, with the time where it has one.
pub(crate) fn date(value: f64, epoch: Epoch) -> String {
    const LAST_DAY: f64 = 2_958_466.0;
    if !(0.0..LAST_DAY).contains(&value) {
        return general(value);
    }
    let minutes = ((value.fract() * 1440.0).round() as i64).min(1439);
    let time = format!("{:02}:{:02}", minutes / 60, minutes % 60);
    let whole = value.trunc() as i64;
    if whole == 0 {
        return time;
    }
    // Day 60 of the first epoch is a 29 February 1900 that never was; days before it are one off.
    let since_1970 = match epoch {
        Epoch::Year1900 if whole < 60 => whole - 25_568,
        Epoch::Year1900 => whole - 25_569,
        Epoch::Year1904 => whole - 24_107,
    };
    let (year, month, day) = civil(since_1970);
    let date = format!("{day:02}/{month:02}/{year}");
    if minutes == 0 {
        date
    } else {
        format!("{date} {time}")
    }
}

/// The date of a day counted from 1 January 1970 (H. Hinnant, "chrono-compatible low-level date
/// algorithms", `civil_from_days`).
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_index = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_index + 2) / 5 + 1;
    let month = if month_index < 10 {
        month_index + 3
    } else {
        month_index - 9
    };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

/// Whether a built-in number format, by its number, shows dates or times.
pub(crate) fn is_built_in_date(format: u32) -> bool {
    matches!(format, 14..=22 | 27..=36 | 45..=47 | 50..=58)
}

/// Whether a number format shows dates or times: it has letters for them outside quotes.
pub(crate) fn is_date_format(format: &str) -> bool {
    let mut characters = format.chars();
    let mut found = false;
    while let Some(character) = characters.next() {
        match character {
            '"' => drop(characters.by_ref().find(|other| *other == '"')),
            '[' => drop(characters.by_ref().find(|other| *other == ']')),
            '\\' | '_' | '*' => drop(characters.next()),
            'y' | 'Y' | 'd' | 'D' | 'h' | 'H' => found = true,
            _ => {}
        }
    }
    found && !format.eq_ignore_ascii_case("standard")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_fifteen_digits() {
        let cases = [
            (15_237_170.0, "15237170"),
            (0.1 + 0.2, "0.3"),
            (-2.5, "-2.5"),
            (1e15, "1000000000000000"),
        ];
        for (value, expected) in cases {
            assert_eq!(general(value), expected);
        }
        assert_eq!(general(f64::NAN), "");
    }

    #[test]
    fn dates_are_written_day_first() {
        let cases = [
            (44_727.0, "15/06/2022"),
            (1.0, "01/01/1900"),
            (61.0, "01/03/1900"),
            (0.5, "12:00"),
            (44_727.25, "15/06/2022 06:00"),
        ];
        for (value, expected) in cases {
            assert_eq!(date(value, Epoch::Year1900), expected);
        }
        assert_eq!(date(0.0, Epoch::Year1904), "00:00");
        assert_eq!(date(43_265.0, Epoch::Year1904), "15/06/2022");
    }

    #[test]
    fn tells_formats_of_dates() {
        assert!(is_date_format("dd/mm/yyyy"));
        assert!(is_date_format("[$-42A]h:mm;@"));
        assert!(!is_date_format("#,##0.00 \"đồng/day\""));
        assert!(!is_date_format("[Red]0.0"));
        assert!(!is_date_format("General"));
    }
}
