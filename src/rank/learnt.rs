//! Scores of the trees on the scale that selection is made for.

use super::scorer::{Length, Scorer, Setting};
use super::standardise::standardised;
use super::{Evidence, FeatureRow, salience};

/// What kind of text a document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Genre {
    /// What the scorer has learnt from.
    News,
    /// What it has learnt nothing of.
    Report,
}

/// A scorer with what it needs to know of one document.
#[derive(Clone, Copy, Debug)]
pub struct Learnt<'a> {
    /// The scorer.
    pub scorer: &'a Scorer,
    /// What kind of text it is.
    pub genre: Genre,
    /// How long its summary is to be.
    pub length: Length,
    /// Whether it has a title.
    pub has_title: bool,
}

impl Learnt<'_> {
    /// Scores with a mean of 0 and a variance of 1 over the candidates. In a report, half of the score is the weighted
    /// sum's, and the scorer is not told where the units stand: that the first says most was learnt from news.
    pub(super) fn score(self, evidence: &Evidence<'_>) -> Vec<f32> {
        let rows = salience::features(evidence);
        let scores = self.of_rows(&rows, &evidence.quotable.is_candidate);
        if self.genre == Genre::News {
            return scores;
        }
        let is_candidate = |unit: usize| evidence.quotable.is_candidate[unit];
        let sums = standardised(salience::weighted(&rows), is_candidate);
        let both = scores.into_iter().zip(sums);
        both.map(|(score, sum)| f32::midpoint(score, sum)).collect()
    }

    /// The scorer's own part of the scores.
    pub fn of_rows(self, rows: &[FeatureRow], is_candidate: &[bool]) -> Vec<f32> {
        let setting = Setting {
            length: self.length,
            tells_places: self.genre == Genre::News,
            tells_title: self.has_title,
        };
        standardised(self.scorer.score(rows, setting), |unit| is_candidate[unit])
    }
}
