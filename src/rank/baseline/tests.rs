use proptest::prelude::*;

use super::*;
use crate::segment::Vocabulary;

fn sentences(texts: &[&str]) -> Vec<Vec<u32>> {
    let mut vocabulary = Vocabulary::default();
    texts.iter().map(|text| vocabulary.read(text)).collect()
}

fn best(scores: &[f32]) -> usize {
    (0..scores.len())
        .rev()
        .max_by(|&a, &b| scores[a].total_cmp(&scores[b]))
        .unwrap()
}

fn some_sentences() -> impl Strategy<Value = Vec<Vec<u32>>> {
    let sentence = prop::collection::vec(0..8_u32, 1..9);
    prop::collection::vec(sentence, 1..14)
}

/// The walk over a graph that is written down; a row of zeros leads to `dead_end` each.
fn slow_walk(edges: &[Vec<f64>], dead_end: f64) -> Vec<f64> {
    let count = edges.len();
    let sums: Vec<f64> = edges.iter().map(|row| row.iter().sum()).collect();
    let mut scores = vec![1.0 / count as f64; count];
    for _ in 0..200 {
        let arriving = |to: usize| -> f64 {
            let from = |from: usize| {
                let chance = if sums[from] > 1e-12 {
                    edges[from][to] / sums[from]
                } else {
                    dead_end
                };
                scores[from] * chance
            };
            (0..count).map(from).sum()
        };
        scores = (0..count)
            .map(|to| 0.15 / count as f64 + 0.85 * arriving(to))
            .collect();
    }
    scores
}

/// Compares with the edges `weight(i, j)` of the sentences `i` and `j`.
fn check(
    scores: &[f32],
    weight: impl Fn(usize, usize) -> f64,
    dead_end: f64,
) -> Result<(), TestCaseError> {
    let row = |i: usize| (0..scores.len()).map(|j| weight(i, j)).collect();
    let edges: Vec<Vec<f64>> = (0..scores.len()).map(row).collect();
    for (&score, expected) in scores.iter().zip(slow_walk(&edges, dead_end)) {
        prop_assert!(
            (f64::from(score) - expected).abs() < 1e-5,
            "{score} is not {expected}"
        );
    }
    Ok(())
}

proptest! {
    #[test]
    fn lexrank_is_the_walk_along_all_cosines(sentences in some_sentences()) {
        let count = sentences.len() as f64;
        let frequency = |word: &u32, sentence: &Vec<u32>| sentence.iter().filter(|it| *it == word).count() as f64;
        let idf = |word: &u32| {
            let having = sentences.iter().filter(|sentence| sentence.contains(word)).count() as f64;
            libm::log(count / having)
        };
        let product = |i: usize, j: usize| -> f64 {
            let mut words = sentences[i].clone();
            words.sort_unstable();
            words.dedup();
            let term = |word: &u32| {
                frequency(word, &sentences[i]) * frequency(word, &sentences[j]) * idf(word).powi(2)
            };
            words.iter().map(term).sum()
        };
        let cosine = |i: usize, j: usize| {
            let norms = (product(i, i) * product(j, j)).sqrt();
            if norms > 0.0 { product(i, j) / norms } else { 0.0 }
        };
        check(&lexrank(&sentences), cosine, 1.0 / count)?;
    }

    #[test]
    fn textrank_is_the_walk_along_all_overlaps(sentences in some_sentences()) {
        let weight = |i: usize, j: usize| {
            let mut words = sentences[i].clone();
            words.sort_unstable();
            words.dedup();
            let shared = words.iter().filter(|word| sentences[j].contains(word)).count() as f64;
            let scale = libm::log(sentences[i].len() as f64) + libm::log(sentences[j].len() as f64);
            if i == j || scale <= 0.0 { 0.0 } else { shared / scale }
        };
        check(&textrank(&sentences), weight, 0.0)?;
    }
}

#[test]
fn no_sentences_have_no_scores() {
    let none: [Vec<u32>; 0] = [];
    assert!(lexrank(&none).is_empty() && textrank(&none).is_empty());
    assert!(lead(0).is_empty() && random(0, 1).is_empty());
}

#[test]
fn an_empty_sentence_is_no_trouble() {
    let mut sentences = sentences(&["hội nghị tổng kết", "hội nghị sơ kết"]);
    sentences.push(Vec::new());
    for scores in [lexrank(&sentences), textrank(&sentences)] {
        assert!(
            scores.iter().all(|score| score.is_finite() && *score > 0.0),
            "{scores:?}"
        );
        assert_ne!(best(&scores), 2);
    }
}

#[test]
fn the_sentence_that_shares_most_is_most_central() {
    let sentences = sentences(&[
        "thời tiết hôm nay đẹp",
        "toàn huyện có mười xã đạt chuẩn nông thôn mới",
        "mười xã đạt chuẩn trong năm qua",
        "huyện xây dựng nông thôn mới",
    ]);
    assert_eq!(best(&lexrank(&sentences)), 1);
    assert_eq!(best(&textrank(&sentences)), 1);
}

#[test]
fn lead_falls_and_random_keeps_to_its_seed() {
    assert!(lead(5).is_sorted_by(|a, b| a > b));
    assert_eq!(random(9, 7), random(9, 7));
    assert_ne!(random(9, 7), random(9, 8));
    assert!(random(99, 3).iter().all(|score| (0.0..1.0).contains(score)));
}
