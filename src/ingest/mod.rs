//! What does the file say? Bytes of any supported format → [`RawDocument`].
//!
//! The format is told by content, never by name ([`SourceFormat::detect`]). Each reader turns bytes
//! into blocks of styled runs; [`read`] then decodes, cleans and names them, once for all formats.
//! Where sentences end is [`crate::segment`]'s question. Archives of many documents come line by
//! line from [`jsonl`].

mod assemble;
pub(crate) mod attendance;
mod binary;
mod blocks;
mod caption;
mod docx;
mod eml;
pub mod encoding;
mod error;
mod form;
mod format;
mod headline;
mod html;
mod item;
pub mod jsonl;
mod markdown;
pub(crate) mod marker;
mod msg;
mod named_character;
mod odt;
pub mod official;
mod package;
mod page_number;
mod pdf;
mod ppt;
mod pptx;
mod rtf;
mod script;
pub(crate) mod shape;
mod sheet;
mod spreadsheet_ml;
mod style_table;
mod text;
mod wide;
mod word97;
mod xls;
mod xlsx;
mod xml;

use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};

use serde::{Deserialize, Serialize};

pub(crate) use self::eml::folder as mailbox;
pub use self::error::{ReadError, Remedy};
pub use self::format::SourceFormat;
pub use self::jsonl::ArchiveRecord;
pub use self::official::Official;
pub(crate) use self::package::is_zip;
pub(crate) use self::wide::{Narrowed, in_utf8};

use self::assemble::Source;
use self::encoding::tone::{TonePlacement, place_tones};
use self::encoding::{EncodingChoice, decode_bytes};
use unicode_normalization::UnicodeNormalization;

use crate::document::ParagraphKind;

/// A document as its file tells it, before segmentation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RawDocument {
    /// The format it was read as.
    pub format: SourceFormat,
    /// How its bytes were turned into Unicode.
    pub encoding: TextEncoding,
    /// The title that the format names or the text shows, if any.
    pub title: Option<String>,
    /// In reading order; none is empty.
    pub paragraphs: Vec<RawParagraph>,
    /// What an official letter says about itself; nothing where it is none.
    pub official: Option<Official>,
    /// Pages that could not be read, or are scans, from 1; not empty means a partial success.
    pub failed_pages: Vec<u32>,
}

impl RawDocument {
    /// A document of one paragraph of prose, as an archive would give it.
    #[must_use]
    pub fn of_paragraph(text: &str) -> Self {
        let encoding = TextEncoding {
            name: "utf-8".to_owned(),
            confidence: 1.0,
        };
        let paragraph = RawParagraph {
            text: text.nfc().collect(),
            ..RawParagraph::default()
        };
        Self {
            format: SourceFormat::Jsonl,
            encoding,
            title: None,
            official: None,
            paragraphs: vec![paragraph],
            failed_pages: Vec::new(),
        }
    }
}

impl RawDocument {
    /// What is done alike to documents of all formats and to those of archives.
    pub(crate) fn complete(&mut self, options: &ReadOptions) {
        self.check_title();
        self.recognise_letter();
        if self.title.is_none()
            && let Some(lines) = official::headless_title(&self.paragraphs)
        {
            official::mark_headings(&mut self.paragraphs[lines]);
        }
        if let Some(placement) = options.tone_placement {
            self.place_tones(placement);
        }
    }

    /// What readers are shown as the title: [`Self::title`], or else the kind and the subject that stand above the text,
    /// or the headline that a plain text or a row of a table begins with.
    ///
    /// Ranking goes by the title alone, which it has learnt to know as something beside the text.
    #[must_use]
    pub fn shown_title(&self) -> Option<Cow<'_, str>> {
        let may_begin_with_headline = self.is_row() || self.format == SourceFormat::Text;
        let headline = || headline::headline(&self.paragraphs).filter(|_| may_begin_with_headline);
        let given = self.title.as_deref().map(Cow::Borrowed);
        let own = || self.headless_title().map(Cow::Owned);
        // What an office file calls itself is often left from another document; what stands above its text is not.
        let is_trusted = !self.has_properties() || self.stands_in_text() || self.official.is_some();
        let told = if is_trusted {
            given.or_else(own)
        } else {
            own().or(given)
        };
        told.or_else(|| headline().map(Cow::Borrowed))
    }

    /// The kind and the subject that stand above the text where no letterhead does.
    fn headless_title(&self) -> Option<String> {
        let lines = official::headless_title(&self.paragraphs)?;
        let texts = self.paragraphs[lines].iter().map(|line| line.text.as_str());
        Some(texts.collect::<Vec<_>>().join(" "))
    }

    fn is_row(&self) -> bool {
        matches!(self.format, SourceFormat::Jsonl | SourceFormat::Parquet)
    }

    /// Whether the title is a property that nobody sees, and not what a row, a message or a page is called.
    fn has_properties(&self) -> bool {
        let is_page = matches!(self.format, SourceFormat::Html | SourceFormat::Markdown);
        !(is_page || self.is_row() || self.is_message())
    }

    fn stands_in_text(&self) -> bool {
        let title = self.title.as_deref();
        title.is_some_and(|title| self.paragraphs.iter().any(|it| it.text == title))
    }

    fn is_message(&self) -> bool {
        matches!(self.format, SourceFormat::Eml | SourceFormat::Msg)
    }

    /// Drops a title that is none, and completes one that is the name of a kind with the subject below it.
    ///
    /// In a file anything may be marked as its title; a table has a column for it and a message its subject, which are
    /// trusted with all but the names of parts.
    fn check_title(&mut self) {
        let is_no_title = if self.is_row() || self.is_message() {
            official::names_part
        } else {
            official::is_no_title
        };
        self.title = self.title.take().filter(|title| !is_no_title(title));
        let Some(title) = self.title.as_ref().filter(|it| official::is_bare_kind(it)) else {
            return;
        };
        if let Some(whole) = official::complete_title(title, &mut self.paragraphs) {
            self.title = Some(whole);
        }
    }

    /// Marks the furniture of an official letter, and takes its facts and its title.
    ///
    /// What the file calls itself is often left from another document or the first line of the letterhead, so it counts
    /// only where the letter has no more than the name of its kind. What a table has in its column of titles counts.
    fn recognise_letter(&mut self) {
        let Some(letter) = official::recognise(&mut self.paragraphs) else {
            return;
        };
        let given = self.title.take().filter(|title| {
            let furniture = self
                .paragraphs
                .iter()
                .filter(|paragraph| paragraph.furniture);
            !furniture
                .into_iter()
                .any(|paragraph| paragraph.text == *title)
        });
        self.title = match (letter.title, given) {
            (Some(own), Some(given)) if self.is_row() || official::is_kind(&own) => Some(given),
            (own, given) => own.or(given),
        };
        self.official = Some(letter.official);
    }

    /// Rewrites the tones of `oa`, `oe` and `uy`.
    fn place_tones(&mut self, placement: TonePlacement) {
        let texts = self
            .paragraphs
            .iter_mut()
            .map(|paragraph| &mut paragraph.text);
        for text in texts.chain(&mut self.title) {
            *text = place_tones(text, placement).into_owned();
        }
    }
}

/// How a document's bytes were turned into Unicode.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TextEncoding {
    /// For example `utf-8`, `tcvn3`, `utf-8+vni` where a document mixes several, `windows-1252+vni` where the rest of
    /// a legacy text is in that.
    pub name: String,
    /// From 0 (a guess) to 1 (certain: declared by the file or proven by its bytes).
    pub confidence: f32,
}

/// One paragraph of a [`RawDocument`]: NFC, on one line, no white space around it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RawParagraph {
    /// What it is to a reader.
    pub kind: ParagraphKind,
    /// Its text.
    pub text: String,
    /// The page it starts on, from 1, where the format has pages.
    pub page: Option<u32>,
    /// Whether it is the furniture of an official letter or of a mail.
    pub furniture: bool,
}

/// How documents are read.
#[derive(Clone, Debug)]
pub struct ReadOptions {
    /// The largest file that is read, in bytes.
    pub max_bytes: usize,
    /// How text from before Unicode is read.
    pub encoding: EncodingChoice,
    /// Where the tone of `oa`, `oe` and `uy` is written; as it stands where nothing is asked for.
    pub tone_placement: Option<TonePlacement>,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self {
            max_bytes: 512 * 1024 * 1024,
            encoding: EncodingChoice::Auto,
            tone_placement: None,
        }
    }
}

/// Whether a document of this name is read otherwise than the same bytes under another name may be.
///
/// Only the suffix of Markdown makes a difference, and only where the content leaves it open.
#[must_use]
pub fn name_matters(name: &str) -> bool {
    format::has_markdown_suffix(Some(name))
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
    catch_unwind(AssertUnwindSafe(|| {
        let format = SourceFormat::detect(bytes, name)?;
        let source = read_source(format, bytes, options)?;
        let mut document = source.into_document(format, options.encoding)?;
        document.complete(options);
        Ok(document)
    }))
    .unwrap_or_else(|_| Err(ReadError::Corrupt("its reader gave up on it".to_owned())))
}

fn read_source(
    format: SourceFormat,
    bytes: &[u8],
    options: &ReadOptions,
) -> Result<Source, ReadError> {
    match format {
        SourceFormat::Text => {
            let (text, encoding) = decode_bytes(bytes, options.encoding)?;
            Ok(Source::decoded((text::blocks(&text), None), encoding))
        }
        SourceFormat::Markdown => {
            let (text, encoding) = decode_bytes(bytes, options.encoding)?;
            Ok(Source::decoded(markdown::read(&text)?, encoding))
        }
        SourceFormat::Html => {
            let label = html::declared_charset(bytes);
            html::read_page(bytes, label.as_deref(), options.encoding)
        }
        SourceFormat::Docx => docx::read(bytes).map(Source::undecoded),
        SourceFormat::WordMl => docx::read_word_ml(bytes).map(Source::undecoded),
        SourceFormat::SpreadsheetMl => spreadsheet_ml::read(bytes).map(Source::undecoded),
        SourceFormat::Rtf => rtf::read(bytes).map(Source::undecoded),
        SourceFormat::Xls => xls::read(bytes).map(Source::undecoded),
        SourceFormat::Odt | SourceFormat::Ods | SourceFormat::Odp => {
            odt::read(bytes).map(Source::undecoded)
        }
        SourceFormat::FlatOdf => odt::read_flat(bytes).map(Source::undecoded),
        SourceFormat::Xlsx => xlsx::read(bytes).map(Source::undecoded),
        SourceFormat::Pptx => pptx::read(bytes).map(Source::undecoded),
        SourceFormat::Eml => eml::read(bytes, options.encoding),
        SourceFormat::Msg => msg::read(bytes, options.encoding),
        SourceFormat::Ppt => ppt::read(bytes).map(Source::undecoded),
        SourceFormat::Pdf => pdf::read(bytes),
        SourceFormat::Doc => word97::read(bytes).map(Source::undecoded),
        SourceFormat::Jsonl | SourceFormat::Parquet => {
            let what = "a table as one document";
            Err(ReadError::UnsupportedFormat(what, Remedy::Nothing))
        }
    }
}

#[cfg(test)]
mod tests;
