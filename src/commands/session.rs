//! Arguments → options, model and labels.

use std::path::Path;

use anyhow::{Context, Error, Result};

use super::exit::ModelUnavailable;
use crate::classify::{self, Classifier, LabelSet};
use crate::cli::{EncoderName, ModelChoice, Reading, TextOptions};
use crate::encode::candle::CandleEncoder;
use crate::encode::{self, Encoder, FakeEncoder};
use crate::ingest::ReadOptions;
use crate::model::hub::{Network, Progress};
use crate::model::{self, Bundle, HubOptions, ModelError, ModelFiles, TransformerFiles};
use crate::pipeline::{Model, PipelineOptions, Reader};
use crate::record::ModelIdentity;
use crate::tokenize::HubTokenizer;

/// What the arguments ask to make of each document.
pub(super) fn options(arguments: &Reading) -> PipelineOptions {
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

/// Works with `jobs` threads; by default with one for each core.
pub(super) fn start_threads(jobs: Option<usize>) -> Result<()> {
    rayon::ThreadPoolBuilder::new()
        .num_threads(jobs.unwrap_or(0))
        .build_global()
        .context("cannot start the threads")
}

/// A reader with the model that was chosen.
pub(super) fn reader(choice: &ModelChoice, options: PipelineOptions) -> Result<Reader> {
    let model = match files(choice, Network::WhereNeeded)? {
        ModelFiles::Bundle(bundle) => of_bundle(&bundle, choice.encoder)?,
        ModelFiles::Transformer(files) => of_transformer(&files, choice.encoder)?,
    };
    Ok(Reader::new(model, options))
}

/// The labels that were chosen, for the reader's model.
pub(super) fn classifier(choice: &ModelChoice, reader: &Reader) -> Result<Classifier> {
    let labels = match &choice.labels {
        Some(folder) => LabelSet::load(folder)?,
        None if choice.model.is_some() => {
            let own = choice
                .model
                .as_deref()
                .map(Path::new)
                .filter(|folder| has_labels(folder));
            if let Some(folder) = own {
                return for_reader(LabelSet::load(folder)?, reader);
            }
            let message = "another model needs labels of its own: train them with `tomtat train \
                           labels --model …` and name their folder with --labels";
            return Err(Error::msg(message));
        }
        None => LabelSet::embedded()?,
    };
    for_reader(labels, reader)
}

fn for_reader(labels: LabelSet, reader: &Reader) -> Result<Classifier> {
    let model = reader.model();
    Ok(labels.for_model(&model.identity.sha256, model.encoder.hidden_size())?)
}

fn has_labels(folder: &Path) -> bool {
    folder.join(classify::FILE_NAME).exists()
}

/// The labels as their file holds them, to be hashed.
pub(super) fn labels(reader: &Reader, classifier: &Classifier) -> Result<Vec<u8>> {
    let set = LabelSet {
        model_sha256: reader.model().identity.sha256.clone(),
        classifier: classifier.clone(),
    };
    Ok(set.to_bytes()?)
}

/// The name of the encoder that was chosen.
pub(super) fn encoder_name(choice: &ModelChoice) -> &'static str {
    match choice.encoder {
        EncoderName::Transformer => "transformer",
        EncoderName::Candle => "candle",
        EncoderName::Fake => "fake",
    }
}

/// The names of the labels that were chosen.
pub(super) fn label_names(choice: &ModelChoice) -> Result<Vec<String>> {
    let labels = match &choice.labels {
        Some(folder) => LabelSet::load(folder)?,
        None => LabelSet::embedded()?,
    };
    Ok(labels
        .classifier
        .labels()
        .iter()
        .map(|label| label.name.clone())
        .collect())
}

/// Finds the files of the model that was chosen.
pub(super) fn files(choice: &ModelChoice, network: Network) -> Result<ModelFiles> {
    let found = match (&choice.model, &choice.labels) {
        // Labels that were trained together with an encoder lie beside it.
        (None, Some(folder)) if Bundle::is_in(folder) => ModelFiles::open(folder),
        (None, _) => Bundle::embedded().map(|bundle| ModelFiles::Bundle(Box::new(bundle))),
        (Some(name), _) => model::find(name, &hub(choice, network)?),
    };
    found.map_err(unavailable)
}

/// Marks the errors that mean that a model is not to be had.
pub(super) fn unavailable(error: ModelError) -> Error {
    if error.is_unavailable() {
        let error = Error::from(error);
        return Error::new(ModelUnavailable(format!("{error:#}")));
    }
    Error::from(error)
}

fn hub(choice: &ModelChoice, network: Network) -> Result<HubOptions> {
    let home = choice
        .hub
        .home()
        .context("the user has no home folder; set HF_HOME")?;
    let defaults = HubOptions::new(home);
    Ok(HubOptions {
        revision: choice.revision.clone(),
        endpoint: choice.hub.endpoint.clone().unwrap_or(defaults.endpoint),
        token: choice.hub.token.clone(),
        network: if choice.offline {
            Network::Off
        } else {
            network
        },
        progress: Progress::Bar,
        home: defaults.home,
    })
}

/// A bundle with the engine that was chosen.
pub(super) fn of_bundle(bundle: &Bundle, encoder: EncoderName) -> Result<Model> {
    let encoder: Box<dyn Encoder> = match encoder {
        EncoderName::Transformer => Box::new(encode::of_bundle(bundle)?),
        EncoderName::Candle => Box::new(CandleEncoder::of_bundle(bundle)?),
        EncoderName::Fake => Box::new(FakeEncoder {
            hidden_size: bundle.config().hidden_size,
        }),
    };
    Ok(Model {
        tokenizer: Box::new(bundle.tokenizer().clone()),
        encoder,
        identity: ModelIdentity {
            name: bundle.name().to_owned(),
            sha256: bundle.sha256().to_owned(),
        },
    })
}

fn of_transformer(files: &TransformerFiles, encoder: EncoderName) -> Result<Model> {
    let network = CandleEncoder::of_transformer(files)?;
    let encoder: Box<dyn Encoder> = match encoder {
        EncoderName::Fake => Box::new(FakeEncoder {
            hidden_size: network.hidden_size(),
        }),
        EncoderName::Transformer | EncoderName::Candle => Box::new(network),
    };
    Ok(Model {
        tokenizer: Box::new(HubTokenizer::from_json(files.tokenizer_json())?),
        encoder,
        identity: ModelIdentity {
            name: files.name().to_owned(),
            sha256: files.sha256().to_owned(),
        },
    })
}
