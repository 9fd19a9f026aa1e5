//! What did a program mean that wrote a message loosely? What the parser found → the message with it said.
//!
//! Mail programs show such messages, by the advice of [RFC 2045, section 5.2](https://www.rfc-editor.org/rfc/rfc2045#section-5.2)
//! to take what has no sound type for text.

use std::ops::Range;

use mail_parser::decoders::base64::base64_decode;
use mail_parser::{HeaderName, Message, MessagePart, MimeHeaders};

/// Texts that are not for people, and which no reader here knows.
const FOR_PROGRAMS: [&str; 8] = [
    "calendar",
    "css",
    "csv",
    "directory",
    "rtf",
    "vcard",
    "x-vcard",
    "xml",
];

/// The message with what its parts are, and with the ends of their encodings; `None` where nothing is to be mended.
pub(super) fn meant(message: &Message<'_>) -> Option<Vec<u8>> {
    let raw: &[u8] = &message.raw_message;
    let is_shown = message.text_body_count() + message.html_body_count() > 0;
    let mut edits = Vec::new();
    for part in &message.parts {
        if part.is_encoding_problem {
            edits.extend(without_encoding(raw, part).into_iter().flatten());
        }
        if !is_shown {
            edits.extend(meant_type(raw, part));
        }
    }
    edits.sort_by_key(|(range, _)| range.start);
    let mut mended = Vec::with_capacity(raw.len());
    let mut start = 0;
    for (range, text) in &edits {
        mended.extend_from_slice(raw.get(start..range.start)?);
        mended.extend_from_slice(text);
        start = range.end;
    }
    mended.extend_from_slice(raw.get(start..)?);
    (!edits.is_empty()).then_some(mended)
}

/// What takes the place of a range of a message.
type Edit = (Range<usize>, Vec<u8>);

/// The type of a part that says loosely that it is text (`text`, `text/html charset=utf-8`), or that it has parts and not where
/// they begin.
fn meant_type(raw: &[u8], part: &MessagePart<'_>) -> Option<Edit> {
    if part.content_disposition().is_some() || part.attachment_name().is_some() {
        return None;
    }
    let place = field(part, &HeaderName::ContentType)?;
    let value = String::from_utf8_lossy(raw.get(place.clone())?).to_lowercase();
    let kind = value.trim_start();
    let has_no_parts = kind.starts_with("multipart") && !kind.contains("boundary");
    let is_text = kind.strip_prefix("text").is_some_and(|rest| {
        let subtype = rest.trim_start_matches('/');
        !FOR_PROGRAMS.iter().any(|it| subtype.starts_with(it))
    });
    if !is_text && !has_no_parts {
        return None;
    }
    let kind = if kind.contains("html") {
        "html"
    } else {
        "plain"
    };
    let charset = charset_of(&value);
    Some((place, format!(" text/{kind}{charset}\r\n").into_bytes()))
}

/// The parameter for the encoding that a field names, whatever stands before it.
fn charset_of(value: &str) -> String {
    let Some((_, rest)) = value.split_once("charset") else {
        return String::new();
    };
    let rest = rest.trim_start_matches([' ', '=', '"']);
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | ':');
    let end = rest.find(|c| !is_of_name(c)).unwrap_or(rest.len());
    match &rest[..end] {
        "" => String::new(),
        name => format!("; charset={name}"),
    }
}

/// A part in base64 behind which somebody put lines that are not, as gateways do: both as they are.
fn without_encoding(raw: &[u8], part: &MessagePart<'_>) -> Option<[Edit; 2]> {
    let is_base64 = part
        .content_transfer_encoding()
        .is_some_and(|encoding| encoding.eq_ignore_ascii_case("base64"));
    let place = field(part, &HeaderName::ContentTransferEncoding).filter(|_| is_base64)?;
    let range = part.offset_body as usize..part.offset_end as usize;
    let body = raw.get(range.clone())?;
    let mut end = 0;
    for line in body.split_inclusive(|byte| *byte == b'\n') {
        let is_encoded = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/=".contains(byte);
        if !line.trim_ascii().iter().all(is_encoded) {
            break;
        }
        end += line.len();
    }
    let encoded: Vec<u8> = body[..end]
        .iter()
        .copied()
        .filter(|it| !it.is_ascii_whitespace())
        .collect();
    let mut text = base64_decode(&encoded).filter(|text| !text.is_empty())?;
    text.extend_from_slice(b"\r\n\r\n");
    text.extend_from_slice(&body[end..]);
    Some([(place, b" 8bit\r\n".to_vec()), (range, text)])
}

/// Where the value of a part's field stands, with its line end.
fn field(part: &MessagePart<'_>, name: &HeaderName<'_>) -> Option<Range<usize>> {
    let mut headers = part.headers.iter().rev();
    let header = headers.find(|header| header.name == *name)?;
    Some(header.offset_start as usize..header.offset_end as usize)
}
