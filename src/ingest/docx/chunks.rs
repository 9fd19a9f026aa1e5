//! What do the files say that a document takes in whole? The parts that `w:altChunk` names → blocks by relationship.
//!
//! Programs that put documents together leave it to Word to merge them, which it does when it opens the document.

use std::collections::BTreeMap;

use super::{Standing, read_package};
use crate::ingest::blocks::Block;
use crate::ingest::encoding::EncodingChoice;
use crate::ingest::error::ReadError;
use crate::ingest::package::{Package, Relationships};
use crate::ingest::{ReadOptions, SourceFormat, read_source};

/// What all that is no package may have: a page of 8 MB takes 400 MB to read.
const MAX_BYTES: usize = 8 << 20;

/// Many names may mean one part, and each is a document to open.
const MAX_CHUNKS: usize = 1_000;

/// What a document takes in, where it is still to be taken.
#[derive(Debug, Default)]
pub(super) struct Chunks {
    by_id: BTreeMap<String, Vec<Block>>,
    /// Whether there are parts that were not read.
    pub(super) has_others: bool,
}

impl Chunks {
    /// Reads the parts that a document takes in, but for those in formats that Word would not take.
    ///
    /// # Errors
    ///
    /// Those of the readers, but for [`ReadError::Empty`].
    pub(super) fn read(
        package: &mut Package<'_>,
        named: &Relationships,
    ) -> Result<Self, ReadError> {
        let mut chunks = Self::default();
        let mut room = MAX_BYTES;
        for (id, target) in named.all_of_kind("aFChunk").take(MAX_CHUNKS) {
            let Some(bytes) = package.read(target)? else {
                continue;
            };
            match read_chunk(package, &bytes, &mut room) {
                Ok(Some(blocks)) => drop(chunks.by_id.insert(id.to_owned(), blocks)),
                Ok(None) => chunks.has_others = true,
                Err(ReadError::Empty) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(chunks)
    }

    /// Takes what an id stands for, once: a file may name it any number of times.
    pub(super) fn take(&mut self, id: &str) -> Vec<Block> {
        self.by_id.remove(id).unwrap_or_default()
    }
}

/// The blocks of a part; nothing of what cannot be taken in.
fn read_chunk(
    package: &mut Package<'_>,
    bytes: &[u8],
    room: &mut usize,
) -> Result<Option<Vec<Block>>, ReadError> {
    let Ok(format) = SourceFormat::detect(bytes, None) else {
        return Ok(None);
    };
    match format {
        SourceFormat::Docx => {
            let mut part = package.open_part(bytes)?;
            let (blocks, _) = read_package(&mut part, Standing::InAnother)?;
            package.close_part(&part);
            Ok(Some(blocks))
        }
        SourceFormat::Html | SourceFormat::Text | SourceFormat::Rtf | SourceFormat::Eml => {
            let Some(left) = room.checked_sub(bytes.len()) else {
                return Ok(None);
            };
            *room = left;
            let source = read_source(format, bytes, &ReadOptions::default())?;
            Ok(Some(source.into_decoded(EncodingChoice::Auto).blocks))
        }
        _ => Ok(None),
    }
}
