//! The steps of a pass on an NVIDIA card: Candle's device and its cuBLAS, and `kernels.cu` between the products.
//!
//! The one place that hands memory to the driver. A [`CudaKernels`] has a stream of its own and is used by one
//! thread at a time; weights are written before any other stream sees them and only read afterwards.

#![expect(
    unsafe_code,
    reason = "kernels, cuBLAS and asynchronous copies take bare addresses"
)]

mod functions;
mod launch;
mod memory;
mod products;
mod steps;

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use candle_core::Device;
use candle_core::cuda_backend::CudaDevice;
use candle_core::cuda_backend::cudarc::cublas::CudaBlas;
use candle_core::cuda_backend::cudarc::driver::{CudaStream, DriverError, result};

use self::functions::{Functions, has_kernels};
use self::memory::{Buffers, Memory, Transfer};
pub(super) use self::products::PRODUCT_ROWS;
use self::products::{WORKSPACE_BYTES, fix_products};
use super::error::failed;
use crate::encode::card::{LoadError, PassError, Slot};
use crate::encode::engine::NetworkShape;
use crate::model::device::{self, Precision, opening_problem};

/// A stream with its buffers.
pub struct CudaKernels {
    stream: Arc<CudaStream>,
    blas: Arc<CudaBlas>,
    /// What cuBLAS works in; it outlives `blas`, which is declared before it.
    workspace: Memory,
    functions: Functions,
    shape: NetworkShape,
    precision: Precision,
    buffers: Option<Buffers>,
    /// What is sent, and what comes back.
    outgoing: Option<Transfer<u32>>,
    incoming: Option<Transfer<f32>>,
    counts: Counts,
    /// Whether the stream may still read what was sent for a pass: nobody has waited for it since.
    is_sending: bool,
}

/// How large the pass in hand is.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    tokens: usize,
    tiles: usize,
    parts: usize,
}

/// Where the words of a pass lie, as [`Pass::words`](crate::encode::card::Pass::words) has them.
impl Counts {
    fn token_words(self) -> Range<usize> {
        0..self.tokens
    }

    fn position_words(self) -> Range<usize> {
        self.tokens..2 * self.tokens
    }

    fn tile_words(self) -> Range<usize> {
        let first = self.position_words().end;
        first..first + 3 * self.tiles
    }

    fn part_words(self) -> Range<usize> {
        let first = self.tile_words().end;
        first..first + 2 * self.parts
    }
}

fn not_begun() -> PassError {
    PassError::Failed("no pass was begun".to_owned())
}

impl fmt::Debug for CudaKernels {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("CudaKernels")
            .field("shape", &self.shape)
            .field("precision", &self.precision)
            .finish_non_exhaustive()
    }
}

impl CudaKernels {
    /// Makes a stream on the card and loads the kernels for a network.
    pub(super) fn new(
        card: usize,
        shape: NetworkShape,
        precision: Precision,
    ) -> Result<Self, LoadError> {
        if !has_kernels(&shape) {
            return Err(LoadError::Shape(shape));
        }
        let device = CudaDevice::new_with_stream(card).map_err(|error| {
            let problem = opening_problem(&error, device::memory(card));
            PassError::Failed(format!("card cuda:{card} cannot be opened: {problem}"))
        })?;
        // A lane that waits would otherwise spin, and take a core from reading and ranking.
        let blocking = device.cuda_stream().context().set_blocking_synchronize();
        if let Err(error) = blocking {
            tracing::warn!("waiting for cuda:{card} takes a core: {error}");
        }
        // SAFETY: buffers are used on this object's stream alone; weights are shared after a synchronisation and
        // never written again, and are freed when no pass is running.
        unsafe { device.disable_event_tracking() };
        let (stream, blas) = (device.cuda_stream(), device.cublas_handle());
        Ok(Self {
            functions: Functions::load(&device, card, &shape, precision)?,
            workspace: fix_products(&blas, &stream, WORKSPACE_BYTES)?,
            stream,
            blas,
            shape,
            precision,
            buffers: None,
            outgoing: None,
            incoming: None,
            counts: Counts::default(),
            is_sending: false,
        })
    }

    /// Has cuBLAS work in so many bytes from now on, to see what comes of it.
    ///
    /// # Errors
    ///
    /// If there is no room for them, or cuBLAS does not take them.
    pub fn work_in(&mut self, bytes: usize) -> Result<(), PassError> {
        self.bind().map_err(failed)?;
        // What is in hand works in the old ones.
        self.wait()?;
        self.workspace = fix_products(&self.blas, &self.stream, bytes)?;
        Ok(())
    }

    /// Bytes that are free on the card.
    pub(super) fn measured_free_bytes(&self) -> Result<usize, PassError> {
        let (free, _) = self.stream.context().mem_get_info().map_err(failed)?;
        Ok(free)
    }

    /// Bytes that a token of a pass takes.
    pub(super) fn bytes_a_token(&self) -> usize {
        let width = self.shape.hidden_size;
        (3 * width + self.wide_columns()) * self.precision.bytes()
    }

    fn wide_columns(&self) -> usize {
        self.shape.intermediate_size.max(3 * self.shape.hidden_size)
    }

    /// Bytes of so many rows in a slot or of a matrix; more than there can be where that is no number.
    fn bytes(&self, rows: usize, columns: usize) -> usize {
        rows.saturating_mul(columns)
            .saturating_mul(self.precision.bytes())
    }

    fn buffers(&self) -> Result<&Buffers, PassError> {
        let none = || PassError::Failed("no room was reserved on the card".to_owned());
        self.buffers.as_ref().ok_or_else(none)
    }

    /// Where a slot lies, for whoever is about to use `rows` rows of `columns` numbers.
    fn slot(&self, slot: Slot, rows: usize, columns: usize) -> Result<u64, PassError> {
        let memory = self.buffers()?.slot(slot);
        memory.address(self.bytes(rows, columns))
    }

    /// Where these words of the pass in hand lie.
    fn words(&self, words: Range<usize>) -> Result<u64, PassError> {
        let outgoing = self.outgoing.as_ref().ok_or_else(not_begun)?;
        let first = outgoing.card.address(words.end * size_of::<u32>())?;
        Ok(first + (words.start * size_of::<u32>()) as u64)
    }

    /// Brings `bytes` from the card.
    ///
    /// # Safety
    ///
    /// There are as many at `address`.
    unsafe fn download(&mut self, address: u64, bytes: &mut [u8]) -> Result<(), PassError> {
        // SAFETY: as the caller promises, and the copy is over before `bytes` is looked at.
        unsafe { result::memcpy_dtoh_async(bytes, address, self.stream.cu_stream()) }
            .map_err(failed)?;
        self.wait()
    }

    /// Makes the card this thread's, for what frees memory or copies by bare addresses.
    fn bind(&self) -> Result<(), DriverError> {
        self.stream.context().bind_to_thread()
    }

    /// Waits for all that the stream was told to do.
    fn wait(&mut self) -> Result<(), PassError> {
        self.stream.synchronize().map_err(failed)?;
        self.is_sending = false;
        Ok(())
    }
}

impl Drop for CudaKernels {
    fn drop(&mut self) {
        // Giving a handle back panics where the card is lost; then it stays until the program ends.
        if self.stream.synchronize().is_err() {
            std::mem::forget(Arc::clone(&self.blas));
        }
    }
}

/// Spares Candle the two events that it makes for every tensor on a card, for a device that one thread alone uses.
pub fn without_events(device: &Device) {
    if let Device::Cuda(device) = device {
        // SAFETY: the events are for a context of several streams, and Candle makes none beside the one that it opens a
        // device with; it neither records them nor waits for them then.
        unsafe { device.disable_event_tracking() };
    }
}
