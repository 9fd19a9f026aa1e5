//! What the encoder made of documents, kept in a file for the next training.
//!
//! The file is a heading (`TOMTATVC`, the model's hash in hexadecimal, the size of a vector as `u32`), then one entry a
//! document: the hash of its text in hexadecimal, its number of units as `u32`, and their mean states in 16 bits.

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::Path;

use anyhow::{Context, Result, ensure};
use half::f16;

const MAGIC: &[u8] = b"TOMTATVC";

/// Bytes of a hash in hexadecimal.
const HASH: usize = 64;

/// Vectors by the hash of the document's text, and the file that more of them go to.
#[derive(Debug, Default)]
pub(super) struct KeptVectors {
    known: HashMap<String, Vec<f16>>,
    file: Option<BufWriter<File>>,
}

impl KeptVectors {
    /// Reads the file if it is there, or else starts it.
    pub(super) fn open(path: &Path, sha256: &str, hidden_size: usize) -> Result<Self> {
        let name = || format!("cannot use {}", path.display());
        let mut heading = [MAGIC, sha256.as_bytes()].concat();
        heading.extend((hidden_size as u32).to_le_bytes());
        let is_new = !path.exists();
        let known = if is_new {
            HashMap::new()
        } else {
            let mut input = BufReader::new(File::open(path).with_context(name)?);
            let mut found = vec![0; heading.len()];
            input.read_exact(&mut found).with_context(name)?;
            ensure!(
                found == heading,
                "{} was made with another model",
                path.display()
            );
            read(input, hidden_size).with_context(name)?
        };
        let file = OpenOptions::new().append(true).create(true).open(path);
        let mut file = BufWriter::new(file.with_context(name)?);
        if is_new {
            file.write_all(&heading)?;
        }
        Ok(Self {
            known,
            file: Some(file),
        })
    }

    /// Whether the vectors of a text are known.
    pub(super) fn has(&self, sha256: &str) -> bool {
        self.known.contains_key(sha256)
    }

    /// Takes them out.
    pub(super) fn take(&mut self, sha256: &str) -> Option<Vec<f16>> {
        self.known.remove(sha256)
    }

    /// Adds those of a text of `units` units to the file, if there is one.
    pub(super) fn keep(&mut self, sha256: &str, units: usize, vectors: &[f16]) -> io::Result<()> {
        let Some(file) = &mut self.file else {
            return Ok(());
        };
        file.write_all(sha256.as_bytes())?;
        file.write_all(&(units as u32).to_le_bytes())?;
        let bytes = vectors.iter().flat_map(|value| value.to_le_bytes());
        file.write_all(&bytes.collect::<Vec<u8>>())?;
        file.flush()
    }
}

fn read(mut input: impl Read, hidden_size: usize) -> io::Result<HashMap<String, Vec<f16>>> {
    let mut known = HashMap::new();
    let mut head = [0; HASH + 4];
    loop {
        match input.read_exact(&mut head) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(known),
            other => other?,
        }
        let (hash, units) = head.split_at(HASH);
        let units = units
            .iter()
            .rev()
            .fold(0, |sum, &byte| sum << 8 | usize::from(byte));
        let mut bytes = vec![0; units * hidden_size * 2];
        input.read_exact(&mut bytes)?;
        let (numbers, _) = bytes.as_chunks();
        let vectors = numbers.iter().map(|&bytes| f16::from_le_bytes(bytes));
        known.insert(
            String::from_utf8_lossy(hash).into_owned(),
            vectors.collect(),
        );
    }
}
