//! What does a message say that Outlook saved? `.msg` bytes → [`Source`], the subject as title.
//!
//! [MS-OXMSG]: an OLE file with a stream for each property, whose name ends in its number and its type. The plain text is
//! read where it is whole, else the HTML, else the RTF. Attachments stand in storages of their own and are not read.

mod rich_text;

use super::assemble::Source;
use super::binary::{Compound, open_compound, read_stream, utf16};
use super::blocks::Block;
use super::eml::{LineEnds, Purpose};
use super::encoding::{EncodingChoice, decode_bytes};
use super::error::ReadError;
use super::{TextEncoding, eml, html, rtf};

/// The stream that only a message has.
pub(super) const PROPERTIES: &str = "/__properties_version1.0";

/// The numbers of the properties that are read, as names of streams have them.
const SUBJECT: &str = "0037";
const ANSWERED: &str = "1042";
const PLAIN_TEXT: &str = "1000";
const PAGE: &str = "1013";
const RICH_TEXT: &str = "1009";

/// Reads the body of a message.
///
/// # Errors
///
/// [`ReadError::Empty`] where it has no text, [`ReadError::Corrupt`] where its streams cannot be read, and those of
/// [`decode_bytes`] and of what reads pages and RTF.
pub(crate) fn read(bytes: &[u8], choice: EncodingChoice) -> Result<Source, ReadError> {
    let mut file = open_compound(bytes)?;
    let mut property = |number: &str| property(&mut file, "", number, bytes.len());
    let subject = property(SUBJECT)?;
    let names_older = property(ANSWERED)?.is_some();
    let purpose = purpose(subject.as_deref().unwrap_or_default(), names_older);
    let plain = property(PLAIN_TEXT)?;
    let whole = plain.as_deref().filter(|text| !has_lost_letters(text));
    let mut source = match whole.map(|text| read_plain(text, choice, purpose)) {
        Some(Ok(source)) => source,
        _ => match (read_formatted(property, choice, purpose), plain) {
            (Ok(Some(source)), _) => source,
            (_, Some(plain)) => read_plain(&plain, choice, purpose)?,
            (Ok(None), None) => return Err(empty(&mut file, bytes.len())),
            (Err(error), None) => return Err(error),
        },
    };
    let title = subject.and_then(|it| decode_subject(&it, source.encoding.as_ref(), choice));
    source.title = title.map(|title| Block::of_text(&title));
    Ok(source)
}

fn read_plain(text: &[u8], choice: EncodingChoice, purpose: Purpose) -> Result<Source, ReadError> {
    let (text, encoding) = decode_bytes(text, choice)?;
    let blocks = eml::blocks(&text, LineEnds::Untold, purpose);
    Ok(Source::decoded((blocks, None), encoding))
}

/// Reads the body as HTML or RTF, where it is there as one.
fn read_formatted(
    mut property: impl FnMut(&str) -> Result<Option<Vec<u8>>, ReadError>,
    choice: EncodingChoice,
    purpose: Purpose,
) -> Result<Option<Source>, ReadError> {
    let source = if let Some(page) = property(PAGE)? {
        let charset = html::declared_charset(&page);
        html::read_page(&page, charset.as_deref(), choice)?
    } else if let Some(packed) = property(RICH_TEXT)? {
        Source::undecoded(rtf::read(&rich_text::unpacked(&packed)?)?)
    } else {
        return Ok(None);
    };
    Ok(Some(eml::mark_older(source.into_decoded(choice), purpose)))
}

/// Whether there are question marks within words: what Outlook writes for the letters that an 8-bit text cannot have.
/// Addresses have them anyway.
fn has_lost_letters(text: &[u8]) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphabetic() || !byte.is_ascii();
    let is_lost = |part: &[u8]| part[1] == b'?' && is_letter(part[0]) && is_letter(part[2]);
    let words = text.split(u8::is_ascii_whitespace);
    let mut words = words.filter(|word| !word.contains(&b'/'));
    words.any(|word| word.windows(3).any(is_lost))
}

fn purpose(subject: &[u8], names_older: bool) -> Purpose {
    let subject = String::from_utf8_lossy(subject);
    Purpose::new(&subject.replace(char::is_control, ""), names_older)
}

/// Why there is no text: the attachments, each in a storage of its own.
fn empty(file: &mut Compound<'_>, file_length: usize) -> ReadError {
    const ATTACHMENT: &str = "__attach_version1.0_";
    const NAMES: [&str; 2] = ["3707", "3704"];
    let storages = file.read_root_storage();
    let storages = storages.filter(|entry| entry.name().starts_with(ATTACHMENT));
    let storages: Vec<String> = storages.map(|entry| format!("/{}", entry.name())).collect();
    let names = storages.iter().map(|storage| {
        let mut name = |number| property(file, storage, number, file_length).ok().flatten();
        let name = NAMES.into_iter().find_map(&mut name)?;
        Some(String::from_utf8_lossy(&name).into_owned())
    });
    match eml::told(storages.len(), names) {
        Some(told) => ReadError::EmptyMessage(told),
        None => ReadError::Empty,
    }
}

/// A property that is more than white space, what is in UTF-16 as UTF-8, without the zeros that may end a text.
fn property(
    file: &mut Compound<'_>,
    storage: &str,
    number: &str,
    file_length: usize,
) -> Result<Option<Vec<u8>>, ReadError> {
    const UNICODE: &str = "001F";
    const EIGHT_BIT: &str = "001E";
    const BINARY: &str = "0102";
    for kind in [UNICODE, EIGHT_BIT, BINARY] {
        let name = format!("{storage}/__substg1.0_{number}{kind}");
        let Some(bytes) = read_stream(file, &name, file_length)? else {
            continue;
        };
        let mut bytes = match kind {
            UNICODE => utf16(&bytes).into_bytes(),
            _ => bytes,
        };
        if kind != BINARY {
            let last = bytes.iter().rposition(|byte| *byte != 0);
            bytes.truncate(last.map_or(0, |last| last + 1));
        }
        let text = str::from_utf8(&bytes);
        if text.map_or(!bytes.trim_ascii().is_empty(), |it| !it.trim().is_empty()) {
            return Ok(Some(bytes));
        }
    }
    Ok(None)
}

/// The subject, which is in an encoding from before Unicode as the body is.
fn decode_subject(
    subject: &[u8],
    body: Option<&TextEncoding>,
    choice: EncodingChoice,
) -> Option<String> {
    let choice = if std::str::from_utf8(subject).is_ok() {
        choice
    } else {
        choice.as_beside(body.map(|body| body.name.as_str()))
    };
    let (subject, _) = decode_bytes(subject, choice).ok()?;
    // Outlook marks where a prefix such as `RE:` ends.
    Some(subject.replace(|letter: char| letter.is_control(), ""))
}

#[cfg(test)]
mod tests;
