//! Legacy bytes → Unicode letters.

use super::capitals::raise_toned_vowels;
use super::legacy::LegacyEncoding;
use super::symbols::{Symbol, byte_of};

/// Appends `characters` to `output`, decoded.
///
/// Each character comes with whether its font draws capitals; `symbols` are the same characters' symbols. What
/// the encoding has no letter for stays as it is, but for the bytes 80 to 9F, which get their windows-1252 meaning.
pub(super) fn write_decoded(
    characters: impl Iterator<Item = (char, bool)>,
    symbols: &[Symbol],
    encoding: LegacyEncoding,
    output: &mut String,
) {
    let table = encoding.table();
    let start = output.len();
    let mut is_mark = false;
    for (index, (character, capitals)) in characters.enumerate() {
        if std::mem::take(&mut is_mark) {
            continue;
        }
        let byte = |index: usize| {
            symbols
                .get(index)
                .and_then(|&symbol| byte_of(symbol, encoding))
        };
        let pair = byte(index)
            .zip(byte(index + 1))
            .and_then(|(base, mark)| table.pair(base, mark));
        is_mark = pair.is_some();
        let letter = pair.or_else(|| {
            let byte = usize::from(byte(index)?);
            let is_control = ('\u{80}'..='\u{9F}').contains(&character);
            (table.is_own[byte] || is_control).then(|| table.single[byte])
        });
        push_letter(letter.unwrap_or(character), capitals, output);
    }
    if encoding == LegacyEncoding::Tcvn3 {
        raise_toned_vowels(output, start);
    }
}

/// Appends one letter, as a capital where the font draws it so.
pub(super) fn push_letter(letter: char, capitals: bool, output: &mut String) {
    if capitals {
        output.extend(letter.to_uppercase());
    } else {
        output.push(letter);
    }
}
