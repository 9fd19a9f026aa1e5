//! Memory that begins where a cache line does.

use std::ops::{Deref, DerefMut};

const CACHE_LINE: usize = 64;

/// A value that begins where a cache line does: vectors in it never straddle two.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(64))]
pub(super) struct Aligned<T>(pub(super) T);

/// A slice on the heap whose first element is at the beginning of a cache line.
#[derive(Debug, Default)]
pub(super) struct AlignedBuffer<T> {
    values: Vec<T>,
    first: usize,
    len: usize,
}

impl<T: Copy + Default> AlignedBuffer<T> {
    /// `len` zeros.
    pub(super) fn new(len: usize) -> Self {
        let values = vec![T::default(); len + CACHE_LINE / size_of::<T>()];
        let first = values.as_ptr().align_offset(CACHE_LINE);
        Self { values, first, len }
    }

    /// Makes room for `len` values; what the buffer holds is then of no meaning.
    pub(super) fn reserve(&mut self, len: usize) {
        if len > self.len {
            *self = Self::new(len);
        }
    }
}

impl<T> Deref for AlignedBuffer<T> {
    type Target = [T];
    fn deref(&self) -> &[T] {
        &self.values[self.first..self.first + self.len]
    }
}

impl<T> DerefMut for AlignedBuffer<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        &mut self.values[self.first..self.first + self.len]
    }
}
