//! Bytes of a plain-text or HTML file → text.

mod unicode;

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{
    BIG5, EUC_JP, EUC_KR, Encoding, GBK, KOI8_R, SHIFT_JIS, UTF_8, WINDOWS_874, WINDOWS_1251,
    WINDOWS_1252, WINDOWS_1258, X_USER_DEFINED,
};
use unicode_normalization::UnicodeNormalization;

use super::EncodingChoice;
use super::decide::{Plain, suspicion};
use super::evidence::{count_typography, is_foreign, weigh_spelling, weigh_unicode};
use super::runs::{Decoded, Run, decode_runs, decode_western};
use crate::ingest::{ReadError, TextEncoding};
use unicode::{SOUND_PER_DAMAGED, damaged_utf8, decode_unicode};

pub(in crate::ingest) use unicode::zeros_of_units;

/// Below this confidence a text that is not Unicode counts as undecided.
const LEAST_CONFIDENCE: f32 = 0.5;

/// Above this, a text that is no Unicode may be Vietnamese, and other languages are not tried: two
/// words that make syllables in some encoding.
const MOST_SUSPICION: f32 = 0.3;

/// From so many characters beyond ASCII, whole lines are UTF-8 where the others make sense in another encoding.
const LEAST_SOUND_BY_LINES: usize = 5;
/// From so many, and from so many for each damaged one, it is UTF-8 where the file says so.
const LEAST_SOUND_LABELLED: usize = 2;
const SOUND_PER_DAMAGED_LABELLED: usize = 4;

/// Decodes a plain text.
///
/// In this order: a byte order mark, UTF-16 by its zero bytes, UTF-8, where a little damage becomes U+FFFD, a legacy
/// Vietnamese encoding and UTF-8 in turns, a legacy one by its syllables line by line, with lines of windows-1252 among them,
/// any other encoding of the Web where the evidence for it is good. Text that is valid Unicode but holds legacy letters is
/// decoded too. Line ends are kept. A `choice` other than `Auto` is obeyed, but never over a byte order mark.
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
    let decoded = decode_western(&lines(&text), choice);
    let decoded = (decoded.paragraphs.concat(), decoded.encoding);
    if choice != EncodingChoice::Auto {
        return Ok(decoded);
    }
    let legacy = Some(decoded).filter(|(_, encoding)| is_legacy(encoding));
    if let Some(found) = more_sensible(decode_mixed(bytes), legacy) {
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

/// The reading of which more is Vietnamese, else the second: a few letters side by side of VISCII and VPS are one of UTF-8.
fn more_sensible(
    first: Option<(String, TextEncoding)>,
    second: Option<(String, TextEncoding)>,
) -> Option<(String, TextEncoding)> {
    let sense = |text: &str| weigh_unicode(&text.nfc().collect::<String>()).score();
    match (&first, &second) {
        (Some((left, _)), Some((right, _))) if sense(left) > sense(right) => first,
        _ => second.or(first),
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
        .flat_map(|index| decoded.paragraphs[*index].nfc())
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
    is_legacy(&decode_western(&lines(text), EncodingChoice::Auto).encoding)
}

/// Whether what was read as windows-1252 is for the most part in a legacy encoding.
fn is_legacy(encoding: &TextEncoding) -> bool {
    encoding.name != Plain::Windows1252.name() && encoding.confidence >= LEAST_CONFIDENCE
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

/// Decodes every line as a paragraph by itself, its line end included.
fn decode_lines(text: &str, choice: EncodingChoice) -> Decoded {
    decode_runs(&lines(text), choice)
}

/// Every line with its end, as a paragraph of one run.
fn lines(text: &str) -> Vec<[Run<'_>; 1]> {
    let lines = text.split_inclusive('\n');
    lines.map(|line| [Run::plain(line)]).collect()
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
mod tests;
