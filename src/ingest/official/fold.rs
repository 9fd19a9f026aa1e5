//! Text without case, marks and punctuation, that still knows its places.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;

/// A text as small ASCII letters, digits and single spaces, with the place of each in the original.
///
/// `Cộng hoà - xã hội` folds to `cong hoa xa hoi`, so that capitals, spellings and slips of the tone do not matter.
#[derive(Clone, Debug, Default)]
pub(super) struct Folded {
    text: String,
    /// For every byte of `text`, where its character stands in the original.
    places: Vec<Range<usize>>,
}

impl Folded {
    pub(super) fn new(original: &str) -> Self {
        let mut folded = Self::default();
        for (place, character) in original.char_indices() {
            let place = place..place + character.len_utf8();
            match fold(character) {
                Some(letter) => folded.push(letter, place),
                None if folded.text.ends_with(' ') || folded.text.is_empty() => {}
                None => folded.push(' ', place),
            }
        }
        if folded.text.ends_with(' ') {
            folded.text.pop();
            folded.places.pop();
        }
        folded
    }

    fn push(&mut self, letter: char, place: Range<usize>) {
        self.text.push(letter);
        self.places.push(place);
    }

    /// Where `phrase`, in folded form, stands in the original as whole words.
    pub(super) fn find(&self, phrase: &str) -> Option<Range<usize>> {
        let start = self
            .text
            .match_indices(phrase)
            .map(|(start, _)| start)
            .find(|&start| {
                let end = start + phrase.len();
                let starts = start == 0 || self.text[..start].ends_with(' ');
                starts && (end == self.text.len() || self.text[end..].starts_with(' '))
            })?;
        Some(self.places[start].start..self.places[start + phrase.len() - 1].end)
    }
}

/// One character folded; `None` for white space and punctuation.
fn fold(character: char) -> Option<char> {
    let small = character.to_lowercase().next()?;
    if small == 'đ' {
        return Some('d');
    }
    let base = std::iter::once(small).nfd().next()?;
    if !base.is_alphanumeric() {
        return None;
    }
    // Other scripts only have to be told from Vietnamese.
    Some(if base.is_ascii() { base } else { '?' })
}

/// Folds a text without keeping places.
pub(super) fn folded(original: &str) -> String {
    Folded::new(original).text
}

/// Whether `text` starts with one of `phrases`, as whole words.
pub(super) fn starts_with_any(text: &str, phrases: &[&str]) -> bool {
    phrases.iter().any(|phrase| {
        text.strip_prefix(phrase)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_phrases_whatever_their_spelling() {
        let text = "BỘ Y TẾ  Độc lập – Tự do - Hạnh phúc";
        let place = Folded::new(text).find("doc lap tu do hanh phuc").unwrap();
        assert_eq!(&text[place], "Độc lập – Tự do - Hạnh phúc");
        assert_eq!(Folded::new("độc lập").find("doc la"), None);
        assert_eq!(folded("  Nghiã, 中 -"), "nghia ?");
        assert_eq!(folded("…"), "");
    }
}
