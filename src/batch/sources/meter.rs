//! How much of the files was read? What the thread that reads them tells whoever waits for their inputs.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// How far the reading of some files is.
#[derive(Debug, Default)]
pub(super) struct Meter {
    /// What all files weigh, as far as that is known.
    weight: AtomicU64,
    /// How much of that was read.
    read: AtomicU64,
    /// Whether a file turned out to hold more than one input, so that the files are no count of them.
    has_many: AtomicBool,
}

impl Meter {
    /// Nothing is read yet of what weighs so much.
    pub(super) fn of(weight: u64) -> Self {
        Self {
            weight: weight.into(),
            ..Self::default()
        }
    }

    /// What all files weigh.
    pub(super) fn weight(&self) -> u64 {
        self.weight.load(Ordering::Relaxed)
    }

    /// What share of it was read, from 0 to 1; nothing where nothing weighs anything.
    pub(super) fn share(&self) -> Option<f64> {
        let (weight, read) = (self.weight(), self.read.load(Ordering::Relaxed));
        (weight > 0).then(|| (read as f64 / weight as f64).min(1.0))
    }

    /// Whether a file turned out to hold more than one input.
    pub(super) fn has_many(&self) -> bool {
        self.has_many.load(Ordering::Relaxed)
    }

    /// Adds what was read.
    pub(super) fn advance(&self, read: u64) {
        self.read.fetch_add(read, Ordering::Relaxed);
    }

    /// Notes that a file holds more than one input, and weighs so much more for it.
    pub(super) fn find_many(&self, more: u64) {
        self.weight.fetch_add(more, Ordering::Relaxed);
        self.has_many.store(true, Ordering::Relaxed);
    }
}

/// A file that tells how much was read of it.
pub(super) struct Metered<'a> {
    file: File,
    meter: &'a Meter,
    /// So much more is told.
    left: Rc<Cell<u64>>,
}

impl<'a> Metered<'a> {
    /// Tells `meter` what is read of `file`, as much as is `left`.
    pub(super) fn new(file: File, meter: &'a Meter, left: Rc<Cell<u64>>) -> Self {
        Self { file, meter, left }
    }
}

impl Read for Metered<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(buffer)?;
        let told = self.left.get().min(count as u64);
        self.left.set(self.left.get() - told);
        self.meter.advance(told);
        Ok(count)
    }
}

impl Seek for Metered<'_> {
    fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        self.file.seek(position)
    }
}
