//! Which number on a line of a letterhead is the letter's own? Names of bodies and kinds of documents have numbers as well.

use super::body::names_body;
use super::date::find_number;
use super::fold::folded;
use super::kind::{is_bare_kind, is_kind};
use super::place::words_from_the_end;

/// Words between the name of a body and the number of the decision that founded it, folded.
const CITING: [&str; 4] = ["theo", "qd", "quyet", "dinh"];

/// A text without the decisions that names of bodies cite: `ĐOÀN THANH TRA THEO QĐ SỐ 12/QĐ-TT`.
pub(super) fn without_citations(mut text: String) -> String {
    while let Some(number) = find_number(&text)
        && let Some(start) = start_of_citation(&text[..number.place.start])
    {
        text.replace_range(start..number.place.end, " ");
    }
    text
}

/// Where the words start that cite a number behind this text, where the name of a body stands before them.
fn start_of_citation(before: &str) -> Option<usize> {
    let words = words_from_the_end(before);
    let citing = words.take_while(|(_, word)| CITING.contains(&folded(word).as_str()));
    let (start, _) = citing.last()?;
    names_body(before[..start].trim_start()).then_some(start)
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
