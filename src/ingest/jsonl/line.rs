//! What does one record say? A line's JSON → its id, its title and its paragraphs.

use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::{Deserializer, Map, Number, Value};

use super::Columns;
use crate::document::ParagraphKind;
use crate::ingest::assemble::Source;
use crate::ingest::blocks::{Block, Blocks};
use crate::ingest::encoding::EncodingChoice;
use crate::ingest::error::ReadError;
use crate::ingest::format::SourceFormat;
use crate::ingest::{RawDocument, TextEncoding, text};

/// What a record says, still as JSON.
#[derive(Debug)]
pub(super) struct Line {
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

impl Line {
    pub(super) fn id(&self) -> Option<String> {
        match &self.id {
            Some(Value::String(id)) if !id.trim().is_empty() => Some(id.clone()),
            Some(Value::Number(id)) => Some(id.to_string()),
            _ => None,
        }
    }

    pub(super) fn into_document(self) -> Result<RawDocument, ReadError> {
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

pub(super) fn parse(line: &[u8], columns: &Columns) -> Result<Line, ReadError> {
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
    let id = id.map(|id| as_written(id, line, columns));
    let title = take(&mut keys, columns.title_names());
    Ok(Line { id, title, body })
}

/// An id that is a fraction, or too long to count with, as the line has it: `418.10` is another one than `418.1`.
fn as_written(id: Value, line: &[u8], columns: &Columns) -> Value {
    let is_exact = |number: &Number| !number.is_f64();
    if id.as_number().is_none_or(is_exact) {
        return id;
    }
    let mut names = columns.id_names().into_iter();
    let written = names.find_map(|name| written(name, line));
    written.map_or(id, |id| Value::String(id.to_owned()))
}

/// How a record's value is written; of several by one name, the last one, which counts.
fn written<'a>(name: &str, line: &'a [u8]) -> Option<&'a str> {
    let mut found = None;
    let mut rest = line.trim_ascii_start().strip_prefix(b"{")?;
    loop {
        let (key, _, after) = next::<String>(rest)?;
        let after = after.trim_ascii_start().strip_prefix(b":")?;
        let (_, value, after) = next::<IgnoredAny>(after)?;
        if key == name {
            found = std::str::from_utf8(value.trim_ascii()).ok();
        }
        match after.trim_ascii_start().strip_prefix(b",") {
            Some(after) => rest = after,
            None => return found,
        }
    }
}

/// The JSON that bytes begin with, how it is written, and what follows it.
fn next<T: DeserializeOwned>(bytes: &[u8]) -> Option<(T, &[u8], &[u8])> {
    let mut values = Deserializer::from_slice(bytes).into_iter();
    let value = values.next()?.ok()?;
    let (written, after) = bytes.split_at_checked(values.byte_offset())?;
    Some((value, written, after))
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

fn paragraph_blocks(paragraphs: &[String]) -> Vec<Block> {
    let mut blocks = Blocks::default();
    for paragraph in paragraphs {
        blocks.add(ParagraphKind::Body, paragraph, None);
    }
    blocks.finish()
}
