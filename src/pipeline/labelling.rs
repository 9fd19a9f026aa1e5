//! Which labels hold for a document's paragraphs, and which of its units speak for them?

use std::ops::Range;

use super::articles::first_article;
use super::prepared::PreparedContent;
use super::section::Places;
use super::wording::Wording;
use crate::classify::{Decision, Features, Heads, QuotingHead};
use crate::document::{Document, Paragraph, ParagraphKind, Span, Unit};
use crate::encode::DocumentVectors;
use crate::phrases::{has_deadline, has_figures, is_fragment, orders, tells_no_gain};
use crate::rank;
use crate::record::{ACHIEVEMENT, DIRECTIVE, MODEL, STANDARD_LABELS};

/// The labels that no paragraph has from its first article on.
const NOT_OF_NORMS: [&str; 2] = [ACHIEVEMENT, MODEL];

/// What a figure is worth among units that speak for a label: as much as scores of clear ones differ by, which tell little.
const FIGURE_WORTH: f32 = 0.05;

/// What one deviation of how readily a unit is quoted is worth there: among clear ones it decides (docs/trials.md).
const QUOTING_WORTH: f32 = 0.1;

/// What holds for one paragraph.
#[derive(Clone)]
pub(super) struct Labelled {
    /// Of all labels.
    pub(super) scores: Vec<f32>,
    /// What they decide.
    pub(super) decision: Decision,
    /// Whether labels are for such a paragraph.
    pub(super) may_have: bool,
}

/// The labels of one document.
pub(super) struct Labelling<'a> {
    pub(super) heads: &'a Heads,
    pub(super) units: &'a [Unit],
    /// For every paragraph, the range of its units.
    pub(super) ranges: Vec<Range<usize>>,
    pub(super) paragraphs: Vec<Labelled>,
    /// For every unit, the scores of all labels.
    pub(super) unit_scores: Vec<Vec<f32>>,
    /// For every unit, whether it has a figure.
    pub(super) has_figures: Vec<bool>,
    /// For every unit, whether it says by when something has to be done.
    pub(super) has_deadline: Vec<bool>,
    /// For every unit, whether it tells of no gain: what was not achieved, or how many there are.
    pub(super) tells_no_gain: Vec<bool>,
    /// For every unit, how readily readers of reports quote it, where a head tells; standardised over what may be quoted.
    pub(super) quoting: Option<Vec<f32>>,
}

impl<'a> Labelling<'a> {
    pub(super) fn new(
        heads: &'a Heads,
        quoting: Option<&QuotingHead>,
        content: &'a PreparedContent,
        wording: &Wording,
        vectors: &DocumentVectors,
    ) -> Self {
        let document = &content.document;
        let articles = first_article(document);
        let scoring = Scoring {
            heads,
            content,
            wording,
            vectors,
            places: Places::new(&wording.standing, heads),
        };
        let (unit_scores, quoting) = scoring.units(quoting);
        let units = content.units.as_slice();
        let ranges = unit_ranges(units, document.paragraphs().len());
        let scores = scoring.paragraphs(&ranges);
        let texts = || units.iter().map(|unit| document.text_at(unit.span));
        Self {
            heads,
            units,
            paragraphs: decided(heads, document, articles, &scoring.places, scores),
            unit_scores,
            quoting,
            ranges,
            has_figures: texts().map(has_figures).collect(),
            has_deadline: texts().map(has_deadline).collect(),
            tells_no_gain: texts().map(tells_no_gain).collect(),
        }
    }

    /// How well a unit speaks for a label: the clearer and the more readily quoted, and with a figure a little better; for an order a
    /// deadline is one.
    pub(super) fn worth(&self, unit: usize, label: usize) -> f32 {
        let quoting = self.quoting.as_ref().map_or(0.0, |quoting| quoting[unit]);
        let is_due = || self.has_deadline[unit] && self.heads.labels()[label].name == DIRECTIVE;
        let has_figure = self.has_figures[unit] || is_due();
        self.unit_scores[unit][label]
            + FIGURE_WORTH * f32::from(has_figure)
            + QUOTING_WORTH * quoting
    }

    /// How many labels there are.
    pub(super) fn count(&self) -> usize {
        self.heads.labels().len()
    }

    /// How many paragraphs have labels, if it is at least half of those that may have some.
    pub(super) fn labelled(&self) -> Option<usize> {
        let may = || self.paragraphs.iter().filter(|it| it.may_have);
        let with = may().filter(|it| !it.decision.labels.is_empty());
        let with = with.count();
        (with > 0 && 2 * with >= may().count()).then_some(with)
    }

    /// Whether all labels are among those that the program has without being taught.
    pub(super) fn has_standard_labels(&self) -> bool {
        let mut labels = self.heads.labels().iter();
        labels.all(|label| STANDARD_LABELS.contains(&label.name.as_str()))
    }

    /// For every unit, the score of the label that it speaks for most.
    pub(super) fn strengths(&self) -> Vec<f32> {
        let strongest = |scores: &Vec<f32>| scores.iter().copied().fold(0.0, f32::max);
        self.unit_scores.iter().map(strongest).collect()
    }

    /// Whether the label holds for the unit's paragraph and for the unit itself.
    pub(super) fn carries(&self, unit: usize, label: usize) -> bool {
        let labels = &self.paragraphs[self.units[unit].paragraph].decision.labels;
        labels.contains(&label)
            && self.unit_scores[unit][label] >= self.heads.labels()[label].threshold
    }

    /// Of `units`, the one that speaks for the label most; the first one of several.
    pub(super) fn strongest(
        &self,
        units: impl Iterator<Item = usize>,
        label: usize,
    ) -> Option<usize> {
        greatest(units, |unit| self.unit_scores[unit][label])
    }
}

/// What the scores of a document rest on.
struct Scoring<'a> {
    heads: &'a Heads,
    content: &'a PreparedContent,
    wording: &'a Wording,
    vectors: &'a DocumentVectors,
    places: Places<'a>,
}

impl Scoring<'_> {
    /// What a head sees of some units together. In no script that is written is a word cut by a sentence's end.
    fn features(&self, units: Range<usize>) -> Features {
        let words = self.wording.words[units.clone()].iter().flatten();
        let words = words.map(|&word| self.wording.vocabulary.word(word));
        Features::of_words(words, self.vectors.mean(units))
    }

    /// The scores of all labels for a text in a paragraph. What stands beside the entry of a row says nothing of it.
    fn scores(&self, features: &Features, paragraph: usize, span: Span) -> Vec<f32> {
        if self
            .places
            .entry(paragraph)
            .is_some_and(|entry| !entry.contains(span))
        {
            return vec![0.0; self.heads.labels().len()];
        }
        let text = self.content.document.text_at(span);
        self.places
            .place(self.heads.scores(features), paragraph, text)
    }

    /// Those of some units that stand within a part of the text.
    fn within(&self, units: Range<usize>, span: Span) -> Range<usize> {
        let inside = |&unit: &usize| span.contains(self.content.units[unit].span);
        let start = units.clone().find(inside).unwrap_or(units.start);
        start..units.rev().find(inside).map_or(start, |last| last + 1)
    }

    /// The scores of every unit, and what `head` says of it, standardised over what may be quoted.
    fn units(&self, head: Option<&QuotingHead>) -> (Vec<Vec<f32>>, Option<Vec<f32>>) {
        let read = |(index, unit): (usize, &Unit)| {
            let features = self.features(index..index + 1);
            let quoting = head.map(|head| head.logit(&features));
            (self.scores(&features, unit.paragraph, unit.span), quoting)
        };
        let read = self.content.units.iter().enumerate().map(read);
        let (scores, quoting): (_, Vec<Option<f32>>) = read.unzip();
        let quoting: Option<Vec<f32>> = quoting.into_iter().collect();
        let is_candidate = |unit: usize| self.wording.quotable.is_candidate[unit];
        let quoting = quoting.map(|quoting| rank::standardised(quoting, is_candidate));
        (scores, quoting)
    }

    /// The scores of every paragraph, which has these units.
    fn paragraphs(&self, units: &[Range<usize>]) -> Vec<Vec<f32>> {
        let paragraphs = self.content.document.paragraphs().iter().zip(units);
        let read = |(index, (paragraph, units)): (usize, (&Paragraph, &Range<usize>))| {
            let span = self.places.entry(index).unwrap_or(paragraph.span);
            let units = self.within(units.clone(), span);
            self.scores(&self.features(units), index, span)
        };
        paragraphs.enumerate().map(read).collect()
    }
}

/// The unit of the greatest value; the first one of several.
pub(super) fn greatest(
    units: impl Iterator<Item = usize>,
    value: impl Fn(usize) -> f32,
) -> Option<usize> {
    units.max_by(|&a, &b| value(a).total_cmp(&value(b)).then(b.cmp(&a)))
}

/// The scores of all paragraphs, each with what they decide.
fn decided(
    heads: &Heads,
    document: &Document,
    articles: Option<usize>,
    places: &Places<'_>,
    scores: Vec<Vec<f32>>,
) -> Vec<Labelled> {
    let paragraphs = document.paragraphs();
    let may_hold = |label: usize, index: usize| {
        let name = heads.labels()[label].name.as_str();
        articles.is_none_or(|first| index < first) || !NOT_OF_NORMS.contains(&name)
    };
    let is_among_others = paragraphs.len() > 1;
    let decide = |(index, (scores, paragraph)): (usize, (Vec<f32>, &Paragraph))| {
        let text = document.text_at(paragraph.span);
        let is_name =
            || is_among_others && names_something(paragraph, places.is_heading(index), text);
        // An item of a list of orders may look like a heading.
        let is_labelled = (is_labelled(paragraph, text) && !is_name())
            || (paragraph.kind == ParagraphKind::Heading && places.is_among_tasks(index))
            || places.entry(index).is_some();
        let decision = if is_labelled {
            heads.decide_among(&scores, |label| may_hold(label, index))
        } else {
            Decision::default()
        };
        Labelled {
            scores,
            decision,
            may_have: is_labelled,
        }
    };
    let scored = scores.into_iter().zip(paragraphs);
    scored.enumerate().map(decide).collect()
}

/// Whether labels are for such a paragraph. The words of captions, rows without an entry and letter furniture only look as if they
/// reported something, and those of headings name it, unless they lead to a list or give an order.
fn is_labelled(paragraph: &Paragraph, text: &str) -> bool {
    let only_looks = match paragraph.kind {
        ParagraphKind::Table | ParagraphKind::Caption => true,
        ParagraphKind::Heading => !text.trim_end().ends_with(':') && !orders(text),
        _ => false,
    };
    !paragraph.furniture && !only_looks
}

/// Whether a line that does not look like a heading only names something, among others: it heads them, or is no sentence and
/// has no figure.
fn names_something(paragraph: &Paragraph, is_heading: bool, text: &str) -> bool {
    let is_line = paragraph.kind == ParagraphKind::Body && !has_figures(text);
    is_fragment(text) && (is_heading || is_line) && !orders(text)
}

/// For every paragraph, the range of its units.
pub(super) fn unit_ranges(units: &[Unit], paragraph_count: usize) -> Vec<Range<usize>> {
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
