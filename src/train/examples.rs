//! Labelled paragraphs, as people write them down.

use std::collections::BTreeSet;
use std::io::BufRead;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use super::TrainError;

/// One labelled paragraph.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Example {
    /// Its name; the line number where the file gives none.
    #[serde(default)]
    pub id: String,
    /// The paragraph.
    pub text: String,
    /// The labels that hold; empty where none does.
    pub labels: Vec<String>,
    /// Whether the annotator was sure.
    #[serde(default = "sure")]
    pub sure: bool,
    /// Whether it was written for training instead of found: it is learnt from, but says nothing of how often
    /// labels occur, so that no threshold is set on it.
    #[serde(default)]
    pub synthetic: bool,
    /// The document that it was cut from; itself where the file does not say.
    #[serde(default)]
    pub doc: String,
}

fn sure() -> bool {
    true
}

/// Reads examples, one JSON object a line; blank lines are passed over.
///
/// # Errors
///
/// If a line cannot be read or is not an example; the message names the line of `name`.
pub fn read(name: &str, lines: impl BufRead) -> Result<Vec<Example>, TrainError> {
    let mut examples = Vec::new();
    for (index, line) in lines.lines().enumerate() {
        let place = || format!("{name}, line {}", index + 1);
        let line = line.map_err(|source| TrainError::Reading {
            place: place(),
            source,
        })?;
        if line.trim().is_empty() {
            continue;
        }
        let mut example: Example =
            serde_json::from_str(&line).map_err(|source| TrainError::BadExample {
                place: place(),
                source,
            })?;
        example.text = example.text.nfc().collect();
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

/// The names of all labels that occur, in alphabetical order.
pub fn label_names(examples: &[Example]) -> Vec<String> {
    let names: BTreeSet<&String> = examples
        .iter()
        .flat_map(|example| &example.labels)
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
    fn a_bad_line_is_named() {
        let error = read("nhan.jsonl", "{}\n".as_bytes()).expect_err("it has no text");
        assert!(error.to_string().contains("nhan.jsonl, line 1"), "{error}");
    }
}
