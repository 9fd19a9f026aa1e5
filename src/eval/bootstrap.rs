//! How sure is a figure? Bootstrap over documents (B. Efron and R. Tibshirani, *An Introduction to the
//! Bootstrap*, 1993, chapters 13 and 16).
//!
//! The same data give the same interval: the generator is fixed and its seed a constant.

use serde::Serialize;

use crate::random::Generator;

/// How many times the documents are drawn anew.
const RESAMPLES: usize = 1_000;

const SEED: u64 = 20_250_101;

/// A 95 % percentile interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Interval {
    /// The 2.5th percentile.
    pub low: f64,
    /// The 97.5th percentile.
    pub high: f64,
}

/// The difference of two systems over the same documents.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct PairedTest {
    /// Mean of `left - right`.
    pub difference: f64,
    /// Of that difference.
    pub interval: Interval,
    /// Two-sided: how often a difference as large arises where there is none.
    pub p_value: f64,
}

/// Estimates the 95 % interval of `statistic` over `count` documents.
///
/// `statistic` is given the indices of the documents drawn, with repeats. Where there is no document
/// it is asked about none.
pub fn interval(count: usize, statistic: impl FnMut(&[usize]) -> f64) -> Interval {
    let mut values = resampled(count, statistic);
    values.sort_unstable_by(f64::total_cmp);
    Interval {
        low: percentile(&values, 0.025),
        high: percentile(&values, 0.975),
    }
}

/// Estimates the 95 % interval of the mean of one value a document.
pub fn mean_interval(values: &[f64]) -> Interval {
    interval(values.len(), |drawn| mean_at(values, drawn))
}

/// Compares two systems by their values on the same documents, in the same order.
///
/// The p-value is the share of resamples, of the differences shifted to a mean of zero, whose mean is at
/// least as far from zero as the one observed; one is added to both counts, so that it is never 0
/// (Efron and Tibshirani, 1993, section 16.4).
///
/// # Panics
///
/// If the lists differ in length, which is a mistake of the caller.
pub fn paired_test(left: &[f64], right: &[f64]) -> PairedTest {
    assert_eq!(
        left.len(),
        right.len(),
        "a paired test compares values of the same documents"
    );
    let differences: Vec<f64> = left
        .iter()
        .zip(right)
        .map(|(left, right)| left - right)
        .collect();
    let all: Vec<usize> = (0..differences.len()).collect();
    let difference = mean_at(&differences, &all);
    let shifted: Vec<f64> = differences.iter().map(|value| value - difference).collect();
    let means = resampled(shifted.len(), |drawn| mean_at(&shifted, drawn));
    // Rounding must not make a difference of nothing but equal values look like a rare one.
    let as_far = means
        .iter()
        .filter(|mean| mean.abs() >= difference.abs() - 1e-12)
        .count();
    PairedTest {
        difference,
        interval: mean_interval(&differences),
        p_value: (as_far + 1) as f64 / (RESAMPLES + 1) as f64,
    }
}

fn resampled(count: usize, mut statistic: impl FnMut(&[usize]) -> f64) -> Vec<f64> {
    let mut generator = Generator::new(SEED);
    let mut drawn = vec![0; count];
    let mut resample = |_| {
        for index in &mut drawn {
            *index = generator.below(count);
        }
        statistic(&drawn)
    };
    (0..RESAMPLES).map(&mut resample).collect()
}

fn mean_at(values: &[f64], indices: &[usize]) -> f64 {
    indices.iter().map(|&index| values[index]).sum::<f64>() / indices.len().max(1) as f64
}

/// The value at `share` of the way through `sorted`, between neighbours in proportion.
fn percentile(sorted: &[f64], share: f64) -> f64 {
    let place = share * (sorted.len() - 1) as f64;
    let below = place.floor() as usize;
    let above = (below + 1).min(sorted.len() - 1);
    sorted[below] + (place - place.floor()) * (sorted[above] - sorted[below])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_of_a_mean_holds_it_and_narrows_with_more_documents() {
        let values = |count: usize| -> Vec<f64> { (0..count).map(|i| (i % 10) as f64).collect() };
        let [few, many] = [mean_interval(&values(20)), mean_interval(&values(2_000))];
        for interval in [few, many] {
            assert!(interval.low < 4.5 && 4.5 < interval.high, "{interval:?}");
        }
        assert!(many.high - many.low < (few.high - few.low) / 5.0);
    }

    #[test]
    fn the_interval_of_a_mean_is_about_two_standard_errors_either_way() {
        let values: Vec<f64> = (0..400).map(|index| f64::from(index % 2)).collect();
        let interval = mean_interval(&values);
        // The standard error is 0.5 / sqrt(400) = 0.025.
        assert!((interval.low - 0.451).abs() < 0.005, "{interval:?}");
        assert!((interval.high - 0.549).abs() < 0.005, "{interval:?}");
    }

    #[test]
    fn equal_values_have_no_width_and_no_documents_no_figure() {
        assert_eq!(
            mean_interval(&[0.5; 7]),
            Interval {
                low: 0.5,
                high: 0.5
            }
        );
        assert_eq!(
            mean_interval(&[]),
            Interval {
                low: 0.0,
                high: 0.0
            }
        );
    }

    #[test]
    fn a_paired_test_tells_a_steady_difference_from_a_random_one() {
        let base: Vec<f64> = (0..100).map(|index| f64::from(index % 7)).collect();
        let better: Vec<f64> = base
            .iter()
            .enumerate()
            .map(|(i, value)| value + 0.1 + 0.01 * (i % 3) as f64)
            .collect();
        let mixed: Vec<f64> = base
            .iter()
            .enumerate()
            .map(|(i, value)| value + if i % 2 == 0 { 0.1 } else { -0.1 })
            .collect();
        assert!(paired_test(&better, &base).p_value < 0.01);
        assert!(paired_test(&mixed, &base).p_value > 0.5);
        assert!((paired_test(&base, &base).p_value - 1.0).abs() < 1e-9);
    }
}
