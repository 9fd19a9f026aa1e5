//! A record's source → what was read from it.

use std::collections::{HashSet, VecDeque};
use std::io;
use std::iter;
use std::path::PathBuf;

use super::name::path_of;
use super::{Entry, Inputs, STANDARD_INPUT, SourceOptions};
use crate::hash::fnv1a;
use crate::ingest::{self, ReadOptions};
use crate::pipeline::{Content, Input};
use crate::record::{Failure, SEPARATOR, Source};

/// Reads again what the paths of records name, members of containers and rows of tables too.
///
/// Paths that are asked for in the order of the records cost one reading of each container; in any other
/// order, one each.
#[derive(Debug)]
pub struct Reopener {
    options: SourceOptions,
    open: Option<(String, Inputs)>,
    searched: Option<Searched>,
}

/// What a file holds that was read to its end in vain, so that nothing else that is gone is looked for there again.
#[derive(Debug, Default)]
struct Searched {
    file: String,
    /// The hashes of the paths of all inputs, and of the tables that broke off.
    seen: HashSet<u64>,
    /// The innermost of them that the path stands in which was looked for.
    nearest: Option<String>,
    /// What is wrong with what that path stands in.
    failure: Option<Failure>,
}

impl Reopener {
    /// Reads with the columns and limits that the run had.
    pub fn new(options: SourceOptions) -> Self {
        Self {
            options,
            open: None,
            searched: None,
        }
    }

    /// What stands at `path`, as [`Source::path`] gives it: its bytes or its archive's document in
    /// `content`, their size and hash in `source`. Its `id` is that of the input, without the run's root.
    ///
    /// Where its container or table is there and cannot be read, `content` is the failure of that. Where nothing stands
    /// there any more, it is the failure `not_found`; standard input is gone for good and gives the same, and so does a file
    /// of which only the parts are documents.
    pub fn reopen(&mut self, path: &str) -> Input {
        let mut unread = None;
        for file in files_of(path) {
            match self.find(file, path) {
                Ok(found) => return found,
                Err(failure) => unread = unread.or(failure),
            }
        }
        let unread = unread.or_else(|| hidden(path));
        failed(path, unread.unwrap_or_else(|| missing(path)))
    }

    /// What stands at `path` in `file`, or what is wrong with the file or with what stands in it around the path.
    fn find(&mut self, file: &str, path: &str) -> Result<Input, Option<Failure>> {
        if let Some(searched) = &self.searched
            && searched.file == file
            && searched.tells_of(path)
        {
            return Err(searched.failure_around(path));
        }
        if let Some((open, inputs)) = &mut self.open
            && open == file
            && let Some(found) = inputs.find(|input| input.source.path == path)
        {
            return Ok(found);
        }
        let mut inputs = Inputs::start(VecDeque::from([Entry::of(&path_of(file))]), &self.options);
        let mut searched = Searched::default();
        let found = inputs.find(|input| searched.is_it(input, path));
        self.open = (file != path).then(|| (file.to_owned(), inputs));
        let failure = searched.failure.clone();
        if found.is_none() {
            file.clone_into(&mut searched.file);
            searched.nearest = searched.nearest(path).map(str::to_owned);
            self.searched = Some(searched);
        }
        found.ok_or(failure)
    }
}

impl Searched {
    /// Whether an input of the file is what is looked for, of which this takes note.
    fn is_it(&mut self, input: &Input, path: &str) -> bool {
        let source = &input.source;
        if source.path == path {
            return true;
        }
        if is_around(input, path) {
            self.failure = failure_of(input).or(self.failure.take());
        }
        self.seen.insert(hash(&source.path));
        if let Some(table) = source.table().filter(|_| source.sha256.is_none()) {
            self.seen.insert(hash(table));
        }
        false
    }

    /// Whether it is known, without reading the file again, that nothing stands at a path, and why.
    fn tells_of(&self, path: &str) -> bool {
        let nearest = self.nearest(path);
        !self.has_seen(path) && (nearest.is_none() || nearest == self.nearest.as_deref())
    }

    /// What is wrong with what a path stands in that this tells of, if anything.
    fn failure_around(&self, path: &str) -> Option<Failure> {
        self.nearest(path).and(self.failure.clone())
    }

    /// The innermost input or broken table that a path stands in.
    fn nearest<'a>(&self, path: &'a str) -> Option<&'a str> {
        around(path).find(|around| self.has_seen(around))
    }

    fn has_seen(&self, path: &str) -> bool {
        self.seen.contains(&hash(path))
    }
}

fn hash(path: &str) -> u64 {
    fnv1a(path.bytes())
}

/// All that a path may stand in, from the inside out.
fn around(path: &str) -> impl Iterator<Item = &str> {
    path.rmatch_indices(SEPARATOR).map(|(end, _)| &path[..end])
}

/// Whether an input tells of what stands around a path: a container of it, or the row at which its table broke off, which
/// has no bytes to be known by.
fn is_around(input: &Input, path: &str) -> bool {
    let source = &input.source;
    let rest = path.strip_prefix(source.path.as_str());
    let is_container = rest.is_some_and(|rest| rest.starts_with(SEPARATOR));
    let table = around(path).next();
    is_container || (table.is_some() && source.table() == table && source.sha256.is_none())
}

/// Why an input cannot be read. A damaged container looks like a document until somebody reads it.
fn failure_of(input: &Input) -> Option<Failure> {
    match &input.content {
        Err(failure) => Some(failure.clone()),
        Ok(Content::Bytes(bytes)) => {
            let path = Some(input.source.path.as_str());
            let read = ingest::read(bytes, path, &ReadOptions::default());
            read.err().map(Failure::from)
        }
        Ok(Content::Document(_) | Content::Read(_)) => None,
    }
}

/// What a path may lead to on disk: all of it, or what stands before one of its separators. Those that say
/// most come first, because a file `a` may lie beside one that is called `a!b.txt`.
fn candidates(path: &str) -> impl Iterator<Item = &str> {
    let candidates = iter::once(path).chain(around(path));
    candidates.filter(|candidate| *candidate != STANDARD_INPUT)
}

/// The files on disk that the path of a record may lead to, its containers among them.
pub fn files_behind(path: &str) -> impl Iterator<Item = PathBuf> {
    files_of(path).map(path_of)
}

/// Those of them that are files.
fn files_of(path: &str) -> impl Iterator<Item = &str> {
    candidates(path).filter(|candidate| path_of(candidate).is_file())
}

/// Why nobody can tell whether anything stands at a path, as in a folder that may not be entered.
fn hidden(path: &str) -> Option<Failure> {
    let errors = candidates(path).filter_map(|candidate| path_of(candidate).metadata().err());
    let is_telling = |error: &io::Error| {
        !matches!(
            error.kind(),
            // The last two are of names within containers, which no file can have.
            io::ErrorKind::NotFound
                | io::ErrorKind::NotADirectory
                | io::ErrorKind::InvalidFilename
                | io::ErrorKind::InvalidInput
        )
    };
    let mut telling = errors.filter(is_telling);
    telling.next().map(|error| Failure::reading(&error))
}

fn missing(path: &str) -> Failure {
    let first = path.split(SEPARATOR).next();
    let message = if first == Some(STANDARD_INPUT) {
        "it came from standard input, and is gone"
    } else if path_of(path).is_file() {
        // Such as a mailbox that a former version read as one document.
        "what stands there is read as several documents now; run again"
    } else {
        "nothing stands there any more"
    };
    Failure::new(Failure::NOT_FOUND, message)
}

fn failed(path: &str, failure: Failure) -> Input {
    let source = Source {
        path: path.to_owned(),
        ..Source::default()
    };
    Input {
        id: path.to_owned(),
        source,
        content: Err(failure),
    }
}
