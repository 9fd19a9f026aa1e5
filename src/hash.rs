//! Hashes, as records and models show them.

use std::fmt::Write as _;
use std::io::{self, Write};

use sha2::{Digest, Sha256};

/// SHA-256 of `bytes` in lower-case hexadecimal, as `sha256sum` prints it.
pub fn sha256(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

/// Passes on what is written to it, and hashes it on the way.
#[derive(Debug)]
pub struct HashingWriter<W> {
    output: W,
    hash: Sha256,
}

impl<W: Write> HashingWriter<W> {
    /// Writes to `output`.
    pub fn new(output: W) -> Self {
        Self {
            output,
            hash: Sha256::new(),
        }
    }

    /// SHA-256 of all that was written, as [`sha256`].
    pub fn sha256(self) -> String {
        hexadecimal(&self.hash.finalize())
    }
}

impl<W: Write> Write for HashingWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.output.write(bytes)?;
        self.hash.update(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.output.flush()
    }
}

fn hexadecimal(digest: &[u8]) -> String {
    digest
        .iter()
        .fold(String::with_capacity(64), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_the_published_one() {
        // FIPS 180-4, example for a message of one block.
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(sha256(b"abc"), expected);
        let mut writer = HashingWriter::new(Vec::new());
        writer
            .write_all(b"ab")
            .and_then(|()| writer.write_all(b"c"))
            .expect("in memory");
        assert_eq!(writer.sha256(), expected);
    }
}
