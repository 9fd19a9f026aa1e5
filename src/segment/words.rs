//! The words of a text, in the form in which equal ones are equal.

use std::collections::HashMap;

use crate::ingest::encoding::tone;

/// The words of `text`: runs of letters and digits, in small letters, with the tone mark in one place
/// (`Hoà`, `hòa` and `HÒA` are one word). In Vietnamese, a word is a syllable.
pub fn words(text: &str) -> impl Iterator<Item = String> {
    spellings(text).map(tone::matching_key)
}

fn spellings(text: &str) -> impl Iterator<Item = &str> {
    text.split(|character: char| !character.is_alphanumeric())
        .filter(|word| !word.is_empty())
}

/// The words of some texts, each with a number, in the order in which they were first met: what compares words
/// need not compare letters.
///
/// An office repeats itself, so that most words of a document are found by how they are written and
/// need no folding.
#[derive(Clone, Debug, Default)]
pub struct Vocabulary {
    /// The number of every spelling met, and of every word.
    numbers: HashMap<String, u32>,
    words: Vec<String>,
}

impl Vocabulary {
    /// The numbers of a text's [`words`], new words included.
    pub fn read(&mut self, text: &str) -> Vec<u32> {
        spellings(text).map(|word| self.number(word)).collect()
    }

    fn number(&mut self, spelling: &str) -> u32 {
        if let Some(&number) = self.numbers.get(spelling) {
            return number;
        }
        let word = tone::matching_key(spelling);
        let number = self.numbers.get(&word).copied().unwrap_or_else(|| {
            let next = self.words.len() as u32;
            self.numbers.insert(word.clone(), next);
            self.words.push(word);
            next
        });
        self.numbers.insert(spelling.to_owned(), number);
        number
    }

    /// The word with a number that [`Self::read`] gave.
    ///
    /// # Panics
    ///
    /// If it gave no such number.
    pub fn word(&self, number: u32) -> &str {
        &self.words[number as usize]
    }

    /// All words, that with the number 0 first.
    pub fn words(&self) -> &[String] {
        &self.words
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn spellings_of_one_word_are_equal() {
        let found: Vec<String> = words("Hoà bình, HÒA – hòa; 30/2020/NĐ-CP").collect();
        assert_eq!(found[0], found[2]);
        assert_eq!(found[2], found[3]);
        assert_eq!(found[4..], ["30", "2020", "nđ", "cp"]);
    }

    proptest! {
        #[test]
        fn numbers_stand_for_words(texts in prop::collection::vec("[ aAòÒaoà1,.Thuỷủy]{0,24}|.{0,12}", 0..6)) {
            let mut vocabulary = Vocabulary::default();
            for text in &texts {
                let numbers = vocabulary.read(text);
                let read: Vec<&str> = numbers.iter().map(|&number| vocabulary.word(number)).collect();
                prop_assert_eq!(read, words(text).collect::<Vec<_>>());
            }
            let mut distinct = vocabulary.words().to_vec();
            distinct.sort();
            distinct.dedup();
            prop_assert_eq!(distinct.len(), vocabulary.words().len());
        }
    }
}
