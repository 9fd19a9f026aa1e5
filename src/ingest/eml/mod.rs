//! What does an e-mail message say? RFC 5322 bytes → [`Source`], the subject as title.
//!
//! All parts of the body are read, one after the other. Of alternatives, the plain text is read where there
//! is one, else the HTML. Attachments are not read, nor are files within the text. The signature and the older messages
//! below are furniture.

mod attached;
mod cut;
mod decode;
mod files;
pub(crate) mod folder;
mod heads;
mod lines;
mod loose;
mod older;
mod purpose;
mod signature;
mod subject;

use mail_parser::{Message, MessageParser, MessagePart, MimeHeaders, PartType};

pub(super) use self::attached::told;
use self::decode::{decode_text, is_doubtful, raw_body};
use self::files::without_files;
pub(super) use self::folder::after_envelope;
use self::folder::messages;
pub(super) use self::lines::{LineEnds, blocks};
pub(super) use self::older::mark_older;
pub(super) use self::purpose::Purpose;
use self::subject::subject;
use super::assemble::{Source, is_readable};
use super::blocks::Block;
use super::encoding::EncodingChoice;
use super::error::ReadError;
use super::html;
use crate::document::ParagraphKind;

/// How deep messages in messages are read.
const MOST_NESTED: usize = 8;

/// Reads the body of a message; of several in one folder, those of all that can be read.
///
/// # Errors
///
/// [`ReadError::Corrupt`] where it is no message, [`ReadError::Empty`] or [`ReadError::EmptyMessage`] where it has no
/// text.
pub(crate) fn read(bytes: &[u8], choice: EncodingChoice) -> Result<Source, ReadError> {
    let mut sources = Vec::new();
    let mut failure = None;
    // Nothing but blank lines stands before a header.
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    for message in messages(bytes.trim_ascii_start()) {
        match read_message(&message, choice) {
            Ok(Some(source)) if sources.is_empty() => sources.push(source),
            Ok(source) => sources.extend(source.map(headed)),
            Err(error) => failure = failure.or(Some(error)),
        }
    }
    let whole = joined(sources, choice);
    whole.ok_or_else(|| failure.unwrap_or(ReadError::Empty))
}

fn joined(mut sources: Vec<Source>, choice: EncodingChoice) -> Option<Source> {
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
    sources.pop()
}

fn read_message(bytes: &[u8], choice: EncodingChoice) -> Result<Option<Source>, ReadError> {
    let message = parse(bytes)?;
    match cut::closed(&message) {
        Some(closed) => read_closed(&parse(&closed)?, choice),
        None => read_closed(&message, choice),
    }
}

fn read_closed(message: &Message<'_>, choice: EncodingChoice) -> Result<Option<Source>, ReadError> {
    match loose::meant(message) {
        Some(meant) => read_whole(&parse(&meant)?, choice),
        None => read_whole(message, choice),
    }
}

fn read_whole(message: &Message<'_>, choice: EncodingChoice) -> Result<Option<Source>, ReadError> {
    let source = read_parts(message, choice, MOST_NESTED)?;
    match attached::told_of(message).filter(|_| source.is_none()) {
        Some(told) => Err(ReadError::EmptyMessage(told)),
        None => Ok(source),
    }
}

fn parse(bytes: &[u8]) -> Result<Message<'_>, ReadError> {
    let no_message = || "no message that a mail program would show".to_owned();
    let message = MessageParser::default().parse(bytes);
    message.ok_or_else(|| ReadError::Corrupt(no_message()))
}

/// The body, and behind it the messages that this one passes on as they are; nothing where nothing is to be read.
fn read_parts(
    message: &Message<'_>,
    choice: EncodingChoice,
    most_nested: usize,
) -> Result<Option<Source>, ReadError> {
    let mut sources = Vec::new();
    for part in bodies(message) {
        sources.extend(read_part(message, part, choice)?);
    }
    let is_blank = |source: &Source| !source.blocks.iter().any(|it| is_readable(&it.text()));
    sources.retain(|source| !is_blank(source));
    let title = message.subject().unwrap_or_default();
    let passes_on = sources.is_empty() || Purpose::of(message) == Purpose::Forward;
    for part in message
        .parts
        .iter()
        .filter(|_| passes_on && most_nested > 0)
    {
        let PartType::Message(nested) = &part.body else {
            continue;
        };
        if let Some(mut source) = read_parts(nested, choice, most_nested - 1)? {
            // `Fwd: ` and the subject.
            let subject = source.title.take();
            source.title = subject.filter(|it| !title.ends_with(&it.text()));
            sources.push(headed(source));
        }
    }
    Ok(joined(sources, choice).map(|source| {
        let mut source = source.into_decoded(choice);
        source.title =
            subject(message, source.encoding.as_ref(), choice).map(|title| Block::of_text(&title));
        source
    }))
}

/// A message with its subject as its first paragraph.
fn headed(mut source: Source) -> Source {
    if let Some(title) = source.title.take() {
        let heading = Block {
            kind: ParagraphKind::Heading,
            ..title
        };
        source.blocks.insert(0, heading);
    }
    source
}

/// The parts of the body in their order, with plain text before its alternative in HTML unless it is blank.
fn bodies<'a>(message: &'a Message<'_>) -> Vec<&'a MessagePart<'a>> {
    let is_blank = |part: &&MessagePart<'_>| match &part.body {
        PartType::Text(text) => text.trim().is_empty(),
        _ => false,
    };
    let texts: Vec<_> = message.text_bodies().collect();
    let bodies = if texts.is_empty() || texts.iter().any(is_blank) {
        message.html_bodies().collect()
    } else {
        texts
    };
    let pages = if bodies.iter().any(|part| is_frameset(part)) {
        framed(message)
    } else {
        Vec::new()
    };
    if pages.is_empty() { bodies } else { pages }
}

/// The pages that a message shows in frames, as workbooks do that were saved as one page of the Web; not that with
/// their tabs.
fn framed<'a>(message: &'a Message<'_>) -> Vec<&'a MessagePart<'a>> {
    let has_tabs = |part: &MessagePart<'_>| {
        let place = part.content_location();
        place.is_some_and(|place| place.ends_with("tabstrip.htm"))
    };
    let parts = message.parts.iter();
    parts
        .filter(|part| matches!(part.body, PartType::Html(_)))
        .filter(|part| !is_frameset(part) && !has_tabs(part))
        .collect()
}

fn is_frameset(part: &MessagePart<'_>) -> bool {
    const TAG: &[u8] = b"<frameset";
    let PartType::Html(page) = &part.body else {
        return false;
    };
    let mut windows = page.as_bytes().windows(TAG.len());
    windows.any(|window| window.eq_ignore_ascii_case(TAG))
}

/// The blocks of one part; nothing of what is blank or no text.
fn read_part(
    message: &Message<'_>,
    part: &MessagePart<'_>,
    choice: EncodingChoice,
) -> Result<Option<Source>, ReadError> {
    let charset = part.content_type();
    let charset = charset.and_then(|kind| kind.attribute("charset"));
    let is_asked_for = matches!(choice, EncodingChoice::Legacy(_));
    let purpose = Purpose::of(message);
    let raw = raw_body(message, part).filter(|_| is_asked_for || is_doubtful(charset));
    match &part.body {
        PartType::Text(body) if !body.trim().is_empty() => {
            let raw = raw.as_deref().map(without_files);
            let body = without_files(body.as_bytes());
            let body = String::from_utf8_lossy(&body);
            let (body, encoding) = decode_text(&body, raw.as_deref(), charset, choice);
            Ok(Some(Source {
                blocks: blocks(&body, line_ends(part), purpose),
                encoding: Some(encoding),
                ..Source::default()
            }))
        }
        PartType::Html(page) if !page.trim().is_empty() => {
            let source = read_page(page, raw.as_deref(), charset, choice)?;
            Ok(Some(mark_older(source.into_decoded(choice), purpose)))
        }
        _ => Ok(None),
    }
}

fn line_ends(part: &MessagePart<'_>) -> LineEnds {
    let value = |name| part.content_type().and_then(|kind| kind.attribute(name));
    match value("format") {
        Some(format) if format.eq_ignore_ascii_case("flowed") => LineEnds::Flowed {
            is_space_dropped: value("delsp").is_some_and(|it| it.eq_ignore_ascii_case("yes")),
        },
        _ => LineEnds::Untold,
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

#[cfg(test)]
mod tests;
