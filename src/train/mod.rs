//! Labels of one's own: labelled paragraphs → a classifier and an honest estimate of how good it is.
//!
//! The encoder stays as it is; a logistic regression learns each label on its vectors and on the words.
//! Everything that is chosen by looking at scores (calibration, thresholds, margin) looks at held-out ones: each
//! example is scored by a fit that saw none of its document.

mod boosting;
mod distil;
mod examples;
mod folds;
mod lbfgs;
mod logistic;
mod network;
mod salience;
#[cfg(test)]
mod tests;
mod threshold;
mod tune;
mod tuning;

use std::io;

use half::f16;
use rayon::prelude::*;
use serde::Serialize;
use thiserror::Error;

use crate::classify::{Calibration, Classifier, Features, LabelHead};
use logistic::{Head, Platt, Rows};

pub use boosting::BoostingOptions;
pub use distil::{DistilData, distil};
pub use examples::{Example, check_ids, label_names, read};
pub use folds::by_document as folds_of_groups;
pub use folds::of_examples as folds;
pub use salience::{SalienceExample, SalienceOptions, salience};
pub use tune::{TuneError, TunedLabels, TuningData, TuningReport, tune};
pub use tuning::{
    Checkpoint, CheckpointError, EpochLosses, LabelItem, MOST_TOKENS, Progress, StillStates,
    TuningOptions, VectorHead,
};

/// How labels are trained.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct TrainOptions {
    /// Folds of the cross-validation.
    pub folds: usize,
    /// Seed of the split.
    pub seed: u64,
    /// How much an example counts whose annotator was not sure; one that was counts 1.
    pub unsure_weight: f32,
    /// How much an example counts that was written for training.
    pub synthetic_weight: f32,
    /// The share of paragraphs to abstain on.
    pub abstention: f32,
}

impl Default for TrainOptions {
    fn default() -> Self {
        Self {
            folds: 5,
            seed: 1,
            // 0.3 to 0.5 score alike, 0 and 1 lower by 0.005 (docs/quality.md).
            unsure_weight: 0.3,
            // Written to mend a fault, and few: at 1 the fault shows again.
            synthetic_weight: 2.0,
            abstention: 0.2,
        }
    }
}

impl TrainOptions {
    /// How much `example` counts.
    pub fn weight(&self, example: &Example) -> f32 {
        match example {
            Example {
                weight: Some(weight),
                ..
            } => *weight,
            Example {
                synthetic: true, ..
            } => self.synthetic_weight,
            Example { sure: false, .. } => self.unsure_weight,
            _ => 1.0,
        }
    }
}

/// Why labels could not be trained.
#[derive(Debug, Error)]
pub enum TrainError {
    /// A file that cannot be read.
    #[error("{place}: cannot read it")]
    Reading {
        /// File and line.
        place: String,
        /// Why.
        source: io::Error,
    },
    /// A line that is no example.
    #[error(
        "{place}: an example is an object with `text` and either `labels`, a list of names, or `scores`"
    )]
    BadExample {
        /// File and line.
        place: String,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// Two examples of one name, so that results could not be told apart.
    #[error("two examples are called `{0}`; give each its own `id`")]
    RepeatedId(String),
    /// Too little to learn from.
    #[error("label `{label}` holds in {found} documents; give at least {needed} of them")]
    TooFew {
        /// The label's name.
        label: String,
        /// In how many documents it holds.
        found: usize,
        /// How many it takes.
        needed: usize,
    },
    /// Nothing to learn from.
    #[error(
        "no example counts: all have the weight 0; give some a `weight` above 0, or leave it out and give \
         --unsure-weight and --synthetic-weight above 0"
    )]
    NoWeight,
    /// No label at all.
    #[error("no example has a label")]
    NoLabel,
    /// The tensor library failed.
    #[error("the regression failed")]
    Fit(#[from] candle_core::Error),
}

/// What training gives.
#[derive(Clone, Debug)]
pub struct Trained {
    /// Fitted on all examples.
    pub classifier: Classifier,
    /// For every example, the classifier that saw nothing of its document: fitted, calibrated and
    /// given its thresholds on the other folds.
    pub held_out: Vec<Classifier>,
    /// For every example, its fold: an index into `held_out`; none if all of them learnt from it, as from a teacher's
    /// opinion of a document without labels.
    pub folds: Vec<Option<usize>>,
    /// For every label, how `classifier` reads the logit of the head as it was fitted or given.
    pub calibrations: Vec<Calibration>,
}

impl Trained {
    /// Reads other languages as `before` does, whose heads these are, calibrated again on texts in `language`, an
    /// ISO 639-1 code; not if that is another language than theirs.
    pub fn carry_over(&mut self, before: &Classifier, language: Option<&str>) {
        let known = before.cross_lingual();
        let known = known.filter(|known| language.is_none_or(|language| language == known.home));
        if let Some(carried) = known.and_then(|known| known.after(&self.calibrations)) {
            self.classifier = self.classifier.clone().with_cross_lingual(carried);
        }
    }
}

/// The labels of `classifier` that only such of `examples` have as calibrate none: others do, and were not written for
/// training.
pub fn written_alone<'a>(examples: &[Example], classifier: &'a Classifier) -> Vec<&'a str> {
    let calibrates = calibrating(examples);
    let has = |name: &str, found: bool| {
        let mut chosen = examples.iter().zip(&calibrates);
        chosen.any(|(example, &calibrates)| {
            calibrates == found && example.labels.iter().any(|label| label == name)
        })
    };
    let names = classifier.labels().iter().map(|head| head.name.as_str());
    names
        .filter(|name| has(name, false) && !has(name, true))
        .collect()
}

/// For every example, whether thresholds are set on it: if it is labelled and was not written for training, unless all were.
fn calibrating(examples: &[Example]) -> Vec<bool> {
    let mut labelled = examples.iter().filter(|example| example.is_labelled());
    let all_synthetic = labelled.all(|example| example.synthetic);
    let calibrates =
        |example: &Example| example.is_labelled() && (all_synthetic || !example.synthetic);
    examples.iter().map(calibrates).collect()
}

/// Trains a classifier on the features of `examples`, row by row.
///
/// # Errors
///
/// If there is no label, no example counts, or a label holds in fewer documents than there are folds.
pub fn labels(
    examples: &[Example],
    features: &[Features],
    options: TrainOptions,
) -> Result<Trained, TrainError> {
    let names = label_names(examples);
    names
        .iter()
        .try_for_each(|name| check_support(examples, name, options.folds))?;
    if !names.is_empty() {
        check_weights(examples, options)?;
    }
    let trainer = Trainer::new(examples, features, names, options)?;
    let fits: Vec<Vec<Head>> = (0..options.folds)
        .into_par_iter()
        .map(|fold| trainer.fit(&trainer.rows_outside(fold)))
        .collect::<Result<_, _>>()?;
    let held_out_logits = |label: usize| -> Vec<f32> {
        let rows = features.iter().zip(&trainer.folds);
        // Where all learnt from a row, nothing is set on it, and any number does.
        let logit = |row, fold: Option<usize>| fold.map(|fold| fits[fold][label].logit(row));
        rows.map(|(row, &fold)| logit(row, fold).unwrap_or(0.0))
            .collect()
    };
    let logits: Vec<Vec<f32>> = (0..trainer.names.len()).map(held_out_logits).collect();

    let unknown = KnownCuts::none(trainer.names.len());
    let finish = |heads, rows: &[usize]| trainer.finish(heads, &unknown, &logits, rows);
    let finish_fold = |(fold, heads)| Ok(finish(heads, &trainer.rows_outside(fold))?.0);
    let held_out = fits
        .into_iter()
        .enumerate()
        .map(finish_fold)
        .collect::<candle_core::Result<_>>()?;
    let everything = trainer.all_rows();
    let (classifier, calibrations) = finish(trainer.fit(&everything)?, &everything)?;
    Ok(Trained {
        classifier,
        held_out,
        folds: trainer.folds,
        calibrations,
    })
}

/// What was set on other examples, for labels that have learnt on since.
#[derive(Clone, Debug, PartialEq)]
pub struct KnownCuts {
    /// For every label, the threshold that came with its calibration, if it had one.
    pub thresholds: Vec<Option<f32>>,
    /// The margin of abstention, if it was set for these labels and no others.
    pub margin: Option<f32>,
}

impl KnownCuts {
    /// Nothing, of so many labels.
    pub fn none(labels: usize) -> Self {
        Self {
            thresholds: vec![None; labels],
            margin: None,
        }
    }
}

/// Checks that some example counts.
///
/// # Errors
///
/// If all weigh nothing.
pub fn check_weights(examples: &[Example], options: TrainOptions) -> Result<(), TrainError> {
    let mut weights = examples.iter().map(|example| options.weight(example));
    if weights.any(|weight| weight > 0.0) {
        Ok(())
    } else {
        Err(TrainError::NoWeight)
    }
}

/// Checks that `held_out` is enough to [`calibrate`] the labels `names` on, of which some have a threshold already.
///
/// # Errors
///
/// If there is no label, or one without a threshold holds in fewer than two documents.
pub fn check_held_out(
    names: &[String],
    known_thresholds: &[Option<f32>],
    held_out: &[Example],
) -> Result<(), TrainError> {
    if names.is_empty() {
        return Err(TrainError::NoLabel);
    }
    let unknown = names
        .iter()
        .zip(known_thresholds)
        .filter(|(_, known)| known.is_none());
    unknown
        .map(|(name, _)| name)
        .try_for_each(|name| check_support(held_out, name, 2))
}

/// Calibrates heads that have learnt elsewhere, on examples that they did not learn from.
///
/// [`Trained::held_out`] then has the same heads with calibration and thresholds from the other half of these
/// examples, so that their scores are as honest as a new document's.
///
/// What is `known` counts as much as [`KNOWN_EXAMPLES`].
///
/// # Errors
///
/// If a label without a threshold holds in fewer than two documents: give more examples, or hold out a larger share.
pub fn calibrate(
    heads: &[LabelHead],
    known: &KnownCuts,
    examples: &[Example],
    features: &[Features],
    options: TrainOptions,
) -> Result<Trained, TrainError> {
    let options = TrainOptions {
        folds: 2,
        ..options
    };
    let names: Vec<String> = heads.iter().map(|head| head.name.clone()).collect();
    check_held_out(&names, &known.thresholds, examples)?;
    let mut trainer = Trainer::new(examples, features, names, options)?;
    trainer.thresholds = heads.iter().map(|head| head.threshold).collect();
    let head = |head: &LabelHead| Head {
        vector_weights: head.vector_weights.clone(),
        gram_weights: head.gram_weights.clone(),
        bias: head.bias,
    };
    let heads: Vec<Head> = heads.iter().map(head).collect();
    let logits = |head: &Head| features.iter().map(|row| head.logit(row)).collect();
    let logits: Vec<Vec<f32>> = heads.iter().map(logits).collect();
    let finish = |rows: &[usize]| trainer.finish(heads.clone(), known, &logits, rows);
    let halves = (0..2).map(|half| Ok(finish(&trainer.rows_outside(half))?.0));
    let held_out = halves.collect::<candle_core::Result<_>>()?;
    let (classifier, calibrations) = finish(&trainer.all_rows())?;
    Ok(Trained {
        classifier,
        held_out,
        folds: trainer.folds,
        calibrations,
    })
}

struct Trainer<'a> {
    features: &'a [Features],
    names: Vec<String>,
    /// For every label, how likely it holds for each example.
    targets: Vec<Vec<f32>>,
    weights: Vec<f32>,
    /// Whether thresholds are set on each example.
    calibrates: Vec<bool>,
    folds: Vec<Option<usize>>,
    /// The thresholds of labels that no example calibrates.
    thresholds: Vec<f32>,
    options: TrainOptions,
}

impl<'a> Trainer<'a> {
    fn new(
        examples: &[Example],
        features: &'a [Features],
        names: Vec<String>,
        options: TrainOptions,
    ) -> Result<Self, TrainError> {
        check_ids(examples)?;
        if names.is_empty() {
            return Err(TrainError::NoLabel);
        }
        let targets = |name: &String| {
            let target = |example: &Example| example.target(name);
            examples.iter().map(target).collect()
        };
        let targets = names.iter().map(targets).collect();
        let weights = examples
            .iter()
            .map(|example| options.weight(example))
            .collect();
        let calibrates = calibrating(examples);
        let folds = folds::of_examples(examples, options.folds, options.seed);
        Ok(Self {
            features,
            thresholds: vec![0.5; names.len()],
            names,
            targets,
            weights,
            calibrates,
            folds,
            options,
        })
    }

    fn all_rows(&self) -> Vec<usize> {
        (0..self.folds.len()).collect()
    }

    fn rows_outside(&self, fold: usize) -> Vec<usize> {
        let mut rows = self.all_rows();
        rows.retain(|&row| self.folds[row] != Some(fold));
        rows
    }

    /// One head a label, fitted on `rows`.
    fn fit(&self, rows: &[usize]) -> candle_core::Result<Vec<Head>> {
        let features: Vec<&Features> = rows.iter().map(|&row| &self.features[row]).collect();
        let weights = pick(&self.weights, rows);
        let fit = |targets: &Vec<f32>| {
            let targets = pick(targets, rows);
            logistic::fit(Rows {
                features: &features,
                targets: &targets,
                weights: &weights,
            })
        };
        self.targets.par_iter().map(fit).collect()
    }

    /// Calibrates heads and sets their thresholds, and the margin, on the held-out logits of `rows`.
    fn finish(
        &self,
        heads: Vec<Head>,
        known: &KnownCuts,
        logits: &[Vec<f32>],
        rows: &[usize],
    ) -> candle_core::Result<(Classifier, Vec<Calibration>)> {
        let mut rows = rows.to_vec();
        rows.retain(|&row| self.calibrates[row]);
        let hidden_size = heads.first().map_or(0, |head| head.vector_weights.len());
        let (mut labels, mut calibrations) = (Vec::new(), Vec::new());
        let mut scores: Vec<Vec<f32>> = vec![Vec::new(); rows.len()];
        for (label, head) in heads.into_iter().enumerate() {
            let logits = pick(&logits[label], &rows);
            let calibration = self.calibrate(label, &logits, known.thresholds[label], &rows)?;
            for (scores, logit) in scores.iter_mut().zip(logits) {
                scores.push(Platt::of(calibration).score(logit));
            }
            labels.push(shipped(&self.names[label], head, calibration));
            calibrations.push(calibration);
        }
        let uncut = Classifier::new(labels.clone(), 0.0, hidden_size).expect(ONE_FIT);
        let distances = scores.iter().map(|scores| uncut.distance(scores)).collect();
        let chosen = threshold::margin(distances, self.options.abstention);
        let margin = known.margin.map_or(chosen, |known| {
            threshold::margin_between(known, KNOWN_EXAMPLES, chosen, rows.len() as f32)
        });
        let classifier = Classifier::new(labels, margin, hidden_size).expect(ONE_FIT);
        Ok((classifier, calibrations))
    }

    /// Fits a label's calibration and threshold to the held-out `logits` of `rows`. Where none of these has the label, as
    /// one that only examples written for training have, they would say that it never holds: it stays as it is.
    fn calibrate(
        &self,
        label: usize,
        logits: &[f32],
        known_threshold: Option<f32>,
        rows: &[usize],
    ) -> candle_core::Result<Calibration> {
        let targets = pick(&self.targets[label], rows).into_iter();
        let holds: Vec<bool> = targets.map(|target| target > 0.5).collect();
        if !holds.contains(&true) {
            return Ok(Calibration {
                slope: 1.0,
                offset: 0.0,
                threshold: known_threshold.unwrap_or(self.thresholds[label]),
            });
        }
        let known_examples = known_threshold.map_or(0.0, |_| KNOWN_EXAMPLES);
        let platt = Platt::fit(logits, &holds, known_examples)?;
        let scores: Vec<f32> = logits.iter().map(|&logit| platt.score(logit)).collect();
        let chosen = threshold::choose(&scores, &holds, &pick(&self.weights, rows));
        let threshold = match known_threshold {
            Some(known) => threshold::between(known, KNOWN_EXAMPLES, chosen, rows.len() as f32),
            None => chosen,
        };
        Ok(Calibration {
            slope: platt.slope,
            offset: platt.offset,
            threshold,
        })
    }
}

/// As how many examples a calibration, a threshold and a margin count that were there before: a tuning on two hundred lines
/// holds out forty, in which a rare label hardly occurs (docs/training.md).
pub const KNOWN_EXAMPLES: f32 = 200.0;

const ONE_FIT: &str = "the heads of one fit agree in size";

/// A head with its calibration folded in, its weights as a file keeps them.
fn shipped(name: &str, head: Head, calibration: Calibration) -> LabelHead {
    let mut head = calibration.apply(&LabelHead {
        name: name.to_owned(),
        vector_weights: head.vector_weights,
        gram_weights: head.gram_weights,
        bias: head.bias,
        threshold: calibration.threshold,
    });
    for weight in &mut head.gram_weights {
        *weight = f16::from_f32(*weight).to_f32();
    }
    head
}

fn pick<T: Copy>(values: &[T], rows: &[usize]) -> Vec<T> {
    rows.iter().map(|&row| values[row]).collect()
}

fn check_support(examples: &[Example], label: &str, needed: usize) -> Result<(), TrainError> {
    let with_label = examples
        .iter()
        .filter(|example| example.labels.iter().any(|name| name == label));
    let mut documents: Vec<&str> = with_label.map(|example| example.doc.as_str()).collect();
    documents.sort_unstable();
    documents.dedup();
    let found = documents.len();
    if found < needed {
        return Err(TrainError::TooFew {
            label: label.to_owned(),
            found,
            needed,
        });
    }
    Ok(())
}
