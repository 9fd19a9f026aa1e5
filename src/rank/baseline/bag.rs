//! Sentences as bags of words.

/// The words of a sentence.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Bag {
    /// How many words it has, repeats counted.
    pub(super) length: usize,
    /// Each word once, by its number, with how often it occurs, sorted.
    pub(super) words: Vec<(usize, f64)>,
}

impl Bag {
    fn of(words: &[u32]) -> Self {
        let mut sorted = words.to_vec();
        sorted.sort_unstable();
        let counted = sorted.chunk_by(|a, b| a == b);
        Self {
            length: words.len(),
            words: counted
                .map(|same| (same[0] as usize, same.len() as f64))
                .collect(),
        }
    }
}

/// The bags of a text's sentences.
#[derive(Clone, Debug, Default)]
pub(super) struct Bags {
    pub(super) bags: Vec<Bag>,
    /// All words are numbers below it.
    pub(super) vocabulary: usize,
}

impl Bags {
    pub(super) fn of(sentences: &[Vec<u32>]) -> Self {
        let words = sentences.iter().flatten();
        Self {
            vocabulary: words.max().map_or(0, |&last| last as usize + 1),
            bags: sentences.iter().map(|words| Bag::of(words)).collect(),
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
