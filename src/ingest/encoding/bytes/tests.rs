use unicode_normalization::UnicodeNormalization;

use super::super::tests::encode_bytes;
use super::super::{EncodingChoice, LegacyEncoding};
use super::{decode_bytes, read_bytes};

#[test]
fn one_sentence_with_signs_of_numbers_is_enough() {
    let text = "Nhiệt độ trung bình 32, lượng mưa 1.250 mm, độ ẩm 85%.";
    for encoding in LegacyEncoding::ALL {
        let bytes = encode_bytes(text, encoding).unwrap();
        let (decoded, found) = decode_bytes(&bytes, EncodingChoice::Auto).unwrap();
        assert_eq!(
            (decoded.as_str(), found.name.as_str()),
            (text, encoding.name())
        );
    }
    let mut bytes = encode_bytes("Nhiệt độ trung bình 32", LegacyEncoding::Tcvn3).unwrap();
    bytes.extend(b"\xB0C, ");
    bytes.extend(encode_bytes("lượng mưa 85", LegacyEncoding::Tcvn3).unwrap());
    bytes.extend(b"\xB12 mm.");
    let (decoded, _) = decode_bytes(&bytes, EncodingChoice::Auto).unwrap();
    assert_eq!(decoded, "Nhiệt độ trung bình 32°C, lượng mưa 85±2 mm.");
}

#[test]
fn quotation_marks_in_english_are_those_of_windows() {
    let text =
        "The project “Rural Water Supply” was funded – as planned – with the People’s Committees.";
    let (bytes, _, _) = encoding_rs::WINDOWS_1252.encode(text);
    let (decoded, encoding) = decode_bytes(&bytes, EncodingChoice::Auto).unwrap();
    assert_eq!(
        (decoded.as_str(), encoding.name.as_str()),
        (text, "windows-1252")
    );
}

#[test]
fn vietnamese_names_in_an_english_letter_are_read() {
    let text = "The mission met the chairmen of two communes in the district. Contact the office of \
        Mr. Trần Quốc Bảo and Mrs. Nguyễn Thị Hường before the end of this month.";
    let bytes = encode_bytes(text, LegacyEncoding::Tcvn3).unwrap();
    let (decoded, encoding) = decode_bytes(&bytes, EncodingChoice::Auto).unwrap();
    assert_eq!((decoded.as_str(), encoding.name.as_str()), (text, "tcvn3"));
}

#[test]
fn lines_of_utf_8_and_of_a_legacy_encoding_are_both_read() {
    let unicode = "Phần một đã là Unicode, do văn phòng soạn năm 2005.\r\n";
    let other =
        "Phần hai do phòng kế hoạch gửi đến bằng bộ mã khác, đề nghị ghép lại cho đúng.\r\n";
    for encoding in [LegacyEncoding::Tcvn3, LegacyEncoding::Vni] {
        let mut bytes = unicode.as_bytes().to_vec();
        bytes.extend(encode_bytes(other, encoding).unwrap());
        let (decoded, found) = decode_bytes(&bytes, EncodingChoice::Auto).unwrap();
        assert_eq!(decoded, format!("{unicode}{other}"));
        assert!(found.name.contains(encoding.name()), "{found:?}");
    }
    let mut damaged = unicode.as_bytes().to_vec();
    damaged.extend(b"Ph\xE1\xBA\xA7n hai m\xB5\xE9 \xFF\xD8 h\x81ng.");
    assert!(decode_bytes(&damaged, EncodingChoice::Auto).is_err());
}

/// Some thirty syllables, as many as tell that all of a document is in one encoding.
const LETTER: &str = "Kính gửi các phòng, ban, ngành trong toàn huyện. Đề nghị khẩn trương rà soát tiến độ giải ngân, \
    báo cáo trước ngày mười lăm hằng tháng để tổng hợp.\r\n";

/// Checks that a text is told to be in an encoding from before Unicode, and read as it was written.
fn check_told(text: &str, bytes: &[u8], encoding: LegacyEncoding) {
    let (decoded, found) = decode_bytes(bytes, EncodingChoice::Auto).unwrap();
    let decoded: String = decoded.nfc().collect();
    assert_eq!(
        (decoded.as_str(), found.name.as_str()),
        (text, encoding.name())
    );
}

#[test]
fn a_line_that_makes_no_sense_follows_the_others() {
    let lines = [
        "Số: 15/QyĐ-BCH",
        "Số: 07/TTrĐ-UBND",
        "Krông Búk",
        "Buôn Hồ, Krông Pắc, Đắk Glong",
    ];
    for encoding in LegacyEncoding::ALL {
        for line in lines {
            let text = format!("{LETTER}{line}\r\n");
            check_told(&text, &encode_bytes(&text, encoding).unwrap(), encoding);
        }
    }
}

#[test]
fn letters_side_by_side_may_look_like_one_of_utf_8() {
    let chapter = "Chương I\r\nQUY ĐỊNH\r\n- Ba đợt: đợt 1 đến 30/4, đợt 2 đến 31/8\r\n";
    for encoding in LegacyEncoding::ALL {
        let text = format!("{LETTER}{chapter}{LETTER}{chapter}");
        // TCVN3 has no marked capitals.
        if let Some(bytes) = encode_bytes(&text, encoding) {
            check_told(&text, &bytes, encoding);
        }
    }
}

#[test]
fn a_line_in_a_western_language_leaves_the_others_what_they_are() {
    let line = "Proposal of the Université for a new café at the market\r\n";
    let western = |text: &str| encoding_rs::WINDOWS_1252.encode(text).0.into_owned();
    let mut bytes = encode_bytes(LETTER, LegacyEncoding::Vni).unwrap();
    bytes.extend(western(line));
    let (decoded, found) = decode_bytes(&bytes, EncodingChoice::Auto).unwrap();
    assert_eq!(decoded, format!("{LETTER}{line}"));
    assert_eq!(found.name, "windows-1252+vni");
    // Where most are such lines, it is no Vietnamese text.
    bytes.extend(western(&line.repeat(40)));
    let found = decode_bytes(&bytes, EncodingChoice::Auto);
    assert!(!found.is_ok_and(|(_, found)| found.name.contains("vni")));
}

#[test]
fn capitals_in_the_places_of_control_characters_are_letters() {
    let text = "TRẠM Y TẾ XÃ THỰC HIỆN NHIỆM VỤ CHỊU TRÁCH NHIỆM TẠI CHỖ\r\n\
        HỘI PHỤ NỮ HUYỆN VẬN ĐỘNG HỘI VIÊN THỰC HIỆN VIỆC TIẾT KIỆM\r\n";
    for encoding in [LegacyEncoding::Vps, LegacyEncoding::Viscii] {
        let bytes = encode_bytes(text, encoding).unwrap();
        for choice in [EncodingChoice::Auto, EncodingChoice::Legacy(encoding)] {
            assert_eq!(decode_bytes(&bytes, choice).unwrap().0, text);
        }
    }
    assert!(decode_bytes(b"\x01\x0E\x7F\xE9", EncodingChoice::Auto).is_err());
}

#[test]
fn a_label_holds_over_a_little_damage_and_mojibake_is_an_error() {
    let page = format!(
        "<p>{}</p>",
        "全县粮食生产稳定增长，农民收入提高。".repeat(6)
    );
    let (bytes, _, _) = encoding_rs::GBK.encode(&page);
    let mut bytes = bytes.into_owned();
    assert_eq!(read_bytes(&bytes, Some("gb2312")).unwrap(), page);
    let end = bytes.len() - 4;
    bytes.insert(end, 0xFF);
    let damaged = page.replace("</p>", "\u{FFFD}</p>");
    assert_eq!(read_bytes(&bytes, Some("gb2312")).unwrap(), damaged);
    let unfit = b"<p>\xFF\xFF \xFE \xFF\xFF</p>";
    assert!(read_bytes(unfit, Some("euc-kr")).is_err());
}

#[test]
fn a_dos_text_ends_at_its_sign_and_not_with_its_sector() {
    let text = "Kính gửi các phòng, ban, ngành trong toàn huyện, xin thông báo.\r\n";
    let mut bytes = encode_bytes(text, LegacyEncoding::Tcvn3).unwrap();
    bytes.push(0x1A);
    bytes.extend([0; 40]);
    assert_eq!(decode_bytes(&bytes, EncodingChoice::Auto).unwrap().0, text);
}
