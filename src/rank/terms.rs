//! Units as weighted bags of words and word pairs, to tell what they share.

use std::collections::HashMap;

/// A word, or a pair of neighbours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Term {
    /// A word, by its number.
    Word(u32),
    /// A word and the one after it.
    Pair(u32, u32),
}

/// A unit's terms with their weights, of length 1, sorted by term.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TermVector(Vec<(Term, f32)>);

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

    /// How much of the shorter one's word pairs the longer one has, from 0 to 1; 0 where one has none.
    pub fn overlap(&self, other: &Self) -> f32 {
        let (few, many) = if self.0.len() <= other.0.len() {
            (self, other)
        } else {
            (other, self)
        };
        let shared = few
            .pairs()
            .filter(|&(first, second)| many.has(Term::Pair(first, second)));
        shared.count() as f32 / few.pairs().count().max(1) as f32
    }

    /// Its distinct words, in the order of their numbers.
    pub fn words(&self) -> impl Iterator<Item = u32> {
        self.0.iter().map_while(|&(term, _)| match term {
            Term::Word(word) => Some(word),
            Term::Pair(..) => None,
        })
    }

    /// Its distinct pairs of neighbours.
    pub fn pairs(&self) -> impl Iterator<Item = (u32, u32)> {
        self.0.iter().filter_map(|&(term, _)| match term {
            Term::Word(_) => None,
            Term::Pair(first, second) => Some((first, second)),
        })
    }

    fn has(&self, term: Term) -> bool {
        self.0.binary_search_by_key(&term, |&(own, _)| own).is_ok()
    }

    fn normalised(mut terms: Vec<(Term, f32)>) -> Self {
        let squares = terms.iter().map(|(_, weight)| weight * weight);
        let norm = squares.sum::<f32>().sqrt();
        if norm > 0.0 {
            for (_, weight) in &mut terms {
                *weight /= norm;
            }
        }
        Self(terms)
    }
}

/// The term vectors of a document's units, and of texts compared with them. Words are numbers of one
/// [`Vocabulary`](crate::segment::Vocabulary).
#[derive(Clone, Debug)]
pub struct TermSpace {
    /// In how many units each word stands.
    word_units: Vec<u32>,
    /// In how many units each pair of neighbours stands.
    pair_units: HashMap<(u32, u32), u32>,
    /// How much each word tells: `idf = ln((units + 1) / (units with it + ½))`.
    weights: Vec<f32>,
    vectors: Vec<TermVector>,
}

impl TermSpace {
    /// Weighs the terms of each unit, given its words, which are numbers below `word_count`: `(1 + ln tf) · idf`.
    pub fn new(units: &[Vec<u32>], word_count: usize) -> Self {
        let counted: Vec<_> = units.iter().map(|words| counted(words)).collect();
        let mut word_units = vec![0; word_count];
        let mut pair_units = HashMap::new();
        for (term, _) in counted.iter().flatten() {
            match *term {
                Term::Word(word) => word_units[word as usize] += 1,
                Term::Pair(first, second) => *pair_units.entry((first, second)).or_default() += 1,
            }
        }
        let all = (units.len() + 1) as f32;
        let weight = |&units: &u32| libm::logf(all / (units as f32 + 0.5));
        let weights: Vec<f32> = word_units.iter().map(weight).collect();
        let vectors = counted.into_iter().map(|terms| weighed(terms, &weights));
        Self {
            vectors: vectors.collect(),
            word_units,
            pair_units,
            weights,
        }
    }

    /// One vector a unit, in their order.
    pub fn vectors(&self) -> &[TermVector] {
        &self.vectors
    }

    /// The vector of a text, of the terms that the document has too.
    pub fn vector_of(&self, words: &[u32]) -> TermVector {
        let mut terms = counted(words);
        terms.retain(|(term, _)| match *term {
            Term::Word(word) => self.word_units[word as usize] > 0,
            Term::Pair(first, second) => self.units_with_pair((first, second)) > 0,
        });
        weighed(terms, &self.weights)
    }

    /// In how many units each word stands.
    pub fn units_with_words(&self) -> &[u32] {
        &self.word_units
    }

    /// In how many units two words stand side by side.
    pub fn units_with_pair(&self, pair: (u32, u32)) -> u32 {
        self.pair_units.get(&pair).copied().unwrap_or(0)
    }

    /// For every unit, how much of `words`, by idf, it has, from 0 to 1.
    pub fn coverage(&self, words: &[u32]) -> Vec<f32> {
        let mut wanted = words.to_vec();
        wanted.sort_unstable();
        wanted.dedup();
        let all: f32 = wanted.iter().map(|&word| self.weight(word)).sum();
        let share = |vector: &TermVector| {
            let found = wanted.iter().filter(|&&word| vector.has(Term::Word(word)));
            let sum: f32 = found.map(|&word| self.weight(word)).sum();
            if all > 0.0 { sum / all } else { 0.0 }
        };
        self.vectors.iter().map(share).collect()
    }

    fn weight(&self, word: u32) -> f32 {
        self.weights[word as usize]
    }
}

/// The distinct terms of a text with how often it has them, sorted.
fn counted(words: &[u32]) -> Vec<(Term, usize)> {
    let singles = words.iter().map(|&word| Term::Word(word));
    let pairs = words
        .array_windows()
        .map(|&[first, second]| Term::Pair(first, second));
    let mut terms: Vec<Term> = singles.chain(pairs).collect();
    terms.sort_unstable();
    let counted = terms.chunk_by(|a, b| a == b);
    counted.map(|same| (same[0], same.len())).collect()
}

/// The vector of counted terms; pairs tell the mean of what their words do.
fn weighed(terms: Vec<(Term, usize)>, weights: &[f32]) -> TermVector {
    let weight = |(term, count): (Term, usize)| {
        let idf = match term {
            Term::Word(word) => weights[word as usize],
            Term::Pair(first, second) => {
                f32::midpoint(weights[first as usize], weights[second as usize])
            }
        };
        (term, (1.0 + libm::logf(count as f32)) * idf)
    };
    TermVector::normalised(terms.into_iter().map(weight).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::segment::Vocabulary;

    struct Space {
        vocabulary: Vocabulary,
        units: Vec<Vec<u32>>,
    }

    fn space(texts: &[&str]) -> Space {
        let mut vocabulary = Vocabulary::default();
        let units = texts.iter().map(|text| vocabulary.read(text)).collect();
        Space { vocabulary, units }
    }

    impl Space {
        fn terms(&self) -> TermSpace {
            TermSpace::new(&self.units, self.vocabulary.words().len())
        }
    }

    #[test]
    fn a_unit_that_another_says_in_more_words_overlaps_with_it() {
        let long = "họp chi bộ bàn việc thu hoạch lúa mùa ở bốn thôn ven sông";
        let space = space(&["thu hoạch lúa mùa", long, "lúa mùa thu hoạch xong"]);
        let terms = space.terms();
        let [short, long, other] = terms.vectors() else {
            panic!("one vector a unit")
        };
        assert!((short.overlap(long) - 1.0).abs() < 1e-6);
        assert!((long.overlap(short) - 1.0).abs() < 1e-6);
        assert!(short.overlap(other) < 0.8);
        assert!(short.overlap(&TermVector::default()) < 1e-6);
    }

    #[test]
    fn a_unit_is_like_itself_and_unlike_what_shares_no_word() {
        let space = space(&["thu hoạch lúa", "lúa mùa thu hoạch xong", "họp chi bộ"]);
        let terms = space.terms();
        let vectors = terms.vectors();
        assert!((vectors[0].cosine(&vectors[0]) - 1.0).abs() < 1e-5);
        assert!(vectors[0].cosine(&vectors[1]) > 0.2);
        assert!(vectors[0].cosine(&vectors[2]) < 1e-6);
        assert!((terms.vector_of(&space.units[1]).cosine(&vectors[1]) - 1.0).abs() < 1e-5);
    }

    #[test]
    fn terms_are_counted_by_the_units_that_have_them() {
        let space = space(&["thu hoạch lúa, thu hoạch ngô", "hoạch lúa"]);
        let terms = space.terms();
        let [thu, hoach, lua] = [0, 1, 2];
        assert_eq!(terms.units_with_words(), [1, 2, 2, 1]);
        assert_eq!(terms.units_with_pair((thu, hoach)), 1);
        assert_eq!(terms.units_with_pair((hoach, lua)), 2);
        assert_eq!(terms.units_with_pair((lua, hoach)), 0);
        assert_eq!(terms.vectors()[1].words().collect::<Vec<_>>(), [hoach, lua]);
        assert_eq!(
            terms.vectors()[1].pairs().collect::<Vec<_>>(),
            [(hoach, lua)]
        );
    }

    #[test]
    fn coverage_goes_from_nothing_to_all() {
        let mut space = space(&["thu hoạch lúa", "họp chi bộ"]);
        let title = space.vocabulary.read("hoạch lúa");
        let elsewhere = space.vocabulary.read("lúa ngô");
        let terms = space.terms();
        let covered = terms.coverage(&title);
        assert!((covered[0] - 1.0).abs() < 1e-6 && covered[1].abs() < 1e-6);
        assert!(
            terms.coverage(&elsewhere)[0] < 0.5,
            "what no unit has is wanted all the same"
        );
        assert!(terms.coverage(&[])[0].abs() < 1e-6);
        assert!(
            terms.vector_of(&elsewhere).words().eq([2]),
            "but no unit is like it for that"
        );
    }
}
