//! The operations of a transformer layer for devices that want few and large steps.
//!
//! Sequences lie back to back as everywhere; attention alone sees them padded to the longest. Products are worked out
//! in the precision asked for, everything else in `f32`. It runs on the CPU as well, where `tests` holds it against
//! the CPU's own operations.

use std::sync::{Mutex, PoisonError};

use candle_core::{D, DType, Device, Result, Tensor};

use super::{given, operations};
use crate::model::device::Precision;
use crate::random::Generator;

/// How products are worked out, and what dropout draws from.
#[derive(Debug)]
pub(super) struct Batched {
    precision: DType,
    masks: Masks,
}

impl Batched {
    pub(super) fn new(precision: Precision) -> Self {
        Self {
            precision: precision.dtype(),
            masks: Masks::default(),
        }
    }

    /// `x · weightᵀ + bias`.
    pub(super) fn linear(&self, x: &Tensor, weight: &Tensor, bias: &Tensor) -> Result<Tensor> {
        let low = |tensor: &Tensor| tensor.detach().to_dtype(self.precision);
        let (rows, matrix) = (low(x)?, low(weight)?);
        let product = rows.matmul(&matrix.t()?)?.to_dtype(DType::F32)?;
        let result = product.broadcast_add(&bias.detach())?;
        let precision = self.precision;
        given::of_three([x, weight, bias], result, move |gradient| {
            let low = gradient.to_dtype(precision)?;
            Ok([
                low.matmul(&matrix)?.to_dtype(DType::F32)?,
                low.t()?.matmul(&rows)?.to_dtype(DType::F32)?,
                gradient.sum(0)?,
            ])
        })
    }

    /// Attention as [`attend`](super::attention::attend) defines it, of all sequences at once.
    pub(super) fn attend(
        &self,
        heads: &Tensor,
        padding: &Padding,
        head_count: usize,
    ) -> Result<Tensor> {
        let mut split = Split {
            padding: padding.clone(),
            precision: self.precision,
            head_count,
            size: heads.dim(1)? / 3 / head_count,
        };
        let parts = split.parts(&heads.detach())?;
        let shares = split.shares(&parts)?;
        let context = shares.to_dtype(self.precision)?.matmul(&parts[2])?;
        let result = split.joined(&context, 1)?;
        // The mask is as large as a batch has tokens, and its work is done.
        split.padding.mask = None;
        given::of_one(heads, result, move |gradient| {
            split.gradient(&parts, &shares, gradient)
        })
    }

    /// Zeroes a share of numbers and scales the rest, as [`operations::dropout`] does, by another draw.
    pub(super) fn dropout(&self, x: &Tensor, rate: f32, seed: u64) -> Result<Tensor> {
        if rate <= 0.0 {
            return Ok(x.clone());
        }
        let mask = self.masks.draw(x, rate, seed)?;
        let result = (x.detach() * &mask)?;
        given::of_one(x, result, move |gradient| gradient * &mask)
    }
}

/// Layer normalisation, as [`operations::layer_norm`] defines it.
pub(super) fn layer_norm(
    x: &Tensor,
    weight: &Tensor,
    bias: &Tensor,
    epsilon: f64,
) -> Result<Tensor> {
    let (rows, scale) = (x.detach(), weight.detach());
    let result = candle_nn::ops::layer_norm(&rows, &scale, &bias.detach(), epsilon as f32)?;
    given::of_three([x, weight, bias], result, move |gradient| {
        let centred = rows.broadcast_sub(&rows.mean_keepdim(D::Minus1)?)?;
        let variance = centred.sqr()?.mean_keepdim(D::Minus1)?;
        let spread = (variance + epsilon)?.sqrt()?;
        let normalised = centred.broadcast_div(&spread)?;
        let weighed = gradient.broadcast_mul(&scale)?;
        let total = weighed.mean_keepdim(D::Minus1)?;
        let along = (&weighed * &normalised)?.mean_keepdim(D::Minus1)?;
        let across = weighed
            .broadcast_sub(&total)?
            .sub(&normalised.broadcast_mul(&along)?)?;
        Ok([
            across.broadcast_div(&spread)?,
            (gradient * normalised)?.sum(0)?,
            gradient.sum(0)?,
        ])
    })
}

/// Where the tokens of a batch are once its sequences are padded to the longest.
#[derive(Clone, Debug)]
pub(super) struct Padding {
    sequences: usize,
    /// Tokens of the longest sequence.
    length: usize,
    /// For each place after padding the token there; [`NO_TOKEN`] where there is none.
    into: Tensor,
    /// For each token its place after padding.
    out_of: Tensor,
    /// What is added to the scores: minus infinity for keys that are no token, zero for the others; (sequences, 1,
    /// 1, length). None where all sequences are equally long.
    mask: Option<Tensor>,
}

/// The index that Candle's `index_select` gives zeros for, on every device.
const NO_TOKEN: u32 = u32::MAX;

impl Padding {
    pub(super) fn new(lengths: &[usize], device: &Device) -> Result<Self> {
        let length = lengths.iter().copied().max().unwrap_or(0);
        let places = lengths.len() * length;
        let (mut into, mut out_of) = (vec![NO_TOKEN; places], Vec::new());
        let mut mask = vec![f32::NEG_INFINITY; places];
        for (sequence, &count) in lengths.iter().enumerate() {
            for place in sequence * length..sequence * length + count {
                into[place] = out_of.len() as u32;
                out_of.push(place as u32);
                mask[place] = 0.0;
            }
        }
        let padded = out_of.len() < places;
        let shape = (lengths.len(), 1, 1, length);
        Ok(Self {
            sequences: lengths.len(),
            length,
            into: Tensor::from_vec(into, places, device)?,
            mask: padded
                .then(|| Tensor::from_vec(mask, shape, device))
                .transpose()?,
            out_of: Tensor::new(out_of, device)?,
        })
    }
}

/// How rows of tokens fall into sequences and heads.
#[derive(Debug)]
struct Split {
    padding: Padding,
    precision: DType,
    head_count: usize,
    /// Numbers of a head.
    size: usize,
}

impl Split {
    fn batches(&self) -> usize {
        self.padding.sequences * self.head_count
    }

    fn scale(&self) -> f64 {
        libm::pow(self.size as f64, -0.5)
    }

    /// Rows of `N` parts side by side (tokens, N · hidden) → each (sequences · heads, length, size), with zeros where
    /// there is no token.
    fn parts<const N: usize>(&self, rows: &Tensor) -> Result<[Tensor; N]> {
        let Padding {
            sequences, length, ..
        } = self.padding;
        let parts = rows
            .index_select(&self.padding.into, 0)?
            .to_dtype(self.precision)?
            .reshape(vec![sequences, length, N, self.head_count, self.size])?
            .permute(vec![2, 0, 3, 1, 4])?
            .contiguous()?;
        let shape = (self.batches(), length, self.size);
        let part = |index| parts.narrow(0, index, 1)?.reshape(shape);
        let apart = (0..N).map(part).collect::<Result<Vec<Tensor>>>()?;
        Ok(apart.try_into().expect("as many as were asked for"))
    }

    /// What [`Self::parts`] took apart, put together again.
    fn joined(&self, parts: &Tensor, count: usize) -> Result<Tensor> {
        let Padding {
            sequences, length, ..
        } = self.padding;
        parts
            .to_dtype(DType::F32)?
            .reshape(vec![count, sequences, self.head_count, length, self.size])?
            .permute(vec![1, 3, 0, 2, 4])?
            .contiguous()?
            .reshape((sequences * length, count * self.head_count * self.size))?
            .index_select(&self.padding.out_of, 0)
    }

    /// How much each token takes of each other: (sequences · heads, length, length), in `f32`.
    fn shares(&self, [queries, keys, _]: &[Tensor; 3]) -> Result<Tensor> {
        let length = self.padding.length;
        let scores = (queries.matmul(&keys.t()?)?.to_dtype(DType::F32)? * self.scale())?;
        let scores = match &self.padding.mask {
            Some(mask) => scores
                .reshape((self.padding.sequences, self.head_count, length, length))?
                .broadcast_add(mask)?,
            None => scores,
        };
        candle_nn::ops::softmax_last_dim(&scores)?.reshape((self.batches(), length, length))
    }

    /// The gradient of the rows, from that of the context.
    fn gradient(
        &self,
        [queries, keys, states]: &[Tensor; 3],
        shares: &Tensor,
        gradient: &Tensor,
    ) -> Result<Tensor> {
        let [context] = self.parts::<1>(gradient)?;
        let of_states = shares.to_dtype(self.precision)?.t()?.matmul(&context)?;
        let of_shares = context.matmul(&states.t()?)?.to_dtype(DType::F32)?;
        let weighed = (&of_shares * shares)?;
        let along = weighed.sum_keepdim(D::Minus1)?;
        let scores = (weighed - shares.broadcast_mul(&along)?)?;
        let scores = (scores * self.scale())?.to_dtype(self.precision)?;
        let (of_queries, of_keys) = (scores.matmul(keys)?, scores.t()?.matmul(queries)?);
        self.joined(&Tensor::cat(&[of_queries, of_keys, of_states], 0)?, 3)
    }
}

/// Masks of dropout, cut from one long one that is drawn once for a rate.
///
/// A mask drawn for every use costs the host more than the device takes for all the rest of a step. Windows
/// at random places share no more than chance gives, as far as any sum over tokens can tell.
#[derive(Debug, Default)]
struct Masks {
    pool: Mutex<Option<(f32, Tensor)>>,
}

/// Numbers in the pool: 64 MiB, several times what one use takes.
const POOL: usize = 1 << 24;

impl Masks {
    /// A mask of the shape of `x`; which one depends on the rate and the seed alone.
    fn draw(&self, x: &Tensor, rate: f32, seed: u64) -> Result<Tensor> {
        let pool = self.pool(rate, x.device())?;
        let mut generator = Generator::new(seed);
        let mut missing = x.elem_count();
        let mut windows = Vec::with_capacity(1);
        while missing > 0 {
            let count = missing.min(POOL / 2);
            windows.push(pool.narrow(0, generator.below(POOL - count + 1), count)?);
            missing -= count;
        }
        Tensor::cat(&windows, 0)?.reshape(x.shape())
    }

    fn pool(&self, rate: f32, device: &Device) -> Result<Tensor> {
        let mut pool = self.pool.lock().unwrap_or_else(PoisonError::into_inner);
        match &*pool {
            Some((of, numbers)) if of.to_bits() == rate.to_bits() => Ok(numbers.clone()),
            _ => {
                let numbers = Tensor::from_vec(operations::mask(POOL, rate, 0), POOL, device)?;
                *pool = Some((rate, numbers.clone()));
                Ok(numbers)
            }
        }
    }
}
