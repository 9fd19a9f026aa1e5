//! Which rows or columns are these? Numbers, as ranges that neither overlap nor touch.

use std::collections::BTreeMap;

/// A set of numbers that mostly stand side by side.
#[derive(Debug, Default)]
pub(crate) struct Ranges {
    /// The last of some numbers in a row, by the first of them.
    last_by_first: BTreeMap<u32, u32>,
}

impl Ranges {
    /// Adds the numbers from `first` to `last`, none where that is less.
    pub(crate) fn insert(&mut self, first: u32, last: u32) {
        if first > last {
            return;
        }
        let (mut start, mut end) = (first, last);
        while let Some((begins, ends)) = self.before(end.saturating_add(1))
            && ends.saturating_add(1) >= start
        {
            self.last_by_first.remove(&begins);
            (start, end) = (start.min(begins), end.max(ends));
        }
        self.last_by_first.insert(start, end);
    }

    /// Whether all numbers from `first` to `last` are in.
    pub(crate) fn covers(&self, first: u32, last: u32) -> bool {
        self.before(first).is_some_and(|(_, ends)| last <= ends)
    }

    /// The first number from `from` on that is not in, or the greatest of all.
    pub(crate) fn first_outside(&self, from: u32) -> u32 {
        let around = self.before(from).filter(|(_, ends)| from <= *ends);
        around.map_or(from, |(_, ends)| ends.saturating_add(1))
    }

    /// The last range that begins at `place` or before.
    fn before(&self, place: u32) -> Option<(u32, u32)> {
        let mut before = self.last_by_first.range(..=place);
        before.next_back().map(|(first, last)| (*first, *last))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_that_overlap_or_touch_are_one() {
        let mut ranges = Ranges::default();
        for (first, last) in [(1, 5), (2, 2), (8, 9), (6, 7), (20, 19), (30, u32::MAX)] {
            ranges.insert(first, last);
        }
        assert!(ranges.covers(1, 9) && ranges.covers(40, u32::MAX));
        assert!(!ranges.covers(0, 3) && !ranges.covers(9, 10) && !ranges.covers(20, 20));
        assert_eq!(
            [0, 1, 9, 10].map(|from| ranges.first_outside(from)),
            [0, 10, 10, 10]
        );
        assert_eq!(ranges.last_by_first.len(), 2);
    }
}
