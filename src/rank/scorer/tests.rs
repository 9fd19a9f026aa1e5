use super::*;
use crate::random::Generator;

fn scorer(hidden_size: Option<usize>) -> Scorer {
    let mut generator = Generator::new(5);
    let mut draw = |count: usize| -> Vec<f32> {
        (0..count)
            .map(|_| generator.below(2000) as f32 / 10_000.0 - 0.1)
            .collect()
    };
    let part = |(name, shape): (String, Vec<usize>)| {
        let values = draw(shape.iter().product());
        (name, (shape, values))
    };
    Scorer::new(Parts::new(Parts::shapes(hidden_size).into_iter().map(part))).unwrap()
}

fn rows(count: usize) -> Vec<FeatureRow> {
    let value = |unit: usize, index: usize| ((unit * 7 + index * 3) % 11) as f32 / 5.0;
    (0..count)
        .map(|unit| std::array::from_fn(|index| value(unit, index)))
        .collect()
}

#[test]
fn blocks_are_short_enough_and_cover_all() {
    for count in [0, 1, 191, 192, 193, 1000, 5000] {
        let blocks: Vec<_> = blocks(count).collect();
        assert!(blocks.iter().all(|block| block.len() <= BLOCK));
        let all: Vec<usize> = blocks.into_iter().flatten().collect();
        assert_eq!(all, (0..count).collect::<Vec<_>>());
    }
}

#[test]
fn a_block_is_scored_by_itself() {
    let scorer = scorer(None);
    let mut rows = rows(600);
    let before = scorer.score(&rows, |_| Vec::new(), Places::Told);
    assert_eq!(before.len(), 600);
    rows[599][0] += 5.0;
    let after = scorer.score(&rows, |_| Vec::new(), Places::Told);
    let first = blocks(600).next().unwrap();
    assert_eq!(before[first.clone()], after[first]);
    assert!((before[599] - after[599]).abs() > 1e-6);
}

#[test]
fn a_hidden_place_does_not_count() {
    let scorer = scorer(Some(4));
    let mut rows = rows(5);
    let vector = |unit: usize| vec![unit as f32, 1.0, 2.0, 0.5];
    let told = scorer.score(&rows, vector, Places::Told);
    let hidden = scorer.score(&rows, vector, Places::Hidden);
    assert!(told.iter().zip(&hidden).any(|(a, b)| (a - b).abs() > 1e-6));
    for row in &mut rows {
        for index in PLACE_FEATURES {
            row[index] = 9.0;
        }
    }
    assert_eq!(hidden, scorer.score(&rows, vector, Places::Hidden));
}

fn stored() -> StoredScorer {
    StoredScorer {
        model_sha256: Some("ab".to_owned()),
        scorer: scorer(Some(4)),
    }
}

#[test]
fn a_file_reads_as_it_was_written() {
    let once = StoredScorer::from_bytes(&stored().to_bytes().unwrap()).unwrap();
    let twice = StoredScorer::from_bytes(&once.to_bytes().unwrap()).unwrap();
    assert_eq!(once, twice);
    let vector = |_| vec![1.0, -1.0, 2.0, 0.5];
    let (a, b) = (stored().scorer, once.scorer);
    let [a, b] = [a, b].map(|scorer| scorer.score(&rows(3), vector, Places::Told));
    assert!(a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-2));
}

#[test]
fn damage_and_other_models_are_refused() {
    let bytes = stored().to_bytes().unwrap();
    for length in (0..400).chain([bytes.len() - 1]) {
        assert!(StoredScorer::from_bytes(&bytes[..length]).is_err());
    }
    for at in 0..400 {
        let mut damaged = bytes.clone();
        damaged[at] ^= 0x15;
        let _ = StoredScorer::from_bytes(&damaged);
    }
    assert!(stored().fits("ab", 4) && !stored().fits("cd", 4) && !stored().fits("ab", 5));
}
