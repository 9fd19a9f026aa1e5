//! Why the state of a run cannot be read or written.

use rusqlite::ErrorCode;
use thiserror::Error;

use crate::results::STATE;

/// Why the state cannot be read or written.
#[derive(Debug, Error)]
pub enum StateError {
    /// No room left.
    #[error("the disk is full; what was done is kept: make room and run the same command again")]
    Full,
    /// Tables of another program.
    #[error(
        "{STATE} is of another version of the program; choose another output folder, or remove it"
    )]
    OtherLayout,
    /// Another program holds a lock on it.
    #[error("{STATE}: another program has it open; close it")]
    Busy,
    /// A record that is no record.
    #[error("{STATE} is damaged: {0}; remove it to start over")]
    Damaged(String),
    /// What SQLite says.
    #[error("{STATE}: {0}")]
    Database(rusqlite::Error),
    /// What the receiver of results says.
    #[error(transparent)]
    Output(#[from] std::io::Error),
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
