//! The command line, as data: no logic, and the one place that reads the environment.

mod model;
mod train;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use crate::ingest::encoding::EncodingChoice;
use crate::ingest::encoding::tone::TonePlacement;
use crate::rank::Ranker;
use crate::select::Budget;

pub use model::{DeviceOptions, HubEnvironment, ModelChoice};
pub use train::{
    SummaryFile, Train, TrainCalibrate, TrainDistil, TrainLabels, TrainQuoting, TrainSalience,
};

/// Labels the paragraphs of office reports and summarises them in verbatim, located quotations.
///
/// Works offline: the model is inside the program. Results go to standard output, everything else to
/// standard error.
#[derive(Debug, Parser)]
#[command(
    name = "tomtat",
    version,
    after_help = "Exit status: 0 all done · 1 could not run · 2 wrong usage · 3 finished, but some \
                  documents failed · 4 a check came out negative · 66 no such input · 69 model not \
                  to be had · 130 interrupted"
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// How much to say.
    #[command(flatten)]
    pub verbosity: Verbosity,
}

/// How much is said on standard error.
#[derive(Clone, Copy, Debug, Args)]
pub struct Verbosity {
    /// Say more on standard error; twice for every detail
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// Say nothing but errors, and show no progress bar
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Summarise files: the sentences that matter, and those of each label
    #[command(
        after_help = "Examples:\n  tomtat summarize bao-cao.docx\n  tomtat summarize --budget \
                            20% --format md *.docx > tom-tat.md\n  cat bao-cao.txt | tomtat \
                            summarize -"
    )]
    Summarize(Read),
    /// Label every paragraph of files
    #[command(after_help = "Example:\n  tomtat classify --all-scores --format jsonl bao-cao.docx")]
    Classify(Read),
    /// Process an archive: folders, containers and tables, one result a line; goes on where it was left
    #[command(
        after_help = "Examples:\n  tomtat run kho-bao-cao/ -o ket-qua\n  tomtat run \
                            'kho/2022/**/*.docx' kho-cu.zip du-lieu.jsonl -o ket-qua\n  tomtat run \
                            bang.parquet --id-column so --text-column noi_dung -o ket-qua\n\nA run that \
                            was interrupted or killed goes on with the same command; documents that \
                            are done are not processed again, wherever they lie now."
    )]
    Run(Run),
    /// Look through an archive before a run: formats, encodings, copies, what cannot be read, how long it takes
    #[command(after_help = "Example:\n  tomtat scan kho-bao-cao/ kho-cu.zip")]
    Scan(Scan),
    /// Turn JSON lines on standard input into one result line each, in order
    #[command(
        after_help = "Each line is an object with `id`, `title` and `text` or `paragraphs`. A line that is none \
                      gives a result with status `failure`; the exit status is 0 all the same, so that \
                      Spark or GNU parallel keep the others.\n\nExample:\n  parallel --pipepart -a kho.jsonl \
                      --block 10M tomtat pipe -j 1 > ket-qua.jsonl"
    )]
    Pipe(Pipe),
    /// Read documents for another process
    #[command(hide = true)]
    ReadDocuments(ReadDocuments),
    /// Prove that every quotation of earlier results still stands in its source
    #[command(
        after_help = "Exit status 4 if anything is not proven: a source that is gone or whose bytes \
                      changed, a quotation that is not at its place.\n\nExample:\n  tomtat verify \
                      ket-qua"
    )]
    Verify(Verify),
    /// Make one page of the best quotations of earlier results, to read and search in a browser
    #[command(
        after_help = "Examples:\n  tomtat digest ket-qua -o digest.html\n  tomtat digest \
                      ket-qua-2024 --since ket-qua-2023 -o so-sanh.html"
    )]
    Digest(Digest),
    /// Write earlier results as tables, for spreadsheets and databases
    #[command(after_help = "Example:\n  tomtat export ket-qua --to parquet --to csv -o bang")]
    Export(Export),
    /// Show what the readers see of files, without the model
    #[command(after_help = "Example:\n  tomtat extract -o van-ban/ kho-cu/*.doc kho-cu.zip")]
    Extract(Extract),
    /// Score results against what people wrote
    #[command(subcommand)]
    Eval(Eval),
    /// Train on examples of one's own
    #[command(subcommand)]
    Train(Train),
    /// Show, fetch and check models
    #[command(subcommand)]
    Model(ModelCommand),
    /// Print a completion script for a shell
    #[command(after_help = "Example:\n  tomtat completions bash > /etc/bash_completion.d/tomtat")]
    Completions {
        /// The shell
        shell: Shell,
    },
}

/// `summarize` and `classify`.
#[derive(Debug, Args)]
pub struct Read {
    /// Files and glob patterns to read; `-` is standard input
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// How to write the results
    #[arg(short, long, value_enum, default_value_t = FormatName::Text)]
    pub format: FormatName,
    /// What to make of each document.
    #[command(flatten)]
    pub reading: Reading,
    /// Which model to use.
    #[command(flatten)]
    pub model: ModelChoice,
}

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
    pub reading: Reading,
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
    pub reading: Reading,
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
    pub reading: Reading,
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
    /// Give up reading a document that needs more memory than this, in mebibytes (Unix)
    #[arg(long, default_value_t = 2048, value_name = "MIB", value_parser = clap::value_parser!(u64).range(64..=1 << 24))]
    pub document_memory: u64,
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

fn at_least_one(text: &str) -> Result<usize, String> {
    let number = text.parse().ok().filter(|&number| number > 0);
    number.ok_or_else(|| "it takes a number from 1".to_owned())
}

fn seconds(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(seconds) if (0.001..=1e9).contains(&seconds) => Ok(seconds),
        _ => Err("a number of seconds, such as 30 or 0.5".to_owned()),
    }
}

/// This program, to be started again as a worker.
///
/// # Errors
///
/// If the system does not say where it is.
pub fn program() -> std::io::Result<PathBuf> {
    std::env::current_exe()
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

/// How many quotations a digest keeps for each label by default.
pub const QUOTATIONS_IN_DIGEST: usize = 200;

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

/// How a report is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    /// For reading on a screen
    Text,
    /// One JSON object
    Json,
}

/// The language of an interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Language {
    /// Vietnamese
    Vi,
    /// English
    En,
}

/// How tables are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum TableFormat {
    /// Parquet, for databases and data frames
    Parquet,
    /// CSV with a byte-order mark, for spreadsheets
    Csv,
}

/// `extract`.
#[derive(Debug, Args)]
pub struct Extract {
    /// Folders, files, glob patterns, ZIP and tar archives, mailboxes, JSONL and Parquet tables; `-` is standard input
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Write one file for each input into this folder, in folders as the inputs have them, instead of to standard output
    #[arg(short, long, value_name = "DIR")]
    pub output: Option<PathBuf>,
    /// How to write the text
    #[arg(short, long, value_enum, default_value_t = ExtractFormat::Text)]
    pub format: ExtractFormat,
    /// How text is read.
    #[command(flatten)]
    pub text: TextOptions,
}

/// What to make of each document.
#[derive(Debug, Args)]
pub struct Reading {
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
    /// Threads to work with; by default one for each core
    #[arg(short, long, value_name = "N", value_parser = threads)]
    pub jobs: Option<usize>,
    /// How text is read.
    #[command(flatten)]
    pub text: TextOptions,
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

/// How extracted text is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ExtractFormat {
    /// Paragraphs, separated by blank lines
    Text,
    /// One object a file, with kinds and encoding
    Json,
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

/// Which encoder runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum EncoderName {
    /// The model's transformer
    Transformer,
    /// The stock transformer of candle-transformers on the same weights
    Candle,
    /// A hash of the tokens: instant, and good for nothing but tests
    Fake,
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
    #[arg(long, value_name = "FIGURE", value_parser = train::share)]
    pub min: Option<f64>,
    /// Print the report as JSON
    #[arg(long)]
    pub json: bool,
}

/// `model`.
#[derive(Debug, Subcommand)]
pub enum ModelCommand {
    /// Show a model's name, sizes, labels, licence and hash
    Info(ModelChoice),
    /// Fetch a model from the hub into the cache
    Pull(ModelChoice),
    /// Check a model's files against their hashes
    Verify(ModelChoice),
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
