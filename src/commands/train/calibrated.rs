//! `tomtat train calibrate`.

use anyhow::{Context, Error, Result};

use super::data::Data;
use super::{Destination, features, input};
use crate::cli::TrainCalibrate;
use crate::commands::exit::Exit;
use crate::commands::{output, session};
use crate::pipeline::PipelineOptions;
use crate::train::{self, TrainOptions};

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
    let trained = train::calibrate(classifier.labels(), &examples, &features, options)
        .context("give more labelled paragraphs, from several documents")?;
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
