//! What do the fonts and styles of an RTF file mean? The two tables of its header.

use std::collections::HashMap;

use encoding_rs::Encoding;

use super::state::State;
use crate::document::ParagraphKind;
use crate::ingest::encoding::encoding_of_font;
use crate::ingest::shape::kind_of_style;

/// Names of fonts and styles are far shorter; what a file says of them is looked at again and again.
const MAX_NAME_BYTES: usize = 256;

/// The character set of western letters, and that of fonts that draw signs.
const ANSI: i32 = 0;
const SIGNS: i32 = 2;
/// That of Vietnamese letters.
const VIETNAMESE: i32 = 163;

/// A font, as the table has it.
#[derive(Clone, Debug, Default)]
pub(super) struct Font {
    pub(super) name: String,
    /// The character set of Windows that its bytes are in.
    pub(super) charset: Option<i32>,
}

/// A style, as the sheet has it.
#[derive(Clone, Debug, Default)]
pub(super) struct Style {
    pub(super) name: String,
    pub(super) outline_level: Option<i32>,
    pub(super) font: Option<i32>,
}

/// The tables of the header.
#[derive(Debug)]
pub(super) struct Header {
    fonts: HashMap<i32, Font>,
    styles: HashMap<i32, Style>,
    /// Whether a font is one of Vietnamese letters.
    has_vietnamese: bool,
    pub(super) default_font: Option<i32>,
    /// The encoding of bytes whose font names none.
    pub(super) encoding: &'static Encoding,
    /// The number of the font or style whose entry is being read, and what a style's entry says.
    entry: Option<i32>,
    style_entry: Style,
}

impl Default for Header {
    fn default() -> Self {
        Self {
            fonts: HashMap::new(),
            styles: HashMap::new(),
            has_vietnamese: false,
            default_font: None,
            encoding: encoding_rs::WINDOWS_1252,
            entry: None,
            style_entry: Style::default(),
        }
    }
}

impl Header {
    /// The font of a number, or the default one.
    pub(super) fn font(&self, number: Option<i32>) -> Option<&Font> {
        self.fonts.get(&number.or(self.default_font)?)
    }

    /// The encoding that bytes in a font are in; a font from before Unicode takes them as they are.
    pub(super) fn encoding_of(&self, font: Option<&Font>) -> &'static Encoding {
        match font {
            Some(font) if encoding_of_font(&font.name).is_some() => encoding_rs::WINDOWS_1252,
            // The bytes are places of signs.
            Some(font) if font.charset == Some(SIGNS) => encoding_rs::WINDOWS_1252,
            Some(font) if font.charset == Some(ANSI) && self.parts_western_letters() => {
                encoding_rs::WINDOWS_1252
            }
            Some(font) => font
                .charset
                .and_then(encoding_of_charset)
                .unwrap_or(self.encoding),
            None => self.encoding,
        }
    }

    /// Whether fonts of western letters hold those alone. `WordPad` in Vietnam declares windows-1258 and has other fonts
    /// for letters that are no western ones; of what writes all in one font, that is the windows-1258 it declares.
    fn parts_western_letters(&self) -> bool {
        self.encoding == encoding_rs::WINDOWS_1258 && self.has_vietnamese
    }

    pub(super) fn style(&self, number: Option<i32>) -> Option<&Style> {
        self.styles.get(&number?)
    }

    /// What a paragraph with these properties is.
    pub(super) fn kind(&self, state: &State) -> ParagraphKind {
        let style = self.style(state.style);
        if let Some(kind) = style.and_then(|style| kind_of_style(&style.name)) {
            return kind;
        }
        // Level 9 is what the format calls body text.
        let level = state
            .outline_level
            .or(style.and_then(|style| style.outline_level));
        match level {
            Some(0..9) => ParagraphKind::Heading,
            _ if state.in_list => ParagraphKind::ListItem,
            _ => ParagraphKind::Body,
        }
    }

    /// Takes a control word of the font table.
    pub(super) fn take_font_control(&mut self, word: &str, value: Option<i32>) {
        match word {
            "f" => {
                self.entry = value;
                if let Some(number) = value {
                    self.fonts.entry(number).or_default();
                }
            }
            "fcharset" => {
                self.has_vietnamese |= value == Some(VIETNAMESE);
                if let Some(font) = self.entry.and_then(|entry| self.fonts.get_mut(&entry)) {
                    font.charset = value;
                }
            }
            _ => {}
        }
    }

    /// Takes a control word of the style sheet.
    pub(super) fn take_style_control(&mut self, word: &str, value: Option<i32>) {
        match word {
            "s" => self.entry = value,
            "f" => self.style_entry.font = value,
            "outlinelevel" => self.style_entry.outline_level = value,
            _ => {}
        }
    }

    /// Takes characters of a font's name, which a semicolon ends.
    pub(super) fn push_font_name(&mut self, text: &str) {
        let (name, is_over) = match text.split_once(';') {
            Some((name, _)) => (name, true),
            None => (text, false),
        };
        if let Some(font) = self.entry.and_then(|entry| self.fonts.get_mut(&entry)) {
            push_name(&mut font.name, name.trim());
        }
        if is_over {
            self.entry = None;
        }
    }

    /// Takes characters of a style's name, which a semicolon ends.
    pub(super) fn push_style_name(&mut self, text: &str) {
        let Some((name, _)) = text.split_once(';') else {
            push_name(&mut self.style_entry.name, &text.to_lowercase());
            return;
        };
        let mut style = std::mem::take(&mut self.style_entry);
        push_name(&mut style.name, &name.to_lowercase());
        style.name = style.name.trim().into();
        // The style of number 0 leaves its number out.
        self.styles
            .entry(self.entry.take().unwrap_or(0))
            .or_insert(style);
    }
}

/// Appends to a name, as long as it can be one.
fn push_name(name: &mut String, text: &str) {
    if name.len() + text.len() <= MAX_NAME_BYTES {
        name.push_str(text);
    }
}

/// The encoding of a code page of Windows, by number.
pub(super) fn encoding_of_code_page(number: i32) -> Option<&'static Encoding> {
    Some(match number {
        874 => encoding_rs::WINDOWS_874,
        932 => encoding_rs::SHIFT_JIS,
        936 => encoding_rs::GBK,
        949 => encoding_rs::EUC_KR,
        950 => encoding_rs::BIG5,
        1250 => encoding_rs::WINDOWS_1250,
        1251 => encoding_rs::WINDOWS_1251,
        1253 => encoding_rs::WINDOWS_1253,
        1254 => encoding_rs::WINDOWS_1254,
        1255 => encoding_rs::WINDOWS_1255,
        1256 => encoding_rs::WINDOWS_1256,
        1257 => encoding_rs::WINDOWS_1257,
        1258 => encoding_rs::WINDOWS_1258,
        10000 => encoding_rs::MACINTOSH,
        65001 => encoding_rs::UTF_8,
        _ => return None,
    })
}

/// The encoding of a character set of Windows; `None` for those that name none (ANSI, default).
fn encoding_of_charset(charset: i32) -> Option<&'static Encoding> {
    let code_page = match charset {
        77 => 10000,
        128 => 932,
        129 => 949,
        134 => 936,
        136 => 950,
        161 => 1253,
        162 => 1254,
        VIETNAMESE => 1258,
        177 => 1255,
        178 => 1256,
        186 => 1257,
        204 => 1251,
        222 => 874,
        238 => 1250,
        _ => return None,
    };
    encoding_of_code_page(code_page)
}
