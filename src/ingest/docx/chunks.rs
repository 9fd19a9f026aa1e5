//! What do the files say that a document takes in whole? The parts that `w:altChunk` names → blocks by relationship.
//!
//! Programs that put documents together leave it to Word to merge them, which it does when it opens the document.

use std::collections::BTreeMap;

use super::{Standing, read_package};
use crate::ingest::blocks::Block;
use crate::ingest::encoding::EncodingChoice;
use crate::ingest::error::ReadError;
use crate::ingest::package::{Package, Relationships, is_zip};
use crate::ingest::{ReadOptions, SourceFormat, read_source};

/// How many times less than packages all may be that is none: a page of 8 MB takes 400 MB and more to read.
const SHARE: u64 = 24;

/// Many names may mean one part, and each is a document to open.
const MAX_CHUNKS: usize = 1_000;

/// What a document takes in, where it is still to be taken.
#[derive(Debug, Default)]
pub(super) struct Chunks {
    /// The names of the parts by id.
    names: BTreeMap<String, String>,
    by_name: BTreeMap<String, Vec<Block>>,
    /// Whether there are parts that were not read.
    pub(super) has_others: bool,
}

impl Chunks {
    /// Reads the parts that a document takes in, but for those in formats that Word would not take and damaged ones.
    ///
    /// # Errors
    ///
    /// [`ReadError::TooLarge`], as the readers.
    pub(super) fn read(
        package: &mut Package<'_>,
        named: &Relationships,
    ) -> Result<Self, ReadError> {
        let mut chunks = Self::default();
        let mut room = package.most_expanded() / SHARE;
        for (id, name) in named.all_of_kind("aFChunk").take(MAX_CHUNKS) {
            chunks.names.insert(id.to_owned(), name.to_owned());
            if chunks.by_name.contains_key(name) {
                continue;
            }
            let blocks = match read_chunk(package, name, &mut room) {
                Ok(Some(blocks)) => blocks,
                Err(ReadError::Empty) => Vec::new(),
                Err(error @ ReadError::TooLarge(_)) => return Err(error),
                Ok(None) | Err(_) => {
                    chunks.has_others = true;
                    Vec::new()
                }
            };
            chunks.by_name.insert(name.to_owned(), blocks);
        }
        Ok(chunks)
    }

    /// Takes what an id stands for, once: a file may name it any number of times.
    pub(super) fn take(&mut self, id: &str) -> Vec<Block> {
        let name = self.names.get(id);
        let blocks = name.and_then(|name| self.by_name.get_mut(name));
        blocks.map(std::mem::take).unwrap_or_default()
    }
}

/// The blocks of a part; nothing of what cannot be taken in.
fn read_chunk(
    package: &mut Package<'_>,
    name: &str,
    room: &mut u64,
) -> Result<Option<Vec<Block>>, ReadError> {
    let Some(bytes) = package.read(name)? else {
        return Ok(Some(Vec::new()));
    };
    if is_zip(&bytes) {
        return read_package_within(package, &bytes);
    }
    let format = match SourceFormat::detect(&bytes, None)? {
        SourceFormat::Docx => return read_package_within(package, &bytes),
        SourceFormat::Text | SourceFormat::Markdown if is_page(name, &bytes) => SourceFormat::Html,
        SourceFormat::Text | SourceFormat::Markdown => SourceFormat::Text,
        format @ (SourceFormat::Html
        | SourceFormat::Rtf
        | SourceFormat::Eml
        | SourceFormat::WordMl) => format,
        _ => return Ok(None),
    };
    let Some(left) = room.checked_sub(bytes.len() as u64) else {
        return Ok(None);
    };
    *room = left;
    let source = read_source(format, &bytes, &ReadOptions::default())?;
    Ok(Some(source.into_decoded(EncodingChoice::Auto).blocks))
}

/// Reads a document that is a part; what it expands to counts even where reading fails.
fn read_package_within(
    package: &mut Package<'_>,
    bytes: &[u8],
) -> Result<Option<Vec<Block>>, ReadError> {
    let mut part = package.open_part(bytes)?;
    let blocks = match part.format() {
        Ok(SourceFormat::Docx) => read_package(&mut part, Standing::InAnother).map(Some),
        Ok(_) => Ok(None),
        Err(error) => Err(error),
    };
    package.close_part(&part);
    Ok(blocks?.map(|(blocks, _)| blocks))
}

/// Whether a piece of text is one of a page: programs hand over `so and <b>so</b>`, which by itself may be anything.
fn is_page(name: &str, bytes: &[u8]) -> bool {
    let name = name.to_ascii_lowercase();
    let suffixes = [".htm", ".html", ".xhtml"];
    suffixes.iter().any(|suffix| name.ends_with(suffix))
        || bytes.windows(2).any(|pair| pair == b"</")
}
