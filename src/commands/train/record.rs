//! What was learnt from what, and how: `train.json`, beside what training wrote. Same input, same bytes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Result;
use serde::Serialize;
use serde_json::Value;

use super::data::{Data, DataFile};
use super::documents::DocumentFile;
use crate::classify;
use crate::cli::ModelChoice;
use crate::commands::{files, session};
use crate::hash::sha256;
use crate::model::Bundle;
use crate::pipeline::Reader;
use crate::record::ModelIdentity;
use crate::train::{self, EpochLosses, TrainOptions, TuningOptions};

/// Its name.
const FILE_NAME: &str = "train.json";

/// All that it takes to train the same labels again.
#[derive(Debug, Serialize)]
pub(super) struct TrainRecord {
    /// Version of the program.
    program: &'static str,
    /// The model that it started from.
    base: ModelIdentity,
    /// Which encoder read the paragraphs.
    encoder: String,
    /// The files, in the order in which they were read.
    data: Vec<DataFile>,
    /// How many paragraphs have each label.
    labels: BTreeMap<String, usize>,
    /// Folds, weights and their seed.
    options: TrainOptions,
    /// How the encoder learnt; nothing if it stayed as it is.
    tuning: Option<TuningRecord>,
    /// Of labels that were calibrated alone, what was calibrated; nothing where heads were trained.
    #[serde(skip_serializing_if = "Option::is_none")]
    calibration: Option<CalibrationRecord>,
    /// How the encoder beside the labels learnt, where an earlier run wrote it into their folder: the record of that run,
    /// whose place this one takes.
    #[serde(skip_serializing_if = "Option::is_none")]
    encoder_made: Option<Value>,
    /// SHA-256 of the labels that were written; they name the model that they belong to.
    labels_sha256: Option<String>,
}

/// How an encoder learnt along with the heads.
#[derive(Debug, Serialize)]
pub(super) struct TuningRecord {
    /// The settings.
    pub(super) options: TuningOptions,
    /// Layers of the base that it started from.
    pub(super) layers: Vec<usize>,
    /// SHA-256 of the labels whose heads it started from; nothing if all of them started from nothing.
    pub(super) known_labels_sha256: Option<String>,
    /// What it learnt on.
    pub(super) device: String,
    /// Which fold was held out, of how many the options say.
    pub(super) fold: usize,
    /// Paragraphs that were learnt from.
    pub(super) learnt: usize,
    /// Paragraphs that were held out.
    pub(super) held_out: usize,
    /// How every epoch went.
    pub(super) epochs: Vec<EpochLosses>,
    /// The epoch that was kept, counted from 1.
    pub(super) kept_epoch: Option<usize>,
    /// What else it learnt from; nothing if it learnt labels alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) quoting: Option<QuotingRecord>,
}

/// Documents with quoted sentences that an encoder learnt from, and the head that came of them.
#[derive(Debug, Serialize)]
pub(super) struct QuotingRecord {
    /// The files, in the order in which they were read.
    pub(super) data: Vec<DocumentFile>,
    /// What a sentence counted that would do as well.
    pub(super) also: f32,
    /// How much a unit counted.
    pub(super) weight: f32,
    /// Readings that were learnt from.
    pub(super) learnt: usize,
    /// Readings that were held out.
    pub(super) held_out: usize,
    /// SHA-256 of the head that was written.
    pub(super) sha256: String,
}

/// What was calibrated, on which paragraphs besides the record's own.
#[derive(Debug, Serialize)]
pub(super) struct CalibrationRecord {
    /// The files of `--other-languages`.
    pub(super) other_languages: Vec<DataFile>,
    /// SHA-256 of the labels that it started from.
    pub(super) labels_sha256: String,
    /// How these were made, as the record beside them says.
    pub(super) made: Option<Value>,
}

impl TrainRecord {
    /// A run over `data` with the reader's model, which was chosen so.
    pub(super) fn new(
        choice: &ModelChoice,
        reader: &Reader,
        data: &Data,
        options: TrainOptions,
    ) -> Self {
        let count = |label: String| {
            let examples = data.examples.iter();
            let with_label = examples.filter(|example| example.labels.contains(&label));
            let count = with_label.count();
            (label, count)
        };
        let names = train::label_names(&data.examples);
        Self {
            program: env!("CARGO_PKG_VERSION"),
            base: reader.model().identity.clone(),
            encoder: session::encoder_name(choice, reader),
            data: data.files.clone(),
            labels: names.into_iter().map(count).collect(),
            options,
            tuning: None,
            calibration: None,
            encoder_made: None,
            labels_sha256: None,
        }
    }

    /// Says how the encoder learnt.
    pub(super) fn with_tuning(self, tuning: TuningRecord) -> Self {
        Self {
            tuning: Some(tuning),
            ..self
        }
    }

    /// Says what was calibrated.
    pub(super) fn with_calibration(self, calibration: CalibrationRecord) -> Self {
        Self {
            calibration: Some(calibration),
            ..self
        }
    }

    /// Writes it into the folder of the labels, which lie there already.
    pub(super) fn write(mut self, folder: &Path) -> Result<()> {
        let labels = std::fs::read(folder.join(classify::FILE_NAME))?;
        self.labels_sha256 = Some(sha256(&labels));
        if Bundle::is_in(folder) && of_tuning(&serde_json::to_value(&self)?).is_none() {
            self.encoder_made = read(folder).as_ref().and_then(of_tuning).cloned();
        }
        files::write_json(&folder.join(FILE_NAME), &self)
    }
}

/// The record in a folder, if there is one.
fn read(folder: &Path) -> Option<Value> {
    let json = std::fs::read(folder.join(FILE_NAME)).ok()?;
    serde_json::from_slice(&json).ok()
}

/// The record, of this one and those in it, that says how an encoder learnt.
fn of_tuning(record: &Value) -> Option<&Value> {
    if record.get("tuning")?.is_object() {
        return Some(record);
    }
    let earlier = [&record["encoder_made"], &record["calibration"]["made"]];
    earlier.into_iter().find_map(of_tuning)
}

/// What the record beside the labels that were chosen says of them, if they are still the ones that it is about.
pub(super) fn of_labels(choice: &ModelChoice, labels_sha256: &str) -> Option<Value> {
    let folders = choice.labels.iter().cloned();
    let mut folders = folders.chain(choice.model.iter().map(PathBuf::from));
    folders.find_map(|folder| {
        let record = read(&folder)?;
        (record["labels_sha256"] == labels_sha256).then_some(record)
    })
}
