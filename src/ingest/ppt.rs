//! What do the slides of a PowerPoint presentation of 1997 to 2003 say? `.ppt` bytes → [`Block`]s.
//!
//! Through the crate `undoc`, which gives no fonts: legacy encodings are told by syllables alone.

use undoc::model::{Block as SlideBlock, HeadingLevel, Paragraph};
use undoc::ppt::PptParser;

use super::blocks::{Block, Blocks};
use super::error::ReadError;
use crate::document::ParagraphKind;

/// The text of the slides in their order, titles as headings, each slide's notes after it.
///
/// # Errors
///
/// [`ReadError::Encrypted`], [`ReadError::Corrupt`].
pub(crate) fn read(bytes: &[u8]) -> Result<(Vec<Block>, Option<String>), ReadError> {
    let parsed = PptParser::from_bytes(bytes.to_vec()).and_then(|mut parser| parser.parse());
    let presentation = parsed.map_err(|error| match error {
        undoc::Error::Encrypted => ReadError::Encrypted,
        other => ReadError::Corrupt(format!("PowerPoint: {other}")),
    })?;
    let mut blocks = Blocks::default();
    for slide in &presentation.sections {
        for content in &slide.content {
            if let SlideBlock::Paragraph(paragraph) = content {
                let is_title = paragraph.heading != HeadingLevel::None;
                let kind = if is_title { ParagraphKind::Heading } else { ParagraphKind::Body };
                add(&mut blocks, paragraph, kind);
            }
        }
        for paragraph in slide.notes.iter().flatten() {
            add(&mut blocks, paragraph, ParagraphKind::Caption);
        }
    }
    Ok((blocks.finish(), None))
}

fn add(blocks: &mut Blocks, paragraph: &Paragraph, kind: ParagraphKind) {
    blocks.begin_paragraph(kind);
    for run in &paragraph.runs {
        blocks.push(&run.text, None);
    }
    blocks.end_paragraph();
}
