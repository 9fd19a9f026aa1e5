//! How long does a card wait?

use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// What the cards did, added up over all of them.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct CardWork {
    /// Seconds with at least one pass in hand, sending included.
    pub busy_seconds: f64,
    /// Seconds without one, between the first and the last.
    pub idle_seconds: f64,
    /// Passes through all layers.
    pub passes: u64,
    /// Tokens in them.
    pub tokens: u64,
    /// How often a pass turned out too large and was halved.
    pub halvings: u64,
}

/// Measures the work of one card, whose lanes start and stop by themselves.
#[derive(Debug, Default)]
pub(super) struct Clock(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    work: CardWork,
    running: usize,
    /// When the number of running passes last became one or none.
    since: Option<Instant>,
}

impl Clock {
    /// A pass begins.
    pub(super) fn start(&self) {
        self.change(|state, elapsed| {
            if state.running == 0 {
                state.work.idle_seconds += elapsed();
            }
            state.running += 1;
        });
    }

    /// A pass ends, over `tokens` tokens; over none where it failed and is gone through again.
    pub(super) fn stop(&self, tokens: Option<usize>) {
        self.change(|state, elapsed| {
            state.running -= 1;
            state.work.passes += u64::from(tokens.is_some());
            state.work.tokens += tokens.unwrap_or(0) as u64;
            if state.running == 0 {
                state.work.busy_seconds += elapsed();
            }
        });
    }

    pub(super) fn count_halving(&self) {
        self.change(|state, _| state.work.halvings += 1);
    }

    /// What was done so far.
    pub(super) fn work(&self) -> CardWork {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).work
    }

    /// Changes the state; `elapsed` starts a new span and gives the seconds of the last one.
    fn change(&self, change: impl FnOnce(&mut State, &mut dyn FnMut() -> f64)) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut since = state.since;
        let mut elapsed = || {
            let now = Instant::now();
            let seconds = since.map_or(0.0, |since| (now - since).as_secs_f64());
            since = Some(now);
            seconds
        };
        change(&mut state, &mut elapsed);
        state.since = since;
    }
}

impl CardWork {
    /// The work of both.
    pub(super) fn and(self, other: Self) -> Self {
        Self {
            busy_seconds: self.busy_seconds + other.busy_seconds,
            idle_seconds: self.idle_seconds + other.idle_seconds,
            passes: self.passes + other.passes,
            tokens: self.tokens + other.tokens,
            halvings: self.halvings + other.halvings,
        }
    }
}
