//! The numbers that a scorer is made of, by name.

use std::collections::BTreeMap;

use thiserror::Error;

use super::{FEED_FORWARD, LAYERS, PLACES, WIDTH};
use crate::rank::FEATURES;

/// The shape and the numbers of a matrix or a vector.
pub type Part = (Vec<usize>, Vec<f32>);

/// All matrices and vectors of a scorer by name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parts(BTreeMap<String, Part>);

/// Parts that make no scorer.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("the scorer's part `{name}` should be of shape {expected:?} and is {found:?}")]
pub struct PartsError {
    name: String,
    expected: Vec<usize>,
    found: Option<Vec<usize>>,
}

impl Parts {
    /// Gathers parts.
    pub fn new(parts: impl IntoIterator<Item = (String, Part)>) -> Self {
        Self(parts.into_iter().collect())
    }

    /// The names and shapes of the parts of a scorer that reads vectors of `hidden_size` numbers, or none. Matrices are
    /// (output, input).
    pub fn shapes(hidden_size: Option<usize>) -> Vec<(String, Vec<usize>)> {
        let mut shapes = vec![
            ("feature.mean".to_owned(), vec![FEATURES]),
            ("feature.scale".to_owned(), vec![FEATURES]),
            ("place.weight".to_owned(), vec![PLACES, WIDTH]),
            ("score.weight".to_owned(), vec![1, WIDTH]),
            ("skip.weight".to_owned(), vec![1, FEATURES]),
        ];
        let mut norm = |name: &str, size: usize| {
            shapes.push((format!("{name}.weight"), vec![size]));
            shapes.push((format!("{name}.bias"), vec![size]));
        };
        norm("norm", WIDTH);
        if let Some(hidden_size) = hidden_size {
            norm("vector.norm", hidden_size);
        }
        for layer in 0..LAYERS {
            norm(&format!("layer.{layer}.attention.norm"), WIDTH);
            norm(&format!("layer.{layer}.feed.norm"), WIDTH);
        }
        let mut linear = |name: &str, output: usize, input: usize| {
            shapes.push((format!("{name}.weight"), vec![output, input]));
            shapes.push((format!("{name}.bias"), vec![output]));
        };
        linear("feature.input", WIDTH, FEATURES);
        linear("feature.output", WIDTH, WIDTH);
        for layer in 0..LAYERS {
            linear(&format!("layer.{layer}.mixed"), 3 * WIDTH, WIDTH);
            linear(&format!("layer.{layer}.attention"), WIDTH, WIDTH);
            linear(&format!("layer.{layer}.intermediate"), FEED_FORWARD, WIDTH);
            linear(&format!("layer.{layer}.output"), WIDTH, FEED_FORWARD);
        }
        if let Some(hidden_size) = hidden_size {
            shapes.push(("vector.weight".to_owned(), vec![WIDTH, hidden_size]));
        }
        shapes
    }

    /// The size of the vectors that they read.
    pub fn hidden_size(&self) -> Option<usize> {
        let (shape, _) = self.0.get("vector.weight")?;
        shape.last().copied()
    }

    /// All of them, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&String, &Part)> {
        self.0.iter()
    }

    pub(super) fn check(&self) -> Result<(), PartsError> {
        for (name, expected) in Self::shapes(self.hidden_size()) {
            let found = self.0.get(&name);
            let differs = |(shape, values): &Part| {
                *shape != expected || values.len() != expected.iter().product::<usize>()
            };
            if found.is_none_or(differs) {
                let found = found.map(|(shape, _)| shape.clone());
                return Err(PartsError {
                    name,
                    expected,
                    found,
                });
            }
        }
        Ok(())
    }

    /// # Panics
    ///
    /// Never after [`Self::check`].
    pub(super) fn part(&self, name: &str) -> &Part {
        self.0.get(name).expect("its presence has been checked")
    }

    pub(super) fn values(&self, name: &str) -> &[f32] {
        &self.part(name).1
    }

    pub(super) fn find(&self, name: &str) -> Option<&[f32]> {
        self.0.get(name).map(|(_, values)| values.as_slice())
    }
}
