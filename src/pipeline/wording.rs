//! What a document's units say by their words and places alone, and which of them are picked by a score.

use std::ops::Range;

use super::prepared::PreparedContent;
use super::section::Standing;
use crate::document::Unit;
use crate::rank::{Evidence, Quotable, Ranker, TermSpace};
use crate::segment::{self, Vocabulary};
use crate::select::{self, Budget, Candidate, Concept, SelectOptions};

/// Units whose terms are this much alike tell the same fact in the same words: only one is quoted.
const REPETITION: f32 = 0.8;

/// No title is longer; what is, would only cost time.
const TITLE_WORDS: usize = 200;

/// The words of a document, one entry a unit in each list.
#[derive(Clone, Debug)]
pub struct Wording {
    /// Its words, as numbers of the vocabulary.
    pub words: Vec<Vec<u32>>,
    /// The words of the document and of its title.
    pub vocabulary: Vocabulary,
    /// What may be quoted.
    pub quotable: Quotable,
    /// Where the document's paragraphs stand.
    pub(super) standing: Standing,
    /// How long it is.
    pub(super) syllables: Vec<usize>,
    /// How like two units are.
    terms: TermSpace,
    /// The words of the document's title.
    title: Option<Vec<u32>>,
}

impl Wording {
    pub(super) fn new(content: &PreparedContent) -> Self {
        let (document, units) = (&content.document, content.units.as_slice());
        let texts = || units.iter().map(|unit| document.text_at(unit.span));
        let mut vocabulary = Vocabulary::default();
        let words: Vec<Vec<u32>> = texts().map(|text| vocabulary.read(text)).collect();
        let syllables: Vec<usize> = texts().map(segment::syllables).collect();
        let title = content.title.as_deref().map(|title| {
            let mut words = vocabulary.read(title);
            words.truncate(TITLE_WORDS);
            words
        });
        let standing = Standing::of(content);
        let of_entry = |unit: &Unit| standing.is_of_entry(unit.paragraph, unit.span);
        let entries: Vec<bool> = units.iter().map(of_entry).collect();
        let quotable = Quotable::of(document, units, &syllables, &entries);
        Self {
            title,
            standing,
            terms: TermSpace::new(&words, vocabulary.words().len()),
            quotable: quotable.with_copies(units, &words),
            words,
            vocabulary,
            syllables,
        }
    }

    /// Whether the document has a title.
    pub fn has_title(&self) -> bool {
        self.title.is_some()
    }

    pub(super) fn evidence<'e>(
        &'e self,
        content: &'e PreparedContent,
        label_strength: &'e [f32],
        quoting: Option<&'e [f32]>,
    ) -> Evidence<'e> {
        Evidence {
            document: &content.document,
            units: &content.units,
            quotable: &self.quotable,
            words: &self.words,
            vocabulary: &self.vocabulary,
            syllables: &self.syllables,
            label_strength,
            quoting,
            terms: &self.terms,
            title: self.title.as_deref(),
        }
    }

    /// The units that may be quoted and to which `score` gives a score, in document order.
    pub(super) fn candidates(&self, score: impl Fn(usize) -> Option<f32>) -> Vec<Candidate> {
        let is_candidate = self.quotable.is_candidate.iter().enumerate();
        let units = is_candidate.filter_map(|(unit, &is_candidate)| is_candidate.then_some(unit));
        units
            .filter_map(|unit| score(unit).map(|score| self.candidate(unit, score)))
            .collect()
    }

    pub(super) fn candidate(&self, unit: usize, score: f32) -> Candidate {
        Candidate {
            unit,
            score,
            syllables: self.syllables[unit],
        }
    }

    /// For every unit, what a summary should tell of it.
    pub(super) fn concepts(&self, ranker: Ranker) -> Vec<Vec<Concept>> {
        let concept = |(id, worth)| Concept { id, worth };
        let of_unit = |worths: Vec<(u32, f32)>| worths.into_iter().map(concept).collect();
        ranker
            .worths(&self.terms)
            .into_iter()
            .map(of_unit)
            .collect()
    }

    /// Whether these candidates leave nothing of a budget.
    pub(super) fn fill(&self, candidates: &[Candidate], budget: Budget) -> bool {
        budget.is_filled_by(candidates, self.syllables.iter().sum())
    }

    /// Those of the candidates that fit, in document order, where some units are `quoted` with each.
    pub(super) fn select(
        &self,
        candidates: &[Candidate],
        ranker: Ranker,
        budget: Budget,
        concepts: &[Vec<Concept>],
        quoted: impl Fn(usize) -> Range<usize>,
    ) -> Vec<usize> {
        let options = SelectOptions {
            budget,
            document_syllables: self.syllables.iter().sum(),
            redundancy_penalty: ranker.redundancy_penalty(),
            repetition: REPETITION,
            least_filling: if ranker.is_baseline() {
                f32::NEG_INFINITY
            } else {
                middle(candidates)
            },
        };
        let vectors = self.terms.vectors();
        // What says in few words what another says among many is not much like it, and repeats it all the same.
        let repeats = |a: usize, b: usize| {
            !ranker.is_baseline() && vectors[a].overlap(&vectors[b]) >= REPETITION
        };
        let likeness = |a: usize, b: usize| {
            if repeats(a, b) {
                1.0
            } else {
                vectors[a].cosine(&vectors[b])
            }
        };
        let similarity = |a: usize, b: usize| {
            let pairs = quoted(a).flat_map(|a| quoted(b).map(move |b| (a, b)));
            pairs.map(|(a, b)| likeness(a, b)).fold(0.0, f32::max)
        };
        select::select(candidates, options, similarity, concepts)
    }
}

/// The score that half of the candidates have.
fn middle(candidates: &[Candidate]) -> f32 {
    let mut scores: Vec<f32> = candidates.iter().map(|it| it.score).collect();
    scores.sort_unstable_by(f32::total_cmp);
    scores.get(scores.len() / 2).copied().unwrap_or_default()
}

/// What is quoted of a unit that brings none along.
pub(super) fn alone(unit: usize) -> Range<usize> {
    unit..unit + 1
}
