//! `tomtat train distil`.

use std::path::Path;

use anyhow::Result;
use rayon::prelude::*;
use serde_json::{Value, json};

use super::made::Made;
use super::place::Place;
use crate::batch::{self, SourceOptions};
use crate::classify;
use crate::cli::TrainDistil;
use crate::commands::bar::Bar;
use crate::commands::exit::Exit;
use crate::commands::files;
use crate::commands::output::{self, Talk};
use crate::commands::read::Tally;
use crate::commands::session;
use crate::hash::sha256;
use crate::model::device::Precision;
use crate::model::{Bundle, BundleLayers, LayerTensor};
use crate::pipeline::{Input, PipelineOptions, Prepared, Reader};
use crate::train::{self, Checkpoint, DistilData, Progress, TuningOptions};

/// What the record of a run is called, beside the model.
const RECORD_FILE: &str = "distil.json";

/// How many documents are cut into windows between two moves of the progress bar.
const WAVE: usize = 256;

/// How many steps lie between two lines that tell the loss.
const STEPS_OF_LINE: usize = 50;

pub(super) fn train(arguments: &TrainDistil, talk: Talk) -> Result<Exit> {
    let (place, base) = begin(arguments)?;
    let model = session::of_bundle(&base, &super::for_tokens(&arguments.model))?;
    let reader = Reader::new(model, PipelineOptions::default());
    let texts = Texts::read(&reader, arguments, talk)?;
    let exit = texts.tally.exit();
    if exit == Exit::NoInput && texts.tally.failed > 0 {
        return Ok(exit);
    }
    anyhow::ensure!(!texts.windows.is_empty(), "the data hold no text");
    let checkpoint = Checkpoint::new(&arguments.output);
    let data = DistilData {
        base: &base,
        layers: &arguments.layers,
        windows: &texts.windows,
        origin: &origin(&base, &arguments.layers, place.kind(), &texts.windows),
        device: &place.on.device,
    };
    let options = options(arguments, place.precision);
    let layers = distil(data, &options, &checkpoint, talk)?;
    let layers = BundleLayers {
        kept: &[],
        learnt: &layers,
        count: arguments.layers.len(),
    };
    super::write_bundle(&arguments.output, &base, layers)?;
    let options = json!({ "layers": arguments.layers, "device": place.kind(), "tuning": options });
    let sha256 = Bundle::open(&arguments.output)?.sha256().to_owned();
    Made::new(
        Some(&reader.model().identity),
        texts.record(arguments),
        options,
        sha256,
    )
    .write(&arguments.output.join(RECORD_FILE))?;
    checkpoint.remove()?;
    Ok(exit)
}

/// Checks what can be told before the data are read; gives where it is learnt, and the teacher.
fn begin(arguments: &TrainDistil) -> Result<(Place, Bundle)> {
    session::start_threads(arguments.threads)?;
    super::keep_base(&arguments.output, &arguments.model)?;
    keep_labels(&arguments.output)?;
    let place = super::place(&arguments.model)?;
    let base = super::bundle(&arguments.model)?;
    train::check_layers(&base, &arguments.layers)?;
    files::make_folder(&arguments.output)?;
    Ok((place, base))
}

/// Refuses to write an encoder beside labels, which are of another one.
fn keep_labels(folder: &Path) -> Result<()> {
    anyhow::ensure!(
        !folder.join(classify::FILE_NAME).exists(),
        "{} holds labels, which are of another encoder than the one that would be written; name another folder with -o",
        folder.display()
    );
    super::keep_quoting(folder)
}

/// What is learnt from.
#[derive(Debug, Default)]
struct Texts {
    /// The windows of all documents, special tokens included.
    windows: Vec<Vec<u32>>,
    /// How many documents there were, and how many could not be read.
    tally: Tally,
}

impl Texts {
    fn read(reader: &Reader, arguments: &TrainDistil, talk: Talk) -> Result<Self> {
        let TrainDistil { data, output, .. } = arguments;
        let mut inputs = batch::discover(data, output, &SourceOptions::default())?;
        let bar = Bar::new(None, talk);
        let mut texts = Self::default();
        loop {
            let wave: Vec<Input> = inputs.by_ref().take(WAVE).collect();
            if wave.is_empty() {
                break;
            }
            bar.advance(wave.len() as u64);
            let prepare = |input: Input| (input.id.clone(), reader.prepare(input));
            let prepared: Vec<_> = wave.into_par_iter().map(prepare).collect();
            for (id, prepared) in prepared {
                texts.add(&id, &prepared, &bar);
            }
        }
        bar.finish();
        Ok(texts)
    }

    /// What is told of them in the record of the run: folders change, the windows say what was read.
    fn record(&self, arguments: &TrainDistil) -> Value {
        json!({
            "paths": arguments.data.iter().map(|path| path.display().to_string()).collect::<Vec<_>>(),
            "documents": self.tally.documents,
            "windows": self.windows.len(),
            "windows_sha256": sha256(&window_bytes(&self.windows)),
        })
    }

    fn add(&mut self, id: &str, prepared: &Prepared, bar: &Bar) {
        let failure = prepared.token_count().err();
        self.tally.add_document(failure);
        if let Some(failure) = failure {
            let path = &prepared.source().path;
            bar.line(&output::complaint(id, path, failure));
        }
        let windows = prepared.windows().iter();
        self.windows
            .extend(windows.map(|window| window.tokens.clone()));
    }
}

fn distil(
    data: DistilData<'_>,
    options: &TuningOptions,
    checkpoint: &Checkpoint,
    talk: Talk,
) -> Result<Vec<LayerTensor>> {
    let windows = data.windows;
    let tokens: usize = windows.iter().map(Vec::len).sum();
    let bar = Bar::new(Some(options.steps(windows.len()) as u64), talk);
    bar.tell(&format!(
        "{} windows, {tokens} tokens in all",
        windows.len()
    ));
    let (mut loss, mut since) = (0.0, 0_u32);
    let layers = train::distil(data, options, Some(checkpoint), |progress: Progress| {
        bar.advance_to(progress.step as u64);
        loss += progress.loss;
        since += 1;
        if progress.step.is_multiple_of(STEPS_OF_LINE) || progress.step == progress.steps {
            let mean = loss / f64::from(since);
            bar.tell(&format!("step {}: loss {mean:.5}", progress.step));
            (loss, since) = (0.0, 0);
        }
    })?;
    bar.finish();
    Ok(layers)
}

fn options(arguments: &TrainDistil, precision: Precision) -> TuningOptions {
    TuningOptions {
        epochs: usize::from(arguments.epochs),
        steps: arguments.steps.map(|steps| steps as usize),
        batch: usize::from(arguments.batch),
        precision,
        rate: arguments.rate,
        // The lower layers have as much to make up for as the upper ones: each stands for two.
        layer_decay: 1.0,
        warm_up: 0.05,
        dropout: 0.0,
        seed: arguments.seed,
        ..TuningOptions::default()
    }
}

/// A hash of all that the run depends on besides its settings.
fn origin(base: &Bundle, layers: &[usize], device: &str, windows: &[Vec<u32>]) -> String {
    let mut bytes = format!("{} {layers:?} {device}", base.sha256()).into_bytes();
    bytes.append(&mut window_bytes(windows));
    sha256(&bytes)
}

fn window_bytes(windows: &[Vec<u32>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for window in windows {
        bytes.extend((window.len() as u64).to_le_bytes());
        bytes.extend(window.iter().flat_map(|token| token.to_le_bytes()));
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_on_a_card_is_another_than_one_on_the_processor() {
        let base = concat!(env!("CARGO_MANIFEST_DIR"), "/models/tomtat-small");
        let base = Bundle::open(Path::new(base)).expect("it is there");
        let origin = |device| origin(&base, &[1], device, &[vec![0, 5, 2]]);
        assert_eq!(origin("cpu"), origin("cpu"));
        assert_ne!(origin("cpu"), origin("cuda"));
    }
}
