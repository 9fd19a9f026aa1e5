//! Labels of one's own: labelled paragraphs → a classifier and an honest estimate of how good it is.
//!
//! The encoder stays as it is; a logistic regression learns each label on its vectors and on the words.
//! Everything that is chosen by looking at scores (calibration, thresholds, margin) looks at held-out ones: each
//! example is scored by a fit that saw none of its document.

mod boosting;
mod calibrate;
mod distil;
mod error;
mod examples;
mod folds;
mod lbfgs;
mod logistic;
mod network;
mod quoting;
mod salience;
#[cfg(test)]
mod tests;
mod threshold;
mod trainer;
mod tune;
mod tuning;

use rayon::prelude::*;
use serde::Serialize;

use crate::classify::{Calibration, Classifier, ClassifierError, Features, Head};
pub use logistic::LEAST_SLOPE;
use trainer::{Trainer, check_support};

pub use boosting::BoostingOptions;
pub use calibrate::{KNOWN_EXAMPLES, KnownCuts, calibrate, check_held_out, written_alone};
pub use distil::{DistilData, distil};
pub use error::TrainError;
pub use examples::{Example, check_ids, label_names, read};
pub use folds::by_document as folds_of_groups;
pub use folds::{of_examples as folds, text_key};
pub use quoting::{QuotingExample, quoting};
pub use salience::{SalienceExample, SalienceOptions, salience};
pub use trainer::{check_weights, has_support};
pub use tune::{TuneError, Tuned, TuningData, TuningReport, check_layers, tune};
pub use tuning::{
    Checkpoint, CheckpointError, EpochLosses, MOST_TOKENS, Progress, Question, StillStates,
    TuningItem, TuningOptions, VectorHead, tokens_of_text,
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

/// What training gives.
#[derive(Clone, Debug)]
pub struct Trained {
    /// Fitted on all examples.
    pub classifier: Classifier,
    /// For every example, the classifier whose heads saw nothing of its document: fitted, calibrated and given its thresholds
    /// on the other folds. Its calibration did, a little: the held-out logits of the other folds, on which it is set,
    /// are by heads that learnt from that document.
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
    ///
    /// # Errors
    ///
    /// If the heads are others, or their numbers would not be finite.
    pub fn carry_over(
        &mut self,
        before: &Classifier,
        language: Option<&str>,
    ) -> Result<(), ClassifierError> {
        let known = before.cross_lingual();
        let known = known.filter(|known| language.is_none_or(|language| language == known.home));
        if let Some(carried) = known.and_then(|known| known.after(&self.calibrations)) {
            self.classifier = self.classifier.clone().with_cross_lingual(carried)?;
        }
        Ok(())
    }
}

/// Trains a classifier of the labels `names` on the features of `examples`, row by row.
///
/// # Errors
///
/// If there is no label, no example counts, or a label holds in fewer documents than there are folds.
pub fn labels(
    examples: &[Example],
    features: &[Features],
    names: &[String],
    options: TrainOptions,
) -> Result<Trained, TrainError> {
    names
        .iter()
        .try_for_each(|name| check_support(examples, name, options.folds))?;
    if !names.is_empty() {
        check_weights(examples, options)?;
    }
    let trainer = Trainer::new(examples, features, names.to_vec(), options)?;
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
        .collect::<Result<_, TrainError>>()?;
    let everything = trainer.all_rows();
    let (classifier, calibrations) = finish(trainer.fit(&everything)?, &everything)?;
    Ok(Trained {
        classifier,
        held_out,
        folds: trainer.folds,
        calibrations,
    })
}
