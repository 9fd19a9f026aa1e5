//! `Số: 418/BC-CAH` → `418/BC-CAH`. Which number on a line of a letterhead is the letter's own?
//!
//! Names of bodies and kinds of documents have numbers as well.

use std::ops::Range;

use super::body::names_any_body;
use super::fold::folded;
use super::kind::{is_bare_kind, is_kind};
use super::subject::begins_with;
use super::words::{find_word, words_from_the_end};

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
        match character {
            ' ' | '…' | '.' if number.is_empty() => {}
            // Blanks belong to it only beside a joint: `40 /2000/TT/BTC`.
            ' ' if number.ends_with(is_joint) => {}
            ' ' if rest[place..].trim_start().starts_with(is_joint) => {}
            _ if is_joint(character) => number.push(if character == '/' { '/' } else { '-' }),
            _ if character.is_alphanumeric() || matches!(character, '.' | '&' | '+') => {
                number.push(character);
            }
            _ => break,
        }
        end = start + place + character.len_utf8();
    }
    let number = number
        .trim_end_matches(['/', '-', '.', '&', '+'])
        .to_owned();
    let (_, symbol) = number.split_once(['/', '-'])?;
    let has_symbol = symbol
        .chars()
        .filter(|letter| letter.is_uppercase())
        .count()
        >= 2;
    has_symbol.then_some((end, number))
}

/// Whether a character joins the parts of a number: a stroke, or any of the hyphens and dashes in use.
fn is_joint(character: char) -> bool {
    matches!(character, '/' | '-' | '\u{2010}'..='\u{2014}' | '\u{2212}')
}

/// A text without the decisions that names of bodies cite: `ĐOÀN THANH TRA THEO QĐ SỐ 12/QĐ-TT`.
pub(super) fn without_citations(mut text: String) -> String {
    while let Some(number) = find_number(&text)
        && let before = &text[..number.place.start]
        && let Some(start) = citation_start(before).or_else(|| {
            founding_start(before).filter(|_| !text[number.place.clone()].contains(':'))
        })
    {
        text.replace_range(start..number.place.end, " ");
    }
    text
}

/// Where the words start that cite a number behind this text, `theo quyết định`, where the name of a body stands before them.
pub(super) fn citation_start(before: &str) -> Option<usize> {
    let (start, word) = words_from_the_end(&before[..kind_start(before)?]).next()?;
    let name = before[..start].trim_start();
    let is_named = names_any_body(name);
    (folded(word) == "theo" && is_named).then_some(start)
}

/// What is founded for one task by a decision, which may stand behind its name: `ĐOÀN THANH TRA QUYẾT ĐỊNH SỐ 12/QĐ-TT`.
const FOUNDED: [&str; 3] = ["đoàn", "tổ", "ban"];

/// Where the kind of such a decision starts; a number that is the letter's own has a colon.
fn founding_start(before: &str) -> Option<usize> {
    let start = kind_start(before)?;
    let name = before[..start].trim();
    let is_named = name.contains(' ') && FOUNDED.iter().any(|body| begins_with(name, body));
    is_named.then_some(start)
}

/// How the kinds of documents that found a body are abbreviated, folded.
const ABBREVIATIONS: [&str; 4] = ["qd", "nq", "kh", "ct"];

/// Where the kind starts that a text ends with.
fn kind_start(text: &str) -> Option<usize> {
    let starts = words_from_the_end(text).map(|(start, _)| start);
    let is_kind = |start: &usize| {
        let kind = &text[*start..];
        is_bare_kind(kind) || ABBREVIATIONS.contains(&folded(kind).as_str())
    };
    starts.take(LONGEST_KIND).find(is_kind)
}

/// Where what a number says begins in a line, if it opens one at `start`.
///
/// In the middle of a line only `Số` opens a number, or the kind before it as in `Luật số`, alone or after a house:
/// `theo quyết định số 5/QĐ-UB` is prose.
pub(super) fn opening_of_number(line: &str, start: usize) -> Option<usize> {
    let before = line[..start].trim();
    if is_kind(before) {
        Some(0)
    } else if before.is_empty() || line[start..].starts_with('S') {
        Some(start)
    } else {
        kind_after_house(&line[..start])
    }
}

/// Who makes laws. Their number stands under the name, with the kind before it.
const HOUSES: [&str; 3] = ["quoc hoi", "uy ban thuong vu quoc hoi", "chinh phu"];

/// Where the kind starts in a text that is no more than a house and the kind: `Quốc hội Luật`.
fn kind_after_house(text: &str) -> Option<usize> {
    let starts = words_from_the_end(text).map(|(start, _)| start);
    let mut kinds = starts.take(LONGEST_KIND);
    let start = kinds.find(|&start| is_bare_kind(&text[start..]))?;
    HOUSES
        .contains(&folded(&text[..start]).as_str())
        .then_some(start)
}

/// A kind has at most so many words.
const LONGEST_KIND: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;

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
                text: "Số: 2345/PCHG-KT+AT",
                expected: Some("2345/PCHG-KT+AT"),
            },
            Case {
                text: "Số 87\u{2011}BC/ĐU",
                expected: Some("87-BC/ĐU"),
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
