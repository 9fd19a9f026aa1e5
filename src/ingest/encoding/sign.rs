//! Which signs do fonts of signs draw? Codes of Symbol and Wingdings → Unicode.
//!
//! Office programs write a sign as the code of its glyph, in the private use area of Unicode (U+F0B3), in older
//! files as the byte itself. Which sign it is, only the font tells.

use std::borrow::Cow;

use super::font::family;
use super::symbols::windows_1252_byte;

/// A font that draws signs in the places of letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SignFont {
    Symbol,
    Wingdings,
    Wingdings2,
}

/// What Symbol draws from 0x20 to 0x7E; a hyphen is drawn as a minus sign, which is what it is between numbers.
const SYMBOL_LOW: &str = " !∀#∃%&∋()*+,-./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼";
/// And from 0xA0 on, up to the pieces of tall brackets.
const SYMBOL_HIGH: &str = "€ϒ′≤/∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…|—↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊⟨®©™∑";

/// The signs of Wingdings that reports use: boxes to tick, ticks, arrows, bullets, numbers in circles.
const WINGDINGS: [(u8, char); 42] = [
    (0x28, '☎'),
    (0x2A, '✉'),
    (0x46, '☞'),
    (0x4A, '☺'),
    (0x4C, '☹'),
    (0x6C, '●'),
    (0x6D, '○'),
    (0x6E, '■'),
    (0x6F, '☐'),
    (0x70, '☐'),
    (0x71, '❑'),
    (0x72, '❒'),
    (0x73, '♦'),
    (0x74, '♦'),
    (0x75, '♦'),
    (0x76, '❖'),
    (0x77, '♦'),
    (0xA1, '○'),
    (0xA7, '▪'),
    (0xA8, '☐'),
    (0xD8, '➢'),
    (0xDF, '←'),
    (0xE0, '→'),
    (0xE1, '↑'),
    (0xE2, '↓'),
    (0xE3, '↖'),
    (0xE4, '↗'),
    (0xE5, '↙'),
    (0xE6, '↘'),
    (0xE7, '←'),
    (0xE8, '→'),
    (0xE9, '↑'),
    (0xEA, '↓'),
    (0xEF, '⇐'),
    (0xF0, '⇒'),
    (0xF1, '⇑'),
    (0xF2, '⇓'),
    (0xF3, '⇔'),
    (0xFB, '✗'),
    (0xFC, '✓'),
    (0xFD, '☒'),
    (0xFE, '☑'),
];

const WINGDINGS_2: [(u8, char); 6] = [
    (0x4F, '✗'),
    (0x50, '✓'),
    (0x51, '☒'),
    (0x52, '☑'),
    (0x54, '☒'),
    (0xA3, '☐'),
];

impl SignFont {
    /// The font of signs that a name means, if it means one.
    pub(super) fn named(name: &str) -> Option<Self> {
        match family(name).to_ascii_lowercase().as_str() {
            "symbol" | "symbolmt" => Some(Self::Symbol),
            "wingdings" | "wingdings-regular" => Some(Self::Wingdings),
            "wingdings 2" | "wingdings2" => Some(Self::Wingdings2),
            _ => None,
        }
    }

    /// The sign of a code in the private use area; a code that is not known, and any other character, stays.
    pub(super) fn sign(self, character: char) -> char {
        self.known(character).unwrap_or(character)
    }

    fn known(self, character: char) -> Option<char> {
        let code = code_of(character)?;
        let listed = |signs: &[(u8, char)]| {
            let found = signs.iter().find(|(known, _)| *known == code);
            found.map(|(_, sign)| *sign)
        };
        match (self, code) {
            (_, 0x20) => Some(' '),
            (Self::Symbol, 0x21..=0x7E) => SYMBOL_LOW.chars().nth(usize::from(code - 0x20)),
            (Self::Symbol, 0xA0..) => SYMBOL_HIGH.chars().nth(usize::from(code - 0xA0)),
            (Self::Symbol, _) => None,
            (Self::Wingdings, 0x81..=0x8A) => {
                char::from_u32(u32::from('①') + u32::from(code - 0x81))
            }
            (Self::Wingdings, 0x8C..=0x95) => {
                char::from_u32(u32::from('❶') + u32::from(code - 0x8C))
            }
            (Self::Wingdings, _) => listed(&WINGDINGS),
            (Self::Wingdings2, _) => listed(&WINGDINGS_2),
        }
    }
}

/// The byte of a sign in the private use area, where symbol fonts have their 224.
fn code_of(character: char) -> Option<u8> {
    match character {
        '\u{F020}'..='\u{F0FF}' => u8::try_from(u32::from(character) & 0xFF).ok(),
        _ => None,
    }
}

/// Whether a text is nothing but codes of signs and the spaces between them.
pub(super) fn is_signs(text: &str) -> bool {
    let mut visible = text.chars().filter(|character| !character.is_whitespace());
    visible.clone().next().is_some() && visible.all(|character| code_of(character).is_some())
}

/// Text whose characters are the bytes of its font, as windows-1252 reads them, as codes of signs where the font
/// draws signs.
///
/// A word stays a word: no reader of signs would write one with them, and a font is easily left on by mistake. So does
/// all text in which the font has no sign for a character: it is of another font, whatever is said.
pub(crate) fn as_signs<'a>(text: &'a str, font: Option<&str>) -> Cow<'a, str> {
    let Some(font) = font.and_then(SignFont::named).filter(|_| !has_words(text)) else {
        return Cow::Borrowed(text);
    };
    let code = |character: char| {
        // Pages space bullets with a space that does not break.
        if character.is_whitespace() {
            return Some(character);
        }
        let byte = match character {
            '!'..='\u{FF}' => u32::from(character),
            _ => u32::from(windows_1252_byte(character)?),
        };
        char::from_u32(0xF000 | byte).filter(|&code| font.known(code).is_some())
    };
    let coded: Option<String> = text.chars().map(code).collect();
    coded.map_or(Cow::Borrowed(text), Cow::Owned)
}

fn has_words(text: &str) -> bool {
    let mut words = text.split(|character: char| !character.is_alphabetic());
    words.any(|word| word.chars().nth(1).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_the_signs_of_their_font() {
        let shown = |text: &str, font: &str| -> String {
            let coded = as_signs(text, Some(font));
            match SignFont::named(font) {
                Some(font) => coded.chars().map(|code| font.sign(code)).collect(),
                None => coded.into_owned(),
            }
        };
        let cases = [
            ("Symbol", "£ ³ ± ´ ¸ ¹ » ® · a", "≤ ≥ ± × ÷ ≠ ≈ → • α"),
            ("ABCDEF+SymbolMT", "\u{F0B3}\u{F061}", "≥α"),
            ("Symbol", "·\u{A0}", "•\u{A0}"),
            ("Wingdings", "o q ¨ þ ý ü û", "☐ ❑ ☐ ☑ ☒ ✓ ✗"),
            ("Wingdings", "à \u{8C} §", "→ ❶ ▪"),
            ("Wingdings 2", "R", "☑"),
            ("Symbol", "Sơ kết", "Sơ kết"),
            ("Symbol", "≥ 95%", "≥ 95%"),
            ("Symbol", "2000–2005", "2000–2005"),
            ("Wingdings", "1.250", "1.250"),
            ("Times New Roman", "³", "³"),
        ];
        for (font, text, expected) in cases {
            assert_eq!(shown(text, font), expected, "{font}");
        }
        assert_eq!(SYMBOL_LOW.chars().count(), 0x7F - 0x20);
        assert_eq!(SYMBOL_HIGH.chars().count(), 0xE6 - 0xA0);
        assert_eq!(SignFont::Wingdings.sign('\u{F022}'), '\u{F022}');
    }
}
