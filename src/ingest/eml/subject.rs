//! What does a message say that it is about? Its header → the subject.

use encoding_rs::{WINDOWS_1252, X_USER_DEFINED};
use mail_parser::decoders::charsets::map::charset_decoder;
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
    let text = (is_doubtful && parsed.contains(is_lost)).then(|| read_western(header));
    (
        text.flatten().unwrap_or_else(|| parsed.to_owned()),
        is_doubtful,
    )
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
    western.push('\n');
    let value = MessageStream::new(western.as_bytes()).parse_unstructured();
    value.as_text().map(str::to_owned)
}
