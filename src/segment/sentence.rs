//! Where do the sentences of a paragraph end?
//!
//! Candidates come from Unicode's default rules (UAX #29, sentence boundaries) and from every place
//! where a word follows something that can end a sentence; [`Place::ends_sentence`] decides.

use std::ops::Range;

use super::boundary::{Casing, Place, is_stop};
use super::enclosure::{Enclosures, is_closer, is_only_opener};
use super::syllable::SyllableStarts;
use super::{note, trimmed, unicode};

/// A quotation or parenthesis of at most so many syllables stays in one sentence, whatever stops are in
/// it; a longer one is a speech of several sentences, which are quoted one by one.
const MAX_HELD_SYLLABLES: usize = 40;

/// Finds the sentences of `text`, one paragraph: in order, none empty, together covering all of it
/// but white space.
pub(super) fn sentences(
    text: &str,
    enclosures: &Enclosures,
    syllables: &SyllableStarts,
) -> Vec<Range<usize>> {
    let held = enclosures.stretches(|range| syllables.count(range) <= MAX_HELD_SYLLABLES);
    let casing = Casing::of(text);
    let mut sentences: Vec<Range<usize>> = Vec::new();
    let mut start = text.len() - text.trim_start().len();
    let mut words = WordFinder { text, read_to: 0 };
    for Candidate {
        offset,
        is_unicode_boundary,
    } in candidates(text)
    {
        // A sentence has a word: stray marks go with the words that follow them.
        if held.are_cut_at(offset) || !words.has_word_before(start, offset) {
            continue;
        }
        let place = Place::new(text, start, offset, is_unicode_boundary);
        if place.ends_sentence(casing) {
            sentences.extend(trimmed(text, start..offset));
            start = offset;
            words.read_to = offset;
        }
    }
    let rest = trimmed(text, start..text.len());
    match (rest, sentences.last_mut()) {
        // Marks after the last sentence are its tail.
        (Some(rest), Some(last)) if !words.has_word_before(start, text.len()) => {
            last.end = rest.end;
        }
        (rest, _) => sentences.extend(rest),
    }
    sentences
}

/// A place where a sentence may end, right before the character at `offset`.
#[derive(Clone, Copy)]
struct Candidate {
    offset: usize,
    /// Whether UAX #29 ends a sentence there.
    is_unicode_boundary: bool,
}

fn candidates(text: &str) -> Vec<Candidate> {
    let unicode = unicode::sentence_starts(text)
        .into_iter()
        .map(|offset| Candidate {
            // UAX #29 counts an opening mark right after the stop as closing: "した。「" is cut after it.
            offset: text[..offset].trim_end_matches(is_only_opener).len(),
            is_unicode_boundary: true,
        });
    let after_stops = offsets_after_stops(text)
        .into_iter()
        .map(|offset| Candidate {
            offset,
            is_unicode_boundary: false,
        });
    let mut candidates: Vec<_> = unicode
        .chain(after_stops)
        .filter(|it| it.offset > 0)
        .collect();
    candidates.sort_unstable_by_key(|candidate| (candidate.offset, !candidate.is_unicode_boundary));
    candidates.dedup_by_key(|candidate| candidate.offset);
    candidates
}

/// Gives the starts of the words after a stop, with the closing marks and white space between them.
fn offsets_after_stops(text: &str) -> Vec<usize> {
    let mut offsets = Vec::new();
    let mut is_after_stop = false;
    let mut previous_is_space = false;
    let mut note_end = 0;
    for (offset, character) in text.char_indices() {
        // What follows the mark of a note follows the stop before it.
        if offset < note_end {
            continue;
        }
        let is_behind_stop = is_after_stop && !previous_is_space;
        let note = if is_behind_stop {
            note::length_at_start(&text[offset..])
        } else {
            0
        };
        if note > 0 {
            note_end = offset + note;
            continue;
        }
        let is_space = character.is_whitespace();
        let starts_word = previous_is_space || character.is_uppercase();
        if is_after_stop && !is_space && starts_word {
            offsets.push(offset);
        }
        is_after_stop = is_stop(character) || (is_after_stop && (is_space || is_closer(character)));
        previous_is_space = is_space;
    }
    offsets
}

/// Tells whether a sentence under way has a word in it, reading each character once in all.
struct WordFinder<'text> {
    text: &'text str,
    /// Up to here no word was found since the start of the sentence, or one starts right here.
    read_to: usize,
}

impl WordFinder<'_> {
    fn has_word_before(&mut self, start: usize, end: usize) -> bool {
        let from = self.read_to.max(start);
        let word = self.text[from..]
            .find(char::is_alphanumeric)
            .map(|offset| from + offset);
        self.read_to = word.unwrap_or(self.text.len());
        self.read_to < end
    }
}

#[cfg(test)]
mod tests;
