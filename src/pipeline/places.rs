//! Byte offsets → the character offsets that the result format gives beside them.

use crate::document::Span;
use crate::record::Place;

/// Bytes between two counted positions: small enough to count the rest quickly, large enough to
/// cost a fraction of the text's own memory.
const STEP: usize = 128;

/// Tells how many characters stand before a byte of a text.
#[derive(Debug)]
pub(super) struct Places<'a> {
    text: &'a str,
    /// How many characters start before every `STEP`th byte.
    counts: Vec<usize>,
}

impl<'a> Places<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let mut counts = Vec::with_capacity(text.len() / STEP + 1);
        let mut total = 0;
        for block in text.as_bytes().chunks(STEP) {
            counts.push(total);
            total += character_starts(block);
        }
        counts.push(total);
        Self { text, counts }
    }

    /// The span in characters and bytes.
    pub(super) fn place(&self, span: Span) -> Place {
        Place {
            start_char: self.characters_before(span.start()),
            end_char: self.characters_before(span.end()),
            start_byte: span.start(),
            end_byte: span.end(),
        }
    }

    fn characters_before(&self, byte: usize) -> usize {
        let block = byte / STEP;
        self.counts[block] + character_starts(&self.text.as_bytes()[block * STEP..byte])
    }
}

/// Counts the bytes that are not UTF-8 continuation bytes.
fn character_starts(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&byte| byte & 0xC0 != 0x80).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_counted_at_every_boundary() {
        let text = "Đồng chí Nguyễn Văn A. ".repeat(40);
        let places = Places::new(&text);
        for (count, (byte, _)) in text.char_indices().enumerate() {
            assert_eq!(places.characters_before(byte), count);
        }
        assert_eq!(places.characters_before(text.len()), text.chars().count());
    }
}
