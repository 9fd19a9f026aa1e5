//! What is in an archive, and how long would it take? Everything but the transformer, and a taste of that.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use rayon::prelude::*;
use serde::Serialize;

use super::sources::Inputs;
use super::state::Key;
use super::worker::Workers;
use crate::pipeline::{Input, Pipeline, Prepared};
use crate::record::{Failure, LostDevice, Record};

/// How many tokens the transformer is tried on: some seconds of one core.
const SAMPLE_TOKENS: usize = 30_000;

/// What is in an archive.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Survey {
    /// All inputs.
    pub inputs: u64,
    /// Those that can be read, copies left out.
    pub readable: u64,
    /// Those that can be read and are, byte for byte, another one before them.
    pub copies: u64,
    /// Bytes of all inputs.
    pub bytes: u64,
    /// Tokens of what can be read, copies left out.
    pub tokens: u64,
    /// How many are of which format, copies left out.
    pub formats: BTreeMap<String, u64>,
    /// How many are in which encoding, copies left out.
    pub encodings: BTreeMap<String, u64>,
    /// What cannot be read, by the code of the failure.
    pub unreadable: BTreeMap<String, Unreadable>,
    /// How long a run would take on this machine, if there is anything to go by.
    pub estimate: Option<Estimate>,
    /// Why nobody can say how long, where devices were lost on the sample.
    #[serde(skip)]
    pub lost: Option<LostDevice>,
}

/// Inputs that cannot be read for one reason.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Unreadable {
    /// How many there are.
    pub count: u64,
    /// All of them: where they lie, and the message.
    pub examples: Vec<(String, String)>,
}

/// How long a run would take.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Estimate {
    /// Tokens that this machine encodes in a second, on a sample.
    pub tokens_per_second: f64,
    /// Seconds for the whole archive.
    pub seconds: f64,
}

/// Looks through an archive. What was seen so far goes to `each` after every wave, with the number of all inputs where that is
/// known.
pub fn survey(
    pipeline: &Pipeline<'_>,
    workers: &Workers,
    inputs: &mut Inputs,
    mut each: impl FnMut(&Survey, Option<u64>),
) -> Survey {
    let mut survey = Survey::default();
    let mut seen = BTreeSet::new();
    let mut sample = Sample::default();
    let mut reading = Duration::ZERO;
    loop {
        let started = Instant::now();
        let wave = super::next_wave(inputs);
        if wave.is_empty() {
            break;
        }
        let wave = read(wave, pipeline, workers);
        reading += started.elapsed();
        for input in wave {
            survey.inputs += 1;
            survey.bytes += input.bytes;
            // As in a run: a copy of what cannot be read cannot be read either.
            let is_read = input.prepared.token_count().is_ok();
            if is_read && input.key.is_some_and(|key| !seen.insert(key)) {
                survey.copies += 1;
            } else {
                survey.add(&input.prepared);
                sample.add(input.prepared);
            }
        }
        each(&survey, inputs.total());
    }
    match sample.tokens_per_second(pipeline) {
        Ok(rate) => survey.estimate = rate.map(|rate| survey.estimate(reading, rate)),
        Err(lost) => survey.lost = Some(lost),
    }
    survey
}

/// An input that was read.
struct ReadInput {
    bytes: u64,
    /// What its copies have in common.
    key: Option<Key>,
    prepared: Prepared,
}

/// Reads a wave on all cores.
fn read(wave: Vec<Input>, pipeline: &Pipeline<'_>, workers: &Workers) -> Vec<ReadInput> {
    let read = |input: Input| {
        let (bytes, key) = (input.source.bytes, Key::of(&input));
        let (input, _) = workers.read_input(input);
        ReadInput {
            bytes,
            key,
            prepared: pipeline.reader().prepare(input),
        }
    };
    wave.into_par_iter().map(read).collect()
}

impl Survey {
    /// How long a run would take that reads for so long and encodes so many tokens in a second.
    fn estimate(&self, reading: Duration, rate: f64) -> Estimate {
        Estimate {
            tokens_per_second: rate.round(),
            seconds: (reading.as_secs_f64() + self.tokens as f64 / rate).ceil(),
        }
    }

    fn add(&mut self, prepared: &Prepared) {
        let source = prepared.source();
        match prepared.token_count() {
            Ok(tokens) => {
                self.readable += 1;
                self.tokens += tokens as u64;
                for (counts, name) in [
                    (&mut self.formats, &source.format),
                    (&mut self.encodings, &source.encoding),
                ] {
                    let name = name.as_deref().unwrap_or("unknown");
                    *counts.entry(name.to_owned()).or_default() += 1;
                }
            }
            Err(Failure { code, message, .. }) => {
                let entry = self.unreadable.entry(code.clone()).or_default();
                entry.count += 1;
                entry.examples.push((source.path.clone(), message.clone()));
            }
        }
    }
}

/// Some documents of the archive, spread over it: every time the sample is full, every second one goes, and
/// from then on only half as many come in.
#[derive(Debug)]
struct Sample {
    documents: Vec<Prepared>,
    tokens: usize,
    stride: usize,
    offered: usize,
}

impl Default for Sample {
    fn default() -> Self {
        Self {
            documents: Vec::new(),
            tokens: 0,
            stride: 1,
            offered: 0,
        }
    }
}

impl Sample {
    fn add(&mut self, document: Prepared) {
        let tokens = document.token_count().unwrap_or(0);
        let is_due = self.offered.is_multiple_of(self.stride);
        self.offered += 1;
        if tokens == 0 || !is_due {
            return;
        }
        self.tokens += tokens;
        self.documents.push(document);
        if self.tokens > SAMPLE_TOKENS && self.documents.len() > 1 {
            let mut index = 0;
            self.documents.retain(|_| {
                index += 1;
                index % 2 == 1
            });
            let counts = self
                .documents
                .iter()
                .map(|kept| kept.token_count().unwrap_or(0));
            self.tokens = counts.sum();
            self.stride *= 2;
        }
    }

    /// Encodes the sample; how many of its tokens that makes in a second, all stages after reading included.
    fn tokens_per_second(self, pipeline: &Pipeline<'_>) -> Result<Option<f64>, LostDevice> {
        let started = Instant::now();
        let vectors = pipeline.reader().encode(&self.documents);
        let all = self.documents.into_par_iter().zip(vectors);
        let records: Vec<Record> = all
            .map(|(prepared, vectors)| pipeline.finish(prepared, vectors))
            .collect();
        if let Some(lost) = LostDevice::told_by(&records) {
            return Err(lost);
        }
        let tokens: usize = records.iter().map(|record| record.tokens.encoded).sum();
        Ok((tokens > 0).then(|| tokens as f64 / started.elapsed().as_secs_f64().max(1e-6)))
    }
}
