//! How is a path written that need not be text? Names of files ⇄ strings, so that no two files share one.
//!
//! A byte that is no UTF-8 becomes `\xE1`. Where a name has such a sequence itself, its backslash becomes `\x5C`. All
//! other names stay as they are. On Windows, where names are in UTF-16, half of a character becomes `\uD83D`; no name there
//! has a backslash of its own.

use std::borrow::Cow;
use std::ffi::{OsStr, OsString};
use std::fmt::Write;
use std::path::{Component, Path, PathBuf};

/// A path as a string.
#[cfg(unix)]
pub fn written(path: &OsStr) -> Cow<'_, str> {
    use std::os::unix::ffi::OsStrExt;
    written_bytes(path.as_bytes())
}

/// The path that a string was written for.
#[cfg(unix)]
pub(super) fn path_of(written: &str) -> PathBuf {
    use std::os::unix::ffi::OsStringExt;
    PathBuf::from(OsString::from_vec(bytes_of(written)))
}

/// A path as a string, with `/` between its parts as everywhere, so that results name documents alike on every system. A
/// name in it that has half of a character, which Windows permits, names that as `\uD83D`.
#[cfg(windows)]
pub fn written(path: &OsStr) -> Cow<'_, str> {
    use std::os::windows::ffi::OsStrExt;
    match path.to_str() {
        // Windows takes such a path by the letter, and `/` for a character of a name.
        Some(path) if path.starts_with(r"\\?\") || !path.contains('\\') => Cow::Borrowed(path),
        Some(path) => Cow::Owned(path.replace('\\', "/")),
        None => Cow::Owned(written_wide(path.encode_wide())),
    }
}

/// The path that a string was written for.
#[cfg(windows)]
pub(super) fn path_of(written: &str) -> PathBuf {
    use std::os::windows::ffi::OsStringExt;
    PathBuf::from(OsString::from_wide(&wide_of(written)))
}

/// The units of a path of Windows as a string.
#[cfg(any(windows, test))]
fn written_wide(units: impl Iterator<Item = u16>) -> String {
    let mut written = String::new();
    for character in char::decode_utf16(units) {
        match character {
            Ok('\\') => written.push('/'),
            Ok(character) => written.push(character),
            // A string takes everything.
            Err(half) => {
                let _ = write!(written, r"\u{:04X}", half.unpaired_surrogate());
            }
        }
    }
    written
}

/// The units that [`written_wide`] wrote a string for, but for the separators of folders, of which Windows takes either.
#[cfg(any(windows, test))]
fn wide_of(written: &str) -> Vec<u16> {
    let half = |rest: &str| {
        let digits = rest.strip_prefix(r"\u")?.get(..4)?;
        let unit = u16::from_str_radix(digits, 16).ok()?;
        (0xD800..0xE000).contains(&unit).then_some(unit)
    };
    let mut units = Vec::with_capacity(written.len());
    let mut rest = written;
    while let Some(character) = rest.chars().next() {
        let length = if let Some(unit) = half(rest) {
            units.push(unit);
            r"\uD800".len()
        } else {
            units.extend_from_slice(character.encode_utf16(&mut [0; 2]));
            character.len_utf8()
        };
        rest = &rest[length..];
    }
    units
}

/// A path below `root`, as a string.
pub fn joined(root: &Path, written: &str) -> String {
    let path = Path::new(written);
    let is_whole =
        path.has_root() || matches!(path.components().next(), Some(Component::Prefix(_)));
    let root = self::written(root.as_os_str());
    if is_whole || root.is_empty() {
        return written.to_owned();
    }
    // What stands behind the name of a container is no path of this system.
    let separator = if root.ends_with('/') { "" } else { "/" };
    format!("{root}{separator}{written}")
}

/// A name as a string; UTF-8 as it is, whatever else with its bytes named.
pub(super) fn written_bytes(name: &[u8]) -> Cow<'_, str> {
    if let Ok(name) = std::str::from_utf8(name)
        && !name.contains(r"\x")
    {
        return Cow::Borrowed(name);
    }
    let mut written = String::with_capacity(name.len() + 8);
    for chunk in name.utf8_chunks() {
        for (at, character) in chunk.valid().char_indices() {
            if character == '\\' && is_misread(&chunk.valid()[at + 1..]) {
                written.push_str(BACKSLASH);
            } else {
                written.push(character);
            }
        }
        for byte in chunk.invalid() {
            // A string takes everything.
            let _ = write!(written, r"\x{byte:02X}");
        }
    }
    Cow::Owned(written)
}

/// The bytes that [`written_bytes`] wrote a string for.
#[cfg(any(unix, test))]
fn bytes_of(written: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(written.len());
    let mut rest = written;
    while let Some(at) = rest.find('\\') {
        bytes.extend_from_slice(&rest.as_bytes()[..at]);
        rest = &rest[at..];
        let (byte, length) = if let Some(byte) = byte_of(&rest[1..]) {
            (byte, BACKSLASH.len())
        } else if rest.starts_with(BACKSLASH) && is_misread(&rest[BACKSLASH.len()..]) {
            (b'\\', BACKSLASH.len())
        } else {
            (b'\\', 1)
        };
        bytes.push(byte);
        rest = &rest[length..];
    }
    bytes.extend_from_slice(rest.as_bytes());
    bytes
}

/// What a backslash becomes where it would be misread.
const BACKSLASH: &str = r"\x5C";

/// Whether a backslash before `rest` would read as the beginning of an escape: `xE1`, or `x5CxE1`, which stands for
/// that itself, and so on.
fn is_misread(rest: &str) -> bool {
    let mut rest = rest;
    while let Some(after) = rest.strip_prefix(&BACKSLASH[1..]) {
        rest = after;
    }
    byte_of(rest).is_some()
}

/// The byte that `xE1` names. What is no UTF-8 is never ASCII.
fn byte_of(text: &str) -> Option<u8> {
    let digits = text.strip_prefix('x')?.get(..2)?;
    let is_digit = |digit| matches!(digit, b'0'..=b'9' | b'A'..=b'F');
    if !digits.bytes().all(is_digit) {
        return None;
    }
    let byte = u8::from_str_radix(digits, 16).ok()?;
    (!byte.is_ascii()).then_some(byte)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_that_are_text_stay_as_they_are() {
        for name in [
            "báo cáo.txt",
            r"2022\xa.doc",
            r"a\xZZ",
            "B%C3%A1o.doc",
            r"\x41",
        ] {
            assert_eq!(written_bytes(name.as_bytes()), name);
        }
    }

    #[test]
    fn bytes_that_are_no_text_are_named_and_told_from_names_that_look_so() {
        assert_eq!(written_bytes(b"b\xe1o.txt"), r"b\xE1o.txt");
        assert_eq!(written_bytes(br"b\xE1o.txt"), r"b\x5CxE1o.txt");
        assert_eq!(written_bytes(br"b\x5CxE1o.txt"), r"b\x5Cx5CxE1o.txt");
        assert_eq!(written_bytes(b"\\\xe1"), r"\\xE1");
    }

    #[test]
    fn what_stands_in_a_container_is_no_path_of_the_system() {
        for written in [r"k.zip!xa\b.txt", r"t.tar!b\xE1o.txt", "a.txt"] {
            assert_eq!(joined(Path::new("kho"), written), format!("kho/{written}"));
            assert_eq!(joined(Path::new("kho/"), written), format!("kho/{written}"));
            assert_eq!(joined(Path::new(""), written), written);
        }
        assert_eq!(joined(Path::new("kho"), "/a.txt"), "/a.txt");
    }

    #[test]
    fn half_a_character_is_named() {
        let units = "kho\\b".encode_utf16().chain([0xD83D]);
        assert_eq!(written_wide(units), r"kho/b\uD83D");
    }

    proptest! {
        #[test]
        fn every_name_of_windows_is_found_again(
            units in proptest::collection::vec(prop_oneof![
                any::<u16>(), 0xD800..0xE000_u16, Just(u16::from(b'u')), Just(u16::from(b'D')), Just(u16::from(b'8')),
            ], 0..12),
        ) {
            // Names have neither separator.
            let units: Vec<u16> = units.into_iter().filter(|unit| !matches!(unit, 0x2F | 0x5C)).collect();
            prop_assert_eq!(wide_of(&written_wide(units.iter().copied())), units);
        }

        #[test]
        fn every_name_is_found_again(
            parts in proptest::collection::vec(prop_oneof![
                Just(b"\\".to_vec()), Just(b"x".to_vec()), Just(b"5C".to_vec()), Just(b"E1".to_vec()),
                Just("á".as_bytes().to_vec()), proptest::collection::vec(any::<u8>(), 0..3),
            ], 0..12),
        ) {
            let name = parts.concat();
            prop_assert_eq!(bytes_of(&written_bytes(&name)), name);
        }
    }
}
