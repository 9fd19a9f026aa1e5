//! Heads that have learnt elsewhere → a classifier, on examples that they did not learn from.

use super::trainer::{Trainer, check_support};
use super::{Example, TrainError, TrainOptions, Trained};
use crate::classify::{Classifier, Features, Head, LabelHead};

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

/// As how many examples a calibration, a threshold and a margin count that were there before: a tuning on two hundred lines
/// holds out forty, in which a rare label hardly occurs (docs/training.md).
pub const KNOWN_EXAMPLES: f32 = 200.0;

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
    let heads: Vec<Head> = heads.iter().map(|label| label.head.clone()).collect();
    let logits = |head: &Head| features.iter().map(|row| head.logit(row)).collect();
    let logits: Vec<Vec<f32>> = heads.iter().map(logits).collect();
    let finish = |rows: &[usize]| trainer.finish(heads.clone(), known, &logits, rows);
    let halves = (0..2).map(|half| Ok(finish(&trainer.rows_outside(half))?.0));
    let held_out = halves.collect::<Result<_, TrainError>>()?;
    let (classifier, calibrations) = finish(&trainer.all_rows())?;
    Ok(Trained {
        classifier,
        held_out,
        folds: trainer.folds,
        calibrations,
    })
}

/// The labels of `classifier` that only such of `examples` have (or lack, if not `with_label`) as calibrate none: others do
/// calibrate, and were not written for training.
pub fn written_alone<'a>(
    examples: &[Example],
    classifier: &'a Classifier,
    with_label: bool,
) -> Vec<&'a str> {
    let calibrates = calibrating(examples);
    let is_so = |name: &str, found: bool| {
        let mut chosen = examples.iter().zip(&calibrates);
        chosen.any(|(example, &calibrates)| {
            let has = || example.labels.iter().any(|label| label == name);
            example.is_labelled() && calibrates == found && has() == with_label
        })
    };
    let names = classifier.labels().iter().map(|head| head.name.as_str());
    names
        .filter(|name| is_so(name, false) && !is_so(name, true))
        .collect()
}

/// For every example, whether thresholds are set on it: if it is labelled and was not written for training, unless all were.
pub(super) fn calibrating(examples: &[Example]) -> Vec<bool> {
    let mut labelled = examples.iter().filter(|example| example.is_labelled());
    let all_synthetic = labelled.all(|example| example.synthetic);
    let calibrates =
        |example: &Example| example.is_labelled() && (all_synthetic || !example.synthetic);
    examples.iter().map(calibrates).collect()
}
