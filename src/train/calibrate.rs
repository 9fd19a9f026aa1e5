//! Held-out logits → probabilities, thresholds and the margin of abstention.

use super::logistic::{self, Linear, LogisticOptions, Rows};

/// Scales a label's logits to probabilities (Platt, 1999, *Probabilistic outputs for support vector
/// machines*, section 2.2): the score is `σ(slope · logit + offset)`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Platt {
    pub(super) slope: f32,
    pub(super) offset: f32,
}

impl Platt {
    /// Fits the two numbers by a regression on the logit alone.
    pub(super) fn fit(
        logits: &[f32],
        holds: &[bool],
        weights: &[f32],
    ) -> candle_core::Result<Self> {
        let vectors: Vec<Vec<f32>> = logits.iter().map(|&logit| vec![logit]).collect();
        let targets: Vec<Vec<f32>> = holds.iter().map(|&holds| vec![f32::from(holds)]).collect();
        let rows = Rows {
            vectors: &vectors,
            targets: &targets,
            weights,
        };
        let options = LogisticOptions {
            penalty: 0.0,
            steps: 500,
            rate: 0.05,
        };
        let Linear { weights, biases } = logistic::fit(rows, options)?;
        Ok(Self {
            slope: weights[0][0],
            offset: biases[0],
        })
    }

    /// The probability that belongs to a logit.
    pub(super) fn score(self, logit: f32) -> f32 {
        1.0 / (1.0 + (-(self.slope * logit + self.offset)).exp())
    }
}

/// The threshold with the best F1 over these scores, half-way between two of them; 0.5 where the label
/// never holds.
pub(super) fn best_threshold(scores: &[f32], holds: &[bool]) -> f32 {
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]));
    let positives = holds.iter().filter(|&&holds| holds).count();

    let (mut best, mut threshold, mut hits) = (0.0, 0.5, 0);
    for (rank, &index) in order.iter().enumerate() {
        hits += usize::from(holds[index]);
        let next = order.get(rank + 1).map_or(0.0, |&next| scores[next]);
        let f1 = 2.0 * hits as f32 / (rank + 1 + positives) as f32;
        if f1 > best && next < scores[index] {
            best = f1;
            threshold = f32::midpoint(scores[index], next);
        }
    }
    threshold
}

/// The margin within which `share` of these distances lie.
pub(super) fn margin_of(mut distances: Vec<f32>, share: f32) -> f32 {
    distances.sort_by(f32::total_cmp);
    let rank = (distances.len() as f32 * share) as usize;
    distances.get(rank).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_threshold_parts_what_can_be_parted() {
        let threshold = best_threshold(&[0.9, 0.2, 0.7, 0.4], &[true, false, true, false]);
        assert!((threshold - 0.55).abs() < 1e-6, "{threshold}");
    }

    #[test]
    fn a_label_that_never_holds_keeps_the_middle() {
        assert!((best_threshold(&[0.1, 0.2], &[false, false]) - 0.5).abs() < 1e-6);
    }

    #[test]
    fn calibrated_scores_average_to_the_share_that_holds() {
        let logits: Vec<f32> = (0..200).map(|index| (index % 20) as f32 - 10.0).collect();
        let holds: Vec<bool> = (0..200).map(|index| index % 20 + index / 50 > 14).collect();
        let platt = Platt::fit(&logits, &holds, &vec![1.0; 200]).expect("a small regression");
        let mean = logits.iter().map(|&logit| platt.score(logit)).sum::<f32>() / 200.0;
        let share = holds.iter().filter(|&&holds| holds).count() as f32 / 200.0;
        assert!((mean - share).abs() < 0.01, "{mean} against {share}");
    }

    #[test]
    fn the_margin_holds_the_share_asked_for() {
        let distances = (0..100).map(|index| index as f32 / 100.0).collect();
        assert!((margin_of(distances, 0.2) - 0.2).abs() < 1e-6);
    }
}
