//! How learning goes, epoch after epoch, on items that are held out; and which epoch was the best.

use candle_core::Tensor;
use serde::{Deserialize, Serialize};

/// How an epoch went. Losses are in nats, rounded to a millionth, so that they are the same after a stop.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct EpochLosses {
    /// Mean loss of an item while it was learnt from, over the epoch's steps.
    pub learnt: f64,
    /// Mean loss of a held-out item after the epoch.
    pub held_out: f64,
}

impl EpochLosses {
    /// An epoch with these losses.
    pub(crate) fn new(learnt: f64, held_out: f64) -> Self {
        // JSON gives numbers of so few digits back to the last bit.
        let rounded = |loss: f64| (loss * 1e6).round() / 1e6;
        Self {
            learnt: rounded(learnt),
            held_out: rounded(held_out),
        }
    }

    /// Whether both are numbers; they are not once a rate was too high.
    pub(crate) fn are_finite(self) -> bool {
        self.learnt.is_finite() && self.held_out.is_finite()
    }
}

/// All epochs so far, and the variables after the best one if somebody will ask for them.
#[derive(Debug, Default)]
pub(super) struct Watch {
    pub(super) epochs: Vec<EpochLosses>,
    pub(super) best: Vec<(String, Tensor)>,
}

impl Watch {
    /// The index of the epoch with the lowest held-out loss, the earliest of equals.
    pub(super) fn best_epoch(&self) -> Option<usize> {
        best_epoch(&self.epochs)
    }

    /// Whether `patience` epochs after the best one, none was better.
    pub(super) fn is_over(&self, patience: Option<usize>) -> bool {
        is_over(&self.epochs, patience)
    }
}

fn best_epoch(epochs: &[EpochLosses]) -> Option<usize> {
    let epochs = epochs.iter().enumerate();
    epochs
        .min_by(|(_, a), (_, b)| a.held_out.total_cmp(&b.held_out))
        .map(|(index, _)| index)
}

/// Whether `patience` epochs after the best of these, none was better.
pub(super) fn is_over(epochs: &[EpochLosses], patience: Option<usize>) -> bool {
    let since = best_epoch(epochs).map(|best| epochs.len() - 1 - best);
    patience
        .zip(since)
        .is_some_and(|(patience, since)| since >= patience)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patience_ends_so_many_epochs_after_the_best() {
        let mut watch = Watch::default();
        let mut over = Vec::new();
        for held_out in [0.5, 0.4, 0.4, 0.45, 0.3] {
            watch.epochs.push(EpochLosses::new(0.1, held_out));
            over.push((watch.best_epoch(), watch.is_over(Some(2))));
            assert!(!watch.is_over(None));
        }
        let expected = [(0, false), (1, false), (1, false), (1, true), (4, false)];
        assert_eq!(over, expected.map(|(best, over)| (Some(best), over)));
    }

    #[test]
    fn losses_come_back_from_json_to_the_last_bit() {
        for index in 0..1000 {
            let losses = EpochLosses::new(f64::from(index).sqrt(), libm::log1p(f64::from(index)));
            let json = serde_json::to_string(&losses).expect("two numbers");
            let back: EpochLosses = serde_json::from_str(&json).expect("two numbers");
            assert!(back == losses, "{json}");
        }
    }
}
