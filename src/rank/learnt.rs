//! Scores of the network on the scale that selection is made for.

use super::scorer::{Places, Scorer};
use super::{Evidence, FeatureRow, salience};

/// What kind of text a document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Genre {
    /// What the scorer has learnt from.
    News,
    /// What it has learnt nothing of.
    Report,
}

/// A scorer with what it needs of one document.
#[derive(Clone, Copy)]
pub struct Learnt<'a> {
    /// The scorer.
    pub scorer: &'a Scorer,
    /// The mean token state of a unit.
    pub vectors: &'a dyn Fn(usize) -> Vec<f32>,
    /// What kind of text it is.
    pub genre: Genre,
}

impl Learnt<'_> {
    /// Scores with a mean of 0 and a variance of 1 over the candidates. In a report, half of the score is the weighted
    /// sum's, and the scorer is not told where the units stand: that the first says most was learnt from news.
    pub(super) fn score(self, evidence: &Evidence<'_>) -> Vec<f32> {
        let rows = salience::features(evidence);
        let scores = self.of_rows(&rows, evidence.is_candidate);
        if self.genre == Genre::News {
            return scores;
        }
        let sums = standardised(salience::score(evidence), evidence.is_candidate);
        let both = scores.into_iter().zip(sums);
        both.map(|(score, sum)| f32::midpoint(score, sum)).collect()
    }

    /// The scorer's own part of the scores.
    pub fn of_rows(self, rows: &[FeatureRow], is_candidate: &[bool]) -> Vec<f32> {
        let places = match self.genre {
            Genre::News => Places::Told,
            Genre::Report => Places::Hidden,
        };
        let scores = self.scorer.score(rows, self.vectors, places);
        standardised(scores, is_candidate)
    }
}

impl std::fmt::Debug for Learnt<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Learnt")
            .field("genre", &self.genre)
            .finish_non_exhaustive()
    }
}

/// The scores less the mean of the candidates', over their spread.
fn standardised(mut scores: Vec<f32>, is_candidate: &[bool]) -> Vec<f32> {
    let of_candidates = scores.iter().zip(is_candidate);
    let chosen: Vec<f32> = of_candidates
        .filter_map(|(&score, &is_candidate)| is_candidate.then_some(score))
        .collect();
    let count = chosen.len().max(1) as f32;
    let mean = chosen.iter().sum::<f32>() / count;
    let variance = chosen
        .iter()
        .map(|score| (score - mean).powi(2))
        .sum::<f32>();
    let spread = (variance / count).sqrt() + 1e-6;
    for score in &mut scores {
        *score = (*score - mean) / spread;
    }
    scores
}
