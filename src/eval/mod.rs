//! How good are results? Result lines and gold lines → [`LabelReport`], [`SummaryReport`].
//!
//! The figures are those of the published scorers for this task, with intervals over documents. The
//! measures themselves are in [`rouge`], [`classification`] and [`bootstrap`] and know no files.

use std::io::{self, BufRead};

use thiserror::Error;

pub mod bootstrap;
pub mod classification;
mod input;
mod labels;
mod report;
pub mod rouge;
mod summaries;

pub use input::InputFile;
pub use labels::{LabelFigures, LabelReport, Part};
pub use summaries::{DocumentScore, Gain, SummaryReport};

/// Why results could not be scored.
#[derive(Debug, Error)]
pub enum EvalError {
    /// Reading failed.
    #[error("cannot read {file}")]
    Read {
        /// Which of the two.
        file: InputFile,
        /// Why.
        source: io::Error,
    },
    /// A line is not what its file should hold.
    #[error("line {line} of {file}: expected one JSON object a line")]
    Line {
        /// Which of the two.
        file: InputFile,
        /// From 1.
        line: usize,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// Nothing to compare a summary with.
    #[error("the gold line of {id} has neither `summary` nor `summaries`")]
    NoReference {
        /// The document.
        id: String,
    },
    /// Nothing to compare labels with.
    #[error("the gold line of {id} has no `labels`; where none holds it needs an empty list")]
    NoLabels {
        /// The document.
        id: String,
    },
    /// Other documents altogether.
    #[error("no `id` of the gold file is among the results; are they of the same documents?")]
    NothingInCommon,
    /// Nothing to score against.
    #[error("the gold file has no line; nothing can be scored against it")]
    NoGold,
}

impl EvalError {
    /// Which of the two files it is about, where it is about its form.
    pub fn file(&self) -> Option<InputFile> {
        match self {
            Self::Read { file, .. } | Self::Line { file, .. } => Some(*file),
            _ => None,
        }
    }
}

/// Scores labels. `results` is in the result format, one single-paragraph document a line (of several
/// paragraphs, the labels are put together); `gold` has `id`, `labels` and if known `doc` and `sure`.
///
/// A gold line without a result counts as one without labels, and results without a gold line are
/// passed over. For a copy of a document answers what the results say of the document.
pub fn labels(results: impl BufRead, gold: impl BufRead) -> Result<LabelReport, EvalError> {
    labels::score(&input::results(results)?, &input::gold(gold)?, None)
}

/// Scores labels as [`labels()`] does, but of all labels those that are called `names` and occur: ones that neither file
/// knows say nothing, and others were not to be told.
pub fn labels_of_names(
    results: impl BufRead,
    gold: impl BufRead,
    names: &[&str],
) -> Result<LabelReport, EvalError> {
    labels::score(&input::results(results)?, &input::gold(gold)?, Some(names))
}

/// Scores summaries. `results` is in the result format; `gold` has `id` and `summary`, or several
/// `summaries`, over which the scores are averaged.
///
/// A gold line without a result counts as an empty summary, and results without a gold line are
/// passed over. For a copy of a document answers what the results say of the document.
pub fn summaries(results: impl BufRead, gold: impl BufRead) -> Result<SummaryReport, EvalError> {
    summaries::score(&input::results(results)?, &input::gold(gold)?)
}
