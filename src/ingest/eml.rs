//! What does an e-mail message say? RFC 5322 bytes → [`Source`], the subject as title.
//!
//! All parts of the body are read, one after the other. Of alternatives, the plain text is read where there
//! is one, else the HTML. Attachments are not read.

use std::borrow::Cow;

use encoding_rs::{Encoding as WebEncoding, UTF_8, WINDOWS_1252, WINDOWS_1258, X_USER_DEFINED};
use mail_parser::decoders::charsets::map::charset_decoder;
use mail_parser::parsers::MessageStream;
use mail_parser::{Encoding, Message, MessageParser, MessagePart, MimeHeaders, PartType};

use super::assemble::Source;
use super::encoding::{EncodingChoice, LegacyEncoding, Run, decode_bytes, decode_runs};
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
    let title = message.subject().map(str::to_owned);
    let source = whole.ok_or(ReadError::Empty)?;
    Ok(Source { title, ..source })
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
            let (body, encoding) = decode_text(body, raw.as_deref(), charset, choice);
            Ok(Some(Source {
                blocks: text::blocks(&body),
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
mod tests {
    use super::*;
    use crate::ingest::encoding::normalize::normalize;
    use crate::ingest::encoding::tests::encode_bytes;

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

    const NOTICE: &str = "Nhờ cán bộ thôn nhắc các hộ gặt lúa trước bão và đưa trâu bò về chuồng; \
        ai cần bạt che thì báo trưởng thôn trước buổi chiều thứ sáu.";

    /// Headers and body of each part.
    type Parts<'a> = &'a [(&'a str, &'a str)];

    fn mixed(parts: Parts<'_>) -> String {
        let parts = parts.iter().map(|(headers, body)| {
            ["--x\r\nContent-Type: ", headers, "\r\n\r\n", body, "\r\n"].concat()
        });
        let head = "From: a@b.vn\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n";
        [head.to_owned(), parts.collect(), "--x--\r\n".to_owned()].concat()
    }

    #[test]
    fn all_parts_of_the_body_are_read_and_attachments_are_not() {
        let plain = "text/plain; charset=utf-8";
        let html = "text/html; charset=utf-8";
        let image = "image/png\r\nContent-Disposition: inline\r\nContent-Transfer-Encoding: base64";
        let attached =
            "text/plain; charset=utf-8\r\nContent-Disposition: attachment; filename=a.txt";
        let alternatives = "multipart/alternative; boundary=y";
        let both = "--y\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nBản chữ.\r\n\
            --y\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Bản trang.</p>\r\n--y--";
        let one_blank = both.replace("Bản chữ.", " ");
        let cases: [(Parts<'_>, &[&str]); 5] = [
            (
                &[
                    (plain, "Phần đầu."),
                    (image, "iVBORw0KGgo="),
                    (plain, "Phần sau."),
                ],
                &["Phần đầu.", "Phần sau."],
            ),
            (
                &[
                    (html, "<p>Thân thư.</p>"),
                    (plain, "Chân thư."),
                    (attached, "Đính kèm."),
                ],
                &["Thân thư.", "Chân thư."],
            ),
            (
                &[(html, "<p>Một.</p>"), (html, "<p>Hai.</p>")],
                &["Một.", "Hai."],
            ),
            (
                &[(alternatives, both), (plain, "Chân thư.")],
                &["Bản chữ.", "Chân thư."],
            ),
            (
                &[(alternatives, &one_blank), (plain, "Chân thư.")],
                &["Bản trang.", "Chân thư."],
            ),
        ];
        for (parts, expected) in cases {
            assert_eq!(texts(&mixed(parts)).0, expected, "{parts:?}");
        }
    }

    fn mail(headers: &str, body: &[u8]) -> Vec<u8> {
        [
            format!("From: a@b.vn\r\nMIME-Version: 1.0\r\n{headers}\r\n\r\n").as_bytes(),
            body,
        ]
        .concat()
    }

    fn decoded(mail: &[u8]) -> (String, TextEncoding) {
        let source = read(mail, EncodingChoice::Auto).unwrap();
        let source = source.into_decoded(EncodingChoice::Auto);
        let text = source.blocks[0].text();
        (normalize(&text).into_owned(), source.encoding.unwrap())
    }

    #[test]
    fn encodings_from_before_unicode_are_told_whatever_is_declared() {
        use LegacyEncoding::{Tcvn3, Viscii, Vni, Windows1258};
        let charsets = [
            "",
            "; charset=iso-8859-1",
            "; charset=us-ascii",
            "; charset=x-user-defined",
            "; charset=viscii",
            "; charset=utf-8",
        ];
        for encoding in [Tcvn3, Vni, Viscii, Windows1258] {
            let raw = encode_bytes(NOTICE, encoding).unwrap();
            let page = [b"<html><body><p>", &raw[..], b"</p></body></html>"].concat();
            for charset in charsets {
                let quoted = raw.iter().fold(String::new(), |quoted, byte| {
                    quoted + &format!("={byte:02X}=\r\n")
                });
                let mails = [
                    mail(
                        &format!(
                            "Content-Type: text/plain{charset}\r\nContent-Transfer-Encoding: 8bit"
                        ),
                        &raw,
                    ),
                    mail(
                        &format!(
                            "Content-Type: text/plain{charset}\r\nContent-Transfer-Encoding: quoted-printable"
                        ),
                        quoted.as_bytes(),
                    ),
                    mail(&format!("Content-Type: text/html{charset}"), &page),
                ];
                for mail in mails {
                    let (text, found) = decoded(&mail);
                    assert_eq!(text, NOTICE, "{encoding:?}{charset}");
                    assert_eq!(found.name, encoding.name());
                    assert!((0.5..1.0).contains(&found.confidence), "{found:?}");
                }
            }
        }
    }

    #[test]
    fn a_declared_encoding_holds_where_nothing_speaks_against_it() {
        let greeting = mail(
            "Content-Type: text/plain; charset=windows-1252",
            b"Caf\xE9 noir",
        );
        let (text, found) = decoded(&greeting);
        assert_eq!(
            (text.as_str(), found.name.as_str()),
            ("Café noir", "windows-1252")
        );
        let greeting = mail(
            "Content-Type: text/plain; charset=windows-1258",
            b"\xD0\xF5n gi\xE1",
        );
        assert_eq!(decoded(&greeting).0, "Đơn giá");
    }
}
