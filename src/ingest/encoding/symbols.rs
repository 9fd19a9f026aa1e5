//! Which byte was this character before a program read it as windows-1252?

use super::legacy::LegacyEncoding;

/// A character as the byte it came from, or as one of the two marks for characters that were never one.
pub(super) type Symbol = u16;

/// A letter that windows-1252 does not have: the text is Unicode here.
pub(super) const OPAQUE: Symbol = 256;
/// Any other character without a byte.
pub(super) const PLAIN: Symbol = 257;
/// A character that shows nothing and belongs to the word around it.
pub(super) const HIDDEN: Symbol = 258;
/// A middle dot by itself: `ở` in VISCII, but in TCVN3 a bullet sooner than the rare word `ã`.
pub(super) const LONE_DOT: Symbol = 259;
/// One more than the greatest symbol.
pub(super) const SYMBOLS: usize = 260;

/// The byte that a symbol stands for in a text of `encoding`.
pub(super) fn byte_of(symbol: Symbol, encoding: LegacyEncoding) -> Option<u8> {
    match symbol {
        LONE_DOT if encoding == LegacyEncoding::Tcvn3 => None,
        LONE_DOT => Some(0xB7),
        _ => u8::try_from(symbol).ok(),
    }
}

/// Writes the symbol of every character of `text` over `symbols`.
pub(super) fn read_symbols(text: &str, symbols: &mut Vec<Symbol>) {
    symbols.clear();
    let mut characters = text.chars().peekable();
    let mut previous = None;
    while let Some(character) = characters.next() {
        let symbol = if character.is_ascii() && character != '\u{1F}' {
            character as Symbol
        } else {
            symbol_of(character, [previous, characters.peek().copied()])
        };
        symbols.push(symbol);
        previous = Some(character);
    }
}

/// The symbol of one character that is not ASCII.
///
/// Word stores TCVN3's `ư`, byte AD, as its optional hyphen 1F; PDF producers named glyphs after their
/// windows-1252 look, and readers turn the names into look-alikes (`minus` for AD, `bullet operator` for B7).
/// Those, and the middle dot, are letters only beside a letter: alone they are signs and bullets. Beside
/// another soft hyphen, Word's is what it says: `ư` is never doubled.
fn symbol_of(character: char, neighbours: [Option<char>; 2]) -> Symbol {
    let in_word = neighbours.into_iter().flatten().any(is_in_word);
    match character {
        '\u{1F}' if neighbours.contains(&Some('\u{AD}')) || neighbours[0] == Some('\u{1F}') => {
            HIDDEN
        }
        '\u{1F}' => 0xAD,
        '−' if in_word => 0xAD,
        '∙' | '\u{B7}' if in_word => 0xB7,
        '\u{B7}' => LONE_DOT,
        '−' | '∙' => PLAIN,
        // VISCII's Õ, which is rare, against the no-break space, which is not: VÕ, but not `no 5`.
        '\u{A0}' if !neighbours[0].is_some_and(|before| before.is_ascii_uppercase()) => PLAIN,
        'μ' => 0xB5,
        'ˉ' => 0xAF,
        '\0'..='\u{FF}' => character as Symbol,
        // Symbol fonts show byte XX as U+F0XX.
        '\u{F020}'..='\u{F0FF}' if in_word => character as Symbol & 0xFF,
        _ => windows_1252_byte(character).unwrap_or(if is_opaque(character) {
            OPAQUE
        } else {
            PLAIN
        }),
    }
}

/// Whether a character may be a letter of a word: any ASCII letter, or anything that is a letter in some encoding.
fn is_in_word(character: char) -> bool {
    character.is_ascii_alphabetic()
        || ('\u{A1}'..='\u{FF}').contains(&character)
        || matches!(character, '−' | '\u{1F}')
}

fn is_opaque(character: char) -> bool {
    character.is_alphabetic() || ('\u{300}'..='\u{36F}').contains(&character)
}

/// The byte 80 to 9F that windows-1252 gives a character beyond U+00FF.
pub(super) fn windows_1252_byte(character: char) -> Option<Symbol> {
    Some(match character {
        '€' => 0x80,
        '‚' => 0x82,
        'ƒ' => 0x83,
        '„' => 0x84,
        '…' => 0x85,
        '†' => 0x86,
        '‡' => 0x87,
        'ˆ' => 0x88,
        '‰' => 0x89,
        'Š' => 0x8A,
        '‹' => 0x8B,
        'Œ' => 0x8C,
        'Ž' => 0x8E,
        '‘' => 0x91,
        '’' => 0x92,
        '“' => 0x93,
        '”' => 0x94,
        '•' => 0x95,
        '–' => 0x96,
        '—' => 0x97,
        '˜' => 0x98,
        '™' => 0x99,
        'š' => 0x9A,
        '›' => 0x9B,
        'œ' => 0x9C,
        'ž' => 0x9E,
        'Ÿ' => 0x9F,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn symbols(text: &str) -> Vec<Symbol> {
        let mut symbols = Vec::new();
        read_symbols(text, &mut symbols);
        symbols
    }

    #[test]
    fn undoes_every_windows_1252_byte() {
        for byte in 0x80..=u8::MAX {
            let bytes = [byte];
            let (text, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(&bytes);
            let text = format!("A{text}");
            assert_eq!(symbols(&text), [0x41, Symbol::from(byte)], "{byte:02X}");
        }
    }

    #[test]
    fn a_minus_sign_between_numbers_stays_one() {
        assert_eq!(symbols("5 − 3"), [0x35, 0x20, PLAIN, 0x20, 0x33]);
        assert_eq!(symbols("n−í"), [0x6E, 0xAD, 0xED]);
    }

    #[test]
    fn a_middle_dot_by_itself_is_a_bullet() {
        assert_eq!(symbols("· x∙"), [LONE_DOT, 0x20, 0x78, 0xB7]);
    }

    #[test]
    fn letters_beyond_windows_1252_are_opaque() {
        assert_eq!(symbols("ế中→"), [OPAQUE, OPAQUE, PLAIN]);
    }
}
