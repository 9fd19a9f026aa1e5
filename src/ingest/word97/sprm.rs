//! Which properties does a list of modifiers set? `grpprl` bytes → [`CharacterProperties`] and
//! [`ParagraphProperties`]. Modifiers that do not matter to a reader are stepped over.

use super::super::binary::{slice_at, u8_at, u16_at, u32_at};
use super::super::script::Script;

/// What a run of characters has set on itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct CharacterProperties {
    /// Index into the font table.
    pub(super) font: Option<u16>,
    /// Index of its character style.
    pub(super) style: Option<u16>,
    pub(super) hidden: Hidden,
    /// Deleted, with the change not yet accepted.
    pub(super) deleted: bool,
    /// Its control characters stand for fields, pictures and notes.
    pub(super) special: bool,
    /// The character of a font of signs that it stands for.
    pub(super) sign: Option<Sign>,
    /// Whether it is raised or lowered.
    pub(super) script: Script,
    /// Where the data that it stands for are.
    pub(super) data: Option<u32>,
}

/// What is set on whether text is hidden.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Hidden {
    #[default]
    AsStyle,
    UnlikeStyle,
    Is(bool),
}

impl Hidden {
    /// Reads the operand of a toggle ([MS-DOC] 2.4.6.3).
    fn read(operand: &[u8]) -> Self {
        match operand.first() {
            None | Some(0x80) => Self::AsStyle,
            Some(0x81) => Self::UnlikeStyle,
            Some(value) => Self::Is(*value == 1),
        }
    }
}

/// A character of a font of signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sign {
    /// Index into the font table.
    pub(super) font: u16,
    pub(super) code: u16,
}

impl Sign {
    fn read(operand: &[u8]) -> Option<Self> {
        let (font, code) = (u16_at(operand, 0)?, u16_at(operand, 2)?);
        Some(Self { font, code })
    }
}

/// What a paragraph has set on itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct ParagraphProperties {
    pub(super) style: u16,
    /// From 0; 9 is body text.
    pub(super) outline_level: Option<u8>,
    /// Its list, from 1; 0 is none.
    pub(super) list: Option<u16>,
    /// How many tables it stands in.
    pub(super) table_depth: u32,
    /// It is the mark at the end of a table row.
    pub(super) ends_row: bool,
    /// Its mark ends a cell of an inner table.
    pub(super) ends_inner_cell: bool,
    /// Where a list of more of them is.
    pub(super) long: Option<u32>,
}

impl CharacterProperties {
    /// Applies a list of modifiers.
    pub(super) fn apply(&mut self, modifiers: &[u8]) {
        for (code, operand) in Modifiers::of(modifiers) {
            let is_on = operand.first() == Some(&1);
            match code {
                0x0800 => self.deleted = is_on,
                0x083C => self.hidden = Hidden::read(operand),
                0x0855 => self.special = is_on,
                0x4A30 => self.style = u16_at(operand, 0),
                // The font of characters beyond ASCII; that of ASCII only where nothing else is set.
                0x4A51 => self.font = u16_at(operand, 0),
                0x4A4F => self.font = self.font.or(u16_at(operand, 0)),
                0x6A03 => self.data = u32_at(operand, 0),
                0x6A09 => self.sign = Sign::read(operand),
                0x2A48 => {
                    self.script = match operand.first() {
                        Some(1) => Script::Super,
                        Some(2) => Script::Sub,
                        _ => Script::Line,
                    }
                }
                _ => {}
            }
        }
    }
}

impl ParagraphProperties {
    /// Applies a list of modifiers.
    pub(super) fn apply(&mut self, modifiers: &[u8]) {
        for (code, operand) in Modifiers::of(modifiers) {
            let is_on = operand.first().is_some_and(|value| *value != 0);
            match code {
                0x4600 => self.style = u16_at(operand, 0).unwrap_or_default(),
                0x2416 if is_on => self.table_depth = self.table_depth.max(1),
                0x2417 | 0x244C => self.ends_row = is_on,
                0x244B => self.ends_inner_cell = is_on,
                0x6649 => self.table_depth = u32_at(operand, 0).unwrap_or_default(),
                0x2640 => self.outline_level = u8_at(operand, 0),
                0x6645 | 0x6646 => self.long = u32_at(operand, 0),
                0x460B => self.list = u16_at(operand, 0),
                _ => {}
            }
        }
    }
}

/// The modifiers of a list, with their operands; ends at the first that is cut off.
#[derive(Debug)]
struct Modifiers<'a> {
    rest: &'a [u8],
}

impl<'a> Modifiers<'a> {
    fn of(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }
}

impl<'a> Iterator for Modifiers<'a> {
    type Item = (u16, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        const TABLE_DEFINITION: u16 = 0xD608;
        const CHANGE_TABS: u16 = 0xC615;
        let code = u16_at(self.rest, 0)?;
        let (skipped, length) = match code >> 13 {
            0 | 1 => (0, 1),
            2 | 4 | 5 => (0, 2),
            3 => (0, 4),
            7 => (0, 3),
            _ if code == TABLE_DEFINITION => {
                (2, usize::from(u16_at(self.rest, 2)?).saturating_sub(1))
            }
            _ => match u8_at(self.rest, 2)? {
                255 if code == CHANGE_TABS => return None,
                length => (1, usize::from(length)),
            },
        };
        let operand = slice_at(self.rest, 2 + skipped, length)?;
        self.rest = &self.rest[2 + skipped + length..];
        Some((code, operand))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_over_what_it_does_not_know() {
        let mut properties = CharacterProperties::default();
        properties.apply(&[
            0x35, 0x08, 1, 0x51, 0x4A, 7, 0, 0x01, 0xCA, 2, 9, 9, 0x3C, 0x08, 1, 0x55,
        ]);
        let expected = CharacterProperties {
            font: Some(7),
            hidden: Hidden::Is(true),
            ..Default::default()
        };
        assert_eq!(properties, expected);
    }
}
