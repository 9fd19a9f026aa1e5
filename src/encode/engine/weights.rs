//! The tensors of a network, by name and of the size that it has for them.

use thiserror::Error;

use super::NetworkShape;
use crate::model::TensorData;

/// Where the tensors of a network are, under their Hugging Face names.
pub trait WeightSource: Send + Sync {
    /// The numbers of the tensor `name`, if there is one.
    fn tensor(&self, name: &str) -> Option<TensorData<'_>>;
}

/// Why weights are not those of the network.
#[derive(Debug, Error)]
pub enum WeightsError {
    /// A tensor is missing.
    #[error("the weights have no tensor {0}; they are not of a BERT encoder")]
    Missing(String),
    /// A tensor is not as large as the shape demands.
    #[error("tensor {name} has {found} numbers where the configuration demands {expected}")]
    Size {
        /// Its name.
        name: String,
        /// How many numbers it should have.
        expected: usize,
        /// How many it has.
        found: usize,
    },
    /// Sizes that the engine has no kernels for.
    #[error(
        "the engine has no kernels for a network of this shape: {0:?}; heads must have 32 numbers, and the intermediate size must be a multiple of 32"
    )]
    Shape(NetworkShape),
    /// Instructions that this machine lacks.
    #[error("this machine has no instructions called {0}")]
    Instructions(String),
}

/// The tensor `name` of exactly `expected` numbers.
pub(super) fn find<'a>(
    source: &'a dyn WeightSource,
    name: &str,
    expected: usize,
) -> Result<TensorData<'a>, WeightsError> {
    let tensor = source
        .tensor(name)
        .ok_or_else(|| WeightsError::Missing(name.to_owned()))?;
    if tensor.count() == expected {
        Ok(tensor)
    } else {
        Err(WeightsError::Size {
            name: name.to_owned(),
            expected,
            found: tensor.count(),
        })
    }
}

/// All numbers of the tensor `name`.
pub(in crate::encode) fn read_all(
    source: &dyn WeightSource,
    name: &str,
    expected: usize,
) -> Result<Vec<f32>, WeightsError> {
    let tensor = find(source, name, expected)?;
    let mut values = vec![0.0; expected];
    tensor.read(0, &mut values);
    Ok(values)
}
