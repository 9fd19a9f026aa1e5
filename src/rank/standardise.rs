//! Values of one scale: how far each is from the mean, in standard deviations.

/// The values less the mean of those that count, by their index, over their spread; all but zeros where there is none.
pub fn standardised(mut values: Vec<f32>, counts: impl Fn(usize) -> bool) -> Vec<f32> {
    let all = values.iter().enumerate();
    let counted: Vec<f32> = all
        .filter_map(|(index, &value)| counts(index).then_some(value))
        .collect();
    let count = counted.len().max(1) as f32;
    let mean = counted.iter().sum::<f32>() / count;
    let squares = counted.iter().map(|value| (value - mean).powi(2));
    let spread = (squares.sum::<f32>() / count).sqrt() + 1e-6;
    for value in &mut values {
        *value = (*value - mean) / spread;
    }
    values
}
