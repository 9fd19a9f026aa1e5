//! Text → the words that the vocabulary is about: NFC, SentencePiece's `nmt_nfkc` map, single
//! spaces.

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// Stands for the space in front of a word.
pub(super) const WORD_START: &str = "\u{2581}";
/// Code points in a page of the map.
const PAGE: usize = 256;

/// Which code points another text takes the place of; read where it lies.
#[derive(Clone, Copy, Debug)]
pub(super) struct CharacterMap<'a> {
    /// Page number of each 256 code points.
    pub(super) table: &'a [[u8; 2]],
    /// Entries of 256 a page: 0, or the replacement's number plus one.
    pub(super) pages: &'a [[u8; 2]],
    /// Where each replacement starts in `text`, and where the last ends.
    pub(super) offsets: &'a [[u8; 4]],
    /// All replacements, in UTF-8.
    pub(super) text: &'a [u8],
}

impl<'a> CharacterMap<'a> {
    /// What stands in the place of `character`; `None` if it stays.
    fn replacement(self, character: char) -> Option<&'a str> {
        let code = character as usize;
        let page = u16::from_le_bytes(*self.table.get(code / PAGE)?) as usize;
        let entry = u16::from_le_bytes(*self.pages.get(page * PAGE + code % PAGE)?) as usize;
        let offset = |index: usize| Some(u32::from_le_bytes(*self.offsets.get(index)?) as usize);
        let number = entry.checked_sub(1)?;
        let bytes = self.text.get(offset(number)?..offset(number + 1)?)?;
        std::str::from_utf8(bytes).ok()
    }

    /// Calls `visit` with every word of `text`, normalised and with [`WORD_START`] in front.
    ///
    /// Words are what stands between spaces; `word` is the buffer they are built in.
    pub(super) fn words(self, text: &str, word: &mut String, visit: impl FnMut(&str)) {
        let mut words = Words {
            map: self,
            word,
            visit,
        };
        words.start();
        // Without NFC first, decomposed Vietnamese would lose its tone marks: the map knows single
        // code points.
        if is_nfc_quick(text.chars()) == IsNormalized::Yes {
            text.chars().for_each(|character| words.add(character));
        } else {
            text.nfc().for_each(|character| words.add(character));
        }
        words.finish();
    }
}

/// Words while they grow.
struct Words<'a, 'b, F> {
    map: CharacterMap<'a>,
    word: &'b mut String,
    visit: F,
}

impl<F: FnMut(&str)> Words<'_, '_, F> {
    fn add(&mut self, character: char) {
        match self.map.replacement(character) {
            None => self.put(character),
            Some(replacement) => replacement
                .chars()
                .for_each(|character| self.put(character)),
        }
    }

    fn put(&mut self, character: char) {
        if character == ' ' {
            self.finish();
        } else {
            self.word.push(character);
        }
    }

    fn finish(&mut self) {
        if self.word.len() > WORD_START.len() {
            (self.visit)(self.word);
            self.start();
        }
    }

    fn start(&mut self) {
        self.word.clear();
        self.word.push_str(WORD_START);
    }
}
