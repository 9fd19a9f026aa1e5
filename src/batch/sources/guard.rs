//! How much was read? Readers that count, to tell bombs and broken ends.

use std::cell::Cell;
use std::io::{self, Cursor, Read};
use std::rc::Rc;

use super::budget::Budget;
use super::gunzip::Gunzip;

/// Text packs to a tenth, the emptiest spreadsheet to a hundredth; deflate ends at a thousandth.
pub(super) const MAX_RATIO: u64 = 200;
/// Below, a stream may expand as it likes.
const HARMLESS_BYTES: u64 = 32 << 20;

/// A stream that expands; reading it fails with [`io::ErrorKind::FileTooLarge`] where it is a bomb.
pub(super) struct Guarded<R> {
    inner: R,
    packed: Rc<Cell<u64>>,
    expanded: u64,
    /// What all streams of one file have together.
    budget: Rc<Budget>,
}

impl<R: Read> Guarded<Gunzip<Counted<R>>> {
    /// What a gzip stream expands to; `has_tail` as in [`Gunzip::new`].
    pub(super) fn gzip(stream: R, has_tail: Rc<Cell<bool>>, budget: Rc<Budget>) -> Self {
        let packed = Rc::new(Cell::new(0));
        let counted = Counted::new(stream, Rc::clone(&packed));
        Self {
            inner: Gunzip::new(counted, has_tail),
            packed,
            expanded: 0,
            budget,
        }
    }
}

impl<R: Read> Guarded<R> {
    /// What `packed` bytes of another packing expand to.
    pub(super) fn of(inner: R, packed: u64, budget: Rc<Budget>) -> Self {
        Self {
            inner,
            packed: Rc::new(Cell::new(packed)),
            expanded: 0,
            budget,
        }
    }
}

impl<R: Read> Read for Guarded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.budget.unpack(count as u64)?;
        self.expanded += count as u64;
        let most = self.packed.get().saturating_mul(MAX_RATIO);
        if self.expanded > most.max(HARMLESS_BYTES) {
            let message = format!("it expands to more than {MAX_RATIO} times its packed size");
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, message));
        }
        Ok(count)
    }
}

/// A reader that tells how much was read of it.
pub(super) struct Counted<R> {
    inner: R,
    count: Rc<Cell<u64>>,
}

impl<R> Counted<R> {
    /// Adds what is read of `inner` to `count`.
    pub(super) fn new(inner: R, count: Rc<Cell<u64>>) -> Self {
        Self { inner, count }
    }
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.count.set(self.count.get() + count as u64);
        Ok(count)
    }
}

/// A stream that was looked into, from its beginning again.
pub(super) struct Peeked<R> {
    /// What was looked at.
    head: Cursor<Vec<u8>>,
    /// What broke it off then, if it was that short.
    error: Option<io::Error>,
    rest: R,
}

impl<R: Read> Peeked<R> {
    /// Looks at so many bytes of a stream. An error is told once these were read, as if nobody had looked.
    ///
    /// # Errors
    ///
    /// What is said of a stream without a byte.
    pub(super) fn new(mut stream: R, bytes: usize) -> io::Result<Self> {
        let mut head = Vec::with_capacity(bytes);
        let looked = stream.by_ref().take(bytes as u64).read_to_end(&mut head);
        let error = looked.err();
        match error {
            Some(error) if head.is_empty() => Err(error),
            error => Ok(Self {
                head: Cursor::new(head),
                error,
                rest: stream,
            }),
        }
    }

    /// What was looked at.
    pub(super) fn head(&self) -> &[u8] {
        self.head.get_ref()
    }
}

impl<R: Read> Read for Peeked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.head.read(buffer)?;
        if count > 0 || buffer.is_empty() {
            return Ok(count);
        }
        match self.error.take() {
            Some(error) => Err(error),
            None => self.rest.read(buffer),
        }
    }
}

/// A reader that must give as many bytes as were announced.
pub(super) struct Whole<R> {
    inner: R,
    left: u64,
}

impl<R> Whole<R> {
    /// Expects `bytes` of `inner`.
    pub(super) fn new(inner: R, bytes: u64) -> Self {
        Self { inner, left: bytes }
    }
}

impl<R: Read> Read for Whole<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.left = self.left.saturating_sub(count as u64);
        if count == 0 && !buffer.is_empty() && self.left > 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(count)
    }
}
