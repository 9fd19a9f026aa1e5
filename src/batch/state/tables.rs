//! The tables of a run's state, and what is put into them.

use rusqlite::{Connection, params};

use super::StateError;
use super::document::{Entry, Finished, Redo, Setup};
use super::results::packed;
use crate::batch::duplicates::Signature;

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

/// Makes the tables that are missing.
pub(super) fn prepare(connection: &Connection) -> Result<(), StateError> {
    let layout: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    match layout {
        0 => {
            connection.execute_batch(TABLES)?;
            connection.pragma_update(None, "user_version", LAYOUT)?;
        }
        LAYOUT => {}
        _ => return Err(StateError::OtherLayout),
    }
    connection.execute_batch(MORE_TABLES)?;
    Ok(())
}

/// The number of a setup, old or new.
pub(super) fn number_of(connection: &Connection, setup: &Setup) -> Result<i64, StateError> {
    let names = params![setup.settings, setup.model, setup.program];
    connection.execute(
        "INSERT OR IGNORE INTO setups (settings, model, program) VALUES (?, ?, ?)",
        names,
    )?;
    let number = connection.query_row(
        "SELECT number FROM setups WHERE settings = ? AND model = ? AND program = ?",
        names,
        |row| row.get(0),
    )?;
    Ok(number)
}

/// Puts the inputs of the last run before those that it did not come to, so that the next one starts without any.
pub(super) fn set_inputs_aside(connection: &Connection) -> Result<(), StateError> {
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
pub(super) fn mark(connection: &Connection, setup: i64, redo: Redo) -> Result<(), StateError> {
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
pub(super) fn failures_from(connection: &Connection, position: i64) -> Result<u64, StateError> {
    let mut query = connection.prepare_cached(
        "SELECT count(*) FROM inputs LEFT JOIN documents ON number = document
         WHERE position >= ? AND (document IS NULL OR status = 'failure')",
    )?;
    let count: i64 = query.query_row([position], |row| row.get(0))?;
    Ok(count.cast_unsigned())
}

/// Stores a document; gives its number.
pub(super) fn insert_document(
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
        record.status.name(),
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

pub(super) fn insert_entry(
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
