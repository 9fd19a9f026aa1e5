//! What could be reached? The sentences that somebody who knows the reference would take.

use std::collections::HashMap;

/// Scores sentences by the order in which a greedy search takes them: each time the one that raises the sum of
/// ROUGE-1 and ROUGE-2 F1 against `reference` most (R. Nallapati, F. Zhai and B. Zhou, *A Recurrent Neural
/// Network Based Sequence Model for Extractive Summarization of Documents*, 2017,
/// section 3), until none does or `most` are taken.
///
/// The first has 1, the last taken more than 0, those left out 0. A bound for what extracts can reach, not a
/// summariser: it reads the answer. Pairs of words across two sentences are not counted.
pub fn oracle<T: AsRef<str>>(sentences: &[Vec<T>], reference: &[T], most: usize) -> Vec<f32> {
    let mut search = Search::new(sentences, reference);
    let mut scores = vec![0.0; sentences.len()];
    let mut is_taken = vec![false; sentences.len()];
    for taken in 0..most {
        let Some(best) = search.best(&is_taken) else {
            break;
        };
        search.take(best);
        is_taken[best] = true;
        scores[best] = 1.0 - taken as f32 / most as f32;
    }
    scores
}

/// A summary under way.
struct Search {
    sentences: Vec<[Grams; 2]>,
    /// Of words and of pairs of words.
    summary: [Matches; 2],
    value: f64,
}

/// The words or pairs of a sentence.
struct Grams {
    count: usize,
    /// Those that the reference has too, as numbers, repeats included.
    known: Vec<usize>,
}

/// How much of the reference a summary covers.
#[derive(Clone)]
struct Matches {
    /// How often each word or pair of the reference is still to be matched.
    left: Vec<usize>,
    reference_count: usize,
    count: usize,
    shared: usize,
}

impl Search {
    fn new<T: AsRef<str>>(sentences: &[Vec<T>], reference: &[T]) -> Self {
        let (word_ids, words) = Matches::of(reference, 1);
        let (pair_ids, pairs) = Matches::of(reference, 2);
        let grams = |sentence: &Vec<T>| {
            [
                Grams::of(sentence, 1, &word_ids),
                Grams::of(sentence, 2, &pair_ids),
            ]
        };
        let sentences = sentences.iter().map(grams).collect();
        Self {
            sentences,
            summary: [words, pairs],
            value: 0.0,
        }
    }

    /// The sentence not yet taken that raises the value most; the earliest of equals.
    fn best(&mut self, taken: &[bool]) -> Option<usize> {
        let mut best = None;
        let mut best_value = self.value;
        for (index, grams) in self.sentences.iter().enumerate() {
            let value: f64 = self
                .summary
                .iter_mut()
                .zip(grams)
                .map(|(part, grams)| part.f1_with(grams))
                .sum();
            if !taken[index] && value > best_value {
                best = Some(index);
                best_value = value;
            }
        }
        best
    }

    fn take(&mut self, index: usize) {
        for (part, grams) in self.summary.iter_mut().zip(&self.sentences[index]) {
            part.add(grams);
        }
        self.value = self.summary.iter().map(Matches::f1).sum();
    }
}

impl Grams {
    fn of<T: AsRef<str>>(tokens: &[T], length: usize, ids: &HashMap<Vec<&str>, usize>) -> Self {
        let windows = tokens.windows(length);
        let count = windows.len();
        let known = windows
            .filter_map(|window| ids.get(&key(window)).copied())
            .collect();
        Self { count, known }
    }
}

impl Matches {
    /// Numbers the words or pairs of `reference`, none of them matched yet.
    fn of<T: AsRef<str>>(reference: &[T], length: usize) -> (HashMap<Vec<&str>, usize>, Self) {
        let mut ids = HashMap::new();
        let mut left = Vec::new();
        for window in reference.windows(length) {
            let id = *ids.entry(key(window)).or_insert(left.len());
            if id == left.len() {
                left.push(0);
            }
            left[id] += 1;
        }
        let reference_count = left.iter().sum();
        (
            ids,
            Self {
                left,
                reference_count,
                count: 0,
                shared: 0,
            },
        )
    }

    fn f1(&self) -> f64 {
        let total = self.count + self.reference_count;
        2.0 * self.shared as f64 / total.max(1) as f64
    }

    /// What F1 would be with one more sentence.
    fn f1_with(&mut self, grams: &Grams) -> f64 {
        let before = (self.count, self.shared);
        let matched = self.add(grams);
        let f1 = self.f1();
        for id in matched {
            self.left[id] += 1;
        }
        (self.count, self.shared) = before;
        f1
    }

    /// Adds a sentence; gives what it matched.
    fn add(&mut self, grams: &Grams) -> Vec<usize> {
        let mut matched = Vec::new();
        for &id in &grams.known {
            if self.left[id] > 0 {
                self.left[id] -= 1;
                matched.push(id);
            }
        }
        self.count += grams.count;
        self.shared += matched.len();
        matched
    }
}

fn key<T: AsRef<str>>(window: &[T]) -> Vec<&str> {
    window.iter().map(AsRef::as_ref).collect()
}
