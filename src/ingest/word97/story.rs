//! What do the paragraphs of a story (body, footnotes, comments) say? Characters → blocks.

use std::collections::{BTreeMap, BTreeSet};
use std::mem;
use std::ops::Range;

use super::form;
use super::pages::{Data, Formatting};
use super::pieces::Piece;
use super::sprm::{CharacterProperties, ParagraphProperties};
use super::styles::Styles;
use crate::document::ParagraphKind;
use crate::ingest::blocks::{Block, Blocks, check_pieces};
use crate::ingest::encoding::as_signs;
use crate::ingest::error::ReadError;
use crate::ingest::named_character::Instruction;

const DATA: char = '\u{1}';
const CELL_END: char = '\u{7}';
const LINE_BREAK: char = '\u{B}';
const PAGE_BREAK: char = '\u{C}';
const COLUMN_BREAK: char = '\u{E}';
const PARAGRAPH_END: char = '\r';
const FIELD_BEGIN: char = '\u{13}';
const FIELD_SEPARATOR: char = '\u{14}';
const FIELD_END: char = '\u{15}';
/// Fields nest a few deep; for each character, all that are open are looked at.
const MAX_FIELDS: usize = 64;

/// All that tells what the characters of a document mean.
#[derive(Debug)]
pub(super) struct Story<'a, 'd> {
    pub(super) stream: &'a [u8],
    pub(super) pieces: &'a [Piece],
    pub(super) characters: Formatting<CharacterProperties>,
    pub(super) paragraphs: Formatting<ParagraphProperties>,
    pub(super) data: &'a Data<'d>,
    pub(super) styles: Styles,
    pub(super) marks: Marks,
}

/// What tells a row's end from a cell's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Marks {
    /// The properties of the mark.
    Properties,
    /// Its place in the text, which is one of these, where properties are not read.
    Places(BTreeSet<usize>),
}

/// Reads stories, one after the other.
#[derive(Debug)]
pub(super) struct StoryReader<'a, 'd> {
    story: &'a Story<'a, 'd>,
    blocks: Blocks,
    /// The text of the paragraph being read, until its mark tells what it is.
    runs: Vec<Run>,
    /// The fields we are in, innermost last.
    fields: Vec<Field>,
    table_depth: u32,
    notes: Notes,
    /// The text boxes still to be read, by the character that they are anchored at.
    boxes: BTreeMap<usize, Vec<Range<usize>>>,
    /// The character that the paragraph ends with.
    end: usize,
}

#[derive(Debug)]
struct Run {
    text: String,
    properties: CharacterProperties,
    /// The font that a field names for it.
    font: Option<String>,
}

/// A field: its instruction, which does not show, a separator, and what it shows.
#[derive(Debug, Default)]
struct Field {
    shows: bool,
    instruction: Instruction,
}

/// Whether a story's paragraphs stand apart from the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Notes {
    No,
    Yes,
}

impl<'a, 'd> StoryReader<'a, 'd> {
    pub(super) fn new(story: &'a Story<'a, 'd>) -> Self {
        Self {
            story,
            blocks: Blocks::default(),
            runs: Vec::new(),
            fields: Vec::new(),
            table_depth: 0,
            notes: Notes::No,
            boxes: BTreeMap::new(),
            end: 0,
        }
    }

    /// Reads the body, with text boxes by the character of it that they are anchored at.
    ///
    /// # Errors
    ///
    /// As [`Self::read`].
    pub(super) fn read_with_boxes(
        &mut self,
        characters: Range<usize>,
        boxes: BTreeMap<usize, Vec<Range<usize>>>,
    ) -> Result<(), ReadError> {
        self.boxes = boxes;
        self.read(characters, Notes::No)
    }

    /// Reads the characters at these positions of the text.
    ///
    /// # Errors
    ///
    /// As [`check_pieces`].
    pub(super) fn read(&mut self, characters: Range<usize>, notes: Notes) -> Result<(), ReadError> {
        self.notes = notes;
        let story = self.story;
        // They are in order, and a body may have very many, and very many boxes.
        let first = story
            .pieces
            .partition_point(|piece| piece.characters.end <= characters.start);
        let pieces = story.pieces[first..].iter();
        for piece in pieces.take_while(|piece| piece.characters.start < characters.end) {
            let start = characters.start.max(piece.characters.start);
            let end = characters.end.min(piece.characters.end);
            if start < end {
                self.read_piece(piece, start..end)?;
            }
        }
        self.end = characters.end;
        self.end_paragraph(&ParagraphProperties::default())?;
        self.enter_tables(0);
        self.fields.clear();
        Ok(())
    }

    /// Reads part of a piece, by stretches of the same properties.
    fn read_piece(&mut self, piece: &Piece, characters: Range<usize>) -> Result<(), ReadError> {
        let story = self.story;
        let width = piece.width.bytes();
        let offset = |position: usize| piece.offset + (position - piece.characters.start) * width;
        let (mut at, end) = (offset(characters.start), offset(characters.end));
        while at < end {
            let (properties, until) = story.characters.at(at);
            // Properties change between characters, never within one; an odd boundary is damage.
            let stretch = (until.min(end) - at).div_ceil(width) * width;
            let stop = (at + stretch).min(end);
            let text = piece.width.text(&story.stream[at..stop]);
            self.end = piece.characters.start + (at - piece.offset) / width;
            self.read_run(&text, at, width, properties)?;
            at = stop;
        }
        Ok(())
    }

    fn read_run(
        &mut self,
        text: &str,
        offset: usize,
        width: usize,
        properties: CharacterProperties,
    ) -> Result<(), ReadError> {
        let mut visible = String::new();
        let first = self.end;
        // A character beyond the basic plane takes two units, and is two characters to the format.
        let mut units = 0;
        for character in text.chars() {
            let before = units;
            units += character.len_utf16();
            let ends_paragraph = matches!(
                character,
                PARAGRAPH_END | CELL_END | PAGE_BREAK | COLUMN_BREAK
            );
            if !ends_paragraph {
                self.take_character(character, properties, &mut visible);
                continue;
            }
            self.push(mem::take(&mut visible), properties);
            let (paragraph, _) = self.story.paragraphs.at(offset + before * width);
            self.end = first + before;
            if character != PARAGRAPH_END || !properties.deleted {
                self.end_paragraph_at(character, &paragraph)?;
                self.check_pieces()?;
            }
        }
        self.push(visible, properties);
        self.check_pieces()
    }

    fn check_pieces(&self) -> Result<(), ReadError> {
        check_pieces(self.blocks.pieces() + self.runs.len())
    }

    /// Takes a character that ends no paragraph.
    fn take_character(
        &mut self,
        character: char,
        properties: CharacterProperties,
        text: &mut String,
    ) {
        // A bracket stands there for a sign.
        let sign = properties.sign.map(|sign| u32::from(sign.code));
        let character = sign.and_then(char::from_u32).unwrap_or(character);
        match character {
            FIELD_BEGIN if self.fields.len() >= MAX_FIELDS => self.fields.clear(),
            FIELD_BEGIN => self.fields.push(Field::default()),
            FIELD_SEPARATOR => {
                // What shows the character that an instruction names is that character again.
                if let Some(field) = self.fields.last_mut() {
                    field.shows = field.instruction.named().is_none();
                }
            }
            FIELD_END => self.end_field(properties, text),
            DATA if self.is_form(properties) => {
                let place = properties.data.unwrap_or_default();
                text.push_str(form::read_box(self.story.data, place).unwrap_or_default());
            }
            _ if properties.deleted => {}
            _ if self.in_instruction() => {
                if let Some(field) = self.fields.last_mut().filter(|field| !field.shows) {
                    field.instruction.push(character);
                }
            }
            LINE_BREAK => text.push('\n'),
            '\t' => text.push(' '),
            '\u{1E}' => text.push('-'),
            // Pictures, notes, page numbers; without the property, a letter of VISCII or VPS.
            '\0'..='\u{8}' if properties.special => {}
            _ => text.push(character),
        }
    }

    /// Whether a character in the instruction of a field may stand for what is chosen in a form.
    fn is_form(&self, properties: CharacterProperties) -> bool {
        let is_data = properties.special && properties.data.is_some() && !properties.deleted;
        let Some((field, around)) = self.fields.split_last() else {
            return false;
        };
        is_data && !field.shows && around.iter().all(|field| field.shows)
    }

    fn in_instruction(&self) -> bool {
        self.fields.iter().any(|field| !field.shows)
    }

    /// Ends the innermost field, which may show a character after the text before it.
    fn end_field(&mut self, properties: CharacterProperties, before: &mut String) {
        let ended = self.fields.pop().filter(|_| !properties.deleted);
        let named = ended.and_then(|field| field.instruction.named());
        if let Some(named) = named.filter(|_| !self.in_instruction()) {
            self.push(mem::take(before), properties);
            self.runs.push(Run {
                text: named.character.to_string(),
                properties,
                font: named.font,
            });
        }
    }

    fn push(&mut self, text: String, properties: CharacterProperties) {
        if !text.is_empty() {
            self.runs.push(Run {
                text,
                properties,
                font: None,
            });
        }
    }

    fn end_paragraph_at(
        &mut self,
        mark: char,
        properties: &ParagraphProperties,
    ) -> Result<(), ReadError> {
        // An instruction never goes on in the next paragraph: a field without an end is damage.
        self.fields.retain(|field| field.shows);
        let is_cell = mark == CELL_END || properties.ends_inner_cell;
        match &self.story.marks {
            Marks::Properties => {
                self.enter_tables(properties.table_depth.max(u32::from(mark == CELL_END)));
                if properties.ends_row {
                    self.runs.clear();
                    self.blocks.begin_row();
                    return Ok(());
                }
            }
            Marks::Places(row_ends) => {
                if row_ends.contains(&self.end) {
                    self.blocks.begin_row();
                    return Ok(());
                }
                // Only a cell's mark tells that the paragraph was in a table: Word 6 has no more.
                self.enter_tables(u32::from(is_cell));
            }
        }
        self.end_paragraph(properties)?;
        if is_cell {
            self.blocks.end_cell();
        }
        Ok(())
    }

    /// Opens and closes tables until `depth` of them are open.
    fn enter_tables(&mut self, depth: u32) {
        const MAX_DEPTH: u32 = 32;
        let depth = depth.min(MAX_DEPTH);
        while self.table_depth > depth {
            self.blocks.end_table();
            self.table_depth -= 1;
        }
        while self.table_depth < depth {
            self.blocks.begin_table();
            self.table_depth += 1;
        }
    }

    fn end_paragraph(&mut self, properties: &ParagraphProperties) -> Result<(), ReadError> {
        let styles = &self.story.styles;
        let kind = match self.notes {
            Notes::Yes => ParagraphKind::Caption,
            Notes::No => styles.kind(properties),
        };
        self.blocks.begin_paragraph(kind);
        if styles.is_title(properties) {
            self.blocks.set_title();
        }
        for run in self.runs.drain(..) {
            let set = run.properties;
            if styles.is_hidden(properties.style, &set) {
                continue;
            }
            let named = run.font.as_deref();
            let font = named.or_else(|| styles.font(properties.style, &set));
            if set.sign.is_some() || named.is_some() {
                self.blocks.push(&as_signs(&run.text, font), font);
            } else {
                self.blocks.push_at(set.script, &run.text, font);
            }
        }
        self.read_boxes()?;
        self.blocks.end_paragraph();
        Ok(())
    }

    /// Reads the text boxes that are anchored in the paragraph or in what came before it, in the order of their text.
    fn read_boxes(&mut self) -> Result<(), ReadError> {
        let mut text_boxes = Vec::new();
        while let Some(anchored) = self.boxes.first_entry()
            && *anchored.key() <= self.end
        {
            text_boxes.extend(anchored.remove());
        }
        text_boxes.sort_by_key(|text_box| text_box.start);
        for text_box in text_boxes {
            let mut reader = Self::new(self.story);
            reader.blocks = mem::take(&mut self.blocks);
            reader.blocks.begin_aside();
            reader.read(text_box, Notes::No)?;
            reader.blocks.end_aside();
            self.blocks = reader.blocks;
        }
        Ok(())
    }

    /// The blocks, and the first paragraph in the Title style.
    pub(super) fn finish(mut self) -> (Vec<Block>, Option<Block>) {
        let title = self.blocks.take_title();
        (self.blocks.finish_parted(), title)
    }
}

#[cfg(test)]
mod tests {
    use std::iter;

    use super::super::pages;
    use super::super::pieces::Width;
    use super::*;
    use crate::ingest::assemble::Source;
    use crate::ingest::encoding::EncodingChoice;
    use crate::ingest::encoding::normalize::normalize;

    /// The blocks of a text in one stretch.
    fn blocks(text: &str) -> Vec<Block> {
        blocks_with_boxes(text, text.encode_utf16().count(), BTreeMap::new())
    }

    /// The blocks of a text in one stretch; two marks in a row end a cell and its row.
    fn blocks_with_rows(text: &str) -> Vec<Block> {
        let row_end = [0x16, 0x24, 1, 0x17, 0x24, 1];
        let mut page = [0; 512];
        page[400..403].copy_from_slice(&[5, 0, 0]);
        page[403..409].copy_from_slice(&row_end);
        let units: Vec<u16> = text.encode_utf16().collect();
        let marks = units.windows(2).zip(1_u32..);
        let marks = marks.filter(|(pair, _)| *pair == [7, 7]);
        let ends = marks.flat_map(|(_, unit)| [2 * unit, 2 * unit + 2]);
        let bounds: Vec<u32> = iter::once(0).chain(ends).collect();
        let count = bounds.len() - 1;
        for (place, bound) in bounds.iter().enumerate() {
            page[4 * place..4 * place + 4].copy_from_slice(&bound.to_le_bytes());
        }
        for run in (1..count).step_by(2) {
            page[4 * (count + 1) + 13 * run] = 200;
        }
        page[511] = u8::try_from(count).unwrap();
        let data = Data::new(Box::new(Vec::new));
        let paragraphs = pages::paragraphs(&page, &[0; 12], &data);
        blocks_of(text, units.len(), BTreeMap::new(), paragraphs)
    }

    /// The blocks of a text in one stretch whose body is so long.
    fn blocks_with_boxes(
        text: &str,
        body: usize,
        boxes: BTreeMap<usize, Vec<Range<usize>>>,
    ) -> Vec<Block> {
        let data = Data::new(Box::new(Vec::new));
        blocks_of(text, body, boxes, pages::paragraphs(&[], &[], &data))
    }

    fn blocks_of(
        text: &str,
        body: usize,
        boxes: BTreeMap<usize, Vec<Range<usize>>>,
        paragraphs: Formatting<ParagraphProperties>,
    ) -> Vec<Block> {
        let stream: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let length = text.encode_utf16().count();
        let piece = Piece {
            characters: 0..length,
            offset: 0,
            width: Width::Two,
        };
        let data = Data::new(Box::new(Vec::new));
        let story = Story {
            stream: &stream,
            pieces: &[piece],
            characters: pages::characters(&[], &[]),
            paragraphs,
            data: &data,
            styles: Styles::default(),
            marks: Marks::Properties,
        };
        let mut reader = StoryReader::new(&story);
        reader.read_with_boxes(0..body, boxes).unwrap();
        reader.finish().0
    }

    #[test]
    fn text_boxes_follow_the_paragraph_that_they_are_anchored_in() {
        let body = "\r\u{8}Báo cáo\rXã đã gặt xong.\r";
        let at = body.chars().count();
        let text = format!("{body}Số: 5\rGhi chú\rUBND XÃ\r");
        let anchors = [(0, 14..22), (3, 6..14), (1, 0..6)];
        let boxes = anchors.map(|(anchor, place)| {
            let place = at + place.start..at + place.end;
            (anchor, iter::once(place).collect())
        });
        let boxes = BTreeMap::from(boxes);
        let blocks = blocks_with_boxes(&text, at, boxes);
        let texts: Vec<_> = blocks.iter().map(Block::text).collect();
        let expected = [
            "UBND XÃ",
            "\u{8}Báo cáo",
            "Số: 5",
            "Ghi chú",
            "Xã đã gặt xong.",
        ];
        assert_eq!(texts, expected);
    }

    #[test]
    fn rows_end_where_they_do_after_characters_of_two_units() {
        let blocks = blocks_with_rows("Lúa 🌾🌾\u{7}412\u{7}\u{7}Ngô\u{7}58\u{7}\u{7}Hết.\r");
        let texts: Vec<_> = blocks.iter().map(Block::text).collect();
        assert_eq!(texts, ["Lúa 🌾🌾 | 412", "Ngô | 58", "Hết."]);
    }

    #[test]
    fn a_field_may_name_a_character() {
        let alone = "\u{13} SYMBOL 179 \\f \"Symbol\" \u{15}";
        let shown = "\u{13}SYMBOL 8804 \\u\u{14}<\u{15}";
        let within = "\u{13}IF \u{13}SYMBOL 65\u{15} = A\u{14}Đạt\u{15}";
        let text = format!("Nước sạch {alone} 95%, rác {shown} 5%: {within}.\r");
        let source = Source::undecoded((blocks(&text), None));
        let source = source.into_decoded(EncodingChoice::Auto);
        let text = source.blocks[0].text();
        assert_eq!(text, "Nước sạch ≥ 95%, rác ≤ 5%: Đạt.");
    }

    #[test]
    fn a_page_and_a_column_part_paragraphs() {
        let blocks = blocks("Các xã\u{E}Các thôn\u{C}Xóm Bàn\u{B}Cô\r");
        let texts: Vec<_> = blocks.iter().map(Block::text).collect();
        assert_eq!(texts, ["Các xã", "Các thôn", "Xóm Bàn Cô"]);
    }

    #[test]
    fn a_soft_hyphen_of_word_may_be_a_letter_of_tcvn3() {
        // Word keeps the byte AD as its own sign for a soft hyphen, and some converters wrote both.
        for letter in ["\u{1F}", "\u{1F}\u{AD}"] {
            let found = blocks(&format!("N{letter}íc ta ®· thùc hiÖn ®Çy ®ñ\r"));
            let source = Source::undecoded((found, None)).into_decoded(EncodingChoice::Auto);
            let text = source.blocks[0].text();
            assert_eq!(normalize(&text), "Nước ta đã thực hiện đầy đủ");
        }
    }
}
