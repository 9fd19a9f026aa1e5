//! Scores of the trees on the scale that selection is made for.

use super::scorer::{Length, Scorer, Setting};
use super::standardise::standardised;
use super::{Evidence, FeatureRow, report, salience};

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
    /// Whether it is one of the user's own.
    pub is_own: bool,
    /// What kind of text it is.
    pub genre: Genre,
    /// How long its summary is to be.
    pub length: Length,
    /// Whether it has a title.
    pub has_title: bool,
}

impl Learnt<'_> {
    /// Scores with a mean of 0 and a variance of 1 over the candidates. The program's scorer has learnt from news and
    /// says nothing of reports; one of the user's own has half a say there, and is not told where the units stand.
    pub(super) fn score(self, evidence: &Evidence<'_>) -> Vec<f32> {
        let rows = salience::features(evidence);
        let of_scorer = || self.of_rows(&rows, &evidence.quotable.is_candidate);
        match (self.genre, self.is_own) {
            (Genre::News, _) => of_scorer(),
            (Genre::Report, false) => report::score(evidence, &rows),
            (Genre::Report, true) => {
                let both = of_scorer().into_iter().zip(report::score(evidence, &rows));
                both.map(|(ours, theirs)| f32::midpoint(ours, theirs))
                    .collect()
            }
        }
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
