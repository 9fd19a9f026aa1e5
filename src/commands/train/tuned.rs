//! `tomtat train labels` with an encoder that learns as well.

use anyhow::{Error, Result};

use super::data::Data;
use super::known::Known;
use super::record::{TrainRecord, TuningRecord};
use super::{Destination, Place, TrainLabels, features, input};
use crate::cli::ModelChoice;
use crate::commands::bar::Bar;
use crate::commands::output;
use crate::commands::session;
use crate::hash::sha256;
use crate::model::device::Precision;
use crate::model::{Bundle, BundleLayers, ModelFiles};
use crate::pipeline::{PipelineOptions, Reader};
use crate::train::{
    self, Checkpoint, EpochLosses, Example, LabelItem, MOST_TOKENS, StillStates, TrainError,
    TunedLabels, TuningData, TuningOptions, TuningReport, VectorHead,
};

const TOO_FEW: &str = "the paragraphs held out are too few to set thresholds on; give more of them, or train the \
                       heads alone with --frozen";

const ONE_DOCUMENT: &str = "all paragraphs are of one document, which is held out, so that nothing is left to learn from; give \
                            paragraphs of more documents, or another `doc` to each";
const NOTHING_HELD_OUT: &str = "no labelled paragraph is held out to set thresholds on; give labelled paragraphs of more documents, \
                                another `doc` to each, or fewer --folds";

/// The learning rate of the last layer, and where the model knows all labels: an encoder that has learnt them has little to
/// move (docs/training.md).
const RATE: f64 = 8e-5;
const RATE_KNOWN: f64 = 2e-5;

/// Fine-tunes on all folds but one and calibrates on that one, with the encoder as it is shipped.
pub(super) fn train(arguments: &TrainLabels, data: Data, quiet: bool) -> Result<()> {
    super::keep_base(&arguments.output, &arguments.model)?;
    super::keep_quoting(&arguments.output)?;
    let place = super::place(&arguments.model)?;
    let base = super::bundle(&arguments.model)?;
    let layers = layers(arguments, &base);
    train::check_layers(&base, &layers)?;
    check_frozen_layers(arguments, layers.len())?;
    let names = train::label_names(&data.examples);
    anyhow::ensure!(!names.is_empty(), TrainError::NoLabel);
    let model = session::of_bundle(&base, &super::for_tokens(&arguments.model))?;
    let reader = Reader::new(model, PipelineOptions::default());
    let options = super::options(arguments);
    let record = TrainRecord::new(&arguments.model, &reader, &data, options);
    let (learnt, held_out) = split(arguments, data.examples)?;
    let mut known = Known::find(arguments, &base, &names)?;
    train::check_held_out(&names, &known.cuts().thresholds, &held_out).map_err(too_few)?;
    if has_all_layers(arguments, &base) {
        learn_heads(arguments, (&base, &place), &mut known, &learnt, quiet)?;
    }
    let tuned = tune(
        arguments,
        (&base, &known),
        &place,
        [
            shortened(items(arguments, &reader, &learnt, &known)?, quiet),
            items(arguments, &reader, &held_out, &known)?,
        ],
        quiet,
    )?;
    let layers = BundleLayers {
        kept: &layers[..arguments.frozen_layers],
        learnt: &tuned.layers,
        count: layers.len(),
    };
    super::write_bundle(&arguments.output, &base, layers)?;
    let choice = super::encoding_on(
        &arguments.model,
        place.encodes(&arguments.model.device.device),
    );
    calibrate(arguments, &choice, (&known, &tuned), &held_out)?;
    let counts = [learnt.len(), held_out.len()];
    let tuning = tuning_record(arguments, (&base, &known), &place, tuned, counts);
    record.with_tuning(tuning).write(&arguments.output)?;
    // Until all is written, a run that is stopped does not have to learn again.
    Ok(Checkpoint::new(&arguments.output).remove()?)
}

/// Lets heads learn the labels of which nothing is known, on the encoder as it is. Where heads start from nothing, the
/// encoder follows them into what is false, which takes more than a few hundred paragraphs to mend (Kumar and others,
/// 2022, *Fine-tuning can distort pretrained features and underperform out-of-distribution*, section 4).
fn learn_heads(
    arguments: &TrainLabels,
    (base, place): (&Bundle, &Place),
    known: &mut Known,
    examples: &[Example],
    quiet: bool,
) -> Result<()> {
    let options = super::options(arguments);
    let mut names = known.unknown();
    names.retain(|name| train::has_support(examples, name, options.folds));
    if names.is_empty() {
        return Ok(());
    }
    let device = place.encodes(&arguments.model.device.device);
    let choice = super::encoding_on(&arguments.model, device);
    let model = session::of_bundle(base, &choice)?;
    let reader = Reader::new(model, PipelineOptions::default());
    let encoded = super::encode(&reader, examples, quiet);
    let features = features(examples, &encoded)?;
    known.learn(train::labels(examples, &features, &names, options)?.classifier);
    Ok(())
}

/// Refuses to freeze more layers than the encoder that learns has.
fn check_frozen_layers(arguments: &TrainLabels, count: usize) -> Result<()> {
    let frozen = arguments.frozen_layers;
    anyhow::ensure!(
        frozen <= count,
        "the encoder has {count} layers, and --frozen-layers {frozen} asks for more"
    );
    Ok(())
}

fn too_few(error: TrainError) -> Error {
    super::advised(error, TOO_FEW)
}

/// How the encoder learnt, from so many examples and with so many held out.
fn tuning_record(
    arguments: &TrainLabels,
    (base, known): (&Bundle, &Known),
    place: &Place,
    tuned: TunedLabels,
    [learnt, held_out]: [usize; 2],
) -> TuningRecord {
    TuningRecord {
        options: options(arguments, known, place.precision),
        layers: layers(arguments, base),
        known_labels_sha256: known.sha256.clone(),
        device: place.name(),
        fold: usize::from(arguments.fold),
        learnt,
        held_out,
        epochs: tuned.epochs,
        kept_epoch: tuned.epoch.map(|epoch| epoch + 1),
    }
}

/// What is learnt from, and what is held out: the labelled examples of one fold. A teacher's opinions of documents that
/// are held out are neither.
///
/// Fails if either is nothing, or counts for nothing.
fn split(arguments: &TrainLabels, examples: Vec<Example>) -> Result<(Vec<Example>, Vec<Example>)> {
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
    anyhow::ensure!(!learnt.is_empty(), ONE_DOCUMENT);
    anyhow::ensure!(!held_out.is_empty(), NOTHING_HELD_OUT);
    for part in [&learnt, &held_out] {
        train::check_weights(part, super::options(arguments))?;
    }
    Ok((learnt, held_out))
}

/// Whether the encoder that learns has all layers of the one that it starts from, so that it begins with the same states.
pub(super) fn has_all_layers(arguments: &TrainLabels, base: &Bundle) -> bool {
    layers(arguments, base)
        .into_iter()
        .eq(0..base.config().num_hidden_layers)
}

fn layers(arguments: &TrainLabels, base: &Bundle) -> Vec<usize> {
    if arguments.layers.is_empty() {
        (0..base.config().num_hidden_layers).collect()
    } else {
        arguments.layers.clone()
    }
}

/// Examples in tokens.
fn items(
    arguments: &TrainLabels,
    reader: &Reader,
    examples: &[Example],
    known: &Known,
) -> Result<Vec<LabelItem>> {
    let options = super::options(arguments);
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
            targets: known
                .names
                .iter()
                .map(|name| example.target(name))
                .collect(),
            offsets: known.offsets(&example.text),
            weight: options.weight(example),
        })
    };
    examples.iter().map(item).collect()
}

/// Examples as they are learnt from.
fn shortened(items: Vec<LabelItem>, quiet: bool) -> Vec<LabelItem> {
    let whole: usize = items.iter().map(|item| item.sequences.len()).sum();
    let items: Vec<LabelItem> = items.into_iter().map(LabelItem::shortened).collect();
    let kept: usize = items.iter().map(|item| item.sequences.len()).sum();
    if kept < whole && !quiet {
        output::line(&format!(
            "of paragraphs with more than {MOST_TOKENS} tokens only the beginning is learnt from: {} of {whole} windows are left out",
            whole - kept
        ));
    }
    items
}

fn tune(
    arguments: &TrainLabels,
    (base, known): (&Bundle, &Known),
    place: &Place,
    [items, held_out]: [Vec<LabelItem>; 2],
    quiet: bool,
) -> Result<TunedLabels> {
    let layers = layers(arguments, base);
    let heads = known.first();
    let from = (base, layers.as_slice(), place.kind());
    let origin = origin(from, &heads, [&items, &held_out]);
    let data = TuningData {
        base,
        layers: &layers,
        heads: &heads,
        items: &items,
        held_out: &held_out,
        origin: &origin,
        device: &place.on.device,
    };
    let options = options(arguments, known, place.precision);
    let still = data.still_states(&options);
    if still != StillStates::None && !quiet {
        output::line(&still.to_string());
    }
    let checkpoint = Checkpoint::new(&arguments.output);
    let steps = options.steps(items.len());
    let bar = Bar::new(Some(steps as u64), quiet);
    let tuned = train::tune(data, &options, Some(&checkpoint), |report: TuningReport| {
        bar.advance_to(report.progress.step as u64);
        if let (false, Some(EpochLosses { learnt, held_out })) = (quiet, report.epoch) {
            let epoch = report.progress.step * options.epochs / report.progress.steps;
            bar.line(&format!(
                "epoch {epoch}: loss {learnt:.4}, held out {held_out:.4}"
            ));
        }
    })?;
    bar.finish();
    if let (false, Some(_), Some(epoch)) = (quiet, options.patience, tuned.epoch) {
        output::line(&format!("epoch {} is kept", epoch + 1));
    }
    Ok(tuned)
}

/// What the arguments say of how it learns.
fn options(arguments: &TrainLabels, known: &Known, precision: Precision) -> TuningOptions {
    let rate = if known.is_all_of_model {
        RATE_KNOWN
    } else {
        RATE
    };
    TuningOptions {
        epochs: usize::from(arguments.epochs),
        batch: usize::from(arguments.batch),
        accumulate: usize::from(arguments.accumulate),
        precision,
        rate: arguments.rate.unwrap_or(rate),
        layer_decay: arguments.layer_decay,
        head_rate: arguments.head_rate,
        dropout: arguments.dropout as f32,
        warm_up: arguments.warm_up,
        weight_decay: arguments.weight_decay,
        frozen_layers: arguments.frozen_layers,
        patience: arguments.patience.map(usize::from),
        seed: arguments.seed,
        ..TuningOptions::default()
    }
}

/// A hash of all that the run depends on besides its settings.
fn origin(
    (base, layers, device): (&Bundle, &[usize], &str),
    heads: &[VectorHead],
    [items, held_out]: [&[LabelItem]; 2],
) -> String {
    let model = base.sha256();
    sha256(format!("{model} {layers:?} {device} {heads:?} {items:?} {held_out:?}").as_bytes())
}

/// Sets thresholds on the held-out examples, encoded by the model as it was written.
fn calibrate(
    arguments: &TrainLabels,
    choice: &ModelChoice,
    (known, tuned): (&Known, &TunedLabels),
    held_out: &[Example],
) -> Result<()> {
    let ModelFiles::Bundle(bundle) = ModelFiles::open(&arguments.output)? else {
        return Err(Error::msg("the model that was written is no bundle"));
    };
    let reader = Reader::new(session::of_bundle(&bundle, choice)?, super::scored());
    let encoded = reader.read_and_encode(held_out.iter().map(input).collect());
    let features = features(held_out, &encoded)?;
    let options = super::options(arguments);
    let (heads, cuts) = (known.learnt(&tuned.heads), known.cuts());
    let mut trained =
        train::calibrate(&heads, &cuts, held_out, &features, options).map_err(too_few)?;
    if let Some(before) = &known.all {
        trained.carry_over(before, None);
    }
    let heading = format!("On {} examples held out, by document:", held_out.len());
    let destination = Destination::of(arguments);
    super::conclude(&destination, &heading, &reader, held_out, encoded, &trained)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn a_run_on_a_card_is_another_than_one_on_the_processor() {
        let base = concat!(env!("CARGO_MANIFEST_DIR"), "/models/tomtat-small");
        let base = Bundle::open(Path::new(base)).expect("it is there");
        let origin = |device| {
            origin(
                (&base, &[0, 1], device),
                &[VectorHead::blank(4)],
                [&[], &[]],
            )
        };
        assert_eq!(origin("cpu"), origin("cpu"));
        assert_ne!(origin("cpu"), origin("cuda"));
    }
}
