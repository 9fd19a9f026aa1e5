//! What do the marks at the ends of a text say of it, and what is it without them?

use crate::ingest::marker::{Marker, marker};

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
