//! `tomtat train`.

mod documents;
mod salience;
mod tuned;
mod vectors;

use std::fs::File;
use std::io::{self, BufReader, Write};
use std::path::Path;

use anyhow::{Context, Result};

use super::exit::Exit;
use super::output::{self, Bar};
use super::session;
use crate::classify::{self, Features, LabelSet};
use crate::cli::{Train, TrainLabels};
use crate::eval;
use crate::ingest::RawDocument;
use crate::pipeline::{Content, Input, Pipeline, PipelineOptions, Prepared, Reader, Vectors};
use crate::record::{Record, Source};
use crate::render::{Format, Renderer};
use crate::train::{self, Example, TrainOptions, Trained};

pub(super) fn train(command: &Train, quiet: bool) -> Result<Exit> {
    match command {
        Train::Labels(arguments) => train_labels(arguments, quiet),
        Train::Salience(arguments) => salience::train(arguments, quiet),
    }
}

/// How many examples are encoded between two moves of the progress bar.
const STEP: usize = 64;

fn train_labels(arguments: &TrainLabels, quiet: bool) -> Result<Exit> {
    session::start_threads(arguments.jobs)?;
    let mut examples = Vec::new();
    for path in &arguments.data {
        let name = path.to_string_lossy();
        let file = File::open(path).with_context(|| format!("cannot read {name}"))?;
        examples.extend(train::read(&name, BufReader::new(file))?);
    }
    output::make_folder(&arguments.output)?;

    if arguments.frozen {
        train_heads(arguments, &examples, quiet)?;
    } else {
        tuned::train(arguments, examples, quiet)?;
    }
    Ok(Exit::Done)
}

/// Trains the heads alone, on the vectors of the encoder as it is.
fn train_heads(arguments: &TrainLabels, examples: &[Example], quiet: bool) -> Result<()> {
    let reader = session::reader(&arguments.model, PipelineOptions::default())?;
    let bar = Bar::new(Some(examples.len() as u64), quiet);
    let mut encoded: Vec<(Prepared, Vectors)> = Vec::with_capacity(examples.len());
    for step in examples.chunks(STEP) {
        encoded.extend(reader.read_and_encode(step.iter().map(input).collect()));
        bar.advance(step.len() as u64);
    }
    bar.finish();

    let features = features(examples, &encoded)?;
    let options = TrainOptions {
        folds: usize::from(arguments.folds),
        seed: arguments.seed,
        ..TrainOptions::default()
    };
    let trained = train::labels(examples, &features, options)?;
    let labelled = examples.iter().filter(|example| example.is_labelled());
    let heading = format!(
        "Cross-validated by document on {} examples:",
        labelled.count()
    );
    conclude(arguments, &heading, &reader, examples, encoded, &trained)
}

/// Writes the labels, and what they say of `examples` while these are held out, and reports how good that is.
fn conclude(
    arguments: &TrainLabels,
    heading: &str,
    reader: &Reader,
    examples: &[Example],
    encoded: Vec<(Prepared, Vectors)>,
    trained: &Trained,
) -> Result<()> {
    save(&arguments.output, reader, trained)?;
    let records = held_out_records(reader, encoded, trained)?;
    if let Some(path) = &arguments.cross_validated {
        write_records(path, &records)?;
    }
    let labels = arguments.output.join(classify::FILE_NAME);
    report(heading, &records, examples, &labels)
}

/// An example as a document of one paragraph.
fn input(example: &Example) -> Input {
    let document = RawDocument::of_paragraph(&example.text);
    let source = Source {
        bytes: example.text.len() as u64,
        ..Source::default()
    };
    let content = Ok(Content::Document(Box::new(document)));
    Input {
        id: example.id.clone(),
        source,
        content,
    }
}

/// What the heads see of every example.
fn features(examples: &[Example], encoded: &[(Prepared, Vectors)]) -> Result<Vec<Features>> {
    let features = |(example, (_, vectors)): (&Example, &(Prepared, Vectors))| match vectors {
        Ok(vectors) => Ok(Features::new(
            &example.text,
            vectors.mean(0..vectors.unit_count()),
        )),
        Err(error) => Err(anyhow::anyhow!("example {}: {error}", example.id)),
    };
    examples.iter().zip(encoded).map(features).collect()
}

fn save(folder: &Path, reader: &Reader, trained: &Trained) -> Result<()> {
    let model_sha256 = reader.model().identity.sha256.clone();
    let labels = LabelSet {
        model_sha256,
        classifier: trained.classifier.clone(),
    };
    output::write_bytes(&folder.join(classify::FILE_NAME), &labels.to_bytes()?)
}

/// What the program says of every example whose document some heads saw nothing of, by those.
fn held_out_records(
    reader: &Reader,
    encoded: Vec<(Prepared, Vectors)>,
    trained: &Trained,
) -> Result<Vec<Record>> {
    let pipelines: Vec<Pipeline<'_>> = trained
        .held_out
        .iter()
        .map(|classifier| Pipeline::new(reader, classifier))
        .collect::<Result<_, _>>()?;
    let record = |((prepared, vectors), fold): ((Prepared, Vectors), &Option<usize>)| {
        fold.map(|fold| pipelines[fold].finish(prepared, vectors))
    };
    Ok(encoded
        .into_iter()
        .zip(&trained.folds)
        .filter_map(record)
        .collect())
}

fn write_records(path: &Path, records: &[Record]) -> Result<()> {
    output::write_whole(path, |file| {
        let mut renderer = Renderer::new(Format::Jsonl, file);
        for record in records {
            renderer.write(record)?;
        }
        Ok(renderer.finish()?)
    })
}

/// Prints the honest estimate: how the held-out records score against the examples.
fn report(heading: &str, records: &[Record], examples: &[Example], labels: &Path) -> Result<()> {
    let mut results = Vec::new();
    let mut renderer = Renderer::new(Format::Jsonl, &mut results);
    for record in records {
        renderer.write(record)?;
    }
    renderer.finish()?;
    let gold: Vec<String> = examples
        .iter()
        .filter(|example| example.is_labelled())
        .map(serde_json::to_string)
        .collect::<Result<_, _>>()?;
    let scores = eval::labels(results.as_slice(), gold.join("\n").as_bytes())?;
    let mut output = io::stdout();
    writeln!(
        output,
        "{heading}\n{scores}\n\nLabels written to {}",
        labels.display()
    )?;
    Ok(())
}
