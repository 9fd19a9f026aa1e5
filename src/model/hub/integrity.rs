//! Large files of the hub bear their SHA-256 as their name in the cache: are they what they should
//! be?

use std::path::Path;

use crate::hash::sha256;
use crate::model::{ModelBytes, ModelError};

/// Compares every file in `folder`, a model of the hub's cache, whose hash is known with it.
///
/// Returns how many those are: the weights as a rule. Of small files the hub gives no SHA-256.
///
/// # Errors
///
/// [`ModelError::WrongHash`] for the first file that differs.
pub fn verify(folder: &Path) -> Result<usize, ModelError> {
    let unreadable = |source| ModelError::Unreadable {
        path: folder.to_owned(),
        source,
    };
    let entries = std::fs::read_dir(folder).map_err(unreadable)?;
    let mut paths = Vec::new();
    for entry in entries {
        paths.push(entry.map_err(unreadable)?.path());
    }
    paths.sort();
    let known: Vec<_> = paths
        .iter()
        .filter(|path| expected_hash(path).is_some())
        .collect();
    for path in &known {
        if let Some(error) = wrong_hash(path)? {
            return Err(error);
        }
    }
    Ok(known.len())
}

/// What is wrong with the hash of the file at `path`; nothing if it is right or not known.
pub(super) fn wrong_hash(path: &Path) -> Result<Option<ModelError>, ModelError> {
    let Some(expected) = expected_hash(path) else {
        return Ok(None);
    };
    let found = sha256(&ModelBytes::map(path)?);
    if found == expected {
        return Ok(None);
    }
    let file = path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    Ok(Some(ModelError::WrongHash {
        file,
        expected,
        found,
    }))
}

/// The SHA-256 that the cache's name of the file says.
fn expected_hash(path: &Path) -> Option<String> {
    let blob = path.canonicalize().ok()?;
    let name = blob.file_name()?.to_str()?;
    let is_hash = name.len() == 64 && name.chars().all(|digit| digit.is_ascii_hexdigit());
    is_hash.then(|| name.to_ascii_lowercase())
}
