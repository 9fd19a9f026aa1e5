//! Where a document came from, and how its path is written.

use serde::{Deserialize, Serialize};

use crate::hash::sha256;

/// What stands between a container and the name of a document in it.
pub const SEPARATOR: char = '!';
/// What stands before the number of a JSONL archive's line.
pub const LINE_PREFIX: &str = "line-";
/// What stands before the number of another table's row.
pub const ROW_PREFIX: &str = "row-";

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
        let number = row
            .strip_prefix(LINE_PREFIX)
            .or_else(|| row.strip_prefix(ROW_PREFIX))?;
        number.parse::<u64>().is_ok().then_some(table)
    }
}
