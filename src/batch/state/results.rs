//! What the state says in the end: the records of all inputs in order, and which of them are alike.

use std::collections::BTreeSet;
use std::io::{self, Read};

use flate2::Compression;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;
use rayon::prelude::*;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row};

use super::{Signed, State, StateError};
use crate::batch::duplicates::{Member, Signature};
use crate::record::{Record, Status};

impl State {
    /// Hands over the record of every input stored by this run or kept from earlier ones, and its line of JSON, in order. One that
    /// is, byte for byte, a document before it is [`Status::Skipped`] and names it.
    ///
    /// # Errors
    ///
    /// What `each` and SQLite say.
    pub fn results(
        &self,
        mut each: impl FnMut(&Record, &[u8]) -> io::Result<()>,
    ) -> Result<(), StateError> {
        let mut query = self.connection.prepare(
            "SELECT inputs.id, inputs.path, coalesce(inputs.record, documents.record),
                    (SELECT id FROM inputs AS others WHERE others.document = inputs.document
                     ORDER BY position LIMIT 1),
                    (SELECT min(position) FROM inputs AS others
                     WHERE others.document = inputs.document) < inputs.position
             FROM inputs LEFT JOIN documents ON documents.number = inputs.document
             ORDER BY inputs.position",
        )?;
        let mut rows = query.query([])?;
        loop {
            let (mut stored, mut bytes) = (Vec::new(), 0);
            while bytes < UNPACKED_BYTES
                && let Some(row) = rows.next()?
            {
                let row = Stored::of(row)?;
                bytes += row.packed.len();
                stored.push(row);
            }
            if stored.is_empty() {
                return Ok(());
            }
            let told = stored.into_par_iter().map(Stored::told);
            for told in told.collect::<Vec<_>>() {
                let (record, line) = told?;
                each(&record, &line)?;
            }
        }
    }

    /// Hands over the documents of this run that have a signature, in the order of their first inputs.
    pub fn signatures(&self, mut each: impl FnMut(Signed)) -> Result<(), StateError> {
        let mut query = self.connection.prepare_cached(
            "SELECT min(inputs.position), number, signature
             FROM documents JOIN inputs ON inputs.document = number
             WHERE signature IS NOT NULL GROUP BY number ORDER BY 1",
        )?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            each(Signed {
                member: member(row)?,
                signature: signature(row.get_ref(2)?)?,
            });
        }
        Ok(())
    }

    /// The signature of a document that has one.
    pub fn signature(&self, document: i64) -> Result<Signature, StateError> {
        let mut query = self
            .connection
            .prepare_cached("SELECT signature FROM documents WHERE number = ?")?;
        query.query_row([document], |row| Ok(signature(row.get_ref(0)?)))?
    }

    /// The ids and paths of the inputs that are, byte for byte, one document; in order.
    pub fn inputs_of(&self, document: i64) -> Result<Vec<(String, String)>, StateError> {
        let mut query = self
            .connection
            .prepare_cached("SELECT id, path FROM inputs WHERE document = ? ORDER BY position")?;
        let rows = query.query_map([document], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The documents that are more than one input, in the order of their first inputs.
    pub fn repeated(&self) -> Result<Vec<Member>, StateError> {
        let mut query = self.connection.prepare(
            "SELECT min(position), document FROM inputs JOIN documents ON number = document
             WHERE status <> 'failure' GROUP BY document HAVING count(*) > 1 ORDER BY 1",
        )?;
        let rows = query.query_map([], member)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

/// A row of a position and a document.
fn member(row: &Row<'_>) -> rusqlite::Result<Member> {
    let position: i64 = row.get(0)?;
    Ok(Member {
        position: position.cast_unsigned(),
        document: row.get(1)?,
    })
}

fn signature(value: ValueRef<'_>) -> Result<Signature, StateError> {
    let bytes = value.as_blob().ok();
    let found = bytes.and_then(Signature::from_bytes);
    found.ok_or_else(|| StateError::Damaged("a signature that is none".to_owned()))
}

/// The records of the inputs from a position on that are, byte for byte, an input before them, as far as that is one of the
/// `documents`.
pub(super) fn copies_from(
    connection: &Connection,
    position: i64,
    documents: &BTreeSet<i64>,
) -> Result<Vec<Record>, StateError> {
    let mut copies = Vec::new();
    if documents.is_empty() {
        return Ok(copies);
    }
    let mut query = connection.prepare_cached(
        "SELECT inputs.id, inputs.path, documents.record, NULL, NULL, number
         FROM inputs JOIN documents ON number = inputs.document
         WHERE inputs.position >= ? AND status = 'failure' AND EXISTS (
             SELECT 1 FROM inputs AS others
             WHERE others.document = number AND others.position < inputs.position)
         ORDER BY inputs.position",
    )?;
    let mut rows = query.query([position])?;
    while let Some(row) = rows.next()? {
        if documents.contains(&row.get(5)?) {
            copies.push(Stored::of(row)?.record()?);
        }
    }
    Ok(copies)
}

/// Records are unpacked and told together, on all cores, that have this size as they are stored: enough of them to share, and
/// little memory, some ten times as much.
const UNPACKED_BYTES: usize = 1 << 19;

/// An input as its row has it.
struct Stored {
    id: String,
    path: String,
    packed: Vec<u8>,
    /// The first input that is the same document, where that is another.
    original: Option<String>,
}

impl Stored {
    fn of(row: &Row<'_>) -> Result<Self, StateError> {
        let is_repeated: Option<bool> = row.get(4)?;
        Ok(Self {
            id: row.get(0)?,
            path: row.get(1)?,
            packed: row.get_ref(2)?.as_blob().map_err(|_| lost())?.to_vec(),
            original: match is_repeated {
                Some(true) => Some(row.get(3)?),
                _ => None,
            },
        })
    }

    /// The record and its line of JSON.
    fn told(self) -> Result<(Record, Vec<u8>), StateError> {
        let record = self.record()?;
        let mut line = serde_json::to_vec(&record).map_err(io::Error::from)?;
        line.push(b'\n');
        Ok((record, line))
    }

    fn record(self) -> Result<Record, StateError> {
        let mut record = unpacked(&self.packed)?;
        record.id = self.id;
        record.source.path = self.path;
        Ok(match self.original {
            Some(original) if record.status != Status::Failure => record.repeating(&original),
            _ => record,
        })
    }
}

fn lost() -> StateError {
    StateError::Damaged("an input without its document".to_owned())
}

/// A record as it is stored: its JSON, deflated, with a checksum, so that a damaged disk makes no other record of it.
/// Records are full of offsets and pack to a fifth.
pub(super) fn packed(record: &Record) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    serde_json::to_writer(&mut encoder, record)
        .map_err(io::Error::from)
        .and_then(|()| encoder.finish())
        .expect("memory takes a record")
}

fn unpacked(bytes: &[u8]) -> Result<Record, StateError> {
    let damaged = |error: &dyn std::error::Error| StateError::Damaged(error.to_string());
    let mut json = Vec::new();
    ZlibDecoder::new(bytes)
        .read_to_end(&mut json)
        .map_err(|error| damaged(&error))?;
    serde_json::from_slice(&json).map_err(|error| damaged(&error))
}
