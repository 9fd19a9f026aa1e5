//! What was learnt from what, and how: `train.json`, beside what training wrote. Same input, same bytes.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Result;
use serde::Serialize;

use super::data::{Data, DataFile};
use crate::classify;
use crate::cli::TrainLabels;
use crate::commands::{output, session};
use crate::hash::sha256;
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
}

impl TrainRecord {
    /// A run over `data` that starts from the reader's model.
    pub(super) fn new(arguments: &TrainLabels, data: &Data, reader: &Reader) -> Self {
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
            encoder: session::encoder_name(&arguments.model, reader),
            data: data.files.clone(),
            labels: names.into_iter().map(count).collect(),
            options: super::options(arguments),
            tuning: None,
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

    /// Writes it into the folder of the labels, which lie there already.
    pub(super) fn write(mut self, folder: &Path) -> Result<()> {
        let labels = std::fs::read(folder.join(classify::FILE_NAME))?;
        self.labels_sha256 = Some(sha256(&labels));
        let json = serde_json::to_string_pretty(&self)?;
        output::write_bytes(&folder.join(FILE_NAME), format!("{json}\n").as_bytes())
    }
}
