//! The laws of [`read`], over all formats.

use std::io::Write;

use proptest::prelude::*;
use unicode_normalization::is_nfc;

use super::*;

/// Makes a ZIP package of the given parts.
pub(super) fn package(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in parts {
        zip.start_file(*name, zip::write::SimpleFileOptions::default())
            .unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn docx(text: &str) -> Vec<u8> {
    let main = format!(
        "<w:document><w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body></w:document>"
    );
    package(&[
        ("[Content_Types].xml", "<Types/>"),
        ("word/document.xml", &main),
    ])
}

fn utf16(text: &str, to_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    "\u{feff}"
        .encode_utf16()
        .chain(text.encode_utf16())
        .flat_map(to_bytes)
        .collect()
}

fn read_any(bytes: &[u8]) -> Result<RawDocument, ReadError> {
    read(bytes, None, &ReadOptions::default())
}

#[test]
fn one_text_reads_the_same_in_all_encodings_and_formats() {
    let text = "Huyện uỷ đã ban hành 12 nghị quyết về phát triển kinh tế.";
    let decomposed: String = unicode_normalization::UnicodeNormalization::nfd(text).collect();
    let with_mark = [b"\xef\xbb\xbf", text.as_bytes()].concat();
    let sources: [(&str, Vec<u8>); 9] = [
        ("utf-8", text.as_bytes().to_vec()),
        ("nfd", decomposed.into_bytes()),
        ("utf-8 with mark", with_mark),
        ("utf-16le", utf16(text, u16::to_le_bytes)),
        ("utf-16be", utf16(text, u16::to_be_bytes)),
        ("crlf", format!("{text}\r\n\r\n").into_bytes()),
        (
            "html",
            format!("<html><body><p>{text}</p></body></html>").into_bytes(),
        ),
        ("markdown", format!("# \n{text}\n## \n").into_bytes()),
        ("docx", docx(text)),
    ];
    for (name, bytes) in sources {
        let document = read_any(&bytes).unwrap();
        let texts: Vec<_> = document
            .paragraphs
            .iter()
            .map(|paragraph| &paragraph.text)
            .collect();
        assert_eq!(texts, [text], "{name}");
    }
}

#[test]
fn bad_input_is_named() {
    let truncated = docx("Một đoạn văn bản.");
    let cases: [(&[u8], &str); 6] = [
        (b"", "empty_document"),
        (b" \n\xef\xbb\xbf\n", "empty_document"),
        (b"\x7fELF\0\0\0\x01\x02", "unsupported_format"),
        (b"Caf\xe9 noir", "unknown_encoding"),
        (&truncated[..truncated.len() / 2], "corrupt"),
        (b"PK\x03\x04", "corrupt"),
    ];
    for (bytes, code) in cases {
        assert_eq!(
            read_any(bytes).unwrap_err().code(),
            code,
            "{:?}",
            String::from_utf8_lossy(bytes)
        );
    }
}

#[test]
fn a_file_beyond_the_limit_is_not_read() {
    let options = ReadOptions {
        max_bytes: 4,
        ..ReadOptions::default()
    };
    assert_eq!(
        read(b"12345", None, &options).unwrap_err().code(),
        "too_large"
    );
}

#[test]
fn a_paragraph_of_a_hundred_thousand_words_stays_whole() {
    let text = "từ ".repeat(100_000);
    let document = read_any(text.as_bytes()).unwrap();
    assert_eq!(document.paragraphs.len(), 1);
    assert_eq!(document.paragraphs[0].text.split(' ').count(), 100_000);
}

#[test]
fn decoration_is_no_paragraph() {
    let document = read_any("Trên.\n-------\n* * *\nDưới.".as_bytes()).unwrap();
    assert_eq!(document.paragraphs.len(), 2);
}

fn assert_law(bytes: &[u8]) {
    let Ok(document) = read_any(bytes) else {
        return;
    };
    assert!(!document.paragraphs.is_empty());
    for paragraph in document.paragraphs {
        assert!(is_nfc(&paragraph.text));
        assert_eq!(
            encoding::normalize::normalize(&paragraph.text),
            paragraph.text
        );
        assert!(assemble::is_readable(&paragraph.text));
    }
}

proptest! {
    #[test]
    fn any_bytes_read_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        assert_law(&bytes);
    }

    #[test]
    fn any_text_keeps_the_law(text in "(\\PC|[ \t\r\n<>#*-]){0,400}") {
        assert_law(text.as_bytes());
        assert_law(format!("<html>{text}").as_bytes());
        assert_law(format!("# a\n# b\n{text}").as_bytes());
        assert_law(&docx(&text));
    }
}

#[test]
fn a_letters_own_title_counts_more_than_what_its_file_is_called() {
    let head = "<p>CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM</p><p>Độc lập - Tự do - Hạnh phúc</p><p>KẾ HOẠCH</p>";
    let subject = "<p>Trồng rừng phòng hộ năm 2031</p>";
    let body = "<p>Xã giao mỗi thôn trồng mười hai nghìn cây trước mùa mưa.</p>";
    let title = |called: &str, subject: &str| {
        let page =
            format!("<html><title>{called}</title><body>{head}{subject}{body}</body></html>");
        read_any(page.as_bytes()).unwrap().title.unwrap()
    };
    let own = "KẾ HOẠCH Trồng rừng phòng hộ năm 2031";
    assert_eq!(title("Document1", subject), own);
    assert_eq!(title("Kế hoạch trồng rừng", ""), "Kế hoạch trồng rừng");
    assert_eq!(title("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", ""), "KẾ HOẠCH");
}

#[test]
fn a_kind_alone_takes_the_subject_below_it_and_a_code_is_no_title() {
    let page = |title: &str| {
        format!(
            "<html><head><title>{title}</title></head><body><h1>LUẬT</h1><h2>Chợ phiên</h2>\
             <p>Luật này quy định về chợ phiên ở các xã vùng cao.</p></body></html>"
        )
    };
    let title = |title| read_any(page(title).as_bytes()).unwrap().title;
    assert_eq!(title("LUẬT").as_deref(), Some("LUẬT Chợ phiên"));
    assert_eq!(title("M2-7-PKTT"), None);
    assert_eq!(title("Mục lục"), None);
}

#[test]
fn a_headline_is_shown_as_the_title_and_declared_by_nobody() {
    let text = "Lạc Bình làm thêm mười hai tuyến đường liên xã\n\nSáng 12/3, huyện Lạc Bình tổ chức hội nghị \
                đánh giá kết quả ba năm làm đường liên xã.\n";
    let document = read_any(text.as_bytes()).unwrap();
    assert_eq!(document.title, None);
    let headline = "Lạc Bình làm thêm mười hai tuyến đường liên xã";
    assert_eq!(document.shown_title().as_deref(), Some(headline));
    assert_eq!(document.paragraphs[0].text, headline);
}
