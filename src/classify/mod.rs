//! What is each paragraph about? Vectors and words → the probability of every label.
//!
//! Each label has a linear head with a logistic link (multi-label logistic regression: Bishop, *Pattern
//! Recognition and Machine Learning*, section 4.3.2) over the mean state of a text's tokens and its
//! hashed words. Training folds standardisation and calibration into the weights, so that a score is
//! a probability. The same heads read single sentences: the one with the best score speaks most for
//! its paragraph's label.

mod cross_lingual;
mod features;
mod head;
mod layout;
pub mod quoting;
mod store;

use thiserror::Error;

pub use cross_lingual::{Calibration, CrossLingual};
pub use features::{BUCKETS, Features};
pub use head::{Head, HeadError};
pub use quoting::{QuotingHead, QuotingHeadError};
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
    /// What tells how likely it holds.
    pub head: Head,
    /// The score from which on the label holds.
    pub threshold: f32,
}

/// Heads that do not fit together.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ClassifierError {
    /// No label at all.
    #[error("the label set has no label")]
    NoLabel,
    /// A head that cannot be used.
    #[error("the head of `{label}` cannot be used; train the labels again with this model")]
    Head {
        /// The label's name.
        label: String,
        /// Why.
        source: HeadError,
    },
    /// Another language would be read by what is for other labels.
    #[error("the calibration for other languages does not fit the labels; calibrate them again")]
    CrossLingual,
}

impl ClassifierError {
    /// The head of the label `name` is not as it should be.
    pub(crate) fn of_head(name: &str, source: HeadError) -> Self {
        let label = name.to_owned();
        Self::Head { label, source }
    }
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
        for LabelHead { name, head, .. } in &self.labels {
            head.check_size(hidden_size)
                .map_err(|source| ClassifierError::of_head(name, source))?;
        }
        Ok(())
    }

    /// The same, reading texts in other languages than its own by `cross_lingual`.
    ///
    /// # Errors
    ///
    /// If there are not as many calibrations as labels, or one turns a head round or makes its numbers infinite.
    pub fn with_cross_lingual(
        mut self,
        cross_lingual: CrossLingual,
    ) -> Result<Self, ClassifierError> {
        if !cross_lingual.fits(self.labels.len()) {
            return Err(ClassifierError::CrossLingual);
        }
        let heads = cross_lingual.apply(&self)?;
        self.cross_lingual = Some((cross_lingual, Box::new(heads)));
        Ok(self)
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
        self.decide_among(scores, |_| true)
    }

    /// Of the labels that may hold, by their index, those that hold for these scores.
    pub fn decide_among(&self, scores: &[f32], may_hold: impl Fn(usize) -> bool) -> Decision {
        let allowed: Vec<usize> = (0..scores.len()).filter(|&label| may_hold(label)).collect();
        let abstained = self.distance_among(scores, &allowed) < self.margin;
        let holds = |label: &usize| scores[*label] >= self.labels[*label].threshold;
        let mut labels: Vec<usize> = allowed.into_iter().filter(holds).collect();
        labels.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]).then(a.cmp(&b)));
        Decision { labels, abstained }
    }

    /// Whether a score says beyond doubt that a label holds: by the margin or more.
    pub fn is_sure(&self, label: usize, score: f32) -> bool {
        self.lead(label, score) >= self.margin
    }

    /// How far the score that does best against its threshold is from it, as a difference of logits.
    pub fn distance(&self, scores: &[f32]) -> f32 {
        let all: Vec<usize> = (0..scores.len()).collect();
        self.distance_among(scores, &all)
    }

    /// A score after evidence beside it: how far it is from its label's threshold counts as much as `weight` says, and the
    /// evidence is added, both as differences of logits.
    pub fn weighed(&self, label: usize, score: f32, weight: f32, evidence: f32) -> f32 {
        let threshold = logit(self.labels[label].threshold);
        sigmoid(threshold + weight * self.lead(label, score) + evidence)
    }

    fn distance_among(&self, scores: &[f32], labels: &[usize]) -> f32 {
        let leads = labels.iter().map(|&label| self.lead(label, scores[label]));
        leads.fold(f32::NEG_INFINITY, f32::max).abs()
    }

    /// How far a score is above its label's threshold, as a difference of logits.
    fn lead(&self, label: usize, score: f32) -> f32 {
        logit(score) - logit(self.labels[label].threshold)
    }
}

impl LabelHead {
    /// The probability that the label holds for a text with these features.
    ///
    /// # Panics
    ///
    /// If the vector has another size than the head.
    pub fn score(&self, features: &Features) -> f32 {
        sigmoid(self.head.logit(features))
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
            head: Head::new(vector_weights.to_vec(), vec![0.0; BUCKETS], 0.0)
                .expect("a sound head"),
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
    fn what_may_not_hold_decides_nothing() {
        let labels = vec![head("a", [1.0, 0.0], 0.5), head("b", [0.0, 1.0], 0.5)];
        let classifier = Classifier::new(labels, 0.1, 2).expect("both heads have two weights");
        let scores = classifier.scores(&Features::new("", vec![0.05, -3.0]));
        assert!(classifier.decide(&scores).abstained);
        let decision = classifier.decide_among(&scores, |label| label == 1);
        assert_eq!(decision, Decision::default());
        let scores = classifier.scores(&Features::new("", vec![3.0, 0.05]));
        let decision = classifier.decide_among(&scores, |label| label == 1);
        assert_eq!((decision.labels, decision.abstained), (vec![1], true));
    }

    #[test]
    fn a_label_is_sure_where_its_score_leads_by_the_margin() {
        let labels = vec![head("a", [1.0, 0.0], 0.5)];
        let classifier = Classifier::new(labels, 1.0, 2).expect("it has two weights");
        assert!(classifier.is_sure(0, sigmoid(1.01)));
        assert!(!classifier.is_sure(0, sigmoid(0.99)));
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
