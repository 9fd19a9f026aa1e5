//! What do all readers' results become? [`Source`] → [`RawDocument`]: decoded, normalised, named.

use super::blocks::{Block, StyledRun};
use super::encoding::normalize::normalize;
use super::encoding::{EncodingChoice, Run, decode_runs};
use super::{RawDocument, RawParagraph, ReadError, SourceFormat, TextEncoding, shape};
use crate::document::ParagraphKind;

/// What a reader hands over.
#[derive(Debug, Default)]
pub(crate) struct Source {
    pub(crate) blocks: Vec<Block>,
    pub(crate) title: Option<String>,
    /// How the bytes became Unicode, where that is settled; otherwise the runs are decoded.
    pub(crate) encoding: Option<TextEncoding>,
    pub(crate) failed_pages: Vec<u32>,
}

impl Source {
    /// Blocks and a title whose runs are still to be decoded.
    pub(crate) fn undecoded((blocks, title): (Vec<Block>, Option<String>)) -> Self {
        Self {
            blocks,
            title,
            ..Self::default()
        }
    }

    /// Brings the blocks into the form that all documents have.
    ///
    /// Paragraphs without any letter or digit are left out, as they are lines drawn with characters.
    ///
    /// # Errors
    ///
    /// [`ReadError::Empty`] where nothing is left.
    pub(crate) fn into_document(
        self,
        format: SourceFormat,
        choice: EncodingChoice,
    ) -> Result<RawDocument, ReadError> {
        let (texts, title, encoding) = match self.encoding {
            Some(encoding) => (texts(&self.blocks), self.title, encoding),
            None => decode(&self.blocks, self.title, choice),
        };
        let paragraphs = self
            .blocks
            .iter()
            .zip(&texts)
            .map(|(block, text)| RawParagraph {
                kind: block.kind,
                text: normalize(text).into_owned(),
                page: block.page,
                furniture: false,
            });
        let mut paragraphs: Vec<RawParagraph> = paragraphs
            .filter(|paragraph| is_readable(&paragraph.text))
            .collect();
        if paragraphs.is_empty() {
            return Err(ReadError::Empty);
        }
        refine_kinds(&mut paragraphs);
        let title = title
            .map(|title| normalize(&title).into_owned())
            .filter(|title| is_readable(title));
        Ok(RawDocument {
            format,
            encoding,
            title,
            paragraphs,
            failed_pages: self.failed_pages,
        })
    }
}

fn texts(blocks: &[Block]) -> Vec<String> {
    blocks.iter().map(Block::text).collect()
}

/// Decodes blocks and the title together, so that the title is read as the text is.
fn decode(
    blocks: &[Block],
    title: Option<String>,
    choice: EncodingChoice,
) -> (Vec<String>, Option<String>, TextEncoding) {
    let mut paragraphs: Vec<Vec<Run<'_>>> = blocks
        .iter()
        .map(|block| block.runs.iter().map(StyledRun::borrowed).collect())
        .collect();
    paragraphs.extend(title.as_deref().map(|title| vec![Run::plain(title)]));
    let mut decoded = decode_runs(&paragraphs, choice);
    let title = title.is_some().then(|| decoded.paragraphs.pop()).flatten();
    (decoded.paragraphs, title, decoded.encoding)
}

fn refine_kinds(paragraphs: &mut [RawParagraph]) {
    let texts: Vec<&str> = paragraphs
        .iter()
        .map(|paragraph| paragraph.text.as_str())
        .collect();
    let mut kinds: Vec<ParagraphKind> = paragraphs.iter().map(|paragraph| paragraph.kind).collect();
    shape::refine(&texts, &mut kinds);
    for (paragraph, kind) in paragraphs.iter_mut().zip(kinds) {
        paragraph.kind = kind;
    }
}

/// Whether a text has anything to read: a letter or a digit of any script.
pub(super) fn is_readable(text: &str) -> bool {
    text.chars().any(char::is_alphanumeric)
}
