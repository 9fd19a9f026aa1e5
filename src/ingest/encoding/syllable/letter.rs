//! Which letter is this, with which tone? Characters → classes.

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

    pub(super) fn letter(self) -> u8 {
        (self.0 & 31) as u8
    }

    pub(super) fn tone(self) -> u8 {
        (self.0 >> 5 & 7) as u8
    }

    /// Whether it is `đ` or `Đ`.
    pub(super) fn is_d_with_stroke(self) -> bool {
        LETTERS.get(usize::from(self.letter()).wrapping_sub(1)) == Some(&'đ')
    }

    pub(super) fn is_upper(self) -> bool {
        self.0 & Self::UPPER != 0
    }
}

/// The letters of Vietnamese; a letter's number is its place here, from 1.
pub(super) const LETTERS: [char; 29] = [
    'a', 'ă', 'â', 'b', 'c', 'd', 'đ', 'e', 'ê', 'g', 'h', 'i', 'k', 'l', 'm', 'n', 'o', 'ô', 'ơ',
    'p', 'q', 'r', 's', 't', 'u', 'ư', 'v', 'x', 'y',
];

/// Every vowel with its tones: none, huyền, sắc, hỏi, ngã, nặng.
pub(in super::super) const VOWELS: [[char; 6]; 12] = [
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
