//! What does a Word document of 1993 to 2003 say? `.doc` bytes → [`Block`]s with fonts.
//!
//! Word 97 to 2003 in full; of Word 6 and 95, text and table cells, without fonts and styles. The
//! body comes first, text boxes at its head behind the paragraph that they are anchored in, then the other boxes, footnotes, endnotes
//! and comments; headers and footers are left out. Tracked changes read as accepted. Format: [MS-DOC].

mod boxes;
mod fib;
mod form;
mod pages;
mod pieces;
mod rows;
mod sprm;
mod story;
mod styles;

use self::boxes::TextBoxes;
use self::fib::{Fib, Version};
use self::pages::Data;
use self::story::{Marks, Notes, Story, StoryReader};
use self::styles::Styles;
use super::binary::{open_compound, read_stream};
use super::blocks::Block;
use super::error::ReadError;

/// The blocks of a document, and the text of its first paragraph in the Title style.
///
/// # Errors
///
/// [`ReadError::Encrypted`]; [`ReadError::TooLarge`] where there is more text in more fonts, or more cells, than any
/// document has; [`ReadError::Corrupt`] where the container, the information block or the piece table is unsound. Damage elsewhere costs formatting, never text.
pub(crate) fn read(bytes: &[u8]) -> Result<(Vec<Block>, Option<Block>), ReadError> {
    let mut file = open_compound(bytes)?;
    let mut stream = |name: &str| read_stream(&mut file, name, bytes.len());
    let main = stream("/WordDocument")?
        .ok_or_else(|| ReadError::Corrupt("no WordDocument stream".to_owned()))?;
    let fib = Fib::read(&main)?;
    let table = stream(fib.table_stream)?
        .ok_or_else(|| ReadError::Corrupt(format!("no {} stream", fib.table_stream)))?;
    let pieces = pieces::pieces(&fib, &main, &table)?;
    let data = Data::new(Box::new(move || {
        stream("/Data").ok().flatten().unwrap_or_default()
    }));
    let story = Story {
        stream: &main,
        pieces: &pieces,
        characters: pages::characters(&main, fib.character_pages.of(&table)),
        paragraphs: pages::paragraphs(&main, fib.paragraph_pages.of(&table), &data),
        data: &data,
        styles: Styles::read(fib.styles.of(&table), fib.fonts.of(&table)),
        marks: match fib.version {
            Version::Word97 => Marks::Properties,
            Version::Word6 => Marks::Places(rows::row_ends(&main, &pieces)),
        },
    };
    read_stories(&fib, &story, &table)
}

fn read_stories(
    fib: &Fib,
    story: &Story<'_, '_>,
    table: &[u8],
) -> Result<(Vec<Block>, Option<Block>), ReadError> {
    let lengths = &fib.stories;
    let mut start = 0usize;
    let mut next = |length: usize| {
        let first = start;
        start = start.saturating_add(length);
        first..start
    };
    let main = next(lengths.main);
    let footnotes = next(lengths.footnotes);
    next(lengths.headers);
    next(lengths.macros);
    let comments = next(lengths.comments);
    let endnotes = next(lengths.endnotes);
    let text_boxes = next(lengths.text_boxes);
    let shapes = fib.shapes.of(table);
    let boxes = TextBoxes::read(shapes, fib.text_boxes.of(table), main.end, text_boxes);
    let mut reader = StoryReader::new(story);
    reader.read_with_boxes(main, boxes.anchored)?;
    for text_box in boxes.others {
        reader.read(text_box, Notes::No)?;
    }
    for notes in [footnotes, endnotes, comments] {
        reader.read(notes, Notes::Yes)?;
    }
    Ok(reader.finish())
}
