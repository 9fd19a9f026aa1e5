//! What does an RTF file say? Tokens → [`Block`]s with fonts.
//!
//! The body comes first, each text box behind the paragraph that it is anchored in, then footnotes and comments; headers
//! and footers are left out.
//! Tracked changes read as accepted. Own reader, because the crates that were tried give a table's
//! cells and a paragraph's tabs alike, and neither styles nor lists.

mod field;
mod header;
mod lexer;
mod state;
mod story;

use std::borrow::Cow;
use std::{iter, mem};

use self::field::FormField;
use self::header::{Header, encoding_of_code_page};
use self::lexer::{Lexer, Token};
use self::state::{Destination, State};
use self::story::Stories;
use super::blocks::Block;
use super::encoding::as_signs;
use super::error::ReadError;
use super::named_character::NamedCharacter;
use crate::document::ParagraphKind;

/// Groups nest by formatting; real files stay below a hundred.
const MAX_DEPTH: usize = 1_000;

/// Instructions of fields and properties of shapes that matter are far shorter.
const MAX_INSTRUCTION_BYTES: usize = 4096;

/// Where the document begins in a file of RTF: mail and editors have put blank lines and marks before it.
pub(crate) fn beginning(bytes: &[u8]) -> Option<usize> {
    let marked = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = marked.trim_ascii_start();
    text.starts_with(b"{\\rtf")
        .then(|| bytes.len() - text.len())
}

/// The blocks of a document, and its title: a paragraph in the Title style, else its properties'.
///
/// # Errors
///
/// [`ReadError::TooLarge`] where groups nest beyond all measure or there is more text in more fonts than any document
/// has, [`ReadError::Corrupt`] where the
/// file ends inside the text.
pub(crate) fn read(bytes: &[u8]) -> Result<(Vec<Block>, Option<Block>), ReadError> {
    let mut reader = RtfReader::default();
    let start = beginning(bytes).unwrap_or(0);
    for token in Lexer::new(&bytes[start..]) {
        reader.take(token)?;
        // The document is one group; what mail or a damaged disk has put after it is none of it.
        if token == Token::GroupEnd && reader.outer.is_empty() {
            break;
        }
    }
    if !reader.outer.is_empty() {
        return Err(ReadError::Corrupt("RTF ends inside a group".to_owned()));
    }
    Ok(reader.finish())
}

#[derive(Debug, Default)]
struct RtfReader {
    header: Header,
    state: State,
    /// The states of the groups around, innermost last.
    outer: Vec<State>,
    stories: Stories,
    /// Bytes whose encoding their font tells, until it may change.
    bytes: Vec<u8>,
    /// The first unit of a character that takes two.
    high_surrogate: Option<u32>,
    /// How many bytes to pass over, as they stand for a character already given.
    skip: usize,
    /// Whether the group has just begun, so that the next word may name its destination, and
    /// whether that is marked as one that old readers pass over.
    is_start: bool,
    is_optional: bool,
    /// The instruction of the field that is being read.
    instruction: String,
    /// The field of a form that it describes, and the entry of its list that is being read.
    form_field: FormField,
    entry: String,
    /// The name and the value of the shape's property that is being read.
    property: (String, String),
    properties_title: String,
}

impl RtfReader {
    fn take(&mut self, token: Token<'_>) -> Result<(), ReadError> {
        match token {
            Token::GroupStart => return self.begin_group(),
            Token::GroupEnd => self.end_group(),
            Token::Byte(_) if self.skip > 0 => self.skip -= 1,
            Token::Byte(byte) => {
                self.is_start = false;
                self.bytes.push(byte);
            }
            Token::Control { word: "*", .. } => self.is_optional = true,
            Token::Control { word, value } => self.take_control(word, value),
        }
        self.stories.check_pieces()
    }

    fn begin_group(&mut self) -> Result<(), ReadError> {
        self.flush();
        if self.outer.len() >= MAX_DEPTH {
            return Err(ReadError::TooLarge(format!(
                "RTF groups nest deeper than {MAX_DEPTH}"
            )));
        }
        self.outer.push(self.state);
        self.skip = 0;
        self.is_start = true;
        self.is_optional = false;
        Ok(())
    }

    fn end_group(&mut self) {
        self.flush();
        self.skip = 0;
        self.is_start = false;
        let Some(outer) = self.outer.pop() else {
            return;
        };
        let ended = mem::replace(&mut self.state, outer);
        if ended.destination != self.state.destination {
            match ended.destination {
                Destination::Instruction => self.end_instruction(),
                Destination::ListEntry => self.form_field.add_entry(mem::take(&mut self.entry)),
                Destination::ShapeProperty => self.end_property(),
                _ => {}
            }
        }
        if ended.destination != self.state.destination
            && matches!(ended.destination, Destination::Note | Destination::TextBox)
        {
            self.end_paragraph_in(ended);
            self.stories.end_box(self.outer.len(), self.anchor());
        }
    }

    /// Takes the first word of a group, which may begin a text box.
    fn open(&mut self, word: &str) {
        let around = self.state.destination;
        self.state.open(word, mem::take(&mut self.is_optional));
        // What is skipped ends in text only for the second of a text that stands twice, which goes on.
        let is_box = self.state.destination == Destination::TextBox;
        if is_box && !matches!(around, Destination::TextBox | Destination::Skipped) {
            self.stories.begin_box(self.outer.len().saturating_sub(1));
        }
    }

    /// Where the text around a shape goes.
    fn anchor(&self) -> Destination {
        let states = self.outer.iter().rev();
        let mut around = iter::once(&self.state).chain(states);
        around
            .find(|state| state.destination.is_text())
            .map_or(Destination::Body, |state| state.destination)
    }

    fn take_control(&mut self, word: &str, value: Option<i32>) {
        if mem::take(&mut self.is_start) {
            self.open(word);
        }
        match self.state.destination {
            Destination::Skipped => {}
            Destination::Fonts | Destination::Styles => self.take_header_control(word, value),
            Destination::FormField => self.form_field.apply(word, value),
            _ => self.take_text_control(word, value),
        }
    }

    fn take_header_control(&mut self, word: &str, value: Option<i32>) {
        self.flush();
        match (word, value) {
            ("u", Some(unit)) => self.push_unit(unit),
            ("uc", _) => self.state.apply(word, value),
            _ if self.state.destination == Destination::Fonts => {
                self.header.take_font_control(word, value);
            }
            _ => self.header.take_style_control(word, value),
        }
    }

    fn take_text_control(&mut self, word: &str, value: Option<i32>) {
        self.flush();
        if let Some(text) = character(word) {
            self.push_character(text);
            return;
        }
        match word {
            "u" => value.into_iter().for_each(|unit| self.push_unit(unit)),
            "par" | "sect" | "page" | "column" => self.end_paragraph(Ending::Paragraph),
            "cell" | "nestcell" => self.end_paragraph(Ending::Cell),
            "row" | "nestrow" => self.end_row(),
            "deff" => self.header.default_font = value,
            "ansicpg" => {
                self.header.encoding = value
                    .and_then(encoding_of_code_page)
                    .unwrap_or(self.header.encoding);
            }
            "mac" => self.header.encoding = encoding_rs::MACINTOSH,
            _ => self.state.apply(word, value),
        }
    }

    /// Takes a character given by its name, which may stand for one already given.
    fn push_character(&mut self, text: &str) {
        // Nobody replaces a character by a tab or a break, which keeps words apart.
        if self.skip > 0 && !matches!(text, " " | "\n") {
            self.skip -= 1;
        } else {
            self.skip = 0;
            self.push(text);
        }
    }

    /// Takes a character given by its UTF-16 unit, after which a replacement for it follows.
    fn push_unit(&mut self, unit: i32) {
        self.skip = self.state.replacement_length;
        // Units beyond 0x7FFF are written as negative numbers.
        let unit = unit.rem_euclid(0x1_0000).unsigned_abs();
        let found = match (self.high_surrogate.take(), unit) {
            (_, 0xD800..=0xDBFF) => {
                self.high_surrogate = Some(unit);
                return;
            }
            (Some(high), 0xDC00..=0xDFFF) => {
                char::from_u32(0x1_0000 + ((high - 0xD800) << 10) + (unit - 0xDC00))
            }
            _ => char::from_u32(unit),
        };
        let mut buffer = [0; 4];
        self.push(
            found
                .unwrap_or(char::REPLACEMENT_CHARACTER)
                .encode_utf8(&mut buffer),
        );
    }

    /// Decodes the bytes that wait, in the encoding of their font.
    fn flush(&mut self) {
        if self.bytes.is_empty() {
            return;
        }
        let encoding = if self.state.destination.is_text() {
            self.header.encoding_of(self.header.font(self.state.font))
        } else {
            self.header.encoding
        };
        let bytes = mem::take(&mut self.bytes);
        let (text, _) = encoding.decode_without_bom_handling(&bytes);
        self.push(&text);
        self.bytes = bytes;
        self.bytes.clear();
    }

    /// Takes text to where the group says.
    fn push(&mut self, text: &str) {
        match self.state.destination {
            Destination::Skipped
            | Destination::Shape
            | Destination::ShapeProperty
            | Destination::FormField
            | Destination::Properties => {}
            Destination::Instruction => push_short(&mut self.instruction, text),
            Destination::ListEntry => push_short(&mut self.entry, text),
            Destination::PropertyName => push_short(&mut self.property.0, text),
            Destination::PropertyValue => push_short(&mut self.property.1, text),
            Destination::Fonts => self.header.push_font_name(text),
            Destination::Styles => self.header.push_style_name(text),
            Destination::Title => self.properties_title.push_str(text),
            Destination::Body | Destination::Note | Destination::TextBox => self.push_visible(text),
        }
    }

    fn push_visible(&mut self, text: &str) {
        let style = self.header.style(self.state.style);
        let number = self.state.font.or(style.and_then(|style| style.font));
        let font = self.header.font(number).map(|font| font.name.clone());
        self.push_in(text, font.as_deref());
    }

    fn push_in(&mut self, text: &str, font: Option<&str>) {
        let state = self.state;
        if state.hidden || state.deleted {
            return;
        }
        let style = self.header.style(state.style);
        let is_title = style.is_some_and(|style| style.name == "title");
        // Each escape ends a piece, so that words in a font of Greek letters that was left on come letter by letter.
        let is_of_word = text.contains(|c: char| c.is_ascii_alphabetic())
            && font.is_some_and(|font| font.to_ascii_lowercase().starts_with("symbol"));
        let text = if is_of_word {
            Cow::Borrowed(text)
        } else {
            as_signs(text, font)
        };
        self.stories
            .push(state.destination, state.script, &text, font);
        if is_title {
            self.stories.of(state.destination).set_title();
        }
    }

    /// Takes what a field shows by its instruction alone; whatever stands as its result is that again.
    fn end_instruction(&mut self) {
        let instruction = mem::take(&mut self.instruction);
        let chosen = mem::take(&mut self.form_field).shown();
        if let Some(chosen) = chosen.filter(|_| self.state.destination.is_text()) {
            self.state.has_result = true;
            self.push_visible(&chosen);
        }
        let named = NamedCharacter::read(&instruction).filter(|_| self.state.destination.is_text());
        if let Some(named) = named {
            self.state.has_result = true;
            self.push_in(
                named.character.encode_utf8(&mut [0; 4]),
                named.font.as_deref(),
            );
        }
    }

    /// Takes the words of a shape that are drawn as a picture.
    fn end_property(&mut self) {
        let (name, words) = mem::take(&mut self.property);
        if name.trim() == "gtextUNICODE" && !self.state.hidden && !self.state.deleted {
            let anchor = self.anchor();
            self.stories.add_aside(anchor, &words);
        }
    }

    fn end_paragraph(&mut self, ending: Ending) {
        self.skip = 0;
        let state = self.state;
        if !state.destination.is_text() || (state.deleted && ending == Ending::Paragraph) {
            return;
        }
        let depth = state.table_depth.max(i32::from(ending == Ending::Cell));
        self.end_paragraph_in(State {
            table_depth: depth,
            ..state
        });
        if ending == Ending::Cell {
            self.stories.end_cell(state.destination);
        }
    }

    fn end_paragraph_in(&mut self, state: State) {
        let kind = match state.destination {
            Destination::Note => ParagraphKind::Caption,
            _ => self.header.kind(&state),
        };
        self.stories
            .of(state.destination)
            .end_paragraph(kind, state.table_depth);
    }

    fn end_row(&mut self) {
        if self.state.destination.is_text() {
            self.stories.end_row(self.state.destination);
        }
    }

    fn finish(mut self) -> (Vec<Block>, Option<Block>) {
        self.flush();
        let (blocks, title) = self.stories.finish();
        let title = title.or_else(|| {
            let named = Some(self.properties_title).filter(|title| !title.trim().is_empty());
            named.map(|title| Block::of_text(&title))
        });
        (blocks, title)
    }
}

fn push_short(buffer: &mut String, text: &str) {
    if buffer.len() + text.len() <= MAX_INSTRUCTION_BYTES {
        buffer.push_str(text);
    }
}

/// What a paragraph ends with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ending {
    Paragraph,
    Cell,
}

/// The character that a control word stands for, if it does.
fn character(word: &str) -> Option<&'static str> {
    Some(match word {
        "line" => "\n",
        "tab" | "emspace" | "enspace" | "qmspace" | "softline" | "lbr" => " ",
        "~" => "\u{A0}",
        "-" => "\u{AD}",
        "_" => "-",
        "emdash" => "—",
        "endash" => "–",
        "lquote" => "‘",
        "rquote" => "’",
        "ldblquote" => "“",
        "rdblquote" => "”",
        "bullet" => "•",
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
