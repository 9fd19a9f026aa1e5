//! What is known of one document in the end: the result format, as data.
//!
//! `data/result.schema.json` is its JSON Schema; every key is always present, but for `text`, which was to be asked for.

mod failure;
mod source;

use std::collections::BTreeMap;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use crate::document::ParagraphKind;

pub use crate::document::Official;
pub use failure::{Failure, LostDevice, is_absence};
pub use source::{
    LINE_PREFIX, MESSAGE_PREFIX, ROW_PREFIX, SEPARATOR, Source, holds_many, is_separator,
};

/// The version of the format that this program writes.
pub const SCHEMA_VERSION: u32 = 1;

/// What was achieved.
pub const ACHIEVEMENT: &str = "achievement";
/// What was ordered, or is to be done.
pub const DIRECTIVE: &str = "directive";
/// An initiative worth copying.
pub const MODEL: &str = "model";
/// The labels that the program has without being taught; users may train others.
pub const STANDARD_LABELS: [&str; 3] = [ACHIEVEMENT, DIRECTIVE, MODEL];

/// The result of one document.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// [`SCHEMA_VERSION`] of the program that wrote it. No other one is read.
    #[serde(deserialize_with = "known_version")]
    pub schema_version: u32,
    /// The document's name within its run: a relative path, or the id in its archive.
    pub id: String,
    /// How it went.
    pub status: Status,
    /// Why it did not go well.
    pub error: Option<Failure>,
    /// Where the document came from.
    pub source: Source,
    /// Its title, if the file names or shows one.
    pub title: Option<String>,
    /// What an official letter says about itself; nothing where the document is none.
    pub official: Option<Official>,
    /// ISO 639-1 code of its main language, if told.
    pub language: Option<String>,
    /// SHA-256 of the document's text in UTF-8, in hexadecimal.
    pub text_sha256: Option<String>,
    /// The text that all offsets index; only where asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// In reading order.
    pub paragraphs: Vec<ParagraphRecord>,
    /// The summary.
    pub summary: Summary,
    /// For every label, the sentences that say most of it, in reading order.
    pub by_label: BTreeMap<String, Vec<Quotation>>,
    /// How much of it the transformer saw.
    pub tokens: Tokens,
    /// Which model read it.
    pub model: ModelIdentity,
}

/// How a document went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Read whole.
    Success,
    /// Read in part; `error` says what is missing.
    PartialSuccess,
    /// Not read.
    Failure,
    /// Left out on purpose.
    Skipped,
}

impl Status {
    /// What results call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::PartialSuccess => "partial_success",
            Self::Failure => "failure",
            Self::Skipped => "skipped",
        }
    }
}

/// A place in the document's text, counted in characters and in bytes of UTF-8.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// First character.
    pub start_char: usize,
    /// One past the last character.
    pub end_char: usize,
    /// First byte.
    pub start_byte: usize,
    /// One past the last byte.
    pub end_byte: usize,
}

impl Place {
    /// Whether `other`, in the same text, lies within this place.
    pub fn contains(&self, other: &Self) -> bool {
        self.start_byte <= other.start_byte && other.end_byte <= self.end_byte
    }
}

/// One paragraph.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ParagraphRecord {
    /// From 0, in reading order.
    pub index: usize,
    /// What it is to a reader.
    pub kind: ParagraphKind,
    /// Whether it is the furniture of an official letter or of a mail.
    pub furniture: bool,
    /// Where it stands.
    #[serde(flatten)]
    pub place: Place,
    /// From 1, where the format has pages.
    pub page: Option<u32>,
    /// The labels over their threshold (or all, where asked for), best first.
    pub labels: Vec<LabelScore>,
    /// Whether the best score lay too near its threshold to tell.
    pub abstained: bool,
    /// For each label over its threshold, the sentence that speaks most for it.
    pub evidence: Vec<Evidence>,
    /// In reading order.
    pub sentences: Vec<SentenceRecord>,
}

impl ParagraphRecord {
    /// The labels that hold, and the others that have a score, where all were asked for; best first.
    pub fn holding_and_others(&self) -> [Vec<&LabelScore>; 2] {
        // There is evidence for each label that holds, and for no other.
        let holds = |score: &&LabelScore| self.evidence.iter().any(|it| it.label == score.label);
        let (holding, others) = self.labels.iter().partition(holds);
        [holding, others]
    }
}

/// A label and the calibrated probability that it holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LabelScore {
    /// Its name.
    pub label: String,
    /// From 0 to 1.
    pub score: f64,
}

/// The sentence that speaks most for a label.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// The label's name.
    pub label: String,
    /// Index of the sentence within the paragraph.
    pub sentence: usize,
}

/// One sentence of a paragraph.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentenceRecord {
    /// From 0, within the paragraph.
    pub index: usize,
    /// Where it stands.
    #[serde(flatten)]
    pub place: Place,
}

/// A summary: quotations in reading order.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// The budget it was made for, as given: `4s`, `200w` or `20%`.
    pub budget: String,
    /// What is quoted.
    pub sentences: Vec<Quotation>,
}

/// A sentence, or a clause of a long one, quoted word for word.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Quotation {
    /// Index of its paragraph.
    pub paragraph: usize,
    /// Index of its sentence within the paragraph.
    pub sentence: usize,
    /// Where it stands.
    #[serde(flatten)]
    pub place: Place,
    /// The document's text at that place.
    pub text: String,
    /// Under a label: its calibrated probability for these words where they stand. In a summary: how much they matter, from 0 for the
    /// least to 1 for the best of all that could be quoted of the document, which says nothing beside another document's.
    pub score: f64,
    /// The labels that it carries itself.
    pub labels: Vec<String>,
}

/// How many tokens a document has and how many the transformer saw.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tokens {
    /// All of the document.
    pub total: usize,
    /// Those that were encoded.
    pub encoded: usize,
}

/// Which model read a document.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelIdentity {
    /// Its name.
    pub name: String,
    /// SHA-256 of its files, in hexadecimal.
    pub sha256: String,
}

impl Record {
    /// Which device was lost and why, if that is why the document failed.
    pub fn lost_device(&self) -> Option<&str> {
        let error = self.error.as_ref()?;
        let is_lost =
            [Failure::DEVICE_LOST, Failure::DEVICE_LOST_IN_HAND].contains(&error.code.as_str());
        is_lost.then_some(error.message.as_str())
    }

    /// The first `max_chars` characters of a paragraph, with an ellipsis where there are more; empty
    /// if the record was made without its text.
    pub fn opening(&self, paragraph: &ParagraphRecord, max_chars: usize) -> String {
        let range = paragraph.place.start_byte..paragraph.place.end_byte;
        let text = self
            .text
            .as_deref()
            .and_then(|text| text.get(range))
            .unwrap_or_default();
        beginning(text, max_chars)
    }

    /// All quotations: those of the labels, then the summary's.
    pub fn quotations(&self) -> impl Iterator<Item = &Quotation> {
        let labels = self.by_label.values().flatten();
        labels.chain(&self.summary.sentences)
    }

    /// Whether it has a text of its own: its document could be read, wholly or in part, and is no copy of another.
    pub fn was_read(&self) -> bool {
        matches!(self.status, Status::Success | Status::PartialSuccess)
    }

    /// The record of an input that is, byte for byte, `original` again: it says so, and nothing twice.
    #[must_use]
    pub fn repeating(mut self, original: &str) -> Self {
        self.status = Status::Skipped;
        let message = format!("the same bytes as {original}");
        self.error = Some(Failure::new("duplicate", &message));
        self.by_label.values_mut().for_each(Vec::clear);
        self.summary.sentences.clear();
        Self {
            title: None,
            official: None,
            language: None,
            text: None,
            paragraphs: Vec::new(),
            tokens: Tokens::default(),
            ..self
        }
    }

    /// The record of a document that could not be read.
    pub fn failed(id: String, source: Source, failure: Failure, model: ModelIdentity) -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            id,
            status: Status::Failure,
            error: Some(failure),
            source,
            title: None,
            official: None,
            language: None,
            text_sha256: None,
            text: None,
            paragraphs: Vec::new(),
            summary: Summary::default(),
            by_label: BTreeMap::new(),
            tokens: Tokens::default(),
            model,
        }
    }
}

fn known_version<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    match u32::deserialize(deserializer)? {
        SCHEMA_VERSION => Ok(SCHEMA_VERSION),
        other => Err(D::Error::custom(format!(
            "schema_version is {other}, of another version of the program; this one reads {SCHEMA_VERSION}"
        ))),
    }
}

/// The first `max_chars` characters of a text, with an ellipsis where there are more.
pub fn beginning(text: &str, max_chars: usize) -> String {
    match text.char_indices().nth(max_chars) {
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_called_as_results_call_it() {
        for status in [
            Status::Success,
            Status::PartialSuccess,
            Status::Failure,
            Status::Skipped,
        ] {
            let written = serde_json::to_value(status).expect("JSON");
            assert_eq!(written, status.name());
        }
    }
}
