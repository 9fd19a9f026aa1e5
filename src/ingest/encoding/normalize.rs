//! Unicode text → the form that everything after ingestion works on: NFC, one line, plain spaces.

use std::borrow::Cow;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use crate::ingest::script::meant_by;

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
        // Signs of fonts that are not known: most are bullets.
        '\u{F020}'..='\u{F0FF}' => Some('•'),
        '\u{10FE00}'.. => Some(meant_by(character).unwrap_or(character)),
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    struct Case {
        text: &'static str,
        expected: &'static str,
    }

    #[test]
    fn tidies_what_programs_leave_behind() {
        let cases = [
            Case {
                text: "Hòa và hoà",
                expected: "Hòa và hoà",
            },
            Case {
                text: "",
                expected: "",
            },
            Case {
                text: " \t\r\n ",
                expected: "",
            },
            Case {
                text: "Vie\u{302}\u{323}t Nam",
                expected: "Việt Nam",
            },
            Case {
                text: "pha\u{301}t\u{AD}triển",
                expected: "pháttriển",
            },
            Case {
                text: "năm\u{A0}2025,\u{2003} quý\u{200B} I",
                expected: "năm 2025, quý I",
            },
            Case {
                text: "\u{FEFF}Kính gửi:\u{B}Sở Y tế",
                expected: "Kính gửi: Sở Y tế",
            },
            Case {
                text: "Họ và tên: ........................",
                expected: "Họ và tên: …",
            },
            Case {
                text: "Số: …………/BC",
                expected: "Số: …/BC",
            },
            Case {
                text: "v.v... và chờ đợi…",
                expected: "v.v... và chờ đợi…",
            },
            Case {
                text: "\u{F0B7} mục một",
                expected: "• mục một",
            },
        ];
        for case in cases {
            assert_eq!(normalize(case.text), case.expected, "{:?}", case.text);
        }
    }

    proptest! {
        #[test]
        fn is_the_identity_on_its_own_results(text in "\\PC*|[ .…a-ệ\u{300}-\u{323}\u{AD}\n]*") {
            let once = normalize(&text).into_owned();
            prop_assert_eq!(normalize(&once), once.as_str());
            prop_assert_eq!(once.trim(), &once);
            prop_assert!(!once.contains('\n') && !once.contains("  "));
        }
    }
}
