//! What is done already? One row a document in `run.sqlite`, and the order of the run's inputs.
//!
//! A document is known by the hash of its bytes and by the setup that read it: settings, model and program.
//! A wave is stored in one transaction, so that a run that is killed loses the wave in hand and nothing
//! else; its results are written from here, whoever worked them out.

use std::io::{Read, Write};
use std::path::Path;

use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use rusqlite::{Connection, ErrorCode, Row, params};
use thiserror::Error;

use super::duplicates::Signature;
use crate::record::{Record, Status};

/// The name of the state within the output folder.
pub const FILE_NAME: &str = "run.sqlite";

/// The version of the tables below.
const LAYOUT: i64 = 1;

const TABLES: &str = "
    CREATE TABLE setups (
        number INTEGER PRIMARY KEY,
        settings TEXT NOT NULL, model TEXT NOT NULL, program TEXT NOT NULL,
        UNIQUE (settings, model, program)
    );
    CREATE TABLE documents (
        number INTEGER PRIMARY KEY,
        setup INTEGER NOT NULL REFERENCES setups,
        content TEXT NOT NULL, form INTEGER NOT NULL,
        status TEXT NOT NULL, error TEXT,
        tokens INTEGER NOT NULL, read_milliseconds INTEGER NOT NULL,
        signature BLOB, record BLOB NOT NULL,
        UNIQUE (setup, content, form)
    );
    CREATE TABLE inputs (
        position INTEGER PRIMARY KEY,
        id TEXT NOT NULL, path TEXT NOT NULL,
        document INTEGER REFERENCES documents, record BLOB
    );
    CREATE INDEX inputs_of_documents ON inputs (document);
";

/// Why the state cannot be read or written.
#[derive(Debug, Error)]
pub enum StateError {
    /// No room left.
    #[error("the disk is full; what was done is kept: make room and run the same command again")]
    Full,
    /// Tables of another program.
    #[error(
        "{FILE_NAME} is of another version of the program; choose another output folder, or remove it"
    )]
    OtherLayout,
    /// A record that is no record.
    #[error("{FILE_NAME} is damaged: {0}; remove it to start over")]
    Damaged(String),
    /// What SQLite says.
    #[error("{FILE_NAME}: {0}")]
    Database(rusqlite::Error),
    /// What the receiver of results says.
    #[error(transparent)]
    Output(#[from] std::io::Error),
}

/// Who reads: all that makes another result of the same bytes. Hashes in hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setup {
    /// SHA-256 of the settings.
    pub settings: String,
    /// SHA-256 of the model.
    pub model: String,
    /// Version of the program.
    pub program: String,
}

/// What is done again although it is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Redo {
    /// Nothing.
    Nothing,
    /// The documents that failed.
    Failed,
    /// Every document.
    Everything,
}

/// How bytes become a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    /// A file, by its content alone.
    File = 0,
    /// A file whose name may tell its format.
    NamedFile = 1,
    /// A line of a JSONL archive.
    Row = 2,
    /// A row of another table.
    TableRow = 3,
}

/// What a document is known by within a setup.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// SHA-256 of its bytes.
    pub content: String,
    /// How they are read.
    pub form: Form,
}

/// A document that was worked out.
#[derive(Debug)]
pub struct Finished {
    /// What it is known by.
    pub key: Key,
    /// What came of it.
    pub record: Record,
    /// What near-duplicates are told by; nothing where it has too little text.
    pub signature: Option<Signature>,
    /// How long reading it took.
    pub read_milliseconds: u64,
}

/// One input of the run.
#[derive(Debug)]
pub enum Entry {
    /// A document, and what this input calls it.
    Document {
        /// Its name within the run.
        id: String,
        /// Where it lies.
        path: String,
        /// What it is known by; finished before or with this entry.
        key: Key,
    },
    /// An input whose bytes could not be had, with its record.
    Unread(Box<Record>),
}

/// A document among others with its signature.
#[derive(Debug)]
pub struct Signed {
    /// The position of the first input that is this document.
    pub position: u64,
    /// Its number in the state.
    pub document: i64,
    /// Its signature.
    pub signature: Signature,
}

/// An open state.
#[derive(Debug)]
pub struct State {
    connection: Connection,
    setup: i64,
    next_position: i64,
}

impl State {
    /// Opens the state in `folder` for a new run by `setup`; makes it if there is none.
    ///
    /// # Errors
    ///
    /// [`StateError::OtherLayout`] if another program made it, and what SQLite says.
    pub fn open(folder: &Path, setup: &Setup, redo: Redo) -> Result<Self, StateError> {
        let mut connection = Connection::open(folder.join(FILE_NAME))?;
        // A killed process loses nothing that was committed; only a power cut may cost the last waves.
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "NORMAL")?;
        let transaction = connection.transaction()?;
        let layout: i64 = transaction.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        match layout {
            0 => {
                transaction.execute_batch(TABLES)?;
                transaction.pragma_update(None, "user_version", LAYOUT)?;
            }
            LAYOUT => {}
            _ => return Err(StateError::OtherLayout),
        }
        transaction.execute(
            "INSERT OR IGNORE INTO setups (settings, model, program) VALUES (?, ?, ?)",
            params![setup.settings, setup.model, setup.program],
        )?;
        let setup: i64 = transaction.query_row(
            "SELECT number FROM setups WHERE settings = ? AND model = ? AND program = ?",
            params![setup.settings, setup.model, setup.program],
            |row| row.get(0),
        )?;
        transaction.execute("DELETE FROM inputs", [])?;
        let undone = match redo {
            Redo::Nothing => "0",
            Redo::Failed => "status <> 'success'",
            Redo::Everything => "1",
        };
        let undo = format!("DELETE FROM documents WHERE setup = ? AND {undone}");
        transaction.execute(&undo, [setup])?;
        transaction.commit()?;
        Ok(Self {
            connection,
            setup,
            next_position: 0,
        })
    }

    /// Whether a document is done.
    ///
    /// # Errors
    ///
    /// What SQLite says.
    pub fn is_done(&self, key: &Key) -> Result<bool, StateError> {
        let mut query = self.connection.prepare_cached(
            "SELECT 1 FROM documents WHERE setup = ? AND content = ? AND form = ?",
        )?;
        Ok(query.exists(params![self.setup, key.content, key.form as i64])?)
    }

    /// Stores a wave: the documents that it finished, and its inputs in their order.
    ///
    /// # Errors
    ///
    /// [`StateError::Full`] and what else SQLite says. Nothing of the wave is stored then.
    pub fn store(&mut self, finished: &[Finished], entries: &[Entry]) -> Result<(), StateError> {
        let first = self.next_position;
        let transaction = self.connection.transaction()?;
        for document in finished {
            insert_document(&transaction, self.setup, document)?;
        }
        for (entry, position) in entries.iter().zip(first..) {
            insert_entry(&transaction, self.setup, position, entry)?;
        }
        transaction.commit()?;
        self.next_position = first + (entries.len() as u64).cast_signed();
        Ok(())
    }

    /// Hands over the record of every input stored by this run, in order. One that is, byte for byte, a
    /// document before it is [`Status::Skipped`] and names it.
    ///
    /// # Errors
    ///
    /// What `each` and SQLite say.
    pub fn results(
        &self,
        mut each: impl FnMut(Record) -> std::io::Result<()>,
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
        while let Some(row) = rows.next()? {
            each(record_of(row)?)?;
        }
        Ok(())
    }

    /// Hands over the documents of this run that have a signature, in the order of their first inputs.
    ///
    /// # Errors
    ///
    /// What SQLite says.
    pub fn signatures(&self, mut each: impl FnMut(Signed)) -> Result<(), StateError> {
        let mut query = self.connection.prepare_cached(
            "SELECT min(inputs.position), number, signature
             FROM documents JOIN inputs ON inputs.document = number
             WHERE signature IS NOT NULL GROUP BY number ORDER BY 1",
        )?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            let signature: Vec<u8> = row.get(2)?;
            let position: i64 = row.get(0)?;
            each(Signed {
                position: position as u64,
                document: row.get(1)?,
                signature: Signature::from_bytes(&signature),
            });
        }
        Ok(())
    }

    /// The signature of one document.
    ///
    /// # Errors
    ///
    /// What SQLite says.
    pub fn signature(&self, document: i64) -> Result<Signature, StateError> {
        let mut query = self
            .connection
            .prepare_cached("SELECT signature FROM documents WHERE number = ?")?;
        let bytes: Option<Vec<u8>> = query.query_row([document], |row| row.get(0))?;
        Ok(Signature::from_bytes(&bytes.unwrap_or_default()))
    }

    /// The ids and paths of the inputs that are, byte for byte, one document; in order.
    ///
    /// # Errors
    ///
    /// What SQLite says.
    pub fn inputs_of(&self, document: i64) -> Result<Vec<(String, String)>, StateError> {
        let mut query = self
            .connection
            .prepare_cached("SELECT id, path FROM inputs WHERE document = ? ORDER BY position")?;
        let rows = query.query_map([document], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The documents that are more than one input, in the order of their first inputs: position and number.
    ///
    /// # Errors
    ///
    /// What SQLite says.
    pub fn repeated(&self) -> Result<Vec<(u64, i64)>, StateError> {
        let mut query = self.connection.prepare(
            "SELECT min(position), document FROM inputs JOIN documents ON number = document
             WHERE status <> 'failure' GROUP BY document HAVING count(*) > 1 ORDER BY 1",
        )?;
        let rows = query.query_map([], |row| Ok((row.get::<_, i64>(0)? as u64, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Forgets what other versions of the program did, and folds the log into the database.
    ///
    /// # Errors
    ///
    /// What SQLite says.
    pub fn tidy(&self) -> Result<(), StateError> {
        let others = "setup IN (SELECT number FROM setups WHERE program <>
                      (SELECT program FROM setups WHERE number = ?1))";
        let forget = format!("DELETE FROM documents WHERE {others}");
        self.connection.execute(&forget, [self.setup])?;
        self.connection
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        Ok(())
    }
}

fn insert_document(
    connection: &Connection,
    setup: i64,
    document: &Finished,
) -> Result<(), StateError> {
    let Finished {
        key,
        record,
        signature,
        read_milliseconds,
    } = document;
    let mut insert = connection.prepare_cached(
        "INSERT OR REPLACE INTO documents
         (setup, content, form, status, error, tokens, read_milliseconds, signature, record)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )?;
    insert.execute(params![
        setup,
        key.content,
        key.form as i64,
        status_name(record.status),
        record.error.as_ref().map(|error| error.code.as_str()),
        (record.tokens.total as u64).cast_signed(),
        read_milliseconds.cast_signed(),
        signature.as_ref().map(Signature::to_bytes),
        packed(record)?,
    ])?;
    Ok(())
}

fn insert_entry(
    connection: &Connection,
    setup: i64,
    position: i64,
    entry: &Entry,
) -> Result<(), StateError> {
    match entry {
        Entry::Document { id, path, key } => {
            let mut insert = connection.prepare_cached(
                "INSERT INTO inputs (position, id, path, document)
                 SELECT ?, ?, ?, number FROM documents
                 WHERE setup = ? AND content = ? AND form = ?",
            )?;
            let form = key.form as i64;
            insert.execute(params![position, id, path, setup, key.content, form])?;
        }
        Entry::Unread(record) => {
            let mut insert = connection.prepare_cached(
                "INSERT INTO inputs (position, id, path, record) VALUES (?, ?, ?, ?)",
            )?;
            insert.execute(params![
                position,
                record.id,
                record.source.path,
                packed(record)?
            ])?;
        }
    }
    Ok(())
}

fn record_of(row: &Row<'_>) -> Result<Record, StateError> {
    let mut record = unpacked(row.get_ref(2)?.as_blob().map_err(|_| lost())?)?;
    record.id = row.get(0)?;
    record.source.path = row.get(1)?;
    let is_repeated: Option<bool> = row.get(4)?;
    if is_repeated == Some(true) && record.status != Status::Failure {
        let original: String = row.get(3)?;
        return Ok(record.repeating(&original));
    }
    Ok(record)
}

fn lost() -> StateError {
    StateError::Damaged("an input without its document".to_owned())
}

fn status_name(status: Status) -> &'static str {
    match status {
        Status::Success => "success",
        Status::PartialSuccess => "partial_success",
        Status::Failure => "failure",
        Status::Skipped => "skipped",
    }
}

/// A record as it is stored: its JSON, deflated. Records are full of offsets and pack to a fifth.
fn packed(record: &Record) -> Result<Vec<u8>, StateError> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
    serde_json::to_writer(&mut encoder, record).map_err(std::io::Error::from)?;
    encoder.flush()?;
    Ok(encoder.finish()?)
}

fn unpacked(bytes: &[u8]) -> Result<Record, StateError> {
    let damaged = |error: &dyn std::error::Error| StateError::Damaged(error.to_string());
    let mut json = Vec::new();
    DeflateDecoder::new(bytes)
        .read_to_end(&mut json)
        .map_err(|error| damaged(&error))?;
    serde_json::from_slice(&json).map_err(|error| damaged(&error))
}

impl From<rusqlite::Error> for StateError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                Self::Damaged(error.to_string())
            }
            _ => Self::Database(error),
        }
    }
}
