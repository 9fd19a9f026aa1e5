//! What a scorer, a head or a smaller model was made of, and how: a JSON file beside it. Same input, same bytes.

use std::path::Path;

use anyhow::Result;
use serde::Serialize;

use crate::commands::files;
use crate::record::ModelIdentity;

/// All that it takes to make it again.
#[derive(Debug, Serialize)]
pub(super) struct Made<'a, D, O> {
    /// Version of the program.
    program: &'static str,
    /// The model that read the data; nothing if its tokenizer alone did.
    base: Option<&'a ModelIdentity>,
    /// What was learnt from.
    data: D,
    /// How.
    options: O,
    /// SHA-256 of what was made.
    sha256: String,
}

impl<'a, D: Serialize, O: Serialize> Made<'a, D, O> {
    pub(super) fn new(
        base: Option<&'a ModelIdentity>,
        data: D,
        options: O,
        sha256: String,
    ) -> Self {
        Self {
            program: env!("CARGO_PKG_VERSION"),
            base,
            data,
            options,
            sha256,
        }
    }

    /// Writes it to a file.
    pub(super) fn write(&self, path: &Path) -> Result<()> {
        files::write_json(path, self)
    }
}
