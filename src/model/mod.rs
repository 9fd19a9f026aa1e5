//! Which transformer, and where are its bytes?

mod bytes;

use std::path::PathBuf;

use thiserror::Error;

pub use bytes::ModelBytes;

/// Why a model could not be opened.
#[derive(Debug, Error)]
pub enum ModelError {
    /// A file that is missing or may not be read.
    #[error("{} cannot be read", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
}
