//! What a card can do: the steps of an encoder's pass over buffers that stay there.

use thiserror::Error;

use super::pass::Pass;
use crate::encode::EncodeError;
use crate::encode::engine::{NetworkShape, WeightsError};
use crate::model::device::DeviceError;

/// The buffers of a pass, one row a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    /// The tokens' states, `hidden_size` numbers.
    States,
    /// What attention makes, `hidden_size` numbers.
    Context,
    /// A product that is to be added to the states, `hidden_size` numbers.
    Product,
    /// Queries, keys and values, three times `hidden_size` numbers, or what lies between the two products of the
    /// feed-forward part, `intermediate_size` numbers.
    Wide,
}

/// A matrix product's weights: rows of `inputs` numbers, one an output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sizes {
    /// Numbers of an input row.
    pub inputs: usize,
    /// Numbers of an output row.
    pub outputs: usize,
}

/// Why a pass failed.
#[derive(Debug, Error)]
pub enum PassError {
    /// The card has no room for it; a smaller one may do.
    #[error("the card has no room for the pass")]
    OutOfMemory,
    /// Anything else.
    #[error("{0}")]
    Failed(String),
}

/// Why a network cannot be taken to a device.
#[derive(Debug, Error)]
pub enum LoadError {
    /// Its tensors are not what they should be.
    #[error(transparent)]
    Weights(#[from] WeightsError),
    /// The card does not take it.
    #[error(transparent)]
    Card(#[from] PassError),
    /// The card's memory is full before anything is encoded.
    #[error("card {card}: {problem}")]
    Full {
        /// What it is called.
        card: String,
        /// How much is free and needed, and what helps.
        problem: String,
    },
    /// The device cannot be opened.
    #[error(transparent)]
    Device(#[from] DeviceError),
    /// Candle does not take it.
    #[error(transparent)]
    Encode(#[from] EncodeError),
    /// The kernels are not made for it.
    #[error(
        "there are no kernels for a network of this shape: {0:?}; heads must have 16, 32, 48 or 64 numbers, \
         states at most 1024, sequences at most 512 tokens"
    )]
    Shape(NetworkShape),
}

/// Weight and bias of a layer normalisation.
#[derive(Debug)]
pub struct Norm<V> {
    /// The factors.
    pub weight: V,
    /// What is added.
    pub bias: V,
}

/// The steps of a pass.
///
/// Sums are made in `f32` and in a fixed order; what lies in the slots may be rounded. Rows beyond the pass's
/// tokens hold anything.
pub trait Kernels: Send {
    /// A pass of fewer tokens takes as much time, and room for it as much memory, as one of so many.
    const LEAST_TOKENS: usize;

    /// A matrix where the kernels can use it, in the precision of the slots.
    type Matrix: Send + Sync;
    /// A vector, in `f32`.
    type Vector: Send + Sync;

    /// Takes a matrix there.
    fn matrix(&mut self, values: &[f32]) -> Result<Self::Matrix, PassError>;

    /// Takes a vector there.
    fn vector(&mut self, values: &[f32]) -> Result<Self::Vector, PassError>;

    /// Bytes of the card's memory that are free now, if that is known.
    fn free_bytes(&self) -> Option<usize>;

    /// Makes room for passes of up to `tokens` tokens and gives up what was there.
    fn reserve(&mut self, tokens: usize) -> Result<(), PassError>;

    /// Gives up the room that was made, for others on the card; whether there was any.
    fn release(&mut self) -> bool;

    /// Starts a pass: takes there which tokens it has.
    fn begin(&mut self, pass: &Pass) -> Result<(), PassError>;

    /// States = normalised sums of word and position vectors.
    fn embed(
        &mut self,
        words: &Self::Matrix,
        positions: &Self::Vector,
        norm: &Norm<Self::Vector>,
    ) -> Result<(), PassError>;

    /// `to` = `from` times the transposed weights.
    fn product(
        &mut self,
        weights: &Self::Matrix,
        sizes: Sizes,
        from: Slot,
        to: Slot,
    ) -> Result<(), PassError>;

    /// Context = attention over the queries, keys and values in `Wide`, which lack their biases.
    ///
    /// `biases` are those of the queries, the keys and the values; the keys' change nothing.
    fn attend(&mut self, biases: &Self::Vector) -> Result<(), PassError>;

    /// States = normalised (states + product + `bias`).
    fn add_and_normalize(
        &mut self,
        bias: &Self::Vector,
        norm: &Norm<Self::Vector>,
    ) -> Result<(), PassError>;

    /// Wide = GELU (wide + `bias`).
    fn gelu(&mut self, bias: &Self::Vector) -> Result<(), PassError>;

    /// Ends the pass: the sums of the states of each of its parts, row after row.
    fn pool(&mut self) -> Result<Vec<f32>, PassError>;

    /// The rows of a slot, for checks.
    fn read(&mut self, slot: Slot, columns: usize) -> Result<Vec<f32>, PassError>;

    /// Sets the rows of a slot, for checks.
    fn write(&mut self, slot: Slot, values: &[f32]) -> Result<(), PassError>;
}
