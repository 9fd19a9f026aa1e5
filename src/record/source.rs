//! Where a document came from, and how its path is written.

use serde::{Deserialize, Serialize};

use crate::hash::sha256;

/// What stands between a container and the name of a document in it.
pub const SEPARATOR: char = '!';
/// What stands before the number of a JSONL archive's line.
pub const LINE_PREFIX: &str = "line-";
/// What stands before the number of another table's row.
pub const ROW_PREFIX: &str = "row-";
/// What stands before the number of a mailbox's message.
pub const MESSAGE_PREFIX: &str = "message-";

/// How files are called that may hold more than one document.
const SUFFIXES: [&str; 8] = [
    ".jsonl", ".ndjson", ".zip", ".tar", ".gz", ".tgz", ".parquet", ".mbox",
];

/// Whether a file may hold more than one document, by its name.
pub fn holds_many(name: &str) -> bool {
    SUFFIXES.iter().any(|suffix| {
        let start = name.len().checked_sub(suffix.len());
        let end = start.and_then(|start| name.get(start..));
        end.is_some_and(|end| end.eq_ignore_ascii_case(suffix))
    })
}

/// Whether the [`SEPARATOR`] at a byte of a document's name or path stands between a container and what is in it, as the name before
/// it tells or the number behind it. Names of files have such marks too (`Khẩn! Công văn 12.docx`).
pub fn is_separator(path: &str, at: usize) -> bool {
    let member = &path[at + SEPARATOR.len_utf8()..];
    let mut prefixes = [LINE_PREFIX, ROW_PREFIX, MESSAGE_PREFIX].iter();
    holds_many(&path[..at]) || prefixes.any(|prefix| is_numbered(member, prefix))
}

fn is_numbered(member: &str, prefix: &str) -> bool {
    let number = member.strip_prefix(prefix);
    number.is_some_and(|number| number.parse::<u64>().is_ok())
}

/// Where a document came from.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Source {
    /// The file; for a document of an archive, the archive.
    pub path: String,
    /// The format it was read as.
    pub format: Option<String>,
    /// The encoding it was read in.
    pub encoding: Option<String>,
    /// How sure that is, from 0 (a guess) to 1 (declared, or proven by the bytes).
    pub encoding_confidence: Option<f64>,
    /// Size of the document's own bytes.
    pub bytes: u64,
    /// SHA-256 of those bytes, in hexadecimal.
    pub sha256: Option<String>,
}

impl Source {
    /// Notes the size and hash of the document's own bytes.
    pub fn describe(&mut self, bytes: &[u8]) {
        self.bytes = bytes.len() as u64;
        self.sha256 = Some(sha256(bytes));
    }

    /// The table that the document is a row of, if it is one: `kho.jsonl` of `kho.jsonl!line-3`.
    pub fn table(&self) -> Option<&str> {
        let (table, row) = self.path.rsplit_once(SEPARATOR)?;
        let is_row = is_numbered(row, LINE_PREFIX) || is_numbered(row, ROW_PREFIX);
        is_row.then_some(table)
    }
}
