//! The command line, as data: no logic, and the one place that reads the environment.

mod archive;
mod model;
mod reading;
mod results;
mod train;

use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;

pub use archive::{
    Also, ColumnNames, DocumentLimits, Pipe, ProgressName, ReadDocuments, Run, Scan, program,
};
pub use model::{DeviceOptions, EncoderName, HubEnvironment, ModelChoice, ModelCommand};
pub use reading::{
    DocumentOptions, Extract, ExtractFormat, FormatName, RankerName, Read, TextOptions, Threads,
};
pub use results::{
    Digest, Eval, EvalFiles, EvalSummaries, Export, Language, QUOTATIONS_IN_DIGEST, ReportFormat,
    SourceRoot, TableFormat, Verify,
};
pub use train::{
    Learning, SummaryFile, Train, TrainCalibrate, TrainDistil, TrainJoint, TrainLabels,
    TrainQuoting, TrainSalience,
};

/// Labels the paragraphs of office reports and summarises them in verbatim, located quotations.
///
/// Works offline: the model is inside the program. Results go to standard output, everything else to
/// standard error.
#[derive(Debug, Parser)]
#[command(
    name = "tomtat",
    version = env!("TOMTAT_BUILD"),
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
