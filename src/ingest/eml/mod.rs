//! What does an e-mail message say? RFC 5322 bytes → [`Source`], the subject as title.
//!
//! All parts of the body are read, one after the other. Of alternatives, the plain text is read where there
//! is one, else the HTML. Attachments are not read, nor are files within the text; of quoted lines, the marks are not.

mod plain;

use std::borrow::Cow;

use encoding_rs::{Encoding as WebEncoding, UTF_8, WINDOWS_1252, WINDOWS_1258, X_USER_DEFINED};
use mail_parser::decoders::charsets::map::charset_decoder;
use mail_parser::parsers::MessageStream;
use mail_parser::{
    Encoding, HeaderName, Message, MessageParser, MessagePart, MimeHeaders, PartType,
};

use self::plain::{without_files, without_quote_marks};
use super::assemble::Source;
use super::blocks::Block;
use super::encoding::{EncodingChoice, LegacyEncoding, Run, decode_bytes, decode_runs};
use super::error::ReadError;
use super::{TextEncoding, html, text};
use crate::document::ParagraphKind;

/// Reads the body of a message; of several in one folder, those of all.
///
/// # Errors
///
/// [`ReadError::Corrupt`] where it is no message, [`ReadError::Empty`] where it has no text.
pub(crate) fn read(bytes: &[u8], choice: EncodingChoice) -> Result<Source, ReadError> {
    let mut sources = Vec::new();
    for message in messages(bytes) {
        let source = read_message(message, choice)?;
        let is_first = sources.is_empty();
        sources.extend(source.map(|source| if is_first { source } else { headed(source) }));
    }
    // Two by two, as each time both are measured.
    while sources.len() > 1 {
        let mut rest = sources.into_iter();
        sources = Vec::new();
        while let Some(source) = rest.next() {
            sources.push(match rest.next() {
                Some(next) => source.append(next, choice),
                None => source,
            });
        }
    }
    sources.pop().ok_or(ReadError::Empty)
}

fn read_message(bytes: &[u8], choice: EncodingChoice) -> Result<Option<Source>, ReadError> {
    let message = MessageParser::default().parse(bytes).ok_or_else(|| {
        ReadError::Corrupt("no message that a mail program would show".to_owned())
    })?;
    let mut whole: Option<Source> = None;
    for part in bodies(&message) {
        let Some(source) = read_part(&message, part, choice)? else {
            continue;
        };
        whole = Some(match whole {
            Some(before) => before.append(source, choice),
            None => source,
        });
    }
    Ok(whole.map(|source| {
        let mut source = source.into_decoded(choice);
        source.title = subject(&message, source.encoding.as_ref(), choice);
        source
    }))
}

/// A message with its subject as its first paragraph.
fn headed(mut source: Source) -> Source {
    if let Some(title) = source.title.take() {
        let mut heading = Block {
            kind: ParagraphKind::Heading,
            ..Block::default()
        };
        heading.push(&title, None);
        source.blocks.insert(0, heading);
    }
    source
}

/// The messages of a folder that a mail program keeps in one file, else the one there is.
fn messages(bytes: &[u8]) -> Vec<&[u8]> {
    let mut messages = Vec::new();
    let mut rest = after_envelope(bytes);
    if rest.len() == bytes.len() {
        return vec![bytes];
    }
    let mut at = 0;
    let mut is_after_blank = false;
    while at < rest.len() {
        let line = line_of(&rest[at..]);
        let next = after_envelope(&rest[at..]);
        if is_after_blank && next.len() < rest.len() - at && is_field(line_of(next)) {
            messages.push(&rest[..at]);
            (rest, at, is_after_blank) = (next, 0, false);
            continue;
        }
        is_after_blank = line.trim_ascii().is_empty();
        at += line.len();
    }
    messages.push(rest);
    messages
}

/// A message without the line `From ` that mail programs put before it in their folders.
pub(super) fn after_envelope(bytes: &[u8]) -> &[u8] {
    if bytes.starts_with(b"From ") {
        &bytes[line_of(bytes).len()..]
    } else {
        bytes
    }
}

/// The first line, with its end.
fn line_of(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().position(|byte| *byte == b'\n');
    &bytes[..end.map_or(bytes.len(), |end| end + 1)]
}

fn is_field(line: &[u8]) -> bool {
    let name = line.iter().position(|byte| *byte == b':');
    name.is_some_and(|end| {
        let is_of_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        end > 0 && line[..end].iter().all(is_of_name)
    })
}

/// The subject of a message, which may be in an encoding from before Unicode as the body is.
fn subject(
    message: &Message<'_>,
    body: Option<&TextEncoding>,
    choice: EncodingChoice,
) -> Option<String> {
    let headers = message.headers().iter().rev();
    let mut subjects = headers.filter(|header| header.name == HeaderName::Subject);
    let header = subjects.next()?;
    let place = header.offset_start as usize..header.offset_end as usize;
    let raw = message.raw_message.get(place).unwrap_or_default();
    let parsed = message.subject().unwrap_or_default();
    let text = match std::str::from_utf8(raw) {
        Ok(_) => parsed.to_owned(),
        Err(_) => WINDOWS_1252
            .decode_without_bom_handling(raw)
            .0
            .trim()
            .to_owned(),
    };
    let like_body = body.and_then(|body| body.name.parse().ok());
    let choice = match (choice, like_body) {
        (EncodingChoice::Auto, Some(EncodingChoice::Legacy(encoding))) => {
            EncodingChoice::Legacy(encoding)
        }
        _ => choice,
    };
    let mut decoded = decode_runs(&[[Run::plain(&text)]], choice);
    decoded.paragraphs.pop().filter(|text| !text.is_empty())
}

/// The parts of the body in their order, with plain text before its alternative in HTML unless it is blank.
fn bodies<'a>(message: &'a Message<'_>) -> Vec<&'a MessagePart<'a>> {
    let is_blank = |part: &&MessagePart<'_>| match &part.body {
        PartType::Text(text) => text.trim().is_empty(),
        _ => false,
    };
    let texts: Vec<_> = message.text_bodies().collect();
    if texts.is_empty() || texts.iter().any(is_blank) {
        message.html_bodies().collect()
    } else {
        texts
    }
}

/// The blocks of one part; nothing of what is blank or no text.
fn read_part(
    message: &Message<'_>,
    part: &MessagePart<'_>,
    choice: EncodingChoice,
) -> Result<Option<Source>, ReadError> {
    let charset = part.content_type();
    let charset = charset.and_then(|kind| kind.attribute("charset"));
    let raw = raw_body(message, part).filter(|_| is_doubtful(charset));
    match &part.body {
        PartType::Text(body) if !body.trim().is_empty() => {
            let raw = raw.as_deref().map(without_files);
            let body = without_files(body.as_bytes());
            let body = String::from_utf8_lossy(&body);
            let (body, encoding) = decode_text(&body, raw.as_deref(), charset, choice);
            Ok(Some(Source {
                blocks: text::blocks(&without_quote_marks(&body)),
                encoding: Some(encoding),
                ..Source::default()
            }))
        }
        PartType::Html(page) if !page.trim().is_empty() => {
            read_page(page, raw.as_deref(), charset, choice).map(Some)
        }
        _ => Ok(None),
    }
}

fn read_page(
    page: &str,
    raw: Option<&[u8]>,
    charset: Option<&str>,
    choice: EncodingChoice,
) -> Result<Source, ReadError> {
    let read = raw.and_then(|raw| {
        let declared =
            charset.map_or_else(|| html::declared_charset(raw), |name| Some(name.to_owned()));
        html::read_page(raw, declared.as_deref(), choice).ok()
    });
    match read {
        Some(source) => Ok(source),
        None => html::read(page).map(Source::undecoded),
    }
}

/// Decodes a plain text from its `raw` bytes, as a plain text file is; a declared encoding of the Web yields only to
/// Unicode and to Vietnamese.
///
/// Where that finds nothing, the text is what the parser made of it.
fn decode_text(
    parsed: &str,
    raw: Option<&[u8]>,
    charset: Option<&str>,
    choice: EncodingChoice,
) -> (String, TextEncoding) {
    let Some(raw) = raw else {
        return (parsed.to_owned(), named(charset, 1.0));
    };
    let is_declared = charset.is_some_and(|name| {
        !name.eq_ignore_ascii_case("us-ascii") && web_encoding(name).is_some_and(is_declaration)
    });
    match decode_bytes(raw, choice) {
        Ok(decoded) if !is_declared || is_unicode_or_vietnamese(&decoded.1.name) => decoded,
        _ if is_declared => {
            let guess = decode_runs(&[[Run::plain(parsed)]], EncodingChoice::Auto);
            (parsed.to_owned(), named(charset, guess.encoding.confidence))
        }
        _ => (parsed.to_owned(), named(charset, 0.0)),
    }
}

fn named(charset: Option<&str>, confidence: f32) -> TextEncoding {
    TextEncoding {
        name: charset.unwrap_or("us-ascii").to_lowercase(),
        confidence,
    }
}

fn web_encoding(name: &str) -> Option<&'static WebEncoding> {
    WebEncoding::for_label(name.trim().as_bytes())
}

/// Whether naming this encoding says anything: `x-user-defined` says only that it is the font's.
fn is_declaration(encoding: &'static WebEncoding) -> bool {
    encoding != X_USER_DEFINED
}

/// Whether a part may be in another encoding than it declares: none, one that nobody knows, or one of those that
/// programs named whatever was typed.
fn is_doubtful(charset: Option<&str>) -> bool {
    let Some(name) = charset else { return true };
    match web_encoding(name) {
        Some(encoding) => [UTF_8, WINDOWS_1252, WINDOWS_1258, X_USER_DEFINED].contains(&encoding),
        None => charset_decoder(name.as_bytes()).is_none(),
    }
}

fn is_unicode_or_vietnamese(name: &str) -> bool {
    name.split('+').all(|name| {
        name.starts_with("utf-") || LegacyEncoding::ALL.iter().any(|known| known.name() == name)
    })
}

/// The bytes of a part without their transfer encoding.
fn raw_body<'a>(message: &'a Message<'_>, part: &MessagePart<'_>) -> Option<Cow<'a, [u8]>> {
    let (start, end) = (part.offset_body as usize, part.offset_end as usize);
    let body = message.raw_message.get(start..end)?;
    let mut stream = MessageStream::new(body);
    let (end, decoded) = match part.encoding {
        Encoding::None => return Some(body.into()),
        Encoding::QuotedPrintable => stream.decode_quoted_printable_mime(b""),
        Encoding::Base64 => stream.decode_base64_mime(b""),
    };
    (end != usize::MAX).then_some(decoded)
}

#[cfg(test)]
mod tests;
