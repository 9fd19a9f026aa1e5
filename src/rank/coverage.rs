//! What a document has to tell: the words that it comes back to.

use super::{TermSpace, TermVector};

/// For every unit, its distinct words that other units share, each as its number and its worth; all words of
/// a document are worth `worth_of_all` together.
///
/// A word's worth is `ln n · ln((m + 1) / (n + ½))` where `n` of `m` units have it: nothing where it occurs once
/// or everywhere.
pub(super) fn worths(terms: &TermSpace, worth_of_all: f32) -> Vec<Vec<(u32, f32)>> {
    let all = terms.vectors().len() as f32;
    let worth = |&units: &u32| {
        let units = units.max(1) as f32;
        (libm::logf(units) * libm::logf((all + 1.0) / (units + 0.5))).max(0.0)
    };
    let mut worths: Vec<f32> = terms.units_with_words().iter().map(worth).collect();
    let total: f32 = worths.iter().sum();
    if total > 0.0 {
        for worth in &mut worths {
            *worth *= worth_of_all / total;
        }
    }
    let of_unit = |unit: &TermVector| {
        let worths = unit.words().map(|word| (word, worths[word as usize]));
        worths.filter(|(_, worth)| *worth > 0.0).collect()
    };
    terms.vectors().iter().map(of_unit).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::segment::Vocabulary;

    #[test]
    fn shared_words_are_worth_something_and_sum_up() {
        let mut vocabulary = Vocabulary::default();
        let units = ["thu ngân sách", "thu đạt", "chi ngân sách", "khác"];
        let units = units.map(|text| vocabulary.read(text));
        let terms = TermSpace::new(&units, vocabulary.words().len());
        let worths = worths(&terms, 3.0);
        assert_eq!(worths[3], []);
        assert_eq!(worths[0].len(), 3, "thu, ngân and sách");
        let once: BTreeMap<u32, f32> = worths.concat().into_iter().collect();
        assert!((once.values().sum::<f32>() - 3.0).abs() < 1e-5);
    }
}
