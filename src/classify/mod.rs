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
mod heads;
mod layout;
pub mod quoting;
mod store;

use thiserror::Error;

pub use cross_lingual::{Calibration, CrossLingual};
pub use features::{BUCKETS, Features};
pub use head::{Head, HeadError};
pub use heads::{Decision, Heads, LabelHead};
pub use quoting::{QuotingHead, QuotingHeadError};
pub use store::{FILE_NAME, LabelSet, LabelSetError};

/// The heads of a label set.
#[derive(Clone, Debug, PartialEq)]
pub struct Classifier {
    native: Heads,
    /// How other languages are read, and the heads that read them.
    foreign: Option<(CrossLingual, Heads)>,
}

/// Heads that do not fit together.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum ClassifierError {
    /// No label at all.
    #[error("the label set has no label")]
    NoLabel,
    /// Two heads of one label.
    #[error("two labels are called `{0}`; train the labels again")]
    RepeatedLabel(String),
    /// A threshold that is no probability.
    #[error("the threshold of `{label}` is {found}, and not from 0 to 1; train the labels again")]
    Threshold {
        /// The label's name.
        label: String,
        /// Its threshold.
        found: f32,
    },
    /// A margin that is no distance.
    #[error("the margin of abstention is {0}, and no number from 0 on; train the labels again")]
    Margin(f32),
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

impl Classifier {
    /// Puts heads together, as [`Heads::new`].
    ///
    /// # Errors
    ///
    /// As [`Heads::new`].
    pub fn new(labels: Vec<LabelHead>, margin: f32) -> Result<Self, ClassifierError> {
        Ok(Self {
            native: Heads::new(labels, margin)?,
            foreign: None,
        })
    }

    /// Checks that the heads fit vectors of `hidden_size` numbers.
    ///
    /// # Errors
    ///
    /// If one does not.
    pub fn check(&self, hidden_size: usize) -> Result<(), ClassifierError> {
        self.native.check_size(hidden_size)
    }

    /// The same, reading texts in other languages than its own by `cross_lingual`.
    ///
    /// # Errors
    ///
    /// If there are not as many calibrations as labels, one turns a head round or makes its numbers infinite, or a threshold or
    /// the margin can be none.
    pub fn with_cross_lingual(self, cross_lingual: CrossLingual) -> Result<Self, ClassifierError> {
        if !cross_lingual.fits(self.labels().len()) {
            return Err(ClassifierError::CrossLingual);
        }
        let heads = cross_lingual.apply(&self.native)?;
        Ok(Self {
            foreign: Some((cross_lingual, heads)),
            ..self
        })
    }

    /// How it reads other languages, if otherwise than its own.
    pub fn cross_lingual(&self) -> Option<&CrossLingual> {
        self.foreign.as_ref().map(|(found, _)| found)
    }

    /// The heads that read texts in `language`, an ISO 639-1 code; where it is not known, those of their own language.
    pub fn for_language(&self, language: Option<&str>) -> &Heads {
        match (&self.foreign, language) {
            (Some((cross_lingual, heads)), Some(language)) if language != cross_lingual.home => {
                heads
            }
            _ => &self.native,
        }
    }

    /// The heads that read their own language, in the label set's order.
    pub fn labels(&self) -> &[LabelHead] {
        self.native.labels()
    }

    /// The margin of these, as [`Heads::margin`].
    pub fn margin(&self) -> f32 {
        self.native.margin()
    }
}

/// The logistic function.
pub(crate) fn sigmoid(logit: f32) -> f32 {
    1.0 / (1.0 + libm::expf(-logit))
}

/// The inverse of [`sigmoid`], finite at both ends.
fn logit(probability: f32) -> f32 {
    let probability = probability.clamp(1e-6, 1.0 - 1e-6);
    libm::logf(probability / (1.0 - probability))
}
