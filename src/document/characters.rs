//! How many characters stand before a byte? For the character offsets that results give beside those of bytes.

/// Bytes between two counted positions: small enough to count the rest quickly, large enough to
/// cost a fraction of the text's own memory.
const STEP: usize = 128;

/// A text with its characters counted, in a sixteenth of the text's own memory.
#[derive(Clone, Debug)]
pub struct CountedText<'a> {
    text: &'a str,
    /// How many characters start before every `STEP`th byte.
    counts: Vec<usize>,
}

impl<'a> CountedText<'a> {
    /// Counts the characters of `text`.
    #[must_use]
    pub fn new(text: &'a str) -> Self {
        let mut counts = Vec::with_capacity(text.len() / STEP + 1);
        let mut total = 0;
        for block in text.as_bytes().chunks(STEP) {
            counts.push(total);
            total += character_starts(block);
        }
        counts.push(total);
        Self { text, counts }
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &'a str {
        self.text
    }

    /// How many characters start before a byte.
    ///
    /// # Panics
    ///
    /// If the text ends before it.
    #[must_use]
    pub fn characters_before(&self, byte: usize) -> usize {
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
        let counted = CountedText::new(&text);
        for (count, (byte, _)) in text.char_indices().enumerate() {
            assert_eq!(counted.characters_before(byte), count);
        }
        assert_eq!(counted.characters_before(text.len()), text.chars().count());
    }
}
