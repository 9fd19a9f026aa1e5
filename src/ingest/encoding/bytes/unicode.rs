//! Is it Unicode? By its byte order mark, its zeros, or as UTF-8 with a little damage.

use std::borrow::Cow;

use super::{is_binary, unknown};
use crate::ingest::ReadError;

/// From so many characters beyond ASCII, and from so many for each damaged one, a text is UTF-8 with damage: what
/// is written in another encoding hardly ever makes two in a row.
const LEAST_SOUND: usize = 10;
pub(super) const SOUND_PER_DAMAGED: usize = 50;

/// The text and the name of its encoding, if it is Unicode.
///
/// An error where a byte order mark promises Unicode and the rest breaks the promise.
pub(super) fn decode_unicode(
    bytes: &[u8],
) -> Result<Option<(Cow<'_, str>, &'static str)>, ReadError> {
    match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => {
            let text = utf8(rest).map(Cow::Borrowed);
            let text = text.or_else(|| slightly_damaged_utf8(rest).map(Cow::Owned));
            Ok(Some((text.ok_or_else(|| unknown(bytes))?, "utf-8")))
        }
        [0xFF, 0xFE, rest @ ..] => Ok(Some((
            utf16(rest, 2, u16::from_le_bytes)?.into(),
            "utf-16le",
        ))),
        [0xFE, 0xFF, rest @ ..] => Ok(Some((
            utf16(rest, 2, u16::from_be_bytes)?.into(),
            "utf-16be",
        ))),
        _ => Ok(decode_unmarked(bytes)),
    }
}

fn decode_unmarked(bytes: &[u8]) -> Option<(Cow<'_, str>, &'static str)> {
    let (even, odd) = zeros_of_units(bytes);
    let units = bytes.len() / 2;
    // Most letters of Vietnamese in UTF-16 are ASCII ones, with a zero byte on one side.
    let is_utf16 =
        |zeros: usize, others: usize| zeros > 0 && 5 * zeros >= 2 * units && 100 * others <= units;
    if is_utf16(odd, even) {
        return Some((utf16(bytes, 0, u16::from_le_bytes).ok()?.into(), "utf-16le"));
    }
    if is_utf16(even, odd) {
        return Some((utf16(bytes, 0, u16::from_be_bytes).ok()?.into(), "utf-16be"));
    }
    let text = utf8(bytes).map(Cow::Borrowed);
    let text = text.or_else(|| slightly_damaged_utf8(bytes).map(Cow::Owned));
    Some((text?, "utf-8"))
}

/// How many units of two bytes have a zero in their first byte, and how many in their second.
///
/// A grave accent by itself (U+0300) counts for neither: its zero is on the other side than those of
/// letters, and decomposed Vietnamese is full of it.
pub(in crate::ingest) fn zeros_of_units(bytes: &[u8]) -> (usize, usize) {
    if !bytes.contains(&0) {
        return (0, 0);
    }
    let (units, _) = bytes.as_chunks::<2>();
    let count = |wanted: fn(&[u8; 2]) -> bool| units.iter().filter(|unit| wanted(unit)).count();
    (
        count(|&[first, second]| first == 0 && second != 3),
        count(|&[first, second]| first != 3 && second == 0),
    )
}

/// The bytes as UTF-8; a last character that was cut off is dropped.
fn utf8(bytes: &[u8]) -> Option<&str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Some(text),
        Err(error) if error.error_len().is_none() => {
            let text = std::str::from_utf8(&bytes[..error.valid_up_to()]).ok()?;
            // A single high byte at the end of ASCII text is no sign of UTF-8.
            (!text.is_ascii()).then_some(text)
        }
        Err(_) => None,
    }
}

fn slightly_damaged_utf8(bytes: &[u8]) -> Option<String> {
    damaged_utf8(bytes, LEAST_SOUND, SOUND_PER_DAMAGED)
}

/// The bytes as UTF-8 with U+FFFD for what is none, if there are `least` sound characters beyond ASCII, and
/// `per_damaged` for each damaged one.
pub(super) fn damaged_utf8(bytes: &[u8], least: usize, per_damaged: usize) -> Option<String> {
    let (mut sound, mut damaged) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        let beyond_ascii = |character: &char| !character.is_ascii();
        sound += chunk.valid().chars().filter(beyond_ascii).count();
        damaged += usize::from(!chunk.invalid().is_empty());
    }
    let is_utf8 = sound >= least && sound / per_damaged >= damaged && !is_binary(bytes);
    is_utf8.then(|| String::from_utf8_lossy(bytes).into_owned())
}

/// The bytes as UTF-16, of a file in which they start at `start`, with U+FFFD for what is half a character, if that is
/// no more than one unit in [`SOUND_PER_DAMAGED`]. A last character that was cut off is dropped.
fn utf16(bytes: &[u8], start: usize, unit: fn([u8; 2]) -> u16) -> Result<String, ReadError> {
    let (pairs, _) = bytes.as_chunks::<2>();
    let first_half = |pair: &[u8; 2]| matches!(unit(*pair), 0xD800..=0xDBFF);
    let end = pairs.len() - usize::from(pairs.last().is_some_and(first_half));
    let (mut offset, mut damaged, mut first_damaged) = (start, 0, None);
    let mut text = String::with_capacity(bytes.len());
    for character in char::decode_utf16(pairs[..end].iter().map(|pair| unit(*pair))) {
        if character.is_err() {
            damaged += 1;
            first_damaged.get_or_insert(offset);
        }
        let character = character.unwrap_or(char::REPLACEMENT_CHARACTER);
        offset += 2 * character.len_utf16();
        text.push(character);
    }
    match first_damaged {
        Some(offset) if end / SOUND_PER_DAMAGED < damaged => {
            Err(ReadError::UnknownEncoding { offset })
        }
        _ => Ok(text),
    }
}
