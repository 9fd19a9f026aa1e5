//! What does an e-mail message say? RFC 5322 bytes → [`Source`], the subject as title.
//!
//! The plain text is read where there is one, else the HTML. Attachments are not read.

use mail_parser::{Message, MessageParser, MimeHeaders, PartType};

use super::assemble::Source;
use super::encoding::{EncodingChoice, decode_bytes};
use super::error::ReadError;
use super::{TextEncoding, html, text};

/// Reads the body of a message.
///
/// # Errors
///
/// [`ReadError::Corrupt`] where it is no message, [`ReadError::Empty`] where it has no text.
pub(crate) fn read(bytes: &[u8], choice: EncodingChoice) -> Result<Source, ReadError> {
    let message = MessageParser::default().parse(bytes).ok_or_else(|| {
        ReadError::Corrupt("no message that a mail program would show".to_owned())
    })?;
    let title = message.subject().map(str::to_owned);
    let source = match (plain_text(&message, choice)?, html_text(&message)) {
        (Some((body, encoding)), _) => Source {
            blocks: text::blocks(&body),
            encoding: Some(encoding),
            ..Source::default()
        },
        (None, Some(page)) => Source::undecoded(html::read(&page)?),
        (None, None) => return Err(ReadError::Empty),
    };
    Ok(Source { title, ..source })
}

/// The plain body; text whose encoding is not declared, or is no encoding of the Web, is decoded
/// as a plain text file is.
fn plain_text(
    message: &Message<'_>,
    choice: EncodingChoice,
) -> Result<Option<(String, TextEncoding)>, ReadError> {
    let part = message
        .text_bodies()
        .find(|part| matches!(part.body, PartType::Text(_)));
    let Some(part) = part else { return Ok(None) };
    let PartType::Text(body) = &part.body else {
        return Ok(None);
    };
    if body.trim().is_empty() {
        return Ok(None);
    }
    let charset = part
        .content_type()
        .and_then(|kind| kind.attribute("charset"));
    match charset {
        Some(name) if !name.eq_ignore_ascii_case("us-ascii") => {
            let encoding = TextEncoding {
                name: name.to_lowercase(),
                confidence: 1.0,
            };
            Ok(Some((body.to_string(), encoding)))
        }
        _ => decode_bytes(body.as_bytes(), choice).map(Some),
    }
}

fn html_text(message: &Message<'_>) -> Option<String> {
    message.html_bodies().find_map(|part| match &part.body {
        PartType::Html(page) if !page.trim().is_empty() => Some(page.to_string()),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(mail: &str) -> (Vec<String>, Option<String>) {
        let source = read(mail.as_bytes(), EncodingChoice::Auto).unwrap();
        (
            source
                .blocks
                .iter()
                .map(super::super::blocks::Block::text)
                .collect(),
            source.title,
        )
    }

    #[test]
    fn prefers_the_plain_text_and_takes_the_subject_as_title() {
        let mail = "From: a@b.vn\r\nSubject: =?UTF-8?B?QsOhbyBjw6Fv?=\r\nMIME-Version: 1.0\r\n\
            Content-Type: multipart/alternative; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain; charset=utf-8\r\n\
            Content-Transfer-Encoding: quoted-printable\r\n\r\nK=E1=BA=BFt qu=E1=BA=A3.\r\n--x\r\n\
            Content-Type: text/html\r\n\r\n<p>HTML</p>\r\n--x--\r\n";
        assert_eq!(
            texts(mail),
            (vec!["Kết quả.".to_owned()], Some("Báo cáo".to_owned()))
        );
    }

    #[test]
    fn reads_html_where_there_is_nothing_else() {
        let mail = "Subject: x\r\nFrom: a@b\r\nMIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Một</p><p>Hai</p>";
        assert_eq!(texts(mail).0, ["Một", "Hai"]);
    }
}
