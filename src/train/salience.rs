//! A scorer of one's own: documents with summaries → trees that rank their units.

use serde::Serialize;

use super::boosting::{self, BoostingOptions, Sample};
use crate::random::Generator;
use crate::rank::FeatureRow;
use crate::rank::scorer::{self, LENGTH_INPUT, Length, Scorer, Setting};

/// A document to learn from.
#[derive(Clone, Debug)]
pub struct SalienceExample {
    /// The features of its units.
    pub features: Vec<FeatureRow>,
    /// Which of them a summary may quote; only these are learnt from.
    pub is_candidate: Vec<bool>,
    /// How much of a summary's words each says.
    pub worths: Vec<f32>,
    /// How long its summary is.
    pub length: Length,
    /// Whether it has a title.
    pub has_title: bool,
    /// How much it counts, at least 0.
    pub weight: f32,
}

/// How a scorer learns.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct SalienceOptions {
    /// How the trees grow.
    pub boosting: BoostingOptions,
    /// The share of documents whose units' places are not told, so that the scorer learns what else matters.
    pub place_dropout: f32,
}

impl Default for SalienceOptions {
    fn default() -> Self {
        Self {
            boosting: BoostingOptions::default(),
            place_dropout: 0.25,
        }
    }
}

/// Learns from `examples`, of which those with long summaries count as much as those with short ones, and from each that
/// has a title once more without it; calls `report` after each tree.
pub fn salience(
    examples: &[&SalienceExample],
    options: SalienceOptions,
    report: impl FnMut(usize),
) -> Scorer {
    let mut generator = Generator::new(options.boosting.seed);
    let mut samples = Vec::new();
    for example in examples {
        let told = Setting {
            length: example.length,
            tells_places: generator.below(1000) >= (1000.0 * options.place_dropout) as usize,
            tells_title: true,
        };
        let untold = Setting {
            tells_title: false,
            ..told
        };
        if example.has_title {
            samples.extend(example.samples(told));
        }
        samples.extend(example.samples(untold));
    }
    balance(&mut samples);
    // A leaf of a few samples says little, but where there are few, all leaves are small.
    let fewest = options.boosting.fewest.min(samples.len() / 20).max(1);
    let options = BoostingOptions {
        fewest,
        ..options.boosting
    };
    Scorer::new(boosting::boost(&samples, options, report))
}

impl SalienceExample {
    fn samples(&self, setting: Setting) -> impl Iterator<Item = Sample> {
        let units = self.features.iter().zip(&self.worths);
        let candidates = units.zip(&self.is_candidate);
        candidates.filter(|(_, is_candidate)| **is_candidate).map(
            move |((features, &target), _)| Sample {
                inputs: scorer::inputs(features, setting),
                target,
                weight: self.weight,
            },
        )
    }
}

/// Gives the samples of long summaries the weight of those of short ones, if there are both.
fn balance(samples: &mut [Sample]) {
    let is_long = |sample: &Sample| sample.inputs[LENGTH_INPUT] > 0.0;
    let weight = |long: bool| -> f64 {
        let of_length = samples.iter().filter(|sample| is_long(sample) == long);
        of_length.map(|sample| f64::from(sample.weight)).sum()
    };
    let (short, long) = (weight(false), weight(true));
    if short > 0.0 && long > 0.0 {
        for sample in samples.iter_mut().filter(|sample| is_long(sample)) {
            sample.weight *= (short / long) as f32;
        }
    }
}
