//! Our own score: what the title asks for, what the document keeps coming back to, where a sentence
//! stands and how long it is.

use super::standardise::standardised;
use super::{Evidence, baseline};
use crate::document::{ParagraphKind, Unit};

/// What a [`FeatureRow`] tells of a unit, in the order in which scorers are stored.
///
/// The weighted sum goes by those up to [`Self::Question`]; what comes after, only a [`Scorer`](super::Scorer) makes
/// something of. Logarithms of numbers are a fifth of `ln(1 + n)`, which is 0 to about 1.5.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub enum Feature {
    /// The share of the title's words in it, by idf: 0 to 1.
    TitleCoverage,
    /// Its likeness to the title, standardised over the document.
    TitleLikeness,
    /// Its centrality (LexRank), standardised over the document.
    Centrality,
    /// The probability of the label that it speaks for most.
    LabelStrength,
    /// The natural logarithm of its syllables.
    Length,
    /// Whether it is short.
    Short,
    /// How far it is too long: 0 to 2.
    Overlong,
    /// How late it stands after a heading: 0 to 1.
    Lateness,
    /// How near to its paragraph's start: 1 at the start, down to 0.
    ParagraphStart,
    /// Whether it asks.
    Question,
    /// The logarithm of its place among the units.
    Place,
    /// The logarithm of the number of units.
    Units,
    /// The logarithm of the number of units in its paragraph.
    Siblings,
    /// Its place as a share of the units: 0 to 1.
    RelativePlace,
    /// The mean natural logarithm of how many units have its words.
    WordSpread,
    /// The share of its word pairs that other units have.
    SharedPairs,
    /// The share of its words that more than [`OFTEN`] units have.
    OftenWords,
    /// The share of its words that the first two units have.
    OpeningWords,
    /// The share of its words that are numbers.
    Numbers,
}

/// How many numbers [`features`] tells of a unit.
pub const FEATURES: usize = Feature::Numbers as usize + 1;

/// What a unit is ranked by: one number for each [`Feature`].
pub type FeatureRow = [f32; FEATURES];

/// What tells what a unit has of the title.
pub const TITLE_FEATURES: [Feature; 2] = [Feature::TitleCoverage, Feature::TitleLikeness];

/// What tells where a unit stands.
pub const PLACE_FEATURES: [Feature; 4] = [
    Feature::Lateness,
    Feature::ParagraphStart,
    Feature::Place,
    Feature::RelativePlace,
];

/// The weights of the sum, fitted by ridge regression on the sentences that a greedy oracle takes
/// from customs and other news, and rounded by hand (`docs/quality.md` says on what and how). Labels' was not fitted: they
/// say nothing of news, but they are what reports are read for.
pub(super) const WEIGHTS: [(Feature, f32); 10] = [
    (Feature::TitleCoverage, 4.0),
    (Feature::TitleLikeness, 0.25),
    (Feature::Centrality, 0.3),
    (Feature::LabelStrength, 0.3),
    (Feature::Length, -0.25),
    (Feature::Short, -0.4),
    (Feature::Overlong, -0.3),
    (Feature::Lateness, -1.0),
    (Feature::ParagraphStart, 0.5),
    (Feature::Question, -0.35),
];

/// Below this many syllables a unit seldom stands alone.
const SHORT: usize = 10;
/// Above this many syllables a unit costs more of a reader's time than it tells; the penalty grows up to
/// [`LONG`] + 2 · [`LONG_STEP`] and no further, or in reports length would decide alone.
const LONG: usize = 60;
const LONG_STEP: f32 = 20.0;
/// How many candidates after the start a unit is as late as can be.
const LATE: f32 = 10.0;

/// How many units say something before "often" begins.
const OFTEN: u32 = 2;

/// Scores every unit by a weighted sum of its features; only the order and the differences mean something.
pub(super) fn weighted(rows: &[FeatureRow], weights: &[(Feature, f32)]) -> Vec<f32> {
    let weigh = |row: &FeatureRow| {
        let terms = weights.iter();
        terms
            .map(|&(feature, weight)| row[feature as usize] * weight)
            .sum()
    };
    rows.iter().map(weigh).collect()
}

/// The features of every unit.
pub fn features(evidence: &Evidence<'_>) -> Vec<FeatureRow> {
    let mut rows = vec![[0.0; FEATURES]; evidence.units.len()];
    tell_matter(evidence, &mut rows);
    tell_shape(evidence, &mut rows);
    tell_place(evidence, &mut rows);
    tell_words(evidence, &mut rows);
    rows
}

/// Gives every row its value of a feature.
fn tell(rows: &mut [FeatureRow], feature: Feature, values: impl IntoIterator<Item = f32>) {
    for (row, value) in rows.iter_mut().zip(values) {
        row[feature as usize] = value;
    }
}

/// What the units are about: the title, what the document comes back to, labels.
fn tell_matter(evidence: &Evidence<'_>, rows: &mut [FeatureRow]) {
    let title = evidence.title.unwrap_or_default();
    let title_vector = evidence.terms.vector_of(title);
    let vectors = evidence.terms.vectors().iter();
    let likeness = vectors.map(|vector| vector.cosine(&title_vector)).collect();
    let centrality = baseline::lexrank(evidence.words);
    tell(rows, Feature::TitleCoverage, evidence.terms.coverage(title));
    tell(
        rows,
        Feature::TitleLikeness,
        standardised(likeness, |_| true),
    );
    tell(
        rows,
        Feature::Centrality,
        standardised(centrality, |_| true),
    );
    let strengths = evidence.label_strength.iter().copied();
    tell(rows, Feature::LabelStrength, strengths);
}

/// How long the units are, and whether they ask.
fn tell_shape(evidence: &Evidence<'_>, rows: &mut [FeatureRow]) {
    let syllables = evidence.syllables.iter();
    for (row, &syllables) in rows.iter_mut().zip(syllables) {
        let over = syllables.saturating_sub(LONG) as f32 / LONG_STEP;
        row[Feature::Length as usize] = libm::logf(syllables.max(1) as f32);
        row[Feature::Short as usize] = f32::from(syllables < SHORT);
        row[Feature::Overlong as usize] = over.min(2.0);
    }
    let asks = evidence.units.iter().map(|unit| {
        let text = evidence.document.text_at(unit.span);
        f32::from(text.trim_end_matches(['”', '"', ')']).ends_with('?'))
    });
    tell(rows, Feature::Question, asks);
}

/// Where the units stand.
fn tell_place(evidence: &Evidence<'_>, rows: &mut [FeatureRow]) {
    let units = evidence.units;
    let places = places(units);
    let starts = places.iter().map(|place| 1.0 / (1.0 + place));
    tell(rows, Feature::Lateness, lateness(evidence));
    tell(rows, Feature::ParagraphStart, starts);
    for (index, row) in rows.iter_mut().enumerate() {
        let paragraph = units[index].paragraph;
        let siblings = units.partition_point(|unit| unit.paragraph <= paragraph)
            - units.partition_point(|unit| unit.paragraph < paragraph);
        row[Feature::Place as usize] = logarithm(index);
        row[Feature::Units as usize] = logarithm(units.len());
        row[Feature::Siblings as usize] = logarithm(siblings);
        row[Feature::RelativePlace as usize] = share(index, units.len());
    }
}

/// What words the units share with others, and how many are numbers.
fn tell_words(evidence: &Evidence<'_>, rows: &mut [FeatureRow]) {
    let terms = evidence.terms;
    let units_with = |word: u32| terms.units_with_words()[word as usize];
    let mut in_opening = vec![false; terms.units_with_words().len()];
    for &word in evidence.words.iter().take(2).flatten() {
        in_opening[word as usize] = true;
    }
    let is_number = |word: &&u32| {
        let word = evidence.vocabulary.word(**word);
        word.bytes().all(|byte| byte.is_ascii_digit())
    };
    for (index, (row, words)) in rows.iter_mut().zip(evidence.words).enumerate() {
        let own = &terms.vectors()[index];
        let (word_count, pair_count) = (own.words().count(), own.pairs().count());
        let log_units: f32 = own
            .words()
            .map(|word| libm::logf(units_with(word) as f32))
            .sum();
        let shared = own.pairs().filter(|&pair| terms.units_with_pair(pair) > 1);
        let often = own.words().filter(|&word| units_with(word) > OFTEN);
        let opening = own.words().filter(|&word| in_opening[word as usize]);
        let numbers = words.iter().filter(is_number);
        row[Feature::WordSpread as usize] = log_units / word_count.max(1) as f32;
        row[Feature::SharedPairs as usize] = share(shared.count(), pair_count);
        row[Feature::OftenWords as usize] = share(often.count(), word_count);
        row[Feature::OpeningWords as usize] = share(opening.count(), word_count);
        row[Feature::Numbers as usize] = share(numbers.count(), words.len());
    }
}

fn logarithm(count: usize) -> f32 {
    libm::log1pf(count as f32) / 5.0
}

fn share(count: usize, all: usize) -> f32 {
    count as f32 / all.max(1) as f32
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
        lateness.push((libm::log1pf(place) / libm::log1pf(LATE)).min(1.0));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_scorers_know_features_by_their_numbers() {
        assert_eq!(FEATURES, 19);
        assert_eq!(TITLE_FEATURES.map(|feature| feature as usize), [0, 1]);
        assert_eq!(
            PLACE_FEATURES.map(|feature| feature as usize),
            [7, 8, 10, 13]
        );
        let of_sum = WEIGHTS.map(|(feature, _)| feature as usize);
        assert_eq!(of_sum, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    }
}
