//! Which character does the instruction of a field name? Word writes signs that keyboards lack so.

use super::binary::windows_1252;

/// Instructions that name a character are far shorter.
const MAX_INSTRUCTION_BYTES: usize = 128;

/// The instruction of a field, as far as it may name a character.
#[derive(Clone, Debug, Default)]
pub(crate) struct Instruction(String);

impl Instruction {
    /// Takes the next character.
    pub(crate) fn push(&mut self, character: char) {
        if self.0.len() < MAX_INSTRUCTION_BYTES {
            self.0.push(character);
        }
    }

    /// The character that it names; most name none.
    pub(crate) fn named(&self) -> Option<NamedCharacter> {
        NamedCharacter::read(&self.0)
    }
}

/// A character that an instruction names: `SYMBOL 179 \f "Symbol"`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NamedCharacter {
    /// Itself, or its byte in its font, as windows-1252 reads it.
    pub(crate) character: char,
    pub(crate) font: Option<String>,
}

impl NamedCharacter {
    /// Reads an instruction; most name no character.
    pub(crate) fn read(instruction: &str) -> Option<Self> {
        let (name, rest) = instruction.trim_start().split_once(char::is_whitespace)?;
        if !name.eq_ignore_ascii_case("symbol") {
            return None;
        }
        let code = rest.split_whitespace().next()?;
        let code = match code.strip_prefix("0x") {
            Some(digits) => u32::from_str_radix(digits, 16).ok()?,
            None => code.parse().ok()?,
        };
        let character = match u8::try_from(code) {
            Ok(byte) => windows_1252(&[byte]).chars().next()?,
            Err(_) => char::from_u32(code)?,
        };
        Some(Self {
            character,
            font: font(rest),
        })
    }
}

/// The font that an instruction names, with quotation marks or without.
fn font(switches: &str) -> Option<String> {
    let (_, after) = switches.split_once("\\f")?;
    let after = after.trim_start();
    let name = match after.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next()?,
        None => after.split_whitespace().next()?,
    };
    Some(name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_character_and_its_font() {
        let read = |instruction: &str| {
            let found = NamedCharacter::read(instruction)?;
            Some((found.character, found.font.unwrap_or_default()))
        };
        let named = |character: char, font: &str| Some((character, font.to_owned()));
        assert_eq!(
            read(r#" SYMBOL 179 \f "Symbol" \s 14"#),
            named('³', "Symbol")
        );
        assert_eq!(read("symbol 0xFE \\f Wingdings"), named('þ', "Wingdings"));
        assert_eq!(read("SYMBOL 65"), named('A', ""));
        assert_eq!(read(r"SYMBOL 8805 \u"), named('≥', ""));
        assert_eq!(
            read(r#"SYMBOL 61619 \f "Symbol""#),
            named('\u{F0B3}', "Symbol")
        );
        assert_eq!(read("SYMBOL 55296"), None);
        assert_eq!(read("PAGE"), None);
        assert_eq!(read("SYMBOL x"), None);
    }
}
