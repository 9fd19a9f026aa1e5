//! Logistic regression of one label on vectors and hashed words.

use candle_core::{Device, Result, Tensor};

use super::{TrainError, lbfgs};
use crate::classify::{BUCKETS, Calibration, Features, Head, HeadError, sigmoid};

/// How strongly the data count against small weights: the loss is
/// `strength · Σ wᵢ · cross-entropyᵢ + ½ ‖θ‖²`, the bias left out of the norm.
///
/// From 3 to 10 the cross-validated F1 of `docs/quality.md` moves by 0.004.
const STRENGTH: f64 = 3.0;

/// Where the fit ends: no component of the gradient is greater. About twenty steps.
const TOLERANCE: f64 = 1e-4;

/// What all labels are told from: the features of the examples, standardised.
pub(super) struct Design<'a> {
    /// One row an example.
    features: &'a [&'a Features],
    scaling: Scaling,
    /// Examples by numbers of a vector; the dense half is Candle's.
    vectors: Tensor,
    transposed: Tensor,
}

impl<'a> Design<'a> {
    pub(super) fn new(features: &'a [&'a Features]) -> Result<Self> {
        let scaling = Scaling::of(features);
        let rows = features.iter().flat_map(|row| scaling.apply(&row.vector));
        let shape = (features.len(), scaling.means.len());
        let vectors = Tensor::from_vec(rows.collect(), shape, &Device::Cpu)?;
        Ok(Self {
            features,
            scaling,
            transposed: vectors.t()?.contiguous()?,
            vectors,
        })
    }

    /// Fits the head of a label: how likely it holds for each example, from 0 to 1, and how much each counts. The problem
    /// is convex and the fit starts from zero, so the result depends on the examples alone.
    pub(super) fn fit(
        &self,
        targets: &[f32],
        weights: &[f32],
    ) -> std::result::Result<Head, TrainError> {
        let problem = Problem {
            design: self,
            targets,
            weights,
        };
        let start = vec![0.0; self.scaling.means.len() + BUCKETS + 1];
        let solution =
            lbfgs::minimize(start, TOLERANCE, |point| problem.value_and_gradient(point))?;
        Ok(self.scaling.unscale(&solution)?)
    }
}

/// The regression of one label in standardised coordinates: first the vector's, then the buckets', then the bias.
struct Problem<'a> {
    design: &'a Design<'a>,
    targets: &'a [f32],
    weights: &'a [f32],
}

impl Problem<'_> {
    fn value_and_gradient(&self, point: &[f64]) -> Result<(f64, Vec<f64>)> {
        let (slopes, bias) = point.split_at(point.len() - 1);
        let mut value = 0.5 * slopes.iter().map(|slope| slope * slope).sum::<f64>();
        let mut gradient = slopes.to_vec();
        gradient.push(0.0);

        let logits = self.logits(slopes, bias[0])?;
        let mut residuals = Vec::with_capacity(logits.len());
        for (row, &logit) in logits.iter().enumerate() {
            let weight = STRENGTH * f64::from(self.weights[row]);
            let (loss, residual) = cross_entropy(logit, f64::from(self.targets[row]));
            value += weight * loss;
            residuals.push(weight * residual);
        }
        self.add_gradient(&residuals, &mut gradient)?;
        Ok((value, gradient))
    }

    fn logits(&self, slopes: &[f64], bias: f64) -> Result<Vec<f64>> {
        let (dense, sparse) = slopes.split_at(self.size());
        let dense = Tensor::new(dense, &Device::Cpu)?.unsqueeze(1)?;
        let logits = self.design.vectors.matmul(&dense)?;
        let mut logits = logits.squeeze(1)?.to_vec1::<f64>()?;
        for (logit, row) in logits.iter_mut().zip(self.design.features) {
            let products = row
                .grams
                .iter()
                .map(|&(bucket, value)| sparse[bucket as usize] * f64::from(value));
            *logit += products.sum::<f64>() + bias;
        }
        Ok(logits)
    }

    fn add_gradient(&self, residuals: &[f64], gradient: &mut [f64]) -> Result<()> {
        let column = Tensor::new(residuals, &Device::Cpu)?.unsqueeze(1)?;
        let dense = self
            .design
            .transposed
            .matmul(&column)?
            .squeeze(1)?
            .to_vec1::<f64>()?;
        for (total, part) in gradient.iter_mut().zip(dense) {
            *total += part;
        }
        for (residual, row) in residuals.iter().zip(self.design.features) {
            for &(bucket, value) in &row.grams {
                gradient[self.size() + bucket as usize] += residual * f64::from(value);
            }
        }
        gradient[self.size() + BUCKETS] += residuals.iter().sum::<f64>();
        Ok(())
    }

    /// How many numbers a vector has.
    fn size(&self) -> usize {
        self.design.scaling.means.len()
    }
}

/// The cross-entropy of a logit, in nats, and its slope.
fn cross_entropy(logit: f64, target: f64) -> (f64, f64) {
    // ln(1 + exp z) − t·z, in the form that neither overflows nor loses small differences.
    let loss = logit.max(0.0) - target * logit + libm::log1p(libm::exp(-logit.abs()));
    (loss, 1.0 / (1.0 + libm::exp(-logit)) - target)
}

/// The mean and spread of every number of a vector.
struct Scaling {
    means: Vec<f64>,
    spreads: Vec<f64>,
}

impl Scaling {
    fn of(rows: &[&Features]) -> Self {
        let size = rows.first().map_or(0, |row| row.vector.len());
        let count = rows.len().max(1) as f64;
        let mean = |value: &dyn Fn(f64, usize) -> f64| -> Vec<f64> {
            let column = |index: usize| {
                let values = rows.iter().map(|row| f64::from(row.vector[index]));
                values.map(|number| value(number, index)).sum::<f64>() / count
            };
            (0..size).map(column).collect()
        };
        let means = mean(&|number, _| number);
        let variances = mean(&|number, index| (number - means[index]).powi(2));
        // One over the root of the size brings a vector's length to about one, so that it and the words
        // are penalised alike. A number that never varies says nothing: any spread but zero will do.
        let root = (size as f64).sqrt();
        let spreads = variances
            .iter()
            .map(|variance| (variance.sqrt() + 1e-6) * root)
            .collect();
        Self { means, spreads }
    }

    fn apply(&self, vector: &[f32]) -> Vec<f64> {
        let scale =
            |(value, (mean, spread)): (&f32, (&f64, &f64))| (f64::from(*value) - mean) / spread;
        vector
            .iter()
            .zip(self.means.iter().zip(&self.spreads))
            .map(scale)
            .collect()
    }

    /// A solution in standardised coordinates as a head on features as they are.
    fn unscale(&self, solution: &[f64]) -> std::result::Result<Head, HeadError> {
        let (dense, rest) = solution.split_at(self.means.len());
        let weights = dense
            .iter()
            .zip(&self.spreads)
            .map(|(slope, spread)| slope / spread);
        let weights: Vec<f64> = weights.collect();
        let shift: f64 = weights
            .iter()
            .zip(&self.means)
            .map(|(weight, mean)| weight * mean)
            .sum();
        let grams = &rest[..BUCKETS];
        Head::new(
            weights.into_iter().map(|weight| weight as f32).collect(),
            grams.iter().map(|&weight| weight as f32).collect(),
            (rest[BUCKETS] - shift) as f32,
        )
    }
}

/// The least that a calibration makes of a difference between logits. Few held-out paragraphs may say by chance that a head is
/// wrong more often than right; turned round, it would be wrong of those that it has learnt.
pub const LEAST_SLOPE: f32 = 0.05;

/// Scales a label's logits to probabilities (Platt, 1999, *Probabilistic outputs for support vector
/// machines*, section 2.2): the score is `σ(slope · logit + offset)`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Platt {
    pub(super) slope: f32,
    pub(super) offset: f32,
}

impl Platt {
    /// Fits the two numbers to held-out logits, the slope at [`LEAST_SLOPE`] or more; logits that are calibrated already count as `known_examples` of their own.
    pub(super) fn fit(logits: &[f32], holds: &[bool], known_examples: f32) -> Result<Self> {
        // An example that is not clear has about a tenth of a unit of curvature in either number.
        let pull = f64::from(0.1 * known_examples);
        let cost = |point: &[f64]| {
            let (mut value, mut gradient) = (0.0, vec![0.0; 2]);
            for (&logit, &holds) in logits.iter().zip(holds) {
                let (logit, target) = (f64::from(logit), f64::from(u8::from(holds)));
                let scaled = point[0] * logit + point[1];
                let (loss, residual) = cross_entropy(scaled, target);
                value += loss;
                gradient[0] += residual * logit;
                gradient[1] += residual;
            }
            // A trace of a penalty keeps the slope finite where the logits part the label perfectly.
            value += 0.5 * (pull + 1e-3) * (point[0] - 1.0).powi(2) + 0.5 * pull * point[1].powi(2);
            gradient[0] += (pull + 1e-3) * (point[0] - 1.0);
            gradient[1] += pull * point[1];
            Ok((value, gradient))
        };
        let found = lbfgs::minimize(vec![1.0, 0.0], TOLERANCE, cost)?;
        if found[0] > f64::from(LEAST_SLOPE) {
            return Ok(Self {
                slope: found[0] as f32,
                offset: found[1] as f32,
            });
        }
        let flat = |offset: &[f64]| {
            let (value, gradient) = cost(&[f64::from(LEAST_SLOPE), offset[0]])?;
            Ok((value, vec![gradient[1]]))
        };
        Ok(Self {
            slope: LEAST_SLOPE,
            offset: lbfgs::minimize(vec![0.0], TOLERANCE, flat)?[0] as f32,
        })
    }

    /// The two numbers of a calibration.
    pub(super) fn of(calibration: Calibration) -> Self {
        Self {
            slope: calibration.slope,
            offset: calibration.offset,
        }
    }

    /// The probability that belongs to a logit.
    pub(super) fn score(self, logit: f32) -> f32 {
        sigmoid(self.slope * logit + self.offset)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_learns_from_vectors_and_words() {
        let texts = ["đạt kế hoạch", "chưa đạt", "vượt kế hoạch", "không đạt"];
        let vectors = [[1.0, 0.3], [0.9, 0.1], [-1.0, 0.2], [-0.8, 0.4]];
        let features: Vec<Features> = texts
            .iter()
            .zip(vectors)
            .map(|(text, vector)| Features::new(text, vector.to_vec()))
            .collect();
        let rows: Vec<&Features> = features.iter().collect();
        let design = Design::new(&rows).expect("small");
        let head = |targets: &[f32]| design.fit(targets, &[1.0; 4]).expect("small");
        let sure = head(&[1.0, 0.0, 1.0, 0.0]);
        let unsure = head(&[0.7, 0.0, 1.0, 0.0]);
        for (row, holds) in rows.iter().zip([true, false, true, false]) {
            assert_eq!(sure.logit(row) > 0.0, holds);
        }
        assert!(unsure.logit(rows[0]) < sure.logit(rows[0]));
    }

    #[test]
    fn calibrated_scores_average_to_the_share_that_holds() {
        let logits: Vec<f32> = (0..200).map(|index| (index % 20) as f32 - 10.0).collect();
        let holds: Vec<bool> = (0..200).map(|index| index % 20 + index / 50 > 14).collect();
        let platt = Platt::fit(&logits, &holds, 0.0).expect("a small regression");
        let mean = logits.iter().map(|&logit| platt.score(logit)).sum::<f32>() / 200.0;
        let share = holds.iter().filter(|&&holds| holds).count() as f32 / 200.0;
        assert!((mean - share).abs() < 0.01, "{mean} against {share}");
    }

    #[test]
    fn no_calibration_turns_a_head_round() {
        let logits: Vec<f32> = (0..40).map(|index| index as f32 / 10.0 - 2.0).collect();
        let holds: Vec<bool> = (0..40).map(|index| index < 14).collect();
        let platt = Platt::fit(&logits, &holds, 0.0).expect("a small regression");
        assert!(platt.slope >= LEAST_SLOPE);
        let mean = logits.iter().map(|&logit| platt.score(logit)).sum::<f32>() / 40.0;
        assert!((mean - 14.0 / 40.0).abs() < 0.01, "{mean}");
    }

    #[test]
    fn a_known_calibration_gives_way_to_many_examples() {
        let fit = |copies: usize, known_examples| {
            let logits: Vec<f32> = (0..20 * copies)
                .map(|index| (index % 20) as f32 / 4.0)
                .collect();
            let holds: Vec<bool> = (0..20 * copies).map(|index| index % 20 > 12).collect();
            let platt = Platt::fit(&logits, &holds, known_examples).expect("a small regression");
            platt.offset
        };
        let (free, few, many) = (fit(2, 0.0), fit(2, 200.0), fit(100, 200.0));
        assert!(
            free < many && many < few && few < 0.0,
            "{free} {many} {few}"
        );
    }
}
