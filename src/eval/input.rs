//! What do the two files say? Only the keys that scoring needs; others are passed over.

use std::collections::HashMap;
use std::fmt;
use std::io::BufRead;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::EvalError;
use crate::lines::{self, LineError, Name};
use crate::record::Status;

/// One of the two files that scoring reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InputFile {
    /// What the program said.
    Results,
    /// What people say.
    Gold,
}

impl fmt::Display for InputFile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Results => "the results",
            Self::Gold => "the gold file",
        })
    }
}

/// A line of the results.
#[derive(Debug, Deserialize)]
pub(super) struct ResultLine {
    #[serde(deserialize_with = "name")]
    id: String,
    paragraphs: Option<Vec<ResultParagraph>>,
    summary: Option<ResultSummary>,
    /// How it went, and where it came from; other programs may write there what they like.
    #[serde(default)]
    status: Value,
    #[serde(default)]
    source: Value,
}

#[derive(Debug, Deserialize)]
struct ResultParagraph {
    labels: Vec<ResultLabel>,
    /// What speaks for each label that holds, where it is told: `labels` may have the scores of all.
    evidence: Option<Vec<ResultEvidence>>,
    #[serde(default)]
    abstained: bool,
}

/// A label that was said.
#[derive(Debug, Deserialize)]
pub(super) struct ResultLabel {
    /// Its name.
    #[serde(deserialize_with = "label")]
    pub(super) label: String,
    /// From 0 to 1, if told.
    pub(super) score: Option<f64>,
}

#[derive(Debug, Deserialize)]
struct ResultEvidence {
    #[serde(deserialize_with = "label")]
    label: String,
}

#[derive(Debug, Default, Deserialize)]
struct ResultSummary {
    #[serde(default)]
    sentences: Vec<ResultSentence>,
}

#[derive(Debug, Deserialize)]
struct ResultSentence {
    text: String,
}

fn name<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Name::deserialize(deserializer).map(String::from)
}

fn some_name<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let name = Option::<Name>::deserialize(deserializer)?;
    Ok(name.map(String::from))
}

/// As `train labels` reads them, so that one gold file serves both.
fn label<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let name = String::deserialize(deserializer)?;
    Ok(lines::kept_name(&name))
}

fn labels<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<String>>, D::Error> {
    let names = Option::<Vec<String>>::deserialize(deserializer)?;
    Ok(names.map(|names| names.iter().map(|name| lines::kept_name(name)).collect()))
}

impl ResultLine {
    /// Whether it says only that the document is a copy of another.
    fn is_copy(&self) -> bool {
        self.status == Status::Skipped.name()
    }

    /// SHA-256 of the document's bytes, if told.
    fn sha256(&self) -> Option<&str> {
        self.source.get("sha256").and_then(Value::as_str)
    }

    /// Whether some paragraph is said to have a label.
    pub(super) fn says(&self, name: &str) -> bool {
        self.said().any(|said| said == name)
    }

    /// The labels that some paragraph is said to have; others may have scores all the same.
    pub(super) fn said(&self) -> impl Iterator<Item = &str> {
        let paragraphs = self.paragraphs.iter().flatten();
        paragraphs.flat_map(|paragraph| {
            let evidence = paragraph.evidence.iter().flatten();
            let labels = match &paragraph.evidence {
                Some(_) => [].iter(),
                None => paragraph.labels.iter(),
            };
            let evidence = evidence.map(|it| it.label.as_str());
            evidence.chain(labels.map(|it| it.label.as_str()))
        })
    }

    /// Whether anything was read.
    pub(super) fn has_paragraphs(&self) -> bool {
        self.paragraphs.iter().flatten().next().is_some()
    }

    /// The labels of all paragraphs that have a score.
    pub(super) fn labels(&self) -> impl Iterator<Item = &ResultLabel> {
        self.paragraphs
            .iter()
            .flatten()
            .flat_map(|paragraph| &paragraph.labels)
    }

    /// Whether some paragraph lay too near a threshold to tell.
    pub(super) fn abstained(&self) -> bool {
        self.paragraphs
            .iter()
            .flatten()
            .any(|paragraph| paragraph.abstained)
    }

    /// The summary's sentences, joined by spaces.
    pub(super) fn summary(&self) -> String {
        let sentences = self.summary.iter().flat_map(|summary| &summary.sentences);
        let texts: Vec<&str> = sentences.map(|sentence| sentence.text.as_str()).collect();
        texts.join(" ")
    }
}

/// A line of the gold file.
#[derive(Debug, Deserialize)]
pub(super) struct GoldLine {
    /// Which result it is about.
    #[serde(deserialize_with = "name")]
    pub(super) id: String,
    /// The document that a paragraph was cut from.
    #[serde(default, deserialize_with = "some_name")]
    pub(super) doc: Option<String>,
    /// The labels that hold; a list of them is what makes a line gold for labels.
    #[serde(default, deserialize_with = "labels")]
    pub(super) labels: Option<Vec<String>>,
    /// Whether the annotator was; a line that does not tell is sure.
    pub(super) sure: Option<bool>,
    summary: Option<String>,
    #[serde(default)]
    summaries: Vec<String>,
}

impl GoldLine {
    /// Whether a label holds.
    pub(super) fn has_label(&self, name: &str) -> bool {
        self.labels.iter().flatten().any(|label| label == name)
    }

    /// The summaries to compare with: all of `summaries`, or else `summary`.
    pub(super) fn references(&self) -> &[String] {
        if self.summaries.is_empty() {
            self.summary.as_slice()
        } else {
            &self.summaries
        }
    }
}

/// Results by their id.
pub(super) struct ResultLines {
    lines: Vec<ResultLine>,
    /// Which line answers for an id: for a copy, that of the document that was read.
    by_id: HashMap<String, usize>,
}

impl ResultLines {
    /// What the results say of a document.
    pub(super) fn get(&self, id: &str) -> Option<&ResultLine> {
        self.by_id.get(id).map(|&index| &self.lines[index])
    }
}

/// Reads results; of several with one id the last counts.
pub(super) fn results(reader: impl BufRead) -> Result<ResultLines, EvalError> {
    let lines = values::<ResultLine>(reader, InputFile::Results)?;
    let mut read: HashMap<&str, usize> = HashMap::new();
    for (index, line) in lines.iter().enumerate() {
        if let Some(sha256) = line.sha256().filter(|_| line.has_paragraphs()) {
            read.entry(sha256).or_insert(index);
        }
    }
    let answering = |(index, line): (usize, &ResultLine)| {
        let sha256 = line.sha256().filter(|_| line.is_copy());
        let original = sha256.and_then(|sha256| read.get(sha256));
        (line.id.clone(), *original.unwrap_or(&index))
    };
    let by_id = lines.iter().enumerate().map(answering).collect();
    Ok(ResultLines { lines, by_id })
}

/// Reads the gold file, in its order.
pub(super) fn gold(reader: impl BufRead) -> Result<Vec<GoldLine>, EvalError> {
    let lines = values(reader, InputFile::Gold)?;
    if lines.is_empty() {
        Err(EvalError::NoGold)
    } else {
        Ok(lines)
    }
}

/// Checks that the two files have a document in common, where there are results at all.
///
/// # Errors
///
/// [`EvalError::NothingInCommon`] if they have none.
pub(super) fn check_common(results: &ResultLines, gold: &[GoldLine]) -> Result<(), EvalError> {
    let has_result = |line: &GoldLine| results.get(&line.id).is_some();
    if results.lines.is_empty() || gold.iter().any(has_result) {
        Ok(())
    } else {
        Err(EvalError::NothingInCommon)
    }
}

fn values<T: DeserializeOwned>(reader: impl BufRead, file: InputFile) -> Result<Vec<T>, EvalError> {
    let values = lines::values(reader).map(|(line, value)| {
        value.map_err(|error| match error {
            LineError::Read(source) => EvalError::Read { file, source },
            LineError::Json(source) => EvalError::Line { file, line, source },
        })
    });
    values.collect()
}
