//! Labelled paragraphs, as people write them down.

use std::collections::{BTreeMap, BTreeSet};
use std::io::BufRead;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use super::TrainError;
use crate::lines::{self, LineError, Name};

/// The most that an example counts, beside others of which most count 1. Far greater weights are mistakes, and their sums leave
/// the range of numbers of 32 bits.
const MOST_WEIGHT: f64 = 1000.0;

/// One paragraph to learn from.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(try_from = "Line")]
pub struct Example {
    /// Its name; the line number where the file gives none.
    pub id: String,
    /// The paragraph.
    pub text: String,
    /// The labels that hold; empty where none does, or where `scores` speaks in their place.
    pub labels: Vec<String>,
    /// A teacher's opinion in place of labels: how likely each holds, from 0 to 1; 0 where it says nothing. It is learnt
    /// from, and neither thresholds nor reported scores rest on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scores: Option<BTreeMap<String, f32>>,
    /// How much it counts, from 0 to 1000; by the rules of [`TrainOptions`](super::TrainOptions) where the file does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weight: Option<f32>,
    /// Whether the annotator was sure.
    pub sure: bool,
    /// Whether it was written for training instead of found: it is learnt from, but says nothing of how often
    /// labels occur, so that no threshold is set on it.
    pub synthetic: bool,
    /// The document that it was cut from; itself where the file does not say.
    pub doc: String,
}

impl Example {
    /// Whether somebody said which labels hold.
    pub fn is_labelled(&self) -> bool {
        self.scores.is_none()
    }

    /// How likely `label` holds, from 0 to 1.
    pub fn target(&self, label: &str) -> f32 {
        match &self.scores {
            Some(scores) => scores.get(label).copied().unwrap_or(0.0),
            None => f32::from(u8::from(self.labels.iter().any(|name| name == label))),
        }
    }
}

/// An example as a file gives it.
#[derive(Deserialize)]
struct Line {
    id: Option<Name>,
    text: String,
    labels: Option<Vec<String>>,
    scores: Option<BTreeMap<String, f32>>,
    weight: Option<f64>,
    #[serde(default = "sure")]
    sure: bool,
    #[serde(default)]
    synthetic: bool,
    doc: Option<Name>,
}

fn sure() -> bool {
    true
}

impl TryFrom<Line> for Example {
    type Error = String;

    fn try_from(line: Line) -> Result<Self, String> {
        if line.text.trim().is_empty() {
            return Err("its `text` is empty".to_owned());
        }
        if line.labels.is_some() == line.scores.is_some() {
            return Err("it takes either `labels` or `scores`".to_owned());
        }
        for (label, score) in line.scores.iter().flatten() {
            if !(0.0..=1.0).contains(score) {
                return Err(format!(
                    "the score of `{label}` is {score}, not from 0 to 1"
                ));
            }
        }
        if let Some(weight) = line.weight
            && !(0.0..=MOST_WEIGHT).contains(&weight)
        {
            return Err(format!(
                "its `weight` is {weight:?}, not from 0 to {MOST_WEIGHT}"
            ));
        }
        Ok(Self {
            id: line.id.map(String::from).unwrap_or_default(),
            text: line.text.nfc().collect(),
            labels: labels(line.labels.unwrap_or_default())?,
            scores: line.scores.map(scores).transpose()?,
            weight: line.weight.map(|weight| weight as f32),
            sure: line.sure,
            synthetic: line.synthetic,
            doc: line.doc.map(String::from).unwrap_or_default(),
        })
    }
}

/// The name of a label as it is kept.
fn label_name(name: &str) -> Result<String, String> {
    let name = lines::kept_name(name);
    if name.is_empty() {
        return Err("the name of a label is empty".to_owned());
    }
    if name.contains(char::is_control) {
        return Err(format!(
            "the name of the label {name:?} has a line break, a tab or another control character"
        ));
    }
    Ok(name)
}

/// Labels under the names that are kept, each once.
fn labels(said: Vec<String>) -> Result<Vec<String>, String> {
    let mut labels = Vec::with_capacity(said.len());
    for name in said {
        let name = label_name(&name)?;
        if !labels.contains(&name) {
            labels.push(name);
        }
    }
    Ok(labels)
}

/// Scores under the names that are kept.
fn scores(given: BTreeMap<String, f32>) -> Result<BTreeMap<String, f32>, String> {
    let mut scores = BTreeMap::new();
    for (name, score) in given {
        let name = label_name(&name)?;
        if scores.contains_key(&name) {
            return Err(format!("the label `{name}` has two scores"));
        }
        scores.insert(name, score);
    }
    Ok(scores)
}

/// Reads examples, one JSON object a line; blank lines are passed over.
///
/// # Errors
///
/// If a line cannot be read or is not an example; the message names the line of `name`.
pub fn read(name: &str, lines: impl BufRead) -> Result<Vec<Example>, TrainError> {
    let mut examples = Vec::new();
    for (number, value) in lines::values::<Example>(lines) {
        let place = || format!("{name}, line {number}");
        let mut example = value.map_err(|error| match error {
            LineError::Read(source) => TrainError::Reading {
                place: place(),
                source,
            },
            LineError::Json(source) => TrainError::BadExample {
                place: place(),
                source,
            },
        })?;
        if example.id.is_empty() {
            example.id = place();
        }
        if example.doc.is_empty() {
            example.doc.clone_from(&example.id);
        }
        examples.push(example);
    }
    Ok(examples)
}

/// Checks that each example has a name of its own.
///
/// # Errors
///
/// If two have the same.
pub fn check_ids(examples: &[Example]) -> Result<(), TrainError> {
    let mut ids = BTreeSet::new();
    let twin = examples.iter().find(|example| !ids.insert(&example.id));
    twin.map_or(Ok(()), |twin| Err(TrainError::RepeatedId(twin.id.clone())))
}

/// The names of all labels that occur, in alphabetical order.
pub fn label_names(examples: &[Example]) -> Vec<String> {
    let said = examples.iter().flat_map(|example| &example.labels);
    let scored = examples.iter().flat_map(|example| &example.scores);
    let names: BTreeSet<&String> = said
        .chain(scored.flat_map(|scores| scores.keys()))
        .collect();
    names.into_iter().cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_line_leaves_out_is_filled_in() {
        let lines = "{\"text\": \"Đạt 95% kế hoạch.\", \"labels\": [\"b\", \"a\"]}\n\n";
        let examples = read("nhan.jsonl", lines.as_bytes()).expect("one good line");
        assert_eq!(examples[0].doc, "nhan.jsonl, line 1");
        assert!(examples[0].sure);
        assert_eq!(label_names(&examples), ["a", "b"]);
    }

    #[test]
    fn names_may_be_numbers_and_a_byte_order_mark_says_nothing() {
        let line = "\u{feff}{\"id\": 7, \"doc\": 12, \"text\": \"Đạt.\", \"labels\": []}\n";
        let examples = read("nhan.jsonl", line.as_bytes()).expect("one good line");
        assert_eq!((&*examples[0].id, &*examples[0].doc), ("7", "12"));
    }

    #[test]
    fn a_bad_line_is_named() {
        for line in [
            "{}",
            r#"{"text": "Đạt."}"#,
            r#"{"text": "Đạt.", "labels": [], "scores": {"a": 1}}"#,
            r#"{"text": "Đạt.", "scores": {"a": 1.2}}"#,
            r#"{"text": " ", "labels": []}"#,
            r#"{"text": "Đạt.", "labels": [" "]}"#,
            r#"{"text": "Đạt.", "labels": ["a\nb"]}"#,
            r#"{"text": "Đạt.", "scores": {"a": 1, " a": 0}}"#,
        ] {
            let error = read("nhan.jsonl", line.as_bytes()).expect_err("it is no example");
            assert!(error.to_string().contains("nhan.jsonl, line 1"), "{error}");
        }
    }

    #[test]
    fn weights_that_no_sum_can_hold_are_refused() {
        let read = |weight: &str| {
            let line = format!(r#"{{"text": "Đạt.", "labels": [], "weight": {weight}}}"#);
            read("nhan.jsonl", line.as_bytes())
        };
        for (weight, kept) in [("0", 0.0), ("0.3", 0.3), ("1000", 1000.0)] {
            let examples = read(weight).expect("a sound weight");
            assert_eq!(examples[0].weight, Some(kept));
        }
        for weight in ["-0.1", "1000.1", "1e38", "1e300"] {
            let error = read(weight).expect_err("it is out of range");
            let TrainError::BadExample { source, .. } = error else {
                panic!("{error}");
            };
            let expected = format!("its `weight` is {weight}, not from 0 to 1000");
            assert!(source.to_string().starts_with(&expected), "{source}");
        }
        for no_number in ["NaN", "Infinity", "-Infinity", "1e999"] {
            let error = read(no_number).expect_err("it is no number");
            assert!(error.to_string().contains("line 1"), "{error}");
        }
    }

    #[test]
    fn names_that_look_alike_are_one_label() {
        let lines = concat!(
            r#"{"text": "Đạt.", "labels": ["kết quả", " ke\u0302\u0301t qua\u0309"]}"#,
            "\n",
            r#"{"text": "Đạt.", "scores": {"ke\u0302\u0301t qua\u0309 ": 0.5}}"#,
        );
        let examples = read("nhan.jsonl", lines.as_bytes()).expect("two good lines");
        assert_eq!(examples[0].labels, ["kết quả"]);
        assert_eq!(label_names(&examples), ["kết quả"]);
    }

    #[test]
    fn two_examples_of_one_name_are_refused() {
        let line = |id: &str| format!("{{\"id\": \"{id}\", \"text\": \"Đạt.\", \"labels\": []}}\n");
        let check = |lines: String| check_ids(&read("nhan.jsonl", lines.as_bytes()).expect("good"));
        assert!(check(line("1") + &line("") + &line("")).is_ok());
        let error = check(line("1") + &line("2") + &line("1")).expect_err("two are called 1");
        assert!(error.to_string().contains("`1`"), "{error}");
    }

    #[test]
    fn scores_are_targets_and_labels_are_one_or_zero() {
        let lines = concat!(
            r#"{"text": "Đạt.", "scores": {"b": 0.83, "a": 0}, "weight": 0.5}"#,
            "\n",
            r#"{"text": "Đạt.", "labels": ["a"]}"#
        );
        let examples = read("nhan.jsonl", lines.as_bytes()).expect("two good lines");
        assert_eq!(label_names(&examples), ["a", "b"]);
        let targets =
            |example: &Example| ["a", "b", "c"].map(|label| example.target(label).to_string());
        assert_eq!(targets(&examples[0]), ["0", "0.83", "0"]);
        assert_eq!(targets(&examples[1]), ["1", "0", "0"]);
        assert!(!examples[0].is_labelled() && examples[1].is_labelled());
        assert_eq!(examples[0].weight, Some(0.5));
    }
}
