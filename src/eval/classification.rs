//! How good are labels? Precision, recall, F1, and what a threshold does to them.

use serde::Serialize;

/// How often a label was rightly said, wrongly said, and wrongly left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Said, and it holds.
    pub true_positives: usize,
    /// Said, and it does not hold.
    pub false_positives: usize,
    /// Not said, and it holds.
    pub false_negatives: usize,
}

impl Counts {
    /// Counts one decision: whether the label was `said`, and whether it `holds`.
    pub fn add(&mut self, said: bool, holds: bool) {
        match (said, holds) {
            (true, true) => self.true_positives += 1,
            (true, false) => self.false_positives += 1,
            (false, true) => self.false_negatives += 1,
            (false, false) => {}
        }
    }

    /// Adds the decisions that `other` counts.
    pub fn merge(&mut self, other: Self) {
        self.true_positives += other.true_positives;
        self.false_positives += other.false_positives;
        self.false_negatives += other.false_negatives;
    }

    /// Of those that were said, the share that holds; 0 of none.
    pub fn precision(self) -> f64 {
        share(
            self.true_positives,
            self.true_positives + self.false_positives,
        )
    }

    /// Of those that hold, the share that was said; 0 of none.
    pub fn recall(self) -> f64 {
        share(self.true_positives, self.gold())
    }

    /// The harmonic mean of precision and recall; 0 where nothing holds and nothing was said.
    pub fn f1(self) -> f64 {
        let twice = 2 * self.true_positives;
        share(twice, twice + self.false_positives + self.false_negatives)
    }

    /// How often the label holds.
    pub fn gold(self) -> usize {
        self.true_positives + self.false_negatives
    }
}

/// The mean F1 of labels; 0 of none.
pub fn macro_f1(labels: &[Counts]) -> f64 {
    labels.iter().map(|counts| counts.f1()).sum::<f64>() / labels.len().max(1) as f64
}

/// A share of a whole; 0 of an empty one.
pub(super) fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}

/// A score and whether what it stands for holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scored {
    /// From 0 to 1.
    pub score: f64,
    /// Whether the label holds, or the decision is right.
    pub holds: bool,
}

/// Average precision: the sum over the thresholds, from high to low, of the precision at each times the
/// recall that it adds.
///
/// Equal scores share a threshold, so that the order of the input does not matter. It is `None` where
/// nothing holds.
pub fn average_precision(scored: &[Scored]) -> Option<f64> {
    let positives = scored.iter().filter(|one| one.holds).count();
    let mut total = 0.0;
    let (mut above, mut hits) = (0, 0);
    for tied in by_falling_score(scored).chunk_by(|a, b| a.score.total_cmp(&b.score).is_eq()) {
        let new_hits = tied.iter().filter(|one| one.holds).count();
        above += tied.len();
        hits += new_hits;
        total += share(hits, above) * share(new_hits, positives);
    }
    (positives > 0).then_some(total)
}

/// How many bins of equal width the scores from 0 to 1 are put in.
const CALIBRATION_BINS: usize = 10;

/// Expected calibration error: the mean distance between score and truth, over ten bins of equal
/// width, each weighed by its scores (C. Guo and others, *On Calibration of Modern Neural Networks*,
/// 2017, equation 3).
///
/// A bin holds its lower edge; 1 belongs to the last. It is `None` without scores.
pub fn expected_calibration_error(scored: &[Scored]) -> Option<f64> {
    let mut bins = [(0.0, 0_usize); CALIBRATION_BINS];
    for one in scored {
        let bin = (one.score * CALIBRATION_BINS as f64) as usize;
        // How far the scores of a bin exceed the truth, in sum.
        let (excess, count) = &mut bins[bin.min(CALIBRATION_BINS - 1)];
        *excess += one.score - f64::from(u8::from(one.holds));
        *count += 1;
    }
    let total: f64 = bins
        .iter()
        .map(|(excess, _): &(f64, usize)| excess.abs())
        .sum();
    (!scored.is_empty()).then(|| total / scored.len() as f64)
}

/// What is risked where only the surest part of the decisions is kept.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct RiskAtCoverage {
    /// The share of the decisions that is kept.
    pub coverage: f64,
    /// The share of wrong ones among them.
    pub risk: f64,
}

/// Risk against coverage: keeps the decisions from the surest down (R. El-Yaniv and Y. Wiener, *On the
/// Foundations of Noise-free Selective Classification*, 2010, section 2).
///
/// There is a point for each different score, by rising coverage.
pub fn risk_coverage(scored: &[Scored]) -> Vec<RiskAtCoverage> {
    let (mut kept, mut wrong) = (0, 0);
    by_falling_score(scored)
        .chunk_by(|a, b| a.score.total_cmp(&b.score).is_eq())
        .map(|tied| {
            kept += tied.len();
            wrong += tied.iter().filter(|one| !one.holds).count();
            RiskAtCoverage {
                coverage: share(kept, scored.len()),
                risk: share(wrong, kept),
            }
        })
        .collect()
}

fn by_falling_score(scored: &[Scored]) -> Vec<Scored> {
    let mut sorted = scored.to_vec();
    sorted.sort_by(|a, b| b.score.total_cmp(&a.score));
    sorted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scored(pairs: &[(f64, bool)]) -> Vec<Scored> {
        pairs
            .iter()
            .map(|&(score, holds)| Scored { score, holds })
            .collect()
    }

    #[track_caller]
    fn assert_near(value: f64, expected: f64) {
        assert!(
            (value - expected).abs() < 1e-12,
            "{value} is not {expected}"
        );
    }

    #[test]
    fn precision_recall_and_f1_of_hand_counts() {
        let counts = Counts {
            true_positives: 3,
            false_positives: 1,
            false_negatives: 2,
        };
        assert_near(counts.precision(), 0.75);
        assert_near(counts.recall(), 0.6);
        assert_near(counts.f1(), 6.0 / 9.0);
        assert_eq!(counts.gold(), 5);
        assert_near(Counts::default().f1(), 0.0);
        assert_near(macro_f1(&[counts, Counts::default()]), 3.0 / 9.0);
    }

    #[test]
    fn average_precision_of_a_hand_ranking() {
        // Hits at ranks 1, 3 and 4: (1/1 + 2/3 + 3/4) / 3.
        let ranking = scored(&[
            (0.9, true),
            (0.8, false),
            (0.7, true),
            (0.6, true),
            (0.1, false),
        ]);
        assert_near(
            average_precision(&ranking).unwrap(),
            (1.0 + 2.0 / 3.0 + 0.75) / 3.0,
        );
        assert_eq!(average_precision(&scored(&[(0.9, false)])), None);
    }

    #[test]
    fn ties_do_not_depend_on_the_order_of_the_input() {
        let mut tied = scored(&[(0.5, true), (0.5, false), (0.5, false), (0.5, true)]);
        assert_near(average_precision(&tied).unwrap(), 0.5);
        tied.reverse();
        assert_near(average_precision(&tied).unwrap(), 0.5);
    }

    #[test]
    fn calibration_error_weighs_bins_by_their_size() {
        // Bin 0.9: mean score 0.95 against 0.5 right; bin 0.1: 0.15 against 0.
        let scores = scored(&[(0.95, true), (0.95, false), (0.15, false), (0.15, false)]);
        assert_near(
            expected_calibration_error(&scores).unwrap(),
            0.5 * 0.45 + 0.5 * 0.15,
        );
        assert_near(
            expected_calibration_error(&scored(&[(1.0, true), (0.0, false)])).unwrap(),
            0.0,
        );
        assert_eq!(expected_calibration_error(&[]), None);
    }

    #[test]
    fn risk_grows_as_less_sure_decisions_are_kept() {
        let curve = risk_coverage(&scored(&[
            (0.6, false),
            (0.9, true),
            (0.8, true),
            (0.6, false),
        ]));
        let expected = [(0.25, 0.0), (0.5, 0.0), (1.0, 0.5)];
        assert_eq!(curve.len(), expected.len());
        for (point, (coverage, risk)) in curve.iter().zip(expected) {
            assert_near(point.coverage, coverage);
            assert_near(point.risk, risk);
        }
    }
}
