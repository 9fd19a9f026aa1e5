//! Is this a Vietnamese syllable? Onset × rhyme × at most one tone, by the rules of the orthography.
//!
//! Letters are read as classes ([`class_of`]), so that text of any encoding can be judged without being decoded
//! first. Meaning plays no part: every well-formed syllable counts, whether or not it is a word.

mod common;
mod inventory;
mod letter;

pub(super) use common::is_common;
use inventory::{fits, is_consonant};
pub(super) use letter::VOWELS;
pub use letter::{Class, class_of};

/// What a finished token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// No letters at all, a single one, or consonants only, as in the abbreviation `QĐ`: evidence of nothing.
    Neutral,
    /// A well-formed syllable.
    Syllable,
    /// Any other run of letters.
    Malformed,
    /// A word with a symbol or a stray capital in it, which no language spells so.
    Broken,
}

/// How the letters of a token go together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Spelling {
    #[default]
    Sound,
    /// As those of abbreviations that end in a capital: `QyĐ`.
    Abbreviated,
    /// As no language spells: with a symbol or a stray capital.
    Broken,
}

/// A token under construction, letter by letter.
#[derive(Clone, Debug, Default)]
pub struct Token {
    letters: [u8; 8],
    length: usize,
    tone: u8,
    tones: u8,
    spelling: Spelling,
    starts_upper: bool,
    last_is_lower: bool,
}

impl Token {
    /// `nghiêng`, the longest syllable there is.
    const LONGEST: usize = 7;

    /// Adds a character that is no boundary; `marked` says that it is no ASCII letter.
    pub fn push(&mut self, class: Class, marked: bool) {
        if class == Class::INVISIBLE {
            return;
        }
        // A capital with a mark after a small letter: the sign of a text read in the wrong encoding.
        let is_stray = marked && class.is_upper() && self.last_is_lower;
        let may_abbreviate = self.starts_upper && class.is_d_with_stroke();
        let goes_on = self.spelling != Spelling::Sound;
        if class == Class::JUNK || goes_on || (is_stray && !may_abbreviate) {
            self.spelling = Spelling::Broken;
        } else if is_stray {
            self.spelling = Spelling::Abbreviated;
        }
        self.starts_upper |= self.length == 0 && class.is_upper();
        self.last_is_lower = !class.is_upper();
        if self.length < Self::LONGEST {
            self.letters[self.length] = class.letter();
        }
        self.length = (self.length + 1).min(Self::LONGEST + 1);
        if class.tone() != 0 {
            self.tone = class.tone();
            self.tones = self.tones.saturating_add(1);
        }
    }

    /// Whether nothing was added since the last [`clear`](Self::clear).
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// Starts the next token.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// A number that differs between most tokens; the same token always has the same.
    #[must_use]
    pub fn hash(&self) -> u32 {
        let packed = u64::from_le_bytes(self.letters) ^ u64::from(self.tone) << 60;
        // The golden ratio in 64 bits, as in Fibonacci hashing: its product's high bits depend on all bits.
        (packed.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32) as u32
    }

    /// What the token is.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        let letters = &self.letters[..self.length.min(Self::LONGEST)];
        if self.spelling == Spelling::Broken {
            // A symbol by itself says nothing; one inside a word spoils it.
            let is_word = letters.iter().any(|&letter| letter != 0);
            return if is_word {
                Verdict::Broken
            } else {
                Verdict::Neutral
            };
        }
        if self.spelling == Spelling::Abbreviated {
            return Verdict::Malformed;
        }
        if letters.len() < 2 || letters.iter().all(|&letter| is_consonant(letter)) {
            return Verdict::Neutral;
        }
        if self.is_syllable() {
            Verdict::Syllable
        } else {
            Verdict::Malformed
        }
    }

    /// Whether it is well-formed, be it a single vowel.
    #[must_use]
    pub fn is_syllable(&self) -> bool {
        self.spelling == Spelling::Sound
            && self.tones < 2
            && self.length <= Self::LONGEST
            && fits(&self.letters[..self.length], self.tone)
    }
}

/// Whether `word` is one well-formed Vietnamese syllable, in any case.
///
/// `word` is in NFC. A syllable that ends in `c`, `ch`, `p` or `t` bears sắc or nặng. The tone may stand on any
/// letter, since old and new spelling differ there.
#[must_use]
pub fn is_syllable(word: &str) -> bool {
    let mut token = Token::default();
    for character in word.chars() {
        let class = class_of(character);
        if class == Class::BOUNDARY || class == Class::INVISIBLE {
            return false;
        }
        token.push(class, !character.is_ascii());
    }
    token.is_syllable()
}

#[cfg(test)]
pub(super) mod tests {
    use std::sync::LazyLock;

    use super::inventory::{ONSETS, RHYMES};
    use super::*;

    /// Every syllable that onset × rhyme × tone makes, in the old spelling.
    pub(crate) static SYLLABLES: LazyLock<Vec<String>> = LazyLock::new(|| {
        let onsets: Vec<&str> = ONSETS.split_whitespace().chain(OTHER_ONSETS).collect();
        let mut syllables = Vec::new();
        for rhyme in RHYMES.split_whitespace() {
            for tone in 0..6 {
                let toned = with_tone(rhyme, tone);
                syllables.extend(onsets.iter().map(|onset| format!("{onset}{toned}")));
            }
        }
        syllables.retain(|syllable| is_syllable(syllable));
        syllables
    });

    const OTHER_ONSETS: [&str; 9] = ["", "c", "g", "gh", "gi", "k", "ng", "ngh", "qu"];

    /// Marks the last of `ăâêôơư`, else the last vowel before a consonant, else the last but one.
    fn with_tone(rhyme: &str, tone: usize) -> String {
        let row = |letter: char| VOWELS.iter().find(|row| row[0] == letter);
        let mut letters: Vec<char> = rhyme.chars().collect();
        let vowels = letters
            .iter()
            .take_while(|letter| row(**letter).is_some())
            .count();
        let shaped = letters.iter().rposition(|letter| !letter.is_ascii());
        let is_open = vowels == letters.len();
        let place = shaped.unwrap_or(if is_open && vowels > 1 {
            vowels - 2
        } else {
            vowels - 1
        });
        letters[place] = row(letters[place]).expect("a rhyme starts with its vowels")[tone];
        letters.into_iter().collect()
    }

    #[test]
    fn accepts_the_syllables_of_running_text() {
        let text = "Cộng hoà hòa xã hội chủ nghĩa Việt Nam độc lập tự do hạnh phúc quốc khánh giếng gì \
            giữ gìn nghiêng nghỉ khuỷu tay khuyên quyết quýt thuở huơ yếu ớt ỷ lại uỷ ủy ban Bắc Kạn xoong \
            moóc ngoằn ngoèo rượu hươu ngượng nguyệt NGHIỆP Đắk";
        for word in text.split_whitespace() {
            assert!(is_syllable(word), "{word}");
        }
    }

    #[test]
    fn refuses_what_no_syllable_can_be() {
        for word in [
            "",
            "été",
            "naïve",
            "cềng",
            "cáp5",
            "côc",
            "hòá",
            "wế",
            "ngiên",
            "cêm",
            "vỔ",
            "x·",
            "năng\u{AD}l",
        ] {
            assert!(!is_syllable(word), "{word}");
        }
    }

    #[test]
    fn an_abbreviation_may_end_in_a_capital() {
        let verdict = |word: &str| {
            let mut token = Token::default();
            for letter in word.chars() {
                token.push(class_of(letter), !letter.is_ascii());
            }
            token.verdict()
        };
        for word in ["QyĐ", "TTrĐ", "QchĐ"] {
            assert_eq!(verdict(word), Verdict::Malformed, "{word}");
        }
        for word in ["qyĐ", "QyĐinh", "QyỔ"] {
            assert_eq!(verdict(word), Verdict::Broken, "{word}");
        }
        assert_eq!(verdict("QĐ"), Verdict::Neutral);
    }

    #[test]
    fn knows_thousands_of_syllables() {
        assert!(SYLLABLES.len() > 8000, "{}", SYLLABLES.len());
    }
}
