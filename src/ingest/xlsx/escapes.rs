//! What do escapes in strings stand for? `_x000D_` → a carriage return.
//!
//! The type `ST_Xstring` of ECMA-376 part 1, 22.9.2.19: a UTF-16 unit in four hexadecimal digits. XML has
//! no other way to write a control character; an underscore that would begin an escape is one itself.

use std::borrow::Cow;

/// The bytes of one escape.
const LENGTH: usize = "_x0000_".len();

/// A string with its escapes resolved; units that are no characters stay as they are written.
pub(super) fn resolve(text: &str) -> Cow<'_, str> {
    if !text.contains("_x") {
        return Cow::Borrowed(text);
    }
    let mut resolved = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('_') {
        let (before, escape) = rest.split_at(at);
        resolved.push_str(before);
        let (character, length) = character(escape).unwrap_or(('_', 1));
        resolved.push(character);
        rest = &escape[length..];
    }
    resolved.push_str(rest);
    Cow::Owned(resolved)
}

/// The character that a text begins with the escape of, and how many bytes say so.
fn character(text: &str) -> Option<(char, usize)> {
    let first = unit(text)?;
    if let Some(character) = char::from_u32(first.into()) {
        return Some((character, LENGTH));
    }
    let second = unit(&text[LENGTH..])?;
    let pair = char::decode_utf16([first, second]).next()?;
    Some((pair.ok()?, 2 * LENGTH))
}

fn unit(text: &str) -> Option<u16> {
    let digits = text.strip_prefix("_x")?.get(..4)?;
    let is_ended = text.as_bytes().get(LENGTH - 1) == Some(&b'_');
    let is_number = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    u16::from_str_radix(digits, 16)
        .ok()
        .filter(|_| is_ended && is_number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_in_underscores_are_characters() {
        let cases = [
            ("Thôn Đoài_x000D_\nxã Cổ Loa", "Thôn Đoài\r\nxã Cổ Loa"),
            ("Mẫu _x0042__x1ea5_t", "Mẫu Bất"),
            ("_xD83D__xDE00_", "😀"),
            ("_x005F_x0041_", "_x0041_"),
        ];
        for (text, expected) in cases {
            assert_eq!(resolve(text), expected);
        }
    }

    #[test]
    fn what_is_no_escape_stays() {
        for text in [
            "a_xb",
            "_x00_",
            "_x+041_",
            "_x00ấ_",
            "_xD83D_",
            "_xD83D__x0041_",
            "_x0041",
            "__x",
        ] {
            let expected = text.replace("_x0041_", "A");
            assert_eq!(resolve(text), expected);
        }
    }
}
