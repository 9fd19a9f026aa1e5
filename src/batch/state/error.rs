//! Why the state of a run cannot be read or written. Which file it is, whoever shows this says.

use rusqlite::ErrorCode;
use thiserror::Error;

/// Why the state cannot be read or written.
#[derive(Debug, Error)]
pub enum StateError {
    /// No room left.
    #[error("the disk is full; what was done is kept: make room and run the same command again")]
    Full,
    /// Tables of another program.
    #[error("it is of another version of the program; choose another output folder, or remove it")]
    OtherLayout,
    /// Another program holds a lock on it.
    #[error("another program has it open; close it")]
    Busy,
    /// A record that is no record.
    #[error("it is damaged: {0}; remove it to start over")]
    Damaged(String),
    /// The system lets nothing be written.
    #[error(
        "it cannot be written (permission, a limit on the size of files, or the drive is gone); what was done is kept: {0}"
    )]
    Unwritable(rusqlite::Error),
    /// What else SQLite says.
    #[error("{0}")]
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
            Some(
                ErrorCode::SystemIoFailure
                | ErrorCode::ReadOnly
                | ErrorCode::CannotOpen
                | ErrorCode::PermissionDenied,
            ) => Self::Unwritable(error),
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            // The tables of this layout were there when it was made.
            _ if error.to_string().contains("no such table") => Self::Damaged(error.to_string()),
            _ => Self::Database(error),
        }
    }
}
