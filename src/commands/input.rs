//! The files that a command reads whole or by lines, besides documents.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

/// A file that was named and cannot be read.
#[derive(Debug, Error)]
#[error("cannot read {}", path.display())]
pub(super) struct InputError {
    path: PathBuf,
    pub(super) source: io::Error,
}

impl InputError {
    fn of(path: &Path) -> impl FnOnce(io::Error) -> Self {
        |source| Self {
            path: path.to_owned(),
            source,
        }
    }
}

pub(super) fn open(path: &Path) -> Result<File, InputError> {
    File::open(path).map_err(InputError::of(path))
}

pub(super) fn read(path: &Path) -> Result<Vec<u8>, InputError> {
    fs::read(path).map_err(InputError::of(path))
}
