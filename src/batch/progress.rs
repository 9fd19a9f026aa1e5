//! How far is a run? Counts as they grow, and what follows from them.

use std::time::{Duration, Instant};

use serde::Serialize;
use serde_json::json;

use crate::pipeline::CardWork;

/// The counts of a run so far.
#[derive(Clone, Debug)]
pub struct Progress {
    /// Inputs in all, where that is known.
    pub total: Option<u64>,
    /// How many are done.
    pub counts: Counts,
    /// How long each stage took.
    pub timings: Timings,
    started: Instant,
    /// About what share of the inputs is done, from 0 to 1.
    share: f64,
    /// When the first new document was met, and what share was done then.
    first_new: Option<(Instant, f64)>,
}

/// How many inputs there were of each kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// All inputs so far.
    pub inputs: u64,
    /// Documents that this run worked out.
    pub processed: u64,
    /// Those of them that did not fail.
    pub read: u64,
    /// Inputs that were done before, by this run or an earlier one.
    pub reused: u64,
    /// Inputs that failed, by this run or an earlier one, or could not be had.
    pub failed: u64,
    /// Those of them that do not exist.
    pub missing: u64,
    /// Tokens that this run encoded.
    pub tokens: u64,
    /// Bytes of the documents that this run worked out.
    pub bytes: u64,
}

impl Counts {
    /// Whether none of the inputs exists, or there are none.
    pub fn found_nothing(&self) -> bool {
        self.inputs == self.missing
    }
}

/// How long the stages of a run took, on the wall.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Timings {
    /// Files and containers to bytes, and their hashes.
    pub open_seconds: f64,
    /// Bytes to text.
    pub read_seconds: f64,
    /// Text to sentences and tokens.
    pub segment_seconds: f64,
    /// The transformer.
    pub encode_seconds: f64,
    /// Labels and summaries.
    pub assemble_seconds: f64,
    /// The state and the results on disk.
    pub store_seconds: f64,
    /// Who waited for whom, where the transformer ran on cards; the stages above then overlap.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cards: Option<CardTimings>,
}

/// Who waited for whom in a run on cards.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct CardTimings {
    /// The cards computed, or numbers were on their way to them or back.
    pub busy_seconds: f64,
    /// The cards had nothing to do, between their first pass and their last one.
    pub waited_for_tokens_seconds: f64,
    /// Documents that were read and tokenised waited for the cards.
    pub waited_for_cards_seconds: f64,
    /// Passes through all layers.
    pub passes: u64,
    /// How often a pass turned out too large for a card and was halved.
    pub halvings: u64,
}

impl Timings {
    /// Adds the times of a wave.
    pub(super) fn add(&mut self, other: &Self) {
        self.open_seconds += other.open_seconds;
        self.read_seconds += other.read_seconds;
        self.segment_seconds += other.segment_seconds;
        self.encode_seconds += other.encode_seconds;
        self.assemble_seconds += other.assemble_seconds;
        self.store_seconds += other.store_seconds;
    }

    /// Notes what cards did from `before` to `after`, where there are any.
    pub(super) fn note_cards(
        &mut self,
        before: Option<CardWork>,
        after: Option<CardWork>,
        waited_for_cards_seconds: f64,
    ) {
        let before = before.unwrap_or_default();
        self.cards = after.map(|after| CardTimings {
            busy_seconds: after.busy_seconds - before.busy_seconds,
            waited_for_tokens_seconds: after.idle_seconds - before.idle_seconds,
            waited_for_cards_seconds,
            passes: after.passes - before.passes,
            halvings: after.halvings - before.halvings,
        });
    }
}

impl Progress {
    /// A run that starts now.
    pub fn new(total: Option<u64>) -> Self {
        Self {
            total,
            counts: Counts::default(),
            timings: Timings::default(),
            started: Instant::now(),
            share: 0.0,
            first_new: None,
        }
    }

    /// Notes that a wave with new documents begins.
    pub(super) fn meet_new(&mut self) {
        self.first_new.get_or_insert((Instant::now(), self.share));
    }

    /// Notes that a wave is done; `share` is that of the bytes read, for where inputs cannot be counted, or can no longer.
    pub(super) fn advance(&mut self, total: Option<u64>, share: Option<f64>) {
        if total != self.total {
            // What was done before is a share of something else.
            self.first_new = None;
            self.total = total;
        }
        let counted = self.total.filter(|total| *total > 0);
        let counted = counted.map(|total| self.counts.inputs as f64 / total as f64);
        self.share = counted.or(share).unwrap_or(0.0);
    }

    /// How long the run has taken.
    pub fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    /// Tokens encoded in a second of the run.
    pub fn tokens_per_second(&self) -> f64 {
        self.counts.tokens as f64 / self.elapsed().as_secs_f64().max(1e-3)
    }

    /// How long the run will go on, if the rest is like what came since the first new document.
    pub fn remaining(&self) -> Option<Duration> {
        let (since, before) = self.first_new?;
        let done = self.share - before;
        (done > 0.0).then(|| since.elapsed().mul_f64((1.0 - self.share).max(0.0) / done))
    }

    /// One line for people.
    pub fn line(&self) -> String {
        let Counts { inputs, failed, .. } = self.counts;
        let total = self
            .total
            .map_or_else(String::new, |total| format!("/{total}"));
        let remaining = self.remaining();
        let remaining =
            remaining.map_or_else(String::new, |left| format!(" · {} left", span(left)));
        let tokens = self.tokens_per_second();
        format!(
            "{inputs}{total} documents · {tokens:.0} tokens/s · {} elapsed{remaining} · {failed} failed",
            span(self.elapsed())
        )
    }

    /// One line for programs.
    pub fn json(&self) -> serde_json::Value {
        let seconds = |time: Duration| (time.as_secs_f64() * 10.0).round() / 10.0;
        json!({
            "total": self.total,
            "inputs": self.counts.inputs,
            "processed": self.counts.processed,
            "reused": self.counts.reused,
            "failed": self.counts.failed,
            "tokens": self.counts.tokens,
            "tokens_per_second": self.tokens_per_second().round(),
            "elapsed_seconds": seconds(self.elapsed()),
            "remaining_seconds": self.remaining().map(seconds),
        })
    }
}

/// A length of time as people say it.
pub fn span(time: Duration) -> String {
    let seconds = time.as_secs();
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds} s"),
        (0, minutes, seconds) => format!("{minutes} min {seconds} s"),
        (hours, minutes, _) => format!("{hours} h {minutes} min"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_have_two_figures_at_most() {
        let seconds = [0, 59, 61, 3599, 7320].map(|seconds| span(Duration::from_secs(seconds)));
        assert_eq!(
            seconds,
            ["0 s", "59 s", "1 min 1 s", "59 min 59 s", "2 h 2 min"]
        );
    }

    #[test]
    fn what_is_left_is_told_from_what_was_worked_out() {
        let mut progress = Progress::new(Some(10));
        progress.counts.inputs = 8;
        progress.advance(Some(10), None);
        assert_eq!(
            progress.remaining(),
            None,
            "what was done before says nothing"
        );
        progress.meet_new();
        progress.counts.inputs = 9;
        progress.advance(Some(10), Some(0.1));
        let left = progress.remaining().expect("one was worked out");
        assert!(
            left <= progress.elapsed(),
            "as much is left as was worked out"
        );

        let mut uncounted = Progress::new(None);
        uncounted.meet_new();
        uncounted.advance(None, Some(1.0));
        assert_eq!(uncounted.remaining(), Some(Duration::ZERO));
    }

    #[test]
    fn a_total_that_was_wrong_is_forgotten_with_what_followed_from_it() {
        let mut progress = Progress::new(Some(2));
        progress.meet_new();
        progress.counts.inputs = 64;
        progress.advance(None, Some(0.25));
        assert_eq!(progress.remaining(), None);
        assert!(progress.line().starts_with("64 documents"));
        progress.meet_new();
        progress.advance(None, Some(0.5));
        assert!(progress.remaining().is_some());
    }
}
