//! What did an earlier run find? `results.jsonl` → records, one at a time.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader};
use std::marker::PhantomData;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::hash::HashingWriter;
use crate::record::{Record, Status};

/// The name of the results within a run's output folder.
pub const FILE_NAME: &str = "results.jsonl";

/// The file in which a run says of itself, beside its results.
pub const MANIFEST: &str = "run.json";

/// What is done already, which lies there from the beginning of a run on.
pub const STATE: &str = "run.sqlite";

/// Why results cannot be read.
#[derive(Debug, Error)]
pub enum ResultsError {
    /// The file cannot be read at all, or no further.
    #[error("cannot read {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The run did not end yet, and its results are not written.
    #[error(
        "the run in {} has not ended, and has no results yet; the same `tomtat run` again goes on with it", folder.display()
    )]
    Unfinished {
        /// Its output folder.
        folder: PathBuf,
    },
    /// A folder has no results.
    #[error("{} is no output folder of `tomtat run`: it has no {FILE_NAME}", folder.display())]
    NoRun {
        /// The folder.
        folder: PathBuf,
    },
    /// A line is no record.
    #[error("{}, line {line}: no result of `tomtat run`: {}", path.display(), without_line(error))]
    Line {
        /// The file.
        path: PathBuf,
        /// From 1.
        line: u64,
        /// What is wrong with it.
        error: serde_json::Error,
    },
}

/// The file of results that a path names: itself, or that of an output folder.
pub fn file_of(path: &Path) -> PathBuf {
    if path.is_dir() {
        path.join(FILE_NAME)
    } else {
        path.to_owned()
    }
}

/// How a run ended, as it says itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    /// With all inputs done.
    Finished,
    /// Before that, because somebody wanted so.
    Interrupted,
    /// Before that, because the devices were lost on which the transformer ran.
    DeviceLost,
}

/// What a run says of itself beside its results, as far as these are concerned.
#[derive(Debug, Deserialize)]
pub struct Manifest {
    /// How it ended.
    pub state: Option<RunState>,
    /// What it says of the results that it wrote.
    pub results: Option<Written>,
    /// How it read.
    #[serde(default)]
    pub settings: Settings,
}

/// How a run read, as far as its documents cannot be found again without it: the columns of tables.
#[derive(Debug, Default, Deserialize)]
pub struct Settings {
    /// The column that holds ids.
    pub id_column: Option<String>,
    /// The column that holds titles.
    pub title_column: Option<String>,
    /// The column that holds texts.
    pub text_column: Option<String>,
}

/// What a run says of the results that it wrote.
#[derive(Debug, Deserialize)]
pub struct Written {
    /// Their hash.
    pub sha256: String,
    /// When the first run that came to them wrote them, in seconds since 1970 (UTC).
    #[serde(default)]
    pub since_unix: f64,
}

impl Manifest {
    /// The one beside a file of results, or in an output folder, if there is one.
    pub fn beside(path: &Path) -> Option<Self> {
        let manifest = fs::read(file_of(path).with_file_name(MANIFEST)).ok()?;
        serde_json::from_slice(&manifest).ok()
    }

    /// Whether the run came to all its inputs.
    pub fn is_finished(&self) -> bool {
        self.state.is_none_or(|state| state == RunState::Finished)
    }
}

/// Whether a file of results, or that of an output folder, is another than the run beside it wrote, as its manifest says.
/// `false` where there is none.
///
/// # Errors
///
/// [`ResultsError::Read`], if the results cannot be read.
pub fn are_altered(path: &Path) -> Result<bool, ResultsError> {
    let Some(written) = Manifest::beside(path).and_then(|run| run.results) else {
        return Ok(false);
    };
    let path = file_of(path);
    let mut hash = HashingWriter::new(io::sink());
    File::open(&path)
        .and_then(|mut file| io::copy(&mut file, &mut hash))
        .map_err(|source| ResultsError::Read { path, source })?;
    Ok(hash.sha256() != written.sha256)
}

/// How many documents results are of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Documents {
    /// Those that were read, wholly or in part.
    pub read: usize,
    /// Copies of them.
    pub copies: usize,
    /// Those that could not be read.
    pub unread: usize,
}

impl Documents {
    /// Counts one that went so.
    pub fn add(&mut self, status: Status) {
        let count = match status {
            Status::Success | Status::PartialSuccess => &mut self.read,
            Status::Skipped => &mut self.copies,
            Status::Failure => &mut self.unread,
        };
        *count += 1;
    }
}

/// Reads results line by line; no more than one record is held in memory.
///
/// Blank lines are passed over. `T` may be a part of a record, where the rest is not needed.
#[derive(Debug)]
pub struct Results<T = Record> {
    path: PathBuf,
    input: BufReader<File>,
    line: u64,
    buffer: Vec<u8>,
    kind: PhantomData<T>,
}

impl<T: DeserializeOwned> Results<T> {
    /// Opens a file of results, or the output folder of a run.
    ///
    /// # Errors
    ///
    /// [`ResultsError::Read`] if there is no such file, [`ResultsError::Unfinished`] or [`ResultsError::NoRun`] if a folder
    /// has none yet or is not of a run.
    pub fn open(path: &Path) -> Result<Self, ResultsError> {
        let folder = path;
        let path = file_of(path);
        match File::open(&path) {
            Ok(file) => Ok(Self {
                path,
                input: BufReader::with_capacity(1 << 16, file),
                line: 0,
                buffer: Vec::new(),
                kind: PhantomData,
            }),
            Err(_) if folder.is_dir() && !path.exists() => {
                let has_state = folder.join(STATE).exists();
                let folder = folder.to_owned();
                Err(if has_state {
                    ResultsError::Unfinished { folder }
                } else {
                    ResultsError::NoRun { folder }
                })
            }
            Err(source) => Err(ResultsError::Read { path, source }),
        }
    }

    /// Passes over the next record; `false` at the end.
    ///
    /// # Errors
    ///
    /// [`ResultsError::Read`], if the file cannot be read any further.
    pub fn pass(&mut self) -> Result<bool, ResultsError> {
        loop {
            self.buffer.clear();
            self.line += 1;
            match self.input.read_until(b'\n', &mut self.buffer) {
                Ok(0) => return Ok(false),
                Ok(_) if self.buffer.trim_ascii().is_empty() => {}
                Ok(_) => return Ok(true),
                Err(source) => {
                    let path = self.path.clone();
                    return Err(ResultsError::Read { path, source });
                }
            }
        }
    }

    fn parse(&self) -> Result<T, ResultsError> {
        serde_json::from_slice(&self.buffer).map_err(|error| ResultsError::Line {
            path: self.path.clone(),
            line: self.line,
            error,
        })
    }
}

/// What is wrong with a line, without the number of the line: it is parsed alone, so that this is always the first.
fn without_line(error: &serde_json::Error) -> String {
    let message = error.to_string();
    let what = message.rsplit_once(" at line ");
    what.map_or(message.as_str(), |(what, _)| what).to_owned()
}

impl<T: DeserializeOwned> Iterator for Results<T> {
    type Item = Result<T, ResultsError>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.pass() {
            Ok(true) => Some(self.parse()),
            Ok(false) => None,
            Err(error) => Some(Err(error)),
        }
    }
}
