//! What a ranker learns from, and what comes of its scores.

use super::prepared::PreparedContent;
use super::wording::{Wording, alone};
use crate::rank::scorer::{Length, Scorer, Setting};
use crate::rank::{self, FeatureRow, Ranker};
use crate::select::Budget;

/// A document's units as a ranker sees them, one entry a unit in each list; see [`super::Prepared::ranking`].
#[derive(Clone, Debug)]
pub struct Ranking {
    /// What is known of each but the labels.
    pub features: Vec<FeatureRow>,
    /// What it says.
    pub wording: Wording,
}

impl Ranking {
    pub(super) fn new(content: &PreparedContent) -> Self {
        let wording = Wording::new(content);
        let label_strength = vec![0.0; content.units.len()];
        let features = rank::features(&wording.evidence(content, &label_strength, None));
        Self { features, wording }
    }

    /// The units that a summary of news quotes in so many sentences, going by a scorer.
    pub fn pick(&self, scorer: &Scorer, sentences: usize) -> Vec<usize> {
        let setting = Setting {
            length: Length::of(sentences),
            tells_places: true,
            tells_title: self.wording.has_title(),
        };
        let is_candidate = &self.wording.quotable.is_candidate;
        let scores = rank::scores_of(scorer, &self.features, setting, is_candidate);
        let candidates = self.wording.candidates(|unit| Some(scores[unit]));
        let (ranker, budget) = (Ranker::Salience, Budget::Sentences(sentences));
        let concepts = self.wording.concepts(ranker);
        (self.wording).select(&candidates, ranker, budget, &concepts, alone)
    }
}
