//! What does the instruction of a field show by itself?

use crate::ingest::form::tick_box;

/// What stands for the choice of who has made none.
const NOT_CHOSEN: i32 = 25;

/// A character that an instruction names: `SYMBOL 179 \f "Symbol"`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct NamedCharacter {
    /// Its byte in its font, as windows-1252 reads it.
    pub(super) character: char,
    pub(super) font: Option<String>,
}

impl NamedCharacter {
    /// Reads an instruction; most name no character.
    pub(super) fn read(instruction: &str) -> Option<Self> {
        let (name, rest) = instruction.trim_start().split_once(char::is_whitespace)?;
        if !name.eq_ignore_ascii_case("symbol") {
            return None;
        }
        let code = rest.split_whitespace().next()?;
        let code = match code.strip_prefix("0x") {
            Some(digits) => u8::from_str_radix(digits, 16).ok()?,
            None => code.parse().ok()?,
        };
        let code = [code];
        let (text, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(&code);
        Some(Self {
            character: text.chars().next()?,
            font: font(rest),
        })
    }
}

/// A field of a form, which shows nothing but what was ticked or chosen in it.
#[derive(Debug, Default)]
pub(super) struct FormField {
    kind: Option<i32>,
    chosen: Option<i32>,
    usual: Option<i32>,
    entries: Vec<String>,
}

impl FormField {
    /// Takes a control word; most are about how the field works.
    pub(super) fn apply(&mut self, word: &str, value: Option<i32>) {
        match word {
            "fftype" => self.kind = value,
            "ffres" => self.chosen = value.filter(|value| *value != NOT_CHOSEN),
            "ffdefres" => self.usual = value,
            _ => {}
        }
    }

    pub(super) fn add_entry(&mut self, entry: String) {
        self.entries.push(entry);
    }

    /// The box with its tick or without, or the entry that was chosen, else the usual one.
    pub(super) fn shown(self) -> Option<String> {
        const BOX: i32 = 1;
        const LIST: i32 = 2;
        let chosen = self.chosen.or(self.usual).unwrap_or_default();
        match self.kind? {
            BOX => Some(tick_box(chosen != 0).to_owned()),
            LIST => self.entries.into_iter().nth(usize::try_from(chosen).ok()?),
            _ => None,
        }
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
        assert_eq!(read("PAGE"), None);
        assert_eq!(read("SYMBOL x"), None);
    }
}
