//! What is there to read? Folders, files, patterns, containers and tables → inputs, in a fixed order.
//!
//! What stands inside a file has a path of its own: `kho.zip!2022/bao-cao.doc`, `kho.jsonl!line-3`,
//! `kho.tar.gz!bang.parquet!row-7`, `hop.mbox!message-2`. [`Reopener`] turns such a path back into what was read.

mod budget;
mod container;
mod discover;
mod guard;
mod gunzip;
mod mailbox;
mod meter;
mod name;
mod reopen;
mod table;
mod tar;
mod visit;
mod walk;

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::thread;
use std::time::Duration;

use super::is_unfinished;
use crate::ingest::jsonl::{BlankLines, Columns};
use crate::pipeline::Input;
use crate::record::{self, Failure, is_absence};

pub use discover::{DiscoverError, discover, documents_below, files, shared_folder};
pub use name::{joined, written};
pub use reopen::{Reopener, files_behind};
pub use walk::{OUTPUTS, foreign_output};

use meter::Meter;
use visit::{Place, Visitor};

/// How many inputs wait at most for whoever asks for them.
const WAITING: usize = 4;

/// How sources are read.
#[derive(Clone, Debug)]
pub struct SourceOptions {
    /// Which columns of tables hold what.
    pub columns: Columns,
    /// The largest document that is read, in bytes. One byte more than that is held of a larger one.
    pub max_bytes: u64,
    /// What blank lines of JSONL archives are.
    pub blank_lines: BlankLines,
}

impl Default for SourceOptions {
    fn default() -> Self {
        Self {
            columns: Columns::default(),
            max_bytes: crate::ingest::ReadOptions::default().max_bytes as u64,
            blank_lines: BlankLines::Passed,
        }
    }
}

/// A file to read, or why it cannot be.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    /// The document's name within the run.
    id: String,
    /// Where it lies.
    path: PathBuf,
    /// What is wrong with it, if that is known already.
    failure: Option<Failure>,
}

impl Entry {
    fn of(path: &Path) -> Self {
        Self {
            id: name_of(path),
            path: path.to_owned(),
            failure: None,
        }
    }

    /// Whether there is no such file.
    fn is_missing(&self) -> bool {
        match &self.failure {
            Some(failure) => failure.code == Failure::NOT_FOUND,
            None if self.path.as_os_str() == STANDARD_INPUT => false,
            None => self.path.metadata().is_err_and(|error| is_absence(&error)),
        }
    }

    /// How much the file weighs among others; nothing where it has no size, or that cannot be had.
    fn weight(&self) -> u64 {
        let metadata = self.path.metadata();
        metadata.map_or(0, |metadata| weight(&self.path, metadata.len()))
    }
}

/// The inputs of a run. A thread reads a few of them ahead.
#[derive(Debug)]
pub struct Inputs {
    receiver: Receiver<Input>,
    total: Option<u64>,
    /// Whether something was named, and nothing of it exists.
    are_missing: bool,
    meter: Arc<Meter>,
}

/// What comes of waiting for an input.
#[derive(Debug)]
pub enum Next {
    /// The next one.
    Input(Input),
    /// None so far.
    NotYet,
    /// None any more.
    End,
}

/// The records of a stream of JSON lines, one a line, as the lines come.
pub fn lines(stream: impl Read + Send + 'static, options: &SourceOptions) -> Inputs {
    Inputs::of(None, 0, options, move |visitor| {
        let place = Place::of(Entry::of(Path::new(STANDARD_INPUT)));
        let records =
            |visitor: &mut Visitor<'_>| table::jsonl(visitor, &place, BufReader::new(stream));
        let _ = visitor.guarded(&place, records);
    })
}

impl Inputs {
    fn start(entries: VecDeque<Entry>, options: &SourceOptions) -> Self {
        let has_many = entries.iter().any(|entry| holds_many(&entry.path));
        let total = (!has_many).then_some(entries.len() as u64);
        let weight = entries.iter().map(Entry::weight).sum();
        let are_missing = !entries.is_empty() && entries.iter().all(Entry::is_missing);
        let inputs = Self::of(total, weight, options, |visitor| {
            for entry in entries {
                if visitor.entry(entry).is_break() {
                    return;
                }
            }
        });
        Self {
            are_missing,
            ..inputs
        }
    }

    /// The inputs that `visit` finds, on a thread of its own.
    fn of(
        total: Option<u64>,
        weight: u64,
        options: &SourceOptions,
        visit: impl FnOnce(&mut Visitor<'_>) + Send + 'static,
    ) -> Self {
        let (sender, receiver) = sync_channel(WAITING);
        let options = options.clone();
        let told = Arc::new(Meter::of(weight));
        let meter = Arc::clone(&told);
        thread::spawn(move || {
            let mut send = |input| match sender.send(input) {
                Ok(()) => ControlFlow::Continue(()),
                Err(_) => ControlFlow::Break(()),
            };
            visit(&mut Visitor::new(&options, &meter, &mut send));
        });
        Self {
            receiver,
            total,
            are_missing: false,
            meter: told,
        }
    }

    /// How many inputs there are, unless the contents of a container would have to be counted, or a file turned out to be one.
    pub fn total(&self) -> Option<u64> {
        self.total.filter(|_| !self.meter.has_many())
    }

    /// Whether files, folders or patterns were named, and there is nothing by any of these names.
    pub fn are_missing(&self) -> bool {
        self.are_missing
    }

    /// About what share of the files was read, from 0 to 1; nothing of streams.
    pub fn share(&self) -> Option<f64> {
        self.meter.share()
    }

    /// The next input, if it comes within `patience`.
    pub fn next_within(&mut self, patience: Duration) -> Next {
        match self.receiver.recv_timeout(patience) {
            Ok(input) => Next::Input(input),
            Err(RecvTimeoutError::Timeout) => Next::NotYet,
            Err(RecvTimeoutError::Disconnected) => Next::End,
        }
    }
}

impl Iterator for Inputs {
    type Item = Input;

    fn next(&mut self) -> Option<Input> {
        self.receiver.recv().ok()
    }
}

/// The name of standard input among paths. A file or folder of that name is `./-`.
const STANDARD_INPUT: &str = "-";

/// The path of a file or folder, told from standard input whatever its name is.
fn told_from_standard_input(path: &Path) -> PathBuf {
    if path == Path::new(STANDARD_INPUT) {
        Path::new(".").join(path)
    } else {
        path.to_owned()
    }
}

/// Opens a file to read it.
///
/// # Errors
///
/// What the system says; of a folder that it is one, on every system. Windows speaks of a permission.
pub fn open_file(path: &Path) -> io::Result<File> {
    if path.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    File::open(path)
}

/// The folder that a path stands in; the current one where it names none.
fn folder_of(path: &Path) -> Option<&Path> {
    let folder = path.parent()?;
    let is_here = folder.as_os_str().is_empty();
    Some(if is_here { Path::new(".") } else { folder })
}

/// A path as a document's name, with `/` between its parts on every system.
fn name_of(path: &Path) -> String {
    let path: PathBuf = path.components().collect();
    written(path.as_os_str()).into_owned()
}

/// Whether a file may hold more than one document, by its name.
fn holds_many(path: &Path) -> bool {
    path.as_os_str() == STANDARD_INPUT || record::holds_many(&path.to_string_lossy())
}

/// What one document weighs at most among files, in bytes: the text of a report of 100 pages. What is larger is pictures, or no
/// document at all, as a film of some gigabytes is that is named in no time and would count for all reports beside it.
const MOST_OF_ONE: u64 = 256 << 10;

/// How much of the time that a run takes goes to a file of so many bytes, in bytes.
fn weight(path: &Path, bytes: u64) -> u64 {
    if holds_many(path) {
        bytes
    } else {
        bytes.min(MOST_OF_ONE)
    }
}

/// Whether the name says that a file is a JSONL archive, whatever its first line looks like.
fn is_named_archive(name: &str) -> bool {
    [".jsonl", ".ndjson"]
        .iter()
        .any(|suffix| name.ends_with(suffix))
}

/// What file managers and systems keep in folders and on drives, in whatever capitals they write it.
const DEBRIS: [&str; 7] = [
    ".DS_Store",
    "Thumbs.db",
    "desktop.ini",
    "__MACOSX",
    "$RECYCLE.BIN",
    "RECYCLER",
    "System Volume Information",
];

/// What file managers, office programs and this one leave beside documents.
fn is_debris(name: &str) -> bool {
    is_unfinished(name)
        || name.starts_with("~$")
        || name.starts_with(".~lock.")
        || DEBRIS
            .iter()
            .any(|debris| debris.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests;
