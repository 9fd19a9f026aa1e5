//! What is done already? One row a document in `run.sqlite`, and the order of the run's inputs.
//!
//! A document is known by the hash of its bytes and by the setup that read it: settings, model and program.
//! A wave is stored in one transaction, so that a run that is killed loses the wave in hand and nothing
//! else; its results are written from here, whoever worked them out.

mod document;
mod results;

use std::collections::BTreeSet;
use std::path::Path;

use rusqlite::{Connection, ErrorCode, params};
use thiserror::Error;

use super::duplicates::Signature;
use crate::record::{Record, Status};

pub use document::{Entry, Finished, Form, Key, Redo, Setup, Signed};
use results::packed;

/// The name of the state within the output folder.
pub const FILE_NAME: &str = "run.sqlite";

/// The version of the tables below and of the records in them.
const LAYOUT: i64 = 2;

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

/// What came later. `earlier` has the inputs of runs before this one, `again` the documents that are done and that a
/// run with [`Redo`] does once more.
const MORE_TABLES: &str = "
    CREATE TABLE IF NOT EXISTS earlier (
        position INTEGER NOT NULL,
        id TEXT NOT NULL, path TEXT NOT NULL,
        document INTEGER REFERENCES documents ON DELETE CASCADE, record BLOB
    );
    CREATE TABLE IF NOT EXISTS again (
        document INTEGER PRIMARY KEY REFERENCES documents ON DELETE CASCADE,
        redo INTEGER NOT NULL
    );
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
    /// Another program holds a lock on it.
    #[error("{FILE_NAME}: another program has it open; close it")]
    Busy,
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

/// An open state.
#[derive(Debug)]
pub struct State {
    connection: Connection,
    setup: i64,
    redo: Redo,
    next_position: i64,
    /// The documents that failed in this run.
    failed: BTreeSet<i64>,
}

/// What a stored wave comes to.
#[derive(Debug)]
pub struct StoredWave {
    /// How many of its inputs failed, now or before.
    pub failed: u64,
    /// The records of those that are, byte for byte, an input before them that failed in this run.
    pub copies_of_failures: Vec<Record>,
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
        // The folder is this process's own, so that the log needs no memory shared over files, which network
        // drives do not have.
        connection.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
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
        transaction.execute_batch(MORE_TABLES)?;
        transaction.execute(
            "INSERT OR IGNORE INTO setups (settings, model, program) VALUES (?, ?, ?)",
            params![setup.settings, setup.model, setup.program],
        )?;
        let setup: i64 = transaction.query_row(
            "SELECT number FROM setups WHERE settings = ? AND model = ? AND program = ?",
            params![setup.settings, setup.model, setup.program],
            |row| row.get(0),
        )?;
        set_inputs_aside(&transaction)?;
        mark(&transaction, setup, redo)?;
        transaction.commit()?;
        Ok(Self {
            connection,
            setup,
            redo,
            next_position: 0,
            failed: BTreeSet::new(),
        })
    }

    /// Whether a document is done, and not to be done again.
    ///
    /// # Errors
    ///
    /// What SQLite says.
    pub fn is_done(&self, key: &Key) -> Result<bool, StateError> {
        let mut query = self.connection.prepare_cached(
            "SELECT 1 FROM documents WHERE setup = ? AND content = ? AND form = ?
             AND NOT EXISTS (SELECT 1 FROM again WHERE document = number AND redo = ?)",
        )?;
        let form = key.form as i64;
        Ok(query.exists(params![self.setup, key.content, form, self.redo as i64])?)
    }

    /// How many documents that can be read the inputs stored by this run are; copies count once.
    ///
    /// # Errors
    ///
    /// What SQLite says.
    pub fn readable(&self) -> Result<u64, StateError> {
        let count =
            "SELECT count(DISTINCT document) FROM inputs JOIN documents ON number = document
                     WHERE status <> 'failure'";
        let count: i64 = self.connection.query_row(count, [], |row| row.get(0))?;
        Ok(count.cast_unsigned())
    }

    /// Stores a wave: the documents that it finished, and its inputs in their order.
    ///
    /// # Errors
    ///
    /// [`StateError::Full`], [`StateError::Damaged`] where an input's document is neither finished nor known, and what else
    /// SQLite says. Nothing of the wave is stored then.
    pub fn store(
        &mut self,
        finished: &[Finished],
        entries: &[Entry],
    ) -> Result<StoredWave, StateError> {
        let first = self.next_position;
        let transaction = self.connection.transaction()?;
        for document in finished {
            let number = insert_document(&transaction, self.setup, document)?;
            if document.record().status == Status::Failure {
                self.failed.insert(number);
            }
        }
        for (entry, position) in entries.iter().zip(first..) {
            insert_entry(&transaction, self.setup, position, entry)?;
        }
        let stored = StoredWave {
            failed: failures_from(&transaction, first)?,
            copies_of_failures: results::copies_from(&transaction, first, &self.failed)?,
        };
        transaction.commit()?;
        self.next_position = first + (entries.len() as u64).cast_signed();
        Ok(stored)
    }

    /// How many inputs stored by this run have an id that another one has too, and the first such id.
    ///
    /// # Errors
    ///
    /// What SQLite says.
    pub fn shared_ids(&self) -> Result<Option<(u64, String)>, StateError> {
        let count = "SELECT sum(count), min(id)
                     FROM (SELECT id, count(*) AS count FROM inputs GROUP BY id HAVING count > 1)";
        let shared = self.connection.query_row(count, [], |row| {
            Ok((row.get::<_, Option<i64>>(0)?, row.get(1)?))
        })?;
        Ok(match shared {
            (Some(count), Some(id)) => Some((count.cast_unsigned(), id)),
            _ => None,
        })
    }

    /// Ends a run that did not come to all its inputs: what earlier runs came to and this one did not follows behind what
    /// it did, as far as the documents are known by its setup.
    ///
    /// # Errors
    ///
    /// What SQLite says.
    pub fn keep_earlier(&self) -> Result<(), StateError> {
        let keep = "INSERT INTO inputs (position, id, path, document, record)
                    SELECT ?1 + earlier.position, id, path, mine.number, earlier.record
                    FROM earlier
                    LEFT JOIN documents AS theirs ON theirs.number = earlier.document
                    LEFT JOIN documents AS mine ON mine.setup = ?2
                         AND mine.content = theirs.content AND mine.form = theirs.form
                    WHERE path NOT IN (SELECT path FROM inputs)
                      AND (mine.number IS NOT NULL OR earlier.document IS NULL)";
        self.connection
            .execute(keep, [self.next_position, self.setup])?;
        Ok(())
    }

    /// Ends a run none of whose inputs exists: forgets them. What earlier runs came to stays for the next one.
    ///
    /// # Errors
    ///
    /// What SQLite says.
    pub fn forget_inputs(&self) -> Result<(), StateError> {
        self.connection.execute("DELETE FROM inputs", [])?;
        Ok(())
    }

    /// How many results of earlier runs are of documents that this one did not come to, by whatever name. Nothing of one that
    /// could not be had.
    ///
    /// # Errors
    ///
    /// What SQLite says.
    pub fn left_out(&self) -> Result<u64, StateError> {
        let count = "SELECT count(*) FROM earlier JOIN documents ON number = document
                     WHERE path NOT IN (SELECT path FROM inputs) AND content NOT IN
                         (SELECT content FROM inputs JOIN documents ON number = document)";
        let count: i64 = self.connection.query_row(count, [], |row| row.get(0))?;
        Ok(count.cast_unsigned())
    }

    /// Ends a run that came to all its inputs: forgets what earlier ones came to and what other versions of the program
    /// did, and folds the log into the database.
    ///
    /// # Errors
    ///
    /// What SQLite says.
    pub fn tidy(&self) -> Result<(), StateError> {
        self.connection.execute("DELETE FROM earlier", [])?;
        let again = "DELETE FROM again
                     WHERE document IN (SELECT number FROM documents WHERE setup = ?1)";
        self.connection.execute(again, [self.setup])?;
        let others = "setup IN (SELECT number FROM setups WHERE program <>
                      (SELECT program FROM setups WHERE number = ?1))";
        let forget = format!("DELETE FROM documents WHERE {others}");
        self.connection.execute(&forget, [self.setup])?;
        self.connection
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        Ok(())
    }
}

/// Puts the inputs of the last run before those that it did not come to, so that the next one starts without any.
fn set_inputs_aside(connection: &Connection) -> Result<(), StateError> {
    connection.execute_batch(
        "DELETE FROM earlier WHERE path IN (SELECT path FROM inputs);
         UPDATE earlier SET position = position +
             (SELECT coalesce(max(position) + 1, 0) FROM inputs);
         INSERT INTO earlier (position, id, path, document, record)
             SELECT position, id, path, document, record FROM inputs;
         DELETE FROM inputs;",
    )?;
    Ok(())
}

/// Marks what is done again, unless a run before that was to do so did not end: it goes on then.
fn mark(connection: &Connection, setup: i64, redo: Redo) -> Result<(), StateError> {
    let which = match redo {
        Redo::Nothing => return Ok(()),
        Redo::Failed => "status <> 'success'",
        Redo::Everything => "1",
    };
    let mark = format!(
        "INSERT OR REPLACE INTO again (document, redo)
         SELECT number, ?2 FROM documents WHERE setup = ?1 AND {which} AND NOT EXISTS (
             SELECT 1 FROM again JOIN documents ON number = document
             WHERE setup = ?1 AND redo = ?2)"
    );
    connection.execute(&mark, [setup, redo as i64])?;
    Ok(())
}

/// How many of the inputs from a position on failed. Those without a document could not be had.
fn failures_from(connection: &Connection, position: i64) -> Result<u64, StateError> {
    let mut query = connection.prepare_cached(
        "SELECT count(*) FROM inputs LEFT JOIN documents ON number = document
         WHERE position >= ? AND (document IS NULL OR status = 'failure')",
    )?;
    let count: i64 = query.query_row([position], |row| row.get(0))?;
    Ok(count.cast_unsigned())
}

/// Stores a document; gives its number.
fn insert_document(
    connection: &Connection,
    setup: i64,
    document: &Finished,
) -> Result<i64, StateError> {
    let Finished {
        key,
        packed,
        signature,
        read_milliseconds,
        ..
    } = document;
    let record = document.record();
    let mut insert = connection.prepare_cached(
        "INSERT INTO documents
         (setup, content, form, status, error, tokens, read_milliseconds, signature, record)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET status = excluded.status, error = excluded.error,
             tokens = excluded.tokens, read_milliseconds = excluded.read_milliseconds,
             signature = excluded.signature, record = excluded.record
         RETURNING number",
    )?;
    let values = params![
        setup,
        key.content,
        key.form as i64,
        status_name(record.status),
        record.error.as_ref().map(|error| error.code.as_str()),
        (record.tokens.total as u64).cast_signed(),
        read_milliseconds.cast_signed(),
        signature.as_ref().map(Signature::to_bytes),
        packed,
    ];
    let number: i64 = insert.query_row(values, |row| row.get(0))?;
    connection
        .prepare_cached("DELETE FROM again WHERE document = ?")?
        .execute([number])?;
    Ok(number)
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
            let count = insert.execute(params![position, id, path, setup, key.content, form])?;
            // An input without a result must not go unnoticed.
            if count == 0 {
                return Err(StateError::Damaged(format!("no result is kept for {path}")));
            }
        }
        Entry::Unread(record) => {
            let mut insert = connection.prepare_cached(
                "INSERT INTO inputs (position, id, path, record) VALUES (?, ?, ?, ?)",
            )?;
            insert.execute(params![
                position,
                record.id,
                record.source.path,
                packed(record)
            ])?;
        }
    }
    Ok(())
}

fn status_name(status: Status) -> &'static str {
    match status {
        Status::Success => "success",
        Status::PartialSuccess => "partial_success",
        Status::Failure => "failure",
        Status::Skipped => "skipped",
    }
}

impl From<rusqlite::Error> for StateError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                Self::Damaged(error.to_string())
            }
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            // The tables of this layout were there when it was made.
            _ if error.to_string().contains("no such table") => Self::Damaged(error.to_string()),
            _ => Self::Database(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::ffi::{Error, SQLITE_BUSY};

    use super::*;

    #[test]
    fn a_state_that_lost_a_table_is_damaged_and_one_that_is_open_elsewhere_is_not() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let setup = Setup {
            settings: "a".to_owned(),
            model: "a".to_owned(),
            program: "a".to_owned(),
        };
        let open = || State::open(folder.path(), &setup, Redo::Nothing);
        let state = open().expect("a new state");
        let drop_table = state.connection.execute("DROP TABLE inputs", []);
        drop_table.expect("it is there");
        drop(state);
        let error = open().expect_err("a table is missing");
        assert!(matches!(error, StateError::Damaged(_)), "{error}");
        let busy = rusqlite::Error::SqliteFailure(Error::new(SQLITE_BUSY), None);
        assert!(matches!(StateError::from(busy), StateError::Busy));
    }
}
