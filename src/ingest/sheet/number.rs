//! How does a number in a cell look? Values → text.
//!
//! Dates are written day first, as Vietnamese does.

use super::format::{Clock, DateParts};

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
    format!("{}", exact(value))
}

/// A number of 15 digits, which takes off what binary fractions add: 0.1 + 0.2 is 0.3 in a cell.
fn exact(value: f64) -> f64 {
    format!("{value:.14e}").parse().unwrap_or(value)
}

/// A whole number with at least so many digits; others as they are.
pub(super) fn filled(value: f64, digits: usize) -> String {
    const MOST_DIGITS: usize = 32;
    if value < 0.0 || value.fract() != 0.0 {
        return general(value);
    }
    format!("{:0>1$}", general(value), digits.min(MOST_DIGITS))
}

/// A share in hundredths, with the comma that Vietnamese has before decimals.
pub(super) fn percent(value: f64, decimals: usize) -> String {
    const MOST_DECIMALS: usize = 15;
    if !value.is_finite() {
        return String::new();
    }
    let decimals = decimals.min(MOST_DECIMALS);
    let unit = (0..decimals).fold(1.0, |unit, _| unit * 10.0);
    // Half of the last decimal goes up, once binary fractions are off.
    let rounded = exact(value * 100.0 * unit).round() / unit;
    // A zero below zero has a sign, which adding takes off.
    let rounded = rounded + 0.0;
    format!("{rounded:.decimals$}%").replace('.', ",")
}

/// The parts of a date, which is a number of days; its time where it has one.
pub(super) fn date(value: f64, parts: DateParts, epoch: Epoch) -> String {
    const LAST_DAY: f64 = 2_958_466.0;
    const DAY_SECONDS: i64 = 86_400;
    if !(0.0..LAST_DAY).contains(&value) {
        return general(value);
    }
    let seconds = (value * DAY_SECONDS as f64).round() as i64;
    let (day, second) = match parts.clock {
        Some(_) => (seconds / DAY_SECONDS, seconds % DAY_SECONDS),
        None => (value.trunc() as i64, 0),
    };
    let date = if day == 0 {
        String::new()
    } else {
        parts_of_day(day, parts, epoch)
    };
    let is_midnight = second / 60 == 0;
    match parts.clock {
        _ if date.is_empty() => time(seconds, parts.clock.unwrap_or(Clock::Day)),
        Some(clock) if !is_midnight => format!("{date} {}", time(seconds, clock)),
        _ => date,
    }
}

fn time(seconds: i64, clock: Clock) -> String {
    let (hours, minutes) = (seconds / 3600, seconds / 60);
    let (left, right) = match clock {
        Clock::Day => (hours % 24, minutes % 60),
        Clock::AllHours => (hours, minutes % 60),
        Clock::Hour => (minutes % 60, seconds % 60),
        Clock::AllMinutes => (minutes, seconds % 60),
    };
    format!("{left:02}:{right:02}")
}

/// Those parts of a day that are asked for, which is counted from the beginning of an epoch.
fn parts_of_day(day: i64, parts: DateParts, epoch: Epoch) -> String {
    // Day 60 of the first epoch is a 29 February 1900 that never was; days before it are one off.
    let since_1970 = match epoch {
        Epoch::Year1900 if day < 60 => day - 25_568,
        Epoch::Year1900 => day - 25_569,
        Epoch::Year1904 => day - 24_107,
    };
    let (year, month, day) = civil(since_1970);
    let shown = [
        parts.day.then(|| format!("{day:02}")),
        parts.month.then(|| format!("{month:02}")),
        parts.year.then(|| year.to_string()),
    ];
    let shown: Vec<String> = shown.into_iter().flatten().collect();
    shown.join("/")
}

/// The number of days of a date, as a workbook counts them in the first epoch.
pub(crate) fn serial(year: i64, month: i64, day: i64) -> Option<f64> {
    const FIRST_MARCH: i64 = 61;
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) || !(0..10_000).contains(&year) {
        return None;
    }
    let year = if month > 2 { year } else { year - 1 };
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    let days = era * 146_097 + day_of_era - 719_468 + 25_569;
    let days = if days < FIRST_MARCH { days - 1 } else { days };
    Some(days as f64)
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
            assert_eq!(date(value, DateParts::ALL, Epoch::Year1900), expected);
        }
        assert_eq!(date(0.0, DateParts::ALL, Epoch::Year1904), "00:00");
        assert_eq!(
            date(43_265.0, DateParts::ALL, Epoch::Year1904),
            "15/06/2022"
        );
    }

    #[test]
    fn dates_have_the_numbers_of_their_days() {
        for days in [1.0, 59.0, 61.0, 365.0, 44_727.0, 45_351.0] {
            let shown = date(days, DateParts::ALL, Epoch::Year1900);
            let parts: Vec<i64> = shown.split('/').map(|part| part.parse().unwrap()).collect();
            assert_eq!(serial(parts[2], parts[1], parts[0]), Some(days));
        }
        assert_eq!(serial(1899, 12, 31), Some(0.0));
        assert_eq!(serial(2024, 13, 1), None);
    }
}
