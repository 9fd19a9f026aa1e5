//! How are strings written in a workbook? Records → [`Text`] with its fonts.

use super::super::binary::{slice_at, u8_at, u16_at, utf16, windows_1252};
use super::super::blocks::StyledRun;
use super::workbook::{Font, Version};

const WIDE: u8 = 1;
const EXTENDED: u8 = 4;
const RICH: u8 = 8;

/// A string, and the fonts of its parts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Text {
    text: String,
    /// From which UTF-16 unit on which font holds; before the first, the cell's.
    fonts: Vec<(usize, u16)>,
}

impl Text {
    /// Reads a string of one record, with its length before it.
    pub(super) fn read(data: &[u8], version: Version) -> Option<Self> {
        match version {
            Version::Biff5 => {
                let bytes = slice_at(data, 2, usize::from(u16_at(data, 0)?))?;
                Some(Self {
                    text: windows_1252(bytes),
                    fonts: Vec::new(),
                })
            }
            Version::Biff8 => StringReader::new(&[data]).string(),
        }
    }

    /// Reads a string with the fonts of its parts.
    pub(super) fn read_rich(data: &[u8], version: Version) -> Option<Self> {
        let mut text = Self::read(data, version)?;
        if version == Version::Biff5 {
            let end = 2 + usize::from(u16_at(data, 0)?);
            let count = usize::from(u8_at(data, end)?);
            let (fonts, _) = data.get(end + 1..)?.as_chunks::<2>();
            let fonts = fonts.iter().take(count);
            text.fonts = fonts
                .map(|&[start, font]| (usize::from(start), u16::from(font)))
                .collect();
        }
        Some(text)
    }

    /// Reads a string that may go on in the next pieces of its record.
    pub(super) fn read_long(pieces: &[&[u8]], version: Version) -> Option<Self> {
        match version {
            Version::Biff5 => Self::read(pieces.first()?, version),
            Version::Biff8 => StringReader::new(pieces).string(),
        }
    }

    /// Reads a string with its length in one byte before it.
    pub(super) fn read_short(data: &[u8], version: Version) -> Option<String> {
        let length = usize::from(u8_at(data, 0)?);
        match version {
            Version::Biff5 => Some(windows_1252(slice_at(data, 1, length)?)),
            Version::Biff8 if u8_at(data, 1)? & WIDE == 0 => {
                Some(windows_1252(slice_at(data, 2, length)?))
            }
            Version::Biff8 => Some(utf16(slice_at(data, 2, 2 * length)?)),
        }
    }

    pub(super) fn into_string(self) -> String {
        self.text
    }

    /// The runs of the string, by their fonts.
    pub(super) fn runs<'f>(
        self,
        cell_font: Option<&'f Font>,
        font: impl Fn(u16) -> Option<&'f Font>,
    ) -> Vec<StyledRun> {
        let run = |text: &str, font: Option<&Font>| StyledRun {
            text: text.to_owned(),
            font: font.map(|font| font.name.clone()),
            script: font.map(|font| font.script).unwrap_or_default(),
        };
        let mut runs = Vec::with_capacity(self.fonts.len() + 1);
        let mut drawn = cell_font;
        let mut rest = self.text.as_str();
        let mut at = 0;
        for (start, number) in self.fonts {
            let length = start.saturating_sub(at);
            let (before, after) = rest.split_at(place_of_unit(rest, length));
            runs.push(run(before, drawn));
            (drawn, rest, at) = (font(number), after, at + length);
        }
        runs.push(run(rest, drawn));
        runs
    }
}

/// Where the UTF-16 unit of this number stands in a text, in bytes; one within a character, where the next begins.
fn place_of_unit(text: &str, number: usize) -> usize {
    let mut units = 0;
    for (place, character) in text.char_indices() {
        if units >= number {
            return place;
        }
        units += character.len_utf16();
    }
    text.len()
}

/// Reads strings that go on from one piece of a record into the next.
#[derive(Debug)]
pub(super) struct StringReader<'r, 'a> {
    pieces: &'r [&'a [u8]],
    at: usize,
}

impl<'r, 'a> StringReader<'r, 'a> {
    pub(super) fn new(pieces: &'r [&'a [u8]]) -> Self {
        Self { pieces, at: 0 }
    }

    /// The rest of the piece that is being read; an empty one is left behind.
    fn piece(&mut self) -> Option<&'a [u8]> {
        loop {
            let rest = self.pieces.first()?.get(self.at..)?;
            if !rest.is_empty() {
                return Some(rest);
            }
            self.next_piece();
        }
    }

    fn next_piece(&mut self) {
        self.pieces = self.pieces.get(1..).unwrap_or_default();
        self.at = 0;
    }

    fn byte(&mut self) -> Option<u8> {
        let byte = *self.piece()?.first()?;
        self.at += 1;
        Some(byte)
    }

    fn short(&mut self) -> Option<u16> {
        Some(u16::from_le_bytes([self.byte()?, self.byte()?]))
    }

    pub(super) fn long(&mut self) -> Option<u32> {
        Some(u32::from(self.short()?) | u32::from(self.short()?) << 16)
    }

    fn skip(&mut self, mut count: usize) -> Option<()> {
        while count > 0 {
            let taken = self.piece()?.len().min(count);
            self.at += taken;
            count -= taken;
        }
        Some(())
    }

    /// The next string; `None` where it is cut off.
    pub(super) fn string(&mut self) -> Option<Text> {
        let length = usize::from(self.short()?);
        let flags = self.byte()?;
        let font_count = if flags & RICH == 0 { 0 } else { self.short()? };
        let extension = if flags & EXTENDED == 0 {
            0
        } else {
            self.long()? as usize
        };
        let text = self.characters(length, flags)?;
        let mut fonts = Vec::new();
        for _ in 0..font_count {
            fonts.push((usize::from(self.short()?), self.short()?));
        }
        self.skip(extension)?;
        Some(Text { text, fonts })
    }

    /// Characters, which say anew in each piece how wide they are.
    fn characters(&mut self, mut count: usize, mut flags: u8) -> Option<String> {
        let mut text = String::new();
        while count > 0 {
            let width = 1 + usize::from(flags & WIDE);
            let piece = self.pieces.first()?.get(self.at..)?;
            let taken = (piece.len() / width).min(count);
            let bytes = &piece[..taken * width];
            text.push_str(&if width == 1 {
                windows_1252(bytes)
            } else {
                utf16(bytes)
            });
            self.at += bytes.len();
            count -= taken;
            if count > 0 {
                self.next_piece();
                flags = self.byte()?;
            }
        }
        Some(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::script::Script;

    #[test]
    fn a_string_goes_on_in_the_next_piece_in_another_width() {
        let first: &[u8] = b"\x05\0\0ab";
        let second: &[u8] = b"\x01c\0\xd9\x1ee\0\x02\0\x08\x01\0xy\x01\0\x07\0";
        let pieces = [first, second];
        let mut reader = StringReader::new(&pieces);
        assert_eq!(reader.string().unwrap().text, "abcộe");
        let rich = reader.string().unwrap();
        let font = |name: &str| Font {
            name: name.to_owned(),
            script: Script::Line,
        };
        let (plain, vietnamese) = (font("A"), font(".VnTime"));
        let runs = rich.runs(Some(&plain), |number| (number == 7).then_some(&vietnamese));
        let shown: Vec<_> = runs
            .iter()
            .map(|run| (run.text.as_str(), run.font.as_deref()))
            .collect();
        assert_eq!(shown, [("x", Some("A")), ("y", Some(".VnTime"))]);
        assert_eq!(reader.string(), None);
    }

    #[test]
    fn fonts_hold_from_a_unit_on_and_some_characters_have_two() {
        let text = Text {
            text: "🌾 12 m2 thửa".to_owned(),
            fonts: vec![(7, 1), (8, 0)],
        };
        let raised = Font {
            name: "A".to_owned(),
            script: Script::Super,
        };
        let runs = text.runs(None, |number| (number == 1).then_some(&raised));
        let shown: Vec<_> = runs
            .iter()
            .map(|run| (run.text.as_str(), run.script))
            .collect();
        let expected = [
            ("🌾 12 m", Script::Line),
            ("2", Script::Super),
            (" thửa", Script::Line),
        ];
        assert_eq!(shown, expected);
    }
}
