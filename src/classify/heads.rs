//! The heads of some labels together: scores → which labels hold.

use std::collections::BTreeSet;

use super::{ClassifierError, Features, Head, logit, sigmoid};

/// One head a label, and what is abstained on.
#[derive(Clone, Debug, PartialEq)]
pub struct Heads {
    labels: Vec<LabelHead>,
    margin: f32,
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

/// What the heads say of one paragraph.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Decision {
    /// Indices of the labels that hold, best first; ties go to the earlier label.
    pub labels: Vec<usize>,
    /// Whether the best score lay too near its threshold to tell.
    pub abstained: bool,
}

impl Heads {
    /// Puts heads together.
    ///
    /// A paragraph is abstained on when the score that does best against its threshold lies nearer to it
    /// than `margin`, as a difference of logits.
    ///
    /// # Errors
    ///
    /// If there is no head, two are of one label or made for vectors of different sizes, a threshold is not from 0 to 1, or
    /// the margin is negative or not finite.
    pub fn new(labels: Vec<LabelHead>, margin: f32) -> Result<Self, ClassifierError> {
        let first = labels.first().ok_or(ClassifierError::NoLabel)?;
        let size = first.head.vector_weights().len();
        let heads = Self { labels, margin };
        heads.check_size(size)?;
        heads.check_cuts()?;
        Ok(heads)
    }

    /// Checks that the heads fit vectors of `hidden_size` numbers.
    pub(super) fn check_size(&self, hidden_size: usize) -> Result<(), ClassifierError> {
        for LabelHead { name, head, .. } in &self.labels {
            head.check_size(hidden_size)
                .map_err(|source| ClassifierError::of_head(name, source))?;
        }
        Ok(())
    }

    /// Checks names, thresholds and the margin: no score reaches a threshold above 1 or one that is no number.
    fn check_cuts(&self) -> Result<(), ClassifierError> {
        let mut names = BTreeSet::new();
        for LabelHead {
            name, threshold, ..
        } in &self.labels
        {
            if !names.insert(name) {
                return Err(ClassifierError::RepeatedLabel(name.clone()));
            }
            if !(0.0..=1.0).contains(threshold) {
                return Err(ClassifierError::Threshold {
                    label: name.clone(),
                    found: *threshold,
                });
            }
        }
        if is_margin(self.margin) {
            Ok(())
        } else {
            Err(ClassifierError::Margin(self.margin))
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
    /// If the vector has another size than the heads, which [`Classifier::check`](super::Classifier::check) rules out.
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
    pub fn lead(&self, label: usize, score: f32) -> f32 {
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

/// Whether scores can lie nearer to their threshold than this.
pub(super) fn is_margin(margin: f32) -> bool {
    margin.is_finite() && margin >= 0.0
}

#[cfg(test)]
mod tests {
    use super::super::BUCKETS;
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
        let heads = Heads::new(labels, 0.1).expect("both heads have two weights");
        heads.decide(&heads.scores(&Features::new("", vector.to_vec())))
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
        let heads = Heads::new(labels, 0.1).expect("both heads have two weights");
        let scores = heads.scores(&Features::new("", vec![0.05, -3.0]));
        assert!(heads.decide(&scores).abstained);
        let decision = heads.decide_among(&scores, |label| label == 1);
        assert_eq!(decision, Decision::default());
        let scores = heads.scores(&Features::new("", vec![3.0, 0.05]));
        let decision = heads.decide_among(&scores, |label| label == 1);
        assert_eq!((decision.labels, decision.abstained), (vec![1], true));
    }

    #[test]
    fn a_label_is_sure_where_its_score_leads_by_the_margin() {
        let labels = vec![head("a", [1.0, 0.0], 0.5)];
        let heads = Heads::new(labels, 1.0).expect("it has two weights");
        assert!(heads.is_sure(0, sigmoid(1.01)));
        assert!(!heads.is_sure(0, sigmoid(0.99)));
    }

    #[test]
    fn heads_of_another_model_are_refused() {
        let heads = Heads::new(vec![head("a", [1.0, 0.0], 0.5)], 0.0).expect("one sound head");
        let error = heads
            .check_size(3)
            .expect_err("two weights for three numbers");
        assert!(
            error.to_string().contains("train the labels again"),
            "{error}"
        );
    }

    #[test]
    fn what_would_silently_never_hold_is_refused() {
        let cut = |threshold, margin| Heads::new(vec![head("a", [1.0, 0.0], threshold)], margin);
        assert!(cut(0.0, 0.0).is_ok() && cut(1.0, 3.0).is_ok());
        for threshold in [f32::NAN, -0.1, 1.1, f32::INFINITY] {
            let error = cut(threshold, 0.0).expect_err("no score reaches it");
            assert!(
                matches!(error, ClassifierError::Threshold { .. }),
                "{error}"
            );
        }
        for margin in [f32::NAN, -0.1, f32::INFINITY] {
            let error = cut(0.5, margin).expect_err("no distance");
            assert!(matches!(error, ClassifierError::Margin(_)), "{error}");
        }
        let twice = vec![head("a", [1.0, 0.0], 0.5), head("a", [0.0, 1.0], 0.5)];
        let error = Heads::new(twice, 0.0).expect_err("one name");
        assert_eq!(error, ClassifierError::RepeatedLabel("a".to_owned()));
    }
}
