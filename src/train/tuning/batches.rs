//! Which items make a step together.

use crate::random::{Generator, shuffle};

/// How many batches are sorted by length together: enough that the sequences of a shard are about equally
/// long, few enough that a batch stays a fair draw.
const POOL: usize = 16;

/// The batches of one epoch: every item once, in an order that `seed` and the lengths determine.
pub(super) fn of_epoch(lengths: &[usize], batch: usize, seed: u64) -> Vec<Vec<usize>> {
    let batch = batch.max(1);
    let mut generator = Generator::new(seed);
    let mut items: Vec<usize> = (0..lengths.len()).collect();
    shuffle(&mut items, &mut generator);
    let mut batches = Vec::with_capacity(items.len().div_ceil(batch));
    for pool in items.chunks_mut(batch * POOL) {
        pool.sort_by_key(|&item| lengths[item]);
        batches.extend(pool.chunks(batch).map(<[usize]>::to_vec));
    }
    shuffle(&mut batches, &mut generator);
    batches
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_item_is_in_one_batch() {
        let lengths: Vec<usize> = (0..103).map(|item| item * 7 % 50).collect();
        let batches = of_epoch(&lengths, 4, 3);
        assert_eq!(batches.len(), 26);
        let mut items = batches.concat();
        items.sort_unstable();
        assert_eq!(items, (0..103).collect::<Vec<_>>());
        assert_ne!(
            batches,
            of_epoch(&lengths, 4, 4),
            "another epoch, another order"
        );
    }
}
