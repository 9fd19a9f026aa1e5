//! Which texts say nearly the same? Sets of word triples, and an index to find those that share many.

use std::collections::HashMap;

use super::spelling::{self, in_one_spelling};
use crate::hash::fnv1a;
use crate::segment;

/// Words in a row that are compared as one: enough to tell sentences that share a vocabulary.
const WIDTH: usize = 3;

/// Triples that more texts have than this are too common to find anything by, except a text's rarest; they still count
/// once a text is found by another. Texts that say the same share rarer ones: what sets a phrase of office prose apart
/// is its figures and names.
const MAX_POSTINGS: usize = 128;

/// As many of a text's rarest triples find others however common they are: a stock phrase has no others.
const RAREST: usize = 3;

/// Whether figures count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Figures {
    /// 95% and 87% are different facts.
    Count,
    /// Last year's order with this year's date is the same order.
    AreAlike,
}

/// The word triples of a text, as sorted hashes, and its figures.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Shingles {
    triples: Vec<u32>,
    /// The hash of all figures in their order.
    figures: u32,
}

impl Shingles {
    pub(super) fn of(text: &str, figures: Figures) -> Self {
        let word = |word: String| {
            let is_figure = word.bytes().all(|byte| byte.is_ascii_digit());
            if is_figure && figures == Figures::AreAlike {
                "0".to_owned()
            } else {
                word
            }
        };
        let text = in_one_spelling(text);
        let words: Vec<String> = segment::words(&text).map(word).collect();
        let mut hashes: Vec<u32> = if words.len() < WIDTH {
            vec![hash(&words)]
        } else {
            words.windows(WIDTH).map(hash).collect()
        };
        hashes.sort_unstable();
        hashes.dedup();
        let figures: Vec<String> = spelling::figures(&text).map(str::to_owned).collect();
        Self {
            triples: hashes,
            figures: hash(&figures),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.triples.len()
    }

    /// How many triples both have.
    fn shared(&self, other: &Self) -> usize {
        let mut a = self.triples.iter().peekable();
        let mut b = other.triples.iter().peekable();
        let mut shared = 0;
        while let (Some(left), Some(right)) = (a.peek(), b.peek()) {
            match left.cmp(right) {
                std::cmp::Ordering::Less => a.next(),
                std::cmp::Ordering::Greater => b.next(),
                std::cmp::Ordering::Equal => {
                    shared += 1;
                    a.next();
                    b.next()
                }
            };
        }
        shared
    }

    /// The share of triples that both have among those that either has (Jaccard), from 0 to 1.
    pub(super) fn resemblance(&self, other: &Self) -> f64 {
        let shared = self.shared(other);
        shared as f64 / (self.len() + other.len() - shared).max(1) as f64
    }

    /// The share of this text's triples that the other has too, from 0 to 1.
    pub(super) fn containment(&self, other: &Self) -> f64 {
        self.shared(other) as f64 / self.len().max(1) as f64
    }
}

fn hash(words: &[String]) -> u32 {
    // One that no release of a library changes, so that the same input gives the same output. No word holds a line feed.
    let bytes = words.iter().flat_map(|word| word.bytes().chain([b'\n']));
    let hash = fnv1a(bytes);
    ((hash >> 32) ^ hash) as u32
}

/// Texts by their triples.
#[derive(Clone, Debug, Default)]
pub(super) struct Index {
    texts: Vec<Shingles>,
    postings: HashMap<u32, Vec<u32>>,
    /// For every text, how many triples a search has found in it; all 0 between searches.
    counts: Vec<u32>,
}

impl Index {
    pub(super) fn add(&mut self, shingles: Shingles) {
        let number = self.texts.len() as u32;
        for &shingle in &shingles.triples {
            self.postings.entry(shingle).or_default().push(number);
        }
        self.texts.push(shingles);
    }

    pub(super) fn text(&self, number: usize) -> &Shingles {
        &self.texts[number]
    }

    /// The texts that share a triple with this one, in order, each with a number of triples that the two
    /// share at most.
    pub(super) fn candidates(&mut self, shingles: &Shingles) -> Vec<(usize, usize)> {
        self.counts.resize(self.texts.len(), 0);
        let triples = shingles.triples.iter();
        let postings = triples.filter_map(|it| self.postings.get(it));
        let mut postings: Vec<&Vec<u32>> = postings.collect();
        postings.sort_by_key(|numbers| numbers.len());
        let rare = postings.partition_point(|numbers| numbers.len() <= MAX_POSTINGS);
        let telling = rare.max(RAREST).min(postings.len());
        let common = postings.len() - telling;
        let mut found = Vec::new();
        for numbers in &postings[..telling] {
            for &number in *numbers {
                let count = &mut self.counts[number as usize];
                if *count == 0 {
                    found.push(number as usize);
                }
                *count += 1;
            }
        }
        found.sort_unstable();
        let counts = &mut self.counts;
        let mut at_most = |number: usize| common + std::mem::take(&mut counts[number]) as usize;
        found
            .into_iter()
            .map(|number| (number, at_most(number)))
            .collect()
    }

    /// The text with the same figures that this one resembles most, at least as much as `least`; of several, the first.
    pub(super) fn nearest(&mut self, shingles: &Shingles, least: f64) -> Option<usize> {
        let mut best = None;
        for (number, at_most) in self.candidates(shingles) {
            let other = &self.texts[number];
            // In a long sentence, one figure is less than the words that may differ, and yet another fact.
            if other.figures != shingles.figures {
                continue;
            }
            // Those that cannot resemble enough are not compared: shared / (a + b - shared) >= least.
            let needed = least / (1.0 + least) * (shingles.len() + other.len()) as f64;
            if (at_most as f64) < needed - 0.5 {
                continue;
            }
            let resemblance = other.resemblance(shingles);
            if resemblance >= least && best.is_none_or(|(_, most)| resemblance > most) {
                best = Some((number, resemblance));
            }
        }
        best.map(|(number, _)| number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORDER: &str = "Giao Đội Cảnh sát giao thông chủ trì, phối hợp với công an các xã rà soát toàn bộ \
                         bến khách ngang sông, báo cáo trước ngày 15/7/2024";

    #[test]
    fn figures_count_where_facts_are_told_apart() {
        let later = ORDER.replace("15/7/2024", "20/8/2025");
        let of = |text: &str, figures| Shingles::of(text, figures);
        let alike = of(ORDER, Figures::AreAlike).resemblance(&of(&later, Figures::AreAlike));
        let exact = of(ORDER, Figures::Count).resemblance(&of(&later, Figures::Count));
        assert!(alike > 0.99 && exact < 0.9, "{alike} {exact}");
    }

    #[test]
    fn the_nearest_is_found_whatever_its_case_and_spelling_of_tones() {
        let mut index = Index::default();
        index.add(Shingles::of(
            "Toàn tỉnh đã hoà giải 120 vụ việc ở cơ sở",
            Figures::Count,
        ));
        index.add(Shingles::of(ORDER, Figures::Count));
        let same = Shingles::of(&ORDER.to_uppercase(), Figures::Count);
        assert_eq!(index.nearest(&same, 0.9), Some(1));
        let tones = Shingles::of("toàn tỉnh đã hòa giải 120 vụ việc ở cơ sở", Figures::Count);
        assert_eq!(index.nearest(&tones, 0.9), Some(0));
        assert_eq!(
            index.nearest(&Shingles::of("Hết.", Figures::Count), 0.1),
            None
        );
    }

    #[test]
    fn texts_with_other_figures_are_not_near_however_long_they_are() {
        let mut index = Index::default();
        index.add(Shingles::of(ORDER, Figures::Count));
        let later = Shingles::of(&ORDER.replace("15/7", "20/7"), Figures::Count);
        assert!(index.text(0).resemblance(&later) > 0.7);
        assert_eq!(index.nearest(&later, 0.7), None);
        let other = Shingles::of(&ORDER.replace("Giao Đội", "Giao các Đội"), Figures::Count);
        assert_eq!(index.nearest(&other, 0.7), Some(0));
    }

    #[test]
    fn the_nearest_may_be_another_item_and_spell_its_figures_otherwise() {
        let mut index = Index::default();
        let text = |item, area, bridge| {
            format!(
                "{item} Giao thôn Đông đổ bê tông {area} đường ngõ xóm và làm {bridge} cây cầu dân sinh."
            )
        };
        index.add(Shingles::of(&text("2.", "4.500 m2", "01"), Figures::Count));
        for (item, area, bridge, found) in [
            ("3.", "4500 m²", "1", Some(0)),
            ("-", "4.500 m2", "1", Some(0)),
            ("2.", "4.500 m2", "2", None),
            ("2.", "4.050 m2", "01", None),
        ] {
            let other = Shingles::of(&text(item, area, bridge), Figures::Count);
            assert_eq!(index.nearest(&other, 0.7), found, "{area} {bridge}");
        }
    }

    #[test]
    fn a_stock_phrase_is_found_however_many_texts_have_it() {
        let phrase = "các đơn vị nghiêm túc triển khai thực hiện chỉ thị này";
        let mut index = Index::default();
        for number in 0..2 * MAX_POSTINGS {
            let name: String = number
                .to_string()
                .bytes()
                .map(|digit| char::from(digit + 49))
                .collect();
            let text = format!("xã {name} thôn {name} yêu cầu {phrase}");
            index.add(Shingles::of(&text, Figures::Count));
        }
        let phrase = Shingles::of(phrase, Figures::Count);
        assert_eq!(index.nearest(&phrase, 0.9), None);
        index.add(phrase.clone());
        assert_eq!(index.nearest(&phrase, 0.9), Some(2 * MAX_POSTINGS));
    }

    #[test]
    fn a_clause_is_contained_in_its_sentence() {
        let clause = Shingles::of("rà soát toàn bộ bến khách ngang sông", Figures::Count);
        assert!(clause.containment(&Shingles::of(ORDER, Figures::Count)) > 0.99);
    }
}
