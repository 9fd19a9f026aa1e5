//! How does Outlook pack RTF? Bytes of the property → RTF.
//!
//! [MS-OXRTFCP]: after a head, letters and references into the last 4,096 bytes, of which some are set before the first.

use super::super::binary::{slice_at, u8_at, u32_at};
use super::super::error::ReadError;

/// Packed it is smaller, and what it takes beside the message is bounded.
const MOST_BYTES: usize = 192 * 1024 * 1024;

const HEAD: usize = 16;
const PACKED: &[u8] = b"LZFu";
const AS_IT_IS: &[u8] = b"MELA";

const WINDOW: usize = 4096;

/// What references may refer to before anything was read.
const PRESET: &[u8; 207] = b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \
    \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\
    \\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";

/// Unpacks the RTF of a message; what is cut short, up to there.
///
/// # Errors
///
/// [`ReadError::Corrupt`] without its head, [`ReadError::TooLarge`] beyond [`MOST_BYTES`].
pub(super) fn unpacked(property: &[u8]) -> Result<Vec<u8>, ReadError> {
    let broken = || ReadError::Corrupt("message with RTF of no known kind".to_owned());
    let rest = property.get(HEAD..).ok_or_else(broken)?;
    let length = u32_at(property, 4).ok_or_else(broken)? as usize;
    match slice_at(property, 8, PACKED.len()) {
        Some(PACKED) => unpack(rest, length),
        Some(AS_IT_IS) => Ok(rest[..rest.len().min(length)].to_vec()),
        _ => Err(broken()),
    }
}

fn unpack(packed: &[u8], length: usize) -> Result<Vec<u8>, ReadError> {
    if length > MOST_BYTES {
        return Err(ReadError::TooLarge("RTF of more than 192 MB".to_owned()));
    }
    let mut text = PRESET.to_vec();
    let end = PRESET.len() + length;
    let mut at = 0;
    'packed: while let Some(kinds) = u8_at(packed, at) {
        at += 1;
        for bit in 0..8 {
            let is_reference = kinds >> bit & 1 == 1;
            let more = match (u8_at(packed, at), u8_at(packed, at + 1)) {
                (Some(high), Some(low)) if is_reference => refer(&mut text, [high, low]),
                (Some(letter), _) if !is_reference => {
                    text.push(letter);
                    true
                }
                _ => false,
            };
            if !more || text.len() >= end {
                break 'packed;
            }
            at += 1 + usize::from(is_reference);
        }
    }
    text.truncate(end);
    Ok(text.split_off(PRESET.len()))
}

/// Writes once more what a reference refers to; `false` where it says that the text is over.
fn refer(text: &mut Vec<u8>, reference: [u8; 2]) -> bool {
    let reference = usize::from(u16::from_be_bytes(reference));
    let (place, length) = (reference >> 4, (reference & 0xF) + 2);
    // How far back the place in the ring lies; none is where the next byte comes to stand.
    let distance = (text.len() + WINDOW - place) % WINDOW;
    if distance == 0 {
        return false;
    }
    for _ in 0..length {
        // What was never written is blank.
        let from = text.len().checked_sub(distance);
        text.push(from.map_or(b' ', |from| text[from]));
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As the specification shows it.
    const HELLO: [u8; 49] =
        *b"\x2d\0\0\0\x2b\0\0\0LZFu\xf1\xc5\xc7\xa7\x03\0\x0a\0rcpg125B2\x0a\xf3 hel\
        \x09\0 bw\x05\xb0ld}\x0a\x80\x0f\xa0";

    #[test]
    fn packed_rtf_is_unpacked_and_what_is_cut_short_up_to_there() {
        let text = b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n";
        assert_eq!(unpacked(&HELLO).unwrap(), text);
        for end in HEAD..HELLO.len() {
            let cut = unpacked(&HELLO[..end]).unwrap();
            assert!(text.starts_with(&cut));
        }
        assert!(unpacked(&HELLO[..HEAD - 1]).is_err());
    }

    #[test]
    fn a_reference_may_run_into_what_it_writes() {
        let head = [&[0; 4][..], &[5, 0, 0, 0], PACKED, &[0; 4]].concat();
        let place = PRESET.len() << 4 | 2;
        let reference = u16::try_from(place).unwrap().to_be_bytes();
        let packed = [&head[..], &[0b10, b'x'], &reference].concat();
        assert_eq!(unpacked(&packed).unwrap(), b"xxxxx");
    }
}
