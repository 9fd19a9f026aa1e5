//! An archive, wave by wave: what is new is worked out and stored, what is known is taken from the state.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rayon::prelude::*;

use super::duplicates::Signature;
use super::progress::Progress;
use super::sources::Inputs;
use super::state::{Entry, Finished, Form, Key, State, StateError};
use super::worker::Workers;
use super::{WAVE_DOCUMENTS, wave_bytes};
use crate::ingest::{self, SourceFormat};
use crate::pipeline::{Content, Input, Pipeline, Prepared};
use crate::record::{Record, Status};

/// A transaction holds no more inputs than this, known ones included.
const WAVE_INPUTS: usize = 512;

/// How long the wait for a slow source goes on before the run looks whether it was interrupted.
const PATIENCE: Duration = Duration::from_millis(100);

/// What a run works with.
#[derive(Debug)]
pub struct Run<'a> {
    /// What makes records.
    pub pipeline: &'a Pipeline<'a>,
    /// Who reads files.
    pub workers: &'a Workers,
    /// What is done.
    pub state: &'a mut State,
    /// Whether somebody wants the run to stop.
    pub interrupted: &'a AtomicBool,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// With all inputs done.
    Finished,
    /// Before that, because somebody wanted so.
    Interrupted,
}

/// What a run tells while it goes on.
pub trait Observer {
    /// A document was worked out, or an input could not be had.
    fn record(&mut self, record: &Record);
    /// A wave was stored.
    fn wave(&mut self, progress: &Progress);
}

/// Some inputs, told apart into known and new.
#[derive(Debug, Default)]
struct Wave {
    entries: Vec<Entry>,
    new: Vec<(Key, Input)>,
    bytes: u64,
    is_last: bool,
}

impl Run<'_> {
    /// Works all inputs out and stores them.
    ///
    /// # Errors
    ///
    /// What the state says. All waves before are stored then.
    pub fn run(
        &mut self,
        inputs: &mut Inputs,
        progress: &mut Progress,
        observer: &mut dyn Observer,
    ) -> Result<Ending, StateError> {
        loop {
            let started = Instant::now();
            let wave = self.gather(inputs)?;
            progress.timings.open_seconds += started.elapsed().as_secs_f64();
            let is_last = wave.is_last;
            if !wave.new.is_empty() {
                progress.meet_new();
            }
            self.work_out(wave, progress, observer)?;
            progress.advance(inputs.share());
            observer.wave(progress);
            if self.interrupted.load(Ordering::Relaxed) {
                return Ok(Ending::Interrupted);
            }
            if is_last {
                return Ok(Ending::Finished);
            }
        }
    }

    /// Gathers inputs until there is a wave of new ones.
    fn gather(&self, inputs: &mut Inputs) -> Result<Wave, StateError> {
        let mut wave = Wave::default();
        let mut seen = BTreeSet::new();
        while wave.new.len() < WAVE_DOCUMENTS
            && wave.bytes < wave_bytes()
            && wave.entries.len() < WAVE_INPUTS
            && !self.interrupted.load(Ordering::Relaxed)
        {
            let (input, may_have_more) = inputs.next_within(PATIENCE);
            if let Some(input) = input {
                self.sort_in(input, &mut wave, &mut seen)?;
            } else if !may_have_more {
                wave.is_last = true;
                break;
            }
        }
        Ok(wave)
    }

    fn sort_in(
        &self,
        input: Input,
        wave: &mut Wave,
        seen: &mut BTreeSet<Key>,
    ) -> Result<(), StateError> {
        let Some(key) = key_of(&input) else {
            let records = self.pipeline.process(vec![input]).into_iter();
            wave.entries
                .extend(records.map(|record| Entry::Unread(Box::new(record))));
            return Ok(());
        };
        wave.entries.push(Entry::Document {
            id: input.id.clone(),
            path: input.source.path.clone(),
            key: key.clone(),
        });
        if seen.insert(key.clone()) && !self.state.is_done(&key)? {
            wave.bytes += input.source.bytes;
            wave.new.push((key, input));
        }
        Ok(())
    }

    /// Works a wave out and stores it.
    fn work_out(
        &mut self,
        wave: Wave,
        progress: &mut Progress,
        observer: &mut dyn Observer,
    ) -> Result<(), StateError> {
        let Wave {
            entries,
            new,
            bytes,
            ..
        } = wave;
        let (keys, documents): (Vec<Key>, Vec<Input>) = new.into_iter().unzip();
        let finished = self.process(keys, documents, progress);
        let counts = &mut progress.counts;
        let mut unread = 0;
        for entry in &entries {
            if let Entry::Unread(record) = entry {
                observer.record(record);
                unread += 1;
            }
        }
        for document in &finished {
            observer.record(&document.record);
            counts.failed += u64::from(document.record.status == Status::Failure);
            counts.tokens += document.record.tokens.encoded as u64;
        }
        let (inputs, processed) = (entries.len() as u64, finished.len() as u64);
        counts.inputs += inputs;
        counts.processed += processed;
        counts.reused += inputs - processed - unread;
        counts.failed += unread;
        counts.bytes += bytes;
        let started = Instant::now();
        self.state.store(&finished, &entries)?;
        progress.timings.store_seconds += started.elapsed().as_secs_f64();
        Ok(())
    }

    fn process(
        &self,
        keys: Vec<Key>,
        inputs: Vec<Input>,
        progress: &mut Progress,
    ) -> Vec<Finished> {
        let (pipeline, workers) = (self.pipeline, self.workers);
        let reader = pipeline.reader();
        let timings = &mut progress.timings;
        let read: Vec<(Input, u64)> = timed(&mut timings.read_seconds, || {
            inputs
                .into_par_iter()
                .map(|input| read(workers, input))
                .collect()
        });
        let prepared: Vec<(Prepared, u64, Option<Signature>)> =
            timed(&mut timings.segment_seconds, || {
                let prepare = |(input, milliseconds)| {
                    let prepared = reader.prepare(input);
                    let signature = prepared.text().and_then(Signature::of);
                    (prepared, milliseconds, signature)
                };
                read.into_par_iter().map(prepare).collect()
            });
        let vectors = timed(&mut timings.encode_seconds, || {
            reader.encode(prepared.iter().map(|(prepared, ..)| prepared))
        });
        timed(&mut timings.assemble_seconds, || {
            let all = prepared.into_par_iter().zip(vectors).zip(keys);
            let finish = |(((prepared, read_milliseconds, signature), vectors), key)| Finished {
                key,
                record: pipeline.finish(prepared, vectors),
                signature,
                read_milliseconds,
            };
            all.map(finish).collect()
        })
    }
}

/// Reads a file in a worker; what a table gave is read already.
pub(super) fn read(workers: &Workers, input: Input) -> (Input, u64) {
    let Input {
        id,
        source,
        content,
    } = input;
    let started = Instant::now();
    let content = content.and_then(|content| match content {
        Content::Bytes(bytes) => {
            let document = workers.read(&source.path, &bytes)?;
            Ok(Content::Read(Box::new(document)))
        }
        other => Ok(other),
    });
    let milliseconds = started.elapsed().as_millis() as u64;
    let input = Input {
        id,
        source,
        content,
    };
    (input, milliseconds)
}

fn timed<T>(seconds: &mut f64, work: impl FnOnce() -> T) -> T {
    let started = Instant::now();
    let done = work();
    *seconds += started.elapsed().as_secs_f64();
    done
}

/// What an input is known by; nothing where its bytes could not be had.
fn key_of(input: &Input) -> Option<Key> {
    let content = input.source.sha256.clone()?;
    let form = match &input.content {
        Ok(Content::Bytes(_) | Content::Read(_)) if ingest::name_matters(&input.source.path) => {
            Form::NamedFile
        }
        Ok(Content::Bytes(_) | Content::Read(_)) => Form::File,
        Ok(Content::Document(document)) if document.format == SourceFormat::Parquet => {
            Form::TableRow
        }
        Ok(Content::Document(_)) | Err(_) => Form::Row,
    };
    Some(Key { content, form })
}
