//! What does the file say? Bytes of any supported format → [`RawDocument`].
//!
//! The format is told by content, never by name ([`SourceFormat::detect`]). Each reader turns bytes
//! into blocks of styled runs; [`read`] then decodes, cleans and names them, once for all formats.
//! Where sentences end is [`crate::segment`]'s question. Archives of many documents come line by
//! line from [`jsonl`].

mod blocks;
mod charset;
mod clean;
mod docx;
pub mod encoding;
mod error;
mod format;
mod html;
pub mod jsonl;
mod markdown;
mod package;
mod shape;
mod text;
mod xml;

use std::panic::{AssertUnwindSafe, catch_unwind};

pub use self::error::ReadError;
pub use self::format::SourceFormat;

use self::blocks::Block;
use crate::document::ParagraphKind;

/// A document as its file tells it, before segmentation.
#[derive(Clone, Debug, PartialEq)]
pub struct RawDocument {
    /// The format it was read as.
    pub format: SourceFormat,
    /// How its bytes were turned into Unicode.
    pub encoding: TextEncoding,
    /// The title that the format names or the text shows, if any.
    pub title: Option<String>,
    /// In reading order; none is empty.
    pub paragraphs: Vec<RawParagraph>,
    /// Pages that could not be read, from 1; not empty means a partial success.
    pub failed_pages: Vec<u32>,
}

/// How a document's bytes were turned into Unicode.
#[derive(Clone, Debug, PartialEq)]
pub struct TextEncoding {
    /// For example `utf-8`, `tcvn3`, `utf-8+vni` where a document mixes several.
    pub name: String,
    /// From 0 (a guess) to 1 (certain: declared by the file or proven by its bytes).
    pub confidence: f32,
}

/// One paragraph of a [`RawDocument`]: NFC, on one line, no white space around it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RawParagraph {
    /// What it is to a reader.
    pub kind: ParagraphKind,
    /// Its text.
    pub text: String,
    /// The page it starts on, from 1, where the format has pages.
    pub page: Option<u32>,
    /// Whether it is the furniture of an official letter.
    pub furniture: bool,
}

/// How documents are read.
#[derive(Clone, Debug)]
pub struct ReadOptions {
    /// The largest file that is read, in bytes.
    pub max_bytes: usize,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self {
            max_bytes: 512 * 1024 * 1024,
        }
    }
}

/// What a reader hands over, before decoding.
#[derive(Debug, Default)]
struct Source {
    blocks: Vec<Block>,
    title: Option<String>,
    /// How the bytes became text, where that is settled before the runs are looked at.
    encoding: Option<TextEncoding>,
    failed_pages: Vec<u32>,
}

/// Reads a document of any supported format.
///
/// `name` (a file name, or nothing for standard input) is asked only where the content leaves it
/// open whether a text is Markdown. Every paragraph of the result is in NFC, on one line, without
/// white space around it, and has a letter or digit.
///
/// # Errors
///
/// [`ReadError`], by what is wrong with the bytes. A panic of a third-party parser is
/// [`ReadError::Corrupt`].
pub fn read(
    bytes: &[u8],
    name: Option<&str>,
    options: &ReadOptions,
) -> Result<RawDocument, ReadError> {
    if bytes.is_empty() {
        return Err(ReadError::Empty);
    }
    if bytes.len() > options.max_bytes {
        let megabytes = options.max_bytes / (1024 * 1024);
        return Err(ReadError::TooLarge(format!("more than {megabytes} MB")));
    }
    // The one place where the panics of parsers end: they see nothing but `bytes`, so that nothing
    // half-changed outlives them.
    let (format, source) = catch_unwind(AssertUnwindSafe(|| {
        let format = SourceFormat::detect(bytes, name)?;
        Ok::<_, ReadError>((format, read_source(format, bytes)?))
    }))
    .unwrap_or_else(|_| Err(ReadError::Corrupt("its reader gave up on it".to_owned())))?;
    assemble(format, source)
}

fn read_source(format: SourceFormat, bytes: &[u8]) -> Result<Source, ReadError> {
    match format {
        SourceFormat::Text => {
            let (text, encoding) = charset::decode(bytes)?;
            Ok(Source {
                blocks: text::blocks(&text),
                encoding: Some(encoding),
                ..Source::default()
            })
        }
        SourceFormat::Markdown => {
            let (text, encoding) = charset::decode(bytes)?;
            let (blocks, title) = markdown::read(&text);
            Ok(Source {
                blocks,
                title,
                encoding: Some(encoding),
                ..Source::default()
            })
        }
        SourceFormat::Html => {
            let (text, encoding) = charset::decode(bytes)?;
            let (blocks, title) = html::read(&text)?;
            Ok(Source {
                blocks,
                title,
                encoding: Some(encoding),
                ..Source::default()
            })
        }
        SourceFormat::Docx => {
            let (blocks, title) = docx::read(bytes)?;
            Ok(Source {
                blocks,
                title,
                ..Source::default()
            })
        }
        SourceFormat::Jsonl => Err(ReadError::UnsupportedFormat(
            "a JSONL archive as one document",
        )),
    }
}

/// Brings what a reader hands over into the form that all documents have.
fn assemble(format: SourceFormat, source: Source) -> Result<RawDocument, ReadError> {
    let encoding = source.encoding.unwrap_or_else(|| TextEncoding {
        name: "utf-8".to_owned(),
        confidence: 1.0,
    });
    let mut paragraphs: Vec<RawParagraph> = source
        .blocks
        .iter()
        .map(|block| RawParagraph {
            kind: block.kind,
            text: clean::clean(&block.text()),
            page: block.page,
            furniture: false,
        })
        .filter(|paragraph| clean::is_readable(&paragraph.text))
        .collect();
    if paragraphs.is_empty() && source.failed_pages.is_empty() {
        return Err(ReadError::Empty);
    }
    let texts: Vec<&str> = paragraphs
        .iter()
        .map(|paragraph| paragraph.text.as_str())
        .collect();
    let mut kinds: Vec<ParagraphKind> = paragraphs.iter().map(|paragraph| paragraph.kind).collect();
    shape::refine(&texts, &mut kinds);
    for (paragraph, kind) in paragraphs.iter_mut().zip(kinds) {
        paragraph.kind = kind;
    }
    let title = source
        .title
        .map(|title| clean::clean(&title))
        .filter(|title| clean::is_readable(title));
    Ok(RawDocument {
        format,
        encoding,
        title,
        paragraphs,
        failed_pages: source.failed_pages,
    })
}

#[cfg(test)]
mod tests;
