//! Is a line the time of which a title tells, or what is to be done then? `6 tháng đầu năm 2024`, `Phương hướng năm 2025`.

use super::subject::{begins_with, is_body_speaking};
use super::telling::{measures, tells_result};

/// How the half of a title begins that says what is to be done.
const PLANS: [&str; 5] = [
    "phương hướng",
    "nhiệm vụ",
    "kế hoạch",
    "chương trình",
    "giải pháp",
];

/// The words that name a time, beside its numbers.
const TIMES: [&str; 17] = [
    "quý", "tháng", "năm", "tuần", "giai", "đoạn", "nhiệm", "kỳ", "học", "sáu", "chín", "đầu",
    "cuối", "từ", "đến", "-", "–",
];

/// How a time begins.
const BEGINNINGS: [&str; 8] = [
    "quý",
    "tháng",
    "năm",
    "tuần",
    "giai đoạn",
    "nhiệm kỳ",
    "sáu tháng",
    "chín tháng",
];

/// The most words of a line that says of which time a title tells, or what is to be done then.
const MOST_WORDS: usize = 20;

/// Whether a line is the time of which the title above it tells, or what is to be done in another one.
pub(super) fn tells_time_or_plan(text: &str) -> bool {
    (tells_time(text) || tells_plan(text))
        && text.contains(|letter: char| letter.is_ascii_digit())
        && !tells_result(text)
        && !measures(text)
        && text.split_whitespace().count() <= MOST_WORDS
        && !text.ends_with(['.', ';'])
}

/// Whether a line is a time and no more, but for what is to be done in another one: of a sentence that begins so, somebody
/// does something then.
pub(super) fn tells_time(text: &str) -> bool {
    let after_number = text.trim_start_matches(|letter: char| letter.is_ascii_digit());
    let is_counted =
        after_number.len() < text.len() && begins(after_number.trim_start(), &["tháng", "năm"]);
    if !is_counted && !begins(text, &BEGINNINGS) {
        return false;
    }
    let mut rest = text;
    while let Some((word, behind)) = first_word(rest) {
        if !is_time_word(word.trim_end_matches([',', ';'])) {
            break;
        }
        rest = behind;
    }
    rest.is_empty() || begins_with(rest, "và") || tells_plan(rest)
}

/// Whether a line is what is to be done, and says when.
fn tells_plan(text: &str) -> bool {
    let has_time = || {
        let words: Vec<&str> = text.split_whitespace().collect();
        let is_time = |pair: &[&str]| {
            let names_time = TIMES.contains(&pair[0].to_lowercase().as_str());
            names_time && is_number(pair[1].trim_end_matches([',', ';']))
        };
        words.windows(2).any(is_time)
    };
    begins_with(text, "và") || (begins(text, &PLANS) && !is_body_speaking(text) && has_time())
}

fn begins(text: &str, beginnings: &[&str]) -> bool {
    beginnings.iter().any(|it| begins_with(text, it))
}

fn first_word(text: &str) -> Option<(&str, &str)> {
    let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
    (!word.is_empty()).then_some((word, rest.trim_start()))
}

fn is_time_word(word: &str) -> bool {
    TIMES.contains(&word.to_lowercase().as_str()) || is_number(word)
}

/// `2024`, `2021-2025`, `06/2024`, `II`.
fn is_number(word: &str) -> bool {
    let is_part = |letter: char| {
        letter.is_ascii_digit() || matches!(letter, '/' | '-' | '–' | '.' | 'I' | 'V' | 'X')
    };
    word.contains(|letter: char| letter.is_ascii_digit() || matches!(letter, 'I' | 'V' | 'X'))
        && word.chars().all(is_part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_says_no_more_and_a_plan_says_when() {
        for text in [
            "6 tháng đầu năm 2024",
            "Quý I, phương hướng, nhiệm vụ quý II năm 2024",
            "Năm 2023 và kế hoạch năm 2024",
            "Giai đoạn 2021 - 2025",
            "Phương hướng, nhiệm vụ năm 2025",
        ] {
            assert!(tells_time_or_plan(text), "{text}");
        }
        for text in [
            "Năm 2024 cả xã trồng 120 cây cam",
            "6 tháng đầu năm 2024 xã làm 3 cây cầu",
            "Tháng 5 xã mở 3 lớp cho 120 hộ",
            "Nhiệm vụ 1 là chuẩn bị cây giống",
            "Giải pháp tưới nhỏ giọt giúp 45 hộ",
            "Nhiệm vụ năm 2024 hoàn thành sớm",
        ] {
            assert!(!tells_time_or_plan(text), "{text}");
        }
    }
}
