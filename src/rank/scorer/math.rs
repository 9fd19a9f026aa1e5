//! Rows of numbers: linear maps, layer normalisation, gelu.
//!
//! Sums run over inputs one after the other, for all outputs side by side, so that compilers may use vector instructions
//! without changing a result.

use super::EPSILON;
use super::parts::Parts;

/// `x · weightᵀ + bias` of every row.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Linear {
    /// (input, output): the transpose of the file's.
    weight: Vec<f32>,
    /// Zeros where the file has none.
    bias: Vec<f32>,
    input: usize,
}

impl Linear {
    pub(super) fn of(parts: &Parts, name: &str) -> Self {
        let (shape, values) = parts.part(&format!("{name}.weight"));
        let (output, input) = (shape[0], shape[1]);
        let mut weight = vec![0.0; values.len()];
        for (row, values) in values.chunks_exact(input).enumerate() {
            for (column, value) in values.iter().enumerate() {
                weight[column * output + row] = *value;
            }
        }
        let bias = parts.find(&format!("{name}.bias"));
        Self {
            weight,
            bias: bias.map_or_else(|| vec![0.0; output], <[f32]>::to_vec),
            input,
        }
    }

    pub(super) fn apply(&self, rows: &[f32]) -> Vec<f32> {
        assert!(
            rows.len().is_multiple_of(self.input),
            "vectors of another size"
        );
        let size = self.bias.len();
        let count = rows.len() / self.input;
        let mut output = self.bias.repeat(count);
        for (row, sums) in rows
            .chunks_exact(self.input)
            .zip(output.chunks_exact_mut(size))
        {
            for (x, weights) in row.iter().zip(self.weight.chunks_exact(size)) {
                add_scaled(sums, *x, weights);
            }
        }
        output
    }
}

/// Layer normalisation (Ba, Kiros and Hinton, 2016, *Layer Normalization*, equation 4).
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Norm {
    weight: Vec<f32>,
    bias: Vec<f32>,
}

impl Norm {
    pub(super) fn of(parts: &Parts, name: &str) -> Self {
        Self {
            weight: parts.values(&format!("{name}.weight")).to_vec(),
            bias: parts.values(&format!("{name}.bias")).to_vec(),
        }
    }

    pub(super) fn apply(&self, rows: &[f32]) -> Vec<f32> {
        let size = self.weight.len();
        assert!(rows.len().is_multiple_of(size), "vectors of another size");
        let mut output = rows.to_vec();
        for row in output.chunks_exact_mut(size) {
            let mean = row.iter().sum::<f32>() / size as f32;
            let variance = row.iter().map(|x| (x - mean).powi(2)).sum::<f32>() / size as f32;
            let scale = 1.0 / (variance + EPSILON).sqrt();
            for (x, (weight, bias)) in row.iter_mut().zip(self.weight.iter().zip(&self.bias)) {
                *x = (*x - mean) * scale * weight + bias;
            }
        }
        output
    }
}

pub(super) fn add(totals: &mut [f32], values: &[f32]) {
    add_scaled(totals, 1.0, values);
}

pub(super) fn add_scaled(totals: &mut [f32], scale: f32, values: &[f32]) {
    for (total, value) in totals.iter_mut().zip(values) {
        *total += scale * value;
    }
}

/// Gaussian error linear unit: `x` times the normal distribution function (Hendrycks and Gimpel, 2016, *Gaussian Error
/// Linear Units*), to 1.5e-7 (Abramowitz and Stegun, *Handbook of Mathematical Functions*, 7.1.26).
pub(super) fn gelu(x: f32) -> f32 {
    let t = 1.0 / (1.0 + 0.327_591_1 * std::f32::consts::FRAC_1_SQRT_2 * x.abs());
    let mut p = 1.061_405_4;
    for coefficient in [-1.453_152, 1.421_413_7, -0.284_496_74, 0.254_829_6] {
        p = p * t + coefficient;
    }
    let tail = 0.5 * p * t * (-0.5 * x * x).exp();
    x * if x < 0.0 { tail } else { 1.0 - tail }
}
