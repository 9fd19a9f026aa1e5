//! Are the labels right? One decision for each label of each gold line.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::EvalError;
use super::bootstrap::{Interval, interval};
use super::classification::{
    Counts, RiskAtCoverage, Scored, average_precision, expected_calibration_error, macro_f1,
    risk_coverage, share,
};
use super::input::{self, GoldLine, ResultLine, ResultLines};
use crate::record::STANDARD_LABELS;

/// The coverages that a report shows the risk at.
const COVERAGES: [f64; 4] = [0.25, 0.5, 0.75, 1.0];

/// How good the labels of a run are.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LabelReport {
    /// Gold lines.
    pub paragraphs: usize,
    /// Gold lines without a result.
    pub missing: usize,
    /// Gold lines whose result has a paragraph.
    #[serde(skip)]
    pub(super) read: usize,
    /// Documents that the gold lines were cut from; the interval is over them.
    pub documents: usize,
    /// The share of lines whose labels are all right.
    pub exact: f64,
    /// The mean F1 of the labels.
    pub macro_f1: f64,
    /// Of the macro-F1.
    pub macro_f1_interval: Interval,
    /// By name.
    pub labels: Vec<LabelFigures>,
    /// The lines that the annotator was sure of, where the gold file tells.
    pub sure: Option<Part>,
    /// The lines on which the program did not abstain, where it did on some.
    pub decided: Option<Part>,
}

/// How good one label is.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LabelFigures {
    /// Its name.
    pub label: String,
    /// Harmonic mean of precision and recall.
    pub f1: f64,
    /// Of the lines said to have it, the share that has.
    pub precision: f64,
    /// Of the lines that have it, the share said to.
    pub recall: f64,
    /// Lines that have it.
    pub gold: usize,
    /// Lines that have a score for it: all that have a result where results give all scores, else those said to have it.
    pub scored: usize,
    /// Area under precision against recall; lines without a score rank last. `None` without scores.
    pub average_precision: Option<f64>,
    /// How far its scores are from probabilities, over the lines that have one.
    pub calibration_error: Option<f64>,
    /// The share of wrong decisions among its surest, where all lines have a score: surer, the likelier what was decided.
    pub risk_coverage: Vec<RiskAtCoverage>,
}

/// The main figures over a part of the lines.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Part {
    /// Lines in it.
    pub paragraphs: usize,
    /// The share of lines whose labels are all right.
    pub exact: f64,
    /// The mean F1 of the labels.
    pub macro_f1: f64,
}

/// A gold line beside its result.
struct Example<'a> {
    gold: &'a GoldLine,
    result: Option<&'a ResultLine>,
    /// For each label: said, holds.
    decisions: Vec<(bool, bool)>,
    is_exact: bool,
}

pub(super) fn score(
    results: &ResultLines,
    gold: &[GoldLine],
    names: Option<&[&str]>,
) -> Result<LabelReport, EvalError> {
    check(results, gold)?;
    let occurring = occurring(results, gold);
    let names = match names {
        Some(names) => known_names(&occurring, names),
        None => label_names(&occurring),
    };
    let examples: Vec<Example<'_>> = gold
        .iter()
        .map(|line| Example::new(line, results.get(&line.id), &names))
        .collect();
    let read = examples.iter().filter(|example| example.is_read()).count();
    let by_document = counts_by_document(&examples, names.len());
    let all = part(&examples, names.len(), |_| true);
    Ok(LabelReport {
        paragraphs: all.paragraphs,
        missing: examples
            .iter()
            .filter(|example| example.result.is_none())
            .count(),
        read,
        documents: by_document.len(),
        exact: all.exact,
        macro_f1: all.macro_f1,
        macro_f1_interval: macro_f1_interval(&by_document, names.len()),
        labels: names
            .iter()
            .enumerate()
            .map(|label| figures(label, &examples, read))
            .collect(),
        sure: some_part(&examples, names.len(), Example::is_sure),
        decided: some_part(&examples, names.len(), Example::is_decided),
    })
}

/// Refuses gold lines without labels, and results that are of other lines.
fn check(results: &ResultLines, gold: &[GoldLine]) -> Result<(), EvalError> {
    if let Some(line) = gold.iter().find(|line| line.labels.is_none()) {
        return Err(EvalError::NoLabels {
            id: line.id.clone(),
        });
    }
    input::check_common(results, gold)
}

/// The names of all labels that were said of gold lines or hold there.
fn occurring<'a>(results: &'a ResultLines, gold: &'a [GoldLine]) -> BTreeSet<&'a str> {
    let said = gold
        .iter()
        .filter_map(|line| results.get(&line.id))
        .flat_map(ResultLine::said);
    let holding = gold
        .iter()
        .filter_map(|line| line.labels.as_deref())
        .flatten()
        .map(String::as_str);
    said.chain(holding).collect()
}

/// The labels to score, by name: the standard ones, or where a file has others, those that occur. That the standard ones
/// count even where they do not occur is what the published scorer does.
fn label_names<'a>(occurring: &BTreeSet<&'a str>) -> Vec<&'a str> {
    if occurring.iter().all(|name| STANDARD_LABELS.contains(name)) {
        return STANDARD_LABELS.to_vec();
    }
    occurring.iter().copied().collect()
}

/// Those of `names` that occur; all of them where none does.
fn known_names<'a>(occurring: &BTreeSet<&str>, names: &[&'a str]) -> Vec<&'a str> {
    let mut known = names.to_vec();
    known.retain(|name| occurring.contains(name));
    if known.is_empty() {
        return names.to_vec();
    }
    known
}

impl<'a> Example<'a> {
    fn new(gold: &'a GoldLine, result: Option<&'a ResultLine>, names: &[&str]) -> Self {
        let says = |name: &str| result.is_some_and(|line| line.says(name));
        let decide = |name: &&str| (says(name), gold.has_label(name));
        let decisions: Vec<_> = names.iter().map(decide).collect();
        let is_exact = decisions.iter().all(|(said, holds)| said == holds);
        Self {
            gold,
            result,
            decisions,
            is_exact,
        }
    }

    /// The best score of a label over the paragraphs.
    fn score_of(&self, name: &str) -> Option<f64> {
        let labels = self.result.into_iter().flat_map(ResultLine::labels);
        labels
            .filter(|it| it.label == name)
            .filter_map(|it| it.score)
            .max_by(f64::total_cmp)
    }

    /// Whether its result has a paragraph.
    fn is_read(&self) -> bool {
        self.result.is_some_and(ResultLine::has_paragraphs)
    }

    /// Whether its annotator was, or nobody says otherwise.
    fn is_sure(&self) -> bool {
        self.gold.sure.unwrap_or(true)
    }

    /// Whether the program did not abstain.
    fn is_decided(&self) -> bool {
        !self.result.is_some_and(ResultLine::abstained)
    }

    fn counts(&self) -> Vec<Counts> {
        let count = |&(said, holds): &(bool, bool)| {
            let mut counts = Counts::default();
            counts.add(said, holds);
            counts
        };
        self.decisions.iter().map(count).collect()
    }
}

fn part<'a>(
    examples: &[Example<'a>],
    label_count: usize,
    keep: impl Fn(&Example<'a>) -> bool,
) -> Part {
    let kept: Vec<&Example<'_>> = examples.iter().filter(|example| keep(example)).collect();
    let counts: Vec<Vec<Counts>> = kept.iter().map(|example| example.counts()).collect();
    let exact = kept.iter().filter(|example| example.is_exact).count();
    Part {
        paragraphs: kept.len(),
        exact: share(exact, kept.len()),
        macro_f1: macro_f1(&summed(&counts, label_count)),
    }
}

/// The figures over the examples to `keep`, if these are some and not all.
fn some_part<'a>(
    examples: &[Example<'a>],
    label_count: usize,
    keep: impl Fn(&Example<'a>) -> bool,
) -> Option<Part> {
    let part = part(examples, label_count, keep);
    (0 < part.paragraphs && part.paragraphs < examples.len()).then_some(part)
}

fn macro_f1_interval(by_document: &[Vec<Counts>], label_count: usize) -> Interval {
    interval(by_document.len(), |drawn| {
        let drawn = drawn.iter().map(|&index| &by_document[index]);
        macro_f1(&summed(drawn, label_count))
    })
}

fn summed<'a>(
    counts: impl IntoIterator<Item = &'a Vec<Counts>>,
    label_count: usize,
) -> Vec<Counts> {
    let mut sums = vec![Counts::default(); label_count];
    for counts in counts {
        for (sum, count) in sums.iter_mut().zip(counts) {
            sum.merge(*count);
        }
    }
    sums
}

/// The counts of each document, by its name; a line that names none is one by itself.
fn counts_by_document(examples: &[Example<'_>], label_count: usize) -> Vec<Vec<Counts>> {
    let mut documents: BTreeMap<&str, Vec<Vec<Counts>>> = BTreeMap::new();
    for example in examples {
        let name = example.gold.doc.as_deref().unwrap_or(&example.gold.id);
        documents.entry(name).or_default().push(example.counts());
    }
    documents
        .values()
        .map(|counts| summed(counts, label_count))
        .collect()
}

/// The figures of a label over examples of which so many were `read`.
fn figures((index, name): (usize, &&str), examples: &[Example<'_>], read: usize) -> LabelFigures {
    let mut counts = Counts::default();
    let mut scored = Vec::new();
    let mut ranked = Vec::new();
    let mut decided = Vec::new();
    for example in examples {
        let (said, holds) = example.decisions[index];
        counts.add(said, holds);
        let score = example.score_of(name);
        scored.extend(score.map(|score| Scored { score, holds }));
        decided.extend(score.map(|score| Scored {
            score: if said { score } else { 1.0 - score },
            holds: said == holds,
        }));
        ranked.push(Scored {
            score: score.unwrap_or(f64::NEG_INFINITY),
            holds,
        });
    }
    LabelFigures {
        label: (*name).to_owned(),
        f1: counts.f1(),
        precision: counts.precision(),
        recall: counts.recall(),
        gold: counts.gold(),
        scored: scored.len(),
        average_precision: if scored.is_empty() {
            None
        } else {
            average_precision(&ranked)
        },
        calibration_error: expected_calibration_error(&scored),
        // Of all, or only of those that were said to have it.
        risk_coverage: if scored.len() == read {
            at_coverages(&risk_coverage(&decided))
        } else {
            Vec::new()
        },
    }
}

/// The first point of `curve` at or above each coverage of a report.
fn at_coverages(curve: &[RiskAtCoverage]) -> Vec<RiskAtCoverage> {
    let first = |&wanted: &f64| curve.iter().find(|point| point.coverage >= wanted).copied();
    COVERAGES.iter().filter_map(first).collect()
}
