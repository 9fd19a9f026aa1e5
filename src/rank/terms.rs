//! Units as weighted bags of words and word pairs, to tell what they share.

use std::collections::{BTreeSet, HashMap};

/// A unit's terms with their weights, of length 1, sorted by term.
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
    words: WordWeights,
    ids: HashMap<String, u32>,
    vectors: Vec<TermVector>,
}

impl TermSpace {
    /// Weighs the terms of each unit, given its words: `(1 + ln tf) · idf`.
    pub fn new(units: &[Vec<String>]) -> Self {
        let words = WordWeights::new(units);
        let mut ids = HashMap::new();
        let mut vector = |unit: &Vec<String>| {
            weigh(unit, &words, |term| {
                let next = ids.len() as u32;
                Some(*ids.entry(term).or_insert(next))
            })
        };
        let vectors = units.iter().map(&mut vector).collect();
        Self {
            words,
            ids,
            vectors,
        }
    }

    /// One vector a unit, in their order.
    pub fn vectors(&self) -> &[TermVector] {
        &self.vectors
    }

    /// The vector of a text, of the terms that the document has too.
    pub fn vector_of(&self, words: &[String]) -> TermVector {
        weigh(words, &self.words, |term| self.ids.get(&term).copied())
    }

    /// How much of `words`, by idf, the document's unit `unit` covers, from 0 to 1.
    pub fn coverage(&self, words: &[String], unit: &[String]) -> f32 {
        let wanted: BTreeSet<&String> = words.iter().collect();
        let found: BTreeSet<&String> = unit.iter().collect();
        let weight = |words: &mut dyn Iterator<Item = &String>| -> f32 {
            words.map(|word| self.words.weight(word)).sum()
        };
        let all = weight(&mut wanted.iter().copied());
        if all > 0.0 {
            weight(&mut wanted.intersection(&found).copied()) / all
        } else {
            0.0
        }
    }
}

/// How much each word tells within a document: `idf = ln((units + 1) / (units with it + ½))`.
#[derive(Clone, Debug)]
struct WordWeights {
    unit_count: usize,
    frequencies: HashMap<String, u32>,
}

impl WordWeights {
    fn new(units: &[Vec<String>]) -> Self {
        let mut frequencies = HashMap::new();
        for unit in units {
            for word in unit.iter().collect::<BTreeSet<_>>() {
                *frequencies.entry(word.clone()).or_default() += 1;
            }
        }
        Self {
            unit_count: units.len(),
            frequencies,
        }
    }

    fn weight(&self, word: &str) -> f32 {
        let frequency = self.frequencies.get(word).copied().unwrap_or(0);
        ((self.unit_count + 1) as f32 / (frequency as f32 + 0.5)).ln()
    }
}

/// The vector of the terms that `id_of` knows: words, and pairs of neighbours, which tell the mean of
/// what their words do.
fn weigh(
    words: &[String],
    weights: &WordWeights,
    mut id_of: impl FnMut(String) -> Option<u32>,
) -> TermVector {
    let mut counts: HashMap<u32, (f32, f32)> = HashMap::new();
    let mut add = |id: Option<u32>, weight: f32| {
        if let Some(id) = id {
            counts.entry(id).or_insert((0.0, weight)).0 += 1.0;
        }
    };
    for (index, word) in words.iter().enumerate() {
        let weight = weights.weight(word);
        add(id_of(word.clone()), weight);
        if let Some(next) = words.get(index + 1) {
            let pair = f32::midpoint(weight, weights.weight(next));
            add(id_of(format!("{word} {next}")), pair);
        }
    }
    let terms = counts
        .into_iter()
        .map(|(id, (count, weight))| (id, (1.0 + count.ln()) * weight));
    TermVector::normalised(terms.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn units(texts: &[&str]) -> Vec<Vec<String>> {
        texts
            .iter()
            .map(|text| text.split(' ').map(str::to_owned).collect())
            .collect()
    }

    #[test]
    fn a_unit_is_like_itself_and_unlike_what_shares_no_word() {
        let units = units(&["thu hoạch lúa", "lúa mùa thu hoạch xong", "họp chi bộ"]);
        let space = TermSpace::new(&units);
        let vectors = space.vectors();
        assert!((vectors[0].cosine(&vectors[0]) - 1.0).abs() < 1e-5);
        assert!(vectors[0].cosine(&vectors[1]) > 0.2);
        assert!(vectors[0].cosine(&vectors[2]) < 1e-6);
        assert!((space.vector_of(&units[1]).cosine(&vectors[1]) - 1.0).abs() < 1e-5);
    }

    #[test]
    fn coverage_goes_from_nothing_to_all() {
        let units = units(&["thu hoạch lúa", "họp chi bộ"]);
        let space = TermSpace::new(&units);
        let title: Vec<String> = ["hoạch", "lúa"].map(str::to_owned).to_vec();
        assert!((space.coverage(&title, &units[0]) - 1.0).abs() < 1e-6);
        assert!(space.coverage(&title, &units[1]).abs() < 1e-6);
        assert!(space.coverage(&[], &units[0]).abs() < 1e-6);
    }
}
