//! What a head sees of a text: its mean token state and its words.

use crate::hash::{fnv1a, fnv1a_on};
use crate::segment;

/// How many buckets the words and word pairs of a text are hashed into.
///
/// On the cross-validation of `docs/quality.md`, 2^20 buckets gain nothing over 2^16 (`docs/trials.md`).
pub const BUCKETS: usize = 1 << 16;

/// How much the words weigh beside the vector, of which each standardised number has about the length
/// `1/√size`: twice as much. Any factor from 1.4 to 2 does as well.
const GRAM_LENGTH: f32 = 2.0;

/// The features of one text.
#[derive(Clone, Debug, PartialEq)]
pub struct Features {
    /// The mean state of its tokens.
    pub vector: Vec<f32>,
    /// Its words and pairs of neighbouring words, hashed: buckets in ascending order, each below
    /// [`BUCKETS`], with their values.
    pub grams: Vec<(u32, f32)>,
}

impl Features {
    /// The features of `text`, whose tokens have the mean state `vector`.
    pub fn new(text: &str, vector: Vec<f32>) -> Self {
        let words: Vec<String> = segment::words(text).collect();
        Self::of_words(words.iter().map(String::as_str), vector)
    }

    /// The features of a text of which [`segment::words`] are `words`, and whose tokens have the mean state `vector`.
    ///
    /// A word or pair that occurs `n` times counts `1 + ln n` in its bucket (Weinberger and others,
    /// 2009, *Feature hashing for large scale multitask learning*, without their signs); the whole is scaled
    /// to one length, so that long texts weigh as much as short ones.
    pub fn of_words<'w>(words: impl Iterator<Item = &'w str>, vector: Vec<f32>) -> Self {
        let mut buckets = buckets(words);
        buckets.sort_unstable();
        let counted = buckets.chunk_by(|a, b| a == b);
        let mut grams: Vec<(u32, f32)> = counted
            .map(|same| (same[0], 1.0 + libm::logf(same.len() as f32)))
            .collect();
        let squares = grams.iter().map(|(_, value)| value * value);
        let norm = squares.sum::<f32>().sqrt();
        for (_, value) in &mut grams {
            *value = GRAM_LENGTH * *value / norm;
        }
        Self { vector, grams }
    }
}

/// The buckets of all words and of all pairs of neighbours, in which a space is between them.
fn buckets<'w>(words: impl Iterator<Item = &'w str>) -> Vec<u32> {
    let mut buckets = Vec::new();
    let mut previous = None;
    for word in words {
        let hash = fnv1a(word.bytes());
        buckets.push(folded(hash));
        if let Some(previous) = previous {
            buckets.push(folded(fnv1a_on(
                previous,
                b" ".iter().copied().chain(word.bytes()),
            )));
        }
        previous = Some(hash);
    }
    buckets
}

/// A hash folded to a bucket.
fn folded(hash: u64) -> u32 {
    ((hash ^ (hash >> 32)) as u32) % BUCKETS as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_and_case_do_not_matter_and_length_is_fixed() {
        let features = Features::new("Hoàn thành HÒA GIẢI, hoàn thành", vec![]);
        assert_eq!(
            features,
            Features::new("hoàn thành hoà giải; Hoàn Thành", vec![])
        );
        let norm: f32 = features.grams.iter().map(|(_, value)| value * value).sum();
        assert!((norm.sqrt() - GRAM_LENGTH).abs() < 1e-5, "{norm}");
    }

    #[test]
    fn a_text_without_words_has_no_grams() {
        assert!(Features::new("… – ./.", vec![]).grams.is_empty());
    }

    #[test]
    fn buckets_never_change() {
        // From an implementation of the hash in Python: trained heads depend on these numbers.
        let found = buckets(["kết", "quả"].into_iter());
        assert_eq!((found[0], found[2]), (22_488, 45_759));
    }
}
