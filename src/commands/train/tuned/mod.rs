//! `tomtat train labels` with an encoder that learns as well.

mod tuning;

use anyhow::{Error, Result};

use super::data::Data;
use super::known::Known;
use super::record::TrainRecord;
use crate::classify::LabelSet;
use crate::cli::{ModelChoice, TrainLabels};
use crate::commands::output::Talk;
use crate::commands::session;
use crate::model::Bundle;
use crate::pipeline::{PipelineOptions, Reader};
use crate::train::{self, Checkpoint, Example, LabelItem, MOST_TOKENS, TrainError};
use tuning::Tuning;

const TOO_FEW: &str = "the paragraphs held out are too few to set thresholds on; give more of them, or train the \
                       heads alone with --frozen";

const ONE_DOCUMENT: &str = "all paragraphs are of one document, which is held out, so that nothing is left to learn from; give \
                            paragraphs of more documents, or another `doc` to each";
const NOTHING_HELD_OUT: &str = "no labelled paragraph is held out to set thresholds on; give labelled paragraphs of more documents, \
                                another `doc` to each, or fewer --folds";

/// Fine-tunes on all folds but one and calibrates on that one, with the encoder as it is shipped.
pub(super) fn train(arguments: &TrainLabels, data: Data, talk: Talk) -> Result<()> {
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
        talk,
    };
    if has_all_layers {
        tuning.learn_heads(&examples.learnt)?;
    }
    let items = Parts {
        learnt: shortened(tuning.items(&reader, &examples.learnt)?, talk),
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
fn shortened(items: Vec<LabelItem>, talk: Talk) -> Vec<LabelItem> {
    let whole: usize = items.iter().map(|item| item.sequences.len()).sum();
    let items: Vec<LabelItem> = items.into_iter().map(LabelItem::shortened).collect();
    let kept: usize = items.iter().map(|item| item.sequences.len()).sum();
    if kept < whole {
        talk.line(&format!(
            "of paragraphs with more than {MOST_TOKENS} tokens only the beginning is learnt from: {} of {whole} windows are left out",
            whole - kept
        ));
    }
    items
}
