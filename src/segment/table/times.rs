//! Does a text begin with a time of the day or with a day? What is then is an appointment, no task.

/// No more words are looked at.
const MOST_WORDS: usize = 4;

/// What may stand before a time of the day.
const LEADING: [&str; 4] = ["từ", "lúc", "vào", "buổi"];

const SESSIONS: [&str; 3] = ["sáng", "chiều", "tối"];
const WEEKDAYS: [&str; 6] = ["hai", "ba", "tư", "năm", "sáu", "bảy"];

/// Whether a cell begins with a time of the day, as those of programmes do: `8h00`, `07:30`, `Sáng 12/3`. A session is one
/// only by itself or before what tells of which day or when in it: others are `Sáng kiến`, `Tối thiểu`.
pub(super) fn begins_with_hour(cell: &str) -> bool {
    let words = words_of(cell);
    let led = words.iter().take_while(|it| LEADING.contains(&it.as_str()));
    match &words[led.count()..] {
        [session, rest @ ..] if SESSIONS.contains(&session.as_str()) => {
            rest.is_empty() || is_at_hour(rest) || is_on_day(rest)
        }
        words => is_at_hour(words),
    }
}

/// Whether a cell begins with a day: `Thứ Ba 4/3`, `Ngày 12`, `30/6`.
pub(super) fn begins_with_day(cell: &str) -> bool {
    is_on_day(&words_of(cell))
}

/// Whether a word of small letters is a day of a month: `30/9`, `30/9/2024`.
pub(crate) fn is_day(word: &str) -> bool {
    let mut parts = word.split('/').map(|part| part.parse::<u16>().ok());
    let (day, month) = (parts.next().flatten(), parts.next().flatten());
    day.is_some_and(|day| (1..=31).contains(&day))
        && month.is_some_and(|month| (1..=12).contains(&month))
}

/// Whether a word of small letters is an hour, or begins with one and a sign: `17h`, `16g30`, `07:30`, `8h00-8h15`.
pub(crate) fn is_hour(word: &str) -> bool {
    let (hour, rest) = digits(word);
    let minutes = rest.strip_prefix(['h', 'g', ':']);
    let has_minutes = |rest: &str| {
        let (minutes, rest) = digits(rest);
        let may_be = minutes.len() == 2 || (minutes.len() < 2 && !word.contains(':'));
        may_be && !rest.starts_with(char::is_alphanumeric)
    };
    (1..=2).contains(&hour.len()) && minutes.is_some_and(has_minutes)
}

/// The digits that a text begins with, and the rest.
fn digits(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !c.is_ascii_digit());
    text.split_at(end.unwrap_or(text.len()))
}

/// The first words of a cell in small letters, without signs around them.
fn words_of(cell: &str) -> Vec<String> {
    let words = cell.split(|c: char| c.is_whitespace() || c == ',');
    let bare = words.map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()));
    let some = bare.filter(|word| !word.is_empty()).take(MOST_WORDS);
    some.map(str::to_lowercase).collect()
}

fn is_at_hour(words: &[String]) -> bool {
    match words {
        [hour, name, ..] if name == "giờ" => digits(hour).1.is_empty(),
        [hour, ..] => is_hour(hour),
        [] => false,
    }
}

fn is_on_day(words: &[String]) -> bool {
    let is_number = |word: &str| matches!(word, "2" | "3" | "4" | "5" | "6" | "7");
    let is_weekday = |word: &str| WEEKDAYS.contains(&word);
    match words {
        [first, second, ..] if first == "thứ" => is_weekday(second) || is_number(second),
        [first, second, ..] if first == "chủ" => second == "nhật",
        [weekday, day, ..] if is_weekday(weekday) => is_day(day),
        [first, ..] => first == "ngày" || is_day(first),
        [] => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn appointments_begin_with_an_hour_or_a_day() {
        for hour in [
            "8h00",
            "8h",
            "7h30’ - 8h00",
            "07:30-08:00",
            "14g30",
            "10 giờ 30 phút",
            "Từ 13h30",
            "Sáng",
            "Buổi chiều",
            "Sáng 12/3",
            "Chiều thứ Hai",
            "Sáng: 8h00",
            "Tối ngày 15/6",
            "Chiều, Chủ nhật",
        ] {
            assert!(begins_with_hour(hour), "{hour}");
        }
        for day in [
            "Thứ Ba 4/3",
            "Thứ 6",
            "Chủ nhật",
            "Ngày 12/3",
            "30/6",
            "05/6/2025",
            "Hai (03/3)",
        ] {
            assert!(begins_with_day(day) && !begins_with_hour(day), "{day}");
        }
        for other in [
            "",
            "—",
            "15ha",
            "20hộ",
            "12giờ học",
            "120h00",
            "1:",
            "30:7",
            "15 ha",
            "Tối thiểu 95%",
            "Sáng kiến cấp huyện",
            "Sáng lập 3 tổ hợp tác",
            "Từ tháng 3",
            "Trong quý II",
            "Thường xuyên",
            "Trước 30/6",
            "Trước 17h ngày 28/3",
            "Hàng tháng",
            "Quý I",
            "Cả năm",
            "2026",
            "6 tháng",
            "Thứ tự ưu tiên",
            "Ba mô hình",
            "Chủ động",
        ] {
            assert!(
                !begins_with_hour(other) && !begins_with_day(other),
                "{other}"
            );
        }
    }
}
