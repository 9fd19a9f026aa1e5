//! Does a sentence end at this place? Decides by what stands before it and after it.

use super::abbreviation;
use super::enclosure::{is_closer, is_opener};
use super::enumerator;
use super::initial::Initial;
use super::note;

/// How far to look around a place, in characters: beyond the longest abbreviation, and short enough
/// for a token of a million characters to cost nothing.
const REACH: usize = 24;

/// Words that start sentences and hardly ever names. After an abbreviation or an initial they show
/// that its full stop ended the sentence as well ("trên địa bàn TP. Trong đó …").
///
/// Left out because places are named so: Bà (Rịa), Từ (Sơn), Tuy (Hòa), Đồng (Hới), Hai (Bà Trưng).
const FIRST_WORDS: [&str; 75] = [
    "Trong", "Ngoài", "Theo", "Tại", "Các", "Những", "Qua", "Để", "Với", "Sau", "Trước", "Khi",
    "Nếu", "Vì", "Do", "Đến", "Đây", "Đó", "Nhưng", "Và", "Mặc", "Bên", "Hiện", "Đặc", "Cụ", "Về",
    "Việc", "Có", "Đã", "Được", "Ông", "Tôi", "Chúng", "Họ", "Năm", "Ngày", "Mỗi", "Nhiều", "Bị",
    "Tính", "Phát", "Ngay", "Lúc", "Nhờ", "Bởi", "Còn", "Thời", "Riêng", "Đối", "Cùng", "Trên",
    "Nhằm", "Hơn", "Tiếp", "The", "In", "On", "He", "She", "It", "They", "We", "This", "That",
    "These", "But", "And", "However", "At", "For", "After", "Before", "When", "While", "If",
];

/// Top-level domains and the like, which follow a full stop without a space.
const DOMAINS: [&str; 8] = ["Com", "Net", "Vn", "Org", "Edu", "Gov", "Info", "Js"];

/// Whether `character` can end a sentence in the Latin and Cyrillic scripts. UAX #29 knows the stops
/// of the others.
pub(super) fn is_stop(character: char) -> bool {
    matches!(character, '.' | '?' | '!' | '…' | '‼' | '⁇' | '⁈' | '⁉')
}

/// Whether a paragraph tells its sentences' starts by capitals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Casing {
    Mixed,
    /// Not one capital: any word may start a sentence.
    Lower,
}

impl Casing {
    pub(super) fn of(text: &str) -> Self {
        if text.contains(char::is_uppercase) {
            Self::Mixed
        } else {
            Self::Lower
        }
    }
}

/// The first letter or digit after a place.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Opening {
    Capital,
    Small,
    /// Of a script without capitals.
    Uncased,
    Digit,
}

/// A place in a paragraph where a sentence may end.
#[derive(Debug)]
pub(super) struct Place<'text> {
    /// The sentence under way, up to the place, without white space at its ends.
    before: &'text str,
    /// The rest of the paragraph.
    after: &'text str,
    has_space: bool,
    is_unicode_boundary: bool,
}

impl<'text> Place<'text> {
    /// Looks at the place `offset` of `text`, where the sentence under way started at `start`.
    pub(super) fn new(
        text: &'text str,
        start: usize,
        offset: usize,
        is_unicode_boundary: bool,
    ) -> Self {
        let sentence = &text[start..offset];
        let before = sentence.trim_end();
        Self {
            before: before.trim_start(),
            after: &text[offset..],
            has_space: before.len() < sentence.len(),
            is_unicode_boundary,
        }
    }

    /// Whether a sentence ends at this place.
    pub(super) fn ends_sentence(&self, casing: Casing) -> bool {
        let before = note::without(self.before);
        let body = before.trim_end_matches(is_closer).trim_end();
        let stem = body.trim_end_matches(|c| is_stop(c) || c == '/').trim_end();
        let stop = body[stem.len()..].trim_start();
        if self.after.starts_with(continues_sentence) || closes_inner_bracket(before, body) {
            return false;
        }
        if !stop.starts_with(is_stop) && !stop.ends_with(is_stop) {
            return self.is_unicode_boundary && !self.is_japanese_citation();
        }
        let Some(opening) = self.opening() else {
            return false;
        };
        if !self.has_space {
            return self.lacks_space(stem, opening);
        }
        if opening == Opening::Small && !self.may_start_small(casing, stop) {
            return false;
        }
        // Who spoke follows a quotation: "“… thành công!” - Ông Nam nói".
        if body.len() < before.len() && self.after.starts_with(is_dash) {
            return false;
        }
        stop != "." || body.len() < before.len() || !self.is_inner_stop(stem, opening)
    }

    /// Whether the one full stop after `stem` is no end: of an abbreviation, an initial, a list number.
    fn is_inner_stop(&self, stem: &str, opening: Opening) -> bool {
        if enumerator::is_list_number(stem) {
            return true;
        }
        let word = last_word(stem);
        if Initial::ending(stem, word).is_some_and(|initial| self.is_told_in_bracket(&initial)) {
            return true;
        }
        if opening == Opening::Digit {
            return abbreviation::precedes_number(word)
                || abbreviation::precedes_name(word)
                || (is_number(word) && self.thousands_ahead())
                || is_in_date(stem, self.after);
        }
        if FIRST_WORDS.contains(&first_word(self.after)) {
            return false;
        }
        abbreviation::precedes_name(word)
            || Initial::ending(stem, word)
                .is_some_and(|initial| initial.continues() || self.is_initial_ahead())
    }

    /// Whether a sentence ends where no space follows its stop: "trên địa bàn.Trong đó".
    ///
    /// Host names, file names, versions and titles ("TS.Nguyễn") look the same but for their parts.
    fn lacks_space(&self, stem: &str, opening: Opening) -> bool {
        if opening == Opening::Uncased {
            return self.is_unicode_boundary && !self.before.ends_with('.');
        }
        let next = first_word(self.after);
        let Some(rest) = self.after.strip_prefix(next) else {
            return false;
        };
        let mut letters = next.chars();
        let is_capitalised = letters.next().is_some_and(char::is_uppercase)
            && letters.next().is_some_and(char::is_lowercase);
        let word = last_word(stem);
        is_capitalised
            && !DOMAINS.contains(&next)
            && !rest.starts_with(['@', '/', '_', '='])
            && (is_figure(word)
                || is_plain_word(word)
                || is_acronym(word)
                || stem.ends_with(is_closer))
            && !abbreviation::precedes_name(word)
            && !enumerator::is_list_number(stem)
    }

    fn opening(&self) -> Option<Opening> {
        let first = self
            .after
            .chars()
            .take(REACH)
            .find(|c| c.is_alphanumeric())?;
        Some(match first {
            _ if first.is_uppercase() => Opening::Capital,
            _ if first.is_lowercase() => Opening::Small,
            _ if first.is_numeric() => Opening::Digit,
            _ => Opening::Uncased,
        })
    }

    /// Whether a sentence may start with the small letter that follows: in a paragraph without
    /// capitals, and as an item of a list.
    fn may_start_small(&self, casing: Casing, stop: &str) -> bool {
        (casing == Casing::Lower && !is_trailing_off(stop))
            || self.after.starts_with(['•', '●', '▪', '■', '*', '+'])
            || enumerator::starts_with_bracketed_number(
                self.after.strip_prefix('(').unwrap_or(self.after),
            )
    }

    /// Whether another initial follows: "V. A."
    fn is_initial_ahead(&self) -> bool {
        let mut characters = self.after.chars();
        characters.next().is_some_and(char::is_uppercase) && characters.next() == Some('.')
    }

    /// Whether a bracket follows that tells of whom the initial names: "Nguyễn Văn H. (SN 1990) về hành vi …".
    ///
    /// The sentence goes on after it, or the paragraph ends with it; with a stop inside it is a sentence by itself.
    fn is_told_in_bracket(&self, initial: &Initial) -> bool {
        let Some((inside, rest)) = bracketed(self.after) else {
            return false;
        };
        let goes_on = rest.starts_with(|c: char| c.is_lowercase() || continues_sentence(c));
        !inside.ends_with(is_stop) && (goes_on || (rest.is_empty() && initial.ends_name()))
    }

    /// Whether three digits follow, as in a badly spaced "1. 250. 000".
    fn thousands_ahead(&self) -> bool {
        let digits = self
            .after
            .chars()
            .take_while(char::is_ascii_digit)
            .take(4)
            .count();
        digits == 3
    }

    /// Whether the sentence goes on after a citation: "「…。」と述べた".
    fn is_japanese_citation(&self) -> bool {
        self.before.ends_with(['」', '』']) && self.after.starts_with(['と', 'っ', 'な', 'の'])
    }
}

/// Whether the stop that ends `body` lies within a bracket that opened in mid-sentence: "(theo UBND TP.) Trong".
fn closes_inner_bracket(before: &str, body: &str) -> bool {
    let closers = &before[body.len()..];
    closers.contains([')', ']', '）']) && !before.starts_with(['(', '[', '（'])
}

/// What is in the bracket that `text` starts with, and what follows it; `None` where that is far away.
fn bracketed(text: &str) -> Option<(&str, &str)> {
    let inside = text.strip_prefix('(')?;
    let mut characters = inside.char_indices().take(MAX_BRACKET);
    let (end, _) = characters.find(|&(_, c)| matches!(c, '(' | ')'))?;
    let rest = inside[end..].strip_prefix(')')?;
    Some((inside[..end].trim_end(), rest.trim_start()))
}

/// The most characters of a bracket that tells of a person: born when, living where, doing what.
const MAX_BRACKET: usize = 200;

/// Whether the stop after `stem` is one of a date with spaces after its stops: "2. 9. 2024".
fn is_in_date(stem: &str, after: &str) -> bool {
    let word = last_word(stem);
    let before = last_word(stem[..stem.len() - word.len()].trim_end());
    let mut ahead = after.split_whitespace();
    let (next, last) = (ahead.next().unwrap_or(""), ahead.next().unwrap_or(""));
    let is_date = |[day, month, year]: [&str; 3]| {
        let year = year.trim_end_matches(|c: char| !c.is_ascii_digit());
        is_at_most(day, 31)
            && is_at_most(month, 12)
            && year.len() == 4
            && year.starts_with(['1', '2'])
            && is_number(year)
    };
    let stopped = |word: &'_ str| word.ends_with('.');
    (stopped(next) && is_date([word, next.trim_end_matches('.'), last]))
        || (stopped(before) && is_date([before.trim_end_matches('.'), word, next]))
}

/// Whether `word` is a number of one or two digits, from one to `most`.
fn is_at_most(word: &str, most: u8) -> bool {
    let number = word.parse::<u8>().ok();
    word.len() <= 2 && number.is_some_and(|number| (1..=most).contains(&number))
}

/// Whether no sentence starts with `character`: it belongs to the one before it.
fn continues_sentence(character: char) -> bool {
    matches!(
        character,
        ',' | ';' | ':' | '%' | '/' | ')' | ']' | '}' | '”' | '’' | '»' | '」' | '』'
    ) || is_stop(character)
}

fn is_dash(character: char) -> bool {
    matches!(character, '-' | '–' | '—')
}

/// Whether `stop` is an ellipsis, after which the sentence may go on.
fn is_trailing_off(stop: &str) -> bool {
    stop.contains('…') || stop.starts_with("..")
}

fn is_number(word: &str) -> bool {
    !word.is_empty() && word.chars().all(|c| c.is_ascii_digit())
}

/// Whether `word` is a number, a date or a rate: "15.000", "25-26/10", "6,5%".
fn is_figure(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_digit())
        && word
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | '/' | '-' | '%'))
}

/// Whether `word` is at least three capitals, "UBND", or a Roman numeral, "XV"; two other capitals
/// may be a title, "ĐH.Bách khoa".
fn is_acronym(word: &str) -> bool {
    let letters = word.chars().count();
    word.chars().all(char::is_uppercase)
        && (letters >= 3 || (letters == 2 && enumerator::is_roman(word)))
}

/// Whether `word` is all letters, at least two, and only the first of them may be a capital.
fn is_plain_word(word: &str) -> bool {
    word.chars().count() >= 2
        && word
            .chars()
            .enumerate()
            .all(|(index, c)| c.is_lowercase() || (index == 0 && c.is_uppercase()))
}

/// The token that `text` ends with, without what opens before it; its last [`REACH`] characters.
pub(super) fn last_word(text: &str) -> &str {
    let start = text
        .char_indices()
        .rev()
        .take(REACH)
        .take_while(|&(_, c)| !c.is_whitespace() && !is_opener(c) && c != '“')
        .last()
        .map_or(text.len(), |(offset, _)| offset);
    &text[start..]
}

/// The letters and digits that `text` starts with, after what opens before them; the first [`REACH`] of them.
fn first_word(text: &str) -> &str {
    let word = text.trim_start_matches(|c| is_opener(c) || is_dash(c) || c == ' ');
    let end = word
        .char_indices()
        .take(REACH)
        .take_while(|(_, c)| c.is_alphanumeric())
        .last()
        .map_or(0, |(offset, c)| offset + c.len_utf8());
    &word[..end]
}
