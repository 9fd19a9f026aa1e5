//! Which marks behind a full stop call a footnote? `… các xã.(1)`, `.[12]`, `.¹`

use super::boundary::is_stop;
use super::enclosure::is_closer;

/// The most digits of a note's number.
const MOST_DIGITS: usize = 2;

/// The bytes of the mark of a footnote that `text` starts with, none where no such mark does.
pub(super) fn length_at_start(text: &str) -> usize {
    let is_digit = match text.chars().next() {
        Some('(' | '[') => |c: char| c.is_ascii_digit(),
        _ => is_superscript,
    };
    let inside = text.trim_start_matches(['(', '[']);
    let opened = text.len() - inside.len();
    let digits = inside.chars().take(MOST_DIGITS + 1);
    let digits: Vec<char> = digits.take_while(|&c| is_digit(c)).collect();
    let length = opened + digits.iter().map(|c| c.len_utf8()).sum::<usize>();
    if opened > 1 || !(1..=MOST_DIGITS).contains(&digits.len()) {
        return 0;
    }
    match (&text[..opened], text[length..].chars().next()) {
        ("(", Some(')')) | ("[", Some(']')) => length + 1,
        ("", _) => length,
        _ => 0,
    }
}

/// The text without the mark of a footnote at its end, which stands right behind the end of a sentence.
pub(super) fn without(text: &str) -> &str {
    let near = text.char_indices().rev().take(MOST_DIGITS + 2);
    let mut starts = near.map(|(start, _)| start);
    let is_behind_end = |start: usize| text[..start].ends_with(|c| is_stop(c) || is_closer(c));
    let start = starts.find(|&start| {
        is_behind_end(start) && length_at_start(&text[start..]) == text.len() - start
    });
    start.map_or(text, |start| &text[..start])
}

fn is_superscript(character: char) -> bool {
    matches!(character, '¹' | '²' | '³' | '⁰' | '⁴'..='⁹')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_the_marks_of_notes() {
        for (text, length) in [("(1) Các", 3), ("[12]", 4), ("¹²", 4), ("³", 2)] {
            assert_eq!(length_at_start(text), length, "{text}");
        }
        for text in ["", "(123)", "(a)", "((1)", "[1)", "12", "(1", "¹²³", "()"] {
            assert_eq!(length_at_start(text), 0, "{text}");
        }
        assert_eq!(without("của xã.(1)"), "của xã.");
        assert_eq!(without("của xã.”[12]"), "của xã.”");
        for text in ["của xã (1)", "100 m²", "(1)", "¹", ""] {
            assert_eq!(without(text), text);
        }
    }
}
