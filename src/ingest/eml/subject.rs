//! What does a message say that it is about? Its header → the subject.

use std::fmt;

use encoding_rs::{WINDOWS_1252, X_USER_DEFINED};
use mail_parser::decoders::base64::base64_decode;
use mail_parser::decoders::charsets::map::charset_decoder;
use mail_parser::decoders::quoted_printable::quoted_printable_decode;
use mail_parser::parsers::MessageStream;
use mail_parser::{HeaderName, Message};

use super::decode::web_encoding;
use crate::ingest::TextEncoding;
use crate::ingest::encoding::{EncodingChoice, Run, decode_runs};

/// The subject of a message, which may be in an encoding from before Unicode as the body is, unless it names another.
pub(super) fn subject(
    message: &Message<'_>,
    body: Option<&TextEncoding>,
    choice: EncodingChoice,
) -> Option<String> {
    let headers = message.headers().iter().rev();
    let mut subjects = headers.filter(|header| header.name == HeaderName::Subject);
    let header = subjects.next()?;
    let place = header.offset_start as usize..header.offset_end as usize;
    let raw = message.raw_message.get(place).unwrap_or_default();
    let (text, is_doubtful) = text_of(raw, message.subject().unwrap_or_default());
    let choice = if is_doubtful {
        choice.as_beside(body.map(|body| body.name.as_str()))
    } else {
        choice
    };
    let mut decoded = decode_runs(&[[Run::plain(&text)]], choice);
    decoded.paragraphs.pop().filter(|text| !text.is_empty())
}

/// What a header says, and whether it may be in another encoding than it says.
fn text_of(raw: &[u8], parsed: &str) -> (String, bool) {
    let Ok(header) = std::str::from_utf8(raw) else {
        let (text, _) = WINDOWS_1252.decode_without_bom_handling(raw);
        return (text.trim().to_owned(), true);
    };
    let mut charsets = header.split("=?").skip(1).filter_map(charset_of).peekable();
    let is_doubtful = charsets.peek().is_some() && charsets.all(says_little);
    let is_lost = |c: char| matches!(c, char::REPLACEMENT_CHARACTER | '\u{F780}'..='\u{F7FF}');
    let text = if !parsed.contains(is_lost) {
        None
    } else if is_doubtful {
        read_western(header)
    } else {
        read_joined(header)
    };
    (text.unwrap_or_else(|| parsed.to_owned()), is_doubtful)
}

/// Reads a header whose encoded words were cut within a letter, though each should be readable alone (RFC 2047, section 5).
fn read_joined(header: &str) -> Option<String> {
    let mut joined = String::new();
    let mut open = EncodedWord::default();
    let mut rest = header.trim();
    while let Some((before, word, after)) = encoded_word(rest) {
        let goes_on = before.trim().is_empty() && open.charset.eq_ignore_ascii_case(word.charset);
        if goes_on {
            open.bytes.extend(word.bytes);
        } else {
            joined.extend([&open.to_string(), before]);
            open = word;
        }
        rest = after;
    }
    joined.extend([&open.to_string(), rest]);
    read(joined)
}

/// What an encoded word names and holds.
#[derive(Debug, Default)]
struct EncodedWord<'a> {
    charset: &'a str,
    bytes: Vec<u8>,
}

impl fmt::Display for EncodedWord<'_> {
    /// Writes each byte in hexadecimal digits; nothing where there are none.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.bytes.is_empty() {
            return Ok(());
        }
        write!(formatter, "=?{}?Q?", self.charset)?;
        for byte in &self.bytes {
            write!(formatter, "={byte:02X}")?;
        }
        write!(formatter, "?=")
    }
}

/// The first encoded word, and what stands before and after it.
fn encoded_word(header: &str) -> Option<(&str, EncodedWord<'_>, &str)> {
    let (before, word) = header.split_once("=?")?;
    let charset = charset_of(word)?;
    let (_, encoded) = word.split_once('?')?;
    let (text, after) = encoded.get(2..)?.split_once("?=")?;
    let bytes = if encoded.starts_with(['B', 'b']) {
        base64_decode(text.as_bytes())
    } else {
        quoted_printable_decode(text.replace('_', " ").as_bytes())
    };
    Some((
        before,
        EncodedWord {
            charset,
            bytes: bytes?,
        },
        after,
    ))
}

/// The encoding that an encoded word names, seen from after its `=?`.
fn charset_of(word: &str) -> Option<&str> {
    let (charset, rest) = word.split_once('?')?;
    let is_word = rest
        .get(..2)
        .is_some_and(|start| matches!(start, "B?" | "b?" | "Q?" | "q?"));
    // A language may follow the name.
    charset.split('*').next().filter(|_| is_word)
}

/// Whether programs named this encoding whatever was typed, or nobody knows it.
fn says_little(charset: &str) -> bool {
    match web_encoding(charset) {
        Some(encoding) => [WINDOWS_1252, X_USER_DEFINED].contains(&encoding),
        None => charset_decoder(charset.as_bytes()).is_none(),
    }
}

/// Reads a header whose encodings the parser does not know, so that each byte stands as windows-1252 has it.
fn read_western(header: &str) -> Option<String> {
    let mut words = header.trim().split("=?");
    let mut western = words.next().unwrap_or_default().to_owned();
    for word in words {
        let charset = charset_of(word);
        let name = charset.map_or("", |_| "windows-1252");
        let rest = &word[charset.map_or(0, str::len)..];
        western.extend(["=?", name, rest]);
    }
    read(western)
}

/// Reads the text of a header.
fn read(mut header: String) -> Option<String> {
    header.push('\n');
    let value = MessageStream::new(header.as_bytes()).parse_unstructured();
    value.as_text().map(str::to_owned)
}
