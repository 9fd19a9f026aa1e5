//! Why could labels not be trained?

use std::io;

use thiserror::Error;

use crate::classify::{ClassifierError, HeadError};

/// Why labels could not be trained.
#[derive(Debug, Error)]
pub enum TrainError {
    /// A file that cannot be read.
    #[error("{place}: cannot read it")]
    Reading {
        /// File and line.
        place: String,
        /// Why.
        source: io::Error,
    },
    /// A line that is no example.
    #[error(
        "{place}: an example is a JSON object on one line with `text` and either `labels`, a list of names, or `scores`"
    )]
    BadExample {
        /// File and line.
        place: String,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// Two examples of one name, so that results could not be told apart.
    #[error("two examples are called `{0}`; give each its own `id`")]
    RepeatedId(String),
    /// Too little to learn from.
    #[error(
        "label `{label}` holds in {found} documents{}; give at least {needed} of them, or correct its name if it is \
         another label's", first(.example.as_deref())
    )]
    TooFew {
        /// The label's name.
        label: String,
        /// The first example that has it, if one does.
        example: Option<String>,
        /// In how many documents it holds.
        found: usize,
        /// How many it takes.
        needed: usize,
    },
    /// Too little to tell a label from the rest.
    #[error(
        "label `{label}` is wanting in {found} documents; give at least {needed} with paragraphs that do not have it"
    )]
    TooFewWithout {
        /// The label's name.
        label: String,
        /// In how many documents some paragraph does not have it.
        found: usize,
        /// How many it takes.
        needed: usize,
    },
    /// Nothing to learn from.
    #[error(
        "no example counts: all have the weight 0; give some a `weight` above 0, or leave it out and give \
         --unsure-weight and --synthetic-weight above 0"
    )]
    NoWeight,
    /// No label at all.
    #[error("no example has a label")]
    NoLabel,
    /// The tensor library failed.
    #[error("the regression failed")]
    Fit(#[from] candle_core::Error),
    /// What was fitted is no head.
    #[error("the regression gives no head")]
    Head(#[from] HeadError),
    /// The heads do not fit together, or not with their calibration.
    #[error(transparent)]
    Classifier(#[from] ClassifierError),
}

/// Where a label is found first.
fn first(example: Option<&str>) -> String {
    let first = |example| format!(" (the first: {example})");
    example.map(first).unwrap_or_default()
}
