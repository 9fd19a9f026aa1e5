//! What is a paragraph by the look of it? Text → [`ParagraphKind`], for paragraphs that their
//! format calls plain.
//!
//! Reports number and capitalise their headings by hand far more often than they style them, in
//! every format. The rules look at one paragraph and the markers of its neighbours.

use super::caption::is_caption;
use super::marker::form_of_number;
pub(crate) use super::marker::{Marker, is_tight, marker};
use crate::document::ParagraphKind;

/// How long a title in capitals may be, in words; a whole paragraph in capitals is a notice.
const MAX_CAPITALS_WORDS: usize = 40;
/// How long a numbered heading may be, in words.
const MAX_NUMBERED_WORDS: usize = 20;

/// Says what each paragraph is by its shape, where `kinds` says only that it is body text.
pub(crate) fn refine(texts: &[impl AsRef<str>], kinds: &mut [ParagraphKind]) {
    let texts: Vec<&str> = texts.iter().map(AsRef::as_ref).collect();
    let markers: Vec<Marker> = texts.iter().map(|text| marker(text)).collect();
    for index in 0..texts.len().min(kinds.len()) {
        if kinds[index] != ParagraphKind::Body {
            continue;
        }
        let is_number = |other: usize| {
            markers.get(other) == Some(&Marker::Number) && is_short_line(texts[other])
        };
        let form = || form_of_number(texts[index]);
        let follows_item = index
            .checked_sub(1)
            .is_some_and(|above| is_number(above) && form_of_number(texts[above]) == form());
        // `1.` over `1.1` is a heading; `1.2` over `2.` has nothing below it.
        let precedes_item = is_number(index + 1) && {
            let (own, next) = (form(), form_of_number(texts[index + 1]));
            own == next || own.len() > next.len()
        };
        let in_list = follows_item || precedes_item;
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
    fn a_number_over_one_of_other_depth_or_sign_is_that_of_a_heading() {
        let texts = [
            "1. Văn hóa",
            "1.1 Thư viện",
            "Huyện có 3 thư viện.",
            "2.Thể thao",
            "2.1. Bóng đá: huyện có 12 đội.",
            "2.2 Cờ tướng",
            "3. Y tế",
            "1- Khám bệnh",
        ];
        let mut kinds = [Body; 8];
        refine(&texts, &mut kinds);
        assert_eq!(
            kinds,
            [
                Heading, Heading, Body, Heading, ListItem, ListItem, Heading, Heading
            ]
        );
    }

    #[test]
    fn a_kind_that_the_format_gives_stays() {
        let mut kinds = [ParagraphKind::Table];
        refine(&["BÁO CÁO"], &mut kinds);
        assert_eq!(kinds, [ParagraphKind::Table]);
    }
}
