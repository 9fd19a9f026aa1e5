//! A wave and the stages that it goes through.

use std::collections::{BTreeMap, VecDeque};
use std::time::Instant;

use rayon::prelude::*;

use crate::batch::duplicates::Signature;
use crate::batch::progress::Timings;
use crate::batch::state::{Entry, Finished, Key};
use crate::batch::worker::Workers;
use crate::pipeline::{Input, Pipeline, Prepared, Vectors};
use crate::record::{Failure, LostDevice, Record};

/// Some inputs, told apart into known and new.
#[derive(Debug, Default)]
pub(super) struct Wave {
    pub(super) entries: Vec<Entry>,
    pub(super) new: Vec<(Key, Input)>,
    pub(super) bytes: u64,
    pub(super) is_last: bool,
}

/// A wave whose new documents are read, segmented and tokenised.
#[derive(Debug)]
pub(super) struct PreparedWave {
    entries: Vec<Entry>,
    documents: Vec<PreparedDocument>,
    bytes: u64,
    timings: Timings,
}

#[derive(Debug)]
struct PreparedDocument {
    key: Key,
    prepared: Prepared,
    read_milliseconds: u64,
    signature: Option<Signature>,
}

/// A wave that has been through the transformer.
#[derive(Debug)]
pub(super) struct EncodedWave {
    wave: PreparedWave,
    vectors: Vec<Vectors>,
}

/// A wave that can be stored.
#[derive(Debug)]
pub(super) struct FinishedWave {
    pub(super) entries: Vec<Entry>,
    pub(super) finished: Vec<Finished>,
    pub(super) bytes: u64,
    pub(super) timings: Timings,
}

/// What no process could be had for, of the waves that were stored last, with the records that say so. A copy that was
/// gathered while such a document was on its way counts on it.
#[derive(Debug, Default)]
pub(super) struct Undone(VecDeque<BTreeMap<Key, Record>>);

impl Undone {
    /// Takes what is undone of the next wave, and forgets that of waves which no other on its way can count on.
    fn add(&mut self, records: BTreeMap<Key, Record>) {
        self.0.push_back(records);
        if self.0.len() > super::ahead::MOST_WAVES {
            self.0.pop_front();
        }
    }

    /// Forgets what a later wave finished.
    fn remove(&mut self, key: &Key) {
        for records in &mut self.0 {
            records.remove(key);
        }
    }

    fn record(&self, key: &Key) -> Option<&Record> {
        self.0.iter().find_map(|records| records.get(key))
    }
}

impl FinishedWave {
    /// Sets aside what is not done, because the machine had no process to read it in: it is unread in this run, as a file
    /// that cannot be opened is, and whatever was made of it before stays. So are its copies, in this wave and in those
    /// that were gathered before it was stored; waves come here in their order.
    pub(super) fn set_undone_aside(&mut self, undone: &mut Undone) {
        let is_undone = |document: &mut Finished| {
            let error = document.record().error.as_ref();
            error.is_some_and(|error| error.code == Failure::NO_READER)
        };
        let records = self.finished.extract_if(.., is_undone);
        let records = records.map(|document| (document.key().clone(), document.record().clone()));
        let records = records.collect();
        for document in &self.finished {
            undone.remove(document.key());
        }
        undone.add(records);
        for entry in &mut self.entries {
            if let Entry::Document { id, path, key } = entry
                && let Some(record) = undone.record(key)
            {
                let mut record = record.clone();
                record.id.clone_from(id);
                record.source.path.clone_from(path);
                *entry = Entry::Unread(Box::new(record));
            }
        }
    }

    /// Which devices were lost while they had it, and why.
    pub(super) fn lost_device(&self) -> Option<LostDevice> {
        LostDevice::told_by(self.finished.iter().map(Finished::record))
    }
}

/// Who does the work of the stages.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stages<'a> {
    pub(super) pipeline: &'a Pipeline<'a>,
    pub(super) workers: &'a Workers,
}

impl Stages<'_> {
    /// Reads, segments and tokenises, on all cores.
    pub(super) fn prepare(&self, wave: Wave) -> PreparedWave {
        let (reader, workers) = (self.pipeline.reader(), self.workers);
        let mut timings = Timings::default();
        let (keys, inputs): (Vec<Key>, Vec<Input>) = wave.new.into_iter().unzip();
        let read: Vec<(Input, u64)> = timed(&mut timings.read_seconds, || {
            let read = |input| workers.read_input(input);
            inputs.into_par_iter().map(read).collect()
        });
        let documents = timed(&mut timings.segment_seconds, || {
            let prepare = |((input, read_milliseconds), key)| {
                let prepared = reader.prepare(input);
                let signature = prepared.text().and_then(Signature::of);
                PreparedDocument {
                    key,
                    prepared,
                    read_milliseconds,
                    signature,
                }
            };
            read.into_par_iter().zip(keys).map(prepare).collect()
        });
        PreparedWave {
            entries: wave.entries,
            documents,
            bytes: wave.bytes,
            timings,
        }
    }

    /// Runs the transformer over all of it together.
    pub(super) fn encode(&self, mut wave: PreparedWave) -> EncodedWave {
        let reader = self.pipeline.reader();
        let vectors = timed(&mut wave.timings.encode_seconds, || {
            reader.encode(wave.documents.iter().map(|document| &document.prepared))
        });
        EncodedWave { wave, vectors }
    }

    /// Labels, ranks, selects and packs, on all cores.
    pub(super) fn finish(&self, wave: EncodedWave) -> FinishedWave {
        let EncodedWave { mut wave, vectors } = wave;
        let finished = timed(&mut wave.timings.assemble_seconds, || {
            let finish = |(document, vectors): (PreparedDocument, Vectors)| {
                let record = self.pipeline.finish(document.prepared, vectors);
                let PreparedDocument {
                    key,
                    signature,
                    read_milliseconds,
                    ..
                } = document;
                Finished::new(key, record, signature, read_milliseconds)
            };
            let documents = wave.documents.into_par_iter();
            documents.zip(vectors).map(finish).collect()
        });
        FinishedWave {
            entries: wave.entries,
            finished,
            bytes: wave.bytes,
            timings: wave.timings,
        }
    }
}

fn timed<T>(seconds: &mut f64, work: impl FnOnce() -> T) -> T {
    let started = Instant::now();
    let done = work();
    *seconds += started.elapsed().as_secs_f64();
    done
}
