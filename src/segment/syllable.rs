//! How long is a text? Counts syllables, the unit of every length and budget.
//!
//! Vietnamese writes each syllable as a word of its own, so that the count is that of the runs of
//! letters and digits; it equals the number of tokens that ROUGE is computed on.

use std::ops::Range;

use unicode_normalization::char::is_combining_mark;

/// Letters that make up one syllable in the scripts of Thai, Lao, Khmer and Burmese: a round figure
/// for the two or three consonants and spacing vowels that one holds, marks not counted.
const LETTERS_PER_SYLLABLE: usize = 3;

/// Counts the syllables of `text`.
///
/// A syllable is a run of letters and digits: `30/2020/NĐ-CP` has four, as for ROUGE. In scripts that put
/// no space between words, each Han character and each kana is one, and so are three letters of
/// Thai, Lao, Khmer or Burmese. A combining mark belongs to the letter before it.
#[must_use]
pub fn syllables(text: &str) -> usize {
    starts(text).count()
}

/// Whether `character` is a letter or a digit in the sense of Python's `[^\W_]`, which the published
/// ROUGE figures for Vietnamese are computed with: general categories L and N.
#[must_use]
pub fn is_word_character(character: char) -> bool {
    // `is_alphanumeric` also takes in the letter-like marks and the circled and squared letters.
    character.is_alphanumeric()
        && !is_combining_mark(character)
        && !matches!(character, '\u{24B6}'..='\u{24E9}' | '\u{1F130}'..='\u{1F189}')
}

/// Whether `character` is of a script that puts no space between words.
pub fn is_unspaced(character: char) -> bool {
    writing(character) != Writing::Spaced
}

/// Where the syllables of a text start, to count those of its parts without reading them again.
#[derive(Debug)]
pub(super) struct SyllableStarts(Vec<usize>);

impl SyllableStarts {
    pub(super) fn of(text: &str) -> Self {
        Self(starts(text).collect())
    }

    /// Counts the syllables that start in `range`.
    pub(super) fn count(&self, range: &Range<usize>) -> usize {
        let before = |offset: usize| self.0.partition_point(|&start| start < offset);
        before(range.end) - before(range.start)
    }
}

/// How a script marks off its syllables.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Writing {
    /// By white space or punctuation.
    Spaced,
    /// Each character is one.
    Ideographic,
    /// Not at all.
    Unspaced,
}

fn writing(character: char) -> Writing {
    match character {
        '\u{3005}'..='\u{3007}'
        | '\u{3040}'..='\u{30FF}'
        | '\u{31F0}'..='\u{31FF}'
        | '\u{3400}'..='\u{4DBF}'
        | '\u{4E00}'..='\u{9FFF}'
        | '\u{F900}'..='\u{FAFF}'
        | '\u{FF66}'..='\u{FF9F}'
        | '\u{20000}'..='\u{3FFFF}' => Writing::Ideographic,
        '\u{0E00}'..='\u{0EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}' => {
            Writing::Unspaced
        }
        _ => Writing::Spaced,
    }
}

/// Gives the byte offset of each syllable's first character.
fn starts(text: &str) -> impl Iterator<Item = usize> + '_ {
    let mut run = None;
    let mut letters_in_run = 0;
    text.char_indices().filter_map(move |(offset, character)| {
        if is_combining_mark(character) {
            return None;
        }
        let writing = is_word_character(character).then(|| writing(character));
        letters_in_run = if writing == run {
            letters_in_run + 1
        } else {
            0
        };
        run = writing;
        let is_start = match writing? {
            Writing::Spaced => letters_in_run == 0,
            Writing::Ideographic => true,
            Writing::Unspaced => letters_in_run % LETTERS_PER_SYLLABLE == 0,
        };
        is_start.then_some(offset)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Case {
        text: &'static str,
        syllables: usize,
    }

    #[test]
    fn counts_what_a_reader_of_each_script_would() {
        let cases = [
            Case {
                text: "",
                syllables: 0,
            },
            Case {
                text: " … – ",
                syllables: 0,
            },
            Case {
                text: "Ủy ban nhân dân tỉnh",
                syllables: 5,
            },
            Case {
                text: "kinh tế - xã hội",
                syllables: 4,
            },
            Case {
                text: "Nghị định 30/2020/NĐ-CP",
                syllables: 6,
            },
            Case {
                text: "a_b",
                syllables: 2,
            },
            Case {
                text: "经济发展",
                syllables: 4,
            },
            Case {
                text: "GDP增长5%",
                syllables: 4,
            },
            Case {
                text: "カタカナ",
                syllables: 4,
            },
            Case {
                text: "경제 성장",
                syllables: 2,
            },
            Case {
                text: "รัฐบาล",
                syllables: 2,
            },
            Case {
                text: "cafe\u{301} noir",
                syllables: 2,
            },
        ];
        for Case {
            text,
            syllables: expected,
        } in cases
        {
            assert_eq!(syllables(text), expected, "{text:?}");
        }
    }

    #[test]
    fn counts_parts_as_it_counts_texts() {
        let text = "Đạt 1.250.000 đồng; 经济发展, tăng 5 %";
        let starts = SyllableStarts::of(text);
        let semicolon = text.find(';').unwrap();
        assert_eq!(starts.count(&(0..semicolon)), syllables(&text[..semicolon]));
        assert_eq!(
            starts.count(&(semicolon..text.len())),
            syllables(&text[semicolon..])
        );
    }
}
