//! One file → the inputs in it: itself, the members of a container, the rows of a table.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, BufReader, Cursor, Read};
use std::mem;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::rc::Rc;

use super::budget::Budget;
use super::guard::{Counted, Guarded, Peeked};
use super::meter::{Meter, Metered};
use super::{
    Entry, STANDARD_INPUT, SourceOptions, container, gunzip, is_named_archive, mailbox, open_file,
    table, tar, written,
};
use crate::ingest::mailbox::is_folder as is_mail_folder;
use crate::ingest::{in_utf8, is_zip, jsonl};
use crate::pipeline::Input;
use crate::record::{Failure, SEPARATOR, Source};

/// Whether to go on; [`ControlFlow::Break`] once nobody asks for inputs any more, or the file
/// in hand holds too much.
pub(super) type Flow = ControlFlow<()>;

/// How much of a file is looked at to tell what it is; the first line of an archive may be a long paragraph.
const PEEK: usize = 1 << 16;

/// Containers within containers: an office packs folders that hold packed folders. More is a trap.
const MAX_DEPTH: usize = 4;

/// Hands over the inputs of one file after another.
pub(super) struct Visitor<'a> {
    pub(super) options: &'a SourceOptions,
    /// Who is told how much was read.
    meter: &'a Meter,
    /// How much of what the file in hand weighs was not read yet.
    left: Rc<Cell<u64>>,
    /// What it would weigh besides, did it hold many inputs.
    more: u64,
    /// What was taken out of the file in hand.
    budget: Rc<Budget>,
    /// How many inputs were handed over.
    sent: u64,
    /// How many of them before the file in hand.
    sent_before: u64,
    send: &'a mut dyn FnMut(Input) -> Flow,
}

/// Where the visit is.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// The document's name within the run.
    pub(super) id: String,
    /// Its path, containers included.
    pub(super) path: String,
    /// In how many containers it stands.
    depth: usize,
}

impl Place {
    /// A file on its own.
    pub(super) fn of(entry: Entry) -> Self {
        Self {
            id: entry.id,
            path: written(entry.path.as_os_str()).into_owned(),
            depth: 0,
        }
    }

    /// A document or container within this one.
    pub(super) fn member(&self, name: &str) -> Self {
        Self {
            id: format!("{}{SEPARATOR}{name}", self.id),
            path: format!("{}{SEPARATOR}{name}", self.path),
            depth: self.depth + 1,
        }
    }
}

impl<'a> Visitor<'a> {
    pub(super) fn new(
        options: &'a SourceOptions,
        meter: &'a Meter,
        send: &'a mut dyn FnMut(Input) -> Flow,
    ) -> Self {
        Self {
            options,
            meter,
            left: Rc::default(),
            more: 0,
            budget: Rc::default(),
            sent: 0,
            sent_before: 0,
            send,
        }
    }

    /// Hands over what a file holds, or why it cannot be had.
    pub(super) fn entry(&mut self, entry: Entry) -> Flow {
        self.left.set(entry.weight());
        self.more = 0;
        self.sent_before = self.sent;
        let flow = self.contents(entry);
        self.meter.advance(self.left.take());
        flow
    }

    fn contents(&mut self, entry: Entry) -> Flow {
        let path = entry.path.clone();
        let failure = entry.failure.clone();
        let place = Place::of(entry);
        self.budget = Rc::default();
        if let Some(failure) = failure {
            return self.fail(&place, failure);
        }
        let flow = self.guarded(&place, |visitor| visitor.file(&place, &path));
        match self.budget.failure() {
            Some(failure) => {
                self.budget = Rc::default();
                self.fail(&place, failure)
            }
            None => flow,
        }
    }

    /// What `visit` finds; a failure of `place` where it panics, which would be taken for the end of the inputs. The readers
    /// of containers and tables are third-party code that meets any bytes.
    pub(super) fn guarded(&mut self, place: &Place, visit: impl FnOnce(&mut Self) -> Flow) -> Flow {
        let flow = catch_unwind(AssertUnwindSafe(|| visit(self)));
        flow.unwrap_or_else(|_| self.fail(place, corrupt("its reader gave up on it")))
    }

    fn file(&mut self, place: &Place, path: &Path) -> Flow {
        if path.as_os_str() == STANDARD_INPUT {
            let mut stream = Counted::new(io::stdin().lock(), self.budget.streamed());
            return self.stream(place, &mut stream);
        }
        let opened = open_file(path).and_then(|file| {
            let bytes = file.metadata()?.len();
            self.budget.note_size(bytes);
            self.more = bytes.saturating_sub(self.left.get());
            Ok(file)
        });
        let mut file = match opened {
            Ok(opened) => opened,
            Err(error) => return self.fail(place, Failure::reading(&error)),
        };
        // These two are read from their end, which only a file has at hand.
        let magic = file_magic(&mut file);
        match magic {
            Ok(magic) if is_zip(&magic) => {
                let file = self.metered(file);
                container::zip(self, place, file, |visitor, place, file| {
                    visitor.stream_of_file(place, file)
                })
            }
            Ok(magic) if table::is_parquet(&magic) => table::parquet(self, place, file),
            Ok(_) => self.stream_of_file(place, self.metered(file)),
            Err(error) => self.fail(place, Failure::reading(&error)),
        }
    }

    fn metered(&self, file: File) -> Metered<'a> {
        Metered::new(file, self.meter, Rc::clone(&self.left))
    }

    fn stream_of_file(&mut self, place: &Place, mut file: Metered<'_>) -> Flow {
        if let Err(error) = io::Seek::rewind(&mut file) {
            // What cannot be wound back, such as a pipe, was not read from either.
            tracing::debug!("{}: {error}", place.path);
        }
        let mut stream = Counted::new(file, self.budget.streamed());
        self.stream(place, &mut stream)
    }

    /// Hands over what a stream holds.
    pub(super) fn stream(&mut self, place: &Place, stream: &mut dyn Read) -> Flow {
        let stream = match Peeked::new(stream, PEEK) {
            Ok(stream) => stream,
            Err(error) => return self.fail(place, reading(&error)),
        };
        let head = stream.head();
        let is_container = head.starts_with(gunzip::MARK)
            || tar::is_tar(head, &place.path)
            || is_zip(head)
            || table::is_parquet(head);
        if is_container && place.depth >= MAX_DEPTH {
            let message = format!("more than {MAX_DEPTH} containers stand in one another");
            return self.fail(place, Failure::new("too_large", &message));
        }
        if head.starts_with(gunzip::MARK) {
            self.gzip(place, stream)
        } else if tar::is_tar(head, &place.path) {
            self.filled(place, |visitor| tar::members(visitor, place, stream))
        } else if self.is_archive(place, head) {
            table::jsonl(self, place, BufReader::with_capacity(PEEK, stream))
        } else if is_mail_folder(head) {
            mailbox::messages(self, place, stream)
        } else {
            self.whole(place, stream)
        }
    }

    fn is_archive(&self, place: &Place, head: &[u8]) -> bool {
        is_named_archive(&place.path) || jsonl::is_archive(&in_utf8(head), &self.options.columns)
    }

    /// Hands over what must be had whole: a document, or a container that is read from its end.
    fn whole(&mut self, place: &Place, stream: impl Read) -> Flow {
        let mut bytes = Vec::new();
        // One byte more than is read of a document tells that it has more.
        let most = self.options.max_bytes.saturating_add(1);
        if let Err(error) = stream.take(most).read_to_end(&mut bytes) {
            return self.fail(place, reading(&error));
        }
        let is_whole = (bytes.len() as u64) < most;
        if is_whole && is_zip(&bytes) {
            return container::zip(self, place, Cursor::new(bytes), |visitor, place, bytes| {
                visitor.document(place, bytes.into_inner())
            });
        }
        if is_whole && table::is_parquet(&bytes) {
            return table::parquet(self, place, bytes::Bytes::from(bytes));
        }
        self.document(place, bytes)
    }

    /// Hands over a document.
    pub(super) fn document(&mut self, place: &Place, bytes: Vec<u8>) -> Flow {
        self.send(Input::file(place.id.clone(), place.path.clone(), Ok(bytes)))
    }

    fn gzip(&mut self, place: &Place, stream: impl Read) -> Flow {
        let has_tail = Rc::default();
        let guarded = Guarded::gzip(stream, Rc::clone(&has_tail), self.budget());
        let mut unpacked = match Peeked::new(guarded, PEEK) {
            Ok(unpacked) => unpacked,
            Err(error) => return self.fail(place, reading(&error)),
        };
        // A single packed file is named as `gunzip` would name it; a packed tar is one container.
        let unpacked_path = place.path.strip_suffix(".gz").unwrap_or(&place.path);
        if tar::is_tar(unpacked.head(), unpacked_path) {
            self.filled(place, |visitor| tar::members(visitor, place, unpacked))?;
        } else {
            let name = place
                .path
                .rsplit(['/', SEPARATOR])
                .next()
                .unwrap_or_default();
            let inner = place.member(name.strip_suffix(".gz").unwrap_or(name));
            self.stream(&inner, &mut unpacked)?;
        }
        if has_tail.get() {
            let what = "bytes that are not packed follow its end; what comes before was read";
            return self.fail(place, corrupt(what));
        }
        Flow::Continue(())
    }

    /// What all that is unpacked of the file in hand is counted by.
    pub(super) fn budget(&self) -> Rc<Budget> {
        Rc::clone(&self.budget)
    }

    /// Counts a member of a container; breaks off where the file in hand has too many.
    pub(super) fn count_member(&mut self) -> Flow {
        self.budget.count_member();
        if self.budget.is_spent() {
            return Flow::Break(());
        }
        Flow::Continue(())
    }

    /// Hands over one input, unless the file in hand holds too much: that is told once, of the file.
    pub(super) fn send(&mut self, input: Input) -> Flow {
        if self.budget.is_spent() {
            return Flow::Break(());
        }
        self.sent += 1;
        if self.sent > self.sent_before + 1 {
            self.find_many();
        }
        (self.send)(input)
    }

    /// Has the file in hand count by its bytes, whatever its name said.
    fn find_many(&mut self) {
        let more = mem::take(&mut self.more);
        self.left.set(self.left.get() + more);
        self.meter.find_many(more);
    }

    /// Hands over the members of a container, which is a failure itself where there are none.
    pub(super) fn filled(
        &mut self,
        place: &Place,
        members: impl FnOnce(&mut Self) -> Flow,
    ) -> Flow {
        let sent = self.sent;
        members(self)?;
        if self.sent > sent {
            return Flow::Continue(());
        }
        let message = "it holds no documents";
        self.fail(place, Failure::new("empty_document", message))
    }

    /// Hands over why there is none.
    pub(super) fn fail(&mut self, place: &Place, failure: Failure) -> Flow {
        let source = Source {
            path: place.path.clone(),
            ..Source::default()
        };
        self.send(Input {
            id: place.id.clone(),
            source,
            content: Err(failure),
        })
    }
}

/// The first bytes of a file, if it is one that can be wound back.
fn file_magic(file: &mut File) -> io::Result<Vec<u8>> {
    if !file.metadata()?.is_file() {
        return Ok(Vec::new());
    }
    let mut magic = Vec::new();
    file.take(4).read_to_end(&mut magic)?;
    io::Seek::rewind(file)?;
    Ok(magic)
}

/// Bytes that break the rules of their container.
pub(super) fn corrupt(what: &str) -> Failure {
    Failure::new("corrupt", &format!("the file is damaged: {what}"))
}

/// A stream that broke off: the system's fault, that of its bytes, or a trap.
pub(super) fn reading(error: &io::Error) -> Failure {
    if let Some(failure) = container::unpacking(error) {
        return failure;
    }
    match error.kind() {
        io::ErrorKind::FileTooLarge => Failure::new("too_large", &error.to_string()),
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput | io::ErrorKind::UnexpectedEof => {
            corrupt(&error.to_string())
        }
        _ => Failure::reading(error),
    }
}
