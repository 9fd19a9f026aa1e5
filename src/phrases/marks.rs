//! What do the marks at the ends of a text say of it, and what is it without them?

use crate::ingest::marker::{Marker, marker};

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

/// Whether a text is no sentence, but a name or a heading.
pub fn is_fragment(text: &str) -> bool {
    let ends = text
        .trim_end()
        .ends_with(['.', ';', ':', '!', '?', ')', '”', '"']);
    !ends && text.split_whitespace().nth(FRAGMENT_WORDS).is_none()
}
