//! `tomtat train labels` with an encoder that learns as well.

use std::path::Path;

use anyhow::{Context, Error, Result};
use candle_core::Device;

use super::{TrainLabels, features, input};
use crate::cli::ModelChoice;
use crate::commands::output::{self, Bar};
use crate::commands::session;
use crate::hash::sha256;
use crate::model::device::{DeviceChoice, Precision};
use crate::model::hub::Network;
use crate::model::{self, Bundle, ModelFiles};
use crate::pipeline::{PipelineOptions, Reader};
use crate::train::{
    self, Checkpoint, Example, LabelItem, TrainOptions, TunedLabels, TuningData, TuningOptions,
    TuningReport,
};

const TOO_FEW: &str = "the paragraphs held out are too few to set thresholds on; give more of them, or train the \
                       heads alone with --frozen";

/// Fine-tunes on all folds but one and calibrates on that one, with the encoder as it is shipped.
pub(super) fn train(arguments: &TrainLabels, examples: Vec<Example>, quiet: bool) -> Result<()> {
    let precision = arguments.model.device.dtype.unwrap_or(Precision::F32);
    anyhow::ensure!(
        precision != Precision::F16,
        "f16 has too small a range to learn in; take f32 or bf16"
    );
    let devices = session::devices(&arguments.model.device)?;
    let base = bundle(arguments)?;
    let names = train::label_names(&examples);
    let (learnt, held_out) = split(arguments, examples);
    train::check_held_out(&names, &held_out).context(TOO_FEW)?;
    let reader = Reader::new(
        // It makes tokens alone.
        session::of_bundle(&base, &encoding_on(arguments, DeviceChoice::Cpu))?,
        PipelineOptions::default(),
    );
    let tuned = tune(
        arguments,
        &base,
        (&devices.first()?, precision),
        [
            items(&reader, &learnt, &names)?,
            items(&reader, &held_out, &names)?,
        ],
        quiet,
    )?;
    let name = folder_name(&arguments.output);
    let layer_count = layers(arguments, &base).len();
    for (file, bytes) in model::bundle_files(&name, &base, &tuned.layers, layer_count) {
        output::write_bytes(&arguments.output.join(file), &bytes)?;
    }
    let choice = encoding_on(arguments, devices.chosen());
    calibrate(arguments, &choice, (names, &tuned), &held_out)
}

/// The model that was chosen, encoding on `device` in full precision: thresholds then hold everywhere.
fn encoding_on(arguments: &TrainLabels, device: DeviceChoice) -> ModelChoice {
    let mut choice = arguments.model.clone();
    choice.device.device = device;
    choice.device.dtype = Some(Precision::F32);
    choice
}

/// What is learnt from, and what is held out: the labelled examples of one fold. A teacher's opinions of documents that
/// are held out are neither.
fn split(arguments: &TrainLabels, examples: Vec<Example>) -> (Vec<Example>, Vec<Example>) {
    let folds = train::folds(&examples, usize::from(arguments.folds), arguments.seed);
    let fold = Some(usize::from(arguments.fold));
    let (mut learnt, mut held_out) = (Vec::new(), Vec::new());
    for (example, found) in examples.into_iter().zip(folds) {
        if found != fold {
            learnt.push(example);
        } else if example.is_labelled() {
            held_out.push(example);
        }
    }
    (learnt, held_out)
}

fn bundle(arguments: &TrainLabels) -> Result<Bundle> {
    match session::files(&arguments.model, Network::WhereNeeded)? {
        ModelFiles::Bundle(bundle) => Ok(*bundle),
        ModelFiles::Transformer(_) => Err(Error::msg(
            "only a bundle can be fine-tuned; train the heads alone with --frozen",
        )),
    }
}

fn layers(arguments: &TrainLabels, base: &Bundle) -> Vec<usize> {
    if arguments.layers.is_empty() {
        (0..base.config().num_hidden_layers).collect()
    } else {
        arguments.layers.clone()
    }
}

fn folder_name(folder: &Path) -> String {
    let name = folder.file_name().unwrap_or(folder.as_os_str());
    name.to_string_lossy().into_owned()
}

/// Examples in tokens.
fn items(reader: &Reader, examples: &[Example], names: &[String]) -> Result<Vec<LabelItem>> {
    let options = TrainOptions::default();
    let item = |example: &Example| {
        let prepared = reader.prepare(input(example));
        let sequences: Vec<Vec<u32>> = prepared
            .windows()
            .iter()
            .map(|window| window.tokens.clone())
            .collect();
        if sequences.is_empty() {
            return Err(anyhow::anyhow!("example {} has no text", example.id));
        }
        Ok(LabelItem {
            sequences,
            targets: names.iter().map(|name| example.target(name)).collect(),
            weight: options.weight(example),
        })
    };
    examples.iter().map(item).collect()
}

fn tune(
    arguments: &TrainLabels,
    base: &Bundle,
    (device, precision): (&Device, Precision),
    [items, held_out]: [Vec<LabelItem>; 2],
    quiet: bool,
) -> Result<TunedLabels> {
    let layers = layers(arguments, base);
    let origin = origin(base, &layers, &items);
    let data = TuningData {
        base,
        layers: &layers,
        items: &items,
        held_out: &held_out,
        origin: &origin,
        device,
    };
    let options = TuningOptions {
        epochs: usize::from(arguments.epochs),
        batch: usize::from(arguments.batch),
        accumulate: usize::from(arguments.accumulate),
        precision,
        rate: arguments.rate,
        frozen_layers: arguments.frozen_layers,
        seed: arguments.seed,
        ..TuningOptions::default()
    };
    let checkpoint = Checkpoint::new(&arguments.output);
    let steps = options.steps_of_epoch(items.len()) * options.epochs;
    let bar = Bar::new(Some(steps as u64), quiet);
    let (mut loss, mut since) = (0.0, 0_u32);
    let tuned = train::tune(data, &options, Some(&checkpoint), |report: TuningReport| {
        bar.advance_to(report.progress.step as u64);
        loss += report.progress.loss;
        since += 1;
        if let Some(held_out) = report.held_out_loss {
            let epoch = report.progress.step * options.epochs / report.progress.steps;
            let mean = loss / f64::from(since);
            bar.line(&format!(
                "epoch {epoch}: loss {mean:.4}, held out {held_out:.4}"
            ));
            (loss, since) = (0.0, 0);
        }
    })?;
    bar.finish();
    checkpoint.remove()?;
    Ok(tuned)
}

/// A hash of all that the run depends on besides its settings.
fn origin(base: &Bundle, layers: &[usize], items: &[LabelItem]) -> String {
    sha256(format!("{} {layers:?} {items:?}", base.sha256()).as_bytes())
}

/// Sets thresholds on the held-out examples, encoded by the model as it was written.
fn calibrate(
    arguments: &TrainLabels,
    choice: &ModelChoice,
    (names, tuned): (Vec<String>, &TunedLabels),
    held_out: &[Example],
) -> Result<()> {
    let ModelFiles::Bundle(bundle) = ModelFiles::open(&arguments.output)? else {
        return Err(Error::msg("the model that was written is no bundle"));
    };
    let reader = Reader::new(
        session::of_bundle(&bundle, choice)?,
        PipelineOptions::default(),
    );
    let encoded = reader.read_and_encode(held_out.iter().map(input).collect());
    let features = features(held_out, &encoded)?;
    let options = TrainOptions {
        seed: arguments.seed,
        ..TrainOptions::default()
    };
    let trained =
        train::calibrate(names, &tuned.heads, held_out, &features, options).context(TOO_FEW)?;
    let heading = format!("On {} examples held out, by document:", held_out.len());
    super::conclude(arguments, &heading, &reader, held_out, encoded, &trained)
}
