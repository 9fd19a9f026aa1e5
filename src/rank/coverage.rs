//! What a document has to tell: the words that it comes back to.

use std::collections::BTreeMap;

/// For every unit, its distinct words that other units share, each as its number and its worth; all words of
/// a document are worth `worth_of_all` together.
///
/// A word's worth is `ln n · ln((m + 1) / (n + ½))` where `n` of `m` units have it: nothing where it occurs once
/// or everywhere.
pub(super) fn worths(words: &[Vec<String>], worth_of_all: f32) -> Vec<Vec<(u32, f32)>> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let distinct = |words: &'_ [String]| -> Vec<String> {
        let mut distinct = words.to_vec();
        distinct.sort_unstable();
        distinct.dedup();
        distinct
    };
    let units: Vec<Vec<String>> = words.iter().map(|words| distinct(words)).collect();
    for word in units.iter().flatten() {
        *counts.entry(word).or_default() += 1;
    }
    let all = units.len() as f32;
    let worth = |count: usize| {
        let count = count as f32;
        (count.ln() * ((all + 1.0) / (count + 0.5)).ln()).max(0.0)
    };
    let total: f32 = counts.values().map(|&count| worth(count)).sum();
    let scale = if total > 0.0 {
        worth_of_all / total
    } else {
        0.0
    };
    let numbered = counts.into_iter().zip(0..);
    let table: BTreeMap<&str, (u32, f32)> = numbered
        .map(|((word, count), id)| (word, (id, scale * worth(count))))
        .collect();
    let look_up = |unit: &Vec<String>| {
        let worths = unit.iter().map(|word| table[word.as_str()]);
        worths.filter(|(_, worth)| *worth > 0.0).collect()
    };
    units.iter().map(look_up).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shared_words_are_worth_something_and_sum_up() {
        let unit = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let words = ["thu ngân sách", "thu đạt", "chi ngân sách", "khác"].map(unit);
        let worths = worths(&words, 3.0);
        assert_eq!(worths[3], []);
        assert_eq!(worths[0].len(), 3, "thu, ngân and sách");
        let once: BTreeMap<u32, f32> = worths.concat().into_iter().collect();
        assert!((once.values().sum::<f32>() - 3.0).abs() < 1e-5);
    }
}
