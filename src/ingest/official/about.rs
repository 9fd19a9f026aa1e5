//! What does a letter say that it is about? `V/v …` or `Về việc …`, under its number or behind it.

use super::body::is_issuer;
use super::continuation::is_unfinished;
use super::fold::folded;
use super::kind::is_bare_kind;
use super::number::find_number;
use super::place::CELLS;
use super::subject::{LONGEST_TITLE_LINE, begins_with, is_body_speaking, is_loud};
use super::words::words_from_the_end;

/// Where on a line it is said what a letter is about.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// Where the mark starts, `V/v`.
    pub(super) mark: usize,
    /// Where the subject starts, and the end of its cell.
    pub(super) start: usize,
    pub(super) end: usize,
}

/// Finds the first `V/v` or `Về việc` that may open a subject.
pub(super) fn find_mark(line: &str) -> Option<Place> {
    let mut before = 0;
    for cell in line.split(CELLS) {
        if let Some((mark, start)) = mark_of_cell(cell) {
            return Some(Place {
                mark: before + mark,
                start: before + start,
                end: before + cell.len(),
            });
        }
        before += cell.len() + CELLS.len();
    }
    None
}

/// Where in a cell a mark starts, and where what follows it.
fn mark_of_cell(cell: &str) -> Option<(usize, usize)> {
    let first = cell.find(char::is_alphanumeric)?;
    let mut marks = cell.match_indices(['V', 'v']);
    marks.find_map(|(mark, _)| {
        let is_start = !cell[..mark].ends_with(char::is_alphanumeric);
        let length = is_start.then(|| mark_length(&cell[mark..], mark == first))??;
        Some((mark, mark + length))
    })
}

/// Whether a line says what it is about with `Về việc`, as sentences do, too.
pub(super) fn is_spelled_out(line: &str) -> bool {
    find_mark(line).is_some_and(|place| begins_with(&line[place.mark..], "về việc"))
}

/// The bytes of a mark at the start of a text; inside a line it has a stroke or a capital letter, as `v.v.` and `về việc` have
/// not.
fn mark_length(text: &str, opens_cell: bool) -> Option<usize> {
    let is_capital = text.starts_with('V');
    let rest = text.strip_prefix(['V', 'v'])?;
    let behind = rest.trim_start_matches([' ', '/', '.', '-']);
    let joint = &rest[..rest.len() - behind.len()];
    let is_sure = opens_cell || joint.contains('/') || (is_capital && joint.is_empty());
    let behind = behind.strip_prefix(['V', 'v']).filter(|_| is_sure);
    let behind = behind.or_else(|| {
        let rest = text.get("Về việc".len()..)?;
        (begins_with(text, "về việc") && (is_capital || opens_cell)).then_some(rest)
    })?;
    if behind.starts_with(char::is_alphanumeric) {
        return None;
    }
    Some(text.len() - behind.trim_start_matches([' ', ':', '.', '/']).len())
}

/// With these the text points back: `Về việc này, …`
const POINTERS: [&str; 4] = ["này", "trên", "nêu trên", "đó"];

/// Parts a line without its number, place and date into what stands before the mark and the subject behind it.
///
/// Before it nothing may stand but the name of a body: `Sở Y tế có công văn V/v …` is prose.
pub(super) fn cut(rest: &str, is_letterhead: bool) -> Option<(&str, String)> {
    let place = find_mark(rest)?;
    let subject = clean(&rest[place.start..place.end]);
    let before = &rest[..place.mark];
    let name = before.trim_matches(|letter: char| !letter.is_alphanumeric() && letter != ')');
    let is_name = (is_letterhead || is_loud(name)) && is_issuer(name, is_letterhead);
    let is_sentence = POINTERS.iter().any(|word| begins_with(&subject, word))
        || (subject.ends_with('.') && is_body_speaking(&subject));
    let is_subject =
        subject.chars().count() <= LONGEST_TITLE_LINE && !subject.ends_with(':') && !is_sentence;
    let before = if is_plain_number(name) { "" } else { before };
    let is_cut = is_subject && (name.is_empty() || before.is_empty() || is_name);
    is_cut.then_some((before, subject))
}

/// Whether a text is a number without its symbol: `Số: 45`.
fn is_plain_number(text: &str) -> bool {
    let name = folded(text);
    let number = name.strip_prefix("so");
    number.is_some_and(|number| !number.contains(char::is_alphabetic))
}

/// A subject in one line, without the rule under it and the bracket that closes it.
pub(super) fn clean(subject: &str) -> String {
    let is_rule = |word: &str| word.len() > 1 && word.chars().all(|letter| "-–_*".contains(letter));
    let words = subject.split_whitespace().filter(|word| !is_rule(word));
    let words = words.collect::<Vec<_>>().join(" ");
    let words = words.trim_end_matches([' ', '|']);
    let bare = words.strip_suffix(')').filter(|bare| !bare.contains('('));
    bare.unwrap_or(words).to_owned()
}

/// Whether a subject must go on: at a comma or `của`, with a kind whose number is to come, or a number and its date.
pub(super) fn is_open(subject: &str) -> bool {
    let mut ends = words_from_the_end(subject).take(2);
    let ends_with_number =
        || find_number(subject).is_some_and(|number| number.place.end == subject.trim_end().len());
    subject.is_empty()
        || is_unfinished(subject)
        || ends.any(|(start, _)| is_bare_kind(&subject[start..]))
        || ends_with_number()
}
