//! What is each paragraph about? Vectors and words → the probability of every label.
//!
//! Each label has a linear head with a logistic link (multi-label logistic regression: Bishop, *Pattern
//! Recognition and Machine Learning*, section 4.3.2) over the mean state of a text's tokens and its
//! hashed words. Training folds standardisation and calibration into the weights, so that a score is
//! a probability. The same heads read single sentences: the one with the best score speaks most for
//! its paragraph's label.

mod cross_lingual;
mod features;
mod store;

use thiserror::Error;

pub use cross_lingual::{Calibration, CrossLingual};
pub use features::{BUCKETS, Features};
pub use store::{FILE_NAME, LabelSet, LabelSetError};

/// The heads of a label set.
#[derive(Clone, Debug, PartialEq)]
pub struct Classifier {
    labels: Vec<LabelHead>,
    margin: f32,
    /// How other languages are read, and the heads that read them.
    cross_lingual: Option<(CrossLingual, Box<Classifier>)>,
}

/// One label's head.
#[derive(Clone, Debug, PartialEq)]
pub struct LabelHead {
    /// The label's name.
    pub name: String,
    /// One weight for each number of a vector.
    pub vector_weights: Vec<f32>,
    /// One weight for each of the [`BUCKETS`] that words are hashed into.
    pub gram_weights: Vec<f32>,
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
    /// A head for features of another size.
    #[error(
        "the head of `{label}` is made for vectors of {found} numbers, the model gives {expected}; \
         train the labels again with this model"
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
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Decision {
    /// Indices of the labels that hold, best first; ties go to the earlier label.
    pub labels: Vec<usize>,
    /// Whether the best score lay too near its threshold to tell.
    pub abstained: bool,
}

impl Classifier {
    /// Puts heads together.
    ///
    /// A paragraph is abstained on when the score that does best against its threshold lies nearer to it
    /// than `margin`, as a difference of logits.
    ///
    /// # Errors
    ///
    /// If there is no head, or one is made for vectors of another size than `hidden_size`.
    pub fn new(
        labels: Vec<LabelHead>,
        margin: f32,
        hidden_size: usize,
    ) -> Result<Self, ClassifierError> {
        let classifier = Self {
            labels,
            margin,
            cross_lingual: None,
        };
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
        let fits = |head: &&LabelHead| {
            head.vector_weights.len() != hidden_size || head.gram_weights.len() != BUCKETS
        };
        match self.labels.iter().find(fits) {
            Some(head) => Err(ClassifierError::WrongSize {
                label: head.name.clone(),
                found: head.vector_weights.len(),
                expected: hidden_size,
            }),
            None => Ok(()),
        }
    }

    /// The same, reading texts in other languages than its own by `cross_lingual`.
    ///
    /// # Panics
    ///
    /// If there are not as many calibrations as labels, or one turns a head round.
    #[must_use]
    pub fn with_cross_lingual(mut self, cross_lingual: CrossLingual) -> Self {
        assert!(cross_lingual.fits(self.labels.len()), "one for each label");
        let heads = cross_lingual.apply(&self);
        self.cross_lingual = Some((cross_lingual, Box::new(heads)));
        self
    }

    /// How it reads other languages, if otherwise than its own.
    pub fn cross_lingual(&self) -> Option<&CrossLingual> {
        self.cross_lingual.as_ref().map(|(found, _)| found)
    }

    /// The heads that read texts in `language`, an ISO 639-1 code; where it is not known, those of their own language.
    pub fn for_language(&self, language: Option<&str>) -> &Self {
        match (&self.cross_lingual, language) {
            (Some((cross_lingual, heads)), Some(language)) if language != cross_lingual.home => {
                heads
            }
            _ => self,
        }
    }

    /// The heads, in the label set's order.
    pub fn labels(&self) -> &[LabelHead] {
        &self.labels
    }

    /// How near to its threshold a score may not lie, as a difference of logits.
    pub fn margin(&self) -> f32 {
        self.margin
    }

    /// The probability of each label, from 0 to 1.
    ///
    /// # Panics
    ///
    /// If the vector has another size than the heads, which [`Self::check`] rules out.
    pub fn scores(&self, features: &Features) -> Vec<f32> {
        self.labels
            .iter()
            .map(|label| label.score(features))
            .collect()
    }

    /// The labels that hold for these scores.
    pub fn decide(&self, scores: &[f32]) -> Decision {
        let holds = |&index: &usize| scores[index] >= self.labels[index].threshold;
        let mut labels: Vec<usize> = (0..scores.len()).filter(holds).collect();
        labels.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]).then(a.cmp(&b)));
        Decision {
            labels,
            abstained: self.distance(scores) < self.margin,
        }
    }

    /// How far the score that does best against its threshold is from it, as a difference of logits.
    pub fn distance(&self, scores: &[f32]) -> f32 {
        let lead = |(score, label): (&f32, &LabelHead)| logit(*score) - logit(label.threshold);
        let leads = scores.iter().zip(&self.labels).map(lead);
        leads.fold(f32::NEG_INFINITY, f32::max).abs()
    }
}

impl LabelHead {
    /// The probability that the label holds for a text with these features.
    ///
    /// # Panics
    ///
    /// If the vector has another size than the head.
    pub fn score(&self, features: &Features) -> f32 {
        sigmoid(self.logit(features))
    }

    fn logit(&self, features: &Features) -> f32 {
        assert_eq!(
            features.vector.len(),
            self.vector_weights.len(),
            "a vector of the head's size"
        );
        let weighted = self.vector_weights.iter().zip(&features.vector);
        let dense: f32 = weighted.map(|(weight, value)| weight * value).sum();
        dense + self.words_logit(features) + self.bias
    }

    /// The part of the logit that the text's words give.
    pub(crate) fn words_logit(&self, features: &Features) -> f32 {
        let buckets = features.grams.iter();
        buckets
            .map(|&(bucket, value)| self.gram_weights[bucket as usize] * value)
            .sum()
    }
}

/// The logistic function.
pub(crate) fn sigmoid(logit: f32) -> f32 {
    1.0 / (1.0 + (-logit).exp())
}

/// The inverse of [`sigmoid`], finite at both ends.
fn logit(probability: f32) -> f32 {
    let probability = probability.clamp(1e-6, 1.0 - 1e-6);
    (probability / (1.0 - probability)).ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(name: &str, vector_weights: [f32; 2], threshold: f32) -> LabelHead {
        LabelHead {
            name: name.to_owned(),
            vector_weights: vector_weights.to_vec(),
            gram_weights: vec![0.0; BUCKETS],
            bias: 0.0,
            threshold,
        }
    }

    fn decide(vector: [f32; 2]) -> Decision {
        let labels = vec![head("a", [1.0, 0.0], 0.5), head("b", [0.0, 1.0], 0.6)];
        let classifier = Classifier::new(labels, 0.1, 2).expect("both heads have two weights");
        classifier.decide(&classifier.scores(&Features::new("", vector.to_vec())))
    }

    #[test]
    fn labels_over_their_threshold_hold_best_first() {
        assert_eq!(
            decide([1.0, 3.0]),
            Decision {
                labels: vec![1, 0],
                abstained: false
            }
        );
    }

    #[test]
    fn a_score_near_its_threshold_is_abstained_on() {
        assert!(decide([0.05, -9.0]).abstained);
        assert!(decide([-0.05, -9.0]).abstained);
        assert!(!decide([-2.0, -9.0]).abstained);
    }

    #[test]
    fn words_add_to_the_score() {
        let mut with_words = head("a", [1.0, 0.0], 0.5);
        let text = "hoàn thành kế hoạch";
        let features = Features::new(text, vec![0.0, 0.0]);
        let before = with_words.score(&features);
        with_words.gram_weights[features.grams[0].0 as usize] = 1.0;
        assert!(with_words.score(&features) > before);
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
