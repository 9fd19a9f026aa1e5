//! Documents of one paragraph for the tests of what ranks.

use super::{Evidence, Quotable, TermSpace};
use crate::ingest::RawDocument;
use crate::segment::{self, Vocabulary};

/// The unit of a paragraph that is scored highest.
pub(super) fn best(
    text: &str,
    title: Option<&str>,
    label_strength: &[f32],
    quoting: Option<&[f32]>,
    score: impl Fn(&Evidence<'_>) -> Vec<f32>,
) -> usize {
    let document = segment::split(&RawDocument::of_paragraph(text));
    let units = document.units();
    let mut vocabulary = Vocabulary::default();
    let words: Vec<Vec<u32>> = (units.iter())
        .map(|unit| vocabulary.read(document.text_at(unit.span)))
        .collect();
    let title = title.map(|title| vocabulary.read(title));
    let syllables: Vec<usize> = words.iter().map(Vec::len).collect();
    let scores = score(&Evidence {
        document: &document,
        units: &units,
        quotable: &Quotable::of(&document, &units, &syllables, &vec![false; units.len()]),
        words: &words,
        vocabulary: &vocabulary,
        syllables: &syllables,
        label_strength,
        quoting,
        terms: &TermSpace::new(&words, vocabulary.words().len()),
        title: title.as_deref(),
    });
    (0..units.len())
        .max_by(|&a, &b| scores[a].total_cmp(&scores[b]))
        .expect("a unit")
}
