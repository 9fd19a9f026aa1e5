//! Multi-label logistic regression on fixed vectors, fitted with Candle.

use candle_core::{DType, Device, Result, Tensor, Var};
use candle_nn::{AdamW, Optimizer, ParamsAdamW};

/// Vectors with the labels that hold for them; equally many rows in each.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rows<'a> {
    /// One vector an example.
    pub(super) vectors: &'a [Vec<f32>],
    /// For every example, 1 for each label that holds and 0 for the others.
    pub(super) targets: &'a [Vec<f32>],
    /// How much each example counts.
    pub(super) weights: &'a [f32],
}

/// How the regression is fitted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LogisticOptions {
    /// Strength of the squared penalty on the weights, `½ · penalty · ‖w‖²` beside the mean loss.
    pub penalty: f64,
    /// Steps over all examples.
    pub steps: usize,
    /// Step size at the start; it falls linearly to zero.
    pub rate: f64,
}

impl Default for LogisticOptions {
    fn default() -> Self {
        Self {
            penalty: 1e-3,
            steps: 300,
            rate: 0.02,
        }
    }
}

/// A fitted regression on unscaled vectors, one row a label.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Linear {
    pub(super) weights: Vec<Vec<f32>>,
    pub(super) biases: Vec<f32>,
}

impl Linear {
    /// The logit of every label.
    pub(super) fn logits(&self, vector: &[f32]) -> Vec<f32> {
        let product = |(row, bias): (&Vec<f32>, &f32)| {
            row.iter()
                .zip(vector)
                .map(|(weight, value)| weight * value)
                .sum::<f32>()
                + bias
        };
        self.weights.iter().zip(&self.biases).map(product).collect()
    }
}

/// Fits all labels at once, by full passes of Adam from zero: the problem is convex, so there is
/// nothing to draw at random and the result depends on the rows alone.
pub(super) fn fit(rows: Rows<'_>, options: LogisticOptions) -> Result<Linear> {
    let device = Device::Cpu;
    let scaling = Scaling::of(rows.vectors, rows.weights);
    let vectors = Tensor::new(scaling.apply(rows.vectors), &device)?;
    let targets = Tensor::new(rows.targets.to_vec(), &device)?;
    let weights = Tensor::new(rows.weights, &device)?.unsqueeze(1)?;
    let (count, label_count) = targets.dims2()?;
    let mass = rows.weights.iter().sum::<f32>().max(f32::MIN_POSITIVE);

    let slopes = Var::zeros((label_count, scaling.means.len()), DType::F32, &device)?;
    let biases = Var::zeros(label_count, DType::F32, &device)?;
    let settings = ParamsAdamW {
        lr: options.rate,
        weight_decay: 0.0,
        ..ParamsAdamW::default()
    };
    let mut optimizer = AdamW::new(vec![slopes.clone(), biases.clone()], settings)?;
    for step in 0..options.steps {
        optimizer.set_learning_rate(options.rate * (1.0 - step as f64 / options.steps as f64));
        let logits = vectors.matmul(&slopes.t()?)?.broadcast_add(&biases)?;
        let losses = cross_entropy(&logits, &targets)?.broadcast_mul(&weights)?;
        let loss = (losses.sum_all()? / f64::from(mass))?;
        let penalty = (slopes.sqr()?.sum_all()? * (options.penalty / 2.0))?;
        optimizer.backward_step(&(loss + penalty)?)?;
    }
    debug_assert_eq!(count, rows.vectors.len());
    Ok(scaling.unscale(&slopes.to_vec2()?, &biases.to_vec1()?))
}

/// `−t · ln σ(z) − (1 − t) · ln(1 − σ(z))`, in the form `max(z, 0) − z·t + ln(1 + exp(−|z|))` that
/// neither overflows nor loses small differences.
fn cross_entropy(logits: &Tensor, targets: &Tensor) -> Result<Tensor> {
    let softplus = (logits.abs()?.neg()?.exp()? + 1.0)?.log()?;
    (logits.relu()? - (logits * targets)?)? + softplus
}

/// The mean and spread of every column.
struct Scaling {
    means: Vec<f32>,
    spreads: Vec<f32>,
}

impl Scaling {
    fn of(vectors: &[Vec<f32>], weights: &[f32]) -> Self {
        let size = vectors.first().map_or(0, Vec::len);
        let mass = weights.iter().sum::<f32>().max(f32::MIN_POSITIVE);
        let mean = |value: &dyn Fn(&[f32], usize) -> f32| -> Vec<f32> {
            let column = |index| {
                let rows = vectors.iter().zip(weights);
                rows.map(|(row, weight)| weight * value(row, index))
                    .sum::<f32>()
                    / mass
            };
            (0..size).map(column).collect()
        };
        let means = mean(&|row, index| row[index]);
        let variances = mean(&|row, index| (row[index] - means[index]).powi(2));
        // A column that never varies says nothing: any spread but zero will do.
        let spreads = variances
            .into_iter()
            .map(|variance| variance.sqrt().max(1e-6))
            .collect();
        Self { means, spreads }
    }

    fn apply(&self, vectors: &[Vec<f32>]) -> Vec<Vec<f32>> {
        let scale = |row: &Vec<f32>| {
            let columns = self.means.iter().zip(&self.spreads);
            row.iter()
                .zip(columns)
                .map(|(value, (mean, spread))| (value - mean) / spread)
                .collect()
        };
        vectors.iter().map(scale).collect()
    }

    /// Weights for scaled vectors → weights for vectors as they are.
    fn unscale(&self, slopes: &[Vec<f32>], biases: &[f32]) -> Linear {
        let weights: Vec<Vec<f32>> = slopes
            .iter()
            .map(|row| {
                row.iter()
                    .zip(&self.spreads)
                    .map(|(slope, spread)| slope / spread)
                    .collect()
            })
            .collect();
        let shift = |row: &Vec<f32>| {
            row.iter()
                .zip(&self.means)
                .map(|(w, mean)| w * mean)
                .sum::<f32>()
        };
        let biases = biases
            .iter()
            .zip(&weights)
            .map(|(bias, row)| bias - shift(row))
            .collect();
        Linear { weights, biases }
    }
}
