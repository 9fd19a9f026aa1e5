//! What does an archive of documents say? JSON Lines → one [`ArchiveRecord`] a line, as a stream.
//!
//! A line is `{"id", "title"?, "text" | "paragraphs"}`; other keys are ignored. One bad line never
//! ends the archive. No more than a line is held in memory.

mod detect;
mod line;

use std::io::{self, BufRead};

use thiserror::Error;

use super::RawDocument;
use super::error::ReadError;

pub use detect::{is_archive, is_spread};
pub use line::telling;

/// The longest line that is read; far above any document, far below what would fill the memory.
pub const MAX_LINE_BYTES: usize = 64 * 1024 * 1024;

/// Which columns of a table hold what; the usual names where none is given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Columns {
    /// The document's name; `id` by default.
    pub id: Option<String>,
    /// Its title; `title` by default.
    pub title: Option<String>,
    /// Its text, or a list of its paragraphs; `text` or else `paragraphs` by default.
    pub text: Option<String>,
}

impl Columns {
    /// The names under which the id is looked for, best first.
    pub fn id_names(&self) -> Vec<&str> {
        names(self.id.as_ref(), &["id"])
    }

    /// The names under which the title is looked for, best first.
    pub fn title_names(&self) -> Vec<&str> {
        names(self.title.as_ref(), &["title"])
    }

    /// The names under which the text is looked for, best first.
    pub fn text_names(&self) -> Vec<&str> {
        names(self.text.as_ref(), &["paragraphs", "text"])
    }
}

fn names<'a>(given: Option<&'a String>, usual: &[&'a str]) -> Vec<&'a str> {
    given.map_or_else(|| usual.to_vec(), |name| vec![name.as_str()])
}

/// One document of an archive.
#[derive(Clone, Debug, PartialEq)]
pub struct ArchiveRecord {
    /// Its own id, or `line-N` where it has none.
    pub id: String,
    /// The line it stands on, from 1.
    pub line: u64,
    /// What it says. Its title is the record's.
    pub document: RawDocument,
}

/// Why a line of an archive gives no document.
#[derive(Debug, Error)]
pub enum ArchiveError {
    /// The line is no record, or one without text. The next line can still be read.
    #[error("line {line}: no document of it can be read")]
    Record {
        /// From 1.
        line: u64,
        /// As in [`ArchiveRecord::id`]; `line-N` where the line could not be read at all.
        id: String,
        /// What is wrong with it.
        source: ReadError,
    },
    /// The archive cannot be read any further.
    #[error("line {line}: cannot read it")]
    Io {
        /// The line on which reading failed, from 1.
        line: u64,
        /// What the system says.
        source: io::Error,
    },
}

/// Reads an archive line by line.
#[derive(Debug)]
pub struct ArchiveReader<R> {
    input: R,
    columns: Columns,
    blank_lines: BlankLines,
    line: u64,
    buffer: Vec<u8>,
    is_over: bool,
}

/// What a line without anything on it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlankLines {
    /// Nothing.
    Passed,
    /// A bad record, for readers who count lines.
    Records,
}

impl<R: BufRead> ArchiveReader<R> {
    /// Reads the archive that `input` holds from its current position on.
    pub fn new(input: R, columns: Columns, blank_lines: BlankLines) -> Self {
        Self {
            input,
            columns,
            blank_lines,
            line: 0,
            buffer: Vec::new(),
            is_over: false,
        }
    }

    /// The bytes of the line that was read last, as far as they were held. A last line that is not ended ends as the one
    /// before it, so that it is the same when others follow it.
    pub fn line_bytes(&self) -> &[u8] {
        &self.buffer
    }

    /// Reads the next line into the buffer; how long it is, or `None` at the end.
    fn next_line(&mut self) -> io::Result<Option<usize>> {
        let line_end: &[u8] = if self.buffer.ends_with(b"\r\n") {
            b"\r\n"
        } else {
            b"\n"
        };
        self.buffer.clear();
        let mut length = 0usize;
        loop {
            let available = match self.input.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                other => other?,
            };
            if available.is_empty() {
                if (1..MAX_LINE_BYTES).contains(&length) {
                    self.buffer.extend_from_slice(line_end);
                }
                return Ok((length > 0).then_some(length));
            }
            let end = available.iter().position(|byte| *byte == b'\n');
            let taken = end.map_or(available.len(), |end| end + 1);
            let room = MAX_LINE_BYTES.saturating_sub(self.buffer.len()).min(taken);
            self.buffer.extend_from_slice(&available[..room]);
            length = length.saturating_add(taken);
            self.input.consume(taken);
            if end.is_some() {
                return Ok(Some(length));
            }
        }
    }

    fn record(&self, length: usize) -> Result<ArchiveRecord, ArchiveError> {
        let line = self.line;
        if length > MAX_LINE_BYTES {
            let megabytes = MAX_LINE_BYTES / (1024 * 1024);
            let source = ReadError::TooLarge(format!("a line of more than {megabytes} MB"));
            let id = format!("line-{line}");
            return Err(ArchiveError::Record { line, id, source });
        }
        read_record(&self.buffer, line, &self.columns)
    }
}

/// Reads the record that stands on line `line` of an archive.
///
/// # Errors
///
/// [`ArchiveError::Record`] if it is none, or has no text.
pub fn read_record(
    bytes: &[u8],
    line: u64,
    columns: &Columns,
) -> Result<ArchiveRecord, ArchiveError> {
    let fallback_id = format!("line-{line}");
    let parsed = line::parse(bytes, columns).map_err(|source| ArchiveError::Record {
        line,
        id: fallback_id.clone(),
        source,
    })?;
    let id = parsed.id().unwrap_or(fallback_id);
    match parsed.into_document() {
        Ok(document) => Ok(ArchiveRecord { id, line, document }),
        Err(source) => Err(ArchiveError::Record { line, id, source }),
    }
}

impl<R: BufRead> Iterator for ArchiveReader<R> {
    type Item = Result<ArchiveRecord, ArchiveError>;

    /// The next record or bad line. After an I/O error, nothing more.
    fn next(&mut self) -> Option<Self::Item> {
        while !self.is_over {
            self.line += 1;
            match self.next_line() {
                Ok(Some(length)) => {
                    if self.line == 1 && self.buffer.starts_with(b"\xef\xbb\xbf") {
                        self.buffer.drain(..3);
                    }
                    let is_blank = self.buffer.trim_ascii().is_empty();
                    if !is_blank || self.blank_lines == BlankLines::Records {
                        return Some(self.record(length));
                    }
                }
                Ok(None) => self.is_over = true,
                Err(source) => {
                    self.is_over = true;
                    return Some(Err(ArchiveError::Io {
                        line: self.line,
                        source,
                    }));
                }
            }
        }
        None
    }
}

#[cfg(test)]
mod tests;
