//! Which parts of a long sentence may be quoted by themselves?
//!
//! Sentences of reports enumerate: "…; …; …". One that is too long to quote is cut where its items
//! end, never within a quotation or a bracket.

use std::ops::Range;

use super::enclosure::{Stretches, is_only_opener, is_opener};
use super::enumerator::starts_with_bracketed_number;
use super::syllable::SyllableStarts;
use super::trimmed;

/// A sentence of more syllables is split into clauses.
pub const MAX_WHOLE_SYLLABLES: usize = 60;

/// A clause of fewer syllables says nothing by itself and joins its neighbour: it names one of a list.
const MIN_CLAUSE_SYLLABLES: usize = 12;

/// What has names of its own, and how many words before a colon say that there are several of it.
const NAMED: [&str; 37] = [
    "bộ",
    "ban",
    "ngành",
    "sở",
    "cục",
    "vụ",
    "chi cục",
    "tổng cục",
    "phòng",
    "tỉnh",
    "thành phố",
    "huyện",
    "quận",
    "xã",
    "phường",
    "thị",
    "thôn",
    "ủy ban",
    "uỷ ban",
    "lực lượng",
    "đơn vị",
    "cơ quan",
    "đồng chí",
    "ông",
    "bà",
    "doanh nghiệp",
    "công ty",
    "tập đoàn",
    "ngân hàng",
    "nước",
    "quốc gia",
    "địa phương",
    "trường",
    "bệnh viện",
    "cửa khẩu",
    "đảng bộ",
    "đội",
];
const NAMED_WORDS: usize = 6;
/// How many words a name in a list has at most.
const LONGEST_NAME: usize = 7;
/// How many words after a kind say which ones.
const MODIFIERS: usize = 2;

/// A way to cut an enumeration: gives the start of each further item within a part of the text.
type Cut = fn(&str, Range<usize>) -> Vec<usize>;

/// From the surest mark to the weakest; each is tried on what the ones before left too long.
const CUTS: [Cut; 3] = [after_semicolons, before_items, after_colon];

/// A paragraph, read once for all its sentences.
#[derive(Debug)]
pub(super) struct ClauseFinder<'text> {
    pub(super) text: &'text str,
    pub(super) syllables: &'text SyllableStarts,
    /// Quotations and brackets, which no clause cuts.
    pub(super) enclosed: Stretches,
}

impl ClauseFinder<'_> {
    /// Splits `sentence` into clauses: in order, together covering all of it but white space.
    ///
    /// The result is empty where it is short enough to be quoted whole, or has nowhere to be cut.
    pub(super) fn clauses(&self, sentence: &Range<usize>) -> Vec<Range<usize>> {
        let mut parts = vec![sentence.clone()];
        for cut in CUTS {
            parts = parts
                .into_iter()
                .flat_map(|part| self.split(part, cut))
                .collect();
        }
        if parts.len() < 2 { Vec::new() } else { parts }
    }

    fn split(&self, part: Range<usize>, cut: Cut) -> Vec<Range<usize>> {
        if self.syllables.count(&part) <= MAX_WHOLE_SYLLABLES {
            return vec![part];
        }
        let mut pieces: Vec<Range<usize>> = Vec::new();
        let mut start = part.start;
        let offsets = cut(self.text, part.clone());
        for offset in offsets
            .into_iter()
            .filter(|&offset| !self.enclosed.are_cut_at(offset))
        {
            if self.is_clause(&(start..offset)) {
                pieces.push(start..offset);
                start = offset;
            }
        }
        match pieces.last_mut() {
            Some(last) if !self.is_clause(&(start..part.end)) => last.end = part.end,
            _ => pieces.push(start..part.end),
        }
        pieces
            .into_iter()
            .filter_map(|piece| trimmed(self.text, piece))
            .collect()
    }

    fn is_clause(&self, range: &Range<usize>) -> bool {
        self.syllables.count(range) >= MIN_CLAUSE_SYLLABLES
    }
}

/// Cuts after each semicolon.
fn after_semicolons(text: &str, part: Range<usize>) -> Vec<usize> {
    after_marks(text, part, &[';', '；']).collect()
}

/// Cuts after the first colon, if a list follows: more than one item, between commas or semicolons. What goes on with
/// a small letter, a number or a quotation is part of the sentence before the colon, unless both would be far too long; the
/// names of those of whom it speaks ("các bộ: Tài chính, Công an") always are.
fn after_colon(text: &str, part: Range<usize>) -> Vec<usize> {
    let (start, end) = (part.start, part.end);
    after_marks(text, part, &[':', '：'])
        .take(1)
        .filter(|&offset| {
            let list = &text[offset..end];
            let goes_on =
                |c: char| c.is_lowercase() || c.is_numeric() || is_only_opener(c) || c == '"';
            let goes_on = list.starts_with(goes_on);
            let is_short = text[start..end].split_whitespace().count() <= 2 * MAX_WHOLE_SYLLABLES;
            let names = || announces_names(&text[start..offset]) && begins_with_name(list);
            let belongs = (goes_on && is_short) || names();
            !belongs && list.contains([',', ';', '，', '；', '、'])
        })
        .collect()
}

/// Whether what ends with a colon announces names: of several of a kind, or of who took a picture.
fn announces_names(lead: &str) -> bool {
    let lead = lead
        .trim_end()
        .trim_end_matches([':', '：'])
        .trim_end()
        .to_lowercase();
    let words: Vec<&str> = lead.split_whitespace().collect();
    let end = &words[words.len().saturating_sub(NAMED_WORDS)..];
    let is_kind = |at: usize| names_only_kinds(&end[at..].join(" "));
    let is_several = |word: &str| {
        matches!(word, "các" | "những" | "số") || word.bytes().all(|byte| byte.is_ascii_digit())
    };
    let names_kind = (1..end.len()).any(|at| is_several(end[at - 1]) && is_kind(at));
    names_kind || end.last() == Some(&"ảnh")
}

/// Whether the first of the items of a list is a name: short, with a capital letter.
fn begins_with_name(list: &str) -> bool {
    let first = list.split([',', ';']).next().unwrap_or_default();
    first.starts_with(char::is_uppercase) && first.split_whitespace().nth(LONGEST_NAME).is_none()
}

/// Whether a text is kinds of what has names, with two words at most that say which: "tỉnh, thành phố ven biển".
fn names_only_kinds(text: &str) -> bool {
    let mut rest = text;
    while let Some(next) = after_kind(rest) {
        let next = next.trim_start_matches([',', ' ']);
        rest = next.strip_prefix("và ").unwrap_or(next);
    }
    rest.len() < text.len() && rest.split_whitespace().count() <= MODIFIERS
}

/// What follows a kind of what has names, as a whole word, at the start of a text.
fn after_kind(text: &str) -> Option<&str> {
    let after = NAMED.iter().filter_map(|kind| text.strip_prefix(kind));
    after
        .filter(|rest| !rest.starts_with(char::is_alphabetic))
        .min_by_key(|rest| rest.len())
}

/// Gives the starts of the words right after one of `marks`.
fn after_marks<'text>(
    text: &'text str,
    part: Range<usize>,
    marks: &'static [char],
) -> impl Iterator<Item = usize> + 'text {
    text[part.clone()]
        .match_indices(marks)
        .filter_map(move |(offset, mark)| {
            let after = part.start + offset + mark.len();
            let rest = &text[after..part.end];
            let word = rest.trim_start();
            let is_apart = word.len() < rest.len()
                || !mark.is_ascii()
                || word.starts_with(char::is_alphabetic);
            let is_time = mark == ":" && word.len() == rest.len();
            (is_apart && !is_time && opens_clause(word)).then_some(part.end - word.len())
        })
}

/// Whether a clause may start with `text`, rather than with a mark that belongs to the one before.
fn opens_clause(text: &str) -> bool {
    let first = text.chars().next();
    first.is_some_and(|c| c.is_alphanumeric() || is_opener(c) || is_bullet(c))
}

/// Cuts before numbered items, "(1)" or "a)", and before dashes at the start of an item.
fn before_items(text: &str, part: Range<usize>) -> Vec<usize> {
    let mut offsets = Vec::new();
    let mut previous = None;
    let mut is_after_space = false;
    for (offset, character) in text[part.clone()].char_indices() {
        let offset = part.start + offset;
        let is_space = character.is_whitespace();
        if is_after_space && !is_space && starts_item(&text[offset..part.end], previous) {
            offsets.push(offset);
        }
        if !is_space {
            previous = Some(character);
        }
        is_after_space = is_space;
    }
    offsets
}

/// Whether an item of a list starts with `text`, where `previous` is the last mark before it.
///
/// The dash of "kinh tế - xã hội" and of "ông A - Giám đốc" stands after a letter, that of a list after a mark.
fn starts_item(text: &str, previous: Option<char>) -> bool {
    let is_after_mark = previous.is_some_and(|c| matches!(c, ':' | ';' | ',' | '.' | '…'));
    let mut characters = text.chars();
    match characters.next() {
        Some('(') => starts_with_bracketed_number(characters.as_str()),
        Some(c) if is_bullet(c) => {
            is_after_mark && characters.next().is_some_and(char::is_whitespace)
        }
        _ => is_after_mark && starts_with_bracketed_number(text),
    }
}

fn is_bullet(character: char) -> bool {
    matches!(character, '-' | '–' | '—' | '+' | '•' | '*')
}

#[cfg(test)]
mod tests;
