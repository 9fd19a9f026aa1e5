//! Waves on their way side by side: cores prepare the next ones while the transformer has one and others are
//! finished and stored. They are stored in their order, by the thread that gathers them.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, Scope};
use std::time::Instant;

use super::wave::{EncodedWave, FinishedWave, PreparedWave, Stages, Undone, Wave};
use super::{Ending, Run};
use crate::batch::state::{Key, StateError};
use crate::record::LostDevice;

/// A wave ends with the document that reaches one of these: some 250,000 tokens, which is a tenth of a second of
/// a large card and enough for several of its passes.
pub(super) const WAVE_DOCUMENTS: usize = 1024;
pub(super) const WAVE_INPUTS: usize = 2048;
pub(super) const WAVE_BYTES: u64 = 1 << 20;

/// Waves on their way, from gathered to stored: one in every stage and some between, and no more in memory.
pub(super) const MOST_WAVES: usize = 8;

/// Prepared waves that wait for the transformer.
const PREPARED: usize = 2;

/// Waves that are at the transformer together, so that a card computes for one while the other's vectors are
/// put together.
const ENCODING: usize = 2;

/// A wave and its place among all.
type Numbered<W> = (usize, W);

/// What the last stage gives: none once a wave will never come, for the thread that had it panicked.
type Coming = Option<Numbered<FinishedWave>>;

/// The waves that are on their way.
#[derive(Default)]
struct OnTheirWay {
    /// The new documents of each, first wave first.
    keys: VecDeque<Vec<Key>>,
    all_keys: BTreeSet<Key>,
    gathered: usize,
    stored: usize,
    /// Those that overtook others.
    early: BTreeMap<usize, FinishedWave>,
    /// What no process could be had for, which others may count on.
    undone: Undone,
}

impl Run<'_> {
    pub(super) fn run_ahead(&mut self) -> Result<Ending, StateError> {
        let stages = self.stages();
        let waited = Mutex::new(0.0);
        let before = self.pipeline.reader().card_work();
        let ending = thread::scope(|scope| {
            let (gathered, finished) = start(scope, stages, &waited);
            self.gather_and_store(gathered, &finished)
        });
        let waited = waited.into_inner().unwrap_or_else(PoisonError::into_inner);
        self.progress
            .timings
            .note_cards(before, self.pipeline.reader().card_work(), waited);
        ending
    }

    /// Feeds the stages and stores what they finish, until nothing is left on its way.
    fn gather_and_store(
        &mut self,
        gathered: Sender<Numbered<Wave>>,
        finished: &Receiver<Coming>,
    ) -> Result<Ending, StateError> {
        let mut waves = OnTheirWay::default();
        let mut ending = self.gather_all(&mut waves, &gathered, finished)?;
        drop(gathered);
        while !matches!(ending, Ending::DeviceLost(_))
            && let Ok(Some(wave)) = finished.recv()
        {
            if let Some(lost) = self.store_in_order(&mut waves, wave)? {
                ending = Ending::DeviceLost(lost);
            }
        }
        if let Ending::DeviceLost(lost) = ending {
            return Ok(Ending::DeviceLost(waves.told_by_all(lost, finished)));
        }
        Ok(ending)
    }

    /// Feeds the stages, and stores what they finish meanwhile, up to the last wave, an interruption or a lost device.
    fn gather_all(
        &mut self,
        waves: &mut OnTheirWay,
        gathered: &Sender<Numbered<Wave>>,
        finished: &Receiver<Coming>,
    ) -> Result<Ending, StateError> {
        let mut is_last = false;
        while !is_last && !self.interrupted.load(Ordering::Relaxed) {
            let next = if waves.count() < MOST_WAVES {
                finished.try_recv().ok()
            } else {
                finished.recv().ok()
            };
            match next {
                Some(Some(wave)) => {
                    if let Some(lost) = self.store_in_order(waves, wave)? {
                        return Ok(Ending::DeviceLost(lost));
                    }
                    continue;
                }
                Some(None) => break,
                None => {}
            }
            let wave = self.gather(&waves.all_keys)?;
            is_last = wave.is_last;
            if wave.entries.is_empty() && !is_last {
                continue;
            }
            if gathered.send(waves.add(wave)).is_err() {
                break;
            }
        }
        Ok(if is_last {
            Ending::Finished
        } else {
            Ending::Interrupted
        })
    }

    /// Stores what is next, up to the first wave in which the devices were lost; gives what it tells of that.
    fn store_in_order(
        &mut self,
        waves: &mut OnTheirWay,
        (number, wave): Numbered<FinishedWave>,
    ) -> Result<Option<LostDevice>, StateError> {
        waves.early.insert(number, wave);
        while let Some(mut wave) = waves.early.remove(&waves.stored) {
            if let Some(lost) = wave.lost_device() {
                return Ok(Some(lost));
            }
            wave.set_undone_aside(&mut waves.undone);
            self.store(wave)?;
            waves.remove_first();
        }
        self.tell();
        Ok(None)
    }
}

impl OnTheirWay {
    fn count(&self) -> usize {
        self.gathered - self.stored
    }

    fn add(&mut self, wave: Wave) -> Numbered<Wave> {
        let keys: Vec<Key> = wave.new.iter().map(|(key, _)| key.clone()).collect();
        self.all_keys.extend(keys.iter().cloned());
        self.keys.push_back(keys);
        self.gathered += 1;
        (self.gathered - 1, wave)
    }

    /// What later waves tell too: any of them may have been in hand. Waits for them all; the devices keep none of them.
    fn told_by_all(&mut self, mut lost: LostDevice, finished: &Receiver<Coming>) -> LostDevice {
        let early = std::mem::take(&mut self.early).into_values();
        for wave in early.chain(finished.iter().flatten().map(|(_, wave)| wave)) {
            let told = wave.lost_device().unwrap_or_default();
            lost.in_hand.extend(told.in_hand);
        }
        lost
    }

    fn remove_first(&mut self) {
        self.stored += 1;
        for key in self.keys.pop_front().into_iter().flatten() {
            self.all_keys.remove(&key);
        }
    }
}

/// Starts the stages: what goes in, and what comes out. They end when nothing more goes in, or nobody takes what
/// comes out. `waited` gets the seconds that prepared waves waited for the transformer.
fn start<'scope>(
    scope: &'scope Scope<'scope, '_>,
    stages: Stages<'scope>,
    waited: &'scope Mutex<f64>,
) -> (Sender<Numbered<Wave>>, Receiver<Coming>) {
    let (gathered_in, gathered) = channel();
    let (prepared_in, prepared) = sync_channel(PREPARED);
    let (encoded_in, encoded) = channel();
    let (finished_in, finished) = channel();
    scope.spawn(move || prepare(stages, &gathered, &prepared_in, waited));
    let prepared = Arc::new(Mutex::new(prepared));
    for _ in 0..ENCODING {
        let (prepared, encoded_in) = (Arc::clone(&prepared), encoded_in.clone());
        let gap = Gap(finished_in.clone());
        scope.spawn(move || {
            let _gap = gap;
            encode(stages, &prepared, &encoded_in);
        });
    }
    scope.spawn(move || finish(stages, &encoded, &finished_in));
    (gathered_in, finished)
}

/// Says that a wave will never come where its thread panics: of two that encode the other would go on, and whoever waits for the
/// wave would wait for ever. The scope passes the panic on.
struct Gap(Sender<Coming>);

impl Drop for Gap {
    fn drop(&mut self) {
        if thread::panicking() {
            // Whoever does not listen any more waits for nothing.
            let _ = self.0.send(None);
        }
    }
}

fn prepare(
    stages: Stages<'_>,
    gathered: &Receiver<Numbered<Wave>>,
    prepared: &SyncSender<Numbered<PreparedWave>>,
    waited: &Mutex<f64>,
) {
    for (number, wave) in gathered {
        let wave = stages.prepare(wave);
        let started = Instant::now();
        if prepared.send((number, wave)).is_err() {
            return;
        }
        let seconds = started.elapsed().as_secs_f64();
        *waited.lock().unwrap_or_else(PoisonError::into_inner) += seconds;
    }
}

fn encode(
    stages: Stages<'_>,
    prepared: &Mutex<Receiver<Numbered<PreparedWave>>>,
    encoded: &Sender<Numbered<EncodedWave>>,
) {
    loop {
        let next = prepared
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .recv();
        let Ok((number, wave)) = next else { return };
        if encoded.send((number, stages.encode(wave))).is_err() {
            return;
        }
    }
}

fn finish(
    stages: Stages<'_>,
    encoded: &Receiver<Numbered<EncodedWave>>,
    finished: &Sender<Coming>,
) {
    for (number, wave) in encoded {
        if finished.send(Some((number, stages.finish(wave)))).is_err() {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_that_panics_says_that_its_wave_never_comes() {
        let (sender, coming) = channel();
        let gap = Gap(sender.clone());
        let broken = thread::spawn(move || {
            let _gap = gap;
            panic!("a wave");
        });
        assert!(broken.join().is_err());
        assert!(matches!(coming.try_recv(), Ok(None)));
        drop(Gap(sender));
        assert!(coming.try_recv().is_err(), "one that ends says nothing");
    }
}
