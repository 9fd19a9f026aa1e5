//! What does an archive of documents say? JSON Lines → one [`ArchiveRecord`] a line, as a stream.
//!
//! A line is `{"id", "title"?, "text" | "paragraphs"}`; other keys are ignored. One bad line never
//! ends the archive. No more than a line is held in memory.

use std::io::{self, BufRead};

use serde::de::IgnoredAny;
use serde_json::{Map, Value};
use thiserror::Error;

use super::assemble::Source;
use super::blocks::{Block, Blocks};
use super::encoding::EncodingChoice;
use super::error::ReadError;
use super::format::{SourceFormat, is_json};
use super::{RawDocument, TextEncoding, text};
use crate::document::ParagraphKind;

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

/// Whether a file is a JSONL archive, by its first line. `head` may end anywhere in that line.
#[must_use]
pub fn is_archive(head: &[u8], columns: &Columns) -> bool {
    let head = head
        .strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(head)
        .trim_ascii_start();
    if !head.starts_with(b"{") {
        return false;
    }
    match head.iter().position(|byte| *byte == b'\n') {
        Some(end) => is_record(&head[..end], columns),
        None => is_record(head, columns) || is_cut_record(head, columns),
    }
}

/// Whether JSON begins here that does not stand in lines: its first value goes on behind the first one, and
/// no record has a line for itself further on. `head` may end anywhere.
#[must_use]
pub fn is_spread(head: &[u8]) -> bool {
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let mut lines = text.trim_ascii_start().splitn(2, |byte| *byte == b'\n');
    let (Some(first), Some(_)) = (lines.next(), lines.next()) else {
        return false;
    };
    let first = serde_json::from_slice::<IgnoredAny>(first);
    first.is_err_and(|error| error.is_eof()) && is_json(text) && !has_record_line(text)
}

/// Whether a line, but the first, is an object for itself: none that the line before it makes an item of a list.
fn has_record_line(text: &[u8]) -> bool {
    let lines = || text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    lines().zip(lines().skip(1)).any(|(before, line)| {
        let is_item = before.ends_with(b",") || before.ends_with(b"[");
        !is_item && line.starts_with(b"{") && serde_json::from_slice::<IgnoredAny>(line).is_ok()
    })
}

/// Whether the beginning of a line too long to have in full looks like a record's.
fn is_cut_record(head: &[u8], columns: &Columns) -> bool {
    let text = String::from_utf8_lossy(head);
    columns.text_names().iter().any(|name| {
        text.split_once(&format!("\"{name}\""))
            .is_some_and(|(_, rest)| rest.trim_start().starts_with(':'))
    })
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

    /// The bytes of the line that was read last, as far as they were held.
    pub fn line_bytes(&self) -> &[u8] {
        &self.buffer
    }

    /// Reads the next line into the buffer; how long it is, or `None` at the end.
    fn next_line(&mut self) -> io::Result<Option<usize>> {
        self.buffer.clear();
        let mut length = 0usize;
        loop {
            let available = match self.input.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                other => other?,
            };
            if available.is_empty() {
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
    let parsed = parse(bytes, columns).map_err(|source| ArchiveError::Record {
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

/// Whether a line is a record with a text, even if that says nothing.
fn is_record(line: &[u8], columns: &Columns) -> bool {
    let keys = serde_json::from_slice::<Map<String, Value>>(line);
    let texts = columns.text_names();
    keys.is_ok_and(|keys| texts.iter().any(|name| keys.contains_key(*name)))
}

/// What a record says, still as JSON.
#[derive(Debug)]
struct Line {
    id: Option<Value>,
    title: Option<Value>,
    /// What it tells, or why it tells nothing: a record that is wrong in this is still called by its id.
    body: Result<Body, ReadError>,
}

#[derive(Debug)]
enum Body {
    Text(String),
    Paragraphs(Vec<String>),
}

fn parse(line: &[u8], columns: &Columns) -> Result<Line, ReadError> {
    let mut keys: Map<String, Value> =
        serde_json::from_slice(line).map_err(|error| no_record(line, &error))?;
    let texts = columns.text_names();
    let is_named = texts.iter().any(|name| keys.contains_key(*name));
    let body = match take(&mut keys, texts) {
        Some(value) => body(value),
        None if is_named => Err(ReadError::Corrupt("its text is null".to_owned())),
        None => Err(no_text(&keys, columns)),
    };
    let id = take(&mut keys, columns.id_names());
    let title = take(&mut keys, columns.title_names());
    Ok(Line { id, title, body })
}

/// Takes what a record has under these names.
fn take(keys: &mut Map<String, Value>, names: Vec<&str>) -> Option<Value> {
    telling(names.into_iter().filter_map(|name| keys.remove(name)))
}

/// What a line is that is no record, and what to do where that can be told.
fn no_record(line: &[u8], error: &serde_json::Error) -> ReadError {
    ReadError::Corrupt(match line.trim_ascii() {
        [] => "the line is blank".to_owned(),
        [b'{', ..] if error.is_eof() => {
            "the record does not end on its line; write one record {…} a line".to_owned()
        }
        [b'[', ..] => "a list where a record belongs; write one record {…} a line".to_owned(),
        _ => {
            let message = error.to_string();
            // Of the line alone, which is its first: that is not the number of the line.
            let what = message.rsplit_once(" at line ");
            let what = what.map_or(message.as_str(), |(what, _)| what);
            format!("no JSON record: {what}")
        }
    })
}

/// What a record without a text has instead.
fn no_text(keys: &Map<String, Value>, columns: &Columns) -> ReadError {
    const MOST_NAMES: usize = 20;
    let texts = columns.text_names().into_iter().rev();
    let texts: Vec<String> = texts.map(|name| format!("\"{name}\"")).collect();
    let names = keys.keys().take(MOST_NAMES).map(String::as_str);
    let names = names.collect::<Vec<_>>().join(", ");
    ReadError::Corrupt(format!(
        "the record has no {}; name its column of texts with --text-column (it has {names})",
        texts.join(" or ")
    ))
}

/// The first of the values under several names that says something, else the first that is there.
pub fn telling(values: impl Iterator<Item = Value>) -> Option<Value> {
    let mut blank = None;
    for value in values {
        if says_something(&value) {
            return Some(value);
        }
        if !value.is_null() {
            blank.get_or_insert(value);
        }
    }
    blank
}

/// Whether a value is more than blank strings and lists of them.
fn says_something(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.trim().is_empty(),
        Value::Array(items) => items.iter().any(says_something),
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => true,
    }
}

fn body(value: Value) -> Result<Body, ReadError> {
    match value {
        Value::String(text) => Ok(Body::Text(text)),
        Value::Array(paragraphs) => strings(paragraphs).map(Body::Paragraphs),
        _ => Err(ReadError::Corrupt(
            "its text is neither a string nor a list of strings".to_owned(),
        )),
    }
}

fn strings(values: Vec<Value>) -> Result<Vec<String>, ReadError> {
    let string = |value| match value {
        Value::String(text) => Ok(text),
        _ => Err(ReadError::Corrupt(
            "one of its paragraphs is no string".to_owned(),
        )),
    };
    // Nothing is no text, as in the other fields.
    let values = values.into_iter().filter(|value| !value.is_null());
    values.map(string).collect()
}

impl Line {
    fn id(&self) -> Option<String> {
        match &self.id {
            Some(Value::String(id)) if !id.trim().is_empty() => Some(id.clone()),
            Some(Value::Number(id)) => Some(id.to_string()),
            _ => None,
        }
    }

    fn into_document(self) -> Result<RawDocument, ReadError> {
        let title = match self.title {
            Some(Value::String(title)) => Some(title),
            _ => None,
        };
        let blocks = match self.body? {
            Body::Paragraphs(paragraphs) => paragraph_blocks(&paragraphs),
            Body::Text(text) => text::blocks(&text),
        };
        let encoding = Some(TextEncoding {
            name: "utf-8".to_owned(),
            confidence: 1.0,
        });
        let source = Source {
            blocks,
            title: title.map(|title| Block::of_text(&title)),
            encoding,
            ..Source::default()
        };
        source.into_document(SourceFormat::Jsonl, EncodingChoice::Unicode)
    }
}

fn paragraph_blocks(paragraphs: &[String]) -> Vec<Block> {
    let mut blocks = Blocks::default();
    for paragraph in paragraphs {
        blocks.add(ParagraphKind::Body, paragraph, None);
    }
    blocks.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(archive: &str) -> Vec<Result<ArchiveRecord, ArchiveError>> {
        ArchiveReader::new(archive.as_bytes(), Columns::default(), BlankLines::Passed).collect()
    }

    #[test]
    fn one_bad_line_never_ends_the_archive() {
        let records = read(
            "\u{feff}{\"id\":\"a\",\"text\":\"Một.\\nHai.\",\"more\":[1]}\n\n{oops\n{\"id\":7,\"paragraphs\":[\" Ba. \",\"\"]}\r\n\
             {\"id\":\" \",\"paragraphs\":[\"Bốn.\"]}\n{\"id\":\"e\",\"text\":\" \"}\n{\"id\":\"f\"}",
        );
        let shown: Vec<String> = records
            .iter()
            .map(|record| match record {
                Ok(record) => format!("{} {}", record.id, record.document.paragraphs.len()),
                Err(ArchiveError::Record { id, source, .. }) => format!("{id} {}", source.code()),
                Err(error) => error.to_string(),
            })
            .collect();
        assert_eq!(
            shown,
            [
                "a 2",
                "line-3 corrupt",
                "7 1",
                "line-5 1",
                "e empty_document",
                "f corrupt"
            ]
        );
    }

    #[test]
    fn a_bad_line_is_told_what_is_wrong_with_it() {
        let cases = [
            ("  ", "the line is blank"),
            (
                "[{\"id\":\"a\",\"text\":\"Một.\"}]",
                "write one record {…} a line",
            ),
            ("[", "write one record {…} a line"),
            ("{\"text\":null}", "its text is null"),
            ("{\"id\":", "write one record {…} a line"),
            ("{\"id\"}", "no JSON record: expected `:`"),
            (
                "{\"so\":1,\"noi_dung\":\"Một.\"}",
                "no \"text\" or \"paragraphs\"; name its column of texts with --text-column (it has noi_dung, so)",
            ),
        ];
        for (line, expected) in cases {
            let Err(ArchiveError::Record { source, .. }) =
                read_record(line.as_bytes(), 7, &Columns::default())
            else {
                panic!("{line} is no record")
            };
            let message = source.to_string();
            assert!(message.ends_with(expected), "{message}");
        }
        let named = Columns {
            text: Some("noi_dung".to_owned()),
            ..Columns::default()
        };
        let error = read_record(b"{\"text\":\"x\"}", 7, &named).unwrap_err();
        let source = std::error::Error::source(&error).unwrap().to_string();
        assert!(source.contains("has no \"noi_dung\"; name"), "{source}");
    }

    #[test]
    fn a_paragraph_of_an_archive_stays_one_paragraph() {
        let records =
            read("{\"id\":\"a\",\"title\":\"Tin\",\"paragraphs\":[\"Một.\\nHai.\",\"Ba.\"]}");
        let record = records[0].as_ref().unwrap();
        assert_eq!(record.document.paragraphs[0].text, "Một. Hai.");
        assert_eq!(record.document.title.as_deref(), Some("Tin"));
    }

    #[test]
    fn paragraphs_that_say_nothing_do_not_hide_the_text() {
        let records = read(
            "{\"id\":\"a\",\"paragraphs\":[],\"text\":\"Một.\"}\n{\"id\":\"b\",\"paragraphs\":[]}\n\
             {\"id\":\"c\",\"paragraphs\":[null,\"Hai.\"],\"text\":\"Ba.\"}\n\
             {\"id\":\"d\",\"paragraphs\":\"\",\"text\":\"Bốn.\"}\n\
             {\"id\":\"e\",\"paragraphs\":[\"\",\" \"],\"text\":\"Năm.\"}",
        );
        let texts: Vec<_> = records
            .iter()
            .flatten()
            .map(|record| record.document.paragraphs[0].text.as_str())
            .collect();
        assert_eq!(texts, ["Một.", "Hai.", "Bốn.", "Năm."]);
        let Err(ArchiveError::Record { source, .. }) = &records[1] else {
            panic!("nothing is in it")
        };
        assert_eq!(source.code(), "empty_document");
    }

    #[test]
    fn a_line_beyond_the_limit_is_passed_over() {
        let mut archive = format!(
            "{{\"id\":\"long\",\"text\":\"{}\"}}\n",
            "x".repeat(MAX_LINE_BYTES)
        );
        archive.push_str("{\"id\":\"b\",\"text\":\"Hai.\"}\n");
        let records = read(&archive);
        let Err(ArchiveError::Record { source, .. }) = &records[0] else {
            panic!("too long")
        };
        assert_eq!(source.code(), "too_large");
        assert_eq!(records[1].as_ref().unwrap().id, "b");
    }

    #[test]
    fn knows_an_archive_by_its_first_line() {
        assert!(is_archive(
            b"\xef\xbb\xbf{\"id\":1,\"text\":\"x\"}\n{bad",
            &Columns::default()
        ));
        assert!(is_archive(
            b"{\"id\": \"a\", \"paragraphs\" : [\"cut o",
            &Columns::default()
        ));
        assert!(!is_archive(b"{\"id\":1}\n", &Columns::default()));
        assert!(!is_archive(b"{\n\"text\": 1}", &Columns::default()));
        assert!(!is_archive("Báo cáo".as_bytes(), &Columns::default()));
    }

    #[test]
    fn json_that_goes_on_over_lines_is_told_from_bad_lines() {
        for spread in [
            "{\n  \"id\": \"a\",\n  \"text\": \"Một.\"\n}\n{\n  \"id\": \"b\"",
            "\u{feff}[\n{\"id\":\"a\",\"text\":\"Một.\"},\n{\"id\":\"b\",\"te",
            "{\"reports\": [\n{\"id\":\"a\",\"text\":\"Một.\"},\n{\"id\":\"b\",\"text\":\"Hai.\"}\n]}",
        ] {
            assert!(is_spread(spread.as_bytes()), "{spread}");
        }
        for lines in [
            "{\"id\":\"a\",\"text\":\"Một.\"}\n{\"id\":\n",
            "{\"id\":\"a\",\n{\"id\":\"b\",\"text\":\"Hai.\"}\n",
            "{\"id\":\"a\",\"text\":\"Mộ\n{\"id\":\"b\",\"text\":\"Hai.\"}\n",
            "{\"id\":\"a\",\"paragraphs\":[\"Một.\",\n\"Hai.\"]}\n{\"id\":\"b\",\"text\":\"Ba.\"}\n",
            "{\"id\":\"a\",\"text\":\n{\"id\":\"b\",\"text\":\"Hai.\"}\n",
            "[{\"id\":\"a\",\"text\":\"Một.\"}]\n",
            "[{\"id\":\"a\",\"text\":\"Mộ",
        ] {
            assert!(!is_spread(lines.as_bytes()), "{lines}");
        }
    }

    #[test]
    fn columns_of_other_names_are_found_by_them() {
        let columns = Columns {
            id: Some("so".to_owned()),
            text: Some("noi_dung".to_owned()),
            ..Columns::default()
        };
        let archive =
            "{\"so\":3,\"noi_dung\":[\"Một.\",\"Hai.\"],\"text\":\"khác\"}\n\n{\"text\":\"x\"}";
        assert!(is_archive(archive.as_bytes(), &columns));
        let reader = ArchiveReader::new(archive.as_bytes(), columns, BlankLines::Records);
        let records: Vec<_> = reader.collect();
        assert_eq!(records.len(), 3);
        let first = records[0].as_ref().unwrap();
        assert_eq!(
            (first.id.as_str(), first.document.paragraphs.len()),
            ("3", 2)
        );
        assert!(records[1].is_err() && records[2].is_err());
    }

    #[test]
    fn an_unreadable_archive_ends_with_its_error() {
        struct Broken;
        impl io::Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::other("gone"))
            }
        }
        let mut reader = ArchiveReader::new(
            io::BufReader::new(Broken),
            Columns::default(),
            BlankLines::Passed,
        );
        assert!(matches!(
            reader.next(),
            Some(Err(ArchiveError::Io { line: 1, .. }))
        ));
        assert!(reader.next().is_none());
    }
}
