//! Labelled paragraphs from files.

use std::path::PathBuf;

use anyhow::Result;
use serde::Serialize;

use crate::commands::input;
use crate::hash::sha256;
use crate::train::{self, Example};

/// Paragraphs, and the files that they come from.
#[derive(Debug)]
pub(super) struct Data {
    pub(super) files: Vec<DataFile>,
    pub(super) examples: Vec<Example>,
}

/// A file of paragraphs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct DataFile {
    /// Its path, as it was given.
    path: String,
    /// SHA-256 of its bytes, in hexadecimal.
    sha256: String,
    /// How many paragraphs it has.
    examples: usize,
    /// How many of them have a teacher's opinion in place of labels.
    opinions: usize,
}

impl Data {
    /// Reads file after file; no two paragraphs may have one `id`.
    pub(super) fn read(paths: &[PathBuf]) -> Result<Self> {
        let (mut files, mut examples) = (Vec::new(), Vec::new());
        for path in paths {
            let name = path.to_string_lossy().into_owned();
            let bytes = input::read(path)?;
            let found = train::read(&name, bytes.as_slice())?;
            let labelled = found.iter().filter(|example| example.is_labelled()).count();
            files.push(DataFile {
                path: name,
                sha256: sha256(&bytes),
                examples: found.len(),
                opinions: found.len() - labelled,
            });
            examples.extend(found);
        }
        train::check_ids(&examples)?;
        Ok(Self { files, examples })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_told_by_its_bytes_and_counts() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("nhan.jsonl");
        let lines = concat!(
            r#"{"text": "Đạt.", "labels": ["a"]}"#,
            "\n",
            r#"{"text": "Đạt.", "scores": {"a": 0.5}}"#,
        );
        std::fs::write(&path, lines).expect("the folder is writable");
        let data = Data::read(std::slice::from_ref(&path)).expect("two examples");
        let expected = DataFile {
            path: path.to_string_lossy().into_owned(),
            sha256: sha256(lines.as_bytes()),
            examples: 2,
            opinions: 1,
        };
        assert_eq!((data.files, data.examples.len()), (vec![expected], 2));
        let twice = Data::read(&[path.clone(), path]).expect_err("the lines are the same");
        assert!(twice.to_string().contains("two examples"), "{twice}");
    }
}
