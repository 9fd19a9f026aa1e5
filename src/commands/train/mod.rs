//! `tomtat train`.

mod calibrated;
mod data;
mod distilled;
mod documents;
mod known;
mod made;
mod place;
mod quoted;
mod quoting;
mod record;
mod salience;
mod tuned;

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Error, Result};

use super::bar::Bar;
use super::exit::Exit;
use super::files;
use super::output::{self, Talk};
use super::session;
use crate::classify::{self, Classifier, Features, LabelSet, quoting as quoting_file};
use crate::cli::{Learning, ModelChoice, Train, TrainJoint, TrainLabels};
use crate::eval;
use crate::ingest::RawDocument;
use crate::model::device::{DeviceChoice, Precision};
use crate::model::hub::Network;
use crate::model::{self, Bundle, BundleLayers, ModelFiles};
use crate::pipeline::{Content, Input, Pipeline, PipelineOptions, Prepared, Reader, Vectors};
use crate::record::{LabelScore, Record, Source};
use crate::render::{Format, Renderer};
use crate::train::{self, Example, LEAST_SLOPE, TrainError, TrainOptions, Trained};
use data::Data;
use place::{Place, place};
use record::TrainRecord;

pub(super) fn train(command: &Train, talk: Talk) -> Result<Exit> {
    match command {
        Train::Labels(arguments) => train_labels(arguments, talk),
        Train::Calibrate(arguments) => calibrated::train(arguments),
        Train::Distil(arguments) => distilled::train(arguments, talk),
        Train::Salience(arguments) => salience::train(arguments, talk),
        Train::Quoting(arguments) => quoting::train(arguments, talk),
        Train::Joint(arguments) => train_joint(arguments, talk),
    }
}

/// How examples are read whose scores are reported: of all labels, for a label that is not said has a probability too.
fn scored() -> PipelineOptions {
    PipelineOptions {
        all_scores: true,
        ..PipelineOptions::default()
    }
}

/// How many examples are encoded between two moves of the progress bar.
const STEP: usize = 64;

fn train_labels(arguments: &TrainLabels, talk: Talk) -> Result<Exit> {
    let learning = &arguments.learning;
    let data = begin(learning)?;
    if arguments.frozen {
        train_heads(learning, &data, talk)?;
    } else {
        tuned::train_labels(learning, &arguments.layers, data, talk)?;
    }
    Ok(Exit::Done)
}

fn train_joint(arguments: &TrainJoint, talk: Talk) -> Result<Exit> {
    let of = &arguments.learning;
    keep_inputs(of.cross_validated.as_deref(), &arguments.quoted)?;
    let data = begin(of)?;
    tuned::train_joint(arguments, data, talk)?;
    Ok(Exit::Done)
}

/// Checks what can be told before hours are spent, and reads the paragraphs.
fn begin(arguments: &Learning) -> Result<Data> {
    let Learning { fold, folds, .. } = arguments;
    anyhow::ensure!(
        fold < folds,
        "there is no fold {fold}: with --folds {folds}, --fold is one of 0 to {}",
        folds - 1
    );
    keep_inputs(arguments.cross_validated.as_deref(), &arguments.data)?;
    session::start_threads(arguments.threads)?;
    let data = Data::read(&arguments.data)?;
    files::make_folder(&arguments.output)?;
    Ok(data)
}

/// Refuses to write held-out results over the data that they are made of, or where they cannot go, before hours are spent.
fn keep_inputs(cross_validated: Option<&Path>, data: &[PathBuf]) -> Result<()> {
    let Some(path) = cross_validated else {
        return Ok(());
    };
    files::refuse_folder(path)?;
    files::make_folder_of(path)?;
    files::refuse_to_overwrite(path, data.iter().cloned())
}

/// Refuses an output folder that the run starts from: stopped half-way, the same command would start from something else.
fn keep_base(folder: &Path, choice: &ModelChoice) -> Result<()> {
    let folders = choice.model.iter().map(PathBuf::from);
    files::refuse_to_overwrite(folder, folders.chain(choice.labels.clone()))
}

/// Refuses to write an encoder beside a quoting head, which is of another one.
fn keep_quoting(folder: &Path) -> Result<()> {
    anyhow::ensure!(
        !folder.join(quoting_file::FILE_NAME).exists(),
        "{} holds a quoting head, which is of another encoder than the one that would be written; name another folder with -o",
        folder.display()
    );
    Ok(())
}

/// Refuses to write labels for the model of this hash beside another encoder, which would be taken for theirs.
fn keep_encoder(folder: &Path, model_sha256: &str) -> Result<()> {
    let is_theirs = |bundle: Bundle| bundle.sha256() == model_sha256;
    anyhow::ensure!(
        !Bundle::is_in(folder) || Bundle::open(folder).is_ok_and(is_theirs),
        "{} holds another encoder than the one that this is trained for; name another folder with -o, or this one with \
         --labels or --model to work with its encoder",
        folder.display()
    );
    Ok(())
}

/// Trains the heads alone, on the vectors of the encoder as it is.
fn train_heads(arguments: &Learning, data: &Data, talk: Talk) -> Result<()> {
    let reader = session::reader(&arguments.model, scored())?;
    keep_encoder(&arguments.output, &reader.model().identity.sha256)?;
    let options = options(arguments);
    let record = TrainRecord::new(&arguments.model, &reader, data, options);
    let examples = data.examples.as_slice();
    let encoded = encode(&reader, examples, talk);
    let features = features(examples, &encoded)?;
    let names = train::label_names(examples);
    let trained = train::labels(examples, &features, &names, options)?;
    let labelled = examples.iter().filter(|example| example.is_labelled());
    let heading = format!(
        "Cross-validated by document on {} examples:",
        labelled.count()
    );
    let destination = Destination::of(arguments);
    conclude(&destination, &heading, &reader, examples, encoded, &trained)?;
    record.write(&arguments.output)
}

/// The error with `advice` where there are too few examples; others say themselves what to do.
fn advised(error: TrainError, advice: &'static str) -> Error {
    let is_of_few = matches!(
        error,
        TrainError::TooFew { .. } | TrainError::TooFewWithout { .. }
    );
    let error = Error::new(error);
    if is_of_few {
        error.context(advice)
    } else {
        error
    }
}

/// What the arguments say of folds and weights.
fn options(arguments: &Learning) -> TrainOptions {
    TrainOptions {
        folds: usize::from(arguments.folds),
        seed: arguments.seed,
        unsure_weight: arguments.unsure_weight as f32,
        synthetic_weight: arguments.synthetic_weight as f32,
        ..TrainOptions::default()
    }
}

/// Where trained labels and their held-out results go.
struct Destination<'a> {
    folder: &'a Path,
    cross_validated: Option<&'a Path>,
}

impl<'a> Destination<'a> {
    fn of(arguments: &'a Learning) -> Self {
        Self {
            folder: &arguments.output,
            cross_validated: arguments.cross_validated.as_deref(),
        }
    }
}

/// Writes the labels, and what they say of `examples` while these are held out, and reports how good that is.
fn conclude(
    destination: &Destination<'_>,
    heading: &str,
    reader: &Reader,
    examples: &[Example],
    encoded: Vec<(Prepared, Vectors)>,
    trained: &Trained,
) -> Result<()> {
    save(destination.folder, reader, trained)?;
    let mut records = held_out_records(reader, examples, encoded, trained)?;
    report(heading, &records, examples, &trained.classifier)?;
    if let Some(path) = destination.cross_validated {
        records.iter_mut().for_each(keep_said);
        write_records(path, &records)?;
    }
    for (with_label, have, found) in [(true, "have", "found"), (false, "lack", "found without it")]
    {
        for name in train::written_alone(examples, &trained.classifier, with_label) {
            output::line(&format!(
                "label `{name}`: only paragraphs that were written for training {have} it, so that its probabilities and its \
                 threshold are set on none; give some that were {found}"
            ));
        }
    }
    let heads = trained.classifier.labels().iter();
    for (head, calibration) in heads.zip(&trained.calibrations) {
        if calibration.slope <= LEAST_SLOPE {
            output::line(&format!(
                "label `{}`: held out, the paragraphs that have it could not be told from the others; give more of them, or see \
                 whether their labels are right",
                head.name
            ));
        }
    }
    let labels = destination.folder.join(classify::FILE_NAME);
    writeln!(output::stdout(), "Labels written to {}", labels.display())?;
    Ok(())
}

/// The bundle that was chosen to learn.
fn bundle(choice: &ModelChoice) -> Result<Bundle> {
    match session::files(choice, Network::WhereNeeded)? {
        ModelFiles::Bundle(bundle) => Ok(*bundle),
        ModelFiles::Transformer(_) => Err(Error::msg(
            "only a bundle can learn; `tomtat train labels --frozen` trains heads alone",
        )),
    }
}

/// The model that was chosen, where it makes tokens alone: the processor is enough.
fn for_tokens(choice: &ModelChoice) -> ModelChoice {
    encoding_on(choice, DeviceChoice::Cpu)
}

/// The model that was chosen, encoding on `device` in full precision: thresholds then hold everywhere.
fn encoding_on(choice: &ModelChoice, device: DeviceChoice) -> ModelChoice {
    let mut choice = choice.clone();
    choice.device.device = device;
    choice.device.dtype = Some(Precision::F32);
    choice
}

/// Writes a bundle of `base` with other layers, named like its folder.
fn write_bundle(folder: &Path, base: &Bundle, layers: BundleLayers<'_>) -> Result<()> {
    let name = folder.file_name().unwrap_or(folder.as_os_str());
    let name = name.to_string_lossy();
    for (file, bytes) in model::bundle_files(&name, base, layers) {
        files::write_bytes(&folder.join(file), &bytes)?;
    }
    Ok(())
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

/// Examples with their vectors.
fn encode(reader: &Reader, examples: &[Example], talk: Talk) -> Vec<(Prepared, Vectors)> {
    let bar = Bar::new(Some(examples.len() as u64), talk);
    let mut encoded = Vec::with_capacity(examples.len());
    for step in examples.chunks(STEP) {
        encoded.extend(reader.read_and_encode(step.iter().map(input).collect()));
        bar.advance(step.len() as u64);
    }
    bar.finish();
    encoded
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
    files::write_bytes(&folder.join(classify::FILE_NAME), &labels.to_bytes()?)
}

/// What the program says of every labelled example, by heads that saw nothing of its document.
fn held_out_records(
    reader: &Reader,
    examples: &[Example],
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
    let held_out = encoded.into_iter().zip(&trained.folds).zip(examples);
    let held_out = held_out.filter(|(_, example)| example.is_labelled());
    Ok(held_out
        .filter_map(|(held_out, _)| record(held_out))
        .collect())
}

/// Leaves the scores of the labels that were said, which is what results have.
fn keep_said(record: &mut Record) {
    for paragraph in &mut record.paragraphs {
        let said = &paragraph.evidence;
        let is_said = |score: &LabelScore| said.iter().any(|it| it.label == score.label);
        paragraph.labels.retain(is_said);
    }
}

fn write_records(path: &Path, records: &[Record]) -> Result<()> {
    files::write_whole(path, |file| {
        let mut renderer = Renderer::new(Format::Jsonl, file);
        for record in records {
            renderer.write(record)?;
        }
        Ok(renderer.finish()?)
    })
}

/// Prints the honest estimate: how the held-out records score against the examples, in the labels of `classifier`.
fn report(
    heading: &str,
    records: &[Record],
    examples: &[Example],
    classifier: &Classifier,
) -> Result<()> {
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
    let labels = classifier.labels().iter();
    let names: Vec<&str> = labels.map(|label| label.name.as_str()).collect();
    let gold = gold.join("\n");
    let scores = eval::labels_of_names(results.as_slice(), gold.as_bytes(), &names)?;
    writeln!(output::stdout(), "{heading}\n{scores}\n")?;
    Ok(())
}
