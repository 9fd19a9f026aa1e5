//! How much do two texts share? ROUGE-1, -2 and -L.
//!
//! C.-Y. Lin, *ROUGE: A Package for Automatic Evaluation of Summaries* (2004), sections 2 and 3, as F1 with
//! β = 1. Tokens are lower-cased runs of letters and digits in NFC, which in Vietnamese are syllables;
//! there is no stemming, and ROUGE-L takes the whole summary as one sequence.

use std::collections::HashMap;

use serde::Serialize;
use unicode_normalization::UnicodeNormalization;

use crate::segment::is_word_character;

/// ROUGE F1 scores, from 0 to 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Rouge {
    /// Of single tokens.
    pub rouge_1: f64,
    /// Of pairs of neighbours.
    pub rouge_2: f64,
    /// Of the longest common subsequence.
    pub rouge_l: f64,
}

impl Rouge {
    /// Compares a summary with a reference.
    pub fn of(candidate: &str, reference: &str) -> Self {
        Self::of_tokens(&tokens(candidate), &tokens(reference))
    }

    /// Compares two lists of tokens.
    pub fn of_tokens<T: AsRef<str>>(candidate: &[T], reference: &[T]) -> Self {
        let mut vocabulary = Vocabulary::default();
        let candidate = vocabulary.ids(candidate);
        let reference = vocabulary.ids(reference);
        let common = longest_common_subsequence(&candidate, &reference);
        Self {
            rouge_1: n_gram_f1::<1>(&candidate, &reference),
            rouge_2: n_gram_f1::<2>(&candidate, &reference),
            rouge_l: f1(common, candidate.len(), reference.len()),
        }
    }

    /// The mean of several scores; zero of none.
    pub fn mean(scores: &[Self]) -> Self {
        let count = scores.len().max(1) as f64;
        let mean = |score: fn(&Self) -> f64| scores.iter().map(score).sum::<f64>() / count;
        Self {
            rouge_1: mean(|score| score.rouge_1),
            rouge_2: mean(|score| score.rouge_2),
            rouge_l: mean(|score| score.rouge_l),
        }
    }
}

/// The tokens of a text: lower-cased runs of letters and digits, in NFC.
pub fn tokens(text: &str) -> Vec<String> {
    let lower = text.nfc().collect::<String>().to_lowercase();
    let runs = lower.split(|character| !is_word_character(character));
    runs.filter(|run| !run.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Counts the tokens of a text.
pub fn token_count(text: &str) -> usize {
    tokens(text).len()
}

/// Numbers for tokens, so that comparing them is cheap.
#[derive(Default)]
struct Vocabulary<'a>(HashMap<&'a str, u32>);

impl<'a> Vocabulary<'a> {
    fn ids<T: AsRef<str>>(&mut self, tokens: &'a [T]) -> Vec<u32> {
        let mut id = |token: &'a T| {
            let next = self.0.len() as u32;
            *self.0.entry(token.as_ref()).or_insert(next)
        };
        tokens.iter().map(&mut id).collect()
    }
}

fn f1(matches: usize, candidate: usize, reference: usize) -> f64 {
    if matches == 0 {
        0.0
    } else {
        2.0 * matches as f64 / (candidate + reference) as f64
    }
}

/// F1 over the n-grams of two sequences, each counted as often as it occurs in both.
fn n_gram_f1<const N: usize>(candidate: &[u32], reference: &[u32]) -> f64 {
    let mut left: HashMap<&[u32], usize> = HashMap::new();
    for n_gram in reference.windows(N) {
        *left.entry(n_gram).or_default() += 1;
    }
    let mut matches = 0;
    for n_gram in candidate.windows(N) {
        if let Some(count) = left.get_mut(n_gram).filter(|count| **count > 0) {
            *count -= 1;
            matches += 1;
        }
    }
    let n_grams = |tokens: &[u32]| (tokens.len() + 1).saturating_sub(N);
    f1(matches, n_grams(candidate), n_grams(reference))
}

/// Length of the longest common subsequence, 64 places at a time (H. Hyyrö, *Bit-Parallel LCS-length
/// Computation Revisited*, 2004, section 3).
fn longest_common_subsequence(left: &[u32], right: &[u32]) -> usize {
    let (short, long) = if left.len() < right.len() {
        (left, right)
    } else {
        (right, left)
    };
    let places = Places::of(short);
    // A bit is cleared for each place of `short` where the common subsequence grows by one.
    let mut row = vec![u64::MAX; places.words];
    for token in long {
        if let Some(matches) = places.of_token(*token) {
            advance(&mut row, matches);
        }
    }
    row.iter().map(|word| word.count_zeros() as usize).sum()
}

/// `row = (row + (row & matches)) | (row & !matches)` over a number of many words.
fn advance(row: &mut [u64], matches: &[u64]) {
    let mut carry = false;
    for (word, &matched) in row.iter_mut().zip(matches) {
        let (sum, over) = word.overflowing_add(*word & matched);
        let (sum, over_again) = sum.overflowing_add(u64::from(carry));
        carry = over || over_again;
        *word = sum | (*word & !matched);
    }
}

/// For each token of a sequence, a bit set of the places where it stands.
struct Places {
    sets: Vec<u64>,
    first_word: HashMap<u32, usize>,
    words: usize,
}

impl Places {
    fn of(sequence: &[u32]) -> Self {
        let words = sequence.len().div_ceil(64);
        let mut places = Self {
            sets: Vec::new(),
            first_word: HashMap::new(),
            words,
        };
        for (place, &token) in sequence.iter().enumerate() {
            let end = places.sets.len();
            let start = *places.first_word.entry(token).or_insert(end);
            if start == end {
                places.sets.resize(end + words, 0);
            }
            places.sets[start + place / 64] |= 1 << (place % 64);
        }
        places
    }

    fn of_token(&self, token: u32) -> Option<&[u64]> {
        let start = *self.first_word.get(&token)?;
        Some(&self.sets[start..start + self.words])
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The textbook's table.
    fn slow_longest_common_subsequence(left: &[u32], right: &[u32]) -> usize {
        let mut row = vec![0; right.len() + 1];
        for a in left {
            let mut diagonal = 0;
            for (index, b) in right.iter().enumerate() {
                let above = row[index + 1];
                row[index + 1] = if a == b {
                    diagonal + 1
                } else {
                    above.max(row[index])
                };
                diagonal = above;
            }
        }
        row[right.len()]
    }

    proptest! {
        #[test]
        fn bit_parallel_lcs_equals_the_table(
            left in prop::collection::vec(0_u32..6, 0..200),
            right in prop::collection::vec(0_u32..6, 0..200),
        ) {
            let expected = slow_longest_common_subsequence(&left, &right);
            prop_assert_eq!(longest_common_subsequence(&left, &right), expected);
        }

        #[test]
        fn a_text_is_like_itself(text in "[a-zđ0-9 ,.]{0,60}") {
            let rouge = Rouge::of(&text, &text);
            let expected = f64::from(u8::from(token_count(&text) > 0));
            prop_assert!((rouge.rouge_1 - expected).abs() < 1e-12);
            prop_assert!((rouge.rouge_l - expected).abs() < 1e-12);
        }
    }

    #[test]
    fn tokens_are_lower_case_syllables_in_nfc() {
        assert_eq!(
            tokens("Nghị_định 30/2020/NĐ-CP"),
            ["nghị", "định", "30", "2020", "nđ", "cp"]
        );
        assert_eq!(tokens("Ke\u{302}\u{301}t"), ["kết"]);
        assert!(tokens(" … ").is_empty());
    }

    #[test]
    fn nothing_in_common_scores_zero() {
        for (candidate, reference) in [("", ""), ("", "a"), ("a", ""), ("a b", "c d")] {
            assert_eq!(Rouge::of(candidate, reference), Rouge::default());
        }
    }
}
