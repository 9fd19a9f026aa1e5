//! Which paragraphs only say again what a longer one says? Pull quotes, repeated titles, captions without a picture.

use std::collections::HashMap;

/// Fewer pairs of words are alike by chance.
const FEWEST_PAIRS: usize = 8;

/// So many of the longest paragraphs with a pair are remembered, so that a long document costs no more a paragraph than
/// a short one.
const REMEMBERED: usize = 8;

/// The next two words of a paragraph, as numbers.
type Pair = (u32, u32);

/// For paragraphs of these words, whether all pairs of neighbours stand in one that is longer, or as long and earlier: one
/// other word may be `chưa` for `đã`, or the next village. A copy of a copy is one of what that copies.
pub(super) fn copies(paragraphs: &[Vec<u32>]) -> Vec<bool> {
    let pairs: Vec<Vec<Pair>> = paragraphs
        .iter()
        .map(|words| distinct_pairs(words))
        .collect();
    let mut order: Vec<usize> = (0..paragraphs.len()).collect();
    order.sort_by_key(|&index| std::cmp::Reverse(pairs[index].len()));
    let mut found = vec![false; paragraphs.len()];
    let mut index_of: HashMap<Pair, Vec<usize>> = HashMap::new();
    for index in order {
        let own = &pairs[index];
        let likeliest = (own.len() >= FEWEST_PAIRS).then(|| most_frequent(own, &index_of));
        let is_copy = likeliest.flatten().is_some_and(|other| {
            let others = &pairs[other];
            own.iter().all(|pair| others.binary_search(pair).is_ok())
        });
        found[index] = is_copy;
        if !is_copy {
            for pair in own {
                let holders = index_of.entry(*pair).or_default();
                if holders.len() < REMEMBERED {
                    holders.push(index);
                }
            }
        }
    }
    found
}

/// The paragraph that most of these pairs lead to; the first one of several.
fn most_frequent(pairs: &[Pair], index_of: &HashMap<Pair, Vec<usize>>) -> Option<usize> {
    let holders = pairs.iter().filter_map(|pair| index_of.get(pair));
    let mut all: Vec<usize> = holders.flatten().copied().collect();
    all.sort_unstable();
    let runs = all.chunk_by(|a, b| a == b);
    let most = runs.max_by_key(|run| (run.len(), std::cmp::Reverse(run[0])));
    most.map(|run| run[0])
}

fn distinct_pairs(words: &[u32]) -> Vec<Pair> {
    let pairs = words
        .array_windows()
        .map(|&[first, second]| (first, second));
    let mut pairs: Vec<Pair> = pairs.collect();
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::segment::Vocabulary;

    fn copied(texts: &[&str]) -> Vec<bool> {
        let mut vocabulary = Vocabulary::default();
        let words: Vec<Vec<u32>> = texts.iter().map(|text| vocabulary.read(text)).collect();
        copies(&words)
    }

    #[test]
    fn what_a_longer_paragraph_says_too_is_a_copy() {
        let long = "Sáng 12/6, xã Vân Thượng khánh thành nhà văn hóa của bốn thôn ven sông, do dân góp công.";
        let quote = "Xã Vân Thượng khánh thành nhà văn hóa của bốn thôn ven sông";
        let other = "Xã Vân Thượng khánh thành nhà văn hóa của 4 thôn ven sông";
        let short = "Nhà văn hóa của bốn thôn";
        assert_eq!(
            copied(&[quote, long, other, short, quote]),
            [true, false, false, false, true]
        );
        assert_eq!(copied(&[other, other, other]), [false, true, true]);
    }

    #[test]
    fn one_other_word_says_something_else() {
        let left = "Xã chưa làm xong đường trục, kênh mương và sân thể thao của bốn thôn ven sông như đã hứa";
        let done = "Xã đã làm xong đường trục, kênh mương và sân thể thao của bốn thôn ven sông";
        let elsewhere =
            "Xã đã làm xong đường trục, kênh mương và sân thể thao của năm thôn ven sông";
        assert_eq!(copied(&[left, done, elsewhere]), [false; 3]);
    }

    #[test]
    fn a_long_document_of_paragraphs_alike_is_compared() {
        let text = "xã họp bàn việc thu hoạch lúa mùa ở bốn thôn ven sông";
        let texts: Vec<String> = (0..20_000)
            .map(|number| format!("{number} {text}"))
            .collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        assert!(!copied(&texts).contains(&true));
    }
}
