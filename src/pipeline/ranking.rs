//! What a ranker learns from, and what comes of its scores.

use super::PreparedContent;
use super::assemble::{REPETITION, Wording, concepts};
use crate::rank::scorer::{Length, Scorer};
use crate::rank::{self, FeatureRow, Genre, Learnt, Ranker};
use crate::segment::Vocabulary;
use crate::select::{self, Budget, Candidate, SelectOptions};

/// A document's units as a ranker sees them, one entry a unit in each list; see [`super::Prepared::ranking`].
#[derive(Clone, Debug)]
pub struct Ranking {
    /// What is known of each but the labels.
    pub features: Vec<FeatureRow>,
    /// Whether it may be quoted.
    pub is_candidate: Vec<bool>,
    /// Its words, as numbers of the vocabulary.
    pub words: Vec<Vec<u32>>,
    /// The words of the document and of its title.
    pub vocabulary: Vocabulary,
    /// How long it is.
    pub syllables: Vec<usize>,
    /// How like two units are.
    terms: rank::TermSpace,
}

impl Ranking {
    pub(super) fn new(content: &PreparedContent) -> Self {
        let wording = Wording::new(content);
        let label_strength = vec![0.0; content.units.len()];
        let features = rank::features(&wording.evidence(content, &label_strength));
        let Wording {
            words,
            vocabulary,
            syllables,
            terms,
            is_candidate,
            ..
        } = wording;
        Self {
            features,
            is_candidate,
            words,
            vocabulary,
            syllables,
            terms,
        }
    }

    /// The units that a summary of news quotes in so many sentences, going by a scorer.
    pub fn pick(&self, scorer: &Scorer, sentences: usize) -> Vec<usize> {
        let learnt = Learnt {
            scorer,
            genre: Genre::News,
            length: Length::of(sentences),
        };
        let scores = learnt.of_rows(&self.features, &self.is_candidate);
        let candidate = |unit: usize| Candidate {
            unit,
            score: scores[unit],
            syllables: self.syllables[unit],
        };
        let units = (0..scores.len()).filter(|&unit| self.is_candidate[unit]);
        let candidates: Vec<Candidate> = units.map(candidate).collect();
        let options = SelectOptions {
            budget: Budget::Sentences(sentences),
            document_syllables: self.syllables.iter().sum(),
            redundancy_penalty: Ranker::Salience.redundancy_penalty(),
            repetition: REPETITION,
        };
        let vectors = self.terms.vectors();
        let similarity = |a: usize, b: usize| vectors[a].cosine(&vectors[b]);
        let concepts = concepts(Ranker::Salience, &self.terms);
        select::select(&candidates, options, similarity, &concepts)
    }
}
