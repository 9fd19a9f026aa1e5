//! `tomtat train`: its options.

use std::convert::Infallible;
use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, Subcommand};

use super::ModelChoice;
use crate::model::device::{DeviceChoice, Precision};

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
    /// Train the scorer of sentences on documents with summaries
    #[command(
        after_help = "Each line of a file is a document of an archive (`id`, `title`, and `paragraphs` or `text`) \
                            with `summary`, or with a list `summaries`. Documents whose ids are the same up to a `#` are \
                            never split between training and scoring.\n\nExample:\n  tomtat train salience --data \
                            tin.jsonl:2 --data bao-cao.jsonl:4 -o thu-muc-nhan"
    )]
    Salience(TrainSalience),
}

/// A file of documents, and how many sentences their summaries take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SummaryFile {
    /// The file.
    pub path: PathBuf,
    /// The most sentences that a reference is matched with.
    pub sentences: usize,
}

/// Where a file does not say how many sentences its summaries take.
const SENTENCES: usize = 3;

impl FromStr for SummaryFile {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        let number = |(path, digits): (&str, &str)| {
            let sentences = digits.parse().ok().filter(|&sentences| sentences > 0)?;
            Some((PathBuf::from(path), sentences))
        };
        let (path, sentences) = text
            .rsplit_once(':')
            .and_then(number)
            .unwrap_or_else(|| (PathBuf::from(text), SENTENCES));
        Ok(Self { path, sentences })
    }
}

/// `train salience`.
#[derive(Debug, Args)]
pub struct TrainSalience {
    /// Documents with summaries, JSONL, with the number of sentences that their summaries take if it is not 3
    /// (`tin.jsonl:2`); may be given several times
    #[arg(long, required = true, value_name = "FILE[:N]")]
    pub data: Vec<SummaryFile>,
    /// Folder for the trained scorer, which lies there beside the labels; made if it is missing
    #[arg(short, long, value_name = "DIR")]
    pub output: PathBuf,
    /// Learn from features alone: the scorer then serves every model
    #[arg(long)]
    pub without_vectors: bool,
    /// Keep what the encoder makes of the documents in this file, and take it from there the next time
    #[arg(long, value_name = "FILE", conflicts_with = "without_vectors")]
    pub vectors: Option<PathBuf>,
    /// How often every document is seen
    #[arg(long, default_value_t = 8, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub epochs: u16,
    /// Documents that make up a step
    #[arg(long, default_value_t = 16, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub batch: u16,
    /// Greatest learning rate
    #[arg(long, default_value_t = 5e-4, value_name = "RATE")]
    pub rate: f64,
    /// Folds that the documents are dealt to; one of them is held out, and the best epoch is the one that is best on it
    #[arg(long, default_value_t = 10, value_name = "N", value_parser = clap::value_parser!(u16).range(2..))]
    pub folds: u16,
    /// Where all randomness comes from
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Write the summary of every document by a fit that saw nothing of its group to this file, JSONL
    #[arg(long, value_name = "FILE")]
    pub cross_validated: Option<PathBuf>,
    /// Threads to work with; by default one for each core
    #[arg(short, long, value_name = "N")]
    pub jobs: Option<usize>,
    /// Which model to use.
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
    /// What it learns on: auto (a card if there is one), cpu, cuda or cuda:1
    #[arg(
        long,
        default_value = "auto",
        value_name = "DEVICE",
        conflicts_with = "frozen"
    )]
    pub device: DeviceChoice,
    /// How products are worked out on a card while learning: f32 or bf16
    #[arg(
        long,
        default_value = "f32",
        value_name = "TYPE",
        conflicts_with = "frozen"
    )]
    pub precision: Precision,
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
