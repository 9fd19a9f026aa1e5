//! What format is it? The first bytes → [`SourceFormat`], whatever the file is called.

mod markdown;
mod markup;

use std::borrow::Cow;

use encoding_rs::{UTF_8, UTF_16BE, UTF_16LE};
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

pub(super) use self::markdown::has_markdown_suffix;
use self::markdown::markdown_signs;
use self::markup::{ends_in_tag, is_html, root_name};
use super::binary::open_compound;
use super::encoding::{without_padding, zeros_of_units};
use super::error::{ReadError, Remedy};
use super::package::{Package, is_zip};
use super::{eml, msg, pdf, rtf};

/// A file format that can be told from its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SourceFormat {
    /// Plain text.
    Text,
    /// `CommonMark`.
    Markdown,
    /// HTML.
    Html,
    /// Office Open XML word processing.
    Docx,
    /// Word 6, 95 and 97 to 2003.
    Doc,
    /// Rich Text Format.
    Rtf,
    /// Excel 5, 95 and 97 to 2003.
    Xls,
    /// `PowerPoint` 97 to 2003.
    Ppt,
    /// Word's XML of 2003, in one file.
    WordMl,
    /// Excel's XML of 2003, in one file.
    SpreadsheetMl,
    /// OpenDocument text, as a package.
    Odt,
    /// OpenDocument of any kind in one XML file.
    FlatOdf,
    /// OpenDocument spreadsheet.
    Ods,
    /// OpenDocument presentation.
    Odp,
    /// Office Open XML workbook.
    Xlsx,
    /// Office Open XML presentation.
    Pptx,
    /// An e-mail message.
    Eml,
    /// A message that Outlook saved.
    Msg,
    /// PDF with a text layer.
    Pdf,
    /// One record of a JSONL archive.
    Jsonl,
    /// One row of a Parquet table.
    Parquet,
}

/// How much of a text is looked at to tell its format.
const PROBE_BYTES: usize = 64 * 1024;

/// Formats that are known by their first bytes and have no reader.
const SIGNATURES: [(&[u8], &str, Remedy); 17] = [
    (b"\x89PNG", "a PNG image", Remedy::RecogniseText),
    (b"\xff\xd8\xff", "a JPEG image", Remedy::RecogniseText),
    (b"GIF8", "a GIF image", Remedy::RecogniseText),
    (b"BM", "a BMP image", Remedy::RecogniseText),
    (b"II*\0", "a TIFF image", Remedy::RecogniseText),
    (b"MM\0*", "a TIFF image", Remedy::RecogniseText),
    (b"RIFF", "a RIFF media file", Remedy::Nothing),
    (b"\x1f\x8b", "a gzip archive", Remedy::Unpack),
    (b"BZh", "a bzip2 archive", Remedy::Unpack),
    (b"\xfd7zXZ\0", "an xz archive", Remedy::Unpack),
    (b"\x28\xb5\x2f\xfd", "a zstd archive", Remedy::Unpack),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", Remedy::Unpack),
    (b"Rar!", "a RAR archive", Remedy::Unpack),
    (b"\x7fELF", "an ELF program", Remedy::Nothing),
    (b"MZ", "a Windows program", Remedy::Nothing),
    (
        b"SQLite format 3\0",
        "an SQLite database",
        Remedy::WriteRecords,
    ),
    (b"%!PS", "a PostScript file", Remedy::Save),
];

impl SourceFormat {
    /// Tells the format of a file from its bytes.
    ///
    /// `name` is asked only where a text is neither plainly Markdown nor plainly not; its suffix is
    /// believed for nothing else. An empty file is a text.
    ///
    /// # Errors
    ///
    /// [`ReadError::UnsupportedFormat`], naming what it is, for a format without a reader, for JSON
    /// whose records have no lines, and for binary data; [`ReadError::Encrypted`] for an office file with a password;
    /// [`ReadError::Corrupt`] for a ZIP or OLE file that cannot be opened.
    pub fn detect(bytes: &[u8], name: Option<&str>) -> Result<Self, ReadError> {
        if is_zip(bytes) {
            return Package::open(bytes)?.format();
        }
        if bytes.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
            return detect_compound(bytes);
        }
        if pdf::beginning(bytes).is_some() {
            return Ok(Self::Pdf);
        }
        if rtf::beginning(bytes).is_some() {
            return Ok(Self::Rtf);
        }
        let text = without_padding(bytes);
        let probe = &text[..text.len().min(PROBE_BYTES)];
        if is_binary(probe) {
            let known = SIGNATURES.iter();
            let mut known = known.filter(|(signature, ..)| bytes.starts_with(signature));
            let (what, remedy) = known
                .next()
                .map_or(("binary data", Remedy::Save), |(_, what, remedy)| {
                    (*what, *remedy)
                });
            return Err(ReadError::UnsupportedFormat(what, remedy));
        }
        if is_json(text) {
            return Err(ReadError::UnsupportedFormat("JSON", Remedy::WriteRecords));
        }
        let probe = decoded_probe(probe);
        if root_name(&probe) == Some("pkg:package") {
            return Package::open(bytes)?.format();
        }
        detect_text(&probe, ends_in_tag(text), name)
    }

    /// The stable name of the format, for records.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Markdown => "markdown",
            Self::Html => "html",
            Self::Docx => "docx",
            Self::Doc => "doc",
            Self::Rtf => "rtf",
            Self::Xls => "xls",
            Self::Ppt => "ppt",
            Self::WordMl => "wordml",
            Self::SpreadsheetMl => "spreadsheetml",
            Self::Odt => "odt",
            Self::FlatOdf => "fodt",
            Self::Ods => "ods",
            Self::Odp => "odp",
            Self::Xlsx => "xlsx",
            Self::Pptx => "pptx",
            Self::Eml => "eml",
            Self::Msg => "msg",
            Self::Pdf => "pdf",
            Self::Jsonl => "jsonl",
            Self::Parquet => "parquet",
        }
    }
}

/// Tells the formats that share Microsoft's compound file (OLE) apart by their streams.
fn detect_compound(bytes: &[u8]) -> Result<SourceFormat, ReadError> {
    let file = open_compound(bytes)?;
    if file.exists("/EncryptedPackage") {
        return Err(ReadError::Encrypted);
    }
    let streams = [
        ("/WordDocument", SourceFormat::Doc),
        ("/Workbook", SourceFormat::Xls),
        ("/Book", SourceFormat::Xls),
        ("/PowerPoint Document", SourceFormat::Ppt),
        (msg::PROPERTIES, SourceFormat::Msg),
    ];
    let found = streams.into_iter().find(|(stream, _)| file.exists(stream));
    let unknown = ReadError::UnsupportedFormat("an OLE file", Remedy::Save);
    found.map(|(_, format)| format).ok_or(unknown)
}

/// Whether bytes are no text.
///
/// Text has no NUL, unless it is UTF-16, and next to no control characters; legacy Vietnamese
/// encodings use some of them as letters, so a few are let through.
fn is_binary(probe: &[u8]) -> bool {
    if has_utf16_mark(probe) || looks_like_utf16(probe) {
        return false;
    }
    let is_control =
        |byte: &&u8| **byte < 0x20 && !matches!(**byte, b'\t' | b'\n' | b'\r' | 0x0b | 0x0c);
    probe.contains(&0) || probe.iter().filter(is_control).count() * 10 > probe.len()
}

/// Whether a text is nothing but values of JSON, the first a list or an object, with strings in them, though it may be cut
/// short; prose that begins with a bracket is not.
pub(super) fn is_json(text: &[u8]) -> bool {
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let text = text.trim_ascii_start();
    let mut values = serde_json::Deserializer::from_slice(text).into_iter::<IgnoredAny>();
    matches!(text.first(), Some(b'[' | b'{'))
        && values.all(|value| value.is_ok() || value.is_err_and(|error| error.is_eof()))
        && text.contains(&b'"')
}

/// Whether NUL bytes stand often in every other place, and next to never between: UTF-16 without its mark.
fn looks_like_utf16(probe: &[u8]) -> bool {
    let (even, odd) = zeros_of_units(probe);
    even.min(odd) * 200 <= probe.len() && even.max(odd) * 4 > probe.len()
}

fn has_utf16_mark(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff")
}

fn decoded_probe(probe: &[u8]) -> Cow<'_, str> {
    let encoding = match zeros_of_units(probe) {
        _ if has_utf16_mark(probe) || !looks_like_utf16(probe) => UTF_8,
        (even, odd) if even > odd => UTF_16BE,
        _ => UTF_16LE,
    };
    // A mark is followed whatever the encoding.
    let (text, _, _) = encoding.decode(probe);
    text
}

/// Tells the formats of text apart by their beginning, and by whether all ends in a tag.
fn detect_text(
    probe: &str,
    ends_in_tag: bool,
    name: Option<&str>,
) -> Result<SourceFormat, ReadError> {
    let text = probe.trim_start();
    let is_markdown = has_markdown_suffix(name) || markdown_signs(text) >= 2;
    if is_html(text, ends_in_tag, is_markdown) {
        return Ok(SourceFormat::Html);
    }
    match root_name(text) {
        Some("office:document") => return Ok(SourceFormat::FlatOdf),
        Some("w:wordDocument") => return Ok(SourceFormat::WordMl),
        Some("Workbook" | "ss:Workbook") => return Ok(SourceFormat::SpreadsheetMl),
        _ if text.starts_with("<?xml") => {
            return Err(ReadError::UnsupportedFormat("an XML file", Remedy::Save));
        }
        _ => {}
    }
    if is_mail(text) {
        return Ok(SourceFormat::Eml);
    }
    Ok(if is_markdown && !text.is_empty() {
        SourceFormat::Markdown
    } else {
        SourceFormat::Text
    })
}

/// Whether a text begins with the header of a message: three fields, of which two only mail has. Behind the line
/// that mail programs put before a message in their folders, one field is enough.
fn is_mail(text: &str) -> bool {
    const FIELDS: [&str; 9] = [
        "from",
        "to",
        "subject",
        "date",
        "mime-version",
        "received",
        "return-path",
        "message-id",
        "content-type",
    ];
    if eml::folder::is_folder(text.as_bytes()) {
        return true;
    }
    let text = &text[text.len() - eml::after_envelope(text.as_bytes()).len()..];
    let header = text.lines().take_while(|line| !line.is_empty()).take(64);
    let fields = header
        .filter(|line| !line.starts_with([' ', '\t']))
        .filter_map(|line| {
            let (name, _) = line.split_once(':')?;
            name.bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
                .then(|| name.to_lowercase())
        });
    let fields: Vec<String> = fields.collect();
    let starts_as_field = text
        .split(':')
        .next()
        .is_some_and(|name| !name.contains(char::is_whitespace));
    let known = FIELDS
        .iter()
        .filter(|field| fields.iter().any(|found| found == *field))
        .count();
    let is_sure = fields
        .iter()
        .any(|name| name == "mime-version" || name == "received" || name == "message-id");
    starts_as_field && known >= 2 && (is_sure || known >= 3)
}

#[cfg(test)]
mod tests;
