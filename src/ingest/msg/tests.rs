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
        let [subject, plain] = [title, NOTICE].map(|it| encode_bytes(it, encoding).unwrap());
        let properties: &[(&str, &[u8])] = &[("0037001E", &subject), ("1000001E", &plain)];
        let document = read_message(properties).unwrap();
        assert_eq!(document.encoding.name, encoding.name());
        let (found, texts) = said(&document);
        assert_eq!(normalize(found.unwrap()), title);
        assert_eq!(texts, [NOTICE]);
    }
}

#[test]
fn rtf_is_read_where_there_is_nothing_else() {
    let text = br"{\rtf1\ansi Kenh da nao vet.\par Lua da gat.}";
    let length = u32::try_from(text.len()).unwrap().to_le_bytes();
    let packed = [&length, &length, &b"MELA"[..], &[0; 4], text].concat();
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
