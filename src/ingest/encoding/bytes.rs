//! Bytes of a plain-text or HTML file → text.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{
    BIG5, EUC_JP, EUC_KR, Encoding, GBK, KOI8_R, SHIFT_JIS, UTF_8, WINDOWS_874, WINDOWS_1251,
    WINDOWS_1252, WINDOWS_1258, X_USER_DEFINED,
};

use super::EncodingChoice;
use super::decide::suspicion;
use super::evidence::{count_typography, is_foreign, weigh_spelling, weigh_unicode};
use super::runs::{Decoded, Run, decode_runs};
use crate::ingest::{ReadError, TextEncoding};

/// Below this confidence a text that is not Unicode counts as undecided.
const LEAST_CONFIDENCE: f32 = 0.5;

/// Above this, a text that is no Unicode may be Vietnamese, and other languages are not tried: two
/// words that make syllables in some encoding.
const MOST_SUSPICION: f32 = 0.3;

/// From so many characters beyond ASCII, and from so many for each damaged one, a text is UTF-8 with damage: what
/// is written in another encoding hardly ever makes two in a row.
const LEAST_SOUND: usize = 10;
const SOUND_PER_DAMAGED: usize = 50;
/// As much where whole lines are UTF-8 and the others make sense in another encoding.
const LEAST_SOUND_BY_LINES: usize = 5;
/// As much where the file says that it is UTF-8.
const LEAST_SOUND_LABELLED: usize = 2;
const SOUND_PER_DAMAGED_LABELLED: usize = 4;

/// Decodes a plain text.
///
/// In this order: a byte order mark, UTF-16 by its zero bytes, UTF-8, where a little damage becomes U+FFFD, a legacy
/// Vietnamese encoding by its syllables line by line, that and UTF-8 in turns, any other encoding of the Web where the
/// evidence for it is good. Text that is valid Unicode but holds legacy letters is decoded too. Line ends are kept. A `choice` other than `Auto`
/// is obeyed, but never over a byte order mark.
///
/// # Errors
///
/// [`ReadError::UnknownEncoding`], with the offset of the first byte that is not UTF-8, where none of these fits.
pub fn decode_bytes(
    bytes: &[u8],
    choice: EncodingChoice,
) -> Result<(String, TextEncoding), ReadError> {
    let bytes = without_padding(bytes);
    if let Some((text, name)) = decode_unicode(bytes)? {
        let Decoded {
            paragraphs,
            mut encoding,
        } = decode_lines(&text, choice);
        if encoding.name == "utf-8" {
            name.clone_into(&mut encoding.name);
        }
        return Ok((paragraphs.concat(), encoding));
    }
    let is_text = match choice {
        EncodingChoice::Auto => !is_binary(bytes),
        EncodingChoice::Unicode => false,
        EncodingChoice::Legacy(_) => !bytes.contains(&0),
    };
    if !is_text {
        return Err(unknown(bytes));
    }
    let text = read_windows_1252(bytes);
    let Decoded {
        paragraphs,
        encoding,
    } = decode_lines(&text, choice);
    let is_legacy = !encoding.name.starts_with("utf-8") && encoding.confidence >= LEAST_CONFIDENCE;
    if is_legacy || choice != EncodingChoice::Auto {
        return Ok((paragraphs.concat(), encoding));
    }
    if let Some(found) = decode_mixed(bytes) {
        return Ok(found);
    }
    if suspicion(&text) > MOST_SUSPICION {
        return Err(unknown(bytes));
    }
    match decode_typography(&text) {
        Some(found) => Ok(found),
        None => detect_other(bytes),
    }
}

/// Decodes a text of which some lines are UTF-8 and the others legacy Vietnamese, as where two files were put
/// together, if that makes sense of both.
fn decode_mixed(bytes: &[u8]) -> Option<(String, TextEncoding)> {
    let mut sound = 0;
    let mut text = String::with_capacity(bytes.len());
    let mut legacy = Vec::new();
    for (index, line) in bytes.split_inclusive(|byte| *byte == b'\n').enumerate() {
        if let Ok(line) = std::str::from_utf8(line) {
            sound += line.chars().filter(|letter| !letter.is_ascii()).count();
            text.push_str(line);
        } else {
            legacy.push(index);
            text.push_str(&read_windows_1252(line));
        }
    }
    if sound < LEAST_SOUND_BY_LINES {
        return None;
    }
    let decoded = decode_lines(&text, EncodingChoice::Auto);
    let legacy: String = legacy
        .iter()
        .map(|index| decoded.paragraphs[*index].as_str())
        .collect();
    let is_sensible = weigh_unicode(&legacy).is_nearly_faultless();
    (is_sensible && decoded.encoding.confidence >= LEAST_CONFIDENCE)
        .then(|| (decoded.paragraphs.concat(), decoded.encoding))
}

/// The text, if it is of another language than Vietnamese and has nothing beyond ASCII but quotation marks and the
/// like, which all of windows-1250 to 1258 have in the same places.
fn decode_typography(text: &str) -> Option<(String, TextEncoding)> {
    let count = count_typography(text)?;
    (count > 0 && is_foreign(text)).then(|| {
        let encoding = TextEncoding {
            name: "windows-1252".to_owned(),
            // No letter is in doubt.
            confidence: 1.0,
        };
        (text.to_owned(), encoding)
    })
}

/// Reads the bytes of a file that names fonts or holds entities, so that [`decode_runs`] has to decide later.
///
/// Unicode is recognised as in [`decode_bytes`]. Other bytes are read in the encoding called `label`, a name of the Web,
/// where there is one, it is not a Vietnamese or Western one and they fit it but for a little damage, and as windows-1252
/// otherwise: the state in which `decode_runs` takes them.
///
/// # Errors
///
/// [`ReadError::UnknownEncoding`] if the bytes are no text, or neither fit their label nor are Vietnamese.
pub fn read_bytes<'a>(bytes: &'a [u8], label: Option<&str>) -> Result<Cow<'a, str>, ReadError> {
    if let Some((text, _)) = decode_unicode(bytes)? {
        return Ok(text);
    }
    if is_binary(bytes) {
        return Err(unknown(bytes));
    }
    let labelled = label.and_then(|label| Encoding::for_label(label.trim().as_bytes()));
    if labelled == Some(UTF_8)
        && let Some(text) = damaged_utf8(bytes, LEAST_SOUND_LABELLED, SOUND_PER_DAMAGED_LABELLED)
    {
        return Ok(text.into());
    }
    let is_western = |encoding: &&Encoding| {
        [WINDOWS_1252, WINDOWS_1258, UTF_8, X_USER_DEFINED].contains(encoding)
    };
    match labelled.filter(|encoding| !is_western(encoding)) {
        None => Ok(read_windows_1252(bytes)),
        Some(encoding) => slightly_damaged(bytes, encoding)
            .or_else(|| Some(read_windows_1252(bytes)).filter(|text| is_legacy_vietnamese(text)))
            .ok_or_else(|| unknown(bytes)),
    }
}

/// The bytes in an encoding, where they fit it but for one character in fifty of those beyond ASCII.
fn slightly_damaged<'a>(bytes: &'a [u8], encoding: &'static Encoding) -> Option<Cow<'a, str>> {
    let (text, is_damaged) = encoding.decode_without_bom_handling(bytes);
    let count = |wanted: fn(&char) -> bool| text.chars().filter(wanted).count();
    let damaged = count(|letter| *letter == char::REPLACEMENT_CHARACTER);
    let beyond_ascii = count(|letter| !letter.is_ascii());
    (!is_damaged || damaged * SOUND_PER_DAMAGED < beyond_ascii).then_some(text)
}

fn is_legacy_vietnamese(text: &str) -> bool {
    let encoding = decode_lines(text, EncodingChoice::Auto).encoding;
    !encoding.name.starts_with("utf-8") && encoding.confidence >= LEAST_CONFIDENCE
}

/// The bytes in windows-1258, where `label` names it and they are not Unicode.
///
/// Programs that saved pages in it wrote what it lacks as character references. Those can be told from bytes only
/// before the page is parsed: the byte of `ă` and the reference of `ã` become the same character in windows-1252.
pub(in crate::ingest) fn read_windows_1258<'a>(
    bytes: &'a [u8],
    label: Option<&str>,
) -> Option<Cow<'a, str>> {
    let encoding = Encoding::for_label(label?.trim().as_bytes())?;
    let is_unicode = !matches!(decode_unicode(bytes), Ok(None));
    (encoding == WINDOWS_1258 && !is_unicode)
        .then(|| WINDOWS_1258.decode_without_bom_handling(bytes).0)
}

/// Every byte as windows-1252, which has a character for each.
fn read_windows_1252(bytes: &[u8]) -> Cow<'_, str> {
    WINDOWS_1252.decode_without_bom_handling(bytes).0
}

/// The text and the name of its encoding, if it is Unicode.
///
/// An error where a byte order mark promises Unicode and the rest breaks the promise.
fn decode_unicode(bytes: &[u8]) -> Result<Option<(Cow<'_, str>, &'static str)>, ReadError> {
    match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => {
            let text = utf8(rest).map(Cow::Borrowed);
            let text = text.or_else(|| slightly_damaged_utf8(rest).map(Cow::Owned));
            Ok(Some((text.ok_or_else(|| unknown(bytes))?, "utf-8")))
        }
        [0xFF, 0xFE, rest @ ..] => Ok(Some((
            utf16(rest, 2, u16::from_le_bytes)?.into(),
            "utf-16le",
        ))),
        [0xFE, 0xFF, rest @ ..] => Ok(Some((
            utf16(rest, 2, u16::from_be_bytes)?.into(),
            "utf-16be",
        ))),
        _ => Ok(decode_unmarked(bytes)),
    }
}

/// How many units of two bytes have a zero in their first byte, and how many in their second.
///
/// A grave accent by itself (U+0300) counts for neither: its zero is on the other side than those of
/// letters, and decomposed Vietnamese is full of it.
pub(in crate::ingest) fn zeros_of_units(bytes: &[u8]) -> (usize, usize) {
    if !bytes.contains(&0) {
        return (0, 0);
    }
    let (units, _) = bytes.as_chunks::<2>();
    let count = |wanted: fn(&[u8; 2]) -> bool| units.iter().filter(|unit| wanted(unit)).count();
    (
        count(|&[first, second]| first == 0 && second != 3),
        count(|&[first, second]| first != 3 && second == 0),
    )
}

fn decode_unmarked(bytes: &[u8]) -> Option<(Cow<'_, str>, &'static str)> {
    let (even, odd) = zeros_of_units(bytes);
    let units = bytes.len() / 2;
    // Most letters of Vietnamese in UTF-16 are ASCII ones, with a zero byte on one side.
    let is_utf16 =
        |zeros: usize, others: usize| zeros > 0 && 5 * zeros >= 2 * units && 100 * others <= units;
    if is_utf16(odd, even) {
        return Some((utf16(bytes, 0, u16::from_le_bytes).ok()?.into(), "utf-16le"));
    }
    if is_utf16(even, odd) {
        return Some((utf16(bytes, 0, u16::from_be_bytes).ok()?.into(), "utf-16be"));
    }
    let text = utf8(bytes).map(Cow::Borrowed);
    let text = text.or_else(|| slightly_damaged_utf8(bytes).map(Cow::Owned));
    Some((text?, "utf-8"))
}

fn slightly_damaged_utf8(bytes: &[u8]) -> Option<String> {
    damaged_utf8(bytes, LEAST_SOUND, SOUND_PER_DAMAGED)
}

/// The bytes as UTF-8 with U+FFFD for what is none, if there are `least` sound characters beyond ASCII, and
/// `per_damaged` for each damaged one.
fn damaged_utf8(bytes: &[u8], least: usize, per_damaged: usize) -> Option<String> {
    let (mut sound, mut damaged) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        let beyond_ascii = |character: &char| !character.is_ascii();
        sound += chunk.valid().chars().filter(beyond_ascii).count();
        damaged += usize::from(!chunk.invalid().is_empty());
    }
    let is_utf8 = sound >= least && sound / per_damaged >= damaged && !is_binary(bytes);
    is_utf8.then(|| String::from_utf8_lossy(bytes).into_owned())
}

/// The bytes as UTF-8; a last character that was cut off is dropped.
fn utf8(bytes: &[u8]) -> Option<&str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Some(text),
        Err(error) if error.error_len().is_none() => {
            let text = std::str::from_utf8(&bytes[..error.valid_up_to()]).ok()?;
            // A single high byte at the end of ASCII text is no sign of UTF-8.
            (!text.is_ascii()).then_some(text)
        }
        Err(_) => None,
    }
}

/// The bytes as UTF-16, of a file in which they start at `start`; an odd last byte is dropped.
fn utf16(bytes: &[u8], start: usize, unit: fn([u8; 2]) -> u16) -> Result<String, ReadError> {
    let (pairs, _) = bytes.as_chunks::<2>();
    let mut offset = start;
    let mut text = String::with_capacity(bytes.len());
    for character in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        let character = character.map_err(|_| ReadError::UnknownEncoding { offset })?;
        offset += 2 * character.len_utf16();
        text.push(character);
    }
    Ok(text)
}

/// Decodes every line as a paragraph by itself, its line end included.
fn decode_lines(text: &str, choice: EncodingChoice) -> Decoded {
    let lines: Vec<Run<'_>> = text.split_inclusive('\n').map(Run::plain).collect();
    let lines: Vec<&[Run<'_>]> = lines.chunks(1).collect();
    decode_runs(&lines, choice)
}

/// The encodings of the languages that occur in these archives beside Vietnamese. Almost any bytes are a
/// text in some encoding of the world; a guess outside this list is more likely wrong than right.
const OTHERS: [&Encoding; 9] = [
    WINDOWS_1252,
    WINDOWS_1251,
    KOI8_R,
    GBK,
    BIG5,
    SHIFT_JIS,
    EUC_JP,
    EUC_KR,
    WINDOWS_874,
];

/// Decodes bytes in an encoding that is neither Unicode nor Vietnamese, if one fits well.
fn detect_other(bytes: &[u8]) -> Result<(String, TextEncoding), ReadError> {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let encoding = detector.guess(None, Utf8Detection::Deny);
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes);
    let text = text
        .filter(|_| OTHERS.contains(&encoding))
        .ok_or_else(|| unknown(bytes))?;
    let confidence = weigh_spelling(&text).confidence();
    if confidence < LEAST_CONFIDENCE {
        return Err(unknown(bytes));
    }
    let name = encoding.name().to_ascii_lowercase();
    Ok((text.into_owned(), TextEncoding { name, confidence }))
}

/// A text without the sign for its end (`^Z`) and the zeros that DOS programs filled its last sector up with.
pub(in crate::ingest) fn without_padding(bytes: &[u8]) -> &[u8] {
    const END: u8 = 0x1A;
    let is_padding = |byte: &u8| matches!(*byte, 0 | END);
    let text = bytes.iter().rposition(|byte| !is_padding(byte));
    let end = text.map_or(0, |last| last + 1);
    match bytes.get(end) {
        Some(&END) if end > 0 => &bytes[..end],
        _ => bytes,
    }
}

/// Whether the bytes cannot be a text in any 8-bit encoding: a zero, or more than one in fifty that no editor writes
/// and that is no capital in VISCII or VPS.
fn is_binary(bytes: &[u8]) -> bool {
    let is_odd = |byte: &&u8| {
        matches!(
            byte,
            0x00 | 0x01 | 0x07 | 0x08 | 0x0E | 0x0F | 0x16..=0x18 | 0x1A | 0x1B | 0x7F
        )
    };
    bytes.contains(&0) || 50 * bytes.iter().filter(is_odd).count() > bytes.len()
}

fn unknown(bytes: &[u8]) -> ReadError {
    let marked = bytes.starts_with(b"\xEF\xBB\xBF");
    let body = if marked { &bytes[3..] } else { bytes };
    let offset = std::str::from_utf8(body)
        .err()
        .map_or(0, |error| error.valid_up_to());
    let zero = bytes
        .iter()
        .position(|&byte| byte == 0)
        .unwrap_or(usize::MAX);
    ReadError::UnknownEncoding {
        offset: zero.min(offset + if marked { 3 } else { 0 }),
    }
}

#[cfg(test)]
mod tests {
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
        let text = "The project “Rural Water Supply” was funded – as planned – with the People’s Committees.";
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
}
