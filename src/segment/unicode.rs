//! Where does Unicode end sentences? UAX #29 in linear time.

use std::borrow::Cow;

use unicode_normalization::char::is_combining_mark;
use unicode_segmentation::UnicodeSegmentation;

/// How many characters of a run without letters or digits are looked at. Rule SB8 makes the library look past
/// the white space and closing marks after a full stop once for each of them, so that a run of 100,000
/// spaces would take minutes; no boundary that matters lies so deep in such a run.
const MAX_RUN: usize = 32;

/// Gives the start of each sentence by the default rules of UAX #29, from the second on.
pub(super) fn sentence_starts(text: &str) -> Vec<usize> {
    let squeezed = Squeezed::of(text);
    let mut removals = squeezed.removals.iter().peekable();
    let mut removed = 0;
    let starts = squeezed.text.split_sentence_bound_indices().skip(1);
    starts
        .map(|(offset, _)| {
            while let Some((_, length)) = removals.next_if(|(place, _)| *place <= offset) {
                removed += length;
            }
            offset + removed
        })
        .collect()
}

/// A text whose long runs without letters or digits are cut short.
struct Squeezed<'text> {
    text: Cow<'text, str>,
    /// Where in it bytes are missing, and how many, in order.
    removals: Vec<(usize, usize)>,
}

impl<'text> Squeezed<'text> {
    fn of(text: &'text str) -> Self {
        let mut squeezed = Self {
            text: Cow::Borrowed(text),
            removals: Vec::new(),
        };
        let mut kept = String::new();
        let mut kept_to = 0;
        let mut run = 0;
        for (offset, character) in text.char_indices() {
            let is_word = character.is_alphanumeric() && !is_combining_mark(character);
            if is_word && run > MAX_RUN {
                squeezed.removals.push((kept.len(), offset - kept_to));
                kept_to = offset;
            }
            run = if is_word { 0 } else { run + 1 };
            if run == MAX_RUN + 1 {
                kept.push_str(&text[kept_to..offset]);
                kept_to = offset;
            }
        }
        if run > MAX_RUN {
            // What follows the last word needs no boundary of its own.
            squeezed.text = Cow::Owned(kept);
        } else if kept_to > 0 {
            kept.push_str(&text[kept_to..]);
            squeezed.text = Cow::Owned(kept);
        }
        squeezed
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn library_starts(text: &str) -> Vec<usize> {
        text.split_sentence_bound_indices()
            .map(|(offset, _)| offset)
            .skip(1)
            .collect()
    }

    proptest! {
        #[test]
        fn equals_the_library_where_no_run_is_long(text in "([a-zA-Z0-9]{1,3}[ .!?)。、\u{301}]{0,9}){0,20}") {
            prop_assert_eq!(sentence_starts(&text), library_starts(&text));
        }

        #[test]
        fn a_long_run_keeps_the_sentence_after_it(spaces in 0_usize..90, more in 0_usize..90) {
            let text = format!("Một.{}Hai。{}Ba.", " ".repeat(spaces), ")".repeat(more));
            prop_assert_eq!(sentence_starts(&text), library_starts(&text));
        }
    }
}
