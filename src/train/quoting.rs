//! What do readers quote? Units with how readily they were taken → a head that tells it of others.

use super::TrainError;
use super::logistic::Design;
use crate::classify::{Features, Head};

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
/// If the regression fails.
pub fn quoting(examples: &[&QuotingExample]) -> Result<Head, TrainError> {
    let features: Vec<&Features> = examples.iter().map(|example| &example.features).collect();
    let targets: Vec<f32> = examples.iter().map(|example| example.target).collect();
    Design::new(&features)?.fit(&targets, &vec![1.0; targets.len()])
}
