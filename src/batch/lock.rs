//! Who works in this folder? A lock that ends with its holder, however that ends.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::Path;

use thiserror::Error;

use super::is_unfinished;

/// The name of the lock within the output folder.
pub(super) const FILE_NAME: &str = "run.lock";

/// Why a folder cannot be worked in.
#[derive(Debug, Error)]
pub enum LockError {
    /// Another run does.
    #[error(
        "another run{} is working in this folder; wait for it, or choose another output folder",
        holder.as_ref().map_or_else(String::new, |holder| format!(" ({holder})"))
    )]
    Held {
        /// Its process, where the system lets others read what is locked; Windows does not.
        holder: Option<String>,
    },
    /// What the system says.
    #[error("cannot lock the output folder")]
    Io(#[from] io::Error),
}

/// A folder that this process alone works in, until this is dropped or the process ends.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the folder, and removes what those who had it before were writing when they were killed.
    ///
    /// # Errors
    ///
    /// [`LockError::Held`] if another process has it.
    pub fn take(folder: &Path) -> Result<Self, LockError> {
        let path = folder.join(FILE_NAME);
        let mut options = OpenOptions::new();
        let mut file = options
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                let read = file.take(100).read_to_string(&mut holder);
                let holder = read.is_ok().then(|| holder.trim().to_owned());
                return Err(LockError::Held { holder });
            }
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
        file.set_len(0)?;
        file.rewind()?;
        writeln!(file, "process {}", std::process::id())?;
        remove_unfinished(folder);
        Ok(Self { _file: file })
    }
}

fn remove_unfinished(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if is_unfinished(&entry.file_name().to_string_lossy())
            && let Err(error) = fs::remove_file(entry.path())
        {
            tracing::debug!("{}: {error}", entry.path().display());
        }
    }
}
