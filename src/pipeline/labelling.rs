//! Which labels hold for a document's paragraphs, and which of its units speak for them?

use std::ops::Range;

use super::PreparedContent;
use super::wording::Wording;
use crate::classify::{Classifier, Decision, Features, QuotingHead};
use crate::document::{Document, Paragraph, ParagraphKind, Unit};
use crate::encode::DocumentVectors;
use crate::rank::{self, Bearing, Quotable, falls_short, has_figures};
use crate::record::{ACHIEVEMENT, MODEL, STANDARD_LABELS};

/// As many articles in a row ("Điều 1.", "Điều 2.") make a law or a regulation, which says what shall be in the words in
/// which reports say what is. A decision on one matter has fewer.
const ARTICLES_OF_NORM: usize = 6;

/// The labels that no paragraph has from its first article on.
const NOT_OF_NORMS: [&str; 2] = [ACHIEVEMENT, MODEL];

/// What a figure is worth among units that speak for a label: as much as scores of clear ones differ by, which tell little.
const FIGURE_WORTH: f32 = 0.05;

/// What one deviation of how readily a unit is quoted is worth there: among clear ones it decides (docs/quality.md).
const QUOTING_WORTH: f32 = 0.1;

/// The labels of one document.
pub(super) struct Labelling<'a> {
    pub(super) classifier: &'a Classifier,
    units: &'a [Unit],
    /// For every paragraph, the range of its units.
    pub(super) ranges: Vec<Range<usize>>,
    /// For every paragraph, the scores of all labels and what they decide.
    pub(super) decisions: Vec<(Vec<f32>, Decision)>,
    /// For every unit, the scores of all labels.
    pub(super) unit_scores: Vec<Vec<f32>>,
    /// For every unit, whether it has a figure.
    has_figures: Vec<bool>,
    /// For every unit, whether it tells what was not achieved.
    falls_short: Vec<bool>,
    /// For every unit, how readily readers of reports quote it, where a head tells; standardised over what may be quoted.
    pub(super) quoting: Option<Vec<f32>>,
}

impl<'a> Labelling<'a> {
    pub(super) fn new(
        classifier: &'a Classifier,
        quoting: Option<&QuotingHead>,
        content: &'a PreparedContent,
        wording: &Wording,
        vectors: &DocumentVectors,
    ) -> Self {
        // A paragraph has the words of its units: in no script that is written is a word cut by a sentence's end.
        let features = |units: Range<usize>| {
            let words = wording.words[units.clone()].iter().flatten();
            let words = words.map(|&word| wording.vocabulary.word(word));
            Features::of_words(words, vectors.mean(units))
        };
        let read = |unit: usize| {
            let features = features(unit..unit + 1);
            let quoting = quoting.map(|head| head.logit(&features));
            (classifier.scores(&features), quoting)
        };
        let (unit_scores, quoting): (_, Vec<Option<f32>>) =
            (0..content.units.len()).map(read).unzip();
        let is_candidate = |unit: usize| wording.quotable.is_candidate[unit];
        let quoting: Option<Vec<f32>> = quoting.into_iter().collect();
        let quoting = quoting.map(|quoting| rank::standardised(quoting, is_candidate));
        let (units, paragraphs) = (content.units.as_slice(), content.document.paragraphs());
        let ranges = unit_ranges(units, paragraphs.len());
        let texts = || units.iter().map(|unit| content.document.text_at(unit.span));
        let norm = norm(&content.document).unwrap_or(paragraphs.len());
        let may_hold = |label: usize, index: usize| {
            let name = classifier.labels()[label].name.as_str();
            index < norm || !NOT_OF_NORMS.contains(&name)
        };
        let decisions = paragraphs.iter().zip(&ranges).enumerate();
        let decisions = decisions.map(|(index, (paragraph, range))| {
            let scores = classifier.scores(&features(range.clone()));
            let decision = if is_labelled(paragraph) {
                classifier.decide_among(&scores, |label| may_hold(label, index))
            } else {
                Decision::default()
            };
            (scores, decision)
        });
        Self {
            classifier,
            units,
            decisions: decisions.collect(),
            unit_scores,
            quoting,
            ranges,
            has_figures: texts().map(has_figures).collect(),
            falls_short: texts().map(falls_short).collect(),
        }
    }

    /// How well a unit speaks for a label: the clearer and the more readily quoted, and with a figure a little better.
    pub(super) fn worth(&self, unit: usize, label: usize) -> f32 {
        let quoting = self.quoting.as_ref().map_or(0.0, |quoting| quoting[unit]);
        self.unit_scores[unit][label]
            + FIGURE_WORTH * f32::from(self.has_figures[unit])
            + QUOTING_WORTH * quoting
    }

    /// How many labels there are.
    pub(super) fn count(&self) -> usize {
        self.classifier.labels().len()
    }

    /// How many paragraphs have labels, if it is at least half of those that may have some; else 0.
    pub(super) fn labelled(&self, paragraphs: &[Paragraph]) -> usize {
        let all = paragraphs.iter().zip(&self.decisions);
        let may = || (all.clone()).filter(|(paragraph, _)| is_labelled(paragraph));
        let with = may().filter(|(_, (_, decision))| !decision.labels.is_empty());
        let with = with.count();
        if 2 * with >= may().count() { with } else { 0 }
    }

    /// Whether all labels are among those that the program has without being taught.
    pub(super) fn has_standard_labels(&self) -> bool {
        let mut labels = self.classifier.labels().iter();
        labels.all(|label| STANDARD_LABELS.contains(&label.name.as_str()))
    }

    /// For every unit, the score of the label that it speaks for most.
    pub(super) fn strengths(&self) -> Vec<f32> {
        let strongest = |scores: &Vec<f32>| scores.iter().copied().fold(0.0, f32::max);
        self.unit_scores.iter().map(strongest).collect()
    }

    /// Whether the label holds for the unit's paragraph and for the unit itself.
    pub(super) fn carries(&self, unit: usize, label: usize) -> bool {
        let labels = &self.decisions[self.units[unit].paragraph].1.labels;
        labels.contains(&label)
            && self.unit_scores[unit][label] >= self.classifier.labels()[label].threshold
    }

    /// Of `units`, the one that speaks for the label most; the first one of several.
    pub(super) fn strongest(
        &self,
        units: impl Iterator<Item = usize>,
        label: usize,
    ) -> Option<usize> {
        greatest(units, |unit| self.unit_scores[unit][label])
    }

    /// The units that may be quoted for a label: of each paragraph for which it holds those that speak for it beyond
    /// doubt. Where none does in the whole document, the best of each paragraph, and where nothing speaks for it but what
    /// leads to a list, that, however short it is. After all others come those of doubtful paragraphs, copies, parts of sentences
    /// and, of achievements, what tells that something was not achieved.
    pub(super) fn speakers(&self, label: usize, quotable: &Quotable) -> Speakers {
        let [mut sure, mut unsure, mut last_resort] = [const { Speakers::NONE }; 3];
        let paragraphs = self.ranges.iter().zip(&self.decisions);
        let paragraphs = paragraphs.map(|(range, (_, decision))| (range, decision));
        for (range, decision) in paragraphs.filter(|(_, it)| it.labels.contains(&label)) {
            // At the end of other sentences it is one of them: its list is in paragraphs of its own.
            let leads = |&unit: &usize| {
                let is_last = unit + 1 == range.end && range.len() > 1;
                quotable.bearings[unit].is_lead() && !is_last
            };
            let prose = range.clone().filter(|&unit| quotable.is_prose[unit]);
            let (leading, others): (Vec<usize>, Vec<usize>) = prose.partition(leads);
            let others: Vec<usize> = (others.into_iter())
                .filter(|&unit| quotable.is_candidate[unit])
                .collect();
            let carriers = self.carriers(&leading, &others, label, quotable);
            let is_sure = |unit: usize| self.is_sure(unit, label);
            let (clear, doubtful): (Vec<usize>, Vec<usize>) =
                carriers.into_iter().partition(|&unit| is_sure(unit));
            let worth = |unit: usize| self.worth(unit, label);
            let best = |units: &[usize]| greatest(units.iter().copied(), worth);
            let is_late = |unit: usize| {
                decision.abstained
                    || quotable.bearings[unit].is_part()
                    || quotable.bearings[unit] == Bearing::Copies
                    || self.is_shortfall(unit, label)
            };
            match (best(&clear), best(&doubtful)) {
                (found, other) if others.is_empty() => last_resort.best.extend(found.or(other)),
                (Some(best), _) => {
                    sure.add(best, is_late(best));
                    sure.more
                        .extend(clear.into_iter().filter(|&unit| unit != best));
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

    /// Whether a unit is no achievement, though it speaks of what was done.
    fn is_shortfall(&self, unit: usize, label: usize) -> bool {
        self.falls_short[unit] && self.classifier.labels()[label].name == ACHIEVEMENT
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
            |&unit: &usize| !quotable.bearings[unit].is_part() && !self.is_shortfall(unit, label);
        let alone: Vec<usize> = carriers.iter().copied().filter(is_alone).collect();
        let lead = self.strongest(leading.iter().copied().filter(carries), label);
        let strongest = || self.strongest(others.iter().copied(), label);
        match (alone.is_empty(), carriers.is_empty()) {
            (false, _) => alone,
            (true, false) => carriers,
            (true, true) => Vec::from_iter(lead.or_else(strongest)),
        }
    }

    /// Whether the unit itself speaks for the label beyond doubt.
    fn is_sure(&self, unit: usize, label: usize) -> bool {
        self.classifier
            .is_sure(label, self.unit_scores[unit][label])
    }
}

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

/// The unit of the greatest value; the first one of several.
fn greatest(units: impl Iterator<Item = usize>, value: impl Fn(usize) -> f32) -> Option<usize> {
    units.max_by(|&a, &b| value(a).total_cmp(&value(b)).then(b.cmp(&a)))
}

/// Whether labels are for such a paragraph. The words of captions, table rows and letter furniture only look as if they
/// reported something.
fn is_labelled(paragraph: &Paragraph) -> bool {
    let is_shown = matches!(
        paragraph.kind,
        ParagraphKind::Table | ParagraphKind::Caption
    );
    !paragraph.furniture && !is_shown
}

/// The paragraph that opens the first article of a law or a regulation, if the document has one.
fn norm(document: &Document) -> Option<usize> {
    let mut first = None;
    let mut articles = 0_usize;
    for (index, paragraph) in document.paragraphs().iter().enumerate() {
        let number = document.text_at(paragraph.span).strip_prefix("Điều ");
        let rest = number.and_then(|number| number.strip_prefix(&(articles + 1).to_string()));
        if rest.is_some_and(|rest| rest.starts_with(['.', ':'])) {
            first.get_or_insert(index);
            articles += 1;
        }
    }
    first.filter(|_| articles >= ARTICLES_OF_NORM)
}

/// For every paragraph, the range of its units.
fn unit_ranges(units: &[Unit], paragraph_count: usize) -> Vec<Range<usize>> {
    let mut ranges = Vec::with_capacity(paragraph_count);
    let mut start = 0;
    for paragraph in 0..paragraph_count {
        let length = units[start..]
            .iter()
            .take_while(|unit| unit.paragraph == paragraph)
            .count();
        ranges.push(start..start + length);
        start += length;
    }
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classify::{BUCKETS, LabelHead};
    use crate::document::Span;
    use crate::ingest::{RawDocument, RawParagraph};
    use crate::segment;

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
            vector_weights: vec![0.0; 2],
            gram_weights: vec![0.0; BUCKETS],
            bias: 0.0,
            threshold: 0.5,
        };
        let classifier = Classifier::new(vec![head], margin, 2).unwrap();
        let mut units = Vec::new();
        for (paragraph, scores) in paragraphs.iter().enumerate() {
            units.extend((0..scores.len()).map(|sentence| Unit {
                paragraph,
                sentence,
                span: Span::new(0, 0),
            }));
        }
        let holds = Decision {
            labels: vec![0],
            abstained: false,
        };
        let scores = paragraphs.concat();
        let mut labelling = Labelling {
            classifier: &classifier,
            units: &units,
            ranges: unit_ranges(&units, paragraphs.len()),
            decisions: vec![(vec![0.9], holds); paragraphs.len()],
            has_figures: vec![false; units.len()],
            falls_short: vec![false; units.len()],
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
            labelling.decisions[1].1.abstained = true;
            quotable.bearings[2] = Bearing::IsItem;
        });
        assert_eq!(found, (vec![0], vec![1, 2]));
    }

    #[test]
    fn what_tells_of_no_gain_comes_last_for_achievements_alone() {
        let scores: [&[f32]; 2] = [&[0.9, 0.95], &[0.9]];
        let fall_short = |labelling: &mut Labelling<'_>, _: &mut Quotable| {
            labelling.falls_short[1] = true;
            labelling.falls_short[2] = true;
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

    #[test]
    fn a_norm_begins_with_the_first_of_its_articles_in_a_row() {
        let of = |texts: Vec<String>| {
            let mut raw = RawDocument::of_paragraph("");
            let paragraph = |text| RawParagraph {
                text,
                ..RawParagraph::default()
            };
            raw.paragraphs = texts.into_iter().map(paragraph).collect();
            norm(&segment::split(&raw))
        };
        let articles =
            |count: usize| (1..=count).map(|number| format!("Điều {number}. Chợ phiên."));
        let law: Vec<String> = std::iter::once("Luật Chợ phiên".to_owned())
            .chain(articles(6))
            .collect();
        assert_eq!(of(law), Some(1));
        assert_eq!(of(articles(5).collect()), None);
        let quoted =
            (3..12).map(|number| format!("Điều {number} Luật Chợ phiên quy định phí chợ."));
        assert_eq!(of(quoted.collect()), None);
    }
}
