//! Attention of sequences that lie back to back, without padding, on the CPU.

use candle_core::{CpuStorage, CustomOp1, D, Device, Layout, Result, Shape, Tensor};

use super::operations::{exp, slice, values};

/// Scaled dot-product attention (Vaswani and others, 2017, *Attention Is All You Need*, equation 1) within each sequence
/// of `lengths`: rows of queries, keys and values side by side (tokens, 3 · hidden) → (tokens, hidden).
pub(in crate::train) fn attend(
    heads: &Tensor,
    lengths: &[usize],
    head_count: usize,
) -> Result<Tensor> {
    let lengths = lengths.to_vec();
    heads.apply_op1(Attention {
        lengths,
        head_count,
    })
}

/// The same for one sequence, of Candle's primitives.
#[cfg(test)]
pub(super) fn attend_one(heads: &Tensor, head_count: usize) -> Result<Tensor> {
    let (length, width) = heads.dims2()?;
    let size = width / 3 / head_count;
    let part = |index: usize| {
        let rows = heads.narrow(1, index * head_count * size, head_count * size)?;
        rows.reshape((length, head_count, size))?
            .transpose(0, 1)?
            .contiguous()
    };
    let (queries, keys, states) = (part(0)?, part(1)?, part(2)?);
    let scores = (queries.matmul(&keys.t()?)? * libm::pow(size as f64, -0.5))?;
    let shares = candle_nn::ops::softmax(&scores, D::Minus1)?;
    let context = shares.matmul(&states)?.transpose(0, 1)?;
    context.reshape((length, head_count * size))
}

struct Attention {
    lengths: Vec<usize>,
    head_count: usize,
}

/// One sequence's queries, keys and values, each (heads, tokens, size).
struct Sequence {
    queries: Tensor,
    keys: Tensor,
    states: Tensor,
    /// How much each token takes of each other: (heads, tokens, tokens).
    shares: Tensor,
    scale: f64,
}

impl Sequence {
    fn new(rows: &[f32], length: usize, head_count: usize) -> Result<Self> {
        let width = rows.len() / length;
        let size = width / 3 / head_count;
        let part = |index| {
            gather(
                rows,
                width,
                index * head_count * size,
                (head_count, length, size),
            )
        };
        let (queries, keys, states) = (part(0)?, part(1)?, part(2)?);
        let scale = libm::pow(size as f64, -0.5);
        let mut scores = values(&queries.matmul(&keys.t()?)?)?;
        for row in scores.chunks_exact_mut(length) {
            softmax(row, scale as f32);
        }
        let shares = Tensor::from_vec(scores, (head_count, length, length), &Device::Cpu)?;
        Ok(Self {
            queries,
            keys,
            states,
            shares,
            scale,
        })
    }

    fn context(&self) -> Result<Tensor> {
        self.shares.matmul(&self.states)
    }

    /// The gradients of queries, keys and values, from the context's.
    fn gradients(&self, context: &Tensor) -> Result<[Tensor; 3]> {
        let states = self.shares.t()?.matmul(context)?;
        let mut scores = values(&context.matmul(&self.states.t()?)?)?;
        let length = self.shares.dim(D::Minus1)?;
        let shares = values(&self.shares)?;
        for (row, shares) in scores
            .chunks_exact_mut(length)
            .zip(shares.chunks_exact(length))
        {
            let along: f32 = row
                .iter()
                .zip(shares)
                .map(|(gradient, share)| gradient * share)
                .sum();
            for (gradient, share) in row.iter_mut().zip(shares) {
                *gradient = (*gradient - along) * share * self.scale as f32;
            }
        }
        let scores = Tensor::from_vec(scores, self.shares.shape(), &Device::Cpu)?;
        Ok([
            scores.matmul(&self.keys)?,
            scores.t()?.matmul(&self.queries)?,
            states,
        ])
    }
}

/// Scales the scores of one token and turns them into shares that sum to one.
fn softmax(scores: &mut [f32], scale: f32) {
    let greatest = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let mut total = 0.0;
    for score in scores.iter_mut() {
        *score = exp((*score - greatest) * scale);
        total += *score;
    }
    for score in scores {
        *score /= total;
    }
}

/// Takes the columns from `first` on, head by head, out of rows of `width` numbers.
fn gather(
    rows: &[f32],
    width: usize,
    first: usize,
    shape: (usize, usize, usize),
) -> Result<Tensor> {
    let (head_count, length, size) = shape;
    let mut part = Vec::with_capacity(head_count * length * size);
    for head in 0..head_count {
        for row in rows.chunks_exact(width) {
            part.extend_from_slice(&row[first + head * size..][..size]);
        }
    }
    Tensor::from_vec(part, shape, &Device::Cpu)
}

/// Puts them back.
fn scatter(part: &Tensor, rows: &mut [f32], width: usize, first: usize) -> Result<()> {
    let (_, length, size) = part.dims3()?;
    for (head, part) in values(part)?.chunks_exact(length * size).enumerate() {
        for (row, part) in rows.chunks_exact_mut(width).zip(part.chunks_exact(size)) {
            row[first + head * size..][..size].copy_from_slice(part);
        }
    }
    Ok(())
}

impl CustomOp1 for Attention {
    fn name(&self) -> &'static str {
        "attention"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let (tokens, width) = layout.shape().dims2()?;
        let mut heads = slice(storage, layout)?;
        let mut output = vec![0.0; tokens * width / 3];
        let mut rest = output.as_mut_slice();
        for &length in &self.lengths {
            let (rows, context);
            (rows, heads) = heads.split_at(length * width);
            (context, rest) = rest.split_at_mut(length * width / 3);
            let sequence = Sequence::new(rows, length, self.head_count)?;
            scatter(&sequence.context()?, context, width / 3, 0)?;
        }
        Ok((CpuStorage::F32(output), Shape::from((tokens, width / 3))))
    }

    fn bwd(&self, heads: &Tensor, _: &Tensor, gradient: &Tensor) -> Result<Option<Tensor>> {
        let (tokens, width) = heads.dims2()?;
        let hidden = width / 3;
        let (inputs, gradients) = (values(heads)?, values(gradient)?);
        let mut output = vec![0.0; tokens * width];
        let mut start = 0;
        for &length in &self.lengths {
            let end = start + length;
            let sequence =
                Sequence::new(&inputs[start * width..end * width], length, self.head_count)?;
            let shape = (self.head_count, length, hidden / self.head_count);
            let context = gather(&gradients[start * hidden..end * hidden], hidden, 0, shape)?;
            let rows = &mut output[start * width..end * width];
            for (index, part) in sequence.gradients(&context)?.iter().enumerate() {
                scatter(part, rows, width, index * hidden)?;
            }
            start = end;
        }
        Ok(Some(Tensor::from_vec(
            output,
            heads.shape(),
            heads.device(),
        )?))
    }
}
