//! Gathers windows into batches of like lengths under a token budget.

use super::TokenBatch;
use super::windows::Window;

/// Some windows to encode in one pass.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Batch {
    /// Indices into the windows that were gathered.
    pub(super) windows: Vec<usize>,
    /// Their tokens, in the order of `windows`.
    pub(super) tokens: TokenBatch,
}

/// Gathers `windows`, longest first, so that none of a batch's sequences is padded far and that
/// the batch which takes longest starts first.
///
/// A batch padded to its longest sequence has at most `max_tokens` tokens, unless one window alone has
/// more. Every window is in exactly one batch; ties keep the order of `windows`.
pub(super) fn gather(windows: &[&Window], max_tokens: usize) -> Vec<Batch> {
    let mut order: Vec<usize> = (0..windows.len()).collect();
    order.sort_by_key(|&index| std::cmp::Reverse(windows[index].tokens.len()));

    let mut batches: Vec<Batch> = Vec::new();
    let mut longest = 0;
    for index in order {
        let tokens = &windows[index].tokens;
        let full = |batch: &Batch| longest * (batch.windows.len() + 1) > max_tokens;
        if batches.last().is_none_or(full) {
            longest = tokens.len();
            batches.push(Batch::default());
        }
        if let Some(batch) = batches.last_mut() {
            batch.windows.push(index);
            batch.tokens.push(tokens);
        }
    }
    batches
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(length: usize) -> Window {
        Window {
            tokens: vec![5; length],
            parts: Vec::new(),
        }
    }

    #[test]
    fn every_window_is_in_one_batch_within_the_budget() {
        let lengths = [3, 90, 7, 7, 40, 1, 12, 200, 33];
        let windows: Vec<Window> = lengths.into_iter().map(window).collect();
        let batches = gather(&windows.iter().collect::<Vec<_>>(), 100);

        let mut seen: Vec<usize> = batches
            .iter()
            .flat_map(|batch| batch.windows.clone())
            .collect();
        seen.sort_unstable();
        assert_eq!(seen, (0..lengths.len()).collect::<Vec<_>>());
        for batch in &batches {
            let longest = batch.tokens.lengths().iter().max().copied().unwrap_or(0);
            let padded = longest * batch.windows.len();
            assert!(padded <= 100 || batch.windows.len() == 1, "{batch:?}");
        }
    }
}
