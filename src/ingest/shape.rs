//! What is a paragraph by the look of it? Text → [`ParagraphKind`], for paragraphs that their
//! format calls plain.
//!
//! Reports number and capitalise their headings by hand far more often than they style them, in
//! every format. The rules look at one paragraph and the markers of its neighbours.

use super::caption::is_caption;
use crate::document::ParagraphKind;

/// How long a title in capitals may be, in words; a whole paragraph in capitals is a notice.
const MAX_CAPITALS_WORDS: usize = 40;
/// How long a numbered heading may be, in words.
const MAX_NUMBERED_WORDS: usize = 20;

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

/// Says what each paragraph is by its shape, where `kinds` says only that it is body text.
pub(crate) fn refine(texts: &[impl AsRef<str>], kinds: &mut [ParagraphKind]) {
    let texts: Vec<&str> = texts.iter().map(AsRef::as_ref).collect();
    let markers: Vec<Marker> = texts.iter().map(|text| marker(text)).collect();
    for index in 0..texts.len().min(kinds.len()) {
        if kinds[index] != ParagraphKind::Body {
            continue;
        }
        let neighbours = [index.checked_sub(1), Some(index + 1)];
        let in_list = neighbours.into_iter().flatten().any(|other| {
            markers.get(other) == Some(&Marker::Number) && is_short_line(texts[other])
        });
        kinds[index] = kind(texts[index], markers[index], in_list);
    }
}

/// What a paragraph is by the name of its style, in lower case; the names of built-in styles are the
/// same in all languages of an office program.
pub(crate) fn kind_of_style(name: &str) -> Option<ParagraphKind> {
    match name {
        "title" | "subtitle" | "toc heading" | "heading" => Some(ParagraphKind::Heading),
        "caption" | "footnote text" | "endnote text" | "footnote" | "endnote" => {
            Some(ParagraphKind::Caption)
        }
        // Lines of a table of contents are no prose, and read across like the rows of a table.
        _ if name.starts_with("toc ") || name == "table of figures" => Some(ParagraphKind::Table),
        _ if name.starts_with("heading ") => Some(ParagraphKind::Heading),
        _ if name.starts_with("list bullet") || name.starts_with("list number") => {
            Some(ParagraphKind::ListItem)
        }
        _ => None,
    }
}

fn kind(text: &str, marker: Marker, in_list: bool) -> ParagraphKind {
    let is_heading = match marker {
        Marker::Bullet | Marker::Item => false,
        Marker::Section => is_capitals(text) || is_short_line(text),
        // A short line beside another numbered one is an item of a list, not a heading over nothing.
        Marker::Number => is_capitals(text) || (is_short_line(text) && !in_list),
        Marker::None => is_capitals(text),
    };
    match marker {
        _ if is_heading => ParagraphKind::Heading,
        Marker::Bullet | Marker::Item | Marker::Number => ParagraphKind::ListItem,
        Marker::Section | Marker::None if is_caption(text) => ParagraphKind::Caption,
        Marker::Section | Marker::None => ParagraphKind::Body,
    }
}

/// The text after a bullet that no keyboard has, which an office program has put there; such a
/// paragraph is an item of a list, and reads the same where the format keeps bullets apart.
pub(crate) fn without_bullet(text: &str) -> Option<&str> {
    let rest = text.strip_prefix([
        '•', '▪', '●', '○', '■', '□', '❑', '❒', '♦', '►', '➢', '→', '⇒', '☞', '✓', '❖', '◦', '∙',
    ])?;
    Some(rest.trim_start()).filter(|rest| !rest.is_empty())
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
    numbering(first)
}

/// Whether a paragraph's mark touches the capital after it.
pub(crate) fn is_tight(text: &str) -> bool {
    tight_marker(text) != Marker::None
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
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if !matches!(digits, 1 | 2) {
        return Marker::None;
    }
    let rest = &text[digits..];
    // A line may begin with the number of a document: `12/NQ-HU`, `45/TTr-UBND`.
    let begins_word =
        |rest: &str| begins_capital(rest) && rest.chars().nth(1).is_some_and(char::is_lowercase);
    match rest.chars().next() {
        Some('.') if begins_capital(&rest[1..]) => Marker::Number,
        Some('/') if begins_word(&rest[1..]) => Marker::Number,
        Some(')') if begins_capital(&rest[1..]) => Marker::Item,
        _ => Marker::None,
    }
}

/// The marker that `word` is by itself: a number or letter and the sign after it.
fn numbering(word: &str) -> Marker {
    let Some(sign) = word
        .chars()
        .last()
        .filter(|sign| matches!(sign, '.' | ')' | '/'))
    else {
        return Marker::None;
    };
    let body = word[..word.len() - 1].trim_start_matches('(');
    let is_number = body.len() <= 8
        && body
            .split('.')
            .all(|part| !part.is_empty() && part.len() <= 3)
        && body.chars().all(|c| c.is_ascii_digit() || c == '.');
    let is_letter = body.chars().count() == 1 && body.chars().all(char::is_lowercase);
    match sign {
        ')' if is_number || is_letter => Marker::Item,
        '.' | '/' if is_roman(body) => Marker::Section,
        '.' | '/' if body.len() == 1 && body.chars().all(|c| c.is_ascii_uppercase()) => {
            Marker::Section
        }
        '.' | '/' if is_number => Marker::Number,
        '.' | '/' if is_letter => Marker::Item,
        _ => Marker::None,
    }
}

fn is_roman(text: &str) -> bool {
    !text.is_empty() && text.len() <= 6 && text.chars().all(|c| matches!(c, 'I' | 'V' | 'X' | 'L'))
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
            || number.eq_ignore_ascii_case("thứ")
            || number == "THỨ")
}

/// Whether a line is short and does not end as a sentence or a list item does.
fn is_short_line(text: &str) -> bool {
    text.split_whitespace().count() <= MAX_NUMBERED_WORDS
        && !text.ends_with(['.', ';', ',', '!', '?', '…'])
}

/// Whether a line ends as a sentence, a clause or what leads to a list does, in any script.
pub(crate) fn ends_sentence(text: &str) -> bool {
    let text = text
        .trim_end()
        .trim_end_matches(['"', '”', '’', '\'', ')', '»', ']']);
    let has_end = text.ends_with([
        '.', '!', '?', ';', ':', '…', '。', '！', '？', '；', '：', '។', '।',
    ]);
    has_end && !precedes_name(text)
}

/// Whether a line ends in an abbreviation that a name follows: `UBND TP.`, `PGS.TS.`
fn precedes_name(text: &str) -> bool {
    // The usual ones of data/abbreviations.txt.
    const WORDS: [&str; 18] = [
        "TP", "Tp", "TX", "TT", "Q", "P", "GS", "PGS", "TS", "ThS", "Ths", "TSKH", "BS", "KS",
        "DS", "LS", "Đ/c", "đ/c",
    ];
    let word = text.split([' ', '(']).next_back().unwrap_or_default();
    word.strip_suffix('.').is_some_and(|word| {
        let last = word.rsplit('.').next().unwrap_or_default();
        WORDS.contains(&last)
    })
}

/// Whether a line is in capitals throughout, with at least two letters side by side.
pub(crate) fn is_capitals(text: &str) -> bool {
    let mut letters = 0usize;
    for character in text.chars().filter(|character| character.is_alphabetic()) {
        if !character.is_uppercase() {
            return false;
        }
        letters += 1;
    }
    let longest_word = text
        .split(|c: char| !c.is_alphabetic())
        .map(|word| word.chars().count())
        .max();
    letters >= 4
        && longest_word >= Some(2)
        && !text.ends_with([';', ','])
        && text.split_whitespace().count() <= MAX_CAPITALS_WORDS
}

#[cfg(test)]
mod tests {
    use super::*;
    use ParagraphKind::{Body, Heading, ListItem};

    struct Case {
        text: &'static str,
        expected: ParagraphKind,
    }

    #[test]
    fn tells_headings_and_list_items_by_their_look() {
        let cases = [
            Case {
                text: "BÁO CÁO",
                expected: Heading,
            },
            Case {
                text: "I. KẾT QUẢ ĐẠT ĐƯỢC",
                expected: Heading,
            },
            Case {
                text: "II. Phương hướng, nhiệm vụ",
                expected: Heading,
            },
            Case {
                text: "1. Công tác tham mưu",
                expected: Heading,
            },
            Case {
                text: "2.1. Về xây dựng lực lượng:",
                expected: Heading,
            },
            Case {
                text: "Phần thứ nhất",
                expected: Heading,
            },
            Case {
                text: "Điều 5. Tổ chức thực hiện",
                expected: Heading,
            },
            Case {
                text: "Điều 5 của Luật này có hiệu lực từ ngày ký ban hành.",
                expected: Body,
            },
            Case {
                text: "1. Trong quý I, toàn ngành đã hoàn thành kế hoạch.",
                expected: ListItem,
            },
            Case {
                text: "- Tăng cường tuần tra;",
                expected: ListItem,
            },
            Case {
                text: "a) Tổ chức tập huấn",
                expected: ListItem,
            },
            Case {
                text: "Phần lớn các hộ đã thoát nghèo",
                expected: Body,
            },
            Case {
                text: "15/02/2022 là hạn cuối",
                expected: Body,
            },
            Case {
                text: "UBND tỉnh đã ban hành kế hoạch.",
                expected: Body,
            },
            Case {
                text: "-",
                expected: Body,
            },
        ];
        for case in cases {
            let mut kinds = [Body];
            refine(&[case.text], &mut kinds);
            assert_eq!(kinds[0], case.expected, "{:?}", case.text);
        }
    }

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
        ];
        for (text, expected) in cases {
            assert_eq!(marker(text), expected, "{text}");
        }
    }

    #[test]
    fn an_abbreviation_before_a_name_ends_no_sentence() {
        for text in ["lãnh đạo UBND TP.", "bà ThS.", "(PGS.TS.", "do đ/c."] {
            assert!(!ends_sentence(text), "{text}");
        }
        for text in ["của UBND.", "hai xã.”", "như sau:", "STP."] {
            assert!(ends_sentence(text), "{text}");
        }
    }

    #[test]
    fn short_numbered_lines_side_by_side_are_a_list() {
        let texts = ["1. Gạo", "2. Ngô", "3. Khoai"];
        let mut kinds = [Body; 3];
        refine(&texts, &mut kinds);
        assert_eq!(kinds, [ListItem; 3]);
    }

    #[test]
    fn a_kind_that_the_format_gives_stays() {
        let mut kinds = [ParagraphKind::Table];
        refine(&["BÁO CÁO"], &mut kinds);
        assert_eq!(kinds, [ParagraphKind::Table]);
    }
}
