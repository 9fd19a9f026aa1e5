//! What labels are learnt from, and how: the options of every command that trains them.

use std::path::PathBuf;

use clap::Args;

use super::{amount, dropout, share, weight};
use crate::cli::{ModelChoice, Threads};

/// The options that say how an encoder learns.
pub(super) const OF_ENCODER: [&str; 12] = [
    "epochs",
    "batch",
    "accumulate",
    "rate",
    "layer_decay",
    "head_rate",
    "dropout",
    "warm_up",
    "weight_decay",
    "patience",
    "frozen_layers",
    "fold",
];

/// What labels are learnt from, and how.
#[derive(Debug, Args)]
pub struct Learning {
    /// Labelled paragraphs, JSONL; may be given several times
    #[arg(long, required = true, value_name = "FILE")]
    pub data: Vec<PathBuf>,
    /// Folder for what is trained; made if it is missing
    #[arg(short, long, value_name = "DIR")]
    pub output: PathBuf,
    /// How often every paragraph is seen
    #[arg(long, default_value_t = 4, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub epochs: u16,
    /// Paragraphs that are worked on at a time
    #[arg(long, default_value_t = 16, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub batch: u16,
    /// Batches that make up one step
    #[arg(long, default_value_t = 1, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub accumulate: u16,
    /// Learning rate of the last layer; by default 8e-5, and 2e-5 where the model knows all the labels already
    #[arg(long, value_name = "RATE", value_parser = amount)]
    pub rate: Option<f64>,
    /// By what the rate shrinks from each layer to the one below, from 0 to 1
    #[arg(long, default_value_t = 0.9, value_name = "FACTOR", value_parser = share)]
    pub layer_decay: f64,
    /// Learning rate of the heads
    #[arg(long, default_value_t = 1e-3, value_name = "RATE", value_parser = amount)]
    pub head_rate: f64,
    /// The share of numbers that dropout sets to zero while learning, from 0 to 0.9
    #[arg(long, default_value_t = 0.1, value_name = "SHARE", value_parser = dropout)]
    pub dropout: f64,
    /// The share of all steps over which the learning rates rise; then they fall
    #[arg(long, default_value_t = 0.1, value_name = "SHARE", value_parser = share)]
    pub warm_up: f64,
    /// How strongly matrices are pulled to zero
    #[arg(long, default_value_t = 0.01, value_name = "NUMBER", value_parser = amount)]
    pub weight_decay: f64,
    /// Stop after N epochs in a row without a lower loss on what is held out, and keep the best epoch; by default
    /// all epochs are learnt and the last one is kept
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub patience: Option<u16>,
    /// The first N layers stay as they are, in the model that is written too; their states are worked out once if 2 GB
    /// are enough to keep them
    #[arg(long, default_value_t = 0, value_name = "N")]
    pub frozen_layers: usize,
    /// How much a paragraph counts whose annotator was not sure; one who was counts 1
    #[arg(long, default_value_t = 0.3, value_name = "NUMBER", value_parser = weight)]
    pub unsure_weight: f64,
    /// How much a paragraph counts that was written for training
    #[arg(long, default_value_t = 2.0, value_name = "NUMBER", value_parser = weight)]
    pub synthetic_weight: f64,
    /// Which of the folds is held out, to set thresholds and report scores; the first one is 0
    #[arg(long, default_value_t = 0, value_name = "N")]
    pub fold: u16,
    /// Folds that the documents are dealt to; what is held out sets thresholds and reports scores
    #[arg(long, default_value_t = 5, value_name = "N", value_parser = clap::value_parser!(u16).range(2..))]
    pub folds: u16,
    /// Seed of the split and, where the encoder learns, of the order of what it sees and of what dropout leaves out
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Write the results of the examples held out to this file, JSONL
    #[arg(long, value_name = "FILE")]
    pub cross_validated: Option<PathBuf>,
    /// What works.
    #[command(flatten)]
    pub threads: Threads,
    /// Which model to use.
    #[command(flatten)]
    pub model: ModelChoice,
}
