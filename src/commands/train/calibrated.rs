//! `tomtat train calibrate`.

use std::collections::BTreeMap;

use anyhow::{Context, Error, Result};

use super::data::Data;
use super::{Destination, features, input};
use crate::classify::{Calibration, Classifier};
use crate::cli::TrainCalibrate;
use crate::commands::exit::Exit;
use crate::commands::{output, session};
use crate::pipeline::{PipelineOptions, Reader};
use crate::segment::language::Language;
use crate::train::{self, Example, TrainOptions};

const TOO_FEW: &str = "give more labelled paragraphs, from several documents";
const NO_LANGUAGE: &str = "the paragraphs of --data are in no language that the program can tell";

/// Sets probabilities and thresholds anew on examples that the labels have not learnt from.
pub(super) fn train(arguments: &TrainCalibrate) -> Result<Exit> {
    session::start_threads(arguments.jobs)?;
    let labels = session::label_set(&arguments.model)?;
    let labels = labels.ok_or_else(|| Error::msg("name the labels with --labels"))?;
    let reader = session::reader(&arguments.model, PipelineOptions::default())?;
    let model = reader.model();
    let classifier = labels.for_model(&model.identity.sha256, model.encoder.hidden_size())?;

    let Data { examples, .. } = Data::read(&arguments.data)?;
    let encoded = reader.read_and_encode(examples.iter().map(input).collect());
    let features = features(&examples, &encoded)?;
    let options = TrainOptions {
        seed: arguments.seed,
        ..TrainOptions::default()
    };
    // What is known of them is what is to be set anew.
    let unknown = vec![None; classifier.labels().len()];
    let mut trained =
        train::calibrate(classifier.labels(), &unknown, &examples, &features, options)
            .context(TOO_FEW)?;
    if !arguments.other_languages.is_empty() {
        let home = language(&examples).context(NO_LANGUAGE)?;
        let calibrations = elsewhere(arguments, &reader, &trained.classifier, options)?;
        let classifier = trained.classifier;
        trained.classifier = classifier.with_cross_lingual(home.code().to_owned(), calibrations);
    }
    output::make_folder(&arguments.output)?;
    let destination = Destination {
        folder: &arguments.output,
        cross_validated: arguments.cross_validated.as_deref(),
    };
    let heading = format!(
        "On {} examples, by thresholds from the other half of them:",
        examples.len()
    );
    super::conclude(
        &destination,
        &heading,
        &reader,
        &examples,
        encoded,
        &trained,
    )?;
    Ok(Exit::Done)
}

/// The calibrations for other languages, by the paragraphs in them.
fn elsewhere(
    arguments: &TrainCalibrate,
    reader: &Reader,
    classifier: &Classifier,
    options: TrainOptions,
) -> Result<Vec<Calibration>> {
    let Data { examples, .. } = Data::read(&arguments.other_languages)?;
    let encoded = reader.read_and_encode(examples.iter().map(input).collect());
    let features = features(&examples, &encoded)?;
    train::calibrate_elsewhere(classifier.labels(), &examples, &features, options).context(TOO_FEW)
}

/// The language that most of the paragraphs are in whose language can be told.
fn language(examples: &[Example]) -> Option<Language> {
    let mut counts = BTreeMap::new();
    for language in examples
        .iter()
        .filter_map(|example| Language::of(&example.text))
    {
        *counts.entry(language).or_insert(0) += 1;
    }
    counts
        .into_iter()
        .max_by_key(|&(_, count)| count)
        .map(|(language, _)| language)
}
