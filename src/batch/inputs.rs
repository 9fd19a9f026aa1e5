//! Files → inputs, one at a time; a JSONL archive is as many inputs as it has records.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::path::{Path, PathBuf};

use crate::ingest::ReadOptions;
use crate::ingest::jsonl::{self, ArchiveError, ArchiveReader};
use crate::pipeline::{Content, Input};
use crate::record::{Failure, Source};

/// A file to read, or why it cannot be.
#[derive(Debug)]
pub(super) struct Entry {
    /// The document's name within the run.
    pub(super) id: String,
    /// Where it lies.
    pub(super) path: PathBuf,
    /// What is wrong with it, if that is known already.
    pub(super) failure: Option<Failure>,
}

/// The inputs of a run, read one by one as they are asked for.
#[derive(Debug)]
pub struct Inputs {
    entries: VecDeque<Entry>,
    archive: Option<Archive>,
    total: Option<u64>,
}

/// A JSONL archive that is being read.
struct Archive {
    path: String,
    reader: ArchiveReader<Box<dyn BufRead>>,
}

/// The inputs that `paths` name; `-` is standard input.
pub fn files(paths: &[PathBuf]) -> Inputs {
    let entry = |path: &PathBuf| Entry {
        id: name_of(path),
        path: path.clone(),
        failure: None,
    };
    Inputs::new(paths.iter().map(entry).collect())
}

/// A path as a document's name, with `/` between its parts on every system.
pub(super) fn name_of(path: &Path) -> String {
    let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
    parts.join("/").replacen("//", "/", 1)
}

impl Inputs {
    pub(super) fn new(entries: VecDeque<Entry>) -> Self {
        let has_archive = entries
            .iter()
            .any(|entry| entry.path.as_os_str() == "-" || is_named_archive(&entry.path));
        let total = (!has_archive).then_some(entries.len() as u64);
        Self {
            entries,
            archive: None,
            total,
        }
    }

    /// How many inputs there are, unless an archive's records would have to be counted.
    pub fn total(&self) -> Option<u64> {
        self.total
    }

    fn open(&mut self, entry: Entry) -> Option<Input> {
        let Entry { id, path, failure } = entry;
        let shown = path.to_string_lossy().into_owned();
        if let Some(failure) = failure {
            let source = Source {
                path: shown,
                ..Source::default()
            };
            return Some(Input {
                id,
                source,
                content: Err(failure),
            });
        }
        let opened = open_reader(&path).and_then(|mut reader| {
            let mut head = Vec::with_capacity(PEEK);
            reader.by_ref().take(PEEK as u64).read_to_end(&mut head)?;
            Ok((head, reader))
        });
        let (head, rest) = match opened {
            Ok(opened) => opened,
            Err(error) => return Some(Input::file(id, shown, Err(error))),
        };
        if jsonl::is_archive(&head) || is_named_archive(&path) {
            let reader = ArchiveReader::new(Box::new(Cursor::new(head).chain(rest)) as _);
            let path = shown;
            self.archive = Some(Archive { path, reader });
            return None;
        }
        let mut bytes = head;
        // One byte more than is read of a file tells that it has more.
        let most = ReadOptions::default().max_bytes as u64 + 1 - bytes.len() as u64;
        let read = rest.take(most).read_to_end(&mut bytes).map(|_| bytes);
        Some(Input::file(id, shown, read))
    }
}

/// Whether the name says that a file is an archive, whatever its first line looks like.
fn is_named_archive(path: &Path) -> bool {
    path.extension()
        .is_some_and(|suffix| suffix == "jsonl" || suffix == "ndjson")
}

/// How much of a file is looked at to tell an archive; its first line may be a long paragraph.
const PEEK: usize = 1 << 16;

fn open_reader(path: &Path) -> io::Result<Box<dyn BufRead>> {
    if path.as_os_str() == "-" {
        return Ok(Box::new(BufReader::with_capacity(PEEK, io::stdin())));
    }
    let file = File::open(path)?;
    if file.metadata()?.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    Ok(Box::new(BufReader::with_capacity(PEEK, file)))
}

impl Iterator for Inputs {
    type Item = Input;

    fn next(&mut self) -> Option<Input> {
        loop {
            if let Some(archive) = &mut self.archive {
                if let Some(input) = archive.next() {
                    return Some(input);
                }
                self.archive = None;
            }
            let entry = self.entries.pop_front()?;
            if let Some(input) = self.open(entry) {
                return Some(input);
            }
        }
    }
}

impl Iterator for Archive {
    type Item = Input;

    fn next(&mut self) -> Option<Input> {
        let record = self.reader.next()?;
        let mut source = Source {
            path: self.path.clone(),
            ..Source::default()
        };
        source.describe(self.reader.line_bytes());
        Some(match record {
            Ok(record) => {
                let content = Ok(Content::Document(Box::new(record.document)));
                Input {
                    id: record.id,
                    source,
                    content,
                }
            }
            Err(ArchiveError::Record {
                id, source: error, ..
            }) => Input {
                id,
                source,
                content: Err(error.into()),
            },
            Err(ArchiveError::Io {
                line,
                source: error,
            }) => Input {
                id: format!("line-{line}"),
                source,
                content: Err(Failure::reading(&error)),
            },
        })
    }
}

impl std::fmt::Debug for Archive {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Archive")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}
