//! `tomtat train labels` with an encoder that learns as well, and `tomtat train joint`.

mod quoting;
mod tuning;

use anyhow::{Error, Result};

use super::data::Data;
use super::known::Known;
use super::record::TrainRecord;
use crate::classify::LabelSet;
use crate::cli::{Learning, ModelChoice, TrainJoint};
use crate::commands::output::Talk;
use crate::commands::session;
use crate::model::Bundle;
use crate::pipeline::{PipelineOptions, Reader};
use crate::train::{self, Checkpoint, Example, MOST_TOKENS, TrainError, TuningItem};
use quoting::Readings;
use tuning::Tuning;

const TOO_FEW: &str = "the paragraphs held out are too few to set thresholds on; give more of them, or train \
                       heads alone with `tomtat train labels --frozen`";

const ONE_DOCUMENT: &str = "all paragraphs are of one document, which is held out, so that nothing is left to learn from; give \
                            paragraphs of more documents, or another `doc` to each";
const NOTHING_HELD_OUT: &str = "no labelled paragraph is held out to set thresholds on; give labelled paragraphs of more documents, \
                                another `doc` to each, or fewer --folds";

/// Fine-tunes for the labels alone, with some of the model's layers or, if none are named, all of them.
pub(super) fn train_labels(
    arguments: &Learning,
    layers: &[usize],
    data: Data,
    talk: Talk,
) -> Result<()> {
    super::keep_quoting(&arguments.output)?;
    train(arguments, layers, None, data, talk)
}

/// Fine-tunes for the labels and for what is quoted of reports.
pub(super) fn train_joint(arguments: &TrainJoint, data: Data, talk: Talk) -> Result<()> {
    train(&arguments.learning, &[], Some(arguments), data, talk)
}

/// Fine-tunes on all folds but one and calibrates on that one, with the encoder as it is shipped.
fn train(
    arguments: &Learning,
    layers: &[usize],
    joint: Option<&TrainJoint>,
    data: Data,
    talk: Talk,
) -> Result<()> {
    super::keep_base(&arguments.output, &arguments.model)?;
    let place = super::place(&arguments.model)?;
    let base = &super::bundle(&arguments.model)?;
    let layers = all_if_none(layers, base);
    check_layers(arguments, base, &layers)?;
    let names = train::label_names(&data.examples);
    anyhow::ensure!(!names.is_empty(), TrainError::NoLabel);
    let model = session::of_bundle(base, &super::for_tokens(&arguments.model))?;
    let reader = Reader::new(model, PipelineOptions::default());
    let options = super::options(arguments);
    let record = TrainRecord::new(&arguments.model, &reader, &data, options);
    let examples = split(arguments, data.examples)?;
    let known = known(arguments, base, &layers, &names)?;
    let thresholds = known.cuts().thresholds;
    train::check_held_out(&names, &thresholds, &examples.held_out).map_err(too_few)?;
    let readings = joint.map(|joint| Readings::read(joint, &reader, &examples, talk));
    let readings = readings.transpose()?;
    let mut tuning = Tuning {
        arguments,
        base,
        layers,
        place,
        known,
        talk,
    };
    tuning.learn_heads(&examples.learnt)?;
    let quoting = readings.map(|readings| tuning.learn_quoting(readings));
    let quoting = quoting.transpose()?;
    let tuned = tuning.learn(&reader, &examples, quoting.as_ref())?;
    let tuning = tuning.finish(tuned, &examples, quoting)?;
    record.with_tuning(tuning).write(&arguments.output)?;
    // Until all is written, a run that is stopped does not have to learn again.
    Ok(Checkpoint::new(&arguments.output).remove()?)
}

/// What the model knows of the labels; nothing of an encoder that gives other states.
fn known(arguments: &Learning, base: &Bundle, layers: &[usize], names: &[String]) -> Result<Known> {
    let labels = has_all_layers(base, layers).then(|| labels_of(base, &arguments.model));
    Known::of(labels.transpose()?.flatten(), base, names)
}

/// What is learnt from, and what is held out.
struct Parts<T> {
    learnt: Vec<T>,
    held_out: Vec<T>,
}

impl<T> Parts<T> {
    fn append(&mut self, mut others: Self) {
        self.learnt.append(&mut others.learnt);
        self.held_out.append(&mut others.held_out);
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

/// Refuses layers that the model does not have, and to freeze more than the encoder that learns has.
fn check_layers(arguments: &Learning, base: &Bundle, layers: &[usize]) -> Result<()> {
    train::check_layers(base, layers)?;
    let (count, frozen) = (layers.len(), arguments.frozen_layers);
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
fn split(arguments: &Learning, examples: Vec<Example>) -> Result<Parts<Example>> {
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

fn all_if_none(layers: &[usize], base: &Bundle) -> Vec<usize> {
    if layers.is_empty() {
        (0..base.config().num_hidden_layers).collect()
    } else {
        layers.to_vec()
    }
}

/// Examples as they are learnt from.
fn shortened(items: Vec<TuningItem>, talk: Talk) -> Vec<TuningItem> {
    let whole: usize = items.iter().map(|item| item.sequences.len()).sum();
    let items: Vec<TuningItem> = items.into_iter().map(TuningItem::shortened).collect();
    let kept: usize = items.iter().map(|item| item.sequences.len()).sum();
    if kept < whole {
        talk.line(&format!(
            "of paragraphs with more than {MOST_TOKENS} tokens only the beginning is learnt from: {} of {whole} windows are left out",
            whole - kept
        ));
    }
    items
}
