//! Arguments → options, model and labels.

use std::path::Path;

use anyhow::{Context, Error, Result};

use super::exit::ModelUnavailable;
use super::input;
use crate::classify::{self, Classifier, LabelSet, QuotingHead, quoting};
use crate::cli::{DeviceOptions, EncoderName, ModelChoice, Reading, TextOptions};
use crate::encode::candle::CandleEncoder;
use crate::encode::card::LoadError;
use crate::encode::cuda::CudaOptions;
use crate::encode::{self, Encoder, FakeEncoder};
use crate::ingest::ReadOptions;
use crate::model::device::{DeviceChoice, Devices, Precision};
use crate::model::hub::{Network, Progress};
use crate::model::{self, Bundle, HubOptions, ModelError, ModelFiles, TransformerFiles};
use crate::pipeline::{Model, PipelineOptions, Reader};
use crate::rank::{Maker, Scorer, scorer};
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

/// A reader with the model that was chosen, and the scorer.
pub(super) fn reader(choice: &ModelChoice, options: PipelineOptions) -> Result<Reader> {
    check_metal(choice)?;
    let model = match files(choice, Network::WhereNeeded)? {
        ModelFiles::Bundle(bundle) => of_bundle(&bundle, choice)?,
        ModelFiles::Transformer(files) => of_transformer(&files, choice)?,
    };
    let reader = Reader::new(model, options);
    let embedded = Scorer::embedded()?;
    // The program's own is nobody's own in the folder of its model either.
    Ok(
        match own_scorer(choice)?.filter(|found| *found != embedded) {
            Some(scorer) => reader.with_scorer(scorer, Maker::User),
            None => reader.with_scorer(embedded, Maker::Program),
        },
    )
}

/// Starts the threads, and makes the reader and the labels that a command works with.
pub(super) fn open(
    jobs: Option<usize>,
    choice: &ModelChoice,
    options: PipelineOptions,
) -> Result<(Reader, Classifier)> {
    start_threads(jobs)?;
    let reader = reader(choice, options)?;
    let head = quoting_head(choice, reader.model())?;
    let reader = reader.with_quoting(head);
    let Some(labels) = label_set(choice)? else {
        return Err(Error::msg(
            "another model needs labels of its own: train them with `tomtat train labels --model …` and \
             name their folder with --labels",
        ));
    };
    let model = reader.model();
    let classifier = labels.for_model(&model.identity.sha256, model.encoder.hidden_size())?;
    Ok((reader, classifier))
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
    let (sha256, hidden_size) = (&model.identity.sha256, model.encoder.hidden_size());
    let found = folders(choice)
        .map(|folder| QuotingHead::find(folder, sha256, hidden_size))
        .find_map(Result::transpose);
    match found {
        Some(found) => Ok(Some(found?)),
        None => Ok(QuotingHead::embedded(sha256)?),
    }
}

/// The labels, and the scorer and the quoting head if there are such, as their files hold them, to be hashed.
pub(super) fn labels(reader: &Reader, classifier: &Classifier) -> Result<Vec<u8>> {
    let set = LabelSet {
        model_sha256: reader.model().identity.sha256.clone(),
        classifier: classifier.clone(),
    };
    let mut bytes = set.to_bytes()?;
    if let Some(scorer) = reader.scorer() {
        bytes.append(&mut scorer.to_bytes()?);
    }
    if let Some(quoting) = reader.quoting() {
        bytes.append(&mut quoting.to_bytes()?);
    }
    Ok(bytes)
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

/// Whether the labels that were chosen bring the model: labels that were trained together with an encoder lie beside it.
pub(super) fn labels_bring_model(choice: &ModelChoice) -> bool {
    choice.model.is_none() && choice.labels.as_deref().is_some_and(Bundle::is_in)
}

/// Finds the files of the model that was chosen.
pub(super) fn files(choice: &ModelChoice, network: Network) -> Result<ModelFiles> {
    let found = match (&choice.model, &choice.labels) {
        (None, Some(folder)) if labels_bring_model(choice) => ModelFiles::open(folder),
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

/// Refuses what `--device metal` would not do as it was asked to.
fn check_metal(choice: &ModelChoice) -> Result<()> {
    if choice.device.device != DeviceChoice::Metal {
        return Ok(());
    }
    anyhow::ensure!(
        choice.encoder == EncoderName::Transformer,
        "the other encoders run on the processor; leave --device metal or --encoder out"
    );
    anyhow::ensure!(
        matches!(choice.device.dtype, None | Some(Precision::F32)),
        "on Metal numbers are written in f32; leave --dtype out"
    );
    Ok(())
}

/// Finds the devices that were chosen, and says on standard error which ones `auto` has taken where the program
/// knows more than one.
pub(super) fn devices(options: &DeviceOptions) -> Result<Devices> {
    let devices = options.device.find()?;
    let had_choice = devices != Devices::Cpu { because: None };
    if options.device == DeviceChoice::Auto && had_choice {
        tracing::warn!("--device auto takes {devices}");
    }
    Ok(devices)
}

fn cuda_options(options: &DeviceOptions) -> CudaOptions {
    CudaOptions {
        precision: options.dtype.unwrap_or_default(),
        pass_tokens: options.pass_tokens,
        lanes: options.lanes,
    }
}

/// The network of a bundle on the devices that were chosen.
fn transformer(bundle: &Bundle, options: &DeviceOptions) -> Result<Box<dyn Encoder>> {
    let opened = encode::of_bundle_on(bundle, &devices(options)?, cuda_options(options));
    or_on_the_processor(opened, bundle, &options.device)
}

/// What was opened; where `auto` has found a card that cannot be used, the bundle on the processor.
fn or_on_the_processor(
    opened: Result<Box<dyn Encoder>, LoadError>,
    bundle: &Bundle,
    choice: &DeviceChoice,
) -> Result<Box<dyn Encoder>> {
    match opened {
        // Weights that are not what they should be are that on the processor too.
        Err(LoadError::Weights(error)) => Err(LoadError::Weights(error).into()),
        opened => choice.or_the_processor(opened.map_err(Error::from), |_| {
            Ok(Box::new(encode::of_bundle(bundle)?))
        }),
    }
}

/// A bundle with the engine and on the device that were chosen.
pub(super) fn of_bundle(bundle: &Bundle, choice: &ModelChoice) -> Result<Model> {
    let encoder: Box<dyn Encoder> = match choice.encoder {
        EncoderName::Transformer => transformer(bundle, &choice.device)?,
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

fn of_transformer(files: &TransformerFiles, choice: &ModelChoice) -> Result<Model> {
    anyhow::ensure!(
        !matches!(choice.device.device, DeviceChoice::Cuda(_)),
        "models from the hub do not run on NVIDIA cards; take --device cpu"
    );
    // `auto` may have found a card, which these models do not run on.
    let devices = match choice.device.device {
        DeviceChoice::Metal => Devices::Metal,
        _ => Devices::Cpu { because: None },
    };
    let network = CandleEncoder::of_transformer(files, &devices.first()?)?;
    let encoder: Box<dyn Encoder> = match choice.encoder {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encode::card::PassError;

    #[test]
    fn a_card_that_cannot_be_used_is_an_error_unless_auto_has_found_it() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/models/tomtat-small");
        let bundle = Bundle::open(Path::new(folder)).unwrap();
        let refused = || Err(LoadError::Card(PassError::Failed("too old".to_owned())));
        let encoder = or_on_the_processor(refused(), &bundle, &DeviceChoice::Auto).unwrap();
        assert!(encoder.card_work().is_none());
        assert_eq!(encoder.hidden_size(), bundle.config().hidden_size);
        for asked in [DeviceChoice::Cuda(vec![0]), DeviceChoice::Metal] {
            let error = or_on_the_processor(refused(), &bundle, &asked)
                .err()
                .unwrap();
            assert!(error.to_string().contains("too old"), "{error}");
        }
    }
}
