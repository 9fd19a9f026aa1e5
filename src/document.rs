//! What every stage talks about: a document's text, its paragraphs, sentences and clauses.
//!
//! All positions are byte offsets into [`Document::text`]; nothing keeps a second copy of the text.

mod characters;

use std::fmt;
use std::ops::Range;

use serde::{Deserialize, Serialize};

pub use self::characters::CountedText;

/// What an official letter says about itself; nothing where it was not found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Official {
    /// Number and symbol: `418/BC-CAH`.
    pub number: Option<String>,
    /// When it was issued, in ISO 8601: `2024-06-14`.
    pub date: Option<String>,
    /// Who issued it, as written.
    pub issuer: Option<String>,
    /// Who signed it.
    pub signer: Option<String>,
}

/// A range of bytes of a document's text, on character boundaries.
///
/// `start <= end` holds for every value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    start: usize,
    end: usize,
}

impl Span {
    /// Makes the span of the bytes `start..end`.
    ///
    /// # Panics
    ///
    /// If `start > end`, which is a mistake of the caller and never of a document.
    #[must_use]
    pub fn new(start: usize, end: usize) -> Self {
        assert!(
            start <= end,
            "a span ends at or after its start: {start}..{end}"
        );
        Self { start, end }
    }

    /// First byte.
    #[must_use]
    pub fn start(self) -> usize {
        self.start
    }

    /// One past the last byte.
    #[must_use]
    pub fn end(self) -> usize {
        self.end
    }

    /// Number of bytes.
    #[must_use]
    pub fn len(self) -> usize {
        self.end - self.start
    }

    /// Whether it covers no byte.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Whether `other` lies within this span.
    #[must_use]
    pub fn contains(self, other: Span) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// As a range, to slice with.
    #[must_use]
    pub fn range(self) -> Range<usize> {
        self.start..self.end
    }
}

impl fmt::Display for Span {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}..{}", self.start, self.end)
    }
}

/// What a paragraph is to a reader.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ParagraphKind {
    /// Running prose.
    #[default]
    Body,
    /// A title or section heading.
    Heading,
    /// An item of a bulleted or numbered list.
    ListItem,
    /// The cells of one table row.
    Table,
    /// The line under a figure or above a table, a footnote, a comment.
    Caption,
}

impl ParagraphKind {
    /// What results call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Body => "body",
            Self::Heading => "heading",
            Self::ListItem => "list_item",
            Self::Table => "table",
            Self::Caption => "caption",
        }
    }

    /// Whether a reader would read it as prose, so that a summary may quote it.
    #[must_use]
    pub fn is_prose(self) -> bool {
        matches!(self, Self::Body | Self::ListItem)
    }
}

/// A sentence, and the clauses it may be quoted by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence {
    /// Where it stands; without surrounding white space.
    pub span: Span,
    /// The clauses of a long sentence, in order, together covering all of it but the white space
    /// between them; empty where the sentence is quoted as a whole.
    pub clauses: Vec<Span>,
}

impl Sentence {
    /// The parts that a summary may quote: the clauses, or the sentence itself where it has none.
    #[must_use]
    pub fn units(&self) -> &[Span] {
        if self.clauses.is_empty() {
            std::slice::from_ref(&self.span)
        } else {
            &self.clauses
        }
    }
}

/// The smallest part that a summary may quote: a sentence, or a clause of a long one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unit {
    /// Index of its paragraph.
    pub paragraph: usize,
    /// Index of its sentence within the paragraph.
    pub sentence: usize,
    /// Where it stands.
    pub span: Span,
}

/// A paragraph and its sentences.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paragraph {
    /// Where it stands.
    pub span: Span,
    /// What it is to a reader.
    pub kind: ParagraphKind,
    /// Whether it is furniture: that of an official letter (motto, number, recipients, signature), or the signature of a
    /// mail and the older messages below it.
    pub furniture: bool,
    /// The page it starts on, from 1, where the format has pages.
    pub page: Option<u32>,
    /// In order; they cover all of it but white space.
    pub sentences: Vec<Sentence>,
}

impl Paragraph {
    /// Whether its sentences may be quoted in a summary.
    #[must_use]
    pub fn is_quotable(&self) -> bool {
        self.kind.is_prose() && !self.furniture
    }
}

/// A document's text and the places of its paragraphs.
///
/// The text is the paragraphs, each in NFC and on one line, joined by `\n`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    text: String,
    paragraphs: Vec<Paragraph>,
}

/// A document with as many headings has sections.
const SECTIONS: usize = 2;

impl Document {
    /// Whether it has sections, told by their headings.
    #[must_use]
    pub fn has_sections(&self) -> bool {
        let kinds = self.paragraphs.iter().map(|paragraph| paragraph.kind);
        kinds.filter(|&kind| kind == ParagraphKind::Heading).count() >= SECTIONS
    }

    /// Puts a document together.
    ///
    /// # Panics
    ///
    /// In debug builds, if a span does not lie in the text, or paragraphs or sentences overlap or
    /// are out of order: that is a mistake of the segmentation.
    #[must_use]
    pub fn new(text: String, paragraphs: Vec<Paragraph>) -> Self {
        let document = Self { text, paragraphs };
        debug_assert!(
            document.spans_are_sound(),
            "spans out of order or off a boundary"
        );
        document
    }

    /// The whole text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The paragraphs, in reading order.
    #[must_use]
    pub fn paragraphs(&self) -> &[Paragraph] {
        &self.paragraphs
    }

    /// The text that `span` covers.
    ///
    /// # Panics
    ///
    /// If the span is another document's.
    #[must_use]
    pub fn text_at(&self, span: Span) -> &str {
        &self.text[span.range()]
    }

    /// All units, in reading order.
    #[must_use]
    pub fn units(&self) -> Vec<Unit> {
        let mut units = Vec::new();
        for (paragraph, content) in self.paragraphs.iter().enumerate() {
            for (sentence, parts) in content.sentences.iter().enumerate() {
                let spans = parts.units().iter();
                units.extend(spans.map(|&span| Unit {
                    paragraph,
                    sentence,
                    span,
                }));
            }
        }
        units
    }

    fn spans_are_sound(&self) -> bool {
        let whole = Span::new(0, self.text.len());
        are_ordered_within(
            self,
            whole,
            self.paragraphs.iter().map(|paragraph| paragraph.span),
        ) && self.paragraphs.iter().all(|paragraph| {
            let sentences = paragraph.sentences.iter().map(|sentence| sentence.span);
            are_ordered_within(self, paragraph.span, sentences)
                && paragraph.sentences.iter().all(|sentence| {
                    are_ordered_within(self, sentence.span, sentence.clauses.iter().copied())
                })
        })
    }
}

fn are_ordered_within(
    document: &Document,
    outer: Span,
    mut inner: impl Iterator<Item = Span>,
) -> bool {
    let mut end = outer.start();
    inner.all(|span| {
        let sound = span.start() >= end
            && outer.contains(span)
            && document.text.is_char_boundary(span.start())
            && document.text.is_char_boundary(span.end());
        end = span.end();
        sound
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_without_clauses_is_its_own_unit() {
        let span = Span::new(3, 9);
        let sentence = Sentence {
            span,
            clauses: Vec::new(),
        };
        assert_eq!(sentence.units(), [span]);
    }

    #[test]
    fn a_kind_is_called_as_results_call_it() {
        for kind in [
            ParagraphKind::Body,
            ParagraphKind::Heading,
            ParagraphKind::ListItem,
            ParagraphKind::Table,
            ParagraphKind::Caption,
        ] {
            let written = serde_json::to_value(kind).expect("JSON");
            assert_eq!(written, kind.name());
        }
    }

    #[test]
    #[should_panic(expected = "ends at or after its start")]
    fn a_span_cannot_end_before_its_start() {
        let _ = Span::new(2, 1);
    }
}
