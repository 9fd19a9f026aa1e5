//! `tomtat train labels` with an encoder that learns as well.

use std::fmt;

use anyhow::{Error, Result};

use super::data::Data;
use super::known::Known;
use super::record::{TrainRecord, TuningRecord};
use super::{Destination, Place, TrainLabels, features, input};
use crate::classify::LabelSet;
use crate::cli::ModelChoice;
use crate::commands::bar::Bar;
use crate::commands::output;
use crate::commands::session;
use crate::hash::sha256;
use crate::model::{Bundle, BundleLayers, ModelFiles};
use crate::pipeline::{PipelineOptions, Reader};
use crate::train::{
    self, Checkpoint, EpochLosses, Example, LabelItem, MOST_TOKENS, StillStates, TrainError,
    TunedLabels, TuningData, TuningOptions, TuningReport,
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
    let base = &super::bundle(&arguments.model)?;
    let layers = layers(arguments, base);
    train::check_layers(base, &layers)?;
    check_frozen_layers(arguments, layers.len())?;
    let names = train::label_names(&data.examples);
    anyhow::ensure!(!names.is_empty(), TrainError::NoLabel);
    let model = session::of_bundle(base, &super::for_tokens(&arguments.model))?;
    let reader = Reader::new(model, PipelineOptions::default());
    let options = super::options(arguments);
    let record = TrainRecord::new(&arguments.model, &reader, &data, options);
    let examples = split(arguments, data.examples)?;
    let has_all_layers = has_all_layers(base, &layers);
    let labels = has_all_layers.then(|| labels_of(base, &arguments.model));
    let known = Known::of(labels.transpose()?.flatten(), base, &names)?;
    let thresholds = known.cuts().thresholds;
    train::check_held_out(&names, &thresholds, &examples.held_out).map_err(too_few)?;
    let mut tuning = Tuning {
        arguments,
        base,
        layers,
        place,
        known,
        quiet,
    };
    if has_all_layers {
        tuning.learn_heads(&examples.learnt)?;
    }
    let items = Parts {
        learnt: shortened(tuning.items(&reader, &examples.learnt)?, quiet),
        held_out: tuning.items(&reader, &examples.held_out)?,
    };
    let tuned = tuning.tune(&items)?;
    tuning.write(&tuned)?;
    tuning.calibrate(&tuned, &examples.held_out)?;
    let tuning = tuning.record(tuned, &examples);
    record.with_tuning(tuning).write(&arguments.output)?;
    // Until all is written, a run that is stopped does not have to learn again.
    Ok(Checkpoint::new(&arguments.output).remove()?)
}

/// What is learnt from, and what is held out.
struct Parts<T> {
    learnt: Vec<T>,
    held_out: Vec<T>,
}

/// An encoder that learns, and what is known of the labels.
struct Tuning<'a> {
    arguments: &'a TrainLabels,
    /// What it starts from.
    base: &'a Bundle,
    /// The layers of that which it has.
    layers: Vec<usize>,
    place: Place,
    known: Known,
    quiet: bool,
}

impl Tuning<'_> {
    /// The model that was chosen, encoding where this one learns.
    fn encoding(&self) -> ModelChoice {
        let choice = &self.arguments.model;
        super::encoding_on(choice, self.place.encodes(&choice.device.device))
    }

    /// Lets heads learn the labels of which nothing is known, on the encoder as it is. Where heads start from nothing, the
    /// encoder follows them into what is false, which takes more than a few hundred paragraphs to mend (Kumar and others,
    /// 2022, *Fine-tuning can distort pretrained features and underperform out-of-distribution*, section 4).
    fn learn_heads(&mut self, examples: &[Example]) -> Result<()> {
        let options = super::options(self.arguments);
        let mut names = self.known.unknown();
        names.retain(|name| train::has_support(examples, name, options.folds));
        if names.is_empty() {
            return Ok(());
        }
        let model = session::of_bundle(self.base, &self.encoding())?;
        let reader = Reader::new(model, PipelineOptions::default());
        let encoded = super::encode(&reader, examples, self.quiet);
        let features = features(examples, &encoded)?;
        let trained = train::labels(examples, &features, &names, options)?;
        self.known.learn(trained.classifier);
        Ok(())
    }

    /// Examples in tokens.
    fn items(&self, reader: &Reader, examples: &[Example]) -> Result<Vec<LabelItem>> {
        let options = super::options(self.arguments);
        let known = &self.known;
        let item = |example: &Example| {
            let prepared = reader.prepare(input(example));
            let windows = prepared.windows().iter();
            let sequences: Vec<Vec<u32>> = windows.map(|window| window.tokens.clone()).collect();
            if sequences.is_empty() {
                return Err(anyhow::anyhow!("example {} has no text", example.id));
            }
            let targets = known.names.iter().map(|name| example.target(name));
            Ok(LabelItem {
                sequences,
                targets: targets.collect(),
                offsets: known.offsets(&example.text),
                weight: options.weight(example),
            })
        };
        examples.iter().map(item).collect()
    }

    fn tune(&self, items: &Parts<LabelItem>) -> Result<TunedLabels> {
        let (heads, quiet) = (self.known.first(), self.quiet);
        let Parts { learnt, held_out } = items;
        let learns = format_args!("{heads:?} {learnt:?} {held_out:?}");
        let data = TuningData {
            base: self.base,
            layers: &self.layers,
            heads: &heads,
            items: learnt,
            held_out,
            origin: &origin(self.base, &self.layers, self.place.kind(), learns),
            device: &self.place.on.device,
        };
        let options = self.options();
        let still = data.still_states(&options);
        if still != StillStates::None && !quiet {
            output::line(&still.to_string());
        }
        let checkpoint = Checkpoint::new(&self.arguments.output);
        let steps = options.steps(learnt.len());
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
    fn options(&self) -> TuningOptions {
        let arguments = self.arguments;
        let rate = if self.known.is_all_of_model {
            RATE_KNOWN
        } else {
            RATE
        };
        TuningOptions {
            epochs: usize::from(arguments.epochs),
            batch: usize::from(arguments.batch),
            accumulate: usize::from(arguments.accumulate),
            precision: self.place.precision,
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

    /// Writes the encoder that has learnt.
    fn write(&self, tuned: &TunedLabels) -> Result<()> {
        let layers = BundleLayers {
            kept: &self.layers[..self.arguments.frozen_layers],
            learnt: &tuned.layers,
            count: self.layers.len(),
        };
        super::write_bundle(&self.arguments.output, self.base, layers)
    }

    /// Sets thresholds on the held-out examples, encoded by the model as it was written.
    fn calibrate(&self, tuned: &TunedLabels, held_out: &[Example]) -> Result<()> {
        let (arguments, known) = (self.arguments, &self.known);
        let ModelFiles::Bundle(bundle) = ModelFiles::open(&arguments.output)? else {
            return Err(Error::msg("the model that was written is no bundle"));
        };
        let model = session::of_bundle(&bundle, &self.encoding())?;
        let reader = Reader::new(model, super::scored());
        let encoded = reader.read_and_encode(held_out.iter().map(input).collect());
        let features = features(held_out, &encoded)?;
        let options = super::options(arguments);
        let (heads, cuts) = (known.learnt(&tuned.heads), known.cuts());
        let trained = train::calibrate(&heads, &cuts, held_out, &features, options);
        let mut trained = trained.map_err(too_few)?;
        if let Some(before) = &known.all {
            trained.carry_over(before, None);
        }
        let heading = format!("On {} examples held out, by document:", held_out.len());
        let destination = Destination::of(arguments);
        super::conclude(&destination, &heading, &reader, held_out, encoded, &trained)
    }

    /// How the encoder learnt.
    fn record(self, tuned: TunedLabels, examples: &Parts<Example>) -> TuningRecord {
        TuningRecord {
            options: self.options(),
            device: self.place.name(),
            layers: self.layers,
            known_labels_sha256: self.known.sha256,
            fold: usize::from(self.arguments.fold),
            learnt: examples.learnt.len(),
            held_out: examples.held_out.len(),
            epochs: tuned.epochs,
            kept_epoch: tuned.epoch.map(|epoch| epoch + 1),
        }
    }
}

/// The labels beside the model that was chosen; none where they are of another, unless they were chosen themselves.
fn labels_of(base: &Bundle, choice: &ModelChoice) -> Result<Option<LabelSet>> {
    let Some(labels) = session::label_set(choice)? else {
        return Ok(None);
    };
    let found = labels.clone();
    match found.for_model(base.sha256(), base.config().hidden_size) {
        Ok(_) => Ok(Some(labels)),
        Err(error) if choice.labels.is_some() => Err(error.into()),
        Err(_) => Ok(None),
    }
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

/// What is learnt from, and what is held out: the labelled examples of one fold. A teacher's opinions of documents that
/// are held out are neither.
///
/// Fails if either is nothing, or counts for nothing.
fn split(arguments: &TrainLabels, examples: Vec<Example>) -> Result<Parts<Example>> {
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
    Ok(Parts { learnt, held_out })
}

/// Whether the encoder that learns has all layers of the one that it starts from, so that it begins with the same states.
fn has_all_layers(base: &Bundle, layers: &[usize]) -> bool {
    let all = 0..base.config().num_hidden_layers;
    layers.iter().copied().eq(all)
}

fn layers(arguments: &TrainLabels, base: &Bundle) -> Vec<usize> {
    if arguments.layers.is_empty() {
        (0..base.config().num_hidden_layers).collect()
    } else {
        arguments.layers.clone()
    }
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

/// A hash of all that the run depends on besides its settings; it learns heads from items.
fn origin(base: &Bundle, layers: &[usize], device: &str, learns: fmt::Arguments<'_>) -> String {
    let model = base.sha256();
    sha256(format!("{model} {layers:?} {device} {learns}").as_bytes())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn a_run_on_a_card_is_another_than_one_on_the_processor() {
        let base = concat!(env!("CARGO_MANIFEST_DIR"), "/models/tomtat-small");
        let base = Bundle::open(Path::new(base)).expect("it is there");
        let origin = |device| origin(&base, &[0, 1], device, format_args!("nothing"));
        assert_eq!(origin("cpu"), origin("cpu"));
        assert_ne!(origin("cpu"), origin("cuda"));
    }
}
