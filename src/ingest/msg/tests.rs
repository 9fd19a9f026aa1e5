//! The laws of reading messages of Outlook.

use std::io::{Cursor, Write};

use super::*;
use crate::ingest::encoding::LegacyEncoding;
use crate::ingest::encoding::normalize::normalize;
use crate::ingest::encoding::tests::encode_bytes;
use crate::ingest::{self, RawDocument, ReadOptions};

const NOTICE: &str = "Nhờ cán bộ thôn nhắc các hộ gặt lúa trước bão và đưa trâu bò về chuồng.";

/// A message with these properties, by the ends of their names.
fn message(properties: &[(&str, &[u8])]) -> Vec<u8> {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    let mut add = |name: &str, bytes: &[u8]| {
        file.create_stream(name).unwrap().write_all(bytes).unwrap();
    };
    add(PROPERTIES, &[0; 32]);
    for (name, bytes) in properties {
        add(&format!("/__substg1.0_{name}"), bytes);
    }
    file.flush().unwrap();
    file.into_inner().into_inner()
}

fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn read_message(properties: &[(&str, &[u8])]) -> Result<RawDocument, ReadError> {
    ingest::read(&message(properties), None, &ReadOptions::default())
}

fn said(document: &RawDocument) -> (Option<&str>, Vec<&str>) {
    let texts = document.paragraphs.iter();
    let texts = texts.map(|paragraph| paragraph.text.as_str()).collect();
    (document.title.as_deref(), texts)
}

#[test]
fn the_plain_text_is_read_with_the_subject_as_title_and_else_the_page() {
    let subject = wide("\u{1}Nhắc gặt lúa trước bão");
    let plain = wide(&format!("> Kênh đã nạo vét.\r\n\r\n{NOTICE}\r\n\0"));
    let page = format!("<html><meta charset=utf-8><p>{NOTICE}</p><p>Xin cảm ơn.</p>");
    let both: &[(&str, &[u8])] = &[
        ("0037001F", &subject),
        ("1000001F", &plain),
        ("10130102", page.as_bytes()),
    ];
    let document = read_message(both).unwrap();
    assert_eq!(document.format, ingest::SourceFormat::Msg);
    let title = Some("Nhắc gặt lúa trước bão");
    assert_eq!(said(&document), (title, vec!["Kênh đã nạo vét.", NOTICE]));
    let is_older = |properties: &[(&str, &[u8])]| {
        let document = read_message(properties).unwrap();
        document.paragraphs[0].furniture
    };
    let answered = ("1042001F", &wide("<1@x.vn>")[..]);
    assert!(!is_older(both) && is_older(&[both, &[answered]].concat()));
    let blank: &[(&str, &[u8])] = &[("1000001F", b" \0"), ("10130102", page.as_bytes())];
    let document = read_message(blank).unwrap();
    assert_eq!(said(&document), (None, vec![NOTICE, "Xin cảm ơn."]));
}

#[test]
fn eight_bit_texts_are_decoded_as_plain_files_are() {
    let title = "Gặt lúa";
    for encoding in [LegacyEncoding::Tcvn3, LegacyEncoding::Windows1258] {
        for padding in [&b""[..], b"\0", b"\0\0\0"] {
            let [subject, plain] = [title, NOTICE]
                .map(|it| [&encode_bytes(it, encoding).unwrap()[..], padding].concat());
            let properties: &[(&str, &[u8])] = &[("0037001E", &subject), ("1000001E", &plain)];
            let document = read_message(properties).unwrap();
            assert_eq!(document.encoding.name, encoding.name());
            let (found, texts) = said(&document);
            assert_eq!(normalize(found.unwrap()), title);
            assert_eq!(texts, [NOTICE]);
        }
    }
}

#[test]
fn what_has_all_letters_is_read_where_the_plain_text_has_lost_some() {
    let plain = NOTICE.chars().map(|letter| {
        // As Outlook wrote it in windows-1252.
        let code = if letter == 'đ' { '\u{F0}' } else { letter };
        u8::try_from(code).unwrap_or(b'?')
    });
    let plain: Vec<u8> = plain.collect();
    let page = format!("<meta charset=utf-8><p>{NOTICE}</p>");
    let page = ("10130102", page.as_bytes());
    let text = ("1000001E", &plain[..]);
    assert_eq!(said(&read_message(&[text, page]).unwrap()).1, [NOTICE]);
    let units = NOTICE.encode_utf16().map(|unit| format!("\\u{unit}?"));
    let rich = format!(r"{{\rtf1\ansi {}}}", units.collect::<String>());
    let rich = unpacked_rtf(rich.as_bytes());
    let rich = ("10090102", &rich[..]);
    assert_eq!(said(&read_message(&[text, rich]).unwrap()).1, [NOTICE]);
    // A question mark in an address is none of them, and a page that cannot be read helps nobody.
    let linked = format!("{NOTICE} http://xa.vn/tin?ngay=5");
    let linked = ("1000001E", linked.as_bytes());
    let other = ("10130102", &b"<p>Xin xem trang sau.</p>"[..]);
    let document = read_message(&[linked, other]).unwrap();
    assert_eq!(said(&document).1, [std::str::from_utf8(linked.1).unwrap()]);
    let ascii = ("1000001E", &b"Nh? cac ho g?t lua."[..]);
    let document = read_message(&[ascii, ("10090102", b"LZFu")]).unwrap();
    assert_eq!(said(&document).1, ["Nh? cac ho g?t lua."]);
}

/// RTF as a message has it that does not pack it.
fn unpacked_rtf(text: &[u8]) -> Vec<u8> {
    let length = u32::try_from(text.len()).unwrap().to_le_bytes();
    [&length, &length, &b"MELA"[..], &[0; 4], text].concat()
}

#[test]
fn rtf_is_read_where_there_is_nothing_else() {
    let text = br"{\rtf1\ansi Kenh da nao vet.\par Lua da gat.}";
    let packed = unpacked_rtf(text);
    let document = read_message(&[("1000001F", b""), ("10090102", &packed)]).unwrap();
    assert_eq!(said(&document).1, ["Kenh da nao vet.", "Lua da gat."]);
}

#[test]
fn a_message_without_a_text_that_can_be_read_says_so() {
    let code = |properties: &[(&str, &[u8])]| read_message(properties).unwrap_err().code();
    assert_eq!(code(&[("0037001E", b"x")]), "empty_document");
    assert_eq!(code(&[("10090102", b"LZFu")]), "corrupt");
    let mut file = cfb::CompoundFile::open(Cursor::new(message(&[]))).unwrap();
    let storage = "/__attach_version1.0_#00000000";
    file.create_storage(storage).unwrap();
    let name = format!("{storage}/__substg1.0_3707001F");
    let mut stream = file.create_stream(name).unwrap();
    stream.write_all(&wide("Báo cáo.doc")).unwrap();
    drop(stream);
    let bytes = file.into_inner().into_inner();
    let error = ingest::read(&bytes, None, &ReadOptions::default()).unwrap_err();
    assert_eq!(error.code(), "empty_document");
    assert!(
        error.to_string().contains("an attachment (Báo cáo.doc)"),
        "{error}"
    );
}
