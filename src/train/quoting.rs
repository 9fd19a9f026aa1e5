//! What do readers quote? Units with how readily they were taken → a head that tells it of others.

use super::logistic::Design;
use crate::classify::{Features, LabelHead};

/// What the head is called in its file.
const NAME: &str = "quoted";

/// A unit to learn from.
#[derive(Clone, Debug)]
pub struct QuotingExample {
    /// What the head sees of it.
    pub features: Features,
    /// How readily it was quoted, from 0 to 1.
    pub target: f32,
}

/// Fits a head to how readily units were quoted, by the regression that labels are trained by.
///
/// # Errors
///
/// If the tensor library fails.
pub fn quoting(examples: &[&QuotingExample]) -> candle_core::Result<LabelHead> {
    let features: Vec<&Features> = examples.iter().map(|example| &example.features).collect();
    let targets: Vec<f32> = examples.iter().map(|example| example.target).collect();
    let head = Design::new(&features)?.fit(&targets, &vec![1.0; targets.len()])?;
    Ok(LabelHead {
        name: NAME.to_owned(),
        vector_weights: head.vector_weights,
        gram_weights: head.gram_weights,
        bias: head.bias,
        threshold: 0.5,
    })
}
