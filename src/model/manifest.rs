//! `manifest.toml`: which files a bundle has, and their hashes.

use std::path::Path;

use serde::Deserialize;

use super::hash::FileHash;

/// The manifest that this program was built with.
#[cfg(feature = "embedded-model")]
pub(super) const BUILT_IN: &str = include_str!("../../models/manifest.toml");

#[derive(Debug, Deserialize)]
struct Manifest {
    model: Vec<Entry>,
}

#[derive(Debug, Deserialize)]
struct Entry {
    id: String,
    files: Vec<FileEntry>,
}

#[derive(Debug, Deserialize)]
struct FileEntry {
    name: String,
    bytes: u64,
    sha256: String,
}

/// The files that `manifest` lists for the model `id`; `None` if it does not describe it.
pub(super) fn files(manifest: &str, id: &str) -> Option<Vec<FileHash>> {
    let manifest: Manifest = toml::from_str(manifest).ok()?;
    let entry = manifest.model.into_iter().find(|entry| entry.id == id)?;
    let hash = |FileEntry {
                    name,
                    bytes,
                    sha256,
                }| FileHash {
        name,
        bytes,
        sha256,
    };
    Some(entry.files.into_iter().map(hash).collect())
}

/// The files that the manifest in `folder`, or in the folder above it, lists for the model `id`.
pub(super) fn files_beside(folder: &Path, id: &str) -> Option<Vec<FileHash>> {
    let places = [
        folder.join("manifest.toml"),
        folder.join("../manifest.toml"),
    ];
    places
        .iter()
        .find_map(|path| files(&std::fs::read_to_string(path).ok()?, id))
}
