//! Labels in languages that they were not learnt in.
//!
//! The encoder brings languages together, so that labels learnt in one are ranked well in another, but not so near that
//! the same logit means the same probability. Two numbers a label mend that (Platt scaling), shared by all other languages.

use serde::{Deserialize, Serialize};

use super::heads::is_margin;
use super::{ClassifierError, Head, Heads, LabelHead};

/// How a head's logit is read: as another logit, with a threshold of its own.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    /// What the logit is multiplied by.
    pub slope: f32,
    /// Added after that.
    pub offset: f32,
    /// The score from which on the label holds.
    pub threshold: f32,
}

/// How the heads of a classifier are read on texts in other languages than its own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CrossLingual {
    /// The classifier's own language, an ISO 639-1 code.
    pub home: String,
    /// One for each label, in their order.
    pub calibrations: Vec<Calibration>,
    /// How near to its threshold a score may not lie there, as a difference of logits.
    pub margin: f32,
}

impl CrossLingual {
    /// Whether it can be meant for `labels` labels: one calibration each, none that turns a head round, and a margin that is one.
    pub fn fits(&self, labels: usize) -> bool {
        let sound = |calibration: &Calibration| {
            let Calibration {
                slope,
                offset,
                threshold,
            } = *calibration;
            slope.is_finite()
                && slope > 0.0
                && offset.is_finite()
                && (0.0..=1.0).contains(&threshold)
        };
        self.calibrations.len() == labels
            && self.calibrations.iter().all(sound)
            && is_margin(self.margin)
    }

    /// The same for heads whose logits have been read by `changes` since, which must not turn a head round.
    pub fn after(&self, changes: &[Calibration]) -> Option<Self> {
        let carried = |(old, change): (&Calibration, &Calibration)| Calibration {
            slope: old.slope / change.slope,
            offset: old.offset - old.slope * change.offset / change.slope,
            threshold: old.threshold,
        };
        let calibrations = self.calibrations.iter().zip(changes);
        let carried = Self {
            home: self.home.clone(),
            calibrations: calibrations.map(carried).collect(),
            margin: self.margin,
        };
        carried.fits(changes.len()).then_some(carried)
    }

    /// The heads of `native`, read so.
    pub(super) fn apply(&self, native: &Heads) -> Result<Heads, ClassifierError> {
        let labels = native.labels().iter().zip(&self.calibrations);
        let labels: Vec<LabelHead> = labels
            .map(|(label, calibration)| calibration.apply(&label.name, &label.head))
            .collect::<Result<_, _>>()?;
        Heads::new(labels, self.margin)
    }
}

impl Calibration {
    /// The label `name` with this calibration folded into the weights of its head.
    pub(crate) fn apply(&self, name: &str, head: &Head) -> Result<LabelHead, ClassifierError> {
        let scaled = |weights: &[f32]| weights.iter().map(|weight| weight * self.slope).collect();
        let head = Head::new(
            scaled(head.vector_weights()),
            scaled(head.gram_weights()),
            head.bias() * self.slope + self.offset,
        );
        Ok(LabelHead {
            name: name.to_owned(),
            head: head.map_err(|source| ClassifierError::of_head(name, source))?,
            threshold: self.threshold,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::{BUCKETS, Classifier, Features};
    use super::*;

    fn calibration(slope: f32, offset: f32) -> Calibration {
        Calibration {
            slope,
            offset,
            threshold: 0.4,
        }
    }

    fn native(scale: f32) -> Classifier {
        let head = LabelHead {
            name: "kết quả".to_owned(),
            head: Head::new(vec![scale, 0.0], vec![0.0; BUCKETS], -3.0 * scale)
                .expect("a sound head"),
            threshold: 0.5,
        };
        Classifier::new(vec![head], 0.0).expect("one sound head")
    }

    fn cross_lingual() -> CrossLingual {
        CrossLingual {
            home: "vi".to_owned(),
            calibrations: vec![calibration(2.0, 3.0)],
            margin: 0.1,
        }
    }

    fn read_elsewhere(native: Classifier, cross_lingual: CrossLingual) -> Classifier {
        let classifier = native.with_cross_lingual(cross_lingual);
        classifier.expect("a calibration for its only label")
    }

    fn score(classifier: &Classifier, language: Option<&str>) -> f32 {
        let features = Features::new("", vec![1.0, 0.0]);
        classifier.for_language(language).scores(&features)[0]
    }

    #[test]
    fn only_other_languages_are_read_otherwise() {
        let classifier = read_elsewhere(native(1.0), cross_lingual());
        for language in [Some("vi"), None] {
            let (found, expected) = (score(&classifier, language), score(&native(1.0), language));
            assert_eq!(found.to_bits(), expected.to_bits());
        }
        // 2 · (1 - 3) + 3 = -1
        let found = score(&classifier, Some("en"));
        assert!((found - 0.268_94).abs() < 1e-4, "{found}");
    }

    #[test]
    fn it_is_carried_over_to_heads_that_were_calibrated_again() {
        let before = read_elsewhere(native(1.0), cross_lingual());
        // The same heads with all logits halved.
        let carried = cross_lingual().after(&[calibration(0.5, 0.0)]);
        let after = read_elsewhere(native(0.5), carried.expect("no head is turned round"));
        let (before, after) = (score(&before, Some("zh")), score(&after, Some("zh")));
        assert!((before - after).abs() < 1e-6, "{before} {after}");
        assert_eq!(cross_lingual().after(&[calibration(-1.0, 0.0)]), None);
    }

    #[test]
    fn what_does_not_fit_the_labels_is_refused() {
        let refused = |change: &dyn Fn(&mut CrossLingual)| {
            let mut changed = cross_lingual();
            change(&mut changed);
            native(1.0)
                .with_cross_lingual(changed)
                .expect_err("it cannot be applied")
        };
        let unfit: [&dyn Fn(&mut CrossLingual); 4] = [
            &|changed| changed.calibrations.push(calibration(1.0, 0.0)),
            &|changed| changed.calibrations[0].slope = -1.0,
            &|changed| changed.calibrations[0].threshold = f32::NAN,
            &|changed| changed.margin = f32::INFINITY,
        ];
        for change in unfit {
            assert_eq!(refused(change), ClassifierError::CrossLingual);
        }
        // The bias, -3 as it is, would be infinite.
        let error = refused(&|changed| changed.calibrations[0].slope = f32::MAX);
        assert!(matches!(error, ClassifierError::Head { .. }), "{error}");
    }
}
