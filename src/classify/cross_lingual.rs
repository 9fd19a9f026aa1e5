//! Labels in languages that they were not learnt in.
//!
//! The encoder brings languages together, so that labels learnt in one are ranked well in another, but not so near that
//! the same logit means the same probability. Two numbers a label mend that (Platt scaling), shared by all other languages.

use serde::{Deserialize, Serialize};

use super::{Classifier, LabelHead};

/// How a label's logit is read in other languages.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    /// What the logit is multiplied by.
    pub slope: f32,
    /// Added after that.
    pub offset: f32,
    /// The score from which on the label holds.
    pub threshold: f32,
}

/// The heads of a classifier for other languages than its own.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct CrossLingual {
    home: String,
    calibrations: Vec<Calibration>,
    heads: Box<Classifier>,
}

impl CrossLingual {
    /// Calibrates the heads of `native`, whose language is `home`.
    ///
    /// # Panics
    ///
    /// If there are not as many calibrations as labels.
    pub(super) fn new(native: &Classifier, home: String, calibrations: Vec<Calibration>) -> Self {
        assert_eq!(
            calibrations.len(),
            native.labels.len(),
            "one for each label"
        );
        let heads = native.labels.iter().zip(&calibrations);
        let heads = Classifier {
            labels: heads
                .map(|(head, calibration)| calibration.apply(head))
                .collect(),
            margin: native.margin,
            cross_lingual: None,
        };
        Self {
            home,
            calibrations,
            heads: Box::new(heads),
        }
    }

    /// The heads that read `language`, unless it is their own.
    pub(super) fn heads(&self, language: &str) -> Option<&Classifier> {
        (language != self.home).then_some(&self.heads)
    }

    /// The classifier's own language, and the calibrations for the others.
    pub(super) fn parts(&self) -> (&str, &[Calibration]) {
        (&self.home, &self.calibrations)
    }
}

impl Calibration {
    /// The head with this calibration folded into its weights.
    fn apply(&self, head: &LabelHead) -> LabelHead {
        let scaled = |weights: &[f32]| weights.iter().map(|weight| weight * self.slope).collect();
        LabelHead {
            name: head.name.clone(),
            vector_weights: scaled(&head.vector_weights),
            gram_weights: scaled(&head.gram_weights),
            bias: head.bias * self.slope + self.offset,
            threshold: self.threshold,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{BUCKETS, Features};
    use super::*;

    #[test]
    fn only_other_languages_are_read_otherwise() {
        let head = LabelHead {
            name: "kết quả".to_owned(),
            vector_weights: vec![1.0, 0.0],
            gram_weights: vec![0.0; BUCKETS],
            bias: -3.0,
            threshold: 0.5,
        };
        let calibration = Calibration {
            slope: 2.0,
            offset: 3.0,
            threshold: 0.4,
        };
        let native = Classifier::new(vec![head], 0.0, 2).expect("one head of two weights");
        let classifier = native
            .clone()
            .with_cross_lingual("vi".to_owned(), vec![calibration]);
        let features = Features::new("", vec![1.0, 0.0]);
        let score = |language| classifier.for_language(language).scores(&features)[0];
        assert_eq!(score(Some("vi")).to_bits(), score(None).to_bits());
        assert_eq!(score(None).to_bits(), native.scores(&features)[0].to_bits());
        // 2 · (1 - 3) + 3 = -1
        assert!(
            (score(Some("en")) - 0.268_94).abs() < 1e-4,
            "{}",
            score(Some("en"))
        );
    }
}
