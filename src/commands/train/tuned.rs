//! `tomtat train labels` with an encoder that learns as well.

use anyhow::{Context, Error, Result};
use candle_core::Device;

use super::{Destination, TrainLabels, features, input};
use crate::classify::{BUCKETS, LabelHead};
use crate::cli::ModelChoice;
use crate::commands::output::Bar;
use crate::commands::session;
use crate::hash::sha256;
use crate::model::device::{DeviceChoice, Precision};
use crate::model::{Bundle, ModelFiles};
use crate::pipeline::{PipelineOptions, Reader};
use crate::train::{
    self, Checkpoint, Example, LabelItem, TrainOptions, TunedLabels, TuningData, TuningOptions,
    TuningReport,
};

const TOO_FEW: &str = "the paragraphs held out are too few to set thresholds on; give more of them, or train the \
                       heads alone with --frozen";

/// Fine-tunes on all folds but one and calibrates on that one, with the encoder as it is shipped.
pub(super) fn train(arguments: &TrainLabels, examples: Vec<Example>, quiet: bool) -> Result<()> {
    let (devices, precision) = super::devices(&arguments.model)?;
    let base = super::bundle(&arguments.model)?;
    let names = train::label_names(&examples);
    let (learnt, held_out) = split(arguments, examples);
    train::check_held_out(&names, &held_out).context(TOO_FEW)?;
    let reader = Reader::new(
        // It makes tokens alone.
        session::of_bundle(
            &base,
            &super::encoding_on(&arguments.model, DeviceChoice::Cpu),
        )?,
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
    let layer_count = layers(arguments, &base).len();
    super::write_bundle(&arguments.output, &base, &tuned.layers, layer_count)?;
    let choice = super::encoding_on(&arguments.model, devices.chosen());
    calibrate(arguments, &choice, (names, &tuned), &held_out)
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

fn layers(arguments: &TrainLabels, base: &Bundle) -> Vec<usize> {
    if arguments.layers.is_empty() {
        (0..base.config().num_hidden_layers).collect()
    } else {
        arguments.layers.clone()
    }
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
    let options = options(arguments, precision);
    let checkpoint = Checkpoint::new(&arguments.output);
    let steps = options.steps(items.len());
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

fn options(arguments: &TrainLabels, precision: Precision) -> TuningOptions {
    TuningOptions {
        epochs: usize::from(arguments.epochs),
        batch: usize::from(arguments.batch),
        accumulate: usize::from(arguments.accumulate),
        precision,
        rate: arguments.rate,
        frozen_layers: arguments.frozen_layers,
        seed: arguments.seed,
        ..TuningOptions::default()
    }
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
        train::calibrate(&heads(names, tuned), held_out, &features, options).context(TOO_FEW)?;
    let heading = format!("On {} examples held out, by document:", held_out.len());
    let destination = Destination::of(arguments);
    super::conclude(&destination, &heading, &reader, held_out, encoded, &trained)
}

/// The heads that have learnt, without words of their own.
fn heads(names: Vec<String>, tuned: &TunedLabels) -> Vec<LabelHead> {
    let head = |(name, (weights, bias)): (String, &(Vec<f32>, f32))| LabelHead {
        name,
        vector_weights: weights.clone(),
        gram_weights: vec![0.0; BUCKETS],
        bias: *bias,
        threshold: 0.5,
    };
    names.into_iter().zip(&tuned.heads).map(head).collect()
}
