//! What number, letter or bullet does a paragraph begin with? Text → [`Marker`].
//!
//! The same number may begin an item and a sentence (`1.1 Công tác`, `1.1 triệu`), so that signs that say little count only
//! before a capital.

/// What a paragraph begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Marker {
    None,
    /// `-`, `+`, `*`, `•`; all marks but letters may touch a capital after them.
    Bullet,
    /// `a)`, `1)`, `(a)`.
    Item,
    /// `1.`, `2.3.`, `4/`, `a.`.
    Number,
    /// `I.`, `IV/`, `Chương II`, `Phần thứ nhất`, `Điều 5.`.
    Section,
}

/// What a paragraph begins with; `None` where nothing follows the mark.
pub(crate) fn marker(text: &str) -> Marker {
    let tight = tight_marker(text);
    if tight != Marker::None {
        return tight;
    }
    let Some((first, rest)) = text.split_once(char::is_whitespace) else {
        return Marker::None;
    };
    if rest.trim().is_empty() {
        return Marker::None;
    }
    if matches!(
        first,
        "-" | "+" | "*" | "•" | "–" | "—" | "·" | "▪" | "●" | "○" | "■" | "♦" | "►" | "✓"
    ) {
        return Marker::Bullet;
    }
    if is_section_word(first, rest) {
        return Marker::Section;
    }
    numbering(first, rest)
}

/// Whether a paragraph's mark touches the capital after it.
pub(crate) fn is_tight(text: &str) -> bool {
    tight_marker(text) != Marker::None
}

/// How the number is made that a paragraph begins with, so that those of one list are alike: `1.` and `12.` are `1`, `2.3` and
/// `I.1.` are `1.1`, `3-` is `1-`.
pub(crate) fn form_of_number(text: &str) -> String {
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | '/'));
    let number = if is_tight(text) {
        &text[..text.len() - rest.len()]
    } else {
        text.split(char::is_whitespace).next().unwrap_or_default()
    };
    let groups = number
        .trim_end_matches('.')
        .split_inclusive(|c: char| !c.is_alphanumeric());
    groups
        .map(|group| group.trim_start_matches(char::is_alphanumeric))
        .fold(String::new(), |form, sign| form + "1" + sign)
}

/// What a paragraph begins with whose mark was typed right before a capital: `-Tổ chức`, `1.Công tác`.
fn tight_marker(text: &str) -> Marker {
    let begins_capital = |rest: &str| rest.starts_with(char::is_uppercase);
    if let Some(rest) = text.strip_prefix(['-', '+', '*', '–', '•']) {
        return if begins_capital(rest) {
            Marker::Bullet
        } else {
            Marker::None
        };
    }
    tight_number(text)
}

/// The same for numbers and letters: `2.1.Công tác`, `I.Kết quả`, `a)Tổ chức`.
fn tight_number(text: &str) -> Marker {
    let begins_capital = |rest: &str| rest.starts_with(char::is_uppercase);
    // A line may begin with the number of a document: `12/NQ-HU`, `45/TTr-UBND`.
    let begins_word =
        |rest: &str| begins_capital(rest) && rest.chars().nth(1).is_some_and(char::is_lowercase);
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    let number = &text[..text.len() - rest.len()];
    if is_grouped(number.trim_end_matches('.')) {
        return match (number.ends_with('.'), rest.chars().next()) {
            (true, _) if begins_capital(rest) => Marker::Number,
            (false, Some('/')) if begins_word(&rest[1..]) => Marker::Number,
            (false, Some(')')) if begins_capital(&rest[1..]) => Marker::Item,
            _ => Marker::None,
        };
    }
    let mut letters = text.chars();
    if letters.next().is_some_and(char::is_lowercase) && letters.next() == Some(')') {
        let is_item = begins_capital(letters.as_str());
        return if is_item { Marker::Item } else { Marker::None };
    }
    let roman = text.len() - text.trim_start_matches(is_roman_digit).len();
    let (roman, rest) = text.split_at(roman);
    match rest.strip_prefix('.') {
        Some(rest) if is_roman(roman) && begins_word(rest) => {
            // One letter may be an initial before a name: `V.Putin`, `I.Newton`.
            let word = rest.split(' ').next().unwrap_or_default();
            let is_name = word == rest || (roman.len() == 1 && word.is_ascii());
            if is_name {
                Marker::None
            } else {
                Marker::Section
            }
        }
        _ => Marker::None,
    }
}

/// The marker that `word` is by itself before `rest`: a number or letter and the sign after it.
fn numbering(word: &str, rest: &str) -> Marker {
    let begins_capital = rest.trim_start().starts_with(char::is_uppercase);
    let Some(sign) = word.chars().last() else {
        return Marker::None;
    };
    let body = word[..word.len() - sign.len_utf8()].trim_start_matches('(');
    match sign {
        ')' if is_number(body) || is_small_letter(body) || is_small_roman(body) => Marker::Item,
        '.' | '/' => numbering_before(body),
        '-' | '–' if begins_capital => numbering_before(body.trim_end_matches('.')),
        '0'..='9'
            if begins_capital
                && word.contains('.')
                && (is_grouped(word) || is_lettered(word))
                && !begins_unit(rest) =>
        {
            Marker::Number
        }
        _ => Marker::None,
    }
}

/// What a number or letter is before its full stop, stroke or dash.
fn numbering_before(body: &str) -> Marker {
    let is_capital = body.len() == 1 && body.chars().all(|c| c.is_ascii_uppercase());
    if is_roman(body) || is_capital {
        Marker::Section
    } else if is_number(body) || is_lettered(body) {
        Marker::Number
    } else if is_small_letter(body) {
        Marker::Item
    } else {
        Marker::None
    }
}

fn is_number(text: &str) -> bool {
    let is_group = |part: &str| {
        (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    text.len() <= 8 && text.split('.').all(is_group)
}

/// Whether a number has groups of two digits at most, as no thousands have: `2.1`.
fn is_grouped(text: &str) -> bool {
    is_number(text) && text.split('.').all(|group| group.len() <= 2)
}

/// Whether what follows a number is its unit, in capitals as office programs write after a full stop: `2.5 Triệu đồng`.
fn begins_unit(rest: &str) -> bool {
    // `Tấn công`, `Tỷ lệ` and `Triệu Phong` begin headings.
    const UNITS: [&str; 14] = [
        "ha",
        "kg",
        "km",
        "km2",
        "m2",
        "m3",
        "nghìn đồng",
        "ngàn đồng",
        "tạ/ha",
        "tấn/ha",
        "triệu đồng",
        "triệu lượt",
        "tỉ đồng",
        "tỷ đồng",
    ];
    let rest = rest.trim_start().to_lowercase();
    UNITS.iter().any(|unit| {
        let after = rest.strip_prefix(unit);
        after.is_some_and(|after| !after.starts_with(char::is_alphanumeric))
    })
}

/// `I.1`, `A.2.1`; but `B.52` is an aeroplane.
fn is_lettered(text: &str) -> bool {
    text.split_once('.').is_some_and(|(letter, number)| {
        let is_letter = letter.len() == 1 && letter.chars().all(|c| c.is_ascii_uppercase());
        let is_single = || number.split('.').all(|group| group.len() == 1);
        is_grouped(number) && (is_roman(letter) || is_letter && is_single())
    })
}

fn is_small_letter(text: &str) -> bool {
    text.chars().count() == 1 && text.chars().all(char::is_lowercase)
}

fn is_small_roman(text: &str) -> bool {
    (1..=4).contains(&text.len()) && text.chars().all(|c| matches!(c, 'i' | 'v' | 'x'))
}

fn is_roman(text: &str) -> bool {
    (1..=6).contains(&text.len()) && text.chars().all(is_roman_digit)
}

fn is_roman_digit(character: char) -> bool {
    matches!(character, 'I' | 'V' | 'X' | 'L')
}

/// `Chương II`, `Phần thứ nhất`, `Mục 3`, `Điều 5.`, `Chapter 2`: a word of division and its number.
fn is_section_word(first: &str, rest: &str) -> bool {
    let is_division = [
        "chương", "phần", "mục", "điều", "tiết", "chapter", "part", "section", "article",
    ]
    .contains(&first.to_lowercase().as_str());
    let number = rest.split([' ', '.', ':']).next().unwrap_or_default();
    let is_capitalised = first.chars().next().is_some_and(char::is_uppercase);
    is_division
        && is_capitalised
        && (is_roman(number)
            || (!number.is_empty() && number.chars().all(|c| c.is_ascii_digit()))
            || number.to_lowercase() == "thứ"
            || is_number_word(number, &rest[number.len()..]))
}

/// `một`, `HAI` after `Phần`, as far as a heading has them: `Phần một: Kết quả`, but no `Phần ba diện tích`.
fn is_number_word(number: &str, after: &str) -> bool {
    let is_loud = !number.contains(char::is_lowercase);
    let ends = after.is_empty() || after.starts_with(['.', ':']) || after.starts_with(" -");
    ["một", "hai", "ba", "bốn", "năm"].contains(&number.to_lowercase().as_str())
        && (is_loud || ends)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_may_touch_a_capital() {
        let cases = [
            ("-Tổ chức tập huấn", Marker::Bullet),
            ("+Xã Đông Hội: 12 đơn", Marker::Bullet),
            ("-5 độ vào sáng sớm", Marker::None),
            ("-xã hội", Marker::None),
            ("1.Công tác quốc phòng", Marker::Number),
            ("12)Công tác", Marker::Item),
            ("3/Công tác", Marker::Number),
            ("12/NQ-HU của Huyện ủy", Marker::None),
            ("05/QĐ-UB ngày 12 tháng 3", Marker::None),
            ("1.250 hộ", Marker::None),
            ("115.Công", Marker::None),
            ("2.1.Công tác chỉ đạo", Marker::Number),
            ("1.250.Công", Marker::None),
            ("a)Công tác chỉ đạo", Marker::Item),
            ("I.Kết quả thực hiện", Marker::Section),
            ("II.Thu ngân sách", Marker::Section),
            ("V.Putin thăm Khê Hạ", Marker::None),
            ("V.Hùng", Marker::None),
        ];
        for (text, expected) in cases {
            assert_eq!(marker(text), expected, "{text}");
        }
    }

    #[test]
    fn numbers_have_many_signs_and_figures_none() {
        let cases = [
            ("I- Kết quả thực hiện", Marker::Section),
            ("I.- Kết quả thực hiện", Marker::Section),
            ("Phần một: Kết quả thực hiện", Marker::Section),
            ("PHẦN HAI NHIỆM VỤ", Marker::Section),
            ("1- Về công tác tư tưởng", Marker::Number),
            ("1.- Công tác chỉ đạo", Marker::Number),
            ("1.1 Công tác chỉ đạo", Marker::Number),
            ("I.1. Công tác chỉ đạo", Marker::Number),
            ("I.1 Công tác chỉ đạo", Marker::Number),
            ("a- Tổ chức tập huấn", Marker::Item),
            ("ii) Công tác khác", Marker::Item),
            ("1- 2 ha rau màu", Marker::None),
            ("3.5 triệu đồng", Marker::None),
            ("1.250 Hộ", Marker::None),
            ("2.5 Triệu đồng mỗi hộ", Marker::None),
            ("3.5 Km đường liên thôn", Marker::None),
            ("1.2 Tỷ lệ hộ nghèo", Marker::Number),
            ("1.3 Hạ tầng", Marker::Number),
            ("A.2 Công tác chỉ đạo", Marker::Number),
            ("B.52 Mỹ bị bắn rơi", Marker::None),
            ("2021- Năm của chuyển đổi số", Marker::None),
            ("12 Xã đạt chuẩn", Marker::None),
            ("Phần ba diện tích rừng", Marker::None),
            ("vii ) gạo", Marker::None),
        ];
        for (text, expected) in cases {
            assert_eq!(marker(text), expected, "{text}");
        }
    }
}
