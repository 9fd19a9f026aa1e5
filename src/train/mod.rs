//! Labels of one's own: labelled paragraphs → a classifier and an honest estimate of how good it is.
//!
//! The encoder stays as it is; a logistic regression learns the labels on its vectors. Everything that
//! is chosen by looking at scores (calibration, thresholds, margin) looks at held-out ones: each
//! example is scored by a fit that saw none of its document.

mod calibrate;
mod examples;
mod folds;
mod logistic;

use std::io;

use rayon::prelude::*;
use thiserror::Error;

use crate::classify::{Classifier, LabelHead};
use calibrate::Platt;
use logistic::{Linear, Rows};

pub use examples::{Example, label_names, read};
pub use logistic::LogisticOptions;

/// How labels are trained.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TrainOptions {
    /// Folds of the cross-validation.
    pub folds: usize,
    /// Seed of the split.
    pub seed: u64,
    /// How much an example counts whose annotator was not sure; one that was counts 1.
    pub unsure_weight: f32,
    /// The share of paragraphs to abstain on.
    pub abstention: f32,
    /// How the regression is fitted.
    pub logistic: LogisticOptions,
}

impl Default for TrainOptions {
    fn default() -> Self {
        Self {
            folds: 5,
            seed: 1,
            unsure_weight: 0.5,
            abstention: 0.2,
            logistic: LogisticOptions::default(),
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
    #[error("{place}: an example is an object with `text` and `labels`, a list of names")]
    BadExample {
        /// File and line.
        place: String,
        /// What is wrong with it.
        source: serde_json::Error,
    },
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
    /// For every example, its fold: an index into `held_out`.
    pub folds: Vec<usize>,
}

/// Trains a classifier on the vectors of `examples`, row by row.
///
/// # Errors
///
/// If there is no label, or one holds in fewer documents than there are folds.
pub fn labels(
    examples: &[Example],
    vectors: &[Vec<f32>],
    options: TrainOptions,
) -> Result<Trained, TrainError> {
    let trainer = Trainer::new(examples, vectors, options)?;
    let fits: Vec<Linear> = (0..options.folds)
        .into_par_iter()
        .map(|fold| trainer.fit(&trainer.rows_where(|of_row| of_row != fold)))
        .collect::<Result<_, _>>()?;
    let logits: Vec<Vec<f32>> = (0..examples.len())
        .map(|row| fits[trainer.folds[row]].logits(&vectors[row]))
        .collect();

    let held_out = fits
        .iter()
        .enumerate()
        .map(|(fold, fit)| {
            trainer.finish(fit, &logits, &trainer.rows_where(|of_row| of_row != fold))
        })
        .collect::<Result<_, _>>()?;
    let everything = trainer.rows_where(|_| true);
    let classifier = trainer.finish(&trainer.fit(&everything)?, &logits, &everything)?;
    Ok(Trained {
        classifier,
        held_out,
        folds: trainer.folds,
    })
}

struct Trainer<'a> {
    vectors: &'a [Vec<f32>],
    names: Vec<String>,
    targets: Vec<Vec<f32>>,
    weights: Vec<f32>,
    folds: Vec<usize>,
    options: TrainOptions,
}

impl<'a> Trainer<'a> {
    fn new(
        examples: &[Example],
        vectors: &'a [Vec<f32>],
        options: TrainOptions,
    ) -> Result<Self, TrainError> {
        let names = label_names(examples);
        if names.is_empty() {
            return Err(TrainError::NoLabel);
        }
        for name in &names {
            check_support(examples, name, options.folds)?;
        }
        let target = |example: &Example| {
            names
                .iter()
                .map(|name| f32::from(example.labels.contains(name)))
                .collect()
        };
        let targets = examples.iter().map(target).collect();
        let weight = |example: &Example| {
            if example.sure {
                1.0
            } else {
                options.unsure_weight
            }
        };
        let weights = examples.iter().map(weight).collect();
        let documents = examples.iter().map(|example| example.doc.as_str());
        let folds = folds::by_document(documents, options.folds, options.seed);
        Ok(Self {
            vectors,
            names,
            targets,
            weights,
            folds,
            options,
        })
    }

    fn rows_where(&self, is_in: impl Fn(usize) -> bool) -> Vec<usize> {
        (0..self.folds.len())
            .filter(|&row| is_in(self.folds[row]))
            .collect()
    }

    fn fit(&self, rows: &[usize]) -> candle_core::Result<Linear> {
        let vectors: Vec<_> = rows.iter().map(|&row| self.vectors[row].clone()).collect();
        let targets: Vec<_> = rows.iter().map(|&row| self.targets[row].clone()).collect();
        let weights: Vec<_> = rows.iter().map(|&row| self.weights[row]).collect();
        let rows = Rows {
            vectors: &vectors,
            targets: &targets,
            weights: &weights,
        };
        logistic::fit(rows, self.options.logistic)
    }

    /// Calibrates a fit and sets its thresholds on the held-out logits of `rows`.
    fn finish(
        &self,
        fit: &Linear,
        logits: &[Vec<f32>],
        rows: &[usize],
    ) -> candle_core::Result<Classifier> {
        let mut heads = Vec::with_capacity(self.names.len());
        let mut leads = vec![f32::NEG_INFINITY; rows.len()];
        let weights: Vec<f32> = rows.iter().map(|&row| self.weights[row]).collect();
        for (label, name) in self.names.iter().enumerate() {
            let logits: Vec<f32> = rows.iter().map(|&row| logits[row][label]).collect();
            let holds: Vec<bool> = rows
                .iter()
                .map(|&row| self.targets[row][label] > 0.5)
                .collect();
            let platt = Platt::fit(&logits, &holds, &weights)?;
            let scores: Vec<f32> = logits.iter().map(|&logit| platt.score(logit)).collect();
            let threshold = calibrate::best_threshold(&scores, &holds);
            for (lead, score) in leads.iter_mut().zip(&scores) {
                *lead = lead.max(score - threshold);
            }
            heads.push(LabelHead {
                name: name.clone(),
                weights: fit.weights[label]
                    .iter()
                    .map(|weight| weight * platt.slope)
                    .collect(),
                bias: fit.biases[label] * platt.slope + platt.offset,
                threshold,
            });
        }
        let distances = leads.into_iter().map(f32::abs).collect();
        let margin = calibrate::margin_of(distances, self.options.abstention);
        Ok(Classifier::new(heads, margin, fit.weights[0].len()).expect("heads of one fit agree"))
    }
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
