//! Heads for all labels of some examples, and what is set on their held-out scores.

use std::collections::BTreeSet;

use half::f16;
use rayon::prelude::*;

use super::calibrate::{KNOWN_EXAMPLES, calibrating};
use super::logistic::{Design, Platt};
use super::{Example, KnownCuts, TrainError, TrainOptions, check_ids, folds, threshold};
use crate::classify::{Calibration, Classifier, ClassifierError, Features, Head, Heads, LabelHead};

/// Examples of some labels, on their way to heads.
pub(super) struct Trainer<'a> {
    features: &'a [Features],
    pub(super) names: Vec<String>,
    /// For every label, how likely it holds for each example.
    targets: Vec<Vec<f32>>,
    weights: Vec<f32>,
    /// Whether thresholds are set on each example.
    calibrates: Vec<bool>,
    pub(super) folds: Vec<Option<usize>>,
    /// The thresholds of labels that no example calibrates.
    pub(super) thresholds: Vec<f32>,
    options: TrainOptions,
}

impl<'a> Trainer<'a> {
    pub(super) fn new(
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

    pub(super) fn all_rows(&self) -> Vec<usize> {
        (0..self.folds.len()).collect()
    }

    pub(super) fn rows_outside(&self, fold: usize) -> Vec<usize> {
        let mut rows = self.all_rows();
        rows.retain(|&row| self.folds[row] != Some(fold));
        rows
    }

    /// One head a label, fitted on `rows`.
    pub(super) fn fit(&self, rows: &[usize]) -> Result<Vec<Head>, TrainError> {
        let features: Vec<&Features> = rows.iter().map(|&row| &self.features[row]).collect();
        let weights = pick(&self.weights, rows);
        let design = Design::new(&features)?;
        let fit = |targets: &Vec<f32>| design.fit(&pick(targets, rows), &weights);
        self.targets.par_iter().map(fit).collect()
    }

    /// Calibrates heads and sets their thresholds, and the margin, on the held-out logits of `rows`.
    pub(super) fn finish(
        &self,
        heads: Vec<Head>,
        known: &KnownCuts,
        logits: &[Vec<f32>],
        rows: &[usize],
    ) -> Result<(Classifier, Vec<Calibration>), TrainError> {
        let mut rows = rows.to_vec();
        rows.retain(|&row| self.calibrates[row]);
        let (mut labels, mut calibrations) = (Vec::new(), Vec::new());
        let mut scores: Vec<Vec<f32>> = vec![Vec::new(); rows.len()];
        for (label, head) in heads.into_iter().enumerate() {
            let logits = pick(&logits[label], &rows);
            let calibration = self.calibrate(label, &logits, known.thresholds[label], &rows)?;
            for (scores, logit) in scores.iter_mut().zip(logits) {
                scores.push(Platt::of(calibration).score(logit));
            }
            labels.push(shipped(&self.names[label], &head, calibration)?);
            calibrations.push(calibration);
        }
        let uncut = Heads::new(labels.clone(), 0.0)?;
        let distances = scores.iter().map(|scores| uncut.distance(scores)).collect();
        let chosen = threshold::margin(distances, self.options.abstention);
        let margin = known.margin.map_or(chosen, |known| {
            threshold::margin_between(known, KNOWN_EXAMPLES, chosen, rows.len() as f32)
        });
        Ok((Classifier::new(labels, margin)?, calibrations))
    }

    /// Fits a label's calibration and threshold to the held-out `logits` of `rows`. Where none of these has the label, as
    /// one that only examples written for training have, they would say that it never holds, and where all have it, that
    /// it always does: it stays as it is.
    fn calibrate(
        &self,
        label: usize,
        logits: &[f32],
        known_threshold: Option<f32>,
        rows: &[usize],
    ) -> candle_core::Result<Calibration> {
        let targets = pick(&self.targets[label], rows).into_iter();
        let holds: Vec<bool> = targets.map(|target| target > 0.5).collect();
        if !(holds.contains(&true) && holds.contains(&false)) {
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

/// A head with its calibration folded in, its weights as a file keeps them.
fn shipped(
    name: &str,
    head: &Head,
    calibration: Calibration,
) -> Result<LabelHead, ClassifierError> {
    let calibrated = calibration.apply(name, head)?;
    let head = calibrated.head;
    let weights = head.gram_weights().iter();
    let weights = weights.map(|&weight| f16::from_f32(weight).to_f32());
    let head = Head::new(
        head.vector_weights().to_vec(),
        weights.collect(),
        head.bias(),
    );
    Ok(LabelHead {
        head: head.map_err(|source| ClassifierError::of_head(name, source))?,
        ..calibrated
    })
}

fn pick<T: Copy>(values: &[T], rows: &[usize]) -> Vec<T> {
    rows.iter().map(|&row| values[row]).collect()
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

/// Whether a label holds in at least `needed` documents, and is wanting in as many.
pub fn has_support(examples: &[Example], label: &str, needed: usize) -> bool {
    check_support(examples, label, needed).is_ok()
}

/// Checks that a label holds in at least so many documents, and is wanting in as many. A teacher's opinion says neither.
pub(super) fn check_support(
    examples: &[Example],
    label: &str,
    needed: usize,
) -> Result<(), TrainError> {
    let has = |example: &&Example| example.labels.iter().any(|name| name == label);
    let documents = |with_label: bool| {
        let labelled = examples.iter().filter(|example| example.is_labelled());
        let chosen = labelled.filter(|example| has(example) == with_label);
        let documents: BTreeSet<&str> = chosen.map(|example| example.doc.as_str()).collect();
        documents.len()
    };
    let example = examples.iter().find(has).map(|example| example.id.clone());
    let label = label.to_owned();
    match (documents(true), documents(false)) {
        (found, _) if found < needed => Err(TrainError::TooFew {
            label,
            example,
            found,
            needed,
        }),
        (_, found) if found < needed => Err(TrainError::TooFewWithout {
            label,
            found,
            needed,
        }),
        _ => Ok(()),
    }
}
