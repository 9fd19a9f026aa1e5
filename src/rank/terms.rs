//! Units as weighted bags of words, to tell what they share.

use std::collections::HashMap;

use crate::document::{Document, Unit};
use crate::segment;

/// A unit's words with their weights, of length 1, sorted by word.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TermVector(Vec<(u32, f32)>);

impl TermVector {
    /// The cosine of two vectors, from 0 to 1; 0 where one is empty.
    pub fn cosine(&self, other: &Self) -> f32 {
        let (mut left, mut right) = (self.0.iter().peekable(), other.0.iter().peekable());
        let mut product = 0.0;
        while let (Some(&&(a, weight)), Some(&&(b, other_weight))) = (left.peek(), right.peek()) {
            if a == b {
                product += weight * other_weight;
            }
            if a <= b {
                left.next();
            }
            if b <= a {
                right.next();
            }
        }
        product
    }

    fn normalised(mut terms: Vec<(u32, f32)>) -> Self {
        terms.sort_by_key(|&(term, _)| term);
        let norm = terms
            .iter()
            .map(|(_, weight)| weight * weight)
            .sum::<f32>()
            .sqrt();
        if norm > 0.0 {
            for (_, weight) in &mut terms {
                *weight /= norm;
            }
        }
        Self(terms)
    }
}

/// The term vectors of a document's units, and of texts compared with them.
#[derive(Clone, Debug)]
pub struct TermSpace {
    ids: HashMap<String, u32>,
    /// For every term, its inverse document frequency over the units.
    inverse_frequencies: Vec<f32>,
    vectors: Vec<TermVector>,
}

impl TermSpace {
    /// Weighs the words of each unit by `tf · ln(N / df)` with units as the documents counted
    /// (Erkan and Radev, 2004, *LexRank*, section 3).
    ///
    /// Words are those of [`segment::words`]: in Vietnamese, syllables.
    pub fn new(document: &Document, units: &[Unit]) -> Self {
        let mut ids = HashMap::new();
        let mut document_frequencies: Vec<u32> = Vec::new();
        let counts: Vec<Vec<(u32, f32)>> = units
            .iter()
            .map(|unit| {
                let counts = count(document.text_at(unit.span), |word| {
                    let next = ids.len() as u32;
                    Some(*ids.entry(word).or_insert(next))
                });
                document_frequencies.resize(ids.len(), 0);
                for &(term, _) in &counts {
                    document_frequencies[term as usize] += 1;
                }
                counts
            })
            .collect();
        let total = units.len() as f32;
        // One is added so that a word of every unit still counts a little: short documents have few.
        let inverse_frequencies: Vec<f32> = document_frequencies
            .iter()
            .map(|&df| (1.0 + total / df as f32).ln())
            .collect();
        let weigh = |counts| weigh(counts, &inverse_frequencies);
        let vectors = counts.into_iter().map(weigh).collect();
        Self {
            ids,
            inverse_frequencies,
            vectors,
        }
    }

    /// One vector a unit, in their order.
    pub fn vectors(&self) -> &[TermVector] {
        &self.vectors
    }

    /// The vector of a text, of the words that the document has too.
    pub fn vector_of(&self, text: &str) -> TermVector {
        weigh(
            count(text, |word| self.ids.get(&word).copied()),
            &self.inverse_frequencies,
        )
    }

    /// The cosine of every unit with the mean of all units (Radev and others, 2004, *Centroid-based
    /// summarization of multiple documents*, section 2.2), in linear time.
    pub fn centrality(&self) -> Vec<f32> {
        let mut sums = vec![0.0; self.inverse_frequencies.len()];
        for (term, weight) in self.vectors.iter().flat_map(|vector| &vector.0) {
            sums[*term as usize] += weight;
        }
        let sums = sums
            .into_iter()
            .enumerate()
            .map(|(term, sum)| (term as u32, sum))
            .collect();
        let centroid = TermVector::normalised(sums);
        let product = |vector: &TermVector| {
            let weights = vector
                .0
                .iter()
                .map(|&(term, weight)| weight * centroid.0[term as usize].1);
            weights.sum()
        };
        self.vectors.iter().map(product).collect()
    }
}

fn weigh(counts: Vec<(u32, f32)>, inverse_frequencies: &[f32]) -> TermVector {
    let weights = counts
        .into_iter()
        .map(|(term, count)| (term, count * inverse_frequencies[term as usize]));
    TermVector::normalised(weights.collect())
}

/// How often each word that `id_of` knows occurs in `text`, by first occurrence.
fn count(text: &str, mut id_of: impl FnMut(String) -> Option<u32>) -> Vec<(u32, f32)> {
    let mut counts: Vec<(u32, f32)> = Vec::new();
    let mut places: HashMap<u32, usize> = HashMap::new();
    for word in segment::words(text) {
        let Some(id) = id_of(word) else { continue };
        let place = *places.entry(id).or_insert_with(|| {
            counts.push((id, 0.0));
            counts.len() - 1
        });
        counts[place].1 += 1.0;
    }
    counts
}
