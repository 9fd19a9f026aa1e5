//! The encoder on NVIDIA cards; without the feature `cuda`, only the refusal.

#[cfg(feature = "cuda")]
mod error;
#[cfg(feature = "cuda")]
mod kernels;
#[cfg(feature = "cuda")]
mod numbers;
#[cfg(feature = "cuda")]
mod open;

use std::num::NonZeroUsize;

#[cfg(not(feature = "cuda"))]
use candle_core::Device;

use super::Encoder;
use super::card::LoadError;
use super::engine::{NetworkShape, WeightSource};
use crate::model::device::Precision;

#[cfg(feature = "cuda")]
pub use kernels::{CudaKernels, without_events};
#[cfg(feature = "cuda")]
pub use open::kernels;

/// Nothing to be done where there are no cards.
#[cfg(not(feature = "cuda"))]
pub fn without_events(_device: &Device) {}

/// How cards are used.
#[derive(Clone, Copy, Debug)]
pub struct CudaOptions {
    /// How numbers between the layers are written.
    pub precision: Precision,
    /// The most tokens of a pass; by default as many as fill the card and fit into its memory.
    pub pass_tokens: Option<usize>,
    /// Streams of a card that work side by side.
    pub lanes: NonZeroUsize,
}

impl Default for CudaOptions {
    fn default() -> Self {
        Self {
            precision: Precision::default(),
            pass_tokens: None,
            lanes: NonZeroUsize::MIN.saturating_add(1),
        }
    }
}

/// The encoder on the cards of these numbers.
///
/// # Errors
///
/// If a card cannot be opened, has no room for the weights, or the kernels are not made for the network.
#[cfg(feature = "cuda")]
pub fn open(
    cards: &[usize],
    shape: NetworkShape,
    source: &dyn WeightSource,
    options: CudaOptions,
) -> Result<Box<dyn Encoder>, LoadError> {
    Ok(Box::new(open::encoder(cards, shape, source, options)?))
}

/// The encoder on the cards of these numbers, which this program cannot use.
///
/// # Errors
///
/// Always.
#[cfg(not(feature = "cuda"))]
pub fn open(
    _cards: &[usize],
    _shape: NetworkShape,
    _source: &dyn WeightSource,
    _options: CudaOptions,
) -> Result<Box<dyn Encoder>, LoadError> {
    let problem = "this program was built without CUDA".to_owned();
    Err(LoadError::Card(super::card::PassError::Failed(problem)))
}
