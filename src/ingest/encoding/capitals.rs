//! Words that were typed in capitals in a font without capitals for toned vowels.
//!
//! TCVN3 has one place for `ị` and `Ị`; whoever had no capitals font wrote `NGHị ĐịNH`. The plain letters of the word
//! tell that the toned one is a capital too.

/// How loud a word is: what its letters other than toned vowels say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Loudness {
    /// Has a small letter that could have been a capital.
    Quiet,
    /// Has no such letter, and at most one capital (`Và`, `ở`): its neighbours tell.
    Open,
    /// Two capitals or more, or one after a small toned vowel, where no sentence has one.
    Loud { toned: bool },
}

/// A word of the text, by its bytes.
#[derive(Clone, Copy, Debug)]
struct Word {
    start: usize,
    end: usize,
    loudness: Loudness,
}

/// Turns the small toned vowels of words in capitals into capitals, from byte `start` of `text` on.
///
/// A word with a single capital or none follows the words before and after it, if one of them has shown a small toned
/// vowel among capitals.
pub(super) fn raise_toned_vowels(text: &mut String, start: usize) {
    if !shows_toned_among_capitals(&text[start..]) {
        return;
    }
    let words = words(&text[start..]);
    let is_toned_word = |word: &Word| word.loudness == Loudness::Loud { toned: true };
    if !words.iter().any(is_toned_word) {
        return;
    }
    let mut raised = String::with_capacity(text.len() - start);
    let mut done = 0;
    for (index, word) in words.iter().enumerate() {
        if is_raised(&words, index) {
            raised.push_str(&text[start + done..start + word.start]);
            raised.extend(
                text[start + word.start..start + word.end]
                    .chars()
                    .flat_map(char::to_uppercase),
            );
            done = word.end;
        }
    }
    raised.push_str(&text[start + done..]);
    text.truncate(start);
    text.push_str(&raised);
}

/// Whether a small toned vowel stands before a capital or after two: a quick look, since few texts have any.
fn shows_toned_among_capitals(text: &str) -> bool {
    let mut capitals = 0;
    let mut after_toned = false;
    for letter in text.chars() {
        if letter.is_uppercase() {
            if after_toned {
                return true;
            }
            capitals += 1;
        } else {
            after_toned = is_toned(letter);
            if after_toned && capitals >= 2 {
                return true;
            }
            capitals = 0;
        }
    }
    false
}

/// Whether a letter is a small one without a capital in TCVN3.
fn is_toned(letter: char) -> bool {
    !letter.is_ascii() && letter.is_lowercase() && !HAS_CAPITAL.contains(&letter)
}

fn is_raised(words: &[Word], index: usize) -> bool {
    let is_settled = |word: &&Word| word.loudness != Loudness::Open;
    match words[index].loudness {
        Loudness::Loud { .. } => true,
        Loudness::Quiet => false,
        Loudness::Open => {
            let before = words[..index].iter().rev().take(REACH).find(is_settled);
            let after = words[index + 1..].iter().take(REACH).find(is_settled);
            let mut neighbours = [before, after]
                .into_iter()
                .flatten()
                .map(|word| word.loudness);
            neighbours
                .clone()
                .all(|loudness| loudness != Loudness::Quiet)
                && neighbours.any(|loudness| loudness == Loudness::Loud { toned: true })
        }
    }
}

/// How many words an open word looks past, so that a text of nothing else stays linear in time.
const REACH: usize = 8;

fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut start = None;
    for (place, character) in text.char_indices().chain([(text.len(), ' ')]) {
        match (start, character.is_alphabetic()) {
            (None, true) => start = Some(place),
            (Some(first), false) => {
                let loudness = loudness(&text[first..place]);
                words.push(Word {
                    start: first,
                    end: place,
                    loudness,
                });
                start = None;
            }
            _ => {}
        }
    }
    words
}

fn loudness(word: &str) -> Loudness {
    let mut capitals = 0;
    let mut toned = false;
    let mut is_toned_before_capital = false;
    for letter in word.chars() {
        if letter.is_uppercase() {
            capitals += 1;
            is_toned_before_capital |= toned;
        } else if letter.is_ascii() || HAS_CAPITAL.contains(&letter) {
            return Loudness::Quiet;
        } else {
            toned = true;
        }
    }
    if capitals < 2 && !is_toned_before_capital {
        Loudness::Open
    } else {
        Loudness::Loud { toned }
    }
}

/// Letters beyond ASCII whose capitals TCVN3 has.
const HAS_CAPITAL: [char; 7] = ['ă', 'â', 'ê', 'ô', 'ơ', 'ư', 'đ'];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn raises_toned_vowels_among_capitals() {
        struct Case {
            text: &'static str,
            expected: &'static str,
        }
        let cases = [
            Case {
                text: "NGHị ĐịNH CủA CHíNH PHủ",
                expected: "NGHỊ ĐỊNH CỦA CHÍNH PHỦ",
            },
            Case {
                text: "BáO CáO Và Tờ TRìNH",
                expected: "BÁO CÁO VÀ TỜ TRÌNH",
            },
            Case {
                text: "Số liệu của UBND và HĐND ở các huyện",
                expected: "Số liệu của UBND và HĐND ở các huyện",
            },
            Case {
                text: "I. MụC ĐíCH ở TỉNH",
                expected: "I. MỤC ĐÍCH Ở TỈNH",
            },
            Case {
                text: "Bộ Tài chính, Sở Y tế",
                expected: "Bộ Tài chính, Sở Y tế",
            },
            Case {
                text: "Điều 1. Và PHầN",
                expected: "Điều 1. Và PHẦN",
            },
            Case {
                text: "ủY BAN NHÂN DÂN HUYỆN",
                expected: "ỦY BAN NHÂN DÂN HUYỆN",
            },
            Case {
                text: "",
                expected: "",
            },
        ];
        for case in cases {
            let mut text = String::from(case.text);
            raise_toned_vowels(&mut text, 0);
            assert_eq!(text, case.expected);
        }
    }

    #[test]
    fn leaves_what_stands_before_the_start() {
        let mut text = String::from("PHầN PHầN");
        let start = "PHầN ".len();
        raise_toned_vowels(&mut text, start);
        assert_eq!(text, "PHầN PHẦN");
    }
}
