//! Are the summaries good? ROUGE against what people wrote.

use serde::Serialize;

use super::EvalError;
use super::bootstrap::{Interval, PairedTest, mean_interval, paired_test};
use super::input::{self, GoldLine, ResultLine, ResultLines};
use super::rouge::{Rouge, token_count};

/// How good the summaries of a run are.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SummaryReport {
    /// Gold lines.
    pub documents: usize,
    /// Gold lines without a result.
    pub missing: usize,
    /// Mean length of the summaries.
    pub syllables_per_summary: f64,
    /// Mean F1 scores, from 0 to 1.
    #[serde(flatten)]
    pub rouge: Rouge,
    /// Of ROUGE-1.
    pub rouge_1_interval: Interval,
    /// Of ROUGE-2.
    pub rouge_2_interval: Interval,
    /// Of ROUGE-L.
    pub rouge_l_interval: Interval,
    /// How much better they are than a baseline, where they were compared with one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gain: Option<Gain>,
    /// In the order of the gold file.
    #[serde(skip)]
    pub scores: Vec<DocumentScore>,
}

/// How much better summaries are than a baseline's, in F1 from -1 to 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Gain {
    /// Gold lines that the baseline has no result for; they count as empty summaries.
    pub missing: usize,
    /// In ROUGE-1.
    pub rouge_1: PairedTest,
    /// In ROUGE-2.
    pub rouge_2: PairedTest,
    /// In ROUGE-L.
    pub rouge_l: PairedTest,
}

impl SummaryReport {
    /// Notes how much better these summaries are than those of `baseline`, which is a report over the same gold file.
    pub fn compare(&mut self, baseline: &Self) {
        let gain = |figure: fn(&Rouge) -> f64| {
            let of = |report: &Self| -> Vec<f64> {
                let scores = report.scores.iter();
                scores.map(|score| figure(&score.rouge)).collect()
            };
            paired_test(&of(self), &of(baseline))
        };
        self.gain = Some(Gain {
            missing: baseline.missing,
            rouge_1: gain(|rouge| rouge.rouge_1),
            rouge_2: gain(|rouge| rouge.rouge_2),
            rouge_l: gain(|rouge| rouge.rouge_l),
        });
    }
}

/// The scores of one document's summary.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DocumentScore {
    /// The document.
    pub id: String,
    /// Averaged over its references.
    pub rouge: Rouge,
}

impl DocumentScore {
    fn of(line: &GoldLine, summary: &str) -> Result<Self, EvalError> {
        let id = line.id.clone();
        let references = line.references();
        if references.is_empty() {
            return Err(EvalError::NoReference { id });
        }
        let rouge: Vec<Rouge> = references
            .iter()
            .map(|reference| Rouge::of(summary, reference))
            .collect();
        let rouge = Rouge::mean(&rouge);
        Ok(Self { id, rouge })
    }
}

pub(super) fn score(results: &ResultLines, gold: &[GoldLine]) -> Result<SummaryReport, EvalError> {
    let mut scores = Vec::with_capacity(gold.len());
    let mut syllables = 0;
    for line in gold {
        let summary = results
            .get(&line.id)
            .map(ResultLine::summary)
            .unwrap_or_default();
        scores.push(DocumentScore::of(line, &summary)?);
        syllables += token_count(&summary);
    }
    input::check_common(results, gold)?;
    let rouge: Vec<Rouge> = scores.iter().map(|score| score.rouge).collect();
    let interval = |figure: fn(&Rouge) -> f64| {
        let values: Vec<f64> = rouge.iter().map(figure).collect();
        mean_interval(&values)
    };
    Ok(SummaryReport {
        documents: gold.len(),
        missing: gold
            .iter()
            .filter(|line| results.get(&line.id).is_none())
            .count(),
        syllables_per_summary: syllables as f64 / gold.len().max(1) as f64,
        rouge: Rouge::mean(&rouge),
        rouge_1_interval: interval(|rouge| rouge.rouge_1),
        rouge_2_interval: interval(|rouge| rouge.rouge_2),
        rouge_l_interval: interval(|rouge| rouge.rouge_l),
        gain: None,
        scores,
    })
}
