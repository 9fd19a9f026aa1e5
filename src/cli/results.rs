//! What is made of earlier results: their options.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::train::share;

/// `verify`.
#[derive(Debug, Args)]
pub struct Verify {
    /// Output folders of `tomtat run`, or their `results.jsonl`
    #[arg(required = true, value_name = "RESULTS")]
    pub results: Vec<PathBuf>,
    /// How to report
    #[arg(short, long, value_enum, default_value_t = ReportFormat::Text)]
    pub format: ReportFormat,
    /// Where the documents lie.
    #[command(flatten)]
    pub sources: SourceRoot,
}

/// How a report is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    /// For reading on a screen
    Text,
    /// One JSON object
    Json,
}

/// Where the documents of earlier results lie.
#[derive(Clone, Debug, Args)]
pub struct SourceRoot {
    /// The folder in which the run was started, from which relative paths lead to the documents
    #[arg(
        long = "root",
        default_value = ".",
        hide_default_value = true,
        value_name = "DIR"
    )]
    pub folder: PathBuf,
}

/// `digest`.
#[derive(Debug, Args)]
pub struct Digest {
    /// Output folders of `tomtat run`, or their `results.jsonl`
    #[arg(required = true, value_name = "RESULTS")]
    pub results: Vec<PathBuf>,
    /// An earlier run: shows what is new since then, what is repeated and what is gone
    #[arg(long, value_name = "RESULTS")]
    pub since: Option<PathBuf>,
    /// The page to write; `-` is standard output
    #[arg(short, long, default_value = "digest.html", value_name = "FILE")]
    pub output: PathBuf,
    /// The language around the quotations
    #[arg(long, value_enum, default_value_t = Language::Vi)]
    pub language: Language,
    /// Heading of the page; by default it says what the page is
    #[arg(long)]
    pub title: Option<String>,
    /// Quotations kept for each label, at most; each year and folder keeps some of its own besides
    #[arg(long, default_value_t = QUOTATIONS_IN_DIGEST, value_name = "N", value_parser = at_least_one)]
    pub per_label: usize,
    /// Where the documents lie.
    #[command(flatten)]
    pub sources: SourceRoot,
}

/// How many quotations a digest keeps for each label by default.
pub const QUOTATIONS_IN_DIGEST: usize = 200;

/// The language of an interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Language {
    /// Vietnamese
    Vi,
    /// English
    En,
}

fn at_least_one(text: &str) -> Result<usize, String> {
    let number = text.parse().ok().filter(|&number| number > 0);
    number.ok_or_else(|| "it takes a number from 1".to_owned())
}

/// `export`.
#[derive(Debug, Args)]
pub struct Export {
    /// Output folders of `tomtat run`, or their `results.jsonl`
    #[arg(required = true, value_name = "RESULTS")]
    pub results: Vec<PathBuf>,
    /// Which tables to write; may be given several times
    #[arg(long, required = true, value_enum, value_name = "FORMAT")]
    pub to: Vec<TableFormat>,
    /// Folder for `paragraphs`, `summaries` and `failures`; made if it is missing
    #[arg(short, long, value_name = "DIR")]
    pub output: PathBuf,
    /// Read the text of paragraphs from their documents where the results do not carry it
    #[arg(long)]
    pub with_text: bool,
    /// Where the documents lie.
    #[command(flatten)]
    pub sources: SourceRoot,
}

/// How tables are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum TableFormat {
    /// Parquet, for databases and data frames
    Parquet,
    /// CSV with a byte-order mark, for spreadsheets
    Csv,
}

/// `eval`.
#[derive(Debug, Subcommand)]
pub enum Eval {
    /// Labels: F1, exact match, average precision, calibration
    Labels(EvalFiles),
    /// Summaries: ROUGE-1, -2 and -L on lower-cased syllables
    Summaries(EvalSummaries),
}

/// `eval summaries`.
#[derive(Debug, Args)]
pub struct EvalSummaries {
    /// What is scored against what.
    #[command(flatten)]
    pub files: EvalFiles,
    /// Tell how much better these results are than others of the same documents, by a paired test
    #[arg(long, value_name = "RESULTS")]
    pub baseline: Option<PathBuf>,
}

/// What is scored against what.
#[derive(Debug, Args)]
pub struct EvalFiles {
    /// The output folder of `tomtat run`, or its `results.jsonl`
    pub results: PathBuf,
    /// The gold file, JSONL: `id` with `labels`, or with `summary` or `summaries`
    pub gold: PathBuf,
    /// Exit with status 4 if the main figure (macro-F1, ROUGE-2) is lower than this, from 0 to 1
    #[arg(long, value_name = "FIGURE", value_parser = share)]
    pub min: Option<f64>,
    /// Print the report as JSON
    #[arg(long)]
    pub json: bool,
}
