//! Is this the number of a list item or of a section? "1.", "2.1.", "a)", "II.", "Điều 5."

use super::boundary::last_word;
use super::enclosure::is_closer;

/// Words that a section's number follows, and its title after that.
const SECTION_WORDS: [&str; 21] = [
    "Điều",
    "Chương",
    "Mục",
    "Phần",
    "Khoản",
    "Bài",
    "Câu",
    "Hình",
    "Bảng",
    "Biểu",
    "Tiết",
    "Bước",
    "Article",
    "Chapter",
    "Section",
    "Part",
    "Figure",
    "Table",
    "Step",
    "Статья",
    "Глава",
];

/// The most bytes of marks and section word before an item's number.
const MAX_LEAD: usize = 32;

/// The longest number of a list item, in bytes: "12.10.11" or "XXXVIII".
const MAX_LENGTH: usize = 8;

/// Whether `sentence`, which a full stop follows, is or ends with the number of an item whose text is
/// still to come.
///
/// That is a number that starts the sentence ("1.2. Kết quả"), names a section ("Điều 5. Phạm vi") or stands
/// right after a mark that announces or ends items ("như sau: 1. Tổ chức").
pub(super) fn is_list_number(sentence: &str) -> bool {
    let number = after_announcement(last_word(sentence));
    if !is_item_number(number) {
        return false;
    }
    let Some(lead) = sentence.strip_suffix(number) else {
        return false;
    };
    let lead = lead.trim_end();
    (lead.ends_with(':') && is_first(number))
        || (lead.ends_with(';') && is_short(number))
        || opens_item(lead)
}

/// What stands in `word` after a mark that announces or ends items, where no space follows it: "các xã:1". A ratio and
/// a time have digits before theirs, "2:1".
fn after_announcement(word: &str) -> &str {
    match word.rsplit_once([':', ';']) {
        Some((lead, number)) if lead.ends_with(|c: char| c.is_alphabetic() || is_closer(c)) => {
            number
        }
        _ => word,
    }
}

/// Whether `number` can be that of a list's first item. After a colon any other one is a figure: "Số hộ nghèo: 312. Toàn
/// huyện …".
fn is_first(number: &str) -> bool {
    matches!(number, "1" | "01" | "a" | "A" | "I") || number.ends_with(".1")
}

/// Whether no group of `number` has more than two digits, as no list has a hundred items.
fn is_short(number: &str) -> bool {
    number
        .split('.')
        .all(|group| group.len() <= 2 || is_roman(group))
}

/// Whether nothing stands before an item's number but marks and the word for a section.
fn opens_item(lead: &str) -> bool {
    if lead.len() > MAX_LEAD {
        return false;
    }
    let word = lead.trim_start_matches(|c: char| !c.is_alphanumeric());
    word.is_empty() || SECTION_WORDS.contains(&word)
}

/// Whether `word` can number an item: up to three digits, several such groups, one letter, or a
/// Roman numeral.
fn is_item_number(word: &str) -> bool {
    let is_group = |group: &str| {
        (1..=3).contains(&group.len()) && group.bytes().all(|byte| byte.is_ascii_digit())
    };
    let mut letters = word.chars();
    let is_letter =
        matches!((letters.next(), letters.next()), (Some(c), None) if c.is_alphabetic());
    (1..=MAX_LENGTH).contains(&word.len())
        && (is_letter || is_roman(word) || word.split('.').all(is_group) || is_lettered(word))
}

/// Whether `word` is made of the letters of Roman numerals.
pub(super) fn is_roman(word: &str) -> bool {
    word.chars().all(|c| matches!(c, 'I' | 'V' | 'X' | 'L'))
}

/// Whether `word` is a letter or Roman numeral with a number: "A.1", "II.3".
fn is_lettered(word: &str) -> bool {
    word.split_once('.').is_some_and(|(letter, number)| {
        (is_roman(letter) || letter.chars().count() == 1)
            && !letter.is_empty()
            && number.split('.').all(|group| {
                (1..=2).contains(&group.len()) && group.bytes().all(|byte| byte.is_ascii_digit())
            })
    })
}

/// Whether `text` starts with the number of an item and its bracket: "1)", "iv)", "a)".
pub(super) fn starts_with_bracketed_number(text: &str) -> bool {
    let Some((end, ')')) = text
        .char_indices()
        .take(MAX_LENGTH)
        .find(|&(_, c)| !c.is_alphanumeric())
    else {
        return false;
    };
    let number = &text[..end];
    let is_roman = number
        .chars()
        .all(|c| matches!(c, 'i' | 'v' | 'x' | 'I' | 'V' | 'X'));
    let is_arabic = number.len() <= 2 && number.bytes().all(|byte| byte.is_ascii_digit());
    !number.is_empty() && (is_roman || is_arabic || number.chars().count() == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_the_numbers_of_items_and_sections() {
        for sentence in [
            "1",
            "12",
            "1.2",
            "a",
            "II",
            "- 3",
            "Điều 5",
            "Chương II",
            "như sau: 1",
            "A.1",
            "đạt; 2",
            "các xã:1",
            "(gồm ba việc):a",
            "hồ sơ;2",
        ] {
            assert!(is_list_number(sentence), "{sentence}");
        }
    }

    #[test]
    fn leaves_other_numbers_alone() {
        for sentence in [
            "năm 2022",
            "2022",
            "tổng số 15",
            "Nghị quyết số 12",
            "theo Điều 5",
            "tỷ số 2:1",
            "lúc 7:01",
            "hộ nghèo:312",
            "TP",
            "thế kỷ XX",
        ] {
            assert!(!is_list_number(sentence), "{sentence}");
        }
    }
}
