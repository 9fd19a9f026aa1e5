//! Many windows over the lanes of some cards: which go together, and what happens where a card is full or lost.

use std::collections::{BTreeSet, VecDeque};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, TryLockError};
use std::time::Duration;
use std::{iter, thread};

use super::clock::Clock;
use super::kernels::{Kernels, PassError};
use super::network::Network;
use super::pass::Pass;
use crate::encode::windows::Window;
use crate::encode::{EncodeError, PooledWindow};
use crate::model::device::MAKE_ROOM;

/// How often a card is asked once more that has no room for the smallest pass, and how long is waited before: another
/// lane's next pass, which is smaller by then, or another program may make room.
const TRIES: usize = 20;
const PAUSE: Duration = Duration::from_millis(100);

/// A card: a network on it, and streams that work side by side, so that one computes while another sends.
pub(super) struct Card<K: Kernels> {
    pub(super) name: String,
    /// Why it is of no use any more, if it is not. A driver that has failed once fails ever after.
    pub(super) lost: OnceLock<String>,
    pub(super) network: Network<K>,
    pub(super) first: Mutex<K>,
    pub(super) others: Vec<Mutex<K>>,
    /// Tokens that a pass may have; falls where the card turns out to be full.
    pub(super) room: AtomicUsize,
    pub(super) clock: Clock,
}

/// How many cards may be lost with a job in hand before it is given up: it, and not the cards, is then to blame.
const MOST_LOSSES: usize = 2;

/// Windows that go through the layers together, by their indices.
struct Job {
    windows: Vec<usize>,
    /// How many cards were lost that had it in hand.
    losses: usize,
}

/// What is to be done and what is.
struct Work<'a> {
    windows: &'a [&'a Window],
    jobs: Mutex<VecDeque<Job>>,
    done: Mutex<Vec<Option<Arc<[f32]>>>>,
    /// Windows that cards had in hand when they were lost.
    suspects: Mutex<BTreeSet<usize>>,
}

/// Runs all windows on the lanes of all cards; one result a window, in their order.
pub(super) fn run<K: Kernels>(cards: &[Card<K>], windows: &[&Window]) -> Vec<PooledWindow>
where
    Network<K>: Sync,
{
    let usable = || cards.iter().filter(|card| card.is_usable());
    let lanes: usize = usable().map(|card| card.lanes().count()).sum();
    let room = usable().map(|card| card.room.load(Ordering::Relaxed));
    let jobs = gather(windows, lanes, room.min().unwrap_or(1), K::LEAST_TOKENS);
    let work = Work {
        windows,
        jobs: Mutex::new(jobs),
        done: Mutex::new(vec![None; windows.len()]),
        suspects: Mutex::default(),
    };
    // A card may be lost after the others have gone home: what it held is then left for them.
    while !lock(&work.jobs).is_empty() && usable().next().is_some() {
        thread::scope(|scope| {
            for card in usable() {
                for lane in card.lanes() {
                    scope.spawn(|| work.serve(cards, card, &mut lock(lane)));
                }
            }
        });
    }
    let (suspects, mut done) = (lock(&work.suspects), lock(&work.done));
    let (problem, others_went_on) = (what_was_lost(cards), usable().next().is_some());
    let error = |in_hand: bool| {
        let problem = problem.clone();
        Arc::new(if others_went_on {
            EncodeError::Backend(format!("cards were lost that had it in hand: {problem}"))
        } else {
            EncodeError::DeviceLost { problem, in_hand }
        })
    };
    let (suspect, other) = (error(true), error(false));
    let error = |index| {
        let is_suspect = suspects.contains(&index);
        Arc::clone(if is_suspect { &suspect } else { &other })
    };
    let done = done.iter_mut().map(Option::take).enumerate();
    done.map(|(index, sums)| sums.ok_or_else(|| error(index)))
        .collect()
}

fn no_room(tokens: usize) -> String {
    format!("it has no room for a pass of {tokens} tokens; {MAKE_ROOM}")
}

/// Which cards are of no use any more, and why.
fn what_was_lost<K: Kernels>(cards: &[Card<K>]) -> String {
    let of_card =
        |card: &Card<K>| Some(format!("card {} is lost: {}", card.name, card.lost.get()?));
    let lost: Vec<String> = cards.iter().filter_map(of_card).collect();
    lost.join("; ")
}

/// Gathers windows, longest first, into jobs of at most `room` tokens, or one window each that has more.
///
/// Where there is less to do than fills all lanes, each gets its part, in steps of `least` tokens: fewer would take as
/// long.
fn gather(windows: &[&Window], lanes: usize, room: usize, least: usize) -> VecDeque<Job> {
    let mut order: Vec<usize> = (0..windows.len()).collect();
    order.sort_by_key(|&index| std::cmp::Reverse(windows[index].tokens.len()));
    let total: usize = windows.iter().map(|window| window.tokens.len()).sum();
    let part = total.div_ceil(lanes.max(1)).next_multiple_of(least);
    let room = room.min(part);
    let mut jobs: VecDeque<Job> = VecDeque::new();
    let mut tokens = 0;
    for index in order {
        let length = windows[index].tokens.len();
        tokens += length;
        match jobs.back_mut() {
            Some(job) if tokens <= room => job.windows.push(index),
            _ => {
                tokens = length;
                jobs.push_back(Job {
                    windows: vec![index],
                    losses: 0,
                });
            }
        }
    }
    jobs
}

impl Work<'_> {
    /// Takes jobs until there is none, or the card is lost.
    fn serve<K: Kernels>(&self, cards: &[Card<K>], card: &Card<K>, kernels: &mut K) {
        let mut tries = 0;
        while card.is_usable() {
            let job = lock(&self.jobs).pop_front();
            let Some(job) = job else { return };
            let (room, tokens) = (card.room.load(Ordering::Relaxed), self.tokens(&job));
            if tokens > room && job.windows.len() > 1 {
                self.divide(job);
                continue;
            }
            let reserved = room.max(tokens);
            match self.attempt(card, kernels, &job, reserved) {
                Ok(sums) => {
                    self.finish(&job.windows, &sums, card.network.shape().hidden_size);
                    tries = 0;
                }
                Err(PassError::Failed(problem)) => {
                    card.lose(problem, cards);
                    self.suspect(job);
                    return;
                }
                Err(PassError::OutOfMemory) => {
                    let may_shrink = self.may_shrink::<K>(&job, room);
                    lock(&self.jobs).push_front(job);
                    if !card.make_room(reserved, may_shrink, &mut tries) {
                        card.lose(no_room(reserved), cards);
                    }
                }
            }
        }
    }

    /// Takes a job through the layers, with room for `reserved` tokens.
    fn attempt<K: Kernels>(
        &self,
        card: &Card<K>,
        kernels: &mut K,
        job: &Job,
        reserved: usize,
    ) -> Result<Vec<f32>, PassError> {
        let windows = job.windows.iter().map(|&index| self.windows[index]);
        let pass = Pass::of(&windows.collect::<Vec<_>>());
        card.clock.start();
        let sums = kernels
            .reserve(reserved)
            .and_then(|()| card.network.run(kernels, &pass));
        card.clock.stop(sums.is_ok().then_some(pass.tokens.len()));
        sums
    }

    /// Notes that a card was lost with a job in hand, and leaves it to another card unless two were.
    fn suspect(&self, mut job: Job) {
        job.losses += 1;
        lock(&self.suspects).extend(&job.windows);
        if job.losses < MOST_LOSSES {
            // Whoever is left does all else before.
            lock(&self.jobs).push_back(job);
        }
    }

    /// Whether less room would do: there is more than the job's one window needs, or it has several.
    fn may_shrink<K: Kernels>(&self, job: &Job, room: usize) -> bool {
        room > K::LEAST_TOKENS && (job.windows.len() > 1 || room > self.tokens(job))
    }

    fn tokens(&self, job: &Job) -> usize {
        job.windows
            .iter()
            .map(|&index| self.windows[index].tokens.len())
            .sum()
    }

    /// Puts both halves of a job back; it has at least two windows.
    fn divide(&self, mut job: Job) {
        let half = self.tokens(&job) / 2;
        let mut tokens = 0;
        let middle = job.windows.iter().take_while(|&&index| {
            tokens += self.windows[index].tokens.len();
            tokens <= half
        });
        let middle = middle.count().clamp(1, job.windows.len() - 1);
        let rest = Job {
            windows: job.windows.split_off(middle),
            losses: job.losses,
        };
        let mut jobs = lock(&self.jobs);
        jobs.push_front(rest);
        jobs.push_front(job);
    }

    fn finish(&self, job: &[usize], sums: &[f32], width: usize) {
        let mut rest = sums;
        let of_windows = job.iter().map(|&index| {
            let (sums, after) = rest.split_at(self.windows[index].parts.len() * width);
            rest = after;
            (index, Arc::from(sums))
        });
        let of_windows: Vec<(usize, Arc<[f32]>)> = of_windows.collect();
        let mut done = lock(&self.done);
        for (index, sums) in of_windows {
            done[index] = Some(sums);
        }
    }
}

impl<K: Kernels> Card<K> {
    /// All of its streams.
    pub(super) fn lanes(&self) -> impl Iterator<Item = &Mutex<K>> {
        iter::once(&self.first).chain(&self.others)
    }

    fn is_usable(&self) -> bool {
        self.lost.get().is_none()
    }

    /// Notes that the card is of no use any more; the first reason counts.
    fn lose(&self, problem: String, cards: &[Self]) {
        let is_first = self.lost.set(problem).is_ok();
        // Where no card is left, whoever asked says so.
        if is_first && cards.iter().any(Self::is_usable) {
            let problem = self.lost.get().map_or("", String::as_str);
            tracing::warn!("card {} is lost: {problem}; the others go on", self.name);
        }
    }

    /// What can be done where there was no room for a pass of `tokens` tokens; whether anything was, or is worth waiting
    /// for.
    fn make_room(&self, tokens: usize, may_shrink: bool, tries: &mut usize) -> bool {
        if self.release_idle() {
            return true;
        }
        if may_shrink {
            self.halve(tokens);
            return true;
        }
        if *tries == TRIES {
            return false;
        }
        *tries += 1;
        thread::sleep(PAUSE);
        true
    }

    /// Takes from lanes that have nothing to do the room that they hold; whether they held any.
    ///
    /// A lane keeps its room from pass to pass, and when it goes home.
    fn release_idle(&self) -> bool {
        let idle = self.lanes().filter_map(|lane| match lane.try_lock() {
            Ok(lane) => Some(lane),
            Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        });
        let mut any = false;
        for mut lane in idle {
            any |= lane.release();
        }
        any
    }

    /// Notes that the card has no room for passes of `tokens` tokens.
    fn halve(&self, tokens: usize) {
        let before = self.room.fetch_min(tokens / 2, Ordering::Relaxed);
        if before > tokens / 2 {
            self.clock.count_halving();
            tracing::warn!(
                tokens,
                "the card has no room for a pass of this size; going on with half of it"
            );
        }
    }
}

/// A lock whose data are whole even if a thread panicked with it.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
