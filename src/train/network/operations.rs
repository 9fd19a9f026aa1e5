//! The operations of a transformer layer that stock Candle has no gradient for, or a slow one, on the CPU.
//!
//! Each is one operation with a gradient worked out by hand; `tests` holds them against differences and against
//! [`batched`](super::batched), which is for other devices.

use candle_core::{CpuStorage, CustomOp1, CustomOp2, CustomOp3, Layout, Result, Shape, Tensor};

use crate::random::Generator;

/// Rows of numbers in memory, as the CPU's operations take them.
pub(super) fn values(tensor: &Tensor) -> Result<Vec<f32>> {
    tensor.flatten_all()?.to_vec1()
}

/// The numbers behind a contiguous operand.
pub(super) fn slice<'a>(storage: &'a CpuStorage, layout: &Layout) -> Result<&'a [f32]> {
    match layout.contiguous_offsets() {
        Some((start, end)) => Ok(&storage.as_slice::<f32>()?[start..end]),
        None => candle_core::bail!("an operand is not contiguous"),
    }
}

/// `e^x` to a relative error of 3e-7 (Cephes' `expf` without its special cases), in a form that
/// compilers turn into vector instructions; what is below -87 counts as that.
#[inline]
pub(super) fn exp(x: f32) -> f32 {
    const SHIFT: f32 = 12_582_912.0; // 1.5 · 2^23: leaves the nearest whole number in the low bits
    let x = x.clamp(-87.0, 88.0);
    let shifted = x * std::f32::consts::LOG2_E + SHIFT;
    let whole = shifted - SHIFT;
    let r = x - whole * 0.693_359_4 + whole * 2.121_944_4e-4;
    let mut p = 1.987_569_1e-4;
    for coefficient in [
        1.398_199_9e-3,
        8.333_452e-3,
        4.166_579_6e-2,
        1.666_666_5e-1,
        0.5,
    ] {
        p = p * r + coefficient;
    }
    let fraction = p * r * r + r + 1.0;
    let power = (shifted.to_bits().wrapping_sub(SHIFT.to_bits())).wrapping_add(127) << 23;
    fraction * f32::from_bits(power)
}

/// The density of the standard normal distribution, and its distribution function to 1.5e-7 (Abramowitz and
/// Stegun, *Handbook of Mathematical Functions*, 7.1.26).
#[inline]
fn normal(x: f32) -> (f32, f32) {
    const DENSITY_AT_ZERO: f32 = 0.398_942_3;
    let bell = exp(-0.5 * x * x);
    let t = 1.0 / (1.0 + 0.327_591_1 * std::f32::consts::FRAC_1_SQRT_2 * x.abs());
    let mut p = 1.061_405_4;
    for coefficient in [-1.453_152, 1.421_413_7, -0.284_496_74, 0.254_829_6] {
        p = p * t + coefficient;
    }
    let tail = 0.5 * p * t * bell;
    (
        DENSITY_AT_ZERO * bell,
        if x < 0.0 { tail } else { 1.0 - tail },
    )
}

/// Gaussian error linear unit: `x` times the normal distribution function (Hendrycks and Gimpel, 2016,
/// *Gaussian Error Linear Units*).
pub(in crate::train) fn gelu(x: &Tensor) -> Result<Tensor> {
    x.apply_op1(Gelu)
}

struct Gelu;

impl CustomOp1 for Gelu {
    fn name(&self) -> &'static str {
        "gelu"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let output = slice(storage, layout)?.iter().map(|&x| x * normal(x).1);
        Ok((CpuStorage::F32(output.collect()), layout.shape().clone()))
    }

    fn bwd(&self, x: &Tensor, _: &Tensor, gradient: &Tensor) -> Result<Option<Tensor>> {
        let mut output = values(gradient)?;
        for (gradient, x) in output.iter_mut().zip(values(x)?) {
            let (density, share) = normal(x);
            *gradient *= share + x * density;
        }
        Ok(Some(Tensor::from_vec(output, x.shape(), x.device())?))
    }
}

/// Adds `bias`, one number a column, to every row.
pub(in crate::train) fn add_bias(x: &Tensor, bias: &Tensor) -> Result<Tensor> {
    x.apply_op2(bias, AddBias)
}

struct AddBias;

impl CustomOp2 for AddBias {
    fn name(&self) -> &'static str {
        "add-bias"
    }

    fn cpu_fwd(
        &self,
        x: &CpuStorage,
        layout: &Layout,
        bias: &CpuStorage,
        bias_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let bias = slice(bias, bias_layout)?;
        let rows = slice(x, layout)?.chunks_exact(bias.len());
        let output = rows.flat_map(|row| row.iter().zip(bias).map(|(x, bias)| x + bias));
        Ok((CpuStorage::F32(output.collect()), layout.shape().clone()))
    }

    fn bwd(
        &self,
        _: &Tensor,
        bias: &Tensor,
        _: &Tensor,
        gradient: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>)> {
        let mut sums = vec![0.0; bias.elem_count()];
        for row in values(gradient)?.chunks_exact(sums.len()) {
            sums.iter_mut()
                .zip(row)
                .for_each(|(sum, value)| *sum += value);
        }
        let sums = Tensor::from_vec(sums, bias.shape(), bias.device())?;
        Ok((Some(gradient.clone()), Some(sums)))
    }
}

/// Layer normalisation of every row (Ba, Kiros and Hinton, 2016, *Layer Normalization*, equation 4).
///
/// Candle's own has no gradient, and says nothing about it.
pub(in crate::train) fn layer_norm(
    x: &Tensor,
    weight: &Tensor,
    bias: &Tensor,
    epsilon: f64,
) -> Result<Tensor> {
    let epsilon = epsilon as f32;
    x.apply_op3(weight, bias, LayerNorm { epsilon })
}

struct LayerNorm {
    epsilon: f32,
}

impl LayerNorm {
    /// The mean of a row and the reciprocal of its spread.
    fn moments(&self, row: &[f32]) -> (f32, f32) {
        let size = row.len() as f32;
        let mean = row.iter().sum::<f32>() / size;
        let variance = row.iter().map(|x| (x - mean).powi(2)).sum::<f32>() / size;
        (mean, 1.0 / (variance + self.epsilon).sqrt())
    }
}

impl CustomOp3 for LayerNorm {
    fn name(&self) -> &'static str {
        "layer-norm"
    }

    fn cpu_fwd(
        &self,
        x: &CpuStorage,
        layout: &Layout,
        weight: &CpuStorage,
        weight_layout: &Layout,
        bias: &CpuStorage,
        bias_layout: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let (weight, bias) = (slice(weight, weight_layout)?, slice(bias, bias_layout)?);
        let mut output = slice(x, layout)?.to_vec();
        for row in output.chunks_exact_mut(weight.len()) {
            let (mean, scale) = self.moments(row);
            for (x, (weight, bias)) in row.iter_mut().zip(weight.iter().zip(bias)) {
                *x = (*x - mean) * scale * weight + bias;
            }
        }
        Ok((CpuStorage::F32(output), layout.shape().clone()))
    }

    fn bwd(
        &self,
        x: &Tensor,
        weight: &Tensor,
        bias: &Tensor,
        _: &Tensor,
        gradient: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        let (weights, mut output) = (values(weight)?, values(gradient)?);
        let size = weights.len();
        let (mut weight_sums, mut bias_sums) = (vec![0.0; size], vec![0.0; size]);
        for (row, gradient) in values(x)?
            .chunks_exact(size)
            .zip(output.chunks_exact_mut(size))
        {
            let (mean, scale) = self.moments(row);
            let (mut total, mut along) = (0.0, 0.0);
            for column in 0..size {
                let normalised = (row[column] - mean) * scale;
                bias_sums[column] += gradient[column];
                weight_sums[column] += gradient[column] * normalised;
                gradient[column] *= weights[column];
                total += gradient[column];
                along += gradient[column] * normalised;
            }
            let (total, along) = (total / size as f32, along / size as f32);
            for (gradient, x) in gradient.iter_mut().zip(row) {
                *gradient = scale * (*gradient - total - (x - mean) * scale * along);
            }
        }
        let device = x.device();
        Ok((
            Some(Tensor::from_vec(output, x.shape(), device)?),
            Some(Tensor::from_vec(weight_sums, weight.shape(), device)?),
            Some(Tensor::from_vec(bias_sums, bias.shape(), device)?),
        ))
    }
}

/// Sets each number to zero with probability `rate` and scales the rest by `1 / (1 - rate)` (Srivastava and
/// others, 2014, *Dropout*); which ones depends on `seed` alone.
pub(super) fn dropout(x: &Tensor, rate: f32, seed: u64) -> Result<Tensor> {
    if rate <= 0.0 {
        return Ok(x.clone());
    }
    if x.device().is_cpu() {
        return x.apply_op1(Dropout { rate, seed });
    }
    x.mul(&Tensor::from_vec(
        mask(x.elem_count(), rate, seed),
        x.shape(),
        x.device(),
    )?)
}

/// What [`dropout`] multiplies `count` numbers by.
pub(super) fn mask(count: usize, rate: f32, seed: u64) -> Vec<f32> {
    let mut mask = vec![1.0; count];
    Dropout { rate, seed }.apply(&mut mask);
    mask
}

struct Dropout {
    rate: f32,
    seed: u64,
}

impl Dropout {
    fn apply(&self, values: &mut [f32]) {
        let limit = (self.rate * 65_536.0) as u64;
        let scale = 1.0 / (1.0 - self.rate);
        let mut generator = Generator::new(self.seed);
        for values in values.chunks_mut(4) {
            let mut bits = generator.next_bits();
            for value in values {
                *value *= if bits & 0xFFFF < limit { 0.0 } else { scale };
                bits >>= 16;
            }
        }
    }
}

impl CustomOp1 for Dropout {
    fn name(&self) -> &'static str {
        "dropout"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let mut output = slice(storage, layout)?.to_vec();
        self.apply(&mut output);
        Ok((CpuStorage::F32(output), layout.shape().clone()))
    }

    fn bwd(&self, x: &Tensor, _: &Tensor, gradient: &Tensor) -> Result<Option<Tensor>> {
        let mut output = values(gradient)?;
        self.apply(&mut output);
        Ok(Some(Tensor::from_vec(output, x.shape(), x.device())?))
    }
}
