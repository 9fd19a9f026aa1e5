//! Where does the tone mark stand: `hòa` or `hoà`, `thúy` or `thuý`?
//!
//! The two spellings differ only in syllables that end in `oa`, `oe` or `uy`: the old one marks the first vowel,
//! the new one the second. With a final consonant (`hoàn`) and after `qu` (`quý`) there is one spelling.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use thiserror::Error;
use unicode_normalization::UnicodeNormalization;

use super::syllable::{VOWELS, is_syllable};

/// One of the two ways to place the tone mark: `--tone-placement`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TonePlacement {
    /// On the first vowel: `hòa`, `khỏe`, `thủy`.
    Old,
    /// On the second vowel: `hoà`, `khoẻ`, `thuỷ`.
    New,
}

impl fmt::Display for TonePlacement {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Old => "old",
            Self::New => "new",
        })
    }
}

/// A name that is no tone placement's.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("unknown tone placement {0:?}; use old or new")]
pub struct UnknownTonePlacement(String);

impl FromStr for TonePlacement {
    type Err = UnknownTonePlacement;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        match name {
            "old" => Ok(Self::Old),
            "new" => Ok(Self::New),
            _ => Err(UnknownTonePlacement(name.to_owned())),
        }
    }
}

/// Rewrites every syllable of a text in NFC to one placement of the tone.
///
/// Nothing else changes, not even in length: the letters keep their case, and both spellings of a syllable have
/// as many characters. Words that are no Vietnamese syllables are left alone.
#[must_use]
pub fn place_tones(text: &str, placement: TonePlacement) -> Cow<'_, str> {
    let mut placed: Option<String> = None;
    let mut done = 0;
    for (start, word) in words(text) {
        if let Some([first, second]) = moved(word, placement) {
            let output = placed.get_or_insert_with(|| String::with_capacity(text.len()));
            let end = start + word.len();
            let pair = word
                .char_indices()
                .rev()
                .nth(1)
                .map_or(0, |(place, _)| place);
            output.push_str(&text[done..start + pair]);
            output.extend([first, second]);
            done = end;
        }
    }
    match placed {
        None => Cow::Borrowed(text),
        Some(mut output) => {
            output.push_str(&text[done..]);
            Cow::Owned(output)
        }
    }
}

/// A form of a text that is equal for spellings that mean the same: NFC, small letters, the new placement.
///
/// `matching_key("Uỷ ban HÒA GIẢI") == matching_key("Ủy ban hoà giải")`.
#[must_use]
pub fn matching_key(text: &str) -> String {
    let folded: String = text.nfc().flat_map(char::to_lowercase).collect();
    place_tones(&folded, TonePlacement::New).into_owned()
}

/// The runs of letters and their places.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let pieces = text.split(|character: char| !character.is_alphabetic());
    pieces
        .filter(|word| word.len() > 2)
        .map(|word| (word.as_ptr() as usize - text.as_ptr() as usize, word))
}

/// The last two letters of `word` with its tone where `placement` wants it; `None` where it stands there already,
/// or the two spellings do not differ.
fn moved(word: &str, placement: TonePlacement) -> Option<[char; 2]> {
    let mut letters = word.chars().rev();
    let second = Vowel::of(letters.next()?)?;
    let first = Vowel::of(letters.next()?)?;
    let differs = matches!(
        (VOWELS[first.row][0], VOWELS[second.row][0]),
        ('o', 'a' | 'e') | ('u', 'y')
    );
    let after_q = matches!(letters.next(), Some('q' | 'Q'));
    let (from, to) = match placement {
        TonePlacement::Old => (second.tone, first.tone),
        TonePlacement::New => (first.tone, second.tone),
    };
    if !differs || after_q || from == 0 || to != 0 || !is_syllable(word) {
        return None;
    }
    Some([first.with_tone(second.tone), second.with_tone(first.tone)])
}

/// A vowel as its place in [`VOWELS`] and its case.
#[derive(Clone, Copy, Debug)]
struct Vowel {
    row: usize,
    tone: usize,
    upper: bool,
}

impl Vowel {
    fn of(letter: char) -> Option<Self> {
        let small = letter.to_lowercase().next()?;
        let mut rows = VOWELS.iter().enumerate();
        let place = |(row, vowels): (usize, &[char; 6])| {
            let tone = vowels.iter().position(|&vowel| vowel == small)?;
            Some(Self {
                row,
                tone,
                upper: small != letter,
            })
        };
        rows.find_map(place)
    }

    fn with_tone(self, tone: usize) -> char {
        let vowel = VOWELS[self.row][tone];
        if self.upper {
            vowel.to_uppercase().next().unwrap_or(vowel)
        } else {
            vowel
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::encoding::syllable::tests::SYLLABLES;

    struct Case {
        old: &'static str,
        new: &'static str,
    }

    #[test]
    fn moves_the_tone_of_open_syllables_only() {
        let cases = [
            Case {
                old: "hòa bình",
                new: "hoà bình",
            },
            Case {
                old: "HÒA BÌNH",
                new: "HOÀ BÌNH",
            },
            Case {
                old: "Ủy ban",
                new: "Uỷ ban",
            },
            Case {
                old: "ỦY BAN",
                new: "UỶ BAN",
            },
            Case {
                old: "sức khỏe",
                new: "sức khoẻ",
            },
            Case {
                old: "lóe sáng, xòe ô",
                new: "loé sáng, xoè ô",
            },
            Case {
                old: "thúy, thùy, thủy, lũy, lụy",
                new: "thuý, thuỳ, thuỷ, luỹ, luỵ",
            },
            Case {
                old: "tọa độ",
                new: "toạ độ",
            },
            Case {
                old: "òa khóc",
                new: "oà khóc",
            },
        ];
        for case in cases {
            assert_eq!(place_tones(case.old, TonePlacement::New), case.new);
            assert_eq!(place_tones(case.new, TonePlacement::Old), case.old);
            assert_eq!(place_tones(case.old, TonePlacement::Old), case.old);
            assert_eq!(place_tones(case.new, TonePlacement::New), case.new);
            assert_eq!(matching_key(case.old), matching_key(case.new));
        }
    }

    #[test]
    fn leaves_syllables_with_one_spelling_alone() {
        let text = "quý quỳ quả quẻ giá già gìn hoàn toàn khoẻn huỳnh quýt suýt thuở của mùa họa_ \
            ngoài loại xoáy khuỷu tuổi qúy gía hoa thuy ÒÁ";
        for placement in [TonePlacement::Old, TonePlacement::New] {
            let expected = text.replace(
                "họa",
                if placement == TonePlacement::Old {
                    "họa"
                } else {
                    "hoạ"
                },
            );
            assert_eq!(place_tones(text, placement), expected);
        }
    }

    #[test]
    fn both_ways_and_back_is_the_identity_on_every_syllable() {
        for syllable in SYLLABLES.iter() {
            let new = place_tones(syllable, TonePlacement::New);
            let old = place_tones(&new, TonePlacement::Old);
            assert_eq!(place_tones(&old, TonePlacement::New), new, "{syllable}");
            assert_eq!(new.chars().count(), syllable.chars().count());
            assert!(is_syllable(&old) && is_syllable(&new), "{syllable}");
            assert_eq!(matching_key(&old), matching_key(&new));
        }
    }

    #[test]
    fn names_can_be_read_back() {
        for placement in [TonePlacement::Old, TonePlacement::New] {
            assert_eq!(placement.to_string().parse(), Ok(placement));
        }
        assert!("modern".parse::<TonePlacement>().is_err());
    }
}
