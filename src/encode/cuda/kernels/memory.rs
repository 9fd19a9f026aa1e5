//! Memory on the card, which knows how much it is.

use std::sync::Arc;

use candle_core::cuda_backend::cudarc::driver::{
    CudaSlice, CudaStream, DevicePtr, DeviceRepr, PinnedHostSlice, ValidAsZeroBits,
};

use crate::encode::card::{PassError, Slot};
use crate::encode::cuda::error::failed;

/// Memory on the card, and where it lies.
#[derive(Debug)]
pub struct Memory {
    bytes: CudaSlice<u8>,
    address: u64,
}

impl Memory {
    fn new(bytes: CudaSlice<u8>, stream: &Arc<CudaStream>) -> Self {
        let (address, _) = bytes.device_ptr(stream);
        Self { bytes, address }
    }

    /// So many bytes of zeros.
    pub(super) fn zeros(stream: &Arc<CudaStream>, bytes: usize) -> Result<Self, PassError> {
        let memory = stream.alloc_zeros::<u8>(bytes).map_err(failed)?;
        Ok(Self::new(memory, stream))
    }

    /// A copy of `bytes`, which is there for every stream when this returns.
    pub(super) fn copy_of(stream: &Arc<CudaStream>, bytes: &[u8]) -> Result<Self, PassError> {
        let there = stream.clone_htod(bytes).map_err(failed)?;
        stream.synchronize().map_err(failed)?;
        Ok(Self::new(there, stream))
    }

    /// Where it lies, for whoever is about to use its first `bytes` bytes.
    pub(super) fn address(&self, bytes: usize) -> Result<u64, PassError> {
        let length = self.bytes.len();
        if bytes > length {
            let problem = format!("{bytes} bytes of the card are asked for where {length} are");
            return Err(PassError::Failed(problem));
        }
        Ok(self.address)
    }

    /// The same for its first `count` numbers, where it holds `f32`.
    pub(super) fn floats(&self, count: usize) -> Result<u64, PassError> {
        self.address(count.saturating_mul(size_of::<f32>()))
    }
}

/// The slots, with room for `tokens` rows.
pub(super) struct Buffers {
    pub(super) tokens: usize,
    states: Memory,
    context: Memory,
    product: Memory,
    wide: Memory,
}

impl Buffers {
    /// Room for `tokens` rows of `narrow` bytes, and of `wide` bytes in the slot of that name.
    pub(super) fn new(
        stream: &Arc<CudaStream>,
        tokens: usize,
        narrow: usize,
        wide: usize,
    ) -> Result<Self, PassError> {
        let rows = |bytes: usize| Memory::zeros(stream, tokens.saturating_mul(bytes));
        Ok(Self {
            tokens,
            states: rows(narrow)?,
            context: rows(narrow)?,
            product: rows(narrow)?,
            wide: rows(wide)?,
        })
    }

    pub(super) fn slot(&self, slot: Slot) -> &Memory {
        match slot {
            Slot::States => &self.states,
            Slot::Context => &self.context,
            Slot::Product => &self.product,
            Slot::Wide => &self.wide,
        }
    }
}

/// Numbers on the card and their like in memory that the card can reach.
pub(super) struct Transfer<T> {
    pub(super) card: Memory,
    pub(super) host: PinnedHostSlice<T>,
}

impl<T: DeviceRepr + ValidAsZeroBits + Copy + Default> Transfer<T> {
    /// Room for `count` numbers on both sides, in steps that make growing rare.
    fn new(stream: &Arc<CudaStream>, count: usize) -> Result<Self, PassError> {
        let count = count.next_power_of_two().max(1 << 12);
        // SAFETY: it is filled before anything reads it.
        let host = unsafe { stream.context().alloc_pinned_with_flags::<T>(count, 0) };
        let mut host = host.map_err(failed)?;
        host.as_mut_slice().map_err(failed)?.fill(T::default());
        let card = Memory::zeros(stream, count * size_of::<T>())?;
        Ok(Self { card, host })
    }

    /// What is held, or a larger one where it has no room for `count` numbers; nothing uses it at the moment.
    pub(super) fn grown<'t>(
        stream: &Arc<CudaStream>,
        held: &'t mut Option<Self>,
        count: usize,
    ) -> Result<&'t mut Self, PassError> {
        let enough = held.take().filter(|held| held.host.len() >= count);
        let transfer = match enough {
            Some(transfer) => transfer,
            None => Self::new(stream, count)?,
        };
        Ok(held.insert(transfer))
    }
}
