//! A model that was chosen → its files, and an encoder on the devices that were.

use anyhow::{Context, Error, Result};

use crate::cli::{DeviceOptions, EncoderName, ModelChoice};
use crate::commands::exit::ModelUnavailable;
use crate::encode::candle::CandleEncoder;
use crate::encode::card::LoadError;
use crate::encode::cuda::CudaOptions;
use crate::encode::{self, Encoder, FakeEncoder};
use crate::model::device::{DeviceChoice, Devices, Precision};
use crate::model::hub::{Network, Progress};
use crate::model::{self, Bundle, HubOptions, ModelError, ModelFiles, TransformerFiles};
use crate::pipeline::Model;
use crate::record::ModelIdentity;
use crate::tokenize::HubTokenizer;

/// The model that was chosen, on what was chosen.
pub(super) fn chosen(choice: &ModelChoice) -> Result<Model> {
    check_metal(choice)?;
    match files(choice, Network::WhereNeeded)? {
        ModelFiles::Bundle(bundle) => of_bundle(&bundle, choice),
        ModelFiles::Transformer(files) => of_transformer(&files, choice),
    }
}

/// Whether the labels that were chosen bring the model: labels that were trained together with an encoder lie beside it.
pub(in crate::commands) fn labels_bring_model(choice: &ModelChoice) -> bool {
    choice.model.is_none() && choice.labels.as_deref().is_some_and(Bundle::is_in)
}

/// Finds the files of the model that was chosen.
pub(in crate::commands) fn files(choice: &ModelChoice, network: Network) -> Result<ModelFiles> {
    let found = match (&choice.model, &choice.labels) {
        (None, Some(folder)) if labels_bring_model(choice) => ModelFiles::open(folder),
        (None, _) => Bundle::embedded().map(|bundle| ModelFiles::Bundle(Box::new(bundle))),
        (Some(name), _) => model::find(name, &hub(choice, network)?),
    };
    found.map_err(unavailable)
}

/// Marks the errors that mean that a model is not to be had.
pub(in crate::commands) fn unavailable(error: ModelError) -> Error {
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
pub(in crate::commands) fn devices(options: &DeviceOptions) -> Result<Devices> {
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
pub(in crate::commands) fn of_bundle(bundle: &Bundle, choice: &ModelChoice) -> Result<Model> {
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
    use std::path::Path;

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
