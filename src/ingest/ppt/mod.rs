//! What do the slides of a `PowerPoint` presentation of 1997 to 2003 say? `.ppt` bytes → [`Block`]s
//! with fonts.
//!
//! [MS-PPT]. The slides that are shown, in their order, titles as headings, then all their notes. Own reader, because the
//! crate that was tried gives no fonts and calls itself for each record in a record, until the
//! stack overflows.

mod directory;
mod record;
mod text;

use std::collections::HashSet;

use self::directory::Directory;
use self::record::{Record, kind};
use self::text::{Text, TextKind, Texts};
use super::binary::{open_compound, read_stream, u16_at, u32_at, utf16};
use super::blocks::{Block, Blocks};
use super::error::ReadError;
use crate::document::ParagraphKind;

/// The text of the slides and notes.
///
/// # Errors
///
/// [`ReadError::Encrypted`], and [`ReadError::Corrupt`] where the streams or the directory of the
/// presentation's parts are unsound.
pub(crate) fn read(bytes: &[u8]) -> Result<(Vec<Block>, Option<Block>), ReadError> {
    let mut file = open_compound(bytes)?;
    let mut stream = |name: &str| read_stream(&mut file, name, bytes.len());
    let broken = || ReadError::Corrupt("PowerPoint presentation without its directory".to_owned());
    let user = stream("/Current User")?.ok_or_else(broken)?;
    let stream = stream("/PowerPoint Document")?.ok_or_else(broken)?;
    if directory::is_encrypted(&user) {
        return Err(ReadError::Encrypted);
    }
    let directory = Directory::read(&user, &stream).ok_or_else(broken)?;
    let document = directory.document(&stream).ok_or_else(broken)?;
    let presentation = Presentation::read(&stream, &directory, document);
    Ok((presentation.blocks(), None))
}

/// What the document's record tells of all slides.
#[derive(Debug)]
struct Presentation<'a> {
    stream: &'a [u8],
    fonts: Vec<String>,
    slides: Vec<Slide<'a>>,
    notes: Vec<Slide<'a>>,
}

/// A slide or a page of notes.
#[derive(Debug, Default)]
struct Slide<'a> {
    /// What the notes of a slide call it.
    id: Option<u32>,
    /// Its own record, with what is drawn on it.
    record: Option<Record>,
    /// Its text in the outline, which what is drawn refers to.
    outline: Texts<'a>,
}

impl<'a> Presentation<'a> {
    fn read(stream: &'a [u8], directory: &Directory, document: Record) -> Self {
        let mut presentation = Self {
            stream,
            fonts: Vec::new(),
            slides: Vec::new(),
            notes: Vec::new(),
        };
        for child in document.children(stream) {
            match (child.kind, child.instance) {
                (kind::SLIDE_LIST, 0) => presentation.slides = read_list(stream, directory, child),
                (kind::SLIDE_LIST, 2) => presentation.notes = read_list(stream, directory, child),
                (kind::ENVIRONMENT, _) => presentation.read_fonts(child),
                _ => {}
            }
        }
        presentation
    }

    fn read_fonts(&mut self, environment: Record) {
        for record in environment
            .descendants(self.stream)
            .filter(|record| record.kind == kind::FONT)
        {
            let name = utf16(record.data(self.stream).get(..64).unwrap_or_default());
            self.fonts
                .push(name.split('\0').next().unwrap_or_default().to_owned());
        }
    }

    fn blocks(&self) -> Vec<Block> {
        let mut blocks = Blocks::default();
        let (hidden, shown): (Vec<_>, Vec<_>) = self
            .slides
            .iter()
            .partition(|slide| slide.is_hidden(self.stream));
        for slide in shown {
            let texts = slide.texts(self.stream).into_iter();
            for text in texts.filter(|text| text.kind != TextKind::Furniture) {
                self.add(&mut blocks, &text, None);
            }
        }
        let hidden: HashSet<u32> = hidden.into_iter().filter_map(|slide| slide.id).collect();
        let is_shown = |notes: &&Slide<'_>| {
            let slide = notes.slide_of_notes(self.stream);
            slide.is_none_or(|slide| !hidden.contains(&slide))
        };
        for notes in self.notes.iter().filter(is_shown) {
            let texts = notes.texts(self.stream).into_iter();
            for text in texts.filter(|text| text.kind == TextKind::Notes) {
                self.add(&mut blocks, &text, Some(ParagraphKind::Caption));
            }
        }
        blocks.finish_parted()
    }

    fn add(&self, blocks: &mut Blocks, text: &Text<'_>, kind: Option<ParagraphKind>) {
        let kind = kind.unwrap_or(match text.kind {
            TextKind::Title => ParagraphKind::Heading,
            TextKind::Notes | TextKind::Furniture | TextKind::Body => ParagraphKind::Body,
        });
        blocks.begin_paragraph(kind);
        for (piece, font) in text.runs() {
            let font = font
                .and_then(|font| self.fonts.get(usize::from(font)))
                .map(String::as_str);
            for (index, paragraph) in piece.split('\r').enumerate() {
                if index > 0 {
                    blocks.begin_paragraph(kind);
                }
                blocks.push(&paragraph.replace('\u{B}', "\n"), font);
            }
        }
        blocks.end_paragraph();
    }
}

/// The slides of a list, each with the text that follows it there.
///
/// Each has a record of its own, so that together they are no longer than the stream: what is drawn on a slide
/// beyond that was drawn before.
fn read_list<'a>(stream: &'a [u8], directory: &Directory, list: Record) -> Vec<Slide<'a>> {
    let mut slides: Vec<Slide<'a>> = Vec::new();
    let mut room = stream.len();
    for record in list.children(stream) {
        if record.kind == kind::SLIDE_PLACE {
            let place = record.data(stream);
            let record = u32_at(place, 0)
                .and_then(|id| directory.record(stream, id))
                .filter(|record| record.length() <= room);
            room -= record.map_or(0, Record::length);
            slides.push(Slide {
                id: u32_at(place, 12),
                record,
                outline: Texts::default(),
            });
        } else if let Some(slide) = slides.last_mut() {
            slide.outline.take(record, stream);
        }
    }
    slides
}

impl<'a> Slide<'a> {
    /// Whether a show passes over it.
    fn is_hidden(&self, stream: &[u8]) -> bool {
        const HIDDEN: u16 = 1 << 2;
        let flags = self.child(kind::SLIDE_SHOW, stream);
        flags.is_some_and(|show| u16_at(show, 10).is_some_and(|flags| flags & HIDDEN != 0))
    }

    /// The id of the slide that these are the notes of.
    fn slide_of_notes(&self, stream: &[u8]) -> Option<u32> {
        u32_at(self.child(kind::NOTES, stream)?, 0)
    }

    /// The data of the first record of a kind that is directly in its own.
    fn child<'s>(&self, kind: u16, stream: &'s [u8]) -> Option<&'s [u8]> {
        let mut children = self.record?.children(stream);
        let child = children.find(|child| child.kind == kind)?;
        Some(child.data(stream))
    }

    /// The texts as drawn, those of the outline where they are referred to, and after them those
    /// of the outline that nothing refers to.
    fn texts(&self, stream: &'a [u8]) -> Vec<Text<'a>> {
        let outline = self.outline.all();
        let mut is_shown = vec![false; outline.len()];
        let mut shown: Vec<Text<'a>> = Vec::new();
        let mut drawn = Texts::default();
        for record in self
            .record
            .into_iter()
            .flat_map(|record| record.descendants(stream))
        {
            if record.kind == kind::OUTLINE_REFERENCE {
                shown.append(&mut drawn.take_all());
                let index =
                    u32_at(record.data(stream), 0).map_or(usize::MAX, |index| index as usize);
                if let (Some(text), Some(false)) = (outline.get(index), is_shown.get(index)) {
                    shown.push(text.clone());
                    is_shown[index] = true;
                }
            } else {
                drawn.take(record, stream);
            }
        }
        shown.append(&mut drawn.take_all());
        let rest = outline
            .iter()
            .zip(is_shown)
            .filter(|(_, is_shown)| !is_shown);
        shown.extend(rest.map(|(text, _)| text.clone()));
        shown
    }
}

#[cfg(test)]
mod tests;
