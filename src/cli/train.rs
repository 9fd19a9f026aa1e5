//! `tomtat train`: its options.

mod learning;

use std::convert::Infallible;
use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, Subcommand};

pub use learning::Learning;
use learning::OF_ENCODER;

use super::{ModelChoice, Threads};

/// `train`.
#[derive(Debug, Subcommand)]
pub enum Train {
    /// Train a label set on labelled paragraphs
    #[command(
        after_help = "Each line of the file is an object with `text` and `labels` (a list of \
                            names), and if known `doc` (what it was cut from: examples of one \
                            document are never split between training and scoring), `sure` \
                            (false counts less) and `weight` (how much it counts, up to 1000, in place of \
                            that rule). In place of `labels` it may have `scores`, a teacher's \
                            opinion such as {\"achievement\": 0.83}: it is learnt from, but no \
                            threshold and no reported score rests on it.\n\nLabels of names that \
                            the model has already start from what it knows of them (not with --frozen or --layers), others from what \
                            --frozen would learn.\n\n\
                            `train.json` beside the labels says what was learnt from what, and how.\n\nExample:\n  tomtat train labels --frozen --data \
                            nhan.jsonl -o nhan-cua-toi\n  tomtat classify --labels nhan-cua-toi \
                            bao-cao.docx"
    )]
    Labels(TrainLabels),
    /// Set thresholds and probabilities of labels anew, on labelled paragraphs from one's own archive
    #[command(
        after_help = "The lines are those of `train labels`. What the labels know stays as it is; a hundred \
                            paragraphs, with some of each label, are enough to fit how sure they are to other \
                            documents. Documents in another language are read by a calibration of their own, which is fitted \
                            to --other-languages and else stays as it is.\n\nExample:\n  tomtat train calibrate --data \
                            nhan.jsonl --other-languages english.jsonl -o nhan-chinh-lai\n  tomtat classify --labels \
                            nhan-chinh-lai bao-cao.docx"
    )]
    Calibrate(TrainCalibrate),
    /// Make a smaller, faster model: some layers of one learn to give what all of them give
    #[command(
        after_help = "Learns from text alone, from the archives that `tomtat run` reads. The model that it writes has no \
                      labels yet: train them on it.\n\nExample:\n  tomtat train distil --data kho.jsonl --layers \
                      1,3,5 --steps 1500 -o nho\n  tomtat train labels --model nho --data nhan.jsonl -o \
                      nhan-nho"
    )]
    Distil(TrainDistil),
    /// Train the scorer of sentences on documents with summaries
    #[command(
        after_help = "Each line of a file is a document of an archive (`id`, `title`, and `paragraphs` or `text`) \
                            with `summary`, or with a list `summaries`. Documents whose ids are the same up to a `#` are \
                            never split between training and scoring.\n\nExample:\n  tomtat train salience --data \
                            tin.jsonl:2 --data bao-cao.jsonl:4 -o thu-muc-nhan"
    )]
    Salience(TrainSalience),
    /// Train the head that tells which sentences of reports are quoted, on sentences that readers chose
    #[command(
        after_help = "Each line of a file is a document of an archive (`id`, and `paragraphs` or `text`) with `quoted`, a \
                            list of the sentences that a reader would put into a summary of it, as they stand there, and if \
                            known `also`, a list of others that would do: they count half. A document that several readers \
                            have read has a line for each; ids that are the same up to a `#` are one document.\n\n\
                            Example:\n  tomtat train quoting --data da-chon.jsonl -o thu-muc-nhan\n  tomtat \
                            summarize --labels thu-muc-nhan bao-cao.docx"
    )]
    Quoting(TrainQuoting),
    /// Train labels and what is quoted of reports together: one encoder learns both, and reads every text once
    #[command(
        after_help = "The lines of --data are those of `train labels`, the lines of --quoted those of `train quoting`. The head that \
                      tells what is quoted belongs to the encoder of its folder, so that an encoder that learns labels \
                      alone has none; this command writes the encoder, its labels and its head.\n\nExample:\n  tomtat train joint --data \
                      nhan.jsonl --quoted da-chon.jsonl -o cua-toi\n  tomtat summarize --labels cua-toi bao-cao.docx"
    )]
    Joint(TrainJoint),
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
    /// How many trees are grown
    #[arg(long, default_value_t = 600, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub trees: u16,
    /// The most leaves of a tree
    #[arg(long, default_value_t = 12, value_name = "N", value_parser = clap::value_parser!(u16).range(2..1000))]
    pub leaves: u16,
    /// The share of what a tree has found that is believed, above 0 and up to 1
    #[arg(long, default_value_t = 0.04, value_name = "RATE", value_parser = believed)]
    pub rate: f32,
    /// Folds that the documents are dealt to for `--cross-validated`
    #[arg(long, default_value_t = 5, value_name = "N", value_parser = clap::value_parser!(u16).range(2..))]
    pub folds: u16,
    /// Where all randomness comes from
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Write the summary of every document by a fit that saw nothing of its group to this file, JSONL
    #[arg(long, value_name = "FILE")]
    pub cross_validated: Option<PathBuf>,
    /// What works.
    #[command(flatten)]
    pub threads: Threads,
    /// Which model to use.
    #[command(flatten)]
    pub model: ModelChoice,
}

/// `train quoting`.
#[derive(Debug, Args)]
pub struct TrainQuoting {
    /// Documents with the sentences that readers chose, JSONL; may be given several times
    #[arg(long, required = true, value_name = "FILE")]
    pub data: Vec<PathBuf>,
    /// Folder for the trained head, which lies there beside the labels; made if it is missing
    #[arg(short, long, value_name = "DIR")]
    pub output: PathBuf,
    /// Folds that the documents are dealt to, to tell how good the head is
    #[arg(long, default_value_t = 5, value_name = "N", value_parser = clap::value_parser!(u16).range(2..))]
    pub folds: u16,
    /// Where the deal of the folds comes from
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// What works.
    #[command(flatten)]
    pub threads: Threads,
    /// Which model to use.
    #[command(flatten)]
    pub model: ModelChoice,
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
    /// Layers of the model that the new one starts from, for example 1,3,5
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
    #[arg(long, default_value_t = 4e-4, value_name = "RATE", value_parser = amount)]
    pub rate: f64,
    /// Seed of the order of the windows
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// What works.
    #[command(flatten)]
    pub threads: Threads,
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
    /// Labelled paragraphs in other languages than those of --data, JSONL; may be given several times. Documents in any
    /// other language that the program can tell then have probabilities and thresholds of their own; each language given
    /// counts alike
    #[arg(long, value_name = "FILE")]
    pub other_languages: Vec<PathBuf>,
    /// Folder for the calibrated labels; made if it is missing
    #[arg(short, long, value_name = "DIR")]
    pub output: PathBuf,
    /// Write the result of every paragraph, by thresholds from the other half of them, to this file, JSONL
    #[arg(long, value_name = "FILE")]
    pub cross_validated: Option<PathBuf>,
    /// Seed of the halves
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// What works.
    #[command(flatten)]
    pub threads: Threads,
    /// Which model and labels to use.
    #[command(flatten)]
    pub model: ModelChoice,
}

/// `train labels`.
#[derive(Debug, Args)]
pub struct TrainLabels {
    /// Keep the encoder as it is and train the heads alone: a minute for thousands of paragraphs, and a label set of half
    /// a megabyte. As good for a few hundred paragraphs of new labels; for thousands, and for labels that the model
    /// knows, less agreement. Each fold is held out in turn
    #[arg(long, conflicts_with_all = OF_ENCODER)]
    pub frozen: bool,
    /// Layers of the model that the new encoder has, for example 0,2,4,6,8,10; by default all of them
    #[arg(
        long,
        value_name = "LIST",
        value_delimiter = ',',
        conflicts_with = "frozen"
    )]
    pub layers: Vec<usize>,
    /// What is learnt from, and how.
    #[command(flatten)]
    pub learning: Learning,
}

/// `train joint`.
#[derive(Debug, Args)]
pub struct TrainJoint {
    /// Documents with the sentences that readers chose, JSONL; may be given several times
    #[arg(long, required = true, value_name = "FILE")]
    pub quoted: Vec<PathBuf>,
    /// How much a sentence counts that may be quoted; a paragraph with labels counts 1
    #[arg(long, default_value_t = 0.3, value_name = "NUMBER", value_parser = weight)]
    pub quoted_weight: f64,
    /// What is learnt from, and how.
    #[command(flatten)]
    pub learning: Learning,
}

/// A finite number from 0.
pub(super) fn amount(text: &str) -> Result<f64, String> {
    within(text, f64::from(f32::MAX), "a number from 0 to 3e38")
}

/// How much an example counts; as much as its file may say.
pub(super) fn weight(text: &str) -> Result<f64, String> {
    within(text, 1000.0, "a number from 0 to 1000")
}

/// A number from 0 to 1.
pub(super) fn share(text: &str) -> Result<f64, String> {
    within(text, 1.0, "a number from 0 to 1")
}

/// A share of numbers that leaves some of them.
pub(super) fn dropout(text: &str) -> Result<f64, String> {
    within(text, 0.9, "a number from 0 to 0.9")
}

/// A share that leaves something, above 0 and up to 1.
fn believed(text: &str) -> Result<f32, String> {
    let number = text.parse::<f32>().ok();
    let number = number.filter(|&number| number > 0.0 && number <= 1.0);
    number.ok_or_else(|| "it takes a number above 0, up to 1".to_owned())
}

fn within(text: &str, most: f64, what: &str) -> Result<f64, String> {
    let number = text.parse::<f64>().ok();
    let number = number.filter(|number| (0.0..=most).contains(number));
    number.ok_or_else(|| format!("it takes {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_out_of_range_are_refused() {
        assert_eq!(amount("8e-5"), Ok(8e-5));
        assert_eq!(share("1"), Ok(1.0));
        for (parser, wrong) in [
            (amount as fn(&str) -> _, "-1"),
            (amount, "inf"),
            (amount, "1e39"),
            (weight, "1e38"),
            (share, "1.1"),
            (share, "NaN"),
            (dropout, "1"),
            (dropout, "x"),
        ] {
            assert!(parser(wrong).is_err(), "{wrong}");
        }
        assert_eq!(believed("0.04"), Ok(0.04));
        assert_eq!(believed("1"), Ok(1.0));
        for wrong in ["0", "-0.1", "1.1", "NaN", "inf", "x"] {
            assert!(believed(wrong).is_err(), "{wrong}");
        }
    }
}
