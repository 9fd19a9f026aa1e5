//! Values of one scale: how far each is from the mean, in standard deviations.

/// The values less the mean of those that count, by their index, over their spread.
///
/// All zeros where those that count do not differ, or there are none: they give no scale for the others.
pub fn standardised(mut values: Vec<f32>, counts: impl Fn(usize) -> bool) -> Vec<f32> {
    let counted = || {
        let all = values.iter().enumerate();
        all.filter_map(|(index, &value)| counts(index).then_some(value))
    };
    let (least, most) = (
        counted().reduce(f32::min).unwrap_or_default(),
        counted().reduce(f32::max).unwrap_or_default(),
    );
    if least >= most {
        values.fill(0.0);
        return values;
    }
    let count = counted().count() as f32;
    let mean = counted().sum::<f32>() / count;
    let squares = counted().map(|value| (value - mean).powi(2));
    let spread = (squares.sum::<f32>() / count).sqrt() + 1e-6;
    for value in &mut values {
        *value = (*value - mean) / spread;
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_that_count_make_the_scale() {
        let found = standardised(vec![1.0, 3.0, 9.0], |index| index < 2);
        for (found, expected) in found.into_iter().zip([-1.0, 1.0, 7.0]) {
            assert!((found - expected).abs() < 1e-4, "{found} {expected}");
        }
    }

    #[test]
    fn without_a_difference_among_those_that_count_all_are_zeros() {
        let values = || vec![0.1, 0.1, 0.1, 7.0];
        for counting in 0..=3 {
            let found = standardised(values(), |index| index < counting);
            assert!(found.iter().all(|value| value.abs() < 1e-9), "{found:?}");
        }
    }
}
