//! What does a paragraph's text look like? Any string → the form that all readers promise.
//!
//! Legacy fonts are decoded before this, because TCVN3 writes `ư` as U+00AD, which goes here.

use std::borrow::Cow;

use unicode_normalization::{UnicodeNormalization, is_nfc};

/// Brings a text into the form of a paragraph.
///
/// The result is in NFC and on one line, each run of white space is one space, with none at either
/// end; control characters, zero-width characters and soft hyphens are gone, and a row of leader
/// dots is one `…`. Cleaning twice changes nothing. May be empty.
pub(crate) fn clean(text: &str) -> String {
    let visible = visible(text);
    let composed: Cow<'_, str> = if is_nfc(&visible) {
        Cow::Borrowed(&visible)
    } else {
        Cow::Owned(visible.nfc().collect())
    };
    shorten_leaders(&composed)
}

/// Drops what cannot be seen and brings white space together.
fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut space_due = false;
    for character in text.chars() {
        if character.is_whitespace() {
            space_due = true;
        } else if !is_invisible(character) {
            if space_due && !out.is_empty() {
                out.push(' ');
            }
            space_due = false;
            out.push(character);
        }
    }
    out
}

/// Whether a character shows nothing and takes no room: controls, soft hyphens, joiners, marks of
/// direction, annotation anchors and tags.
fn is_invisible(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}'
            | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')
}

/// Writes a row of leader dots (six or more, an ellipsis counting three) as one `…`.
///
/// Forms fill the place to write in with dots by the dozen; shorter rows are punctuation.
fn shorten_leaders(text: &str) -> String {
    const LEADER_DOTS: usize = 6;
    let dots = |character: char| match character {
        '.' => 1,
        '…' => 3,
        _ => 0,
    };
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(['.', '…']) {
        let (before, from_dots) = rest.split_at(start);
        let end = from_dots
            .find(|character| dots(character) == 0)
            .unwrap_or(from_dots.len());
        let (row, after) = from_dots.split_at(end);
        out.push_str(before);
        out.push_str(if row.chars().map(dots).sum::<usize>() >= LEADER_DOTS {
            "…"
        } else {
            row
        });
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Whether a text has anything to read: a letter or a digit of any script.
pub(crate) fn is_readable(text: &str) -> bool {
    text.chars().any(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    struct Case {
        given: &'static str,
        expected: &'static str,
    }

    #[test]
    fn brings_a_text_into_the_form_of_a_paragraph() {
        let cases = [
            Case {
                given: "  Báo\u{a0}cáo \r\n\t kết quả  ",
                expected: "Báo cáo kết quả",
            },
            Case {
                given: "Hoa\u{300} bình",
                expected: "Hoà bình",
            },
            Case {
                given: "a\u{200b}\u{feff}\u{ad}b\u{0}c",
                expected: "abc",
            },
            Case {
                given: "Họ tên:....................... Tuổi: …………",
                expected: "Họ tên:… Tuổi: …",
            },
            Case {
                given: "quân dân…. v.v...",
                expected: "quân dân…. v.v...",
            },
            Case {
                given: "u\u{200d}\u{31b}\u{301}",
                expected: "ứ",
            },
            Case {
                given: " \u{200b} ",
                expected: "",
            },
        ];
        for case in cases {
            assert_eq!(clean(case.given), case.expected, "{:?}", case.given);
        }
    }

    proptest! {
        #[test]
        fn cleaning_keeps_the_law_and_is_idempotent(text in any::<String>()) {
            let cleaned = clean(&text);
            prop_assert!(is_nfc(&cleaned));
            prop_assert_eq!(cleaned.trim(), cleaned.as_str());
            prop_assert!(!cleaned.contains("  "));
            prop_assert!(!cleaned.chars().any(is_invisible));
            prop_assert!(!cleaned.chars().any(|c| c.is_whitespace() && c != ' '));
            prop_assert_eq!(clean(&cleaned), cleaned);
        }
    }
}
