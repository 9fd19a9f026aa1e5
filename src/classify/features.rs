//! What a head sees of a text: its mean token state and its words.

use std::collections::BTreeMap;

use crate::hash::fnv1a;
use crate::segment;

/// How many buckets the words and word pairs of a text are hashed into.
///
/// On the cross-validation of `docs/quality.md`, 2^20 buckets gain nothing over 2^16.
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
    ///
    /// A word or pair that occurs `n` times counts `1 + ln n` in its bucket (Weinberger and others,
    /// 2009, *Feature hashing for large scale multitask learning*, without their signs); the whole is scaled
    /// to one length, so that long texts weigh as much as short ones.
    pub fn new(text: &str, vector: Vec<f32>) -> Self {
        let mut counts: BTreeMap<u32, f32> = BTreeMap::new();
        let mut previous: Option<String> = None;
        for word in segment::words(text) {
            *counts.entry(bucket(&[&word])).or_default() += 1.0;
            if let Some(previous) = &previous {
                *counts.entry(bucket(&[previous, " ", &word])).or_default() += 1.0;
            }
            previous = Some(word);
        }
        let values = counts.values().map(|count| 1.0 + count.ln());
        let norm = values.map(|value| value * value).sum::<f32>().sqrt();
        let scale = |(bucket, count): (u32, f32)| (bucket, GRAM_LENGTH * (1.0 + count.ln()) / norm);
        Self {
            vector,
            grams: counts.into_iter().map(scale).collect(),
        }
    }
}

/// A hash folded to a bucket.
fn bucket(parts: &[&str]) -> u32 {
    let hash = fnv1a(parts.iter().flat_map(|part| part.bytes()));
    ((hash ^ (hash >> 32)) as u32) % BUCKETS as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_and_case_do_not_matter_and_length_is_one() {
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
        assert_eq!(bucket(&["kết"]), 22_488);
        assert_eq!(bucket(&["kết", " ", "quả"]), 45_759);
    }
}
