//! What do styles and fonts say? The style sheet and the font table → kinds and font names.

use super::super::binary::{slice_at, u8_at, u16_at, utf16};
use super::sprm::{CharacterProperties, Hidden, ParagraphProperties};
use crate::document::ParagraphKind;

/// Styles are based on each other in chains of a few links; a longer one is a circle.
const MAX_CHAIN: usize = 16;
/// The format's word for "based on no style".
const NO_STYLE: u16 = 0x0FFF;

/// The built-in styles that matter, by their numbers ([MS-DOC] 2.9.271), the same in all languages.
mod built_in {
    pub(super) const HEADINGS: std::ops::RangeInclusive<u16> = 1..=9;
    pub(super) const CONTENTS: std::ops::RangeInclusive<u16> = 19..=27;
    pub(super) const FOOTNOTE: u16 = 29;
    pub(super) const CAPTION: u16 = 34;
    pub(super) const TABLE_OF_FIGURES: u16 = 35;
    pub(super) const ENDNOTE: u16 = 43;
    pub(super) const LISTS: std::ops::RangeInclusive<u16> = 47..=61;
    pub(super) const TITLE: u16 = 62;
    pub(super) const SUBTITLE: u16 = 74;
}

/// The styles and fonts of a document.
#[derive(Debug, Default)]
pub(super) struct Styles {
    by_index: Vec<Style>,
    fonts: Vec<String>,
    default_font: Option<u16>,
}

#[derive(Debug, Default)]
struct Style {
    built_in: u16,
    based_on: u16,
    paragraph: ParagraphProperties,
    character: CharacterProperties,
}

impl Styles {
    /// Reads both tables; what is damaged in them is as if not there.
    pub(super) fn read(sheet: &[u8], fonts: &[u8]) -> Self {
        let mut styles = Self {
            fonts: read_fonts(fonts),
            ..Self::default()
        };
        styles.read_sheet(sheet);
        styles
    }

    fn read_sheet(&mut self, sheet: &[u8]) -> Option<()> {
        let header_length = usize::from(u16_at(sheet, 0)?);
        let base_length = usize::from(u16_at(sheet, 4)?);
        self.default_font = u16_at(sheet, 18);
        let mut at = 2 + header_length;
        for _ in 0..u16_at(sheet, 2)? {
            let length = usize::from(u16_at(sheet, at)?);
            let style = slice_at(sheet, at + 2, length)?;
            self.by_index
                .push(Style::read(style, base_length).unwrap_or_default());
            at += 2 + length;
        }
        Some(())
    }

    /// What a paragraph is by its style and its own properties.
    pub(super) fn kind(&self, properties: &ParagraphProperties) -> ParagraphKind {
        let chain = || self.chain(properties.style);
        if let Some(kind) = chain().find_map(|style| kind_of_built_in(style.built_in)) {
            return kind;
        }
        let outline = || chain().find_map(|style| style.paragraph.outline_level);
        let list = || chain().find_map(|style| style.paragraph.list);
        // Level 9 is what the format calls body text.
        if properties
            .outline_level
            .or_else(outline)
            .is_some_and(|level| level < 9)
        {
            ParagraphKind::Heading
        } else if properties.list.or_else(list).is_some_and(|list| list != 0) {
            ParagraphKind::ListItem
        } else {
            ParagraphKind::Body
        }
    }

    /// Whether a paragraph has the Title style.
    pub(super) fn is_title(&self, properties: &ParagraphProperties) -> bool {
        self.chain(properties.style)
            .any(|style| style.built_in == built_in::TITLE)
    }

    /// The font of a run: its sign's, its own, its style's, its paragraph's style's, the document's.
    pub(super) fn font(&self, paragraph_style: u16, run: &CharacterProperties) -> Option<&str> {
        let of_style = |index: u16| self.chain(index).find_map(|style| style.character.font);
        let font = run.sign.map(|sign| sign.font).or(run.font);
        let font = font.or_else(|| run.style.and_then(of_style));
        let font = font
            .or_else(|| of_style(paragraph_style))
            .or(self.default_font)?;
        self.fonts
            .get(usize::from(font))
            .map(String::as_str)
            .filter(|name| !name.is_empty())
    }

    /// Whether a run is hidden, by itself, its style or its paragraph's style, the nearest that says so.
    pub(super) fn is_hidden(&self, paragraph_style: u16, run: &CharacterProperties) -> bool {
        let of_styles = [run.style, Some(paragraph_style)]
            .into_iter()
            .flatten()
            .flat_map(|index| self.chain(index))
            .map(|style| style.character.hidden);
        let mut is_turned = false;
        for hidden in std::iter::once(run.hidden).chain(of_styles) {
            match hidden {
                Hidden::AsStyle => {}
                Hidden::UnlikeStyle => is_turned = !is_turned,
                Hidden::Is(value) => return value != is_turned,
            }
        }
        is_turned
    }

    /// A style and those it is based on, nearest first.
    fn chain(&self, index: u16) -> impl Iterator<Item = &Style> {
        let style = |index: u16| self.by_index.get(usize::from(index));
        std::iter::successors(style(index), move |found| style(found.based_on)).take(MAX_CHAIN)
    }
}

impl Style {
    fn read(style: &[u8], base_length: usize) -> Option<Self> {
        const PARAGRAPH: u16 = 1;
        let kind = u16_at(style, 2)? & 0xF;
        let mut read = Self {
            built_in: u16_at(style, 0)? & 0x0FFF,
            based_on: u16_at(style, 2)? >> 4,
            ..Self::default()
        };
        if read.built_in == NO_STYLE - 1 {
            read.built_in = NO_STYLE;
        }
        let name_length = usize::from(u16_at(style, base_length)?);
        let mut at = base_length + 2 + 2 * name_length + 2;
        if kind == PARAGRAPH {
            let (properties, next) = modifiers(style, at)?;
            read.paragraph
                .apply(properties.get(2..).unwrap_or_default());
            at = next;
        }
        if let Some((properties, _)) = modifiers(style, at) {
            read.character.apply(properties);
        }
        Some(read)
    }
}

/// A list of modifiers with its length before it, and where the next one is, at an even offset.
fn modifiers(style: &[u8], at: usize) -> Option<(&[u8], usize)> {
    let length = usize::from(u16_at(style, at)?);
    let end = at + 2 + length;
    Some((slice_at(style, at + 2, length)?, end + end % 2))
}

fn kind_of_built_in(number: u16) -> Option<ParagraphKind> {
    match number {
        built_in::TITLE | built_in::SUBTITLE => Some(ParagraphKind::Heading),
        built_in::CAPTION | built_in::FOOTNOTE | built_in::ENDNOTE => Some(ParagraphKind::Caption),
        built_in::TABLE_OF_FIGURES => Some(ParagraphKind::Table),
        _ if built_in::HEADINGS.contains(&number) => Some(ParagraphKind::Heading),
        _ if built_in::LISTS.contains(&number) => Some(ParagraphKind::ListItem),
        // Lines of a table of contents are no prose, and read across like the rows of a table.
        _ if built_in::CONTENTS.contains(&number) => Some(ParagraphKind::Table),
        _ => None,
    }
}

/// The names of the fonts, by index.
fn read_fonts(table: &[u8]) -> Vec<String> {
    const NAME_AT: usize = 40;
    let count = u16_at(table, 0).map_or(0, usize::from);
    let mut fonts = Vec::new();
    let mut at = 4;
    while fonts.len() < count {
        let Some(record) =
            u8_at(table, at).and_then(|length| slice_at(table, at, usize::from(length) + 1))
        else {
            break;
        };
        let name = utf16(record.get(NAME_AT..).unwrap_or_default());
        fonts.push(name.split('\0').next().unwrap_or_default().to_owned());
        at += record.len();
    }
    fonts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_hidden_by_the_nearest_that_says_so() {
        use Hidden::{AsStyle, Is, UnlikeStyle};
        let style = |hidden, based_on| Style {
            based_on,
            character: CharacterProperties {
                hidden,
                ..Default::default()
            },
            ..Default::default()
        };
        let styles = Styles {
            by_index: vec![
                style(AsStyle, NO_STYLE),
                style(Is(true), NO_STYLE),
                style(AsStyle, 1),
                style(Is(false), NO_STYLE),
            ],
            ..Default::default()
        };
        // Of the paragraph, of the run's style and of the run itself.
        let cases = [
            (0, None, AsStyle, false),
            (1, None, AsStyle, true),
            (2, None, AsStyle, true),
            (2, Some(3), AsStyle, false),
            (0, Some(2), AsStyle, true),
            (1, Some(2), Is(false), false),
            (1, None, UnlikeStyle, false),
            (0, None, UnlikeStyle, true),
            (0, None, Is(true), true),
        ];
        for (paragraph, style, hidden, expected) in cases {
            let run = CharacterProperties {
                style,
                hidden,
                ..Default::default()
            };
            let case = (paragraph, style, hidden);
            assert_eq!(styles.is_hidden(paragraph, &run), expected, "{case:?}");
        }
    }
}
