//! What to make of each document: the options of every command that reads some, and those that do nothing else.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::ModelChoice;
use crate::ingest::encoding::EncodingChoice;
use crate::ingest::encoding::tone::TonePlacement;
use crate::rank::Ranker;
use crate::select::Budget;

/// `summarize` and `classify`.
#[derive(Debug, Args)]
pub struct Read {
    /// Files and glob patterns to read; `-` is standard input
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// How to write the results
    #[arg(short, long, value_enum, default_value_t = FormatName::Text)]
    pub format: FormatName,
    /// The file to write; `-` is standard output
    #[arg(short, long, default_value = "-", value_name = "FILE")]
    pub output: PathBuf,
    /// What to make of each document.
    #[command(flatten)]
    pub documents: DocumentOptions,
    /// Which model to use.
    #[command(flatten)]
    pub model: ModelChoice,
}

/// How results are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FormatName {
    /// For reading on a screen
    Text,
    /// An indented array
    Json,
    /// One object a line
    Jsonl,
    /// Markdown
    Md,
}

/// `extract`.
#[derive(Debug, Args)]
pub struct Extract {
    /// Folders, files, glob patterns, ZIP and tar archives, mailboxes, JSONL and Parquet tables; `-` is standard input
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Write one file for each input into this folder instead of to standard output; of several with one name, all but the
    /// first go into folders as the inputs have them
    #[arg(short, long, value_name = "DIR")]
    pub output: Option<PathBuf>,
    /// How to write the text
    #[arg(short, long, value_enum, default_value_t = ExtractFormat::Text)]
    pub format: ExtractFormat,
    /// How text is read.
    #[command(flatten)]
    pub text: TextOptions,
}

/// How extracted text is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ExtractFormat {
    /// Paragraphs, separated by blank lines
    Text,
    /// One object a file, with kinds and encoding
    Json,
}

/// What to make of each document.
#[derive(Debug, Args)]
pub struct DocumentOptions {
    /// Length of the summary: sentences (4s), syllables (200w) or a share of the document (20%)
    #[arg(short, long, default_value = "4s", value_name = "LENGTH")]
    pub budget: Budget,
    /// Which sentences the summary prefers
    #[arg(long, value_enum, default_value_t = RankerName::Salience)]
    pub ranker: RankerName,
    /// Sentences quoted for each label, at most
    #[arg(long, default_value_t = 3, value_name = "N")]
    pub per_label: usize,
    /// Put the document's text, which all offsets index, into each result
    #[arg(long)]
    pub with_text: bool,
    /// Give the scores of all labels, not only of those that hold
    #[arg(long)]
    pub all_scores: bool,
    /// Refuse documents with more text than this, in mebibytes
    #[arg(long, default_value_t = 16, value_name = "MIB")]
    pub max_text: usize,
    /// What works.
    #[command(flatten)]
    pub threads: Threads,
    /// How text is read.
    #[command(flatten)]
    pub text: TextOptions,
}

/// Which sentences a summary prefers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum RankerName {
    /// What trees have learnt from summaries of news of one or two sentences, in more the weighted sum below; in reports, and in news that
    /// labels hold for, what readers quote of reports
    Salience,
    /// Title, centrality, position, length and labels together, in a weighted sum
    Features,
    /// The first sentences
    Lead,
    /// Any sentences, drawn from a fixed seed
    Random,
    /// The sentences most like all others, by LexRank
    Lexrank,
    /// The sentences most like all others, by TextRank
    Textrank,
}

impl From<RankerName> for Ranker {
    fn from(name: RankerName) -> Self {
        match name {
            RankerName::Salience => Self::Salience,
            RankerName::Features => Self::Features,
            RankerName::Lead => Self::Lead,
            RankerName::Random => Self::Random,
            RankerName::Lexrank => Self::LexRank,
            RankerName::Textrank => Self::TextRank,
        }
    }
}

/// How text is read.
#[derive(Clone, Copy, Debug, Args)]
pub struct TextOptions {
    /// Read text from before Unicode in this encoding: auto, utf-8, tcvn3, vni, viscii, vps, bkhcm2
    /// or windows-1258; what is Unicode beyond doubt stays as it is
    #[arg(long, default_value = "auto", value_name = "NAME")]
    pub encoding: EncodingChoice,
    /// Write the tone of oa, oe and uy in one place: old (hòa) or new (hoà); by default as it stands
    #[arg(long, value_name = "old|new")]
    pub tone_placement: Option<TonePlacement>,
}

/// How many threads work.
#[derive(Clone, Copy, Debug, Args)]
pub struct Threads {
    /// Threads to work with; by default one for each core
    #[arg(short, long, value_name = "N", value_parser = threads)]
    pub jobs: Option<usize>,
}

/// More threads than any machine has cores; systems end programs that start many more.
const MOST_THREADS: usize = 1024;

/// A number of threads; 0 is one for each core.
fn threads(text: &str) -> Result<usize, String> {
    let number = text.parse().ok();
    let number = number.filter(|&number| number <= MOST_THREADS);
    number.ok_or_else(|| {
        format!(
            "it takes a number up to {MOST_THREADS}; one for each core is the default, and fastest"
        )
    })
}
