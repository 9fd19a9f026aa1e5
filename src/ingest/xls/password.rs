//! What does a workbook say whose structure is protected? Its stream → the same in the clear.
//!
//! Excel encrypts such workbooks under a password of its own, which is no secret, so that they open without one. Of its
//! methods the one of Excel 97 to 2003 is followed: [MS-XLS] 2.2.10, [MS-OFFCRYPTO] 2.3.6.

use md5::{Digest, Md5};
use rc4::{KeyInit, Rc4, StreamCipher};

use super::super::binary::{slice_at, u16_at};
use super::super::error::ReadError;
use super::record::{self, Records};

const PASSWORD: &str = "VelvetSweatshop";
/// For so many bytes of the stream a key holds.
const BLOCK_BYTES: usize = 1024;
/// So much of a hash counts: exports from the United States were not to have longer keys.
const HASH_BYTES: usize = 5;

/// A workbook's stream, which may be encrypted.
///
/// # Errors
///
/// [`ReadError::Encrypted`] under another password or by another method.
pub(super) fn in_the_clear(mut stream: Vec<u8>) -> Result<Vec<u8>, ReadError> {
    let globals = Records::at(&stream, 0).take_while(|record| record.kind != record::END);
    let mut passwords = globals.filter(|record| record.kind == record::PASSWORD);
    let Some(password) = passwords.next() else {
        return Ok(stream);
    };
    let mut cipher = Cipher::of(password.data()).ok_or(ReadError::Encrypted)?;
    cipher.turn_records(&mut stream);
    Ok(stream)
}

/// What turns bytes into the encrypted ones at the same place, and back.
#[derive(Debug)]
struct Cipher {
    base: [u8; 16],
    block: usize,
    key_bytes: [u8; BLOCK_BYTES],
}

impl Cipher {
    /// The cipher that a password record asks for; `None` where it is another or the password does not fit.
    fn of(record: &[u8]) -> Option<Self> {
        const METHOD: [u8; 6] = [1, 0, 1, 0, 1, 0];
        if !record.starts_with(&METHOD) {
            return None;
        }
        let salt = slice_at(record, 6, 16)?;
        let password: Vec<u8> = PASSWORD.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let salted = [&md5(&password)[..HASH_BYTES], salt].concat().repeat(16);
        let mut cipher = Self {
            base: md5(&salted),
            block: usize::MAX,
            key_bytes: [0; BLOCK_BYTES],
        };
        let mut proof = slice_at(record, 22, 32)?.to_vec();
        cipher.turn(&mut proof, 0);
        let (words, hash) = proof.split_at(16);
        (md5(words) == hash).then_some(cipher)
    }

    /// Turns the records of a stream, of which headers and a few others are never encrypted.
    fn turn_records(&mut self, stream: &mut [u8]) {
        let mut at = 0;
        while let (Some(kind), Some(length)) = (u16_at(stream, at), u16_at(stream, at + 2)) {
            let end = (at + 4 + usize::from(length)).min(stream.len());
            let start = match kind {
                record::BEGIN | record::PASSWORD => end,
                // Who has the file open, what its programs are, and what changed in shared ones.
                0x00E1 | 0x0138 | 0x0194 | 0x0195 | 0x0196 => end,
                // Where the sheet is.
                record::SHEET => end.min(at + 8),
                _ => at + 4,
            };
            self.turn(&mut stream[start..end], start);
            at = end;
        }
    }

    /// Turns bytes that stand at `place` of the stream.
    fn turn(&mut self, bytes: &mut [u8], place: usize) {
        for (byte, at) in bytes.iter_mut().zip(place..) {
            if at / BLOCK_BYTES != self.block {
                self.begin_block(at / BLOCK_BYTES);
            }
            *byte ^= self.key_bytes[at % BLOCK_BYTES];
        }
    }

    fn begin_block(&mut self, block: usize) {
        let number = (block as u32).to_le_bytes();
        let key = md5(&[&self.base[..HASH_BYTES], &number].concat());
        self.block = block;
        self.key_bytes = [0; BLOCK_BYTES];
        let mut rc4 = Rc4::new_from_slice(&key).expect("RC4 takes keys of 16 bytes");
        rc4.apply_keystream(&mut self.key_bytes);
    }
}

fn md5(bytes: &[u8]) -> [u8; 16] {
    Md5::digest(bytes).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made by another program from the salt `0123456789abcdef`.
    const RECORD: &[u8] = b"\x01\0\x01\0\x01\x000123456789abcdef\
        \x99\xFC\x7D\xF7\xCA\x03\xE9\xFF\xBF\xCE\x52\xDA\x09\x7B\x0D\xC0\
        \x4F\x70\x36\x1B\x96\x5E\x78\x5E\x54\x56\x02\x71\x2F\xB0\xA9\x70";

    fn record(kind: u16, data: &[u8]) -> Vec<u8> {
        let length = u16::try_from(data.len()).unwrap();
        [&kind.to_le_bytes(), &length.to_le_bytes(), data].concat()
    }

    fn stream(password: &[u8]) -> Vec<u8> {
        [
            record(record::BEGIN, &[0, 6, 5, 0]),
            record(record::PASSWORD, password),
            record(record::FONT, &[7; 900]),
            record(record::SHEET, &[1, 2, 3, 4, 0, 0, 5, 0]),
            record(record::FONT, &[8; 900]),
            record(record::END, &[]),
        ]
        .concat()
    }

    #[test]
    fn a_workbook_with_a_protected_structure_opens_by_itself() {
        let clear = stream(RECORD);
        let mut encrypted = clear.clone();
        let mut cipher = Cipher::of(RECORD).unwrap();
        cipher.turn_records(&mut encrypted);
        assert_ne!(encrypted[70..80], clear[70..80]);
        let place_of_sheet = 8 + 4 + RECORD.len() + 4 + 900 + 4;
        assert_eq!(encrypted[place_of_sheet..][..4], [1, 2, 3, 4]);
        assert_eq!(in_the_clear(encrypted).unwrap(), clear);
    }

    #[test]
    fn other_passwords_and_methods_are_refused() {
        let mut other = RECORD.to_vec();
        other[40] ^= 1;
        for password in [&other[..], &RECORD[..40], &[0, 0, 1, 2, 3, 4], &[]] {
            let error = in_the_clear(stream(password)).unwrap_err();
            assert_eq!(error.code(), "encrypted");
        }
    }
}
