//! How is a report shown? As a table for people (`Display`) and as JSON for scripts.

use std::fmt;

use serde::Serialize;

use super::bootstrap::{Interval, PairedTest};
use super::{Gain, LabelFigures, LabelReport, Part, SummaryReport};

/// What stands in a table where there is no figure.
const NOTHING: &str = "–";

/// What is said where results do not give all scores.
const OF_THE_SAID: &str = "AP and ECE rest on the scores of labels that were said; results of --all-scores have the others too";

impl LabelReport {
    /// The figure that a lower bound is set for: macro-F1, from 0 to 1.
    pub fn main_figure(&self) -> f64 {
        self.macro_f1
    }

    /// The report as one JSON object.
    pub fn to_json(&self) -> serde_json::Result<String> {
        to_json(self)
    }
}

impl SummaryReport {
    /// The figure that a lower bound is set for: ROUGE-2 F1, from 0 to 1.
    pub fn main_figure(&self) -> f64 {
        self.rouge.rouge_2
    }

    /// The report as one JSON object.
    pub fn to_json(&self) -> serde_json::Result<String> {
        to_json(self)
    }
}

fn to_json(report: &impl Serialize) -> serde_json::Result<String> {
    serde_json::to_string_pretty(report)
}

impl fmt::Display for LabelReport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.labels.iter().map(|label| label.label.chars().count());
        let width = names.max().unwrap_or(0).max("macro-F1".len());
        writeln!(
            formatter,
            "{:width$}  {:>5}  {:>9}  {:>6}  {:>5}  {:>6}  {:>6}",
            "label", "F1", "precision", "recall", "gold", "AP", "ECE"
        )?;
        for label in &self.labels {
            write_label(formatter, label, width)?;
        }
        let interval = Shown {
            interval: self.macro_f1_interval,
            scale: 1.0,
            decimals: 3,
        };
        writeln!(
            formatter,
            "{:width$}  {:.3}  {interval} over {} documents",
            "macro-F1", self.macro_f1, self.documents
        )?;
        writeln!(
            formatter,
            "paragraphs {}  missing {}  exact {:.3}",
            self.paragraphs, self.missing, self.exact
        )?;
        if self
            .labels
            .iter()
            .any(|label| (1..self.read).contains(&label.scored))
        {
            writeln!(formatter, "{OF_THE_SAID}")?;
        }
        write_part(formatter, "sure ones", self.sure)?;
        write_part(formatter, "decided ones", self.decided)
    }
}

fn write_label(
    formatter: &mut fmt::Formatter<'_>,
    figures: &LabelFigures,
    width: usize,
) -> fmt::Result {
    let LabelFigures {
        label,
        f1,
        precision,
        recall,
        gold,
        ..
    } = figures;
    let optional =
        |figure: Option<f64>| figure.map_or(NOTHING.to_owned(), |figure| format!("{figure:.3}"));
    writeln!(
        formatter,
        "{label:width$}  {f1:.3}  {precision:>9.3}  {recall:>6.3}  {gold:>5}  {:>6}  {:>6}",
        optional(figures.average_precision),
        optional(figures.calibration_error),
    )
}

fn write_part(formatter: &mut fmt::Formatter<'_>, name: &str, part: Option<Part>) -> fmt::Result {
    let Some(Part {
        paragraphs,
        exact,
        macro_f1,
    }) = part
    else {
        return Ok(());
    };
    writeln!(
        formatter,
        "{name}: paragraphs {paragraphs}  exact {exact:.3}  macro-F1 {macro_f1:.3}"
    )
}

impl fmt::Display for SummaryReport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            formatter,
            "documents {}  missing {}  syllables/summary {:.0}  (F1, lower-cased NFC syllables)",
            self.documents, self.missing, self.syllables_per_summary
        )?;
        let rows = [
            ("ROUGE-1", self.rouge.rouge_1, self.rouge_1_interval),
            ("ROUGE-2", self.rouge.rouge_2, self.rouge_2_interval),
            ("ROUGE-L", self.rouge.rouge_l, self.rouge_l_interval),
        ];
        for (name, figure, interval) in rows {
            let interval = Shown {
                interval,
                scale: 100.0,
                decimals: 1,
            };
            writeln!(formatter, "{name}  {:.1}  {interval}", 100.0 * figure)?;
        }
        let write = |gain| write_gain(formatter, gain, self.documents);
        self.gain.map_or(Ok(()), write)
    }
}

/// What is gained over a baseline, which should have summaries of all `documents`.
fn write_gain(formatter: &mut fmt::Formatter<'_>, gain: Gain, documents: usize) -> fmt::Result {
    write!(formatter, "more than the baseline")?;
    if gain.missing > 0 {
        let missing = gain.missing;
        write!(
            formatter,
            " (it lacks {missing} of {documents} documents, which count as empty summaries)"
        )?;
    }
    writeln!(formatter, ":")?;
    let rows = [
        ("ROUGE-1", gain.rouge_1),
        ("ROUGE-2", gain.rouge_2),
        ("ROUGE-L", gain.rouge_l),
    ];
    for (name, test) in rows {
        let PairedTest {
            difference,
            interval,
            p_value,
        } = test;
        let interval = Shown {
            interval,
            scale: 100.0,
            decimals: 1,
        };
        let difference = 100.0 * difference;
        writeln!(
            formatter,
            "{name}  {difference:+.1}  {interval}  p {p_value:.3}"
        )?;
    }
    Ok(())
}

/// An interval as a report shows it.
struct Shown {
    interval: Interval,
    scale: f64,
    decimals: usize,
}

impl fmt::Display for Shown {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            interval,
            scale,
            decimals,
        } = self;
        let (low, high) = (scale * interval.low, scale * interval.high);
        write!(
            formatter,
            "(95 % interval {low:.decimals$}–{high:.decimals$})"
        )
    }
}
