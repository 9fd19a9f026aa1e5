//! The files that a command reads whole or by lines, besides documents.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::batch::open_file;

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
    open_file(path).map_err(InputError::of(path))
}

pub(super) fn read(path: &Path) -> Result<Vec<u8>, InputError> {
    let mut bytes = Vec::new();
    let read = open(path)?.read_to_end(&mut bytes);
    read.map_err(InputError::of(path))?;
    Ok(bytes)
}
