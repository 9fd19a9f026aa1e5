//! What is done already? One row a document in `run.sqlite`, and the order of the run's inputs.
//!
//! A document is known by the hash of its bytes and by the setup that read it: settings, model and program.
//! A wave is stored in one transaction, so that a run that is killed loses the wave in hand and nothing
//! else; its results are written from here, whoever worked them out.

mod document;
mod error;
mod results;
mod tables;

use std::collections::BTreeSet;
use std::path::Path;

use rusqlite::{Connection, params};

use crate::record::{Record, Status};
use crate::results::STATE;
use tables::{failures_from, insert_document, insert_entry, mark, number_of, set_inputs_aside};

pub use document::{Entry, Finished, Form, Key, Redo, Setup, Signed};
pub use error::StateError;

/// An open state. Whatever is asked of it or stored in it may fail with what SQLite says.
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
        let mut connection = Connection::open(folder.join(STATE))?;
        // A killed process loses nothing that was committed; only a power cut may cost the last waves.
        // The folder is this process's own, so that the log needs no memory shared over files, which network
        // drives do not have.
        connection.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "NORMAL")?;
        let transaction = connection.transaction()?;
        tables::prepare(&transaction)?;
        let setup = number_of(&transaction, setup)?;
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
    pub fn is_done(&self, key: &Key) -> Result<bool, StateError> {
        let mut query = self.connection.prepare_cached(
            "SELECT 1 FROM documents WHERE setup = ? AND content = ? AND form = ?
             AND NOT EXISTS (SELECT 1 FROM again WHERE document = number AND redo = ?)",
        )?;
        let form = key.form as i64;
        Ok(query.exists(params![self.setup, key.content, form, self.redo as i64])?)
    }

    /// Whether only other programs did what this setup would do: all of it is done again.
    pub fn is_of_another_program(&self) -> Result<bool, StateError> {
        let query = "SELECT EXISTS (SELECT 1 FROM documents JOIN setups ON setups.number = setup, setups AS mine
                                    WHERE mine.number = ?1 AND setups.program <> mine.program
                                      AND setups.settings = mine.settings AND setups.model = mine.model)
                        AND NOT EXISTS (SELECT 1 FROM documents WHERE setup = ?1)";
        let is_other = self
            .connection
            .query_row(query, [self.setup], |row| row.get(0));
        Ok(is_other?)
    }

    /// How many documents that can be read the inputs stored by this run are; copies count once.
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
    pub fn forget_inputs(&self) -> Result<(), StateError> {
        self.connection.execute("DELETE FROM inputs", [])?;
        Ok(())
    }

    /// How many results of earlier runs are of documents that this one did not come to, by whatever name. Nothing of one that
    /// could not be had.
    pub fn left_out(&self) -> Result<u64, StateError> {
        let count = "SELECT count(*) FROM earlier JOIN documents ON number = document
                     WHERE path NOT IN (SELECT path FROM inputs) AND content NOT IN
                         (SELECT content FROM inputs JOIN documents ON number = document)";
        let count: i64 = self.connection.query_row(count, [], |row| row.get(0))?;
        Ok(count.cast_unsigned())
    }

    /// Ends a run that came to all its inputs: forgets what earlier ones came to and what other builds of the program
    /// did, and folds the log into the database.
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

#[cfg(test)]
mod tests {
    use rusqlite::ffi::{Error, SQLITE_BUSY};

    use super::*;
    use crate::record::{Failure, ModelIdentity, Source};

    #[test]
    fn what_another_build_of_the_same_version_did_is_done_again() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let key = Key {
            content: "a".to_owned(),
            form: Form::File,
        };
        let store = |program: &str| {
            let setup = Setup {
                settings: "a".to_owned(),
                model: "a".to_owned(),
                program: program.to_owned(),
            };
            let state = State::open(folder.path(), &setup, Redo::Nothing);
            let mut state = state.expect("a state");
            let is_other = state.is_of_another_program().expect("it can be asked");
            let is_done = state.is_done(&key).expect("it can be asked");
            let failure = Failure::new("corrupt", "the file is damaged");
            let model = ModelIdentity::default();
            let record = Record::failed("a.doc".to_owned(), Source::default(), failure, model);
            let finished = Finished::new(key.clone(), record, None, 0);
            state.store(&[finished], &[]).expect("there is room");
            state.tidy().expect("there is room");
            (is_other, is_done)
        };
        assert_eq!(store("0.1.0 (1a2b3c4d)"), (false, false));
        assert_eq!(store("0.1.0 (1a2b3c4d)"), (false, true));
        assert_eq!(store("0.1.0 (5e6f7a8b)"), (true, false));
        assert_eq!(store("0.1.0 (5e6f7a8b)"), (false, true));
    }

    #[test]
    fn a_state_that_lost_a_table_is_damaged_and_one_that_cannot_be_had_is_not() {
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
        let elsewhere = folder.path().join("khac");
        std::fs::create_dir_all(elsewhere.join(STATE)).expect("the folder is writable");
        let error = State::open(&elsewhere, &setup, Redo::Nothing).expect_err("it is a folder");
        assert!(matches!(error, StateError::Unwritable(_)), "{error}");
        let busy = rusqlite::Error::SqliteFailure(Error::new(SQLITE_BUSY), None);
        assert!(matches!(StateError::from(busy), StateError::Busy));
    }
}
