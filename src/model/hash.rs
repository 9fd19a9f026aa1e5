//! SHA-256 of files and of whole models.

use std::fmt::Write;

use crate::hash::sha256;

/// A file of a model and its SHA-256, in hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileHash {
    /// Its name within the model.
    pub name: String,
    /// Its length in bytes.
    pub bytes: u64,
    /// Its SHA-256.
    pub sha256: String,
}

impl FileHash {
    /// Hashes `bytes`.
    pub(super) fn of(name: &str, bytes: &[u8]) -> Self {
        Self {
            name: name.to_owned(),
            bytes: bytes.len() as u64,
            sha256: sha256(bytes),
        }
    }
}

/// The identity of a model: the SHA-256 of its files' hashes and names, in the order given, as
/// `sha256sum` prints them.
pub(super) fn identity(files: &[FileHash]) -> String {
    let mut lines = String::new();
    for file in files {
        let _ = writeln!(lines, "{}  {}", file.sha256, file.name);
    }
    sha256(lines.as_bytes())
}
