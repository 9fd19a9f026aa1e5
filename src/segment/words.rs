//! The words of a text, in the form in which equal ones are equal.

use crate::ingest::encoding::tone;

/// The words of `text`: runs of letters and digits, in small letters, with the tone mark in one place
/// (`Hoà`, `hòa` and `HÒA` are one word). In Vietnamese, a word is a syllable.
pub fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|character: char| !character.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(tone::matching_key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_word_are_equal() {
        let found: Vec<String> = words("Hoà bình, HÒA – hòa; 30/2020/NĐ-CP").collect();
        assert_eq!(found[0], found[2]);
        assert_eq!(found[2], found[3]);
        assert_eq!(found[4..], ["30", "2020", "nđ", "cp"]);
    }
}
