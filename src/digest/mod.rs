//! What does an archive say? The records of runs → one page with the best quotations of every label.
//!
//! [`collect`](collect()) streams the records and holds no more than a bounded number of quotations, in which those
//! that say nearly the same are one; [`since`](since()) tells what of them an earlier run had already; [`page`] writes
//! the result as one HTML file.

mod bearing;
mod collect;
mod compare;
mod context;
mod folders;
mod groups;
mod keep;
mod order;
mod overlap;
pub mod page;
mod period;
mod similar;
mod spelling;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use self::folders::Folders;
use crate::record::{Official, Quotation, Record};
use crate::results::{Documents, Results, ResultsError};

pub use collect::collect;
pub use compare::since;
pub use context::Context;
pub use period::Period;

/// Gives the text of a run's record, where it can still be had.
pub type Texts<'a> = &'a mut dyn for<'r> FnMut(&Path, &'r Record) -> Option<Cow<'r, str>>;

/// The best of what runs found.
#[derive(Clone, Debug, Default)]
pub struct Digest {
    /// How many documents it is of.
    pub documents: Documents,
    /// The folders that quotations are told apart by.
    folders: Folders,
    /// The years of the documents that were read, as far as they are known.
    pub years: BTreeSet<u16>,
    /// By the label's name.
    pub labels: BTreeMap<String, LabelDigest>,
    /// Whether it has been compared with an earlier run.
    pub is_compared: bool,
    /// Documents whose texts were wanted, around the quotations that are kept or for a comparison, and could not be had.
    pub without_text: usize,
}

/// The best of one label.
#[derive(Clone, Debug, Default)]
pub struct LabelDigest {
    /// Paragraphs that have the label.
    pub paragraphs: usize,
    /// Documents that have such a paragraph.
    pub documents: usize,
    /// Quotations that the runs made for the label.
    pub quotations: usize,
    /// How many paragraphs and documents with the label there are of every period, if it is known.
    pub periods: BTreeMap<Option<Period>, Count>,
    /// The quotations kept, best first; those that say nearly the same are one.
    pub groups: Vec<Group>,
    /// Of an earlier run's quotations, those that are not found again.
    pub gone: Vec<Group>,
}

/// How often a label was found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Paragraphs.
    pub paragraphs: usize,
    /// Documents.
    pub documents: usize,
}

/// A quotation with all that say nearly the same.
#[derive(Clone, Debug)]
pub struct Group {
    /// What the first of them says, word for word.
    pub text: String,
    /// How much one document makes it worth showing, the best of all: its score, from 0 to 1, less where the document's
    /// summary does without it or it needs the sentence before. What several documents say is worth more yet.
    weight: f64,
    /// Where it stands first.
    pub origin: Origin,
    /// Where else, the first few.
    pub others: Vec<Other>,
    /// How many documents say it.
    pub documents: usize,
    /// How many quotations it stands for.
    pub quotations: usize,
    /// The years and folders of those documents.
    pub found: BTreeSet<(Option<u16>, usize)>,
    /// The paragraph that it stands in, if its text could be had.
    pub context: Option<Context>,
    /// What has become of it since an earlier run.
    pub change: Option<Change>,
    /// The number of the first document within the runs.
    document: u64,
    /// Its place in that document's text.
    place: crate::record::Place,
    /// The number of the last document that says it.
    last_document: u64,
}

/// Another quotation that says nearly what the first of its group does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Other {
    /// Where it stands.
    pub origin: Origin,
    /// What it says, where its words differ.
    pub text: Option<String>,
    /// The number of its document within the runs.
    document: u64,
}

/// Where a quotation stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The document's name within its run.
    pub id: String,
    /// Its source.
    pub path: String,
    /// Its title.
    pub title: Option<String>,
    /// What it says of itself, if it is an official letter.
    pub official: Official,
    /// Index of the paragraph.
    pub paragraph: usize,
    /// Index of the sentence within the paragraph.
    pub sentence: usize,
    /// From 1, where the format has pages.
    pub page: Option<u32>,
}

/// What has become of a quotation since an earlier run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// The earlier run had nothing like it.
    New,
    /// The earlier run had it already, if perhaps with other figures.
    Repeated {
        /// What it said then.
        text: String,
        /// Where.
        origin: Box<Origin>,
    },
    /// The later run has nothing like it any more.
    Gone,
}

impl Origin {
    fn new(record: &Record, quotation: &Quotation) -> Self {
        Self::at(record, quotation.paragraph, quotation.sentence)
    }

    fn at(record: &Record, paragraph: usize, sentence: usize) -> Self {
        Self {
            id: record.id.clone(),
            path: record.source.path.clone(),
            title: record.title.clone(),
            official: record.official.clone().unwrap_or_default(),
            paragraph,
            sentence,
            page: record.paragraphs.get(paragraph).and_then(|it| it.page),
        }
    }
}

/// Hands over all records of runs, one after another, with their numbers and their runs.
fn each_record(
    runs: &[PathBuf],
    work: impl FnMut(u64, &Path, &Record),
) -> Result<(), ResultsError> {
    each_wanted(runs, |_| true, work)
}

/// Hands over the records of runs whose numbers are wanted; passing over the others costs little.
fn each_wanted(
    runs: &[PathBuf],
    is_wanted: impl Fn(u64) -> bool,
    mut work: impl FnMut(u64, &Path, &Record),
) -> Result<(), ResultsError> {
    let mut number = 0;
    for run in runs {
        let mut results = Results::<Record>::open(run)?;
        loop {
            if is_wanted(number) {
                let Some(record) = results.next() else {
                    break;
                };
                work(number, run, &record?);
            } else if !results.pass()? {
                break;
            }
            number += 1;
        }
    }
    Ok(())
}
