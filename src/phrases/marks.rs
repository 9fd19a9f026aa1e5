//! What do the marks at the ends of a text say of it, and what is it without them?

use crate::ingest::marker::{Marker, marker};
use crate::segment::{is_unspaced, syllables};

/// Fewer words that end without a mark are a name or a heading, which say nothing of what is done. What is quoted without one is longer
/// still (`rank::quotable`).
const FRAGMENT_WORDS: usize = 12;

/// A text up to its last mark that closes nothing.
pub fn without_closers(text: &str) -> &str {
    text.trim_end_matches(['"', '”', '’', ')', ']', '»'])
}

/// A text from its first capital on, if it begins with the mark of an item.
pub(super) fn without_marker(text: &str) -> &str {
    match marker(text) {
        Marker::Bullet | Marker::Item | Marker::Number => {
            text.trim_start_matches(|character: char| !character.is_uppercase())
        }
        Marker::None | Marker::Section => text,
    }
}

/// Whether a text ends as a question does.
pub fn asks(text: &str) -> bool {
    without_closers(text).ends_with('?')
}

/// What a sentence ends with, or what stands around it: in Latin letters, in Chinese and Japanese, in Khmer and Burmese.
const ENDS: [char; 22] = [
    '.', ';', ':', '!', '?', ')', '”', '"', '…', '。', '．', '｡', '；', '：', '！', '？', '）',
    '」', '』', '】', '។', '။',
];

/// Whether a text is no sentence, but a name or a heading.
pub fn is_fragment(text: &str) -> bool {
    !text.trim_end().ends_with(ENDS) && !has_more_words(text, FRAGMENT_WORDS)
}

/// Whether a text has more than so many words; where no spaces part them, more syllables.
pub(super) fn has_more_words(text: &str, most: usize) -> bool {
    text.split_whitespace().nth(most).is_some()
        || (text.contains(is_unspaced) && syllables(text) > most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_of_scripts_without_spaces_are_no_fragments() {
        for sentence in [
            "全县完成生产总值5800亿元，增长6.5%。",
            "要求各派出所立即开展渡口安全检查，并将检查结果书面报告县局",
            "今年度は道路を二本整備した。",
            "Các xã trồng ngô, lúa, sắn…",
        ] {
            assert!(!is_fragment(sentence), "{sentence}");
        }
        for name in ["一、工作回顾", "ผลการดำเนินงาน", "Phòng, chống thiên tai"]
        {
            assert!(is_fragment(name), "{name}");
        }
    }
}
