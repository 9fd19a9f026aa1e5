//! Hashes, as records and models show them.

use std::fmt::Write as _;
use std::io::{self, Read, Write};

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

/// Passes on what is read through it, and hashes it on the way.
#[derive(Debug)]
pub struct HashingReader<R> {
    input: R,
    hash: Sha256,
}

impl<R: Read> HashingReader<R> {
    /// Reads from `input`.
    pub fn new(input: R) -> Self {
        Self {
            input,
            hash: Sha256::new(),
        }
    }

    /// SHA-256 of all that was read, as [`sha256`].
    pub fn sha256(self) -> String {
        hexadecimal(&self.hash.finalize())
    }
}

impl<R: Read> Read for HashingReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(buffer)?;
        self.hash.update(&buffer[..count]);
        Ok(count)
    }
}

/// FNV-1a with 64 bits (<https://datatracker.ietf.org/doc/html/draft-eastlake-fnv>): the same on every
/// machine, for ever, since trained heads depend on it. Small and quick, and no protection against anybody.
pub fn fnv1a(bytes: impl Iterator<Item = u8>) -> u64 {
    fnv1a_on(0xCBF2_9CE4_8422_2325, bytes)
}

/// The [`fnv1a`] of what has the hash `start` with `bytes` after it.
pub fn fnv1a_on(start: u64, bytes: impl Iterator<Item = u8>) -> u64 {
    bytes.fold(start, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3)
    })
}

fn hexadecimal(digest: &[u8]) -> String {
    digest
        .iter()
        .fold(String::with_capacity(64), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

/// SHA-256 of `bytes` in base 64, as browsers want it in a content security policy.
pub fn sha256_base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digest = Sha256::digest(bytes);
    let mut text = String::with_capacity(44);
    for group in digest.chunks(3) {
        let byte = |index: usize| u32::from(group.get(index).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for position in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * position)) as usize & 63];
            let is_padding = position > group.len();
            text.push(if is_padding { '=' } else { char::from(digit) });
        }
    }
    text
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
        let mut reader = HashingReader::new(b"abc".as_slice());
        let read = io::copy(&mut reader, &mut io::sink()).expect("in memory");
        assert_eq!((read, reader.sha256().as_str()), (3, expected));
        let expected = "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=";
        assert_eq!(sha256_base64(b"abc"), expected);
    }

    #[test]
    fn the_quick_hash_is_the_published_one() {
        // The draft's test vectors.
        assert_eq!(fnv1a("".bytes()), 0xCBF2_9CE4_8422_2325);
        assert_eq!(fnv1a("foobar".bytes()), 0x8594_4171_F739_67E8);
        assert_eq!(
            fnv1a_on(fnv1a("foo".bytes()), "bar".bytes()),
            0x8594_4171_F739_67E8
        );
    }
}
