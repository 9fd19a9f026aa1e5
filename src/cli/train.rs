//! `tomtat train`: its options.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::ModelChoice;

/// `train`.
#[derive(Debug, Subcommand)]
pub enum Train {
    /// Train a label set on labelled paragraphs
    #[command(
        after_help = "Each line of the file is an object with `text` and `labels` (a list of \
                            names), and if known `doc` (what it was cut from: examples of one \
                            document are never split between training and scoring), `sure` \
                            (false counts less) and `weight` (how much it counts, in place of \
                            that rule). In place of `labels` it may have `scores`, a teacher's \
                            opinion such as {\"achievement\": 0.83}: it is learnt from, but no \
                            threshold and no reported score rests on it.\n\nExample:\n  tomtat train labels --data \
                            nhan.jsonl -o nhan-cua-toi\n  tomtat classify --labels nhan-cua-toi \
                            bao-cao.docx"
    )]
    Labels(TrainLabels),
    /// Set thresholds and probabilities of labels anew, on labelled paragraphs from one's own archive
    #[command(
        after_help = "The lines are those of `train labels`. What the labels know stays as it is; a hundred \
                            paragraphs, with some of each label, are enough to fit how sure they are to other \
                            documents.\n\nExample:\n  tomtat train calibrate --data nhan.jsonl -o nhan-cua-toi\n  tomtat \
                            classify --labels nhan-cua-toi bao-cao.docx"
    )]
    Calibrate(TrainCalibrate),
    /// Make a smaller, faster model: some layers of one learn to give what all of them give
    #[command(
        after_help = "Learns from text alone, from the archives that `tomtat run` reads. The model that it writes has no \
                      labels yet: train them on it.\n\nExample:\n  tomtat train distil --data kho.jsonl --layers \
                      1,3,5,7,9,11 --steps 1500 -o nho\n  tomtat train labels --model nho --data nhan.jsonl -o \
                      nhan-cua-toi"
    )]
    Distil(TrainDistil),
}

/// `train distil`.
#[derive(Debug, Args)]
pub struct TrainDistil {
    /// Text to learn from: whatever `run` reads; may be given several times
    #[arg(long, required = true, value_name = "FILE")]
    pub data: Vec<PathBuf>,
    /// Folder for the model; made if it is missing
    #[arg(short, long, value_name = "DIR")]
    pub output: PathBuf,
    /// Layers of the model that the new one starts from, for example 1,3,5,7,9,11
    #[arg(long, required = true, value_name = "LIST", value_delimiter = ',')]
    pub layers: Vec<usize>,
    /// How often every window of text is seen
    #[arg(long, default_value_t = 1, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub epochs: u16,
    /// How many steps are taken, in place of whole epochs
    #[arg(long, value_name = "N", conflicts_with = "epochs", value_parser = clap::value_parser!(u32).range(1..))]
    pub steps: Option<u32>,
    /// Windows of a step
    #[arg(long, default_value_t = 96, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub batch: u16,
    /// Learning rate of all layers
    #[arg(long, default_value_t = 4e-4, value_name = "RATE")]
    pub rate: f64,
    /// Seed of the order of the windows
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Threads to work with; by default one for each core
    #[arg(short, long, value_name = "N")]
    pub jobs: Option<usize>,
    /// Which model to use.
    #[command(flatten)]
    pub model: ModelChoice,
}

/// `train calibrate`.
#[derive(Debug, Args)]
pub struct TrainCalibrate {
    /// Labelled paragraphs that the labels did not learn from, JSONL; may be given several times
    #[arg(long, required = true, value_name = "FILE")]
    pub data: Vec<PathBuf>,
    /// Folder for the calibrated labels; made if it is missing
    #[arg(short, long, value_name = "DIR")]
    pub output: PathBuf,
    /// Write the result of every paragraph, by thresholds from the other half of them, to this file, JSONL
    #[arg(long, value_name = "FILE")]
    pub cross_validated: Option<PathBuf>,
    /// Seed of the halves
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Threads to work with; by default one for each core
    #[arg(short, long, value_name = "N")]
    pub jobs: Option<usize>,
    /// Which model and labels to use.
    #[command(flatten)]
    pub model: ModelChoice,
}

/// `train labels`.
#[derive(Debug, Args)]
pub struct TrainLabels {
    /// Labelled paragraphs, JSONL; may be given several times
    #[arg(long, required = true, value_name = "FILE")]
    pub data: Vec<PathBuf>,
    /// Folder for the trained labels; made if it is missing
    #[arg(short, long, value_name = "DIR")]
    pub output: PathBuf,
    /// Keep the encoder as it is and train the heads alone: a minute for thousands of paragraphs, a label
    /// set of half a megabyte, and less agreement
    #[arg(long)]
    pub frozen: bool,
    /// Layers of the model that the new encoder has, for example 0,2,4,6,8,10; by default all of them
    #[arg(
        long,
        value_name = "LIST",
        value_delimiter = ',',
        conflicts_with = "frozen"
    )]
    pub layers: Vec<usize>,
    /// How often every paragraph is seen
    #[arg(long, default_value_t = 4, value_name = "N", conflicts_with = "frozen", value_parser = clap::value_parser!(u16).range(1..))]
    pub epochs: u16,
    /// Paragraphs that are worked on at a time
    #[arg(long, default_value_t = 16, value_name = "N", conflicts_with = "frozen", value_parser = clap::value_parser!(u16).range(1..))]
    pub batch: u16,
    /// Batches that make up one step
    #[arg(long, default_value_t = 1, value_name = "N", conflicts_with = "frozen", value_parser = clap::value_parser!(u16).range(1..))]
    pub accumulate: u16,
    /// Learning rate of the last layer; each layer below has nine tenths of it
    #[arg(
        long,
        default_value_t = 8e-5,
        value_name = "RATE",
        conflicts_with = "frozen"
    )]
    pub rate: f64,
    /// The first layers stay as they are
    #[arg(long, default_value_t = 0, value_name = "N", conflicts_with = "frozen")]
    pub frozen_layers: usize,
    /// Which of the folds is held out, to set thresholds and report scores
    #[arg(long, default_value_t = 0, value_name = "N", conflicts_with = "frozen")]
    pub fold: u16,
    /// Folds of the cross-validation that sets thresholds and reports scores
    #[arg(long, default_value_t = 5, value_name = "N", value_parser = clap::value_parser!(u16).range(2..))]
    pub folds: u16,
    /// Seed of the split
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Write the cross-validated result of every example to this file, JSONL
    #[arg(long, value_name = "FILE")]
    pub cross_validated: Option<PathBuf>,
    /// Threads to work with; by default one for each core
    #[arg(short, long, value_name = "N")]
    pub jobs: Option<usize>,
    /// Which model to use.
    #[command(flatten)]
    pub model: ModelChoice,
}
