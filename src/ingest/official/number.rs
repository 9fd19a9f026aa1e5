//! Which number on a line of a letterhead is the letter's own? Names of bodies and kinds of documents have numbers as well.

use super::body::{names_body, names_marked_body};
use super::date::find_number;
use super::fold::folded;
use super::kind::{is_bare_kind, is_kind};
use super::place::words_from_the_end;
use super::subject::begins_with;

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
    let is_named = names_body(name) || names_marked_body(name);
    (folded(word) == "theo" && is_named).then_some(start)
}

/// What is founded for one task by a decision, which may stand behind its name as it is: `ĐOÀN THANH TRA QUYẾT ĐỊNH SỐ 12/QĐ-TT`.
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
