//! What does a small network make of the whole document? Features and vectors of all units → a score for each.
//!
//! A transformer over sentences (Liu and Lapata, 2019, *Text Summarization with Pretrained Encoders*, section 3.2), in plain
//! `f32` arithmetic whose order never changes. `tomtat train salience` makes it; a scorer without vectors serves any model.

mod layer;
mod math;
mod parts;
mod store;
#[cfg(test)]
mod tests;

pub use parts::{Part, Parts, PartsError};
pub use store::{FILE_NAME, StoredScorer, StoredScorerError};

use super::salience::{FEATURES, FeatureRow, PLACE_FEATURES};
use layer::Layer;
use math::{Linear, Norm, add, gelu};

/// Numbers that the network keeps of each unit.
pub const WIDTH: usize = 128;
/// Heads of its attention.
pub const HEADS: usize = 4;
/// Width of its feed-forward parts.
pub const FEED_FORWARD: usize = 256;
/// Its layers.
pub const LAYERS: usize = 2;
/// Places in a document that it tells apart; all later ones are the last.
pub const PLACES: usize = 64;
/// The most units that attend to each other.
pub const BLOCK: usize = 192;
/// What keeps layer normalisation from dividing by zero.
pub const EPSILON: f32 = 1e-5;

/// Whether the scorer is told where the units stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Places {
    /// As in news, where the first sentences say most.
    Told,
    /// As in reports, of which it has learnt nothing.
    Hidden,
}

/// A network that scores the units of a document; only differences within one document mean something.
#[derive(Clone, Debug, PartialEq)]
pub struct Scorer {
    /// What it was made of.
    parts: Parts,
    mean: Vec<f32>,
    scale: Vec<f32>,
    features: [Linear; 2],
    vector: Option<(Norm, Linear)>,
    /// (`PLACES`, `WIDTH`).
    places: Vec<f32>,
    layers: Vec<Layer>,
    norm: Norm,
    score: Linear,
    skip: Linear,
}

impl Scorer {
    /// Puts a scorer together.
    ///
    /// # Errors
    ///
    /// If a part is missing or has another shape than [`Parts::shapes`] says.
    pub fn new(parts: Parts) -> Result<Self, PartsError> {
        parts.check()?;
        let vector = parts.hidden_size().map(|_| {
            (
                Norm::of(&parts, "vector.norm"),
                Linear::of(&parts, "vector"),
            )
        });
        Ok(Self {
            mean: parts.values("feature.mean").to_vec(),
            scale: parts.values("feature.scale").to_vec(),
            features: ["feature.input", "feature.output"].map(|name| Linear::of(&parts, name)),
            vector,
            places: parts.values("place.weight").to_vec(),
            layers: (0..LAYERS).map(|index| Layer::of(&parts, index)).collect(),
            norm: Norm::of(&parts, "norm"),
            score: Linear::of(&parts, "score"),
            skip: Linear::of(&parts, "skip"),
            parts,
        })
    }

    /// What it was made of.
    pub fn parts(&self) -> &Parts {
        &self.parts
    }

    /// The size of the vectors that it reads; none if it reads none.
    pub fn hidden_size(&self) -> Option<usize> {
        self.parts.hidden_size()
    }

    /// Scores every unit, given its features and its mean token state; `vectors` is called for no unit if the scorer
    /// reads no vectors.
    ///
    /// # Panics
    ///
    /// If a vector has another size than [`Self::hidden_size`].
    pub fn score(
        &self,
        rows: &[FeatureRow],
        vectors: impl Fn(usize) -> Vec<f32>,
        places: Places,
    ) -> Vec<f32> {
        let mut scores = Vec::with_capacity(rows.len());
        for block in blocks(rows.len()) {
            let rows: Vec<FeatureRow> = rows[block.clone()]
                .iter()
                .map(|row| self.standardised(row, places))
                .collect();
            let mut states = self.of_features(&rows);
            if let Some((norm, linear)) = &self.vector {
                let vectors: Vec<f32> = block.clone().flat_map(&vectors).collect();
                add(&mut states, &linear.apply(&norm.apply(&vectors)));
            }
            if places == Places::Told {
                for (state, unit) in states.chunks_exact_mut(WIDTH).zip(block) {
                    add(state, &self.places[unit.min(PLACES - 1) * WIDTH..][..WIDTH]);
                }
            }
            for layer in &self.layers {
                layer.apply(&mut states);
            }
            let mut block_scores = self.score.apply(&self.norm.apply(&states));
            add(&mut block_scores, &self.skip.apply(rows.as_flattened()));
            scores.append(&mut block_scores);
        }
        scores
    }

    /// The features less their mean, over their spread; a place that is not told is an average one.
    fn standardised(&self, row: &FeatureRow, places: Places) -> FeatureRow {
        let mut standardised = [0.0; FEATURES];
        for (index, value) in standardised.iter_mut().enumerate() {
            *value = (row[index] - self.mean[index]) * self.scale[index];
        }
        if places == Places::Hidden {
            for index in PLACE_FEATURES {
                standardised[index] = 0.0;
            }
        }
        standardised
    }

    fn of_features(&self, rows: &[FeatureRow]) -> Vec<f32> {
        let [input, output] = &self.features;
        let mut inner = input.apply(rows.as_flattened());
        for x in &mut inner {
            *x = gelu(*x);
        }
        output.apply(&inner)
    }
}

/// Consecutive blocks of about equal length, none longer than [`BLOCK`], that make up a document of `count` units.
pub fn blocks(count: usize) -> impl Iterator<Item = std::ops::Range<usize>> {
    let number = count.div_ceil(BLOCK).max(1);
    (0..number).map(move |index| index * count / number..(index + 1) * count / number)
}
