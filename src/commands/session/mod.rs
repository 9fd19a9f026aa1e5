//! Arguments → options, model and labels.

mod model;

use std::path::Path;

use anyhow::{Context, Error, Result};

use super::input;
use crate::batch::manifest::Settings;
use crate::classify::{self, Classifier, LabelSet, QuotingHead, quoting};
use crate::cli::{DocumentOptions, EncoderName, ModelChoice, TextOptions, Threads};
use crate::ingest::ReadOptions;
use crate::ingest::jsonl::Columns;
use crate::model::device::DeviceChoice;
use crate::pipeline::{Model, Pipeline, PipelineOptions, Reader};
use crate::rank::{Maker, Scorer, scorer};

pub(super) use model::{devices, files, labels_bring_model, of_bundle, unavailable};

/// The reader and the labels that a command works with.
pub(super) struct Session {
    pub(super) reader: Reader,
    classifier: Classifier,
}

impl Session {
    /// Starts the threads, and opens what was chosen.
    pub(super) fn open(
        threads: Threads,
        choice: &ModelChoice,
        options: PipelineOptions,
    ) -> Result<Self> {
        start_threads(threads)?;
        let reader = reader(choice, options)?;
        let head = quoting_head(choice, reader.model())?;
        let reader = reader.with_quoting(head)?;
        let Some(labels) = label_set(choice)? else {
            return Err(Error::msg(
                "another model needs labels of its own: train them with `tomtat train labels --model …` and \
                 name their folder with --labels",
            ));
        };
        let model = reader.model();
        let classifier = labels.for_model(&model.identity.sha256, model.encoder.hidden_size())?;
        Ok(Self { reader, classifier })
    }

    /// All stages.
    pub(super) fn pipeline(&self) -> Result<Pipeline<'_>> {
        Ok(Pipeline::new(&self.reader, &self.classifier)?)
    }

    /// All that results depend on besides the model's files and the program, of a session that was chosen so.
    pub(super) fn settings(&self, choice: &ModelChoice, columns: &Columns) -> Result<Settings> {
        let encoder = encoder_name(choice, &self.reader);
        let options = self.reader.options();
        let learnt = self.learnt_bytes()?;
        Ok(Settings::of(options, &learnt, &encoder, columns))
    }

    /// The labels, and the scorer and the quoting head if there are such, as their files hold them.
    fn learnt_bytes(&self) -> Result<Vec<u8>> {
        let set = LabelSet {
            model_sha256: self.reader.model().identity.sha256.clone(),
            classifier: self.classifier.clone(),
        };
        let mut bytes = set.to_bytes()?;
        if let Some(scorer) = self.reader.scorer() {
            bytes.append(&mut scorer.to_bytes()?);
        }
        if let Some(quoting) = self.reader.quoting() {
            bytes.append(&mut quoting.to_bytes()?);
        }
        Ok(bytes)
    }
}

/// What the arguments ask to make of each document.
pub(super) fn options(arguments: &DocumentOptions) -> PipelineOptions {
    PipelineOptions {
        budget: arguments.budget,
        ranker: arguments.ranker.into(),
        quotations_per_label: arguments.per_label,
        with_text: arguments.with_text,
        all_scores: arguments.all_scores,
        max_text_bytes: arguments.max_text.saturating_mul(1 << 20),
        read: read_options(arguments.text),
        ..PipelineOptions::default()
    }
}

/// How the arguments ask to read files.
pub(super) fn read_options(arguments: TextOptions) -> ReadOptions {
    let TextOptions {
        encoding,
        tone_placement,
    } = arguments;
    ReadOptions {
        encoding,
        tone_placement,
        ..ReadOptions::default()
    }
}

/// Starts the threads that were asked for.
pub(super) fn start_threads(threads: Threads) -> Result<()> {
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads.jobs.unwrap_or(0))
        .build_global()
        .context("cannot start the threads")
}

/// A reader with the model that was chosen, and the scorer.
pub(super) fn reader(choice: &ModelChoice, options: PipelineOptions) -> Result<Reader> {
    let reader = Reader::new(model::chosen(choice)?, options);
    let embedded = Scorer::embedded()?;
    // The program's own is nobody's own in the folder of its model either.
    Ok(
        match own_scorer(choice)?.filter(|found| *found != embedded) {
            Some(scorer) => reader.with_scorer(scorer, Maker::User),
            None => reader.with_scorer(embedded, Maker::Program),
        },
    )
}

/// The labels that were chosen, or that lie beside the model that was; nothing where another model has none. A folder
/// with a scorer or a quoting head alone leaves the labels as they are.
pub(super) fn label_set(choice: &ModelChoice) -> Result<Option<LabelSet>> {
    let has = |folder: &&Path, file: &str| folder.join(file).exists();
    let has_labels = |folder: &&Path| has(folder, classify::FILE_NAME);
    let beside_model = choice.model.as_deref().map(Path::new).filter(has_labels);
    let chosen = choice.labels.as_deref();
    let has_more =
        |folder: &&Path| has(folder, scorer::FILE_NAME) || has(folder, quoting::FILE_NAME);
    let chosen = chosen.filter(|folder| has_labels(folder) || !has_more(folder));
    if let Some(folder) = chosen {
        let file = folder.join(classify::FILE_NAME);
        input::open(&file)
            .context("--labels takes a folder of trained labels, as `tomtat train labels` makes")?;
    }
    Ok(match chosen.or(beside_model) {
        Some(folder) => Some(LabelSet::load(folder)?),
        None if choice.model.is_some() => None,
        None => Some(LabelSet::embedded()?),
    })
}

/// The folders that may bring more than labels and a model.
fn folders(choice: &ModelChoice) -> impl Iterator<Item = &Path> {
    let model = choice.model.as_deref().map(Path::new);
    choice.labels.as_deref().into_iter().chain(model)
}

/// The scorer that lies beside the labels or the model that were chosen.
fn own_scorer(choice: &ModelChoice) -> Result<Option<Scorer>> {
    let found = folders(choice)
        .map(Scorer::find)
        .find_map(Result::transpose);
    Ok(found.transpose()?)
}

/// The quoting head that lies beside the labels or the model that were chosen, else that of the program if it is made
/// for this model.
fn quoting_head(choice: &ModelChoice, model: &Model) -> Result<Option<QuotingHead>> {
    let sha256 = &model.identity.sha256;
    let found = folders(choice)
        .map(|folder| QuotingHead::find(folder, sha256))
        .find_map(Result::transpose);
    match found {
        Some(found) => Ok(Some(found?)),
        None => Ok(QuotingHead::embedded(sha256)?),
    }
}

/// The name of the encoder that was chosen; on cards it rounds otherwise, and so it is another.
pub(super) fn encoder_name(choice: &ModelChoice, reader: &Reader) -> String {
    match choice.encoder {
        EncoderName::Transformer if reader.model().encoder.card_work().is_some() => {
            format!(
                "transformer on cuda in {}",
                choice.device.dtype.unwrap_or_default()
            )
        }
        EncoderName::Transformer if choice.device.device == DeviceChoice::Metal => {
            "transformer on metal".to_owned()
        }
        EncoderName::Transformer => "transformer".to_owned(),
        EncoderName::Candle => "candle".to_owned(),
        EncoderName::Fake => "fake".to_owned(),
    }
}
