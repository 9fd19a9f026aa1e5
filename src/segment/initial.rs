//! Is this full stop that of an initial? "J. K. Rowling", "Nguyễn V. A.", "U.S. Department"

use super::abbreviation::last_part;
use super::boundary::last_word;

/// Forms of address that an abbreviated name follows.
const ADDRESSES: [&str; 22] = [
    "ông", "bà", "anh", "chị", "em", "cháu", "cô", "chú", "bác", "cụ", "Ông", "Bà", "Anh", "Chị",
    "Em", "Cháu", "Cô", "Chú", "Bác", "Cụ", "Mr", "Mrs",
];

/// Words that a letter names one of; it abbreviates nothing.
const CLASSES: [&str; 16] = [
    "Khối", "khối", "Nhóm", "nhóm", "Lớp", "lớp", "Loại", "loại", "Hạng", "hạng", "Khu", "khu",
    "Lô", "lô", "Quý", "quý",
];

/// Two letters that write one sound, of which a name's first may be: "Nguyễn Thị Th."
const SOUNDS: [&str; 8] = ["Ch", "Kh", "Ng", "Nh", "Ph", "Qu", "Th", "Tr"];

/// A single letter before a full stop, and what stands before it.
#[derive(Debug)]
pub(super) struct Initial<'text> {
    /// Whether it ends a dotted word: "U.S".
    is_dotted: bool,
    /// The two words before it, nearest first.
    lead: [&'text str; 2],
}

impl<'text> Initial<'text> {
    /// Sees whether `word`, the last of `stem`, is or ends with an initial.
    pub(super) fn ending(stem: &'text str, word: &'text str) -> Option<Self> {
        let part = last_part(word);
        let mut letters = part.chars();
        let letter = letters
            .next()
            .filter(|c| c.is_alphabetic() && !c.is_lowercase())?;
        let is_one = letters.next().is_none() || SOUNDS.contains(&part);
        if !is_one || is_syllabic(letter) {
            return None;
        }
        let before = stem[..stem.len() - word.len()].trim_end();
        let nearest = last_word(before);
        let farther = last_word(before[..before.len() - nearest.len()].trim_end());
        Some(Self {
            is_dotted: part.len() < word.len(),
            lead: [nearest, farther],
        })
    }

    /// Whether the name it abbreviates goes on after it, when a capital follows.
    ///
    /// A Vietnamese name ends with the given name, so that the initial after two of its parts is the
    /// last ("Nguyễn Văn A. Bị cáo …"); and what is no name has no initials ("vitamin C. Bác sĩ …"), nor has what a letter
    /// tells apart, unless a heading may begin with it ("thi Khối C. Thí sinh …", but "Nhóm A. Dự án …").
    pub(super) fn continues(&self) -> bool {
        let [nearest, farther] = self.lead;
        if self.is_dotted
            || nearest.is_empty()
            || nearest.ends_with('.')
            || ADDRESSES.contains(&nearest)
        {
            return true;
        }
        if CLASSES.contains(&nearest) && !farther.is_empty() {
            return false;
        }
        let is_vietnamese_name =
            is_name_part(farther) && !(nearest.is_ascii() && farther.is_ascii());
        is_name_part(nearest) && !is_vietnamese_name
    }

    /// Whether a name is before it that it ends: "Nguyễn Văn H.", "bà H."
    pub(super) fn ends_name(&self) -> bool {
        let [nearest, _] = self.lead;
        !CLASSES.contains(&nearest) && (is_name_part(nearest) || ADDRESSES.contains(&nearest))
    }
}

fn is_name_part(word: &str) -> bool {
    let mut letters = word.chars();
    !ADDRESSES.contains(&word)
        && letters.next().is_some_and(char::is_uppercase)
        && letters.all(char::is_lowercase)
}

/// Whether one letter of the script is a syllable, so that it abbreviates nothing.
fn is_syllabic(letter: char) -> bool {
    matches!(letter, '\u{2E80}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7AF}' | '\u{F900}'..='\u{FAFF}')
}
