//! Held-out scores → thresholds and the margin of abstention.

/// How far below the best F1 a threshold may stay: thresholds that near are as good as another draw
/// of the data can tell.
const TOLERANCE: f32 = 0.003;

/// The threshold of a label: the geometric mean of where F1 over these scores is best and of where it is to be expected to
/// be, going by the scores alone, which are probabilities; 0.5 where the label never holds.
///
/// The first wavers where a label is rare, the second is off where the probabilities are; together they are nearer to what is
/// best for other documents than either (`docs/quality.md`).
pub(super) fn choose(scores: &[f32], holds: &[bool], weights: &[f32]) -> f32 {
    let holds = |row: usize| f32::from(holds[row]);
    match seen(&cuts(scores, weights, holds)) {
        Some(seen) => (seen * expected(scores, weights)).sqrt(),
        None => 0.5,
    }
}

/// The threshold between two, nearer to the one that more examples stand for: their weighted geometric mean.
pub(super) fn between(known: f32, known_examples: f32, chosen: f32, examples: f32) -> f32 {
    let share = examples / (examples + known_examples);
    libm::powf(known, 1.0 - share) * libm::powf(chosen, share)
}

/// The margin between two, nearer to the one that more examples stand for: their weighted mean, for it may be 0.
pub(super) fn margin_between(known: f32, known_examples: f32, chosen: f32, examples: f32) -> f32 {
    let share = examples / (examples + known_examples);
    known * (1.0 - share) + chosen * share
}

/// The median of the thresholds whose F1 comes near the best, which wavers less than the best one does.
fn seen(cuts: &[Cut]) -> Option<f32> {
    let best = cuts.iter().map(|cut| cut.f1).fold(0.0, f32::max);
    let mut near: Vec<f32> = cuts
        .iter()
        .filter(|cut| cut.f1 > 0.0 && cut.f1 >= best - TOLERANCE)
        .map(|cut| cut.threshold)
        .collect();
    near.sort_by(f32::total_cmp);
    near.get(near.len() / 2).copied()
}

/// Where F1 is best if a label holds as often as the scores say (Lipton, Elkan and Narayanaswamy, 2014, *Optimal Thresholding
/// of Classifiers to Maximize F1 Measure*, section 4).
fn expected(scores: &[f32], weights: &[f32]) -> f32 {
    let cuts = cuts(scores, weights, |row| scores[row]);
    let better = |best: Cut, cut: Cut| if cut.f1 > best.f1 { cut } else { best };
    let none = Cut {
        threshold: 0.5,
        f1: 0.0,
    };
    cuts.into_iter().fold(none, better).threshold
}

struct Cut {
    threshold: f32,
    f1: f32,
}

/// Every threshold half-way between two neighbouring scores, with its F1 if each row holds as often as `holds` says.
fn cuts(scores: &[f32], weights: &[f32], holds: impl Fn(usize) -> f32) -> Vec<Cut> {
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]));
    let positives: f32 = order.iter().map(|&row| weights[row] * holds(row)).sum();

    let (mut hits, mut taken) = (0.0, 0.0);
    let mut cuts = Vec::new();
    for (rank, &row) in order.iter().enumerate() {
        hits += weights[row] * holds(row);
        taken += weights[row];
        let next = order.get(rank + 1).map_or(0.0, |&next| scores[next]);
        if next < scores[row] {
            let threshold = f32::midpoint(scores[row], next);
            cuts.push(Cut {
                threshold,
                f1: 2.0 * hits / (taken + positives),
            });
        }
    }
    cuts
}

/// The margin within which `share` of these distances lie.
pub(super) fn margin(mut distances: Vec<f32>, share: f32) -> f32 {
    distances.sort_by(f32::total_cmp);
    let rank = (distances.len() as f32 * share) as usize;
    let within = distances.get(rank).or(distances.last());
    within.copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_threshold_parts_what_can_be_parted() {
        let threshold = choose(
            &[0.95, 0.1, 0.9, 0.2],
            &[true, false, true, false],
            &[1.0; 4],
        );
        assert!((threshold - 0.55).abs() < 1e-6, "{threshold}");
    }

    #[test]
    fn what_is_expected_needs_no_labels() {
        // Half of F1 where it is best: 2 · 1.8 / (3 + 2) = 0.72 with three, less with two or four.
        let threshold = expected(&[0.1, 0.6, 0.5, 0.7, 0.1], &[1.0; 5]);
        assert!((threshold - 0.3).abs() < 1e-6, "{threshold}");
        assert!((expected(&[], &[]) - 0.5).abs() < 1e-6);
    }

    #[test]
    fn a_label_that_never_holds_keeps_the_middle() {
        assert!((choose(&[0.1, 0.2], &[false, false], &[1.0; 2]) - 0.5).abs() < 1e-6);
    }

    #[test]
    fn a_share_of_all_takes_the_farthest() {
        let margin = |share| margin(vec![0.3, 0.1, 0.2], share);
        assert!((margin(0.4) - 0.2).abs() < 1e-6);
        assert!((margin(1.0) - 0.3).abs() < 1e-6);
    }

    #[test]
    fn a_known_margin_gives_way_to_many_examples() {
        let between = |examples| margin_between(0.4, 200.0, 0.0, examples);
        assert!((between(0.0) - 0.4).abs() < 1e-6);
        assert!((between(200.0) - 0.2).abs() < 1e-6);
    }

    #[test]
    fn the_margin_holds_the_share_asked_for() {
        let distances = (0..100).map(|index| index as f32 / 100.0).collect();
        assert!((margin(distances, 0.2) - 0.2).abs() < 1e-6);
    }
}
