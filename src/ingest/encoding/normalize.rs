//! Unicode text → the form that everything after ingestion works on: NFC, one line, plain spaces.

use std::borrow::Cow;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// Normalises one paragraph.
///
/// The result is in NFC, on one line, with single spaces and none around it. Soft hyphens, zero-width characters, direction
/// marks and controls are dropped; every other white space becomes a space; a leader of four or more dots, or
/// of dots and ellipses, becomes one `…`; the bullets of symbol fonts become `•`. How words are spelt,
/// the place of the tone included, is left as written. It is the identity on its own results.
#[must_use]
pub fn normalize(text: &str) -> Cow<'_, str> {
    if is_normal(text) {
        return Cow::Borrowed(text);
    }
    let visible = text.chars().filter_map(visible);
    let composed: String = visible.nfc().collect();
    Cow::Owned(tidy(&composed))
}

/// What a character becomes; `None` where it has no place in text.
fn visible(character: char) -> Option<char> {
    match character {
        _ if character.is_whitespace() => Some(' '),
        _ if is_invisible(character) => None,
        // Word's Symbol and Wingdings bullets, wherever they are on the font's own code points.
        '\u{F020}'..='\u{F0FF}' => Some('•'),
        _ => Some(character),
    }
}

fn is_invisible(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
                | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}'
        )
}

/// Joins white space and leaders in a text that has only plain spaces.
fn tidy(text: &str) -> String {
    let mut tidied = String::with_capacity(text.len());
    let mut rest = text.trim_matches(' ');
    while let Some(first) = rest.chars().next() {
        let length = match first {
            ' ' => rest.len() - rest.trim_start_matches(' ').len(),
            '.' | '…' => leader_length(rest),
            _ => first.len_utf8(),
        };
        let (piece, after) = rest.split_at(length);
        tidied.push_str(match first {
            ' ' => " ",
            '.' | '…' if is_leader(piece) => "…",
            _ => piece,
        });
        rest = after;
    }
    tidied
}

/// The bytes of dots and ellipses at the start of `text`.
fn leader_length(text: &str) -> usize {
    text.len() - text.trim_start_matches(['.', '…']).len()
}

/// Whether dots are more than an ellipsis: four, or an ellipsis character and something with it.
fn is_leader(dots: &str) -> bool {
    dots.chars().count() >= if dots.contains('…') { 2 } else { 4 }
}

fn is_normal(text: &str) -> bool {
    let mut previous = ' ';
    for character in text.chars() {
        let changes =
            (character == ' ' && previous == ' ') || visible(character) != Some(character);
        let leads = matches!(character, '.' | '…') && matches!(previous, '.' | '…');
        if changes || leads {
            return false;
        }
        previous = character;
    }
    (previous != ' ' || text.is_empty()) && is_nfc_quick(text.chars()) == IsNormalized::Yes
}
