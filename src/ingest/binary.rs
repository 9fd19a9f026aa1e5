//! How are numbers and streams read from binary files? Checked, little-endian, never past the end.

use std::io::{Cursor, Read};

use super::error::ReadError;

/// The bytes of a file in Microsoft's compound format (OLE).
pub(crate) type Compound<'a> = cfb::CompoundFile<Cursor<&'a [u8]>>;

/// The `N` bytes at an offset; `None` past the end.
fn array_at<const N: usize>(data: &[u8], at: usize) -> Option<[u8; N]> {
    data.get(at..at.checked_add(N)?)?.try_into().ok()
}

/// The byte at an offset.
pub(crate) fn u8_at(data: &[u8], at: usize) -> Option<u8> {
    data.get(at).copied()
}

/// The 16-bit number at an offset.
pub(crate) fn u16_at(data: &[u8], at: usize) -> Option<u16> {
    array_at(data, at).map(u16::from_le_bytes)
}

/// The 32-bit number at an offset.
pub(crate) fn u32_at(data: &[u8], at: usize) -> Option<u32> {
    array_at(data, at).map(u32::from_le_bytes)
}

/// `length` bytes at an offset.
pub(crate) fn slice_at(data: &[u8], at: usize, length: usize) -> Option<&[u8]> {
    data.get(at..at.checked_add(length)?)
}

/// UTF-16 in little-endian order as text; a lone surrogate reads as U+FFFD.
pub(crate) fn utf16(bytes: &[u8]) -> String {
    let units = bytes
        .chunks_exact(2)
        .map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
    char::decode_utf16(units)
        .map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}

/// Text with one byte a character, in the state in which runs are decoded.
pub(crate) fn windows_1252(bytes: &[u8]) -> String {
    encoding_rs::WINDOWS_1252
        .decode_without_bom_handling(bytes)
        .0
        .into_owned()
}

/// Opens a compound file.
///
/// # Errors
///
/// [`ReadError::Corrupt`] where its directory or allocation table is unsound.
pub(crate) fn open_compound(bytes: &[u8]) -> Result<Compound<'_>, ReadError> {
    cfb::CompoundFile::open(Cursor::new(bytes)).map_err(|error| damaged("OLE container", &error))
}

fn damaged(part: &str, error: &std::io::Error) -> ReadError {
    // Its directory and its allocation table mostly stand at the end, without which nothing is found.
    ReadError::Corrupt(format!(
        "{part}: {error}; if it was cut short, copy or download it again"
    ))
}

/// Reads a stream of a compound file; `None` where there is none of that name.
///
/// Never gives more bytes than the file has, whatever a stream claims: in a chain of sectors that
/// runs in a circle, the same sectors would be read again and again.
///
/// # Errors
///
/// [`ReadError::Corrupt`] where its sectors cannot be read.
pub(crate) fn read_stream(
    file: &mut Compound<'_>,
    name: &str,
    file_length: usize,
) -> Result<Option<Vec<u8>>, ReadError> {
    if !file.is_stream(name) {
        return Ok(None);
    }
    let corrupt = |error: std::io::Error| damaged(&format!("stream {name}"), &error);
    let stream = file.open_stream(name).map_err(corrupt)?;
    let mut data = Vec::new();
    stream
        .take(file_length as u64)
        .read_to_end(&mut data)
        .map_err(corrupt)?;
    Ok(Some(data))
}
