//! Which units make a document's summary, and how much of the text is quoted for each.

use std::borrow::Cow;
use std::ops::Range;

use super::assemble::{QUOTA, Reading};
use super::wording::alone;
use crate::rank::scorer::Length;
use crate::rank::{Bearing, Genre, TitleFigures};
use crate::record::Summary;
use crate::select::{Budget, Candidate, Concept};

/// What a unit loses that needs one before or after it, one that refers to something before it or that no mark ends, and what
/// one gains that has a figure of the title: parts of the spread of the scores, as large as they can be without a loss in what
/// people put into summaries of news (docs/trials.md).
const NEEDING: f32 = 0.5;
const REFERRING: f32 = 0.3;
const FIGURE: f32 = 0.5;

/// Sentences of more syllables are quoted by their clauses in long summaries of news, too: up to here people quote them whole
/// (docs/trials.md).
const MOST_WHOLE: usize = 100;

impl Reading<'_> {
    pub(super) fn summary(&self) -> Summary {
        let (quoted, relative) = (self.quoted(), self.relative());
        let candidates = self.summary_candidates(&quoted);
        let (ranker, budget) = (self.ranker, self.options.budget);
        let picked =
            (self.wording).select(&candidates, ranker, budget, &self.told(&quoted), |unit| {
                quoted[unit].clone()
            });
        let quote = |unit: usize| self.quotation(quoted[unit].clone(), relative(unit));
        Summary {
            budget: budget.to_string(),
            sentences: picked.into_iter().map(quote).collect(),
        }
    }

    /// How much a unit matters, from 0 to 1 over what may be quoted.
    fn relative(&self) -> impl Fn(usize) -> f32 {
        let (low, high) = range_of(self.wording.candidates(|unit| Some(self.ranks[unit])));
        move |unit| {
            if high > low {
                (self.ranks[unit] - low) / (high - low)
            } else {
                1.0
            }
        }
    }

    /// What the summary may pick, without what comes last unless it needs that, too.
    fn summary_candidates(&self, quoted: &[Range<usize>]) -> Vec<Candidate> {
        let title = self.content.title.as_deref().unwrap_or_default();
        let figures = TitleFigures::of(title);
        let worth = |unit: usize| self.ranks[unit] + self.standing(unit, &figures);
        let leaders = self.leaders(worth);
        let scored = |unit: usize| worth(unit) + QUOTA * f32::from(leaders.contains(&unit));
        let candidates = self
            .wording
            .candidates(|unit| (!self.is_last(unit)).then(|| scored(unit)));
        let candidates = best_of_each(candidates, quoted);
        if self.wording.fill(&candidates, self.options.budget) {
            return candidates;
        }
        let candidates = self
            .wording
            .candidates(|unit| Some(scored(unit) - QUOTA * f32::from(self.is_last(unit))));
        best_of_each(candidates, quoted)
    }

    /// For every unit, the units that are quoted with it: all clauses of its sentence in news of which three sentences or more
    /// are asked for, if that is not too long and each of them may be quoted; else itself alone.
    fn quoted(&self) -> Vec<Range<usize>> {
        let is_long = matches!(self.options.budget, Budget::Sentences(amount) if Length::of(amount) == Length::Long);
        let units = &self.content.units;
        if !is_long || self.ranker.is_baseline() || self.genre == Genre::Report {
            return (0..units.len()).map(alone).collect();
        }
        let sentences =
            units.chunk_by(|a, b| (a.paragraph, a.sentence) == (b.paragraph, b.sentence));
        let mut quoted = Vec::with_capacity(units.len());
        for sentence in sentences {
            let units = quoted.len()..quoted.len() + sentence.len();
            let may_be = |unit| self.wording.quotable.is_candidate[unit] && !self.is_last(unit);
            let syllables: usize = self.wording.syllables[units.clone()].iter().sum();
            if syllables <= MOST_WHOLE && units.clone().all(may_be) {
                quoted.extend(sentence.iter().map(|_| units.clone()));
            } else {
                quoted.extend(units.map(alone));
            }
        }
        quoted
    }

    /// For every unit, what is told where so much is quoted with it.
    fn told(&self, quoted: &[Range<usize>]) -> Cow<'_, [Vec<Concept>]> {
        let told = |units: &Range<usize>| {
            let mut concepts = self.concepts[units.clone()].concat();
            concepts.sort_unstable_by_key(|concept| concept.id);
            concepts.dedup_by_key(|concept| concept.id);
            concepts
        };
        if self.concepts.is_empty() || quoted.iter().all(|units| units.len() == 1) {
            return Cow::Borrowed(&self.concepts);
        }
        quoted.iter().map(told).collect()
    }

    /// Whether a unit is quoted only where nothing else is left.
    fn is_last(&self, unit: usize) -> bool {
        let text = self.content.document.text_at(self.content.units[unit].span);
        !self.ranker.is_baseline() && self.wording.quotable.bearings[unit].is_last(self.genre, text)
    }

    /// What a unit gains or loses by how it can be understood alone. Baselines are left as they were published.
    fn standing(&self, unit: usize, figures: &TitleFigures) -> f32 {
        if self.ranker.is_baseline() {
            return 0.0;
        }
        let text = self.content.document.text_at(self.content.units[unit].span);
        let cost = match self.wording.quotable.bearings[unit] {
            Bearing::Refers | Bearing::IsOpen => REFERRING,
            Bearing::IsItem | Bearing::GoesOn | Bearing::Leads | Bearing::Asks => NEEDING,
            Bearing::Alone | Bearing::Announces | Bearing::Closes | Bearing::Copies => 0.0,
        };
        FIGURE * f32::from(figures.are_in(text)) - cost
    }

    /// In a report, the unit that stands for each label that occurs: a summary tells all of what was
    /// achieved, ordered and tried before it says more of one. None where the ranker is a baseline.
    fn leaders(&self, worth: impl Fn(usize) -> f32) -> Vec<usize> {
        if self.ranker.is_baseline() || self.genre == Genre::News {
            return Vec::new();
        }
        let leader = |label: usize| {
            let stands = |unit: usize| self.labelling.carries(unit, label) && !self.is_last(unit);
            // What points to a sentence before it stands for a label only where nothing else does.
            let refers = |unit: usize| self.wording.quotable.bearings[unit] == Bearing::Refers;
            let standing = |unit: usize| worth(unit) - QUOTA * f32::from(refers(unit));
            let candidates = self
                .wording
                .candidates(|unit| stands(unit).then(|| standing(unit)));
            let best = candidates.into_iter().reduce(|best, candidate| {
                if candidate.score > best.score {
                    candidate
                } else {
                    best
                }
            });
            best.map(|candidate| candidate.unit)
        };
        (0..self.labelling.count()).filter_map(leader).collect()
    }
}

/// The candidates less those that would be quoted with a better one.
fn best_of_each(candidates: Vec<Candidate>, quoted: &[Range<usize>]) -> Vec<Candidate> {
    let mut best: Vec<Candidate> = Vec::with_capacity(candidates.len());
    for candidate in candidates {
        match best.last_mut() {
            Some(last) if quoted[last.unit] == quoted[candidate.unit] => {
                if candidate.score > last.score {
                    *last = candidate;
                }
            }
            _ => best.push(candidate),
        }
    }
    best
}

/// The least and the greatest score; (0, 0) where there is no candidate.
fn range_of(candidates: Vec<Candidate>) -> (f32, f32) {
    let scores = candidates.into_iter().map(|candidate| candidate.score);
    let widen = |(low, high): (f32, f32), score: f32| (low.min(score), high.max(score));
    scores
        .map(|score| (score, score))
        .reduce(|range, (score, _)| widen(range, score))
        .unwrap_or((0.0, 0.0))
}
