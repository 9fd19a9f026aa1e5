//! A linear head: what it makes of the features of a text.

use thiserror::Error;

use super::{BUCKETS, Features};

/// A weight for everything that is seen of a text, each of them a finite number.
#[derive(Clone, Debug, PartialEq)]
pub struct Head {
    vector_weights: Vec<f32>,
    gram_weights: Vec<f32>,
    bias: f32,
}

/// A head that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum HeadError {
    /// It is for features of another size.
    #[error("it is made for vectors of {found} numbers, the model gives {expected}")]
    WrongSize {
        /// The size it is made for.
        found: usize,
        /// The size of the model's vectors.
        expected: usize,
    },
    /// It hashes words into another number of buckets.
    #[error("it hashes words into {0} buckets, this program into {BUCKETS}")]
    WrongBuckets(usize),
    /// Its sums would be no numbers.
    #[error("one of its weights or its bias is no finite number")]
    NotFinite,
}

impl Head {
    /// A head with one weight for each number of a vector, one for each of the [`BUCKETS`] that words are hashed into, and
    /// what is added to the weighted sum.
    ///
    /// # Errors
    ///
    /// If there are not as many weights as buckets, or a number is not finite.
    pub fn new(
        vector_weights: Vec<f32>,
        gram_weights: Vec<f32>,
        bias: f32,
    ) -> Result<Self, HeadError> {
        if gram_weights.len() != BUCKETS {
            return Err(HeadError::WrongBuckets(gram_weights.len()));
        }
        let are_finite = |weights: &[f32]| weights.iter().all(|weight| weight.is_finite());
        if !(are_finite(&vector_weights) && are_finite(&gram_weights) && bias.is_finite()) {
            return Err(HeadError::NotFinite);
        }
        Ok(Self {
            vector_weights,
            gram_weights,
            bias,
        })
    }

    /// Checks that it is made for vectors of `hidden_size` numbers.
    ///
    /// # Errors
    ///
    /// If it is made for others.
    pub fn check_size(&self, hidden_size: usize) -> Result<(), HeadError> {
        let found = self.vector_weights.len();
        if found == hidden_size {
            Ok(())
        } else {
            Err(HeadError::WrongSize {
                found,
                expected: hidden_size,
            })
        }
    }

    /// One weight for each number of a vector.
    pub fn vector_weights(&self) -> &[f32] {
        &self.vector_weights
    }

    /// One weight for each of the [`BUCKETS`] that words are hashed into.
    pub fn gram_weights(&self) -> &[f32] {
        &self.gram_weights
    }

    /// Added to the weighted sum.
    pub fn bias(&self) -> f32 {
        self.bias
    }

    /// The weighted sum over the features of a text.
    ///
    /// # Panics
    ///
    /// If the vector has another size than the head, which [`Self::check_size`] rules out.
    pub fn logit(&self, features: &Features) -> f32 {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_add_to_the_logit() {
        let features = Features::new("hoàn thành kế hoạch", vec![0.0, 0.0]);
        let logit = |weight| {
            let mut gram_weights = vec![0.0; BUCKETS];
            gram_weights[features.grams[0].0 as usize] = weight;
            let head = Head::new(vec![1.0, 0.0], gram_weights, 0.5).expect("a sound head");
            head.logit(&features)
        };
        assert!((logit(0.0) - 0.5).abs() < 1e-6);
        assert!(logit(1.0) > logit(0.0));
    }

    #[test]
    fn a_head_is_for_one_size_and_has_finite_numbers() {
        let head = |weight, buckets, bias| Head::new(vec![weight; 2], vec![0.0; buckets], bias);
        assert_eq!(head(0.0, 7, 0.0), Err(HeadError::WrongBuckets(7)));
        assert_eq!(head(f32::NAN, BUCKETS, 0.0), Err(HeadError::NotFinite));
        assert_eq!(head(0.0, BUCKETS, f32::INFINITY), Err(HeadError::NotFinite));
        let sound = head(1.0, BUCKETS, 0.0).expect("a sound head");
        assert!(sound.check_size(2).is_ok() && sound.check_size(3).is_err());
    }
}
