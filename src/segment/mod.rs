//! Where are the document's paragraphs and sentences? [`RawDocument`] → [`Document`].
//!
//! Sentences come from Unicode's default boundaries, corrected for the abbreviations, numbers, lists
//! and quotations of official prose, Vietnamese first. Long ones are split into clauses as well.
//! The cell of a table's row that says something is parted from the others. Nothing here joins or drops paragraphs: those
//! are the reader's.

use std::borrow::Cow;
use std::ops::Range;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use crate::document::{Document, Paragraph, Sentence, Span};
use crate::ingest::{RawDocument, RawParagraph};
use clause::ClauseFinder;
use enclosure::Enclosures;
use syllable::SyllableStarts;
use table::{Entry, Tables};

mod abbreviation;
mod boundary;
mod clause;
mod enclosure;
mod enumerator;
mod initial;
pub mod language;
mod note;
mod sentence;
mod syllable;
pub mod table;
mod unicode;
mod words;

pub use clause::MAX_WHOLE_SYLLABLES;
pub use syllable::{is_unspaced, is_word_character, syllables};
pub use words::{Vocabulary, words};

/// Splits a document into paragraphs, sentences and clauses.
///
/// The text is the paragraphs' text in NFC, joined by `\n`; a line break within one becomes a space.
/// Every span slices to its text, spans are ordered, the sentences of a paragraph cover all of it but
/// white space, and so do the clauses of a sentence that has some. The time is linear in the text.
#[must_use]
pub fn split(raw: &RawDocument) -> Document {
    let mut text = String::with_capacity(raw.paragraphs.iter().map(|it| it.text.len() + 1).sum());
    let mut paragraphs = Vec::with_capacity(raw.paragraphs.len());
    let mut tables = Tables::default();
    for (index, paragraph) in raw.paragraphs.iter().enumerate() {
        if index > 0 {
            text.push('\n');
        }
        let start = text.len();
        text.push_str(&one_line(&paragraph.text));
        let own = &text[start..];
        let entry = tables.pass(paragraph.kind, own);
        paragraphs.push(split_paragraph(paragraph, own, start, entry.as_ref()));
    }
    Document::new(text, paragraphs)
}

fn split_paragraph(
    raw: &RawParagraph,
    text: &str,
    offset: usize,
    entry: Option<&Entry>,
) -> Paragraph {
    let cell = entry.map_or(0..0, |entry| entry.range.clone());
    let parts = [0..cell.start, cell.clone(), cell.end..text.len()];
    let of_part = |part: Range<usize>| {
        let offset = offset + part.start;
        let place = move |range: Range<usize>| Span::new(offset + range.start, offset + range.end);
        let sentences = split_sentences(&text[part]).into_iter();
        sentences.map(move |(sentence, clauses)| Sentence {
            span: place(sentence),
            clauses: clauses.into_iter().map(place).collect(),
        })
    };
    let sentences = parts.into_iter().flat_map(of_part).collect();
    Paragraph {
        span: Span::new(offset, offset + text.len()),
        kind: raw.kind,
        furniture: raw.furniture,
        page: raw.page,
        sentences,
    }
}

/// Finds the sentences of one paragraph, each with its clauses.
fn split_sentences(text: &str) -> Vec<(Range<usize>, Vec<Range<usize>>)> {
    let enclosures = Enclosures::of(text);
    let syllables = SyllableStarts::of(text);
    let sentences = sentence::sentences(text, &enclosures, &syllables);
    let finder = ClauseFinder {
        text,
        syllables: &syllables,
        enclosed: enclosures.stretches(|_| true),
    };
    sentences
        .into_iter()
        .map(|sentence| {
            let clauses = finder.clauses(&sentence);
            (sentence, clauses)
        })
        .collect()
}

/// Puts a paragraph into NFC and on one line; readers give it so, and then it is not copied.
fn one_line(text: &str) -> Cow<'_, str> {
    let is_line_break = |c: char| matches!(c, '\n'..='\r' | '\u{85}' | '\u{2028}' | '\u{2029}');
    if is_nfc_quick(text.chars()) == IsNormalized::Yes && !text.contains(is_line_break) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(
        text.nfc()
            .map(|c| if is_line_break(c) { ' ' } else { c })
            .collect(),
    )
}

/// Cuts the white space off the ends of `range`; gives nothing where nothing is left.
fn trimmed(text: &str, range: Range<usize>) -> Option<Range<usize>> {
    let part = &text[range.clone()];
    let start = range.end - part.trim_start().len();
    let end = start + part.trim().len();
    (start < end).then_some(start..end)
}
