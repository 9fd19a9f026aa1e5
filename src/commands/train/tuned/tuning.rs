//! An encoder that learns, from its examples to what is written of it.

use std::fmt;

use anyhow::{Error, Result};

use super::quoting::{Quoting, Readings};
use super::{Parts, has_all_layers, shortened, too_few};
use crate::cli::Learning;
use crate::commands::bar::Bar;
use crate::commands::output::Talk;
use crate::commands::session;
use crate::commands::train::known::Known;
use crate::commands::train::record::TuningRecord;
use crate::commands::train::{self as command, Destination, Place, features, input};
use crate::hash::sha256;
use crate::model::{Bundle, BundleLayers, ModelFiles};
use crate::pipeline::{PipelineOptions, Reader};
use crate::train::{
    self, Checkpoint, EpochLosses, Example, Question, StillStates, Tuned, TuningData, TuningItem,
    TuningOptions, TuningReport, VectorHead,
};

/// The learning rate of the last layer, and where the model knows all labels: an encoder that has learnt them has little to
/// move (docs/training.md).
const RATE: f64 = 8e-5;
const RATE_KNOWN: f64 = 2e-5;

/// An encoder that learns, and what is known of the labels.
pub(super) struct Tuning<'a> {
    pub(super) arguments: &'a Learning,
    /// What it starts from.
    pub(super) base: &'a Bundle,
    /// The layers of that which it has.
    pub(super) layers: Vec<usize>,
    pub(super) place: Place,
    pub(super) known: Known,
    pub(super) talk: Talk,
}

impl Tuning<'_> {
    /// Reads with an encoder where this one learns.
    fn reader_of(&self, bundle: &Bundle, options: PipelineOptions) -> Result<Reader> {
        let choice = &self.arguments.model;
        let encodes = self.place.encodes(&choice.device.device);
        let model = session::of_bundle(bundle, &command::encoding_on(choice, encodes))?;
        Ok(Reader::new(model, options))
    }

    /// Reads with the encoder as it is before it learns.
    fn base_reader(&self) -> Result<Reader> {
        self.reader_of(self.base, PipelineOptions::default())
    }

    /// Reads with the encoder that was written.
    fn written_reader(&self) -> Result<Reader> {
        let ModelFiles::Bundle(bundle) = ModelFiles::open(&self.arguments.output)? else {
            return Err(Error::msg("the model that was written is no bundle"));
        };
        self.reader_of(&bundle, command::scored())
    }

    /// Lets heads learn the labels of which nothing is known, on the encoder as it is. Where heads start from nothing, the
    /// encoder follows them into what is false, which takes more than a few hundred paragraphs to mend (Kumar and others,
    /// 2022, *Fine-tuning can distort pretrained features and underperform out-of-distribution*, section 4).
    pub(super) fn learn_heads(&mut self, examples: &[Example]) -> Result<()> {
        let options = command::options(self.arguments);
        if !has_all_layers(self.base, &self.layers) {
            return Ok(());
        }
        let mut names = self.known.unknown();
        names.retain(|name| train::has_support(examples, name, options.folds));
        if names.is_empty() {
            return Ok(());
        }
        let encoded = command::encode(&self.base_reader()?, examples, self.talk);
        let features = features(examples, &encoded)?;
        let trained = train::labels(examples, &features, &names, options)?;
        self.known.learn(trained.classifier);
        Ok(())
    }

    /// Lets a head learn what was quoted, on the encoder as it is, as heads of labels do.
    pub(super) fn learn_quoting(&self, readings: Readings) -> Result<Quoting> {
        readings.learn(&self.base_reader()?, self.talk)
    }

    /// Lets the encoder learn, and heads with it: one a label, and that of what is quoted.
    pub(super) fn learn(
        &self,
        reader: &Reader,
        examples: &Parts<Example>,
        quoting: Option<&Quoting>,
    ) -> Result<Tuned> {
        let mut items = Parts {
            learnt: shortened(self.items(reader, &examples.learnt)?, self.talk),
            held_out: self.items(reader, &examples.held_out)?,
        };
        let mut heads = self.known.first();
        if let Some(quoting) = quoting {
            items.append(quoting.items(heads.len()));
            heads.push(quoting.first());
        }
        self.tune(&items, &heads)
    }

    /// Examples in tokens.
    fn items(&self, reader: &Reader, examples: &[Example]) -> Result<Vec<TuningItem>> {
        let options = command::options(self.arguments);
        let known = &self.known;
        let item = |example: &Example| {
            let prepared = reader.prepare(input(example));
            let windows = prepared.windows().iter();
            let sequences: Vec<Vec<u32>> = windows.map(|window| window.tokens.clone()).collect();
            if sequences.is_empty() {
                return Err(anyhow::anyhow!("example {} has no text", example.id));
            }
            let targets = known.names.iter().map(|name| example.target(name));
            let question = Question {
                tokens: train::tokens_of_text(&sequences),
                head: 0,
                targets: targets.collect(),
                offsets: known.offsets(&example.text),
                weight: options.weight(example),
            };
            Ok(TuningItem {
                sequences,
                questions: vec![question],
            })
        };
        examples.iter().map(item).collect()
    }

    fn tune(&self, items: &Parts<TuningItem>, heads: &[VectorHead]) -> Result<Tuned> {
        let (Parts { learnt, held_out }, talk) = (items, self.talk);
        let learns = format_args!("{heads:?} {learnt:?} {held_out:?}");
        let data = TuningData {
            base: self.base,
            layers: &self.layers,
            heads,
            items: learnt,
            held_out,
            origin: &origin(self.base, &self.layers, self.place.kind(), learns),
            device: &self.place.on.device,
        };
        let options = self.options();
        let still = data.still_states(&options);
        if still != StillStates::None {
            talk.line(&still.to_string());
        }
        let checkpoint = Checkpoint::new(&self.arguments.output);
        let steps = options.steps(learnt.len());
        let bar = Bar::new(Some(steps as u64), talk);
        let tuned = train::tune(data, &options, Some(&checkpoint), |report: TuningReport| {
            bar.advance_to(report.progress.step as u64);
            if let Some(EpochLosses { learnt, held_out }) = report.epoch {
                let epoch = report.progress.step * options.epochs / report.progress.steps;
                bar.tell(&format!(
                    "epoch {epoch}: loss {learnt:.4}, held out {held_out:.4}"
                ));
            }
        })?;
        bar.finish();
        if let (Some(_), Some(epoch)) = (options.patience, tuned.epoch) {
            talk.line(&format!("epoch {} is kept", epoch + 1));
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

    /// Writes the encoder that has learnt and, as it reads then, its labels and its head for what is quoted.
    pub(super) fn finish(
        self,
        tuned: Tuned,
        examples: &Parts<Example>,
        quoting: Option<Quoting>,
    ) -> Result<TuningRecord> {
        self.write(&tuned)?;
        let reader = self.written_reader()?;
        let (of_labels, others) = tuned.heads.split_at(self.known.names.len());
        self.calibrate(&reader, of_labels, &examples.held_out)?;
        let (folder, talk) = (&self.arguments.output, self.talk);
        let quoting = quoting.zip(others.first());
        let quoting = quoting.map(|(quoting, head)| quoting.write(folder, &reader, head, talk));
        Ok(TuningRecord {
            options: self.options(),
            device: self.place.name(),
            layers: self.layers,
            known_labels_sha256: self.known.sha256,
            fold: usize::from(self.arguments.fold),
            learnt: examples.learnt.len(),
            held_out: examples.held_out.len(),
            epochs: tuned.epochs,
            kept_epoch: tuned.epoch.map(|epoch| epoch + 1),
            quoting: quoting.transpose()?,
        })
    }

    fn write(&self, tuned: &Tuned) -> Result<()> {
        let layers = BundleLayers {
            kept: &self.layers[..self.arguments.frozen_layers],
            learnt: &tuned.layers,
            count: self.layers.len(),
        };
        command::write_bundle(&self.arguments.output, self.base, layers)
    }

    /// Sets thresholds of the heads of labels on the held-out examples, encoded by the model as it was written.
    fn calibrate(&self, reader: &Reader, heads: &[VectorHead], held_out: &[Example]) -> Result<()> {
        let (arguments, known) = (self.arguments, &self.known);
        let encoded = reader.read_and_encode(held_out.iter().map(input).collect());
        let features = features(held_out, &encoded)?;
        let options = command::options(arguments);
        let (heads, cuts) = (known.learnt(heads)?, known.cuts());
        let trained = train::calibrate(&heads, &cuts, held_out, &features, options);
        let mut trained = trained.map_err(too_few)?;
        if let Some(before) = &known.all {
            trained.carry_over(before, None)?;
        }
        let heading = format!("On {} examples held out, by document:", held_out.len());
        let destination = Destination::of(arguments);
        command::conclude(&destination, &heading, reader, held_out, encoded, &trained)
    }
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
