//! Sentences as bags of words.

use std::collections::HashMap;

/// The words of a sentence.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Bag {
    /// How many words it has, repeats counted.
    pub(super) length: usize,
    /// Each word once, with how often it occurs, sorted by word.
    pub(super) words: Vec<(usize, f64)>,
}

/// The bags of a text's sentences, whose words are numbers.
#[derive(Clone, Debug, Default)]
pub(super) struct Bags {
    pub(super) bags: Vec<Bag>,
    /// How many different words there are.
    pub(super) vocabulary: usize,
}

impl Bags {
    pub(super) fn of<T: AsRef<str>>(sentences: &[Vec<T>]) -> Self {
        let mut ids: HashMap<&str, usize> = HashMap::new();
        let mut bags = Vec::with_capacity(sentences.len());
        for sentence in sentences {
            let mut words = Vec::with_capacity(sentence.len());
            for token in sentence {
                let next = ids.len();
                words.push(*ids.entry(token.as_ref()).or_insert(next));
            }
            words.sort_unstable();
            let counted = words
                .chunk_by(|a, b| a == b)
                .map(|same| (same[0], same.len() as f64));
            bags.push(Bag {
                length: words.len(),
                words: counted.collect(),
            });
        }
        Self {
            bags,
            vocabulary: ids.len(),
        }
    }

    /// In how many sentences each word occurs.
    pub(super) fn document_frequencies(&self) -> Vec<f64> {
        let mut frequencies = vec![0.0; self.vocabulary];
        for &(word, _) in self.bags.iter().flat_map(|bag| &bag.words) {
            frequencies[word] += 1.0;
        }
        frequencies
    }
}
