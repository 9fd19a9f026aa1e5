//! Where are a presentation's parts? Its chain of edits → [`Directory`].
//!
//! `PowerPoint` saves by appending what changed and a directory of it; the newest place counts.

use std::collections::HashMap;

use super::super::binary::u32_at;
use super::record::{Record, kind};

/// Presentations are saved some hundred times; a longer chain of edits is a circle.
const MAX_EDITS: usize = 10_000;

/// The places of parts, by id.
#[derive(Debug, Default)]
pub(super) struct Directory {
    places: HashMap<u32, u32>,
    document_id: u32,
}

/// Whether the stream of the current user says that the presentation has a password.
pub(super) fn is_encrypted(user: &[u8]) -> bool {
    const ENCRYPTED: u32 = 0xF3D1_C4DF;
    u32_at(user, 12) == Some(ENCRYPTED)
}

impl Directory {
    /// Reads the directories of all edits, the newest first; `None` where there is none.
    pub(super) fn read(user: &[u8], stream: &[u8]) -> Option<Self> {
        let mut directory = Self::default();
        let mut edit_at = u32_at(user, 16)?;
        // Each edit has a directory of its own, so that together they are no longer than the stream.
        let mut room = stream.len();
        for number in 0..MAX_EDITS {
            let edit = Record::at(stream, edit_at as usize, stream.len());
            let edit = edit.filter(|edit| edit.kind == kind::USER_EDIT)?;
            let data = edit.data(stream);
            if number == 0 {
                directory.document_id = u32_at(data, 16)?;
            }
            let places = places(stream, u32_at(data, 12)?);
            room = room.checked_sub(places.len())?;
            directory.add(places);
            match u32_at(data, 8)? {
                // Older edits come before newer ones; one that does not is a circle.
                older if older > 0 && older < edit_at => edit_at = older,
                _ => break,
            }
        }
        Some(directory)
    }

    /// Adds what newer edits have not placed, up to where the data are cut off.
    fn add(&mut self, data: &[u8]) -> Option<()> {
        let mut at = 0;
        while let Some(head) = u32_at(data, at) {
            let (first, count) = (head & 0xF_FFFF, head >> 20);
            at += 4;
            for id in first..first + count {
                self.places.entry(id).or_insert(u32_at(data, at)?);
                at += 4;
            }
        }
        Some(())
    }

    /// The record of a part.
    pub(super) fn record(&self, stream: &[u8], id: u32) -> Option<Record> {
        Record::at(stream, *self.places.get(&id)? as usize, stream.len())
    }

    /// The record of the document.
    pub(super) fn document(&self, stream: &[u8]) -> Option<Record> {
        self.record(stream, self.document_id)
    }
}

/// The data of the directory at an offset; empty where there is none.
fn places(stream: &[u8], offset: u32) -> &[u8] {
    let record = Record::at(stream, offset as usize, stream.len());
    let directory = record.filter(|record| record.kind == kind::DIRECTORY);
    directory.map_or(&[], |record| record.data(stream))
}
