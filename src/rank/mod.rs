//! Which sentences matter? Units, label scores → a score for every unit.

pub mod baseline;
mod terms;

pub use terms::{TermSpace, TermVector};

use crate::document::{Document, Unit};
use crate::segment;

/// What a ranker goes by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ranker {
    /// Centrality, position, title and labels together.
    #[default]
    Tomtat,
    /// The first sentences: the baseline to beat.
    Lead,
    /// Any sentences: what chance gives.
    Random,
    /// LexRank.
    LexRank,
    /// TextRank.
    TextRank,
}

/// What is known of a unit before it is ranked.
#[derive(Clone, Copy, Debug)]
pub struct Evidence<'a> {
    /// The document it stands in.
    pub document: &'a Document,
    /// The document's units, in order.
    pub units: &'a [Unit],
    /// The document's title.
    pub title: Option<&'a str>,
    /// For every unit, how strongly it speaks for its best label, from 0 to 1.
    pub label_strength: &'a [f32],
    /// The units' words.
    pub terms: &'a TermSpace,
}

/// Scores every unit from 0 to 1: how much a reader would miss it in a summary.
///
/// Units of headings, captions, tables and letter furniture score 0 and are never quoted.
pub fn rank(evidence: &Evidence<'_>, _ranker: Ranker) -> Vec<f32> {
    let centrality = evidence.terms.centrality();
    let title = evidence.title.map(|title| evidence.terms.vector_of(title));
    let score = |(index, unit): (usize, &Unit)| {
        let paragraph = &evidence.document.paragraphs()[unit.paragraph];
        if !paragraph.is_quotable() {
            return 0.0;
        }
        let likeness = title
            .as_ref()
            .map_or(0.0, |title| title.cosine(&evidence.terms.vectors()[index]));
        let length = segment::syllables(evidence.document.text_at(unit.span)) as f32;
        let position = 1.0 / (1.0 + unit.paragraph as f32).sqrt();
        let parts = 0.4 * centrality[index]
            + 0.3 * position
            + 0.2 * likeness
            + 0.1 * evidence.label_strength[index];
        parts * (length / 12.0).min(1.0)
    };
    evidence.units.iter().enumerate().map(score).collect()
}
