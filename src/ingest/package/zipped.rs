//! What parts does a ZIP have? Its bytes → parts by name, within bounds.
//!
//! Sizes that an archive declares are not believed: what comes out of it is counted.

use std::collections::HashMap;
use std::io::{Cursor, Read};

use zip::ZipArchive;
use zip::result::ZipError;

use super::budget::Budget;
use super::meant_name;
use crate::ingest::error::ReadError;

/// More entries than any real document has; the directory alone of more would fill the memory.
const MAX_ENTRIES: usize = 20_000;

/// The parts of an opened ZIP.
#[derive(Debug)]
pub(super) struct ZippedParts<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    /// The entries by the names that they mean, where one was asked for that is not written so.
    meant: Option<HashMap<String, usize>>,
}

impl<'a> ZippedParts<'a> {
    /// Opens a ZIP by its directory.
    ///
    /// # Errors
    ///
    /// [`ReadError::Corrupt`] where there is no sound directory, as at the end of a truncated file;
    /// [`ReadError::TooLarge`] where it has too many entries.
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, ReadError> {
        if declared_entries(bytes) > MAX_ENTRIES {
            return Err(ReadError::TooLarge(format!(
                "its ZIP has more than {MAX_ENTRIES} entries"
            )));
        }
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(read_error)?;
        if archive.len() > MAX_ENTRIES {
            return Err(ReadError::TooLarge(format!(
                "its ZIP has more than {MAX_ENTRIES} entries"
            )));
        }
        Ok(Self {
            archive,
            meant: None,
        })
    }

    /// The entry of a part: names differ in no more than case, and some programs write them with backslashes.
    pub(super) fn index_of(&mut self, name: &str) -> Option<usize> {
        if let Some(index) = self.archive.index_for_name(name) {
            return Some(index);
        }
        let archive = &self.archive;
        let meant = self.meant.get_or_insert_with(|| {
            let names = archive.file_names_raw().map(meant_name);
            names.zip(0..).collect()
        });
        meant.get(&name.to_ascii_lowercase()).copied()
    }

    /// Reads a part, within a budget of expanded bytes; `None` where it has none of that name.
    ///
    /// # Errors
    ///
    /// [`ReadError::TooLarge`] where the part expands beyond the budget,
    /// [`ReadError::Encrypted`] for a part with a password, [`ReadError::Corrupt`] otherwise.
    pub(super) fn read(
        &mut self,
        name: &str,
        budget: &mut Budget,
    ) -> Result<Option<Vec<u8>>, ReadError> {
        let Some(index) = self.index_of(name) else {
            return Ok(None);
        };
        let mut entry = self.archive.by_index(index).map_err(read_error)?;
        let mut bytes = Vec::new();
        let result = entry
            .by_ref()
            .take(budget.left().saturating_add(1))
            .read_to_end(&mut bytes);
        // What turns out to be damaged has taken its time too.
        budget.spend(bytes.len())?;
        match result {
            Ok(_) => Ok(Some(bytes)),
            Err(error) => Err(corrupt(name, &error)),
        }
    }

    /// As [`Self::read`], of no more than so many bytes, which count for nothing.
    pub(super) fn read_beginning(
        &mut self,
        name: &str,
        most_bytes: u64,
    ) -> Result<Option<Vec<u8>>, ReadError> {
        let Some(index) = self.index_of(name) else {
            return Ok(None);
        };
        let entry = self.archive.by_index(index).map_err(read_error)?;
        let mut bytes = Vec::new();
        let result = entry.take(most_bytes).read_to_end(&mut bytes);
        result.map_err(|error| corrupt(name, &error))?;
        Ok(Some(bytes))
    }

    /// The names of all parts as they are meant.
    pub(super) fn names(&self) -> impl Iterator<Item = String> {
        self.archive.file_names_raw().map(meant_name)
    }
}

/// The number of entries that the end of the directory declares, read before anything is allocated.
fn declared_entries(bytes: &[u8]) -> usize {
    const RECORD_LEN: usize = 22;
    let tail = &bytes[bytes
        .len()
        .saturating_sub(RECORD_LEN + usize::from(u16::MAX))..];
    tail.windows(12)
        .rfind(|window| window.starts_with(b"PK\x05\x06"))
        .map_or(0, |window| {
            usize::from(u16::from_le_bytes([window[10], window[11]]))
        })
}

fn corrupt(name: &str, error: &std::io::Error) -> ReadError {
    ReadError::Corrupt(format!("part {name}: {error}"))
}

fn read_error(error: ZipError) -> ReadError {
    match error {
        ZipError::InvalidPassword | ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => {
            ReadError::Encrypted
        }
        other => ReadError::Corrupt(format!("ZIP container: {other}")),
    }
}
