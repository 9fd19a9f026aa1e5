//! Which sentences are most like the others? Random walks over the graph of their likeness.
//!
//! The graph has an edge for each pair of sentences, yet is never written down: a step of the walk is
//! taken through the words that sentences share, in memory linear in the text and, for `LexRank`, in time
//! too; `TextRank` takes as many times longer as there are lengths of sentences.

use super::bag::{Bag, Bags};

/// The chance that the walk follows an edge rather than starting anew anywhere.
const DAMPING: f64 = 0.85;

/// The walk ends when a step moves less than this in all.
const TOLERANCE: f64 = 1e-8;

/// Enough at this damping: 0.85^120 < 1e-8.
const MAX_STEPS: usize = 120;

/// Scores sentences by continuous `LexRank`: a random walk along their idf-modified cosines (G. Erkan and
/// D. Radev, *LexRank: Graph-based Lexical Centrality as Salience in Text Summarization*, 2004, sections 3
/// and 3.2, equations 1 and 3), with the sentences as the documents that idf counts.
///
/// The scores add up to 1. A sentence that shares no telling word leads anywhere.
pub fn lexrank(sentences: &[Vec<u32>]) -> Vec<f32> {
    let bags = Bags::of(sentences);
    let vectors = tf_idf(&bags);
    let everywhere = vec![1.0; vectors.len()];
    let weight = likeness_sums(&vectors, bags.vocabulary, &everywhere);
    walk(vectors.len(), |scores| {
        let leaving: Vec<f64> = scores
            .iter()
            .zip(&weight)
            .map(|(score, &weight)| if weight > 0.0 { score / weight } else { 0.0 })
            .collect();
        let lost: f64 = scores
            .iter()
            .zip(&weight)
            .filter(|(_, weight)| **weight <= 0.0)
            .map(|(score, _)| score)
            .sum();
        let mut arriving = likeness_sums(&vectors, bags.vocabulary, &leaving);
        for score in &mut arriving {
            *score += lost / vectors.len() as f64;
        }
        arriving
    })
}

/// The tf-idf vectors of sentences, each of length 1 or empty.
fn tf_idf(bags: &Bags) -> Vec<Vec<(usize, f64)>> {
    let count = bags.bags.len() as f64;
    let idf: Vec<f64> = bags
        .document_frequencies()
        .iter()
        .map(|frequency| libm::log(count / frequency))
        .collect();
    let vector = |bag: &Bag| {
        let weights = bag
            .words
            .iter()
            .map(|&(word, count)| (word, count * idf[word]));
        let weights: Vec<(usize, f64)> = weights.filter(|&(_, weight)| weight > 0.0).collect();
        let norm = weights
            .iter()
            .map(|(_, weight)| weight * weight)
            .sum::<f64>()
            .sqrt();
        weights
            .into_iter()
            .map(|(word, weight)| (word, weight / norm))
            .collect()
    };
    bags.bags.iter().map(vector).collect()
}

/// For each vector, the sum over all vectors of their cosine times their `share`.
fn likeness_sums(vectors: &[Vec<(usize, f64)>], vocabulary: usize, shares: &[f64]) -> Vec<f64> {
    let mut sum = vec![0.0; vocabulary];
    for (vector, share) in vectors.iter().zip(shares) {
        for &(word, weight) in vector {
            sum[word] += weight * share;
        }
    }
    let product = |vector: &Vec<(usize, f64)>| {
        vector
            .iter()
            .map(|&(word, weight)| weight * sum[word])
            .sum()
    };
    vectors.iter().map(product).collect()
}

/// Scores sentences by `TextRank`: a random walk along the number of words that two sentences share
/// over the sum of the logarithms of their lengths (R. Mihalcea and P. Tarau, *TextRank: Bringing Order into
/// Texts*, 2004, sections 2.2 and 4.1).
///
/// Two sentences of one word each have no likeness. The scores add up to at most 1.
pub fn textrank(sentences: &[Vec<u32>]) -> Vec<f32> {
    let graph = OverlapGraph::of(&Bags::of(sentences));
    let count = graph.nodes.len();
    let weight = graph.sums(&vec![1.0; count]);
    walk(count, |scores| {
        let leaving: Vec<f64> = scores
            .iter()
            .zip(&weight)
            .map(|(score, &weight)| if weight > 0.0 { score / weight } else { 0.0 })
            .collect();
        graph.sums(&leaving)
    })
}

/// The graph of `TextRank`, its sentences grouped by length.
///
/// The weight of an edge depends on what two sentences share and on their lengths alone, so that for each
/// length one sum over words serves all its sentences. A text of n words has at most √(2n) lengths.
struct OverlapGraph {
    nodes: Vec<Node>,
    /// The logarithm of each length that occurs.
    log_lengths: Vec<f64>,
    vocabulary: usize,
}

struct Node {
    words: Vec<usize>,
    /// Index into the lengths.
    length: usize,
}

impl OverlapGraph {
    fn of(bags: &Bags) -> Self {
        let mut lengths: Vec<usize> = bags.bags.iter().map(|bag| bag.length).collect();
        lengths.sort_unstable();
        lengths.dedup();
        let node = |bag: &Bag| Node {
            words: bag.words.iter().map(|&(word, _)| word).collect(),
            length: lengths.partition_point(|&length| length < bag.length),
        };
        Self {
            nodes: bags.bags.iter().map(node).collect(),
            log_lengths: lengths
                .iter()
                .map(|&length| libm::log(length.max(1) as f64))
                .collect(),
            vocabulary: bags.vocabulary,
        }
    }

    /// For each sentence, the sum over all others of the edge's weight times their `share`.
    fn sums(&self, shares: &[f64]) -> Vec<f64> {
        let mut sums = vec![0.0; self.nodes.len()];
        for length in 0..self.log_lengths.len() {
            let mut by_word = vec![0.0; self.vocabulary];
            for (node, share) in self
                .nodes
                .iter()
                .zip(shares)
                .filter(|(node, _)| node.length == length)
            {
                for &word in &node.words {
                    by_word[word] += share;
                }
            }
            for (sum, (node, share)) in sums.iter_mut().zip(self.nodes.iter().zip(shares)) {
                let shared: f64 = node.words.iter().map(|&word| by_word[word]).sum();
                // A sentence has no edge to itself.
                let own = if node.length == length {
                    share * node.words.len() as f64
                } else {
                    0.0
                };
                let scale = self.log_lengths[node.length] + self.log_lengths[length];
                *sum += if scale > 0.0 {
                    (shared - own).max(0.0) / scale
                } else {
                    0.0
                };
            }
        }
        sums
    }
}

/// Repeats `step` on the chances of being at each of `count` places, until they settle.
fn walk(count: usize, step: impl Fn(&[f64]) -> Vec<f64>) -> Vec<f32> {
    let even = 1.0 / count.max(1) as f64;
    let mut scores = vec![even; count];
    for _ in 0..MAX_STEPS {
        let arriving = step(&scores);
        let next: Vec<f64> = arriving
            .iter()
            .map(|chance| (1.0 - DAMPING) * even + DAMPING * chance)
            .collect();
        let moved: f64 = next
            .iter()
            .zip(&scores)
            .map(|(next, score)| (next - score).abs())
            .sum();
        scores = next;
        if moved < TOLERANCE {
            break;
        }
    }
    scores.into_iter().map(|score| score as f32).collect()
}
