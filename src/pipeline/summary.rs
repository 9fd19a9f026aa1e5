//! Which units make a document's summary, and how much of the text is quoted for each.

use std::ops::Range;

use super::assemble::{QUOTA, Reading};
use crate::document::{Span, Unit};
use crate::rank::scorer::Length;
use crate::rank::{Bearing, Genre, TitleFigures};
use crate::record::Summary;
use crate::select::{Budget, Candidate};

/// What a unit loses that needs one before or after it, one that refers to something before it, and what one gains that has a
/// figure of the title: parts of the spread of the scores, as large as they can be without a loss in what people put into
/// summaries of news (docs/quality.md).
const NEEDING: f32 = 0.5;
const REFERRING: f32 = 0.3;
const FIGURE: f32 = 0.5;

/// Sentences of more syllables are quoted by their clauses in long summaries of news, too: up to here people quote them whole
/// (docs/quality.md).
const MOST_WHOLE: usize = 100;

/// A sentence that is quoted as a whole though it has clauses.
struct Whole {
    span: Span,
    units: Range<usize>,
}

impl Reading<'_> {
    pub(super) fn summary(&self) -> Summary {
        let (low, high) = range_of(self.wording.candidates(|unit| Some(self.ranks[unit])));
        let relative = |unit: usize| {
            if high > low {
                (self.ranks[unit] - low) / (high - low)
            } else {
                1.0
            }
        };
        let leaders = self.leaders(relative);
        let title = self.content.title.as_deref().unwrap_or_default();
        let figures = TitleFigures::of(title);
        let scored = |unit: usize| {
            let quota = QUOTA * f32::from(leaders.contains(&unit));
            self.ranks[unit] + quota + self.standing(unit, &figures)
        };
        let pool = |score: &dyn Fn(usize) -> Option<f32>| {
            self.one_a_sentence(self.wording.candidates(score))
        };
        let budget = self.options.budget;
        let mut candidates = pool(&|unit| (!self.is_last(unit)).then(|| scored(unit)));
        if !self.wording.fill(&candidates, budget) {
            candidates = pool(&|unit| Some(scored(unit) - QUOTA * f32::from(self.is_last(unit))));
        }
        let picked = self
            .wording
            .select(&candidates, self.ranker, budget, &self.concepts);
        let quote = |unit| match self.whole(unit) {
            Some(whole) => self.quotation(whole.span, whole.units, relative(unit)),
            None => self.quotation(
                self.content.units[unit].span,
                unit..unit + 1,
                relative(unit),
            ),
        };
        Summary {
            budget: self.options.budget.to_string(),
            sentences: picked.into_iter().map(quote).collect(),
        }
    }

    /// The sentence that is quoted in place of a unit, which is a clause of it: in news, where three sentences or more are
    /// asked for and it is not too long.
    fn whole(&self, unit: usize) -> Option<Whole> {
        let is_long = matches!(self.options.budget, Budget::Sentences(amount) if Length::of(amount) == Length::Long);
        if !is_long || self.genre == Genre::Report || !self.ranker.is_own() {
            return None;
        }
        let place = |unit: &Unit| (unit.paragraph, unit.sentence);
        let (all, at) = (&self.content.units, place(&self.content.units[unit]));
        let units = all.partition_point(|unit| place(unit) < at)
            ..all.partition_point(|unit| place(unit) <= at);
        let syllables: usize = self.wording.syllables[units.clone()].iter().sum();
        let paragraph = &self.content.document.paragraphs()[at.0];
        (units.len() > 1 && syllables <= MOST_WHOLE).then(|| Whole {
            span: paragraph.sentences[at.1].span,
            units,
        })
    }

    /// The candidates less those that stand in one sentence with a better one and would be quoted with it.
    fn one_a_sentence(&self, candidates: Vec<Candidate>) -> Vec<Candidate> {
        let mut best: Vec<Candidate> = Vec::with_capacity(candidates.len());
        for candidate in candidates {
            let whole = self.whole(candidate.unit);
            let is_beside =
                |last: &Candidate| whole.is_some_and(|it| it.units.contains(&last.unit));
            match best.pop_if(|last| is_beside(last)) {
                Some(last) if last.score >= candidate.score => best.push(last),
                _ => best.push(candidate),
            }
        }
        best
    }

    /// Whether a unit is quoted only where nothing else is left.
    fn is_last(&self, unit: usize) -> bool {
        let text = self.content.document.text_at(self.content.units[unit].span);
        self.ranker.is_own() && self.wording.quotable.bearings[unit].is_last(self.genre, text)
    }

    /// What a unit gains or loses by how it can be understood alone. Baselines are left as they were published.
    fn standing(&self, unit: usize, figures: &TitleFigures) -> f32 {
        if !self.ranker.is_own() {
            return 0.0;
        }
        let text = self.content.document.text_at(self.content.units[unit].span);
        let cost = match self.wording.quotable.bearings[unit] {
            Bearing::Refers => REFERRING,
            Bearing::IsItem | Bearing::GoesOn | Bearing::Leads | Bearing::Asks => NEEDING,
            Bearing::Alone | Bearing::Announces | Bearing::Copies => 0.0,
        };
        FIGURE * f32::from(figures.are_in(text)) - cost
    }

    /// In a report, the unit that stands for each label that occurs: a summary tells all of what was
    /// achieved, ordered and tried before it says more of one. None where the ranker is a baseline.
    fn leaders(&self, relative: impl Fn(usize) -> f32) -> Vec<usize> {
        if !self.ranker.is_own() || self.genre == Genre::News {
            return Vec::new();
        }
        let leader = |label: usize| {
            let stands = |unit: usize| self.labelling.carries(unit, label) && !self.is_last(unit);
            let candidates = self
                .wording
                .candidates(|unit| stands(unit).then(|| relative(unit)));
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

/// The least and the greatest score; (0, 0) where there is no candidate.
fn range_of(candidates: Vec<Candidate>) -> (f32, f32) {
    let scores = candidates.into_iter().map(|candidate| candidate.score);
    let widen = |(low, high): (f32, f32), score: f32| (low.min(score), high.max(score));
    scores
        .map(|score| (score, score))
        .reduce(|range, (score, _)| widen(range, score))
        .unwrap_or((0.0, 0.0))
}
