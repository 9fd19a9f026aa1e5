//! One way through the network: which of the two kinds of operations works it out.

use candle_core::{Device, Result, Tensor};

use super::batched::{self, Batched, Padding};
use super::{attention, operations};

/// The operations of one batch.
#[derive(Debug)]
pub(super) enum Pass<'a> {
    /// Sequence by sequence, on one core of the CPU.
    Sequences(&'a [usize]),
    /// All sequences at once.
    Batch(&'a Batched, Box<Padding>),
}

impl<'a> Pass<'a> {
    /// A pass over sequences of `lengths` tokens.
    pub(super) fn new(
        batched: Option<&'a Batched>,
        lengths: &'a [usize],
        device: &Device,
    ) -> Result<Self> {
        Ok(match batched {
            Some(batched) => Self::Batch(batched, Box::new(Padding::new(lengths, device)?)),
            None => Self::Sequences(lengths),
        })
    }

    /// `x · weightᵀ + bias`.
    pub(super) fn linear(&self, x: &Tensor, weight: &Tensor, bias: &Tensor) -> Result<Tensor> {
        match self {
            Self::Sequences(_) => operations::add_bias(&x.matmul(&weight.t()?)?, bias),
            Self::Batch(batched, _) => batched.linear(x, weight, bias),
        }
    }

    /// See [`operations::layer_norm`].
    pub(super) fn layer_norm(
        &self,
        x: &Tensor,
        weight: &Tensor,
        bias: &Tensor,
        epsilon: f64,
    ) -> Result<Tensor> {
        match self {
            Self::Sequences(_) => operations::layer_norm(x, weight, bias, epsilon),
            Self::Batch(..) => batched::layer_norm(x, weight, bias, epsilon),
        }
    }

    /// See [`operations::gelu`].
    pub(super) fn gelu(&self, x: &Tensor) -> Result<Tensor> {
        match self {
            Self::Sequences(_) => operations::gelu(x),
            Self::Batch(..) => x.gelu_erf(),
        }
    }

    /// See [`attention::attend`].
    pub(super) fn attend(&self, heads: &Tensor, head_count: usize) -> Result<Tensor> {
        match self {
            Self::Sequences(lengths) => attention::attend(heads, lengths, head_count),
            Self::Batch(batched, padding) => batched.attend(heads, padding, head_count),
        }
    }

    /// See [`operations::dropout`]; the two kinds draw differently.
    pub(super) fn dropout(&self, x: &Tensor, rate: f32, seed: u64) -> Result<Tensor> {
        match self {
            Self::Sequences(_) => operations::dropout(x, rate, seed),
            Self::Batch(batched, _) => batched.dropout(x, rate, seed),
        }
    }
}
