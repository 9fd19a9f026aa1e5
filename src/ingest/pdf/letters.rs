//! Does a text begin inside a sentence? In an encoding from before Unicode its bytes alone do not say.

use crate::ingest::blocks::Block;
use crate::ingest::encoding::{EncodingChoice, Run, decode_runs, encoding_of_font};

/// Whether a block begins with a small letter.
pub(super) fn begins_small(block: &Block) -> bool {
    let is_full = |text: &str| !text.trim().is_empty();
    let Some(run) = block.runs.iter().find(|run| is_full(&run.text)) else {
        return false;
    };
    is_small(&run.text, run.font.as_deref())
}

/// Whether a text begins with a small letter, in the encoding of its font or, without one, in that which it reads as.
pub(super) fn is_small(text: &str, font: Option<&str>) -> bool {
    /// So many characters tell an encoding.
    const ENOUGH: usize = 80;
    let text = text.trim_start();
    if text.starts_with(|c: char| c.is_ascii()) && font.and_then(encoding_of_font).is_none() {
        return text.starts_with(char::is_lowercase);
    }
    let end = text.char_indices().nth(ENOUGH);
    let text = end.map_or(text, |(end, _)| &text[..end]);
    let decoded = decode_runs(&[[Run { text, font }]], EncodingChoice::Auto);
    let mut paragraphs = decoded.paragraphs.iter();
    paragraphs.any(|text| text.starts_with(char::is_lowercase))
}

/// The text of a block in Unicode, as far as its fonts or itself tell the encoding.
pub(super) fn decoded(block: &Block) -> String {
    let runs = block.runs.iter().map(|run| Run {
        text: &run.text,
        font: run.font.as_deref(),
    });
    let runs: Vec<_> = runs.collect();
    decode_runs(&[runs], EncodingChoice::Auto)
        .paragraphs
        .concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_letters_are_told_in_the_encoding_of_the_font() {
        for (text, font, expected) in [
            ("được nạo vét, tu bổ", None, true),
            ("Đường làng", None, false),
            ("®\u{AD}îc n¹o vÐt", Some(".VnTime"), true),
            ("\u{AD}u tiªn hé nghÌo", Some(".VnTime"), true),
            ("§\u{AD}êng lµng", Some(".VnTime"), false),
            ("kÕt qu¶", Some(".VnTimeH"), false),
            ("®o¹n qua x· Liªm CÇn", None, true),
            ("42/45 trường", None, false),
        ] {
            assert_eq!(is_small(text, font), expected, "{text}");
        }
    }
}
