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

/// How many sequences there are, and the tokens of the longest.
pub(super) fn size(sequences: &[Vec<u32>]) -> (usize, usize) {
    let lengths = sequences.iter().map(Vec::len);
    (lengths.len(), lengths.max().unwrap_or(0))
}

/// The same where nothing is padded: as many sequences of one token as there are tokens.
pub(super) fn unpadded_size(sequences: &[Vec<u32>]) -> (usize, usize) {
    (sequences.iter().map(Vec::len).sum(), 1)
}

/// Cuts `items` where the next one would bring a part, padded to its longest sequence, beyond `max_tokens` tokens;
/// `size` gives an item's sequences and the tokens of the longest.
pub(super) fn within(
    items: &[usize],
    size: impl Fn(usize) -> (usize, usize),
    max_tokens: usize,
) -> Vec<&[usize]> {
    let (mut parts, mut start) = (Vec::new(), 0);
    let (mut sequences, mut longest) = (0, 0);
    for (place, &item) in items.iter().enumerate() {
        let (more, length) = size(item);
        let padded = (sequences + more) * length.max(longest);
        if place > start && padded > max_tokens {
            parts.push(&items[start..place]);
            (start, sequences, longest) = (place, 0, 0);
        }
        sequences += more;
        longest = longest.max(length);
    }
    if start < items.len() {
        parts.push(&items[start..]);
    }
    parts
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

    #[test]
    fn parts_keep_to_their_tokens() {
        let lengths = [10, 20, 30, 200, 40, 40, 40];
        let items: Vec<usize> = (0..lengths.len()).collect();
        let parts = within(&items, |item| (1, lengths[item]), 100);
        assert_eq!(parts.concat(), items);
        let expected: [&[usize]; 4] = [&[0, 1, 2], &[3], &[4, 5], &[6]];
        assert_eq!(parts, expected);
    }
}
