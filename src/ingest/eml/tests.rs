//! The laws of reading mail.

use super::*;
use crate::ingest::TextEncoding;
use crate::ingest::encoding::LegacyEncoding;
use crate::ingest::encoding::normalize::normalize;
use crate::ingest::encoding::tests::encode_bytes;

fn texts(mail: &str) -> (Vec<String>, Option<String>) {
    let source = read(mail.as_bytes(), EncodingChoice::Auto).unwrap();
    (
        source.blocks.iter().map(Block::text).collect(),
        source.title.map(|title| title.text()),
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
    let head =
        "From: a@b.vn\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n";
    [head.to_owned(), parts.collect(), "--x--\r\n".to_owned()].concat()
}

#[test]
fn all_parts_of_the_body_are_read_and_attachments_are_not() {
    let plain = "text/plain; charset=utf-8";
    let html = "text/html; charset=utf-8";
    let image = "image/png\r\nContent-Disposition: inline\r\nContent-Transfer-Encoding: base64";
    let attached = "text/plain; charset=utf-8\r\nContent-Disposition: attachment; filename=a.txt";
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

/// Both sentences of it as quoted-printable, and as Base64.
const QUOTED: &str =
    "K=C3=AAnh =C4=91=C3=A3 n=E1=BA=A1o v=C3=A9t.\r\nL=C3=BAa =C4=91=C3=A3 g=E1=BA=B7t.";
const BASE64: &str = "S8OqbmggxJHDoyBu4bqhbyB2w6l0LgpMw7phIMSRw6MgZ+G6t3Qu";

#[test]
fn parts_that_nothing_closes_are_read_to_their_end() {
    let quoted = "text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable";
    let base64 = "text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64";
    let page = "text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable";
    let nested = format!("--y\r\nContent-Type: {quoted}\r\n\r\n{QUOTED}");
    let inner = "multipart/alternative; boundary=y";
    let cases: [(Parts<'_>, usize, &str); 10] = [
        (&[(quoted, QUOTED)], 0, "Kênh đã nạo vét. Lúa đã gặt."),
        (&[(quoted, QUOTED)], 2, "Kênh đã nạo vét. Lúa đã gặ"),
        (&[(quoted, QUOTED)], 3, "Kênh đã nạo vét. Lúa đã g"),
        (&[(quoted, QUOTED)], 4, "Kênh đã nạo vét. Lúa đã g"),
        (&[(base64, BASE64)], 0, "Kênh đã nạo vét. Lúa đã gặt."),
        (&[(base64, BASE64)], 3, "Kênh đã nạo vét. Lúa đã g"),
        (&[(page, "<p>L=C3=BAa</p><p>=C4=91=C3=A3 g")], 0, "Lúa đã g"),
        (&[(inner, &nested)], 0, "Kênh đã nạo vét. Lúa đã gặt."),
        (
            &[(inner, &nested), (base64, "TmfDtC4=")],
            0,
            "Kênh đã nạo vét. Lúa đã gặt. Ngô.",
        ),
        (
            &[(quoted, QUOTED), (base64, BASE64)],
            40,
            "Kênh đã nạo vét. Lúa đã gặt. Kênh đ",
        ),
    ];
    for (parts, cut, expected) in cases {
        let mail = mixed(parts);
        let body = mail.trim_end().strip_suffix("\r\n--x--").unwrap();
        let without_end = &body[..body.len() - cut];
        let endings: &[&str] = if cut == 0 {
            &["", "\n", "\r\n-", "\r\n--x", "\r\n--x-"]
        } else {
            &[""]
        };
        for ending in endings {
            let text = texts(&[without_end, ending].concat()).0.join(" ");
            assert_eq!(
                text.trim_end_matches([char::REPLACEMENT_CHARACTER, ' ']),
                expected,
                "{ending:?} {cut}"
            );
        }
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

#[test]
fn the_line_before_a_message_in_a_folder_is_none_of_it() {
    let first = "From - Mon May  5 08:00:00 2003\r\nX-Mozilla-Status: 0001\r\nFrom: a@b.vn\r\nTo: c@d.vn\r\n\
        Subject: Vu mua\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\
        Content-Transfer-Encoding: quoted-printable\r\n\r\n\u{110}=C3=A3 g=E1=BA=B7t.\r\n";
    let format = crate::ingest::SourceFormat::detect(first.as_bytes(), None).unwrap();
    assert_eq!(format, crate::ingest::SourceFormat::Eml);
    assert_eq!(
        texts(first),
        (vec!["Đã gặt.".to_owned()], Some("Vu mua".to_owned()))
    );
    let second = first.replace("Vu mua", "Vu dong");
    let folder = [first, "\r\n", &second].concat();
    assert_eq!(texts(&folder).0, ["Đã gặt.", "Vu dong", "Đã gặt."]);
    let broken = ["From - Mon May  5 08:00:00 2003\r\n\r\n", first].concat();
    assert_eq!(texts(&broken).0, ["Đã gặt."]);
}

#[test]
fn a_sentence_that_begins_with_from_divides_no_message() {
    let folder = "From a@b.vn Mon May  5 08:00:00 2003\r\nFrom: a@b.vn\r\nSubject: x\r\n\r\nHello.\r\n\r\n\
        From Monday on:\r\nPlace: hall\r\n\r\n>From May on: none.\r\n";
    let text = texts(folder).0.join(" ");
    assert!(text.contains("From Monday on:"), "{text}");
    assert!(text.contains("Place: hall"), "{text}");
    assert!(text.ends_with(" From May on: none."), "{text}");
}

#[test]
fn a_subject_in_an_older_encoding_is_decoded() {
    let subject = "Báo cáo thu hoạch vụ mùa";
    let raw = encode_bytes(subject, LegacyEncoding::Tcvn3).unwrap();
    let body = encode_bytes(NOTICE, LegacyEncoding::Tcvn3).unwrap();
    let plain = [
        b"From: a@b.vn\r\nSubject: ",
        &raw[..],
        b"\r\nTo: c@d.vn\r\n\r\n",
        &body,
    ]
    .concat();
    let word = |charset: &str, bytes: &[u8]| {
        let quoted = bytes.iter().map(|byte| format!("={byte:02X}"));
        let quoted: String = quoted.collect();
        format!("Subject: =?{charset}?Q?{quoted}?=\r\nContent-Type: text/plain")
    };
    let encoded = mail(
        &[&word("iso-8859-1", &raw), "; charset=utf-8"].concat(),
        NOTICE.as_bytes(),
    );
    let unknown = mail(&word("x-unknown", &raw), &body);
    let western = mail(&word("us-ascii", &raw), &body);
    let declared = mail(&word("UTF-8", subject.as_bytes()), &body);
    for mail in [plain, encoded, unknown, western, declared] {
        let source = read(&mail, EncodingChoice::Auto).unwrap();
        assert_eq!(
            source
                .title
                .map(|title| normalize(&title.text()).into_owned())
                .as_deref(),
            Some(subject)
        );
        assert_eq!(normalize(&source.blocks[0].text()), NOTICE);
    }
}

#[test]
fn what_is_asked_for_holds_against_a_wrong_charset() {
    let legacy = LegacyEncoding::Tcvn3;
    for kind in ["text/plain", "text/html"] {
        for charset in ["gb2312", "windows-1251", "iso-8859-2"] {
            let head = format!(
                "From: a@b.vn\r\nMIME-Version: 1.0\r\nContent-Type: {kind}; charset={charset}\r\n\r\n"
            );
            let mail = [head.into_bytes(), encode_bytes(NOTICE, legacy).unwrap()].concat();
            let choice = EncodingChoice::Legacy(legacy);
            let source = read(&mail, choice).unwrap().into_decoded(choice);
            assert_eq!(
                normalize(&source.blocks[0].text()),
                NOTICE,
                "{kind} {charset}"
            );
        }
    }
}

#[test]
fn pages_in_frames_are_read_instead_of_what_shows_without() {
    let part = |place: &str, body: &str| {
        format!(
            "--x\r\nContent-Location: file:///C:/{place}\r\n\
             Content-Type: text/html; charset=utf-8\r\n\r\n<html>{body}</html>\r\n"
        )
    };
    let frames = "<Frameset><frame src=a.htm><noframes><body>This page uses frames.</body></noframes></frameset>";
    let workbook = [
        "MIME-Version: 1.0\r\nX-Document-Type: Workbook\r\nContent-Type: multipart/related; boundary=x\r\n\r\n",
        &part("So.htm", frames),
        &part("So_files/a.htm", "<table><tr><td>Hộ nghèo</td><td>125</td></tr></table>"),
        &part("So_files/tabstrip.htm", "<p>Trang 1</p>"),
        &part("So_files/b.htm", "<table><tr><td>Hộ khá</td><td>30</td></tr></table>"),
        "--x--\r\n",
    ]
    .concat();
    assert_eq!(texts(&workbook).0, ["Hộ nghèo | 125", "Hộ khá | 30"]);
}

/// The texts of a mail, those that are furniture in brackets.
fn marked(mail: &[u8]) -> Vec<String> {
    let blocks = read(mail, EncodingChoice::Auto).unwrap().blocks;
    let texts = blocks.iter().map(|block| {
        let text = block.text().trim().to_owned();
        if block.furniture {
            format!("[{text}]")
        } else {
            text
        }
    });
    texts.collect()
}

#[test]
fn older_messages_and_signatures_are_furniture_in_text_and_pages() {
    let flowed = mail(
        "In-Reply-To: <1@b.vn>\r\nContent-Type: text/plain; charset=utf-8; format=flowed",
        format!(
            "{}\n-- \nLan\n> Nộp \n> chưa?",
            NOTICE.replace("; ", "; \n")
        )
        .as_bytes(),
    );
    assert_eq!(marked(&flowed), [NOTICE, "[--]", "[Lan]", "[Nộp chưa?]"]);
    let quotes = [
        "<div>hoa@x.vn viết:</div><blockquote type=\"cite\"><p>Nộp chưa?</p></blockquote><p>Rồi.</p>",
        "<div>hoa@x.vn viết:</div><blockquote class=\"gmail_quote\">Nộp chưa?</blockquote>Rồi.",
    ];
    for quote in quotes {
        let page = format!("<p>{NOTICE}</p>{quote}<blockquote>Hết.</blockquote>");
        let page = mail("Content-Type: text/html; charset=utf-8", page.as_bytes());
        let expected = [NOTICE, "[hoa@x.vn viết:]", "[Nộp chưa?]", "Rồi.", "Hết."];
        assert_eq!(marked(&page), expected);
    }
    let head =
        "<p>From: hoa@x.vn<br>Sent: Monday, June 3, 2024 8:00 AM<br>To: Lan</p><p>Nộp chưa?</p>";
    let page = mail(
        "In-Reply-To: <1@b.vn>\r\nContent-Type: text/html; charset=utf-8",
        format!("<p>{NOTICE}</p>{head}").as_bytes(),
    );
    assert_eq!(marked(&page)[2..], ["[Nộp chưa?]"]);
    let passed_on = "<div>Begin forwarded message:</div><blockquote type=cite><div>From: Hoa &lt;hoa@x.vn&gt;</div>\
        <div>Date: June 3, 2024 at 8:00:00 AM</div><div>To: Lan</div><br><div>Đã gặt.</div></blockquote>";
    let passed_on = mail(
        "Content-Type: text/html; charset=utf-8",
        format!("<p>{NOTICE}</p>{passed_on}").as_bytes(),
    );
    assert_eq!(marked(&passed_on)[4..], ["[To: Lan]", "Đã gặt."]);
    let passed_on = mail(
        "Subject: Fwd: x\r\nContent-Type: text/html; charset=utf-8",
        format!("<p>{NOTICE}</p>{head}").as_bytes(),
    );
    assert_eq!(marked(&passed_on)[2..], ["Nộp chưa?"]);
}

#[test]
fn a_message_that_only_holds_others_says_what_they_say_or_why_it_says_nothing() {
    let inner =
        "Subject: Vu mua\r\nFrom: c@d.vn\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nĐã gặt.";
    let nested = "message/rfc822\r\nContent-Disposition: attachment";
    let plain = "text/plain; charset=utf-8";
    let forward = |note: &str, subject: &str| {
        let mail = mixed(&[(plain, note), (nested, inner)]);
        texts(&format!("Subject: {subject}\r\n{mail}")).0
    };
    assert_eq!(forward("", "Fwd: Vu mua"), ["Đã gặt."]);
    assert_eq!(
        forward("Kính chuyển.", "Fwd: Vu"),
        ["Kính chuyển.", "Vu mua", "Đã gặt."]
    );
    assert_eq!(forward("Xin xem thư kèm.", "Vu mua"), ["Xin xem thư kèm."]);

    let reason = |mail: &str| {
        let error = read(mail.as_bytes(), EncodingChoice::Auto).unwrap_err();
        assert_eq!(error.code(), "empty_document");
        error.to_string()
    };
    let file = "application/msword\r\nContent-Disposition: attachment; filename=\"a.doc\"";
    let blank = "text/html; charset=utf-8";
    let told = reason(&mixed(&[
        (blank, "<div><br></div>"),
        (file, "x"),
        (file, "y"),
    ]));
    assert!(told.contains("2 attachments (a.doc, a.doc)"), "{told}");
    let closed = "From: a@b.vn\r\nMIME-Version: 1.0\r\nContent-Type: application/pkcs7-mime\r\n\
        Content-Disposition: attachment; filename=smime.p7m\r\n\r\nMIJh";
    assert!(reason(closed).contains("encrypted inside smime.p7m"));
    assert_eq!(reason("From: a@b.vn\r\n\r\n \r\n"), "the document is empty");
}

#[test]
fn what_a_program_wrote_loosely_is_read_as_it_was_meant() {
    let header = "From: a@xa.vn\r\nDate: Mon, 3 Jun 2024 08:00:00 +0700\r\nMIME-Version: 1.0\r\n";
    let plain = "Xã đã gieo 120 ha lúa.";
    let mail = |fields: &str, body: &str| format!("{header}{fields}\r\n\r\n{body}");
    for mail in [
        mail("Content-Type: text; charset=utf-8", plain),
        mail("Content-Type: text/markdown; charset=utf-8", plain),
        mail("Content-Type: multipart/alternative", plain),
        mail(
            "Content-Type: text/html charset=\"utf-8\"",
            &format!("<p>{plain}</p>"),
        ),
        format!(
            "\r\n\r\n{}",
            mail("Content-Type: text/plain; charset=utf-8", plain)
        ),
    ] {
        assert_eq!(texts(&mail).0, [plain], "{mail}");
    }
    let calendar = mail("Content-Type: text/calendar", "BEGIN:VCALENDAR");
    assert!(read(calendar.as_bytes(), EncodingChoice::Auto).is_err());

    let encoded = "WMOjIMSRw6MgZ2llbyAxMjAgaGEgbMO6YS4=\r\n-----\r\nMáy chủ đã quét thư.";
    let scanned = mail(
        "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64",
        encoded,
    );
    assert_eq!(texts(&scanned).0[0], plain);
    assert!(texts(&scanned).0.concat().contains("Máy chủ"));
}

#[test]
fn a_subject_whose_words_were_cut_within_a_letter_is_whole() {
    let subject = "=?UTF-8?B?QsOhbyBjw6FvIGvhur90IHF14bo=?=\r\n =?utf-8?Q?=A3_c=C3=B4ng?= =?UTF-8?B?IHTDoWM=?= (2)";
    let mail = format!(
        "From: a@xa.vn\r\nSubject: {subject}\r\nDate: Mon, 3 Jun 2024 08:00:00 +0700\r\n\r\nHop."
    );
    assert_eq!(
        texts(&mail).1.as_deref(),
        Some("Báo cáo kết quả công tác (2)")
    );
}
