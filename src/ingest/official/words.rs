//! Where does a word stand in a text, whatever its case?

/// The words of a text and their places, the last first.
pub(super) fn words_from_the_end(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let words = text.rsplit([' ', '\t']).filter(|word| !word.is_empty());
    words.map(|word| (word.as_ptr() as usize - text.as_ptr() as usize, word))
}

/// The place of `word`, in any case, with no letter before it.
pub(super) fn find_word(text: &str, word: &str) -> Option<usize> {
    let places = text.char_indices().map(|(place, _)| place);
    let starts = |place: &usize| !text[..*place].ends_with(char::is_alphabetic);
    places
        .filter(starts)
        .find(|&place| prefix_length(&text[place..], word).is_some())
}

/// The bytes that `word`, in any case, takes at the start of `text`.
pub(super) fn prefix_length(text: &str, word: &str) -> Option<usize> {
    let mut letters = text.char_indices();
    for expected in word.chars() {
        let (_, letter) = letters.next()?;
        if !letter.to_lowercase().eq([expected]) {
            return None;
        }
    }
    Some(letters.next().map_or(text.len(), |(place, _)| place))
}
