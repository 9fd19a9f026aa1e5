//! Which sentences matter? Units and their words → a score for every unit.

pub mod baseline;
mod coverage;
mod learnt;
mod quotable;
mod report;
mod salience;
pub mod scorer;
mod standardise;
mod terms;
#[cfg(test)]
mod testing;
mod title_figures;

pub use learnt::{Genre, Learnt, Maker, scores_of};
pub use quotable::{Bearing, Quotable};
pub use salience::{FEATURES, Feature, FeatureRow, PLACE_FEATURES, TITLE_FEATURES, features};
pub use scorer::Scorer;
pub use standardise::standardised;
pub use terms::{TermSpace, TermVector};
pub use title_figures::TitleFigures;

use crate::document::{Document, Unit};
use crate::segment::Vocabulary;

/// What a ranker goes by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ranker {
    /// What the trees of a [`Scorer`] make of the features, where there is one and it has learnt from such documents and
    /// summaries ([`Learnt`]); else a sum that was fitted to them, as [`Self::Features`] for news.
    #[default]
    Salience,
    /// Title, centrality, position and length together, in a weighted sum.
    Features,
    /// The first sentences: the baseline to beat.
    Lead,
    /// Any sentences: what chance gives.
    Random,
    /// The sentences most like all others.
    LexRank,
    /// The same by another measure.
    TextRank,
}

impl Ranker {
    /// What the settings of a run call it; a run goes on where a former one of the same settings was.
    pub fn name(self) -> &'static str {
        match self {
            Self::Salience => "Salience",
            Self::Features => "Features",
            Self::Lead => "Lead",
            Self::Random => "Random",
            Self::LexRank => "LexRank",
            Self::TextRank => "TextRank",
        }
    }
}

/// What all words of a document are worth together beside scores of unit variance.
const LEARNT_WORTH: f32 = 4.0;
/// What being told already costs there.
const LEARNT_PENALTY: f32 = 1.0;

/// The seed of [`Ranker::Random`].
const SEED: u64 = 1;

/// What is known of a document's units before they are ranked, one entry a unit in each list.
#[derive(Clone, Copy, Debug)]
pub struct Evidence<'a> {
    /// The document.
    pub document: &'a Document,
    /// Its units, in order.
    pub units: &'a [Unit],
    /// Which of them a summary may quote.
    pub quotable: &'a Quotable,
    /// Their words, as numbers of the vocabulary.
    pub words: &'a [Vec<u32>],
    /// The words of the document and of its title.
    pub vocabulary: &'a Vocabulary,
    /// How long they are.
    pub syllables: &'a [usize],
    /// The probability of the label that each speaks for most.
    pub label_strength: &'a [f32],
    /// How readily readers of reports quote each, [`standardised`] over what may be quoted, where a head tells.
    pub quoting: Option<&'a [f32]>,
    /// Their terms.
    pub terms: &'a TermSpace,
    /// The words of the document's title.
    pub title: Option<&'a [u32]>,
}

impl Ranker {
    /// What it comes to where there is a scorer or none.
    #[must_use]
    pub fn with(self, scorer: Option<&Scorer>) -> Self {
        match (self, scorer) {
            (Self::Salience, None) => Self::Features,
            _ => self,
        }
    }

    /// Whether it is left as it was published, to be compared with.
    pub fn is_baseline(self) -> bool {
        !matches!(self, Self::Salience | Self::Features)
    }

    /// For every unit, the numbers of the words that a summary should tell, with what that is worth on the
    /// scale of this ranker's scores; nothing for the baselines, which are left as they were published.
    pub fn worths(self, terms: &TermSpace) -> Vec<Vec<(u32, f32)>> {
        match self {
            // On scores of unit variance; docs/trials.md says on what it was chosen.
            Self::Salience => coverage::worths(terms, LEARNT_WORTH),
            // Chosen on news: 0.3 of the weight of ten points that the sentences of a document differ by; 1.5 to 6 do
            // nearly as well (docs/trials.md).
            Self::Features => coverage::worths(terms, 3.0),
            _ => Vec::new(),
        }
    }

    /// How much a unit loses for being like one already picked, as a factor of their cosine. The
    /// baselines are left as they were published.
    pub fn redundancy_penalty(self) -> f32 {
        match self {
            // Immaterial for two sentences, 1.5 points of ROUGE-2 on clusters of news (docs/quality.md).
            Self::Features => 1.2,
            Self::Salience => LEARNT_PENALTY,
            _ => 0.0,
        }
    }
}

/// Scores every unit: the more a reader would miss it in a summary, the higher. Only the order and the
/// differences within one document mean something.
///
/// [`Ranker::Salience`] is [`Ranker::Features`] where nothing was `learnt`.
pub fn rank(evidence: &Evidence<'_>, ranker: Ranker, learnt: Option<Learnt<'_>>) -> Vec<f32> {
    match (ranker, learnt) {
        (Ranker::Salience, Some(learnt)) => learnt.score(evidence),
        (ranker, _) => simple(evidence, ranker),
    }
}

fn simple(evidence: &Evidence<'_>, ranker: Ranker) -> Vec<f32> {
    match ranker {
        Ranker::Salience | Ranker::Features => {
            salience::weighted(&salience::features(evidence), &salience::WEIGHTS)
        }
        Ranker::Lead => baseline::lead(evidence.units.len()),
        Ranker::Random => baseline::random(evidence.units.len(), SEED),
        Ranker::LexRank => baseline::lexrank(evidence.words),
        Ranker::TextRank => baseline::textrank(evidence.words),
    }
}
