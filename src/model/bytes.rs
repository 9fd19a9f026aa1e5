//! The bytes of a model file, wherever they lie.

use std::fmt;
use std::fs::File;
use std::ops::Deref;
use std::path::Path;
use std::sync::Arc;

use memmap2::Mmap;

use super::ModelError;

/// The bytes of one file of a model: part of the binary, mapped from a folder, or held in memory.
///
/// Cloning shares the bytes. They are used where they lie, so opening a model reads no more of it
/// than is looked at.
#[derive(Clone)]
pub struct ModelBytes(Source);

#[derive(Clone)]
enum Source {
    Embedded(&'static [u8]),
    Mapped(Arc<Mmap>),
    Owned(Arc<[u8]>),
}

impl ModelBytes {
    /// Maps the file at `path` for reading.
    ///
    /// # Errors
    ///
    /// [`ModelError::Unreadable`] if the file cannot be opened or mapped.
    #[expect(unsafe_code, reason = "a mapping cannot be made otherwise")]
    pub fn map(path: &Path) -> Result<Self, ModelError> {
        let unreadable = |source| ModelError::Unreadable {
            path: path.into(),
            source,
        };
        let file = File::open(path).map_err(unreadable)?;
        // SAFETY: the contract of `Mmap::map` is that nobody writes or shortens the file while it is mapped; bytes that
        // change behind a `&[u8]` are undefined behaviour. That is the user's to keep, and nothing here can prove it.
        // It is accepted because reading instead of mapping would cost every start the time and the memory of all
        // weights, and because who replaces a model rarely writes into it: this program, the hub and most others write
        // a new file beside the old one and rename it, which leaves a mapping as it was.
        let mapping = unsafe { Mmap::map(&file) }.map_err(unreadable)?;
        Ok(Self(Source::Mapped(Arc::new(mapping))))
    }
}

impl From<&'static [u8]> for ModelBytes {
    fn from(bytes: &'static [u8]) -> Self {
        Self(Source::Embedded(bytes))
    }
}

impl From<Vec<u8>> for ModelBytes {
    fn from(bytes: Vec<u8>) -> Self {
        Self(Source::Owned(bytes.into()))
    }
}

impl Deref for ModelBytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match &self.0 {
            Source::Embedded(bytes) => bytes,
            Source::Mapped(mapping) => mapping,
            Source::Owned(bytes) => bytes,
        }
    }
}

impl AsRef<[u8]> for ModelBytes {
    fn as_ref(&self) -> &[u8] {
        self
    }
}

impl fmt::Debug for ModelBytes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = match &self.0 {
            Source::Embedded(_) => "embedded",
            Source::Mapped(_) => "mapped",
            Source::Owned(_) => "owned",
        };
        write!(formatter, "ModelBytes({place}, {} bytes)", self.len())
    }
}
