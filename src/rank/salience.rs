//! Our own score: what the title asks for, what the document keeps coming back to, where a sentence
//! stands and how long it is.

use super::{Evidence, baseline};
use crate::document::{ParagraphKind, Unit};

/// How many numbers [`features`] tells of a unit.
pub const FEATURES: usize = 19;

/// What the units of a document are ranked by, one row a unit. First what the weighted sum goes by: the share of the
/// title's words in it (by idf, 0 to 1), its likeness to the title and its centrality (standardised over the document),
/// the probability of the label that it speaks for most, the logarithm of its syllables, whether it is short, how far it
/// is too long (0 to 2), how late it stands (0 to 1), how near to its paragraph's start (0 to 1), and whether it
/// asks. Then what only a [`Scorer`](super::Scorer) makes something of; see [`context`].
pub type FeatureRow = [f32; FEATURES];

/// The features of a [`FeatureRow`] that tell what a unit has of the title.
pub const TITLE_FEATURES: [usize; 2] = [0, 1];

/// The features of a [`FeatureRow`] that tell where a unit stands: lateness, nearness to its paragraph's start, its place
/// and its place as a share.
pub const PLACE_FEATURES: [usize; 4] = [7, 8, 10, 13];

/// The weights of the features, fitted by ridge regression on the sentences that a greedy oracle takes
/// from customs and other news, and rounded by hand (`docs/quality.md` says on what and how). Labels' was not fitted: they
/// say nothing of news, but they are what reports are read for.
const WEIGHTS: [f32; 10] = [4.0, 0.25, 0.3, 0.3, -0.25, -0.4, -0.3, -1.0, 0.5, -0.35];

/// Below this many syllables a unit seldom stands alone.
const SHORT: usize = 10;
/// Above this many syllables a unit costs more of a reader's time than it tells; the penalty grows up to
/// [`LONG`] + 2 · [`LONG_STEP`] and no further, or in reports length would decide alone.
const LONG: usize = 60;
const LONG_STEP: f32 = 20.0;
/// How many candidates after the start a unit is as late as can be.
const LATE: f32 = 10.0;

/// Scores every unit by the weighted sum of its features; only the order and the differences mean something.
pub(super) fn weighted(rows: &[FeatureRow]) -> Vec<f32> {
    let weigh = |row: &FeatureRow| row.iter().zip(WEIGHTS).map(|(x, weight)| x * weight).sum();
    rows.iter().map(weigh).collect()
}

/// The features of every unit.
pub fn features(evidence: &Evidence<'_>) -> Vec<FeatureRow> {
    let title = evidence.title.unwrap_or_default();
    let title_vector = evidence.terms.vector_of(title);
    let vectors = evidence.terms.vectors().iter();
    let likeness = standardised(vectors.map(|vector| vector.cosine(&title_vector)).collect());
    let centrality = standardised(baseline::lexrank(evidence.words));
    let coverage = evidence.terms.coverage(title);
    let (lateness, places) = (lateness(evidence), places(evidence.units));
    let context = context(evidence);
    let row = |(index, unit): (usize, &Unit)| {
        let syllables = evidence.syllables[index];
        let text = evidence.document.text_at(unit.span);
        let over = syllables.saturating_sub(LONG) as f32 / LONG_STEP;
        let own = [
            coverage[index],
            likeness[index],
            centrality[index],
            evidence.label_strength[index],
            (syllables.max(1) as f32).ln(),
            f32::from(syllables < SHORT),
            over.min(2.0),
            lateness[index],
            1.0 / (1.0 + places[index]),
            f32::from(text.trim_end_matches(['”', '"', ')']).ends_with('?')),
        ];
        let mut row = [0.0; FEATURES];
        row[..own.len()].copy_from_slice(&own);
        row[own.len()..].copy_from_slice(&context[index]);
        row
    };
    evidence.units.iter().enumerate().map(row).collect()
}

/// How many units say something before "often" begins.
const OFTEN: u32 = 2;

/// Where each unit stands among the others and what it shares with them: the logarithms of its place, of the number of
/// units and of those in its paragraph (each a fifth, which is 0 to about 1.5), its place as a share, the mean logarithm of
/// the units that have its words, the share of its word pairs that other units have, of its words that more than two
/// units have, of its words that the first two units have, and of its words that are numbers.
fn context(evidence: &Evidence<'_>) -> Vec<[f32; FEATURES - WEIGHTS.len()]> {
    let (terms, units) = (evidence.terms, evidence.units);
    let units_with = |word: u32| terms.units_with_words()[word as usize];
    let mut in_opening = vec![false; terms.units_with_words().len()];
    for &word in evidence.words.iter().take(2).flatten() {
        in_opening[word as usize] = true;
    }
    let log = |count: usize| (count as f32).ln_1p() / 5.0;
    let share = |count: usize, all: usize| count as f32 / all.max(1) as f32;
    let row = |(index, words): (usize, &Vec<u32>)| {
        let own = &terms.vectors()[index];
        let (word_count, pair_count) = (own.words().count(), own.pairs().count());
        let paragraph = units[index].paragraph;
        let siblings = units.partition_point(|unit| unit.paragraph <= paragraph)
            - units.partition_point(|unit| unit.paragraph < paragraph);
        let log_units: f32 = own.words().map(|word| (units_with(word) as f32).ln()).sum();
        let shared = own.pairs().filter(|&pair| terms.units_with_pair(pair) > 1);
        let often = own.words().filter(|&word| units_with(word) > OFTEN);
        let opening = own.words().filter(|&word| in_opening[word as usize]);
        let numbers = words.iter().filter(|&&word| {
            let word = evidence.vocabulary.word(word);
            word.bytes().all(|byte| byte.is_ascii_digit())
        });
        [
            log(index),
            log(units.len()),
            log(siblings),
            share(index, units.len()),
            log_units / word_count.max(1) as f32,
            share(shared.count(), pair_count),
            share(often.count(), word_count),
            share(opening.count(), word_count),
            share(numbers.count(), words.len()),
        ]
    };
    evidence.words.iter().enumerate().map(row).collect()
}

/// How far each unit stands after the last heading or caption, or the start: from 0 to 1.
///
/// What looks like a heading starts the count anew: in a file of several stories each of them
/// begins with what matters.
fn lateness(evidence: &Evidence<'_>) -> Vec<f32> {
    let mut since_start = 0;
    let mut lateness = Vec::with_capacity(evidence.units.len());
    for (index, unit) in evidence.units.iter().enumerate() {
        let paragraph = &evidence.document.paragraphs()[unit.paragraph];
        let breaks = matches!(
            paragraph.kind,
            ParagraphKind::Heading | ParagraphKind::Caption
        );
        if breaks || !evidence.quotable.is_prose[index] {
            since_start = 0;
        }
        let place = since_start as f32;
        lateness.push((place.ln_1p() / LATE.ln_1p()).min(1.0));
        since_start += usize::from(evidence.quotable.is_candidate[index]);
    }
    lateness
}

/// How many units of the same paragraph stand before each.
fn places(units: &[Unit]) -> Vec<f32> {
    let mut places = Vec::with_capacity(units.len());
    let mut start = 0;
    for (index, unit) in units.iter().enumerate() {
        if units[start].paragraph != unit.paragraph {
            start = index;
        }
        places.push((index - start) as f32);
    }
    places
}

/// The values less their mean, over their spread; zeros where there is no spread.
fn standardised(mut values: Vec<f32>) -> Vec<f32> {
    let count = values.len().max(1) as f32;
    let mean = values.iter().sum::<f32>() / count;
    let variance = values
        .iter()
        .map(|value| (value - mean).powi(2))
        .sum::<f32>()
        / count;
    let spread = variance.sqrt() + 1e-6;
    for value in &mut values {
        *value = (*value - mean) / spread;
    }
    values
}
