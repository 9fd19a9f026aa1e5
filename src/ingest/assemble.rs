//! What do all readers' results become? [`Source`] → [`RawDocument`]: decoded, normalised, named.
//!
//! Letters stay as they were typed. A font of capitals (`.VnTimeH`) is a matter of looks, as bold
//! type and "all caps" are; a paragraph set in one throughout is told from others as a heading.

use std::borrow::Cow;

use super::blocks::{Block, StyledRun};
use super::encoding::normalize::normalize;
use super::encoding::{EncodingChoice, Run, decode_runs, encoding_of_font};
use super::{RawDocument, RawParagraph, ReadError, SourceFormat, TextEncoding, shape};
use crate::document::ParagraphKind;

/// The longest books have a tenth of it.
const MAX_PARAGRAPHS: usize = 500_000;

/// What a reader hands over.
#[derive(Debug, Default)]
pub(crate) struct Source {
    pub(crate) blocks: Vec<Block>,
    pub(crate) title: Option<Block>,
    /// How the bytes became Unicode, where that is settled; otherwise the runs are decoded.
    pub(crate) encoding: Option<TextEncoding>,
    pub(crate) failed_pages: Vec<u32>,
}

impl Source {
    /// Blocks and a title whose runs are still to be decoded.
    pub(crate) fn undecoded((blocks, title): (Vec<Block>, Option<Block>)) -> Self {
        Self {
            blocks,
            title,
            ..Self::default()
        }
    }

    /// Blocks and a title that are Unicode already.
    pub(crate) fn decoded(
        (blocks, title): (Vec<Block>, Option<Block>),
        encoding: TextEncoding,
    ) -> Self {
        Self {
            blocks,
            title,
            encoding: Some(encoding),
            ..Self::default()
        }
    }

    /// Settles the encoding, where it is not; of the fonts, only those that draw capitals still matter then.
    pub(crate) fn into_decoded(mut self, choice: EncodingChoice) -> Self {
        if self.encoding.is_some() {
            return self;
        }
        let (texts, title, encoding) = decode(&self.blocks, self.title.as_ref(), choice);
        for (block, text) in self.blocks.iter_mut().zip(texts) {
            let font = block.runs.first().and_then(|run| run.font.clone());
            let font = font.filter(|_| shows_capitals(block));
            block.runs = vec![StyledRun {
                text,
                font,
                ..StyledRun::default()
            }];
        }
        self.title = title.map(|title| Block::of_text(&title));
        self.encoding = Some(encoding);
        self
    }

    /// Puts the blocks of another source after these, each in its encoding; the title stays.
    pub(crate) fn append(self, other: Self, choice: EncodingChoice) -> Self {
        let (mut whole, other) = (self.into_decoded(choice), other.into_decoded(choice));
        whole.encoding = match (whole.encoding.take(), other.encoding) {
            (Some(left), Some(right)) => {
                let shares = [&whole.blocks, &other.blocks].map(|blocks| size(blocks));
                Some(mix([left, right], shares))
            }
            (left, right) => left.or(right),
        };
        whole.blocks.extend(other.blocks);
        whole
    }

    /// Brings the blocks into the form that all documents have.
    ///
    /// Paragraphs without any letter or digit are left out, as they are lines drawn with characters.
    ///
    /// # Errors
    ///
    /// [`ReadError::Empty`] where nothing is left, [`ReadError::TooLarge`] where there are too many blocks.
    pub(crate) fn into_document(
        self,
        format: SourceFormat,
        choice: EncodingChoice,
    ) -> Result<RawDocument, ReadError> {
        if self.blocks.len() > MAX_PARAGRAPHS {
            return Err(ReadError::TooLarge(format!(
                "it has more than {MAX_PARAGRAPHS} paragraphs"
            )));
        }
        let (texts, title, encoding) = match self.encoding {
            Some(encoding) => {
                let title = self.title.as_ref().map(Block::text);
                (texts(&self.blocks), title, encoding)
            }
            None => decode(&self.blocks, self.title.as_ref(), choice),
        };
        let paragraphs = name_paragraphs(&self.blocks, &texts);
        if paragraphs.is_empty() {
            return Err(ReadError::Empty);
        }
        let title = title.map(|title| normalize(&title).into_owned());
        let title = title.filter(|title| is_readable(title));
        Ok(RawDocument {
            format,
            encoding,
            title,
            official: None,
            paragraphs,
            failed_pages: self.failed_pages,
        })
    }
}

/// Bytes of text.
fn size(blocks: &[Block]) -> usize {
    let runs = blocks.iter().flat_map(|block| &block.runs);
    runs.map(|run| run.text.len()).sum()
}

/// The names of both, each once, and their confidence by their shares of the text.
fn mix(encodings: [TextEncoding; 2], shares: [usize; 2]) -> TextEncoding {
    let [left, right] = encodings;
    let mut names: Vec<&str> = left.name.split('+').collect();
    let more = right.name.split('+');
    names.extend(more.filter(|name| !left.name.split('+').any(|known| known == *name)));
    #[expect(clippy::cast_precision_loss, reason = "shares of a text")]
    let [left_share, right_share] = shares.map(|share| share.max(1) as f32);
    let sure = left.confidence * left_share + right.confidence * right_share;
    TextEncoding {
        name: names.join("+"),
        confidence: (sure / (left_share + right_share)).min(1.0),
    }
}

fn texts(blocks: &[Block]) -> Vec<String> {
    blocks.iter().map(Block::text).collect()
}

/// Decodes blocks and the title together, so that the title is read as the text is.
fn decode(
    blocks: &[Block],
    title: Option<&Block>,
    choice: EncodingChoice,
) -> (Vec<String>, Option<String>, TextEncoding) {
    let mut paragraphs: Vec<Vec<Run<'_>>> = blocks.iter().map(typed_runs).collect();
    paragraphs.extend(title.map(typed_runs));
    let mut decoded = decode_runs(&paragraphs, choice);
    let title = title.is_some().then(|| decoded.paragraphs.pop()).flatten();
    (decoded.paragraphs, title, decoded.encoding)
}

/// A block's runs, those in a font of capitals as if in its plain sister.
fn typed_runs(block: &Block) -> Vec<Run<'_>> {
    let runs = block.runs.iter();
    runs.map(|run| Run {
        text: &run.text,
        font: run.font.as_deref().map(typed_font),
    })
    .collect()
}

fn typed_font(font: &str) -> &str {
    const PLAIN_FONT: &str = ".VnTime";
    if draws_capitals(font) {
        PLAIN_FONT
    } else {
        font
    }
}

fn draws_capitals(font: &str) -> bool {
    encoding_of_font(font).is_some_and(|font| font.capitals)
}

/// Whether all that is to be read of a block is drawn in capitals.
fn shows_capitals(block: &Block) -> bool {
    let mut readable = block
        .runs
        .iter()
        .filter(|run| is_readable(&run.text))
        .peekable();
    readable.peek().is_some() && readable.all(|run| run.font.as_deref().is_some_and(draws_capitals))
}

/// Makes paragraphs of the blocks that have anything to read, and says what kind each is.
fn name_paragraphs(blocks: &[Block], texts: &[String]) -> Vec<RawParagraph> {
    let mut paragraphs = Vec::with_capacity(blocks.len());
    let mut capitals = Vec::with_capacity(blocks.len());
    for (block, text) in blocks.iter().zip(texts) {
        let text = normalize(text);
        if is_readable(&text) {
            capitals.push(shows_capitals(block));
            let (kind, text) = match shape::without_bullet(&text) {
                Some(rest) if block.kind == ParagraphKind::Body => (ParagraphKind::ListItem, rest),
                Some(rest) => (block.kind, rest),
                None => (block.kind, text.as_ref()),
            };
            let text = text.to_owned();
            paragraphs.push(RawParagraph {
                kind,
                text,
                page: block.page,
                furniture: block.furniture,
            });
        }
    }
    let shown = paragraphs
        .iter()
        .zip(capitals)
        .map(|(paragraph, capitals)| {
            if capitals {
                Cow::Owned(paragraph.text.to_uppercase())
            } else {
                Cow::Borrowed(paragraph.text.as_str())
            }
        });
    let mut kinds: Vec<ParagraphKind> = paragraphs.iter().map(|paragraph| paragraph.kind).collect();
    shape::refine(&shown.collect::<Vec<_>>(), &mut kinds);
    for (paragraph, kind) in paragraphs.iter_mut().zip(kinds) {
        paragraph.kind = kind;
    }
    paragraphs
}

/// Whether a text has anything to read: a letter or a digit of any script.
pub(super) fn is_readable(text: &str) -> bool {
    text.chars().any(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_paragraph_in_a_font_of_capitals_is_a_heading_as_it_was_typed() {
        let mut block = Block::default();
        block.push("Th«ng t\u{ad} cña Bé Tµi chÝnh", Some(".VnTimeH"));
        let source = Source::undecoded((vec![block], None));
        let document = source
            .into_document(SourceFormat::Doc, EncodingChoice::Auto)
            .unwrap();
        assert_eq!(document.paragraphs[0].text, "Thông tư của Bộ Tài chính");
        assert_eq!(document.paragraphs[0].kind, ParagraphKind::Heading);
        assert_eq!(document.encoding.name, "tcvn3");
    }
}
