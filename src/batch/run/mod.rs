//! An archive, wave by wave: what is new is worked out and stored, what is known is taken from the state.

mod ahead;
mod wave;

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::progress::Progress;
use super::sources::{Inputs, Next};
use super::state::{Entry, Key, State, StateError};
use super::worker::Workers;
use super::{WAVE_DOCUMENTS, wave_bytes};
use crate::pipeline::{Input, Pipeline};
use crate::record::{Failure, LostDevice, Record, Status};
use crate::results::RunState;
use wave::{FinishedWave, Stages, Undone, Wave};

/// A transaction holds no more inputs than this, known ones included.
const WAVE_INPUTS: usize = 512;

/// How long the wait for a slow source goes on before the run looks whether it was interrupted.
const PATIENCE: Duration = Duration::from_millis(100);

/// Whether waves wait for each other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pace {
    /// One wave is stored before the next one is read: the least memory, and every step has all cores.
    #[default]
    InTurn,
    /// Some waves are on their way at a time, so that a card computes while the cores read, tokenise, rank and
    /// store.
    Ahead,
}

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
    /// Whether waves wait for each other.
    pub pace: Pace,
    /// What there is to do.
    pub inputs: &'a mut Inputs,
    /// How far it is.
    pub progress: &'a mut Progress,
    /// Who is told.
    pub observer: &'a mut dyn Observer,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// With all inputs done.
    Finished,
    /// Before that, because somebody wanted so.
    Interrupted,
    /// Before that, because the devices were lost on which the transformer ran. What they had in hand is not stored, so
    /// that it is done again.
    DeviceLost(LostDevice),
}

impl Ending {
    /// As the run says itself.
    pub fn state(&self) -> RunState {
        match self {
            Self::Finished => RunState::Finished,
            Self::Interrupted => RunState::Interrupted,
            Self::DeviceLost(_) => RunState::DeviceLost,
        }
    }
}

/// What a run tells while it goes on.
pub trait Observer: Debug {
    /// A document was worked out, an input could not be had, or one is a copy of what failed in this run.
    fn record(&mut self, record: &Record);
    /// A wave was stored.
    fn wave(&mut self, progress: &Progress);
}

impl<'a> Run<'a> {
    /// Works all inputs out and stores them. Where it does not come to all, what earlier runs stored of the others is kept
    /// behind them.
    ///
    /// # Errors
    ///
    /// What the state says. All waves before are stored then.
    pub fn run(&mut self) -> Result<Ending, StateError> {
        let ending = match self.pace {
            Pace::InTurn => self.run_in_turn(),
            Pace::Ahead => self.run_ahead(),
        }?;
        if ending != Ending::Finished {
            self.state.keep_earlier()?;
        }
        Ok(ending)
    }

    fn run_in_turn(&mut self) -> Result<Ending, StateError> {
        let stages = self.stages();
        loop {
            let wave = self.gather(&BTreeSet::new())?;
            let is_last = wave.is_last;
            let mut finished = stages.finish(stages.encode(stages.prepare(wave)));
            if let Some(lost) = finished.lost_device() {
                return Ok(Ending::DeviceLost(lost));
            }
            finished.set_undone_aside(&mut Undone::default());
            self.store(finished)?;
            self.tell();
            if is_last {
                return Ok(Ending::Finished);
            }
            if self.interrupted.load(Ordering::Relaxed) {
                return Ok(Ending::Interrupted);
            }
        }
    }

    fn stages(&self) -> Stages<'a> {
        Stages {
            pipeline: self.pipeline,
            workers: self.workers,
        }
    }

    /// Gathers inputs until there is a wave of new ones; what is `on_its_way` in earlier waves is not new.
    fn gather(&mut self, on_its_way: &BTreeSet<Key>) -> Result<Wave, StateError> {
        let started = Instant::now();
        let mut wave = Wave::default();
        let mut seen = BTreeSet::new();
        while self.has_room(&wave) && !self.interrupted.load(Ordering::Relaxed) {
            match self.inputs.next_within(PATIENCE) {
                Next::Input(input) => self.sort_in(input, &mut wave, &mut seen, on_its_way)?,
                // Neither what has come nor what is finished waits for a slow source.
                Next::NotYet if self.pace == Pace::Ahead => break,
                Next::NotYet => {}
                Next::End => {
                    wave.is_last = true;
                    break;
                }
            }
        }
        if !wave.new.is_empty() {
            self.progress.meet_new();
        }
        self.progress.timings.open_seconds += started.elapsed().as_secs_f64();
        Ok(wave)
    }

    fn has_room(&self, wave: &Wave) -> bool {
        let (documents, inputs, bytes) = match self.pace {
            Pace::InTurn => (WAVE_DOCUMENTS, WAVE_INPUTS, wave_bytes()),
            Pace::Ahead => (ahead::WAVE_DOCUMENTS, ahead::WAVE_INPUTS, ahead::WAVE_BYTES),
        };
        wave.new.len() < documents && wave.bytes < bytes && wave.entries.len() < inputs
    }

    fn sort_in(
        &self,
        input: Input,
        wave: &mut Wave,
        seen: &mut BTreeSet<Key>,
        on_its_way: &BTreeSet<Key>,
    ) -> Result<(), StateError> {
        let Some(key) = Key::of(&input) else {
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
        let is_new = !on_its_way.contains(&key) && seen.insert(key.clone());
        if is_new && !self.state.is_done(&key)? {
            wave.bytes += input.source.bytes;
            wave.new.push((key, input));
        }
        Ok(())
    }

    /// Stores a wave whose undone documents are set aside, and counts it.
    fn store(&mut self, wave: FinishedWave) -> Result<(), StateError> {
        let FinishedWave {
            entries,
            finished,
            bytes,
            timings,
        } = wave;
        self.progress.timings.add(&timings);
        let counts = &mut self.progress.counts;
        let mut unread = 0;
        for entry in &entries {
            if let Entry::Unread(record) = entry {
                self.observer.record(record);
                unread += 1;
                let error = record.error.as_ref();
                let is_missing = error.is_some_and(|error| error.code == Failure::NOT_FOUND);
                counts.missing += u64::from(is_missing);
            }
        }
        for document in &finished {
            let record = document.record();
            self.observer.record(record);
            counts.read += u64::from(record.status != Status::Failure);
            counts.tokens += record.tokens.encoded as u64;
        }
        let (inputs, processed) = (entries.len() as u64, finished.len() as u64);
        counts.inputs += inputs;
        counts.processed += processed;
        counts.reused += inputs - processed - unread;
        counts.bytes += bytes;
        let started = Instant::now();
        let stored = self.state.store(&finished, &entries)?;
        counts.failed += stored.failed;
        let copies = stored.copies_of_failures.iter();
        copies.for_each(|record| self.observer.record(record));
        self.progress.timings.store_seconds += started.elapsed().as_secs_f64();
        Ok(())
    }

    /// Tells that waves were stored.
    fn tell(&mut self) {
        let (total, share) = (self.inputs.total(), self.inputs.share());
        self.progress.advance(total, share);
        self.observer.wave(self.progress);
    }
}

#[cfg(test)]
mod tests;
