//! Which units may be quoted for a label?

use std::ops::Range;

use super::labelling::{Labelling, greatest};
use crate::rank::{Bearing, Quotable};
use crate::record::ACHIEVEMENT;

/// A sentence has a part in what its neighbours say: one whose score is so much lower than the paragraph's best, as a difference of
/// logits, seldom speaks for the label itself (docs/trials.md).
const NEIGHBOURLY: f32 = 1.0;

/// The units that may be quoted for a label.
pub(super) struct Speakers {
    /// The best of each paragraph.
    pub(super) best: Vec<usize>,
    /// Others of the same paragraphs, and those best ones that come after all others.
    pub(super) more: Vec<usize>,
}

impl Speakers {
    const NONE: Self = Self {
        best: Vec::new(),
        more: Vec::new(),
    };

    fn add(&mut self, best: usize, is_late: bool) {
        let units = if is_late {
            &mut self.more
        } else {
            &mut self.best
        };
        units.push(best);
    }

    fn is_empty(&self) -> bool {
        self.best.is_empty() && self.more.is_empty()
    }
}

impl Labelling<'_> {
    /// The units that may be quoted for a label: of each paragraph for which it holds those that speak for it beyond
    /// doubt. Where none does in the whole document, the best of each paragraph, and where nothing speaks for it but what
    /// leads to a list, that, however short it is. After all others come those of doubtful paragraphs, copies, parts of sentences,
    /// items that no mark ends, what points to a sentence before it and, of achievements, what tells of no gain.
    pub(super) fn speakers(&self, label: usize, quotable: &Quotable) -> Speakers {
        let [mut sure, mut unsure, mut last_resort] = [const { Speakers::NONE }; 3];
        let paragraphs = self.ranges.iter().zip(&self.paragraphs);
        let paragraphs = paragraphs.map(|(range, paragraph)| (range, &paragraph.decision));
        for (range, decision) in paragraphs.filter(|(_, it)| it.labels.contains(&label)) {
            let (leading, others) = self.leading_and_others(range, quotable);
            let carriers = self.carriers(&leading, &others, label, quotable);
            let is_sure = |unit: usize| self.is_sure(unit, label);
            let (clear, doubtful): (Vec<usize>, Vec<usize>) =
                carriers.into_iter().partition(|&unit| is_sure(unit));
            let worth = |unit: usize| self.worth(unit, label);
            let refers = |unit: usize| quotable.bearings[unit] == Bearing::Refers;
            let best = |units: &[usize]| {
                let others = units.iter().copied().filter(|&unit| !refers(unit));
                greatest(others, worth).or_else(|| greatest(units.iter().copied(), worth))
            };
            let is_late = |unit: usize| {
                decision.abstained
                    || quotable.bearings[unit].is_part()
                    || matches!(
                        quotable.bearings[unit],
                        Bearing::Copies | Bearing::Closes | Bearing::Refers | Bearing::IsOpen
                    )
                    || self.is_no_gain(unit, label)
            };
            match (best(&clear), best(&doubtful)) {
                (found, other) if others.is_empty() => last_resort.best.extend(found.or(other)),
                (Some(best), _) => {
                    sure.add(best, is_late(best));
                    let others = self.clearest(&clear, label);
                    sure.more.extend(others.filter(|&unit| unit != best));
                }
                (None, Some(best)) => unsure.add(best, is_late(best)),
                (None, None) => {}
            }
        }
        [sure, unsure]
            .into_iter()
            .find(|speakers| !speakers.is_empty())
            .unwrap_or(last_resort)
    }

    /// Of a paragraph's units, those that only lead to a list and come last of all, and the others that may be quoted.
    fn leading_and_others(
        &self,
        range: &Range<usize>,
        quotable: &Quotable,
    ) -> (Vec<usize>, Vec<usize>) {
        // At the end of other sentences it is one of them: its list is in paragraphs of its own.
        let leads = |&unit: &usize| {
            let is_last = unit + 1 == range.end && range.len() > 1;
            let tells = quotable.bearings[unit] == Bearing::Leads && self.has_figures[unit];
            quotable.bearings[unit].is_lead() && !tells && !is_last
        };
        let prose = range.clone().filter(|&unit| quotable.is_prose[unit]);
        let (leading, mut others): (Vec<usize>, Vec<usize>) = prose.partition(leads);
        others.retain(|&unit| quotable.is_candidate[unit]);
        (leading, others)
    }

    /// Whether a unit is no achievement, though it speaks of what was done.
    fn is_no_gain(&self, unit: usize, label: usize) -> bool {
        self.tells_no_gain[unit] && self.heads.labels()[label].name == ACHIEVEMENT
    }

    /// Of a paragraph's units, those for which the label holds by themselves: those that stand alone, or else those
    /// that go on, or else that which leads to a list. The one that speaks for the label most where it holds for none.
    fn carriers(
        &self,
        leading: &[usize],
        others: &[usize],
        label: usize,
        quotable: &Quotable,
    ) -> Vec<usize> {
        let carries = |&unit: &usize| self.carries(unit, label);
        let carriers: Vec<usize> = others.iter().copied().filter(carries).collect();
        let is_alone =
            |&unit: &usize| !quotable.bearings[unit].is_part() && !self.is_no_gain(unit, label);
        let alone: Vec<usize> = carriers.iter().copied().filter(is_alone).collect();
        let lead = self.strongest(leading.iter().copied().filter(carries), label);
        let strongest = || self.strongest(others.iter().copied(), label);
        match (alone.is_empty(), carriers.is_empty()) {
            (false, _) => alone,
            (true, false) => carriers,
            (true, true) => Vec::from_iter(lead.or_else(strongest)),
        }
    }

    /// Of a paragraph's units, those that speak for the label hardly less than the one that does most.
    fn clearest<'u>(&self, units: &'u [usize], label: usize) -> impl Iterator<Item = usize> + 'u {
        let lead = |unit: usize| self.heads.lead(label, self.unit_scores[unit][label]);
        let leads: Vec<f32> = units.iter().map(|&unit| lead(unit)).collect();
        let least = leads.iter().copied().fold(f32::NEG_INFINITY, f32::max) - NEIGHBOURLY;
        let found = units.iter().copied().zip(leads);
        found.filter_map(move |(unit, lead)| (lead >= least).then_some(unit))
    }

    /// Whether the unit itself speaks for the label beyond doubt.
    fn is_sure(&self, unit: usize, label: usize) -> bool {
        self.heads.is_sure(label, self.unit_scores[unit][label])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classify::{BUCKETS, Decision, Head, Heads, LabelHead};
    use crate::document::{Span, Unit};
    use crate::pipeline::labelling::{Labelled, unit_ranges};
    use crate::record::DIRECTIVE;

    type Found = (Vec<usize>, Vec<usize>);

    /// Of a document of paragraphs with these scores for the only label, unit by unit, those that may be quoted for it.
    /// The units of `with_figures` have a figure.
    fn speakers(
        paragraphs: &[&[f32]],
        margin: f32,
        with_figures: &[usize],
        quoting: Option<&[f32]>,
    ) -> Found {
        let label = ("a", margin);
        speakers_of(label, paragraphs, |labelling, _| {
            labelling.quoting = quoting.map(<[f32]>::to_vec);
            for &unit in with_figures {
                labelling.has_figures[unit] = true;
            }
        })
    }

    /// The same of a label by its name and its margin, after a change.
    fn speakers_of(
        (label, margin): (&str, f32),
        paragraphs: &[&[f32]],
        change: impl FnOnce(&mut Labelling<'_>, &mut Quotable),
    ) -> Found {
        let head = LabelHead {
            name: label.to_owned(),
            head: Head::new(vec![0.0; 2], vec![0.0; BUCKETS], 0.0).unwrap(),
            threshold: 0.5,
        };
        let heads = Heads::new(vec![head], margin).unwrap();
        let mut units = Vec::new();
        for (paragraph, scores) in paragraphs.iter().enumerate() {
            units.extend((0..scores.len()).map(|sentence| Unit {
                paragraph,
                sentence,
                span: Span::new(0, 0),
            }));
        }
        let labelled = Labelled {
            scores: vec![0.9],
            decision: Decision {
                labels: vec![0],
                abstained: false,
            },
            may_have: true,
        };
        let scores = paragraphs.concat();
        let mut labelling = Labelling {
            heads: &heads,
            units: &units,
            ranges: unit_ranges(&units, paragraphs.len()),
            paragraphs: vec![labelled; paragraphs.len()],
            has_figures: vec![false; units.len()],
            has_deadline: vec![false; units.len()],
            tells_no_gain: vec![false; units.len()],
            quoting: None,
            unit_scores: scores.iter().map(|&score| vec![score]).collect(),
        };
        let mut quotable = Quotable {
            is_prose: vec![true; units.len()],
            is_candidate: vec![true; units.len()],
            bearings: vec![Bearing::Alone; units.len()],
        };
        change(&mut labelling, &mut quotable);
        let found = labelling.speakers(0, &quotable);
        (found.best, found.more)
    }

    #[test]
    fn the_best_of_each_paragraph_speaks_and_others_that_are_sure() {
        let scores: [&[f32]; 2] = [&[0.6, 0.9, 0.8], &[0.95]];
        assert_eq!(speakers(&scores, 1.0, &[], None), (vec![1, 3], vec![2]));
    }

    #[test]
    fn a_figure_decides_among_clear_ones_alone() {
        let scores: [&[f32]; 2] = [&[0.72, 0.75], &[0.95, 0.93]];
        assert_eq!(speakers(&scores, 1.0, &[0, 3], None), (vec![1, 3], vec![2]));
    }

    #[test]
    fn a_deadline_is_a_figure_for_orders_alone() {
        let scores: [&[f32]; 1] = [&[0.92, 0.95]];
        let due = |labelling: &mut Labelling<'_>, _: &mut Quotable| {
            labelling.has_deadline[0] = true;
        };
        assert_eq!(
            speakers_of((DIRECTIVE, 1.0), &scores, due),
            (vec![0], vec![1])
        );
        assert_eq!(
            speakers_of((ACHIEVEMENT, 1.0), &scores, due),
            (vec![1], vec![0])
        );
    }

    #[test]
    fn what_readers_quote_decides_among_clear_ones_alone() {
        let scores: [&[f32]; 2] = [&[0.9, 0.95], &[0.95, 0.4]];
        let readily = [1.0, -1.0, -1.0, 2.0];
        assert_eq!(
            speakers(&scores, 1.0, &[], Some(&readily)),
            (vec![0, 2], vec![1])
        );
    }

    #[test]
    fn what_is_unsure_speaks_where_nothing_is_sure() {
        assert_eq!(
            speakers(&[&[0.6, 0.55], &[0.9]], 1.0, &[], None),
            (vec![2], vec![])
        );
        assert_eq!(
            speakers(&[&[0.6, 0.55], &[0.4, 0.3]], 1.0, &[], None),
            (vec![0, 2], vec![])
        );
    }

    #[test]
    fn what_is_doubtful_or_part_of_a_sentence_comes_after_all_others() {
        let scores: [&[f32]; 3] = [&[0.9], &[0.95], &[0.92]];
        let found = speakers_of(("a", 1.0), &scores, |labelling, quotable| {
            labelling.paragraphs[1].decision.abstained = true;
            quotable.bearings[2] = Bearing::IsItem;
        });
        assert_eq!(found, (vec![0], vec![1, 2]));
    }

    #[test]
    fn what_points_to_a_sentence_before_comes_after_it_and_all_others() {
        let scores: [&[f32]; 3] = [&[0.9, 0.99], &[0.99], &[0.9]];
        let found = speakers_of(("a", 1.0), &scores, |_, quotable| {
            quotable.bearings[1] = Bearing::Refers;
            quotable.bearings[2] = Bearing::Refers;
        });
        assert_eq!(found, (vec![0, 3], vec![1, 2]));
    }

    #[test]
    fn what_tells_of_no_gain_comes_last_for_achievements_alone() {
        let scores: [&[f32]; 2] = [&[0.9, 0.95], &[0.9]];
        let fall_short = |labelling: &mut Labelling<'_>, _: &mut Quotable| {
            labelling.tells_no_gain[1] = true;
            labelling.tells_no_gain[2] = true;
        };
        assert_eq!(
            speakers_of((ACHIEVEMENT, 1.0), &scores, fall_short),
            (vec![0], vec![2])
        );
        assert_eq!(
            speakers_of(("directive", 1.0), &scores, fall_short),
            (vec![1, 2], vec![0])
        );
    }
}
