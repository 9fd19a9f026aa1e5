//! In which encoding is a part of a message? The part and what it declares → its text, and how that was read.

use std::borrow::Cow;

use encoding_rs::{Encoding as WebEncoding, UTF_8, WINDOWS_1252, WINDOWS_1258, X_USER_DEFINED};
use mail_parser::decoders::charsets::map::charset_decoder;
use mail_parser::parsers::MessageStream;
use mail_parser::{Encoding, Message, MessagePart};

use crate::ingest::TextEncoding;
use crate::ingest::encoding::{EncodingChoice, LegacyEncoding, Run, decode_bytes, decode_runs};

/// Decodes a plain text from its `raw` bytes, as a plain text file is; a declared encoding of the Web yields only to
/// Unicode and to Vietnamese.
///
/// Where that finds nothing, the text is what the parser made of it.
pub(super) fn decode_text(
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

pub(super) fn web_encoding(name: &str) -> Option<&'static WebEncoding> {
    WebEncoding::for_label(name.trim().as_bytes())
}

/// Whether naming this encoding says anything: `x-user-defined` says only that it is the font's.
fn is_declaration(encoding: &'static WebEncoding) -> bool {
    encoding != X_USER_DEFINED
}

/// Whether a part may be in another encoding than it declares: none, one that nobody knows, or one of those that
/// programs named whatever was typed.
pub(super) fn is_doubtful(charset: Option<&str>) -> bool {
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
pub(super) fn raw_body<'a>(
    message: &'a Message<'_>,
    part: &MessagePart<'_>,
) -> Option<Cow<'a, [u8]>> {
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
