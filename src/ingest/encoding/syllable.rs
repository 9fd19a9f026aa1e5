//! Is this a Vietnamese syllable? Onset × rhyme × at most one tone, by the rules of the orthography.
//!
//! Letters are read as classes ([`class_of`]), so that text of any encoding can be judged without being decoded
//! first. Meaning plays no part: every well-formed syllable counts, whether or not it is a word.

use std::sync::LazyLock;

/// What a character is to a syllable: a letter with its tone and case, a boundary, or neither.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Class(u16);

impl Class {
    /// Not part of any word: white space, digits, common punctuation.
    pub const BOUNDARY: Self = Self(0);
    /// A symbol that stands in no Vietnamese word (`µ`, `¸`, `©`), so that a word with it is not one.
    pub const JUNK: Self = Self(1 << 9);
    /// Invisible inside a word: a soft hyphen.
    pub const INVISIBLE: Self = Self(1 << 10);

    const FOREIGN: u16 = 31;
    const UPPER: u16 = 1 << 8;

    fn letter(self) -> u8 {
        (self.0 & 31) as u8
    }

    fn tone(self) -> u8 {
        (self.0 >> 5 & 7) as u8
    }

    fn is_upper(self) -> bool {
        self.0 & Self::UPPER != 0
    }
}

/// The letters of Vietnamese; a letter's number is its place here, from 1.
const LETTERS: [char; 29] = [
    'a', 'ă', 'â', 'b', 'c', 'd', 'đ', 'e', 'ê', 'g', 'h', 'i', 'k', 'l', 'm', 'n', 'o', 'ô', 'ơ',
    'p', 'q', 'r', 's', 't', 'u', 'ư', 'v', 'x', 'y',
];

/// Every vowel with its tones: none, huyền, sắc, hỏi, ngã, nặng.
pub(super) const VOWELS: [[char; 6]; 12] = [
    ['a', 'à', 'á', 'ả', 'ã', 'ạ'],
    ['ă', 'ằ', 'ắ', 'ẳ', 'ẵ', 'ặ'],
    ['â', 'ầ', 'ấ', 'ẩ', 'ẫ', 'ậ'],
    ['e', 'è', 'é', 'ẻ', 'ẽ', 'ẹ'],
    ['ê', 'ề', 'ế', 'ể', 'ễ', 'ệ'],
    ['i', 'ì', 'í', 'ỉ', 'ĩ', 'ị'],
    ['o', 'ò', 'ó', 'ỏ', 'õ', 'ọ'],
    ['ô', 'ồ', 'ố', 'ổ', 'ỗ', 'ộ'],
    ['ơ', 'ờ', 'ớ', 'ở', 'ỡ', 'ợ'],
    ['u', 'ù', 'ú', 'ủ', 'ũ', 'ụ'],
    ['ư', 'ừ', 'ứ', 'ử', 'ữ', 'ự'],
    ['y', 'ỳ', 'ý', 'ỷ', 'ỹ', 'ỵ'],
];

/// Places of sắc and nặng in a row of [`VOWELS`]: the only tones of a syllable that ends in a stop.
const STOP_TONES: [u8; 2] = [2, 5];

/// Onsets before any rhyme; `c`, `g`, `k`, `ng`, `gh`, `ngh`, `gi` and `qu` have rules of their own.
const ONSETS: &str = "b ch d đ h kh l m n nh p ph r s t th tr v x";

/// The rhymes without tone. Those after `y` alone stand only without an onset (`yêu`), but are harmless elsewhere.
const RHYMES: &str = "\
    a ac ach ai am an ang anh ao ap at au ay ăc ăk ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây \
    e ec em en eng eo ep et ê êch êm ên ênh êp êt êu \
    i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu \
    o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet oi om on \
    ong ooc oong op ot ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt \
    u ua uân uâng uât uây uc uê uêch uênh ui um un ung uôc uôi uôm uôn uông uôt up uơ ut uy uya uych uyên \
    uyêt uyn uynh uyp uyt uyu ư ưa ưc ưi ưm ưn ưng ươc ươi ươm ươn ương ươp ươt ươu ưt ưu \
    y yêm yên yêng yêt yêu";

/// What follows `qu`: its `u` is the glide.
const QU_RHYMES: &str = "\
    a ac ach ai am an ang anh ao at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng ât âu ây e en eo et ê ên ênh êt êu \
    i it ich inh ôc ơ ơi ơn ơt y ych yên yêt yn ynh yt yu";

/// What the class of every character is, for those below U+1F00.
static CLASSES: LazyLock<Box<[Class; 0x1F00]>> = LazyLock::new(|| {
    let mut classes = Box::new([Class::BOUNDARY; 0x1F00]);
    for (code, class) in (0_u32..).zip(classes.iter_mut()) {
        *class = char::from_u32(code).map_or(Class::JUNK, class_of_other);
    }
    let mut set = |character: char, class: u16| {
        classes[character as usize] = Class(class);
        for upper in character.to_uppercase() {
            classes[upper as usize] = Class(class | Class::UPPER);
        }
    };
    for (number, letter) in (1..).zip(LETTERS) {
        set(letter, number);
    }
    for row in VOWELS {
        let number = (1..)
            .zip(LETTERS)
            .find(|(_, letter)| *letter == row[0])
            .map_or(0, |(number, _)| number);
        for (tone, vowel) in (0..).zip(row) {
            set(vowel, number | tone << 5);
        }
    }
    classes
});

/// The class of a character that is no Vietnamese letter.
fn class_of_other(character: char) -> Class {
    match character {
        '\u{AD}' => Class::INVISIBLE,
        // Ordinal signs and the micro sign count as letters in Unicode, but stand in no word.
        'ª' | 'µ' | 'º' => Class::JUNK,
        '\u{A0}' | '«' | '»' => Class::BOUNDARY,
        '\u{80}'..='\u{BF}' | '×' | '÷' => Class::JUNK,
        '\u{300}'..='\u{36F}' => Class::INVISIBLE,
        _ if character.is_alphabetic() => Class(Class::FOREIGN),
        _ => Class::BOUNDARY,
    }
}

/// The class of a character, read as Unicode.
#[must_use]
pub fn class_of(character: char) -> Class {
    CLASSES
        .get(character as usize)
        .copied()
        .unwrap_or_else(|| class_of_other(character))
}

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

/// A token under construction, letter by letter.
#[derive(Clone, Debug, Default)]
pub struct Token {
    letters: [u8; Self::LONGEST],
    length: usize,
    tone: u8,
    tones: u8,
    broken: bool,
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
        self.broken |= class == Class::JUNK || (marked && class.is_upper() && self.last_is_lower);
        self.last_is_lower = !class.is_upper();
        match self.letters.get_mut(self.length) {
            Some(letter) => *letter = class.letter(),
            None => self.length = Self::LONGEST,
        }
        self.length += 1;
        if class.tone() != 0 {
            self.tone = class.tone();
            self.tones += 1;
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
        let letters = self.letters.iter().chain([&self.tone]);
        letters.fold(0, |hash: u32, &letter| {
            hash.wrapping_mul(31).wrapping_add(u32::from(letter))
        })
    }

    /// What the token is.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        let letters = &self.letters[..self.length.min(Self::LONGEST)];
        if self.broken {
            // A symbol by itself says nothing; one inside a word spoils it.
            let is_word = letters.iter().any(|&letter| letter != 0);
            return if is_word {
                Verdict::Broken
            } else {
                Verdict::Neutral
            };
        }
        if letters.len() < 2 || letters.iter().all(|letter| CONSONANTS.contains(letter)) {
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
        let letters = self
            .letters
            .get(..self.length)
            .filter(|_| !self.broken && self.tones < 2);
        letters.is_some_and(|letters| INVENTORY.fits(letters, self.tone))
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

static CONSONANTS: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let consonants = (1..)
        .zip(LETTERS)
        .filter(|(_, letter)| !VOWELS.iter().any(|row| row[0] == *letter));
    consonants.map(|(number, _)| number).collect()
});

static INVENTORY: LazyLock<Inventory> = LazyLock::new(Inventory::new);

/// Onsets and rhymes as packed letter numbers, sorted.
struct Inventory {
    onsets: Vec<u32>,
    rhymes: Vec<u32>,
    qu_rhymes: Vec<u32>,
}

impl Inventory {
    fn new() -> Self {
        Self {
            onsets: pack_all(ONSETS),
            rhymes: pack_all(RHYMES),
            qu_rhymes: pack_all(QU_RHYMES),
        }
    }

    /// Whether some split of `letters` is an onset and a rhyme that go together.
    fn fits(&self, letters: &[u8], tone: u8) -> bool {
        if ends_in_stop(letters) && !STOP_TONES.contains(&tone) {
            return false;
        }
        (0..=letters.len().min(3)).any(|split| {
            let (onset, rhyme) = letters.split_at(split);
            self.joins(onset, rhyme)
        })
    }

    fn joins(&self, onset: &[u8], rhyme: &[u8]) -> bool {
        const FRONT: [u8; 4] = [E, E_HAT, I, Y];
        let Some(&first) = rhyme.first() else {
            return onset == [G, I];
        };
        let is_rhyme = || rhyme.len() <= 4 && self.rhymes.binary_search(&pack(rhyme)).is_ok();
        match *onset {
            [] => is_rhyme(),
            [Q, U] => rhyme.len() <= 3 && self.qu_rhymes.binary_search(&pack(rhyme)).is_ok(),
            [Q] => false,
            // The i of gi and that of the rhyme fall together: gì, giếng.
            [G] => (first == I || !FRONT.contains(&first)) && is_rhyme(),
            [G, I] => first != I && first != Y && is_rhyme(),
            [C] | [N, G] => !FRONT.contains(&first) && is_rhyme(),
            // Bắc Kạn, Đăk: k before a in names.
            [K] => (FRONT.contains(&first) || first == A || first == A_BREVE) && is_rhyme(),
            [G, H] | [N, G, H] => FRONT.contains(&first) && is_rhyme(),
            _ => self.onsets.binary_search(&pack(onset)).is_ok() && is_rhyme(),
        }
    }
}

const A: u8 = 1;
const A_BREVE: u8 = 2;
const C: u8 = 5;
const E: u8 = 8;
const E_HAT: u8 = 9;
const G: u8 = 10;
const H: u8 = 11;
const I: u8 = 12;
const K: u8 = 13;
const N: u8 = 16;
const P: u8 = 20;
const Q: u8 = 21;
const T: u8 = 24;
const U: u8 = 25;
const Y: u8 = 29;

fn ends_in_stop(letters: &[u8]) -> bool {
    matches!(letters, [.., C | P | T] | [.., C, H])
}

fn pack(letters: &[u8]) -> u32 {
    letters
        .iter()
        .fold(0, |packed, &letter| packed << 5 | u32::from(letter))
}

fn pack_all(words: &str) -> Vec<u32> {
    let letters = |word: &str| {
        word.chars()
            .map(|character| class_of(character).letter())
            .collect::<Vec<_>>()
    };
    let mut packed: Vec<u32> = words
        .split_whitespace()
        .map(|word| pack(&letters(word)))
        .collect();
    packed.sort_unstable();
    packed
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Every syllable that onset × rhyme × tone makes, with the tone on the last vowel that can take one.
    pub(crate) fn inventory() -> Vec<String> {
        let onsets = ONSETS
            .split_whitespace()
            .chain(["", "c", "g", "gh", "gi", "k", "ng", "ngh", "qu"]);
        let rhymes: Vec<&str> = RHYMES.split_whitespace().collect();
        let mut syllables = Vec::new();
        for onset in onsets {
            for rhyme in &rhymes {
                for tone in 0..6 {
                    let syllable = format!("{onset}{}", with_tone(rhyme, tone));
                    if is_syllable(&syllable) {
                        syllables.push(syllable);
                    }
                }
            }
        }
        syllables
    }

    fn with_tone(rhyme: &str, tone: usize) -> String {
        let is_vowel = |letter: char| VOWELS.iter().any(|row| row[0] == letter);
        let last = rhyme
            .char_indices()
            .filter(|(_, letter)| is_vowel(*letter))
            .last();
        let (place, vowel) = last.expect("a rhyme has a vowel");
        let row = VOWELS
            .iter()
            .find(|row| row[0] == vowel)
            .expect("a vowel has a row");
        format!(
            "{}{}{}",
            &rhyme[..place],
            row[tone],
            &rhyme[place + vowel.len_utf8()..]
        )
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
            "", "été", "naïve", "cềng", "cáp5", "côc", "hòá", "wế", "ngiên", "cêm", "vỔ", "x·",
            "năng­l",
        ] {
            assert!(!is_syllable(word), "{word}");
        }
    }

    #[test]
    fn knows_thousands_of_syllables() {
        let syllables = inventory();
        assert!(syllables.len() > 8000, "{}", syllables.len());
    }

    #[test]
    fn letter_numbers_agree_with_their_names() {
        for (number, letter) in [
            (A, 'a'),
            (A_BREVE, 'ă'),
            (C, 'c'),
            (E, 'e'),
            (E_HAT, 'ê'),
            (G, 'g'),
            (H, 'h'),
            (I, 'i'),
            (K, 'k'),
            (N, 'n'),
            (P, 'p'),
            (Q, 'q'),
            (T, 't'),
            (U, 'u'),
            (Y, 'y'),
        ] {
            assert_eq!(class_of(letter).letter(), number, "{letter}");
        }
    }
}
