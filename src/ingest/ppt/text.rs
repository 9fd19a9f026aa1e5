//! What do the text records of a slide say? Records → [`Text`]s with the fonts of their runs.

use super::super::binary::{u8_at, u16_at, u32_at, windows_1252};
use super::record::{Record, kind};

/// What a text is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum TextKind {
    Title,
    Notes,
    /// A date, a number, a header or a footer, as every slide has it.
    Furniture,
    #[default]
    Body,
}

/// A text, and the record that tells the fonts of its runs.
#[derive(Clone, Debug, Default)]
pub(super) struct Text<'a> {
    pub(super) kind: TextKind,
    /// UTF-16 units, by which other records count.
    units: Vec<u16>,
    style: &'a [u8],
}

/// Texts, as their records come.
#[derive(Debug, Default)]
pub(super) struct Texts<'a> {
    texts: Vec<Text<'a>>,
    /// Whether the shape whose records come is for what every slide has.
    in_furniture: bool,
}

/// What a star stands for that shows the number or the date of a slide, which are not known here.
const FIELD: u16 = 0;

impl<'a> Texts<'a> {
    /// Takes a record, which may begin a shape or a text, have its characters, or tell of them.
    pub(super) fn take(&mut self, record: Record, stream: &'a [u8]) {
        let data = record.data(stream);
        match record.kind {
            kind::SHAPE => self.in_furniture = false,
            kind::PLACEHOLDER => self.in_furniture = matches!(u8_at(data, 4), Some(7..=10)),
            kind::TEXT_HEADER => self.texts.push(Text {
                kind: match u32_at(data, 0) {
                    _ if self.in_furniture => TextKind::Furniture,
                    Some(0 | 6) => TextKind::Title,
                    Some(2) => TextKind::Notes,
                    _ => TextKind::Body,
                },
                ..Text::default()
            }),
            _ => {
                if let Some(open) = self.texts.last_mut() {
                    open.take(record.kind, data);
                }
            }
        }
    }

    pub(super) fn all(&self) -> &[Text<'a>] {
        &self.texts
    }

    pub(super) fn take_all(&mut self) -> Vec<Text<'a>> {
        std::mem::take(&mut self.texts)
    }
}

impl<'a> Text<'a> {
    fn take(&mut self, kind: u16, data: &'a [u8]) {
        match kind {
            kind::TEXT_CHARACTERS => {
                let (units, _) = data.as_chunks();
                self.units = units.iter().copied().map(u16::from_le_bytes).collect();
            }
            kind::TEXT_BYTES => self.units = windows_1252(data).encode_utf16().collect(),
            kind::TEXT_STYLE => self.style = data,
            kind::SLIDE_NUMBER
            | kind::DATE
            | kind::GENERIC_DATE
            | kind::HEADER
            | kind::FOOTER
            | kind::WRITTEN_DATE => {
                let place = u32_at(data, 0).map_or(usize::MAX, |place| place as usize);
                let unit = self.units.get_mut(place);
                if let Some(unit) = unit.filter(|unit| **unit == u16::from(b'*')) {
                    *unit = FIELD;
                }
            }
            _ => {}
        }
    }

    /// The runs of the text with the indexes of their fonts, where they name one.
    pub(super) fn runs(&self) -> Vec<(String, Option<u16>)> {
        let mut runs = Vec::new();
        let mut rest = self.units.as_slice();
        let shown = |run: &[u16]| {
            let units = run.iter().copied().filter(|unit| *unit != FIELD);
            String::from_utf16_lossy(&units.collect::<Vec<_>>())
        };
        for (count, font) in fonts(self.style, self.units.len()).unwrap_or_default() {
            let (run, after) = rest.split_at(count.min(rest.len()));
            runs.push((shown(run), font));
            rest = after;
        }
        runs.push((shown(rest), None));
        runs
    }
}

/// How many units have which font, by [MS-PPT] 2.9.44; `None` where the record is cut off.
fn fonts(style: &[u8], length: usize) -> Option<Vec<(usize, Option<u16>)>> {
    let mut at = 0;
    let mut paragraphs = 0;
    // The runs of paragraphs, then those of characters, each cover the text and one mark more.
    while paragraphs <= length {
        paragraphs += (u32_at(style, at)? as usize).max(1);
        at += 6;
        at += 4 + paragraph_bytes(u32_at(style, at)?, style, at + 4)?;
    }
    let mut fonts = Vec::new();
    let mut characters = 0;
    while characters <= length {
        let Some(count) = u32_at(style, at) else {
            break;
        };
        let mask = u32_at(style, at + 4)?;
        at += 8 + bytes_of(mask, &[(STYLE, 2)]);
        let font = if mask & FONT == 0 {
            None
        } else {
            u16_at(style, at)
        };
        at += bytes_of(
            mask,
            &[
                (FONT, 2),
                (1 << 21, 2),
                (1 << 22, 2),
                (1 << 23, 2),
                (1 << 17, 2),
                (1 << 18, 4),
                (1 << 19, 2),
            ],
        );
        fonts.push((count as usize, font));
        characters += (count as usize).max(1);
    }
    Some(fonts)
}

/// Any of the bits for bold, italic and the like, which share one field.
const STYLE: u32 = 0xFFFF;
const FONT: u32 = 1 << 16;

/// The length of the properties of a paragraph that a mask announces.
fn paragraph_bytes(mask: u32, style: &[u8], at: usize) -> Option<usize> {
    const BULLET_FLAGS: u32 = 0xF;
    const TAB_STOPS: u32 = 1 << 20;
    const WRAP_FLAGS: u32 = 7 << 17;
    let before = bytes_of(
        mask,
        &[
            (BULLET_FLAGS, 2),
            (1 << 7, 2),
            (1 << 4, 2),
            (1 << 6, 2),
            (1 << 5, 4),
            (1 << 11, 2),
            (1 << 12, 2),
            (1 << 13, 2),
            (1 << 14, 2),
            (1 << 8, 2),
            (1 << 10, 2),
            (1 << 15, 2),
        ],
    );
    let tab_stops = if mask & TAB_STOPS == 0 {
        0
    } else {
        2 + 4 * usize::from(u16_at(style, at + before)?)
    };
    Some(before + tab_stops + bytes_of(mask, &[(1 << 16, 2), (WRAP_FLAGS, 2), (1 << 21, 2)]))
}

/// The length of the fields that a mask announces: each is there if one of its bits is set.
fn bytes_of(mask: u32, fields: &[(u32, usize)]) -> usize {
    fields
        .iter()
        .filter(|(bits, _)| mask & bits != 0)
        .map(|(_, length)| length)
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_have_the_fonts_that_the_style_names() {
        let mut style = Vec::new();
        // One run of paragraphs with alignment and one tab stop.
        style.extend(7u32.to_le_bytes());
        style.extend(0u16.to_le_bytes());
        style.extend((1u32 << 11 | 1 << 20).to_le_bytes());
        style.extend([1, 0, 1, 0, 0, 0, 0, 0]);
        // Two characters bold in font 3, the rest in none.
        style.extend(2u32.to_le_bytes());
        style.extend((1u32 | FONT).to_le_bytes());
        style.extend([1, 0, 3, 0]);
        style.extend(5u32.to_le_bytes());
        style.extend(0u32.to_le_bytes());
        let text = Text {
            units: "abcdef".encode_utf16().collect(),
            style: &style,
            ..Text::default()
        };
        let expected = [("ab", Some(3)), ("cdef", None), ("", None)];
        assert_eq!(
            text.runs(),
            expected.map(|(run, font)| (run.to_owned(), font))
        );
        let cut = Text {
            style: &style[..9],
            ..text.clone()
        };
        assert_eq!(cut.runs(), [("abcdef".to_owned(), None)]);
        let beyond_the_plane = Text {
            units: "🌾ab🚜".encode_utf16().collect(),
            ..text
        };
        let expected = [("🌾", Some(3)), ("ab🚜", None), ("", None)];
        assert_eq!(
            beyond_the_plane.runs(),
            expected.map(|(run, font)| (run.to_owned(), font))
        );
    }
}
