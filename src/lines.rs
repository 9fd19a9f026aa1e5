//! What do people write into a file of JSON lines? One value a line; blank lines and a byte order mark say nothing.

use std::io::{self, BufRead};

use serde::Deserialize;
use serde::de::{DeserializeOwned, Error as _};
use thiserror::Error;
use unicode_normalization::UnicodeNormalization;

/// A name as people write it, which may be a number; archives take both.
#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "expected a string or a number as a name")]
pub enum Name {
    /// A string.
    Text(String),
    /// A number, whose digits are the name.
    Number(serde_json::Number),
}

impl From<Name> for String {
    fn from(name: Name) -> Self {
        match name {
            Name::Text(text) => text,
            Name::Number(number) => number.to_string(),
        }
    }
}

/// A name as it is kept, whatever the keyboard that it was written on: in NFC, without space around it.
pub fn kept_name(name: &str) -> String {
    name.trim().nfc().collect()
}

/// Why a line has no value.
#[derive(Debug, Error)]
pub enum LineError {
    /// It cannot be read.
    #[error("cannot read the line")]
    Read(#[source] io::Error),
    /// It is no JSON, or says something else.
    #[error("no such value")]
    Json(#[source] serde_json::Error),
}

/// The values of a file, each with the number of its line from 1.
pub fn values<T: DeserializeOwned>(
    reader: impl BufRead,
) -> impl Iterator<Item = (usize, Result<T, LineError>)> {
    reader.lines().zip(1..).filter_map(|(line, number)| {
        let line = match line {
            Ok(line) => line,
            Err(error) => return Some((number, Err(LineError::Read(legible(error))))),
        };
        // Some editors mark a file of UTF-8 by its first character.
        let line = match line.strip_prefix('\u{feff}') {
            Some(rest) if number == 1 => rest,
            _ => &line,
        };
        let is_blank = line.trim().is_empty();
        (!is_blank).then(|| (number, value(line)))
    })
}

/// A value of a line, which is an object.
fn value<T: DeserializeOwned>(line: &str) -> Result<T, LineError> {
    if line.trim_start().starts_with('[') {
        let what = "a JSON array; write one object a line, without brackets around them and commas between them";
        return Err(LineError::Json(serde_json::Error::custom(what)));
    }
    serde_json::from_str(line).map_err(LineError::Json)
}

/// The error, with what helps where it is about the encoding.
fn legible(error: io::Error) -> io::Error {
    if error.kind() == io::ErrorKind::InvalidData {
        return io::Error::new(error.kind(), "it is no text in UTF-8; save it as UTF-8");
    }
    error
}
