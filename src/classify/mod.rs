//! What is each paragraph about? Vectors → the probability of every label.
//!
//! Each label has a linear head with a logistic link (multi-label logistic regression, Bishop,
//! *Pattern Recognition and Machine Learning*, section 4.3.2) over the mean state of a text's tokens.
//! Training folds standardisation and calibration into weights and bias, so that a score is a
//! probability. A paragraph's logit is the token-weighted mean of its sentences' logits: the sentence
//! with the greatest one speaks most for the label.

mod store;

use serde::{Deserialize, Serialize};
use thiserror::Error;

pub use store::{FILE_NAME, LabelSet, LabelSetError};

/// The heads of a label set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Classifier {
    labels: Vec<LabelHead>,
    /// A paragraph whose best score lies nearer to its threshold than this is abstained on.
    margin: f32,
}

/// One label's head.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LabelHead {
    /// The label's name.
    pub name: String,
    /// One weight for each number of a vector.
    pub weights: Vec<f32>,
    /// Added to the weighted sum.
    pub bias: f32,
    /// The score from which on the label holds.
    pub threshold: f32,
}

/// Heads that do not fit together.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ClassifierError {
    /// No label at all.
    #[error("the label set has no label")]
    NoLabel,
    /// A head for vectors of another size.
    #[error(
        "the head of `{label}` is made for vectors of {found} numbers, the model gives {expected}; train the labels again with this model"
    )]
    WrongSize {
        /// The label's name.
        label: String,
        /// The size its head is made for.
        found: usize,
        /// The size of the model's vectors.
        expected: usize,
    },
}

/// What the heads say of one paragraph.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// Indices of the labels that hold, best first; ties go to the earlier label.
    pub labels: Vec<usize>,
    /// Whether the best score lay too near its threshold to tell.
    pub abstained: bool,
}

impl Classifier {
    /// Puts heads together.
    ///
    /// # Errors
    ///
    /// If there is none, or one is made for vectors of another size than `hidden_size`.
    pub fn new(
        labels: Vec<LabelHead>,
        margin: f32,
        hidden_size: usize,
    ) -> Result<Self, ClassifierError> {
        let classifier = Self { labels, margin };
        classifier.check(hidden_size)?;
        Ok(classifier)
    }

    /// Checks that the heads fit vectors of `hidden_size` numbers.
    ///
    /// # Errors
    ///
    /// If one does not, or there is none.
    pub fn check(&self, hidden_size: usize) -> Result<(), ClassifierError> {
        if self.labels.is_empty() {
            return Err(ClassifierError::NoLabel);
        }
        match self
            .labels
            .iter()
            .find(|label| label.weights.len() != hidden_size)
        {
            Some(label) => Err(ClassifierError::WrongSize {
                label: label.name.clone(),
                found: label.weights.len(),
                expected: hidden_size,
            }),
            None => Ok(()),
        }
    }

    /// The heads, in the label set's order.
    pub fn labels(&self) -> &[LabelHead] {
        &self.labels
    }

    /// The probability of each label, from 0 to 1, for a text with this mean state.
    ///
    /// # Panics
    ///
    /// If the vector has another size than the heads, which [`Self::check`] rules out.
    pub fn scores(&self, vector: &[f32]) -> Vec<f32> {
        self.labels
            .iter()
            .map(|label| label.score(vector))
            .collect()
    }

    /// The labels that hold for these scores.
    pub fn decide(&self, scores: &[f32]) -> Decision {
        let lead = |index: usize| scores[index] - self.labels[index].threshold;
        let mut labels: Vec<usize> = (0..scores.len())
            .filter(|&index| lead(index) >= 0.0)
            .collect();
        labels.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]).then(a.cmp(&b)));
        let best = (0..scores.len()).map(lead).max_by(f32::total_cmp);
        let abstained = best.is_some_and(|lead| lead.abs() < self.margin);
        Decision { labels, abstained }
    }
}

impl LabelHead {
    /// The probability that the label holds for a text with this mean state.
    ///
    /// # Panics
    ///
    /// If the vector has another size than the head.
    pub fn score(&self, vector: &[f32]) -> f32 {
        assert_eq!(
            vector.len(),
            self.weights.len(),
            "a vector of the head's size"
        );
        let products = self
            .weights
            .iter()
            .zip(vector)
            .map(|(weight, value)| weight * value);
        sigmoid(products.sum::<f32>() + self.bias)
    }
}

fn sigmoid(logit: f32) -> f32 {
    1.0 / (1.0 + (-logit).exp())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(name: &str, weights: [f32; 2], threshold: f32) -> LabelHead {
        LabelHead {
            name: name.to_owned(),
            weights: weights.to_vec(),
            bias: 0.0,
            threshold,
        }
    }

    fn classifier() -> Classifier {
        let labels = vec![head("a", [1.0, 0.0], 0.5), head("b", [0.0, 1.0], 0.6)];
        Classifier::new(labels, 0.05, 2).expect("both heads have two weights")
    }

    #[test]
    fn labels_over_their_threshold_hold_best_first() {
        let classifier = classifier();
        let decision = classifier.decide(&classifier.scores(&[1.0, 3.0]));
        assert_eq!(
            decision,
            Decision {
                labels: vec![1, 0],
                abstained: false
            }
        );
    }

    #[test]
    fn a_best_score_near_its_threshold_is_abstained_on() {
        let classifier = classifier();
        assert!(
            classifier
                .decide(&classifier.scores(&[0.05, -9.0]))
                .abstained
        );
        assert!(
            classifier
                .decide(&classifier.scores(&[-0.05, -9.0]))
                .abstained
        );
        assert!(
            !classifier
                .decide(&classifier.scores(&[-2.0, -9.0]))
                .abstained
        );
    }

    #[test]
    fn heads_of_another_model_are_refused() {
        let labels = vec![head("a", [1.0, 0.0], 0.5)];
        let error = Classifier::new(labels, 0.0, 3).expect_err("two weights for three numbers");
        assert!(
            error.to_string().contains("train the labels again"),
            "{error}"
        );
    }
}
