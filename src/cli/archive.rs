//! `tomtat run`, `scan` and `pipe`: many documents.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{DocumentOptions, ModelChoice, TextOptions};

/// `run`.
#[derive(Debug, Args)]
pub struct Run {
    /// Folders, files, glob patterns, ZIP and tar archives, mailboxes, JSONL and Parquet tables; `-` is standard input
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Folder for `results.jsonl` and the state of the run; made if it is missing
    #[arg(short, long, value_name = "DIR")]
    pub output: PathBuf,
    /// What else to write beside the results once all documents are done; may be given several times
    #[arg(long, value_enum, value_name = "WHAT")]
    pub also: Vec<Also>,
    /// Process the documents once more that failed before, or were read in part
    #[arg(long)]
    pub retry_failed: bool,
    /// Process all documents once more
    #[arg(long, conflicts_with = "retry_failed")]
    pub force: bool,
    /// How progress is shown on standard error
    #[arg(long, value_enum, default_value_t = ProgressName::Auto, value_name = "HOW")]
    pub progress: ProgressName,
    /// Prepare documents while others are encoded, as on a card; for tests
    #[arg(long, hide = true)]
    pub ahead: bool,
    /// Which columns of tables hold what.
    #[command(flatten)]
    pub columns: ColumnNames,
    /// What a document may cost.
    #[command(flatten)]
    pub limits: DocumentLimits,
    /// What to make of each document.
    #[command(flatten)]
    pub documents: DocumentOptions,
    /// Which model to use.
    #[command(flatten)]
    pub model: ModelChoice,
}

/// What a run can write besides its results.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Also {
    /// `digest.html`, a page to read: the best quotations for each label
    Digest,
    /// `paragraphs.csv`, `summaries.csv` and `failures.csv`, for spreadsheets
    Csv,
    /// `paragraphs.parquet`, `summaries.parquet` and `failures.parquet`, for databases and data frames
    Parquet,
}

/// How progress is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ProgressName {
    /// A bar on a terminal, lines elsewhere
    Auto,
    /// A bar
    Bar,
    /// A line every 30 seconds
    Log,
    /// JSON lines, for schedulers
    Json,
    /// Nothing but failures
    None,
}

/// `scan`.
#[derive(Debug, Args)]
pub struct Scan {
    /// Folders, files, glob patterns, ZIP and tar archives, mailboxes, JSONL and Parquet tables
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Print the report as JSON
    #[arg(long)]
    pub json: bool,
    /// Which columns of tables hold what.
    #[command(flatten)]
    pub columns: ColumnNames,
    /// What a document may cost.
    #[command(flatten)]
    pub limits: DocumentLimits,
    /// What would be made of each document.
    #[command(flatten)]
    pub documents: DocumentOptions,
    /// Which model to use.
    #[command(flatten)]
    pub model: ModelChoice,
}

/// `pipe`.
#[derive(Debug, Args)]
pub struct Pipe {
    /// Which columns of the lines hold what.
    #[command(flatten)]
    pub columns: ColumnNames,
    /// What to make of each document.
    #[command(flatten)]
    pub documents: DocumentOptions,
    /// Which model to use.
    #[command(flatten)]
    pub model: ModelChoice,
}

/// Which columns of tables hold what.
#[derive(Clone, Debug, Args)]
pub struct ColumnNames {
    /// The column of tables that holds the documents' ids [default: id]
    #[arg(long, value_name = "NAME")]
    pub id_column: Option<String>,
    /// The column that holds their titles [default: title]
    #[arg(long, value_name = "NAME")]
    pub title_column: Option<String>,
    /// The column that holds their texts, or lists of paragraphs [default: text or paragraphs]
    #[arg(long, value_name = "NAME")]
    pub text_column: Option<String>,
}

/// What a document may cost.
#[derive(Clone, Copy, Debug, Args)]
pub struct DocumentLimits {
    /// Give up reading a document after this many seconds
    #[arg(long, default_value_t = 120.0, value_name = "SECONDS", value_parser = seconds)]
    pub document_timeout: f64,
    /// Give up reading a document that needs more memory than this, in mebibytes
    #[arg(long, default_value_t = 2048, value_name = "MIB", value_parser = clap::value_parser!(u64).range(64..=1 << 24))]
    pub document_memory: u64,
}

fn seconds(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(seconds) if (0.001..=1e9).contains(&seconds) => Ok(seconds),
        _ => Err("a number of seconds, such as 30 or 0.5".to_owned()),
    }
}

/// `read-documents`, the worker of `run` and `scan`.
#[derive(Debug, Args)]
pub struct ReadDocuments {
    /// How much memory it may use, in bytes
    #[arg(long)]
    pub memory: u64,
    /// How text is read.
    #[command(flatten)]
    pub text: TextOptions,
}

/// This program, to be started again as a worker.
///
/// # Errors
///
/// If the system does not say where it is.
pub fn program() -> std::io::Result<PathBuf> {
    std::env::current_exe()
}
