//! The steps of a pass on an NVIDIA card: Candle's device and its cuBLAS, and `kernels.cu` between the products.
//!
//! The one place that hands memory to the driver. A [`CudaKernels`] has a stream of its own and is used by one
//! thread at a time; weights are written before any other stream sees them and only read afterwards.

#![expect(
    unsafe_code,
    reason = "kernels, cuBLAS and asynchronous copies take bare addresses"
)]

mod functions;
mod products;

use std::fmt;
use std::sync::Arc;

use candle_core::Device;
use candle_core::cuda_backend::CudaDevice;
use candle_core::cuda_backend::cudarc::cublas::CudaBlas;
use candle_core::cuda_backend::cudarc::driver::{
    CudaFunction, CudaSlice, CudaStream, DevicePtr, DriverError, LaunchConfig, PinnedHostSlice,
    PushKernelArg, result,
};

use self::functions::{Functions, has_kernels};
pub(super) use self::products::PRODUCT_ROWS;
use self::products::fix_products;
use super::error::failed;
use super::numbers::{decoded, encoded};
use crate::encode::card::{Kernels, LoadError, Norm, Pass, PassError, Sizes, Slot};
use crate::encode::engine::NetworkShape;
use crate::model::device::{self, Precision, opening_problem};

/// Threads of a block and the warps in it; the kernels know them.
const THREADS: u32 = 128;
const WARPS: usize = 4;

/// Memory on the card, and where it lies.
#[derive(Debug)]
pub struct Memory {
    _bytes: CudaSlice<u8>,
    address: u64,
}

impl Memory {
    fn new(bytes: CudaSlice<u8>, stream: &Arc<CudaStream>) -> Self {
        let (address, _) = bytes.device_ptr(stream);
        Self {
            _bytes: bytes,
            address,
        }
    }
}

/// A stream with its buffers.
pub struct CudaKernels {
    stream: Arc<CudaStream>,
    blas: Arc<CudaBlas>,
    /// What cuBLAS works in; it outlives `blas`, which is declared before it.
    _workspace: Memory,
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

/// The slots, with room for `tokens` rows.
struct Buffers {
    tokens: usize,
    states: Memory,
    context: Memory,
    product: Memory,
    wide: Memory,
}

/// Numbers on the card and their like in memory that the card can reach.
struct Transfer<T> {
    card: Memory,
    host: PinnedHostSlice<T>,
}

/// How large the pass in hand is.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    tokens: usize,
    tiles: usize,
    parts: usize,
}

/// What a kernel is called with.
#[derive(Clone, Copy)]
enum Argument {
    Address(u64),
    Count(u32),
    Number(f32),
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
            _workspace: fix_products(&blas, &stream)?,
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

    fn allocate(&self, bytes: usize) -> Result<Memory, PassError> {
        let memory = self.stream.alloc_zeros::<u8>(bytes).map_err(failed)?;
        Ok(Memory::new(memory, &self.stream))
    }

    /// Takes bytes to the card; they are there for every stream when this returns.
    fn upload(&self, bytes: &[u8]) -> Result<Memory, PassError> {
        let there = self.stream.clone_htod(bytes).map_err(failed)?;
        self.stream.synchronize().map_err(failed)?;
        Ok(Memory::new(there, &self.stream))
    }

    fn buffers(&self) -> Result<&Buffers, PassError> {
        let none = || PassError::Failed("no room was reserved on the card".to_owned());
        self.buffers.as_ref().ok_or_else(none)
    }

    fn address(&self, slot: Slot) -> Result<u64, PassError> {
        let buffers = self.buffers()?;
        let memory = match slot {
            Slot::States => &buffers.states,
            Slot::Context => &buffers.context,
            Slot::Product => &buffers.product,
            Slot::Wide => &buffers.wide,
        };
        Ok(memory.address)
    }

    /// Where the words of the pass begin that follow the first `skipped` ones.
    fn words(&self, skipped: usize) -> Result<u64, PassError> {
        let outgoing = self.outgoing.as_ref();
        let outgoing = outgoing.ok_or_else(|| PassError::Failed("no pass was begun".to_owned()))?;
        Ok(outgoing.card.address + 4 * skipped as u64)
    }

    /// Room for `count` numbers on both sides, in steps that make growing rare.
    fn transfer<T>(&self, count: usize) -> Result<Transfer<T>, PassError>
    where
        T: candle_core::cuda_backend::cudarc::driver::DeviceRepr
            + candle_core::cuda_backend::cudarc::driver::ValidAsZeroBits
            + Copy
            + Default,
    {
        let count = count.next_power_of_two().max(1 << 12);
        let context = self.stream.context();
        // SAFETY: it is filled before anything reads it.
        let mut host = unsafe { context.alloc_pinned_with_flags::<T>(count, 0) }.map_err(failed)?;
        host.as_mut_slice().map_err(failed)?.fill(T::default());
        let card = self.allocate(count * size_of::<T>())?;
        Ok(Transfer { card, host })
    }

    fn launch(
        &self,
        function: &CudaFunction,
        grid: (usize, usize),
        arguments: &[Argument],
    ) -> Result<(), PassError> {
        if grid.0 == 0 {
            return Ok(());
        }
        let mut builder = self.stream.launch_builder(function);
        for argument in arguments {
            match argument {
                Argument::Address(address) => builder.arg(address),
                Argument::Count(count) => builder.arg(count),
                Argument::Number(number) => builder.arg(number),
            };
        }
        let config = LaunchConfig {
            grid_dim: (grid.0 as u32, grid.1 as u32, 1),
            block_dim: (THREADS, 1, 1),
            shared_mem_bytes: 0,
        };
        // SAFETY: every caller below gives what the kernel of that name takes, in its order, and addresses of
        // buffers that have the rows of the pass; `begin` has checked that they do.
        unsafe { builder.launch(config) }.map_err(failed)?;
        Ok(())
    }

    /// Brings as many bytes from the card as there is room for.
    fn download(&mut self, address: u64, bytes: &mut [u8]) -> Result<(), PassError> {
        // SAFETY: the memory at `address` has as many bytes, and the copy is over before `bytes` is looked at.
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

impl Kernels for CudaKernels {
    const LEAST_TOKENS: usize = PRODUCT_ROWS;

    type Matrix = Memory;
    type Vector = Memory;

    fn matrix(&mut self, values: &[f32]) -> Result<Memory, PassError> {
        self.upload(&encoded(values, self.precision))
    }

    fn vector(&mut self, values: &[f32]) -> Result<Memory, PassError> {
        let bytes: Vec<u8> = values
            .iter()
            .flat_map(|value| value.to_le_bytes())
            .collect();
        self.upload(&bytes)
    }

    fn free_bytes(&self) -> Option<usize> {
        self.measured_free_bytes().ok()
    }

    fn reserve(&mut self, tokens: usize) -> Result<(), PassError> {
        let rows = tokens.next_multiple_of(PRODUCT_ROWS);
        if self
            .buffers
            .as_ref()
            .is_some_and(|buffers| buffers.tokens == rows)
        {
            return Ok(());
        }
        self.bind().map_err(failed)?;
        self.buffers = None;
        self.wait()?;
        let bytes = |columns: usize| rows * columns * self.precision.bytes();
        let allocate = |columns| self.allocate(bytes(columns));
        let width = self.shape.hidden_size;
        let buffers = Buffers {
            tokens: rows,
            states: allocate(width)?,
            context: allocate(width)?,
            product: allocate(width)?,
            wide: allocate(self.wide_columns())?,
        };
        self.buffers = Some(buffers);
        Ok(())
    }

    fn release(&mut self) -> bool {
        // A stream that has failed says so where it is used next.
        let _ = self.bind();
        let had_any = self.buffers.take().is_some();
        let _ = self.wait();
        had_any
    }

    fn begin(&mut self, pass: &Pass) -> Result<(), PassError> {
        self.bind().map_err(failed)?;
        if self.is_sending {
            self.wait()?;
        }
        let tokens = pass.tokens.len();
        if tokens > self.buffers()?.tokens {
            return Err(PassError::Failed(format!(
                "no room was reserved for {tokens} tokens"
            )));
        }
        let words = pass.words();
        let is_small = |outgoing: &Transfer<u32>| outgoing.host.len() < words.len();
        if self.outgoing.as_ref().is_none_or(is_small) {
            self.outgoing = None;
            self.outgoing = Some(self.transfer(words.len())?);
        }
        let count = pass.parts.len() * self.shape.hidden_size;
        let is_small = |incoming: &Transfer<f32>| incoming.host.len() < count;
        if self.incoming.as_ref().is_none_or(is_small) {
            self.incoming = None;
            self.incoming = Some(self.transfer(count)?);
        }
        self.counts = Counts {
            tokens,
            tiles: pass.tiles.len(),
            parts: pass.parts.len(),
        };
        let stream = self.stream.cu_stream();
        let Some(outgoing) = &mut self.outgoing else {
            return Err(PassError::Failed("no room for a pass's words".to_owned()));
        };
        let host = &mut outgoing.host.as_mut_slice().map_err(failed)?[..words.len()];
        host.copy_from_slice(&words);
        self.is_sending = true;
        // SAFETY: there are as many words on the card, and these are not touched again before someone has waited for
        // the stream: `is_sending` says that nobody has.
        unsafe { result::memcpy_htod_async(outgoing.card.address, host, stream) }.map_err(failed)
    }

    fn embed(
        &mut self,
        words: &Memory,
        positions: &Memory,
        norm: &Norm<Memory>,
    ) -> Result<(), PassError> {
        let tokens = self.counts.tokens;
        let arguments = [
            Argument::Address(self.words(0)?),
            Argument::Address(self.words(tokens)?),
            Argument::Address(words.address),
            Argument::Address(positions.address),
            Argument::Address(norm.weight.address),
            Argument::Address(norm.bias.address),
            Argument::Number(self.shape.layer_norm_epsilon),
            Argument::Count(tokens as u32),
            Argument::Count(self.shape.hidden_size as u32),
            Argument::Address(self.address(Slot::States)?),
        ];
        self.launch(
            &self.functions.embed,
            (tokens.div_ceil(WARPS), 1),
            &arguments,
        )
    }

    fn product(
        &mut self,
        weights: &Memory,
        sizes: Sizes,
        from: Slot,
        to: Slot,
    ) -> Result<(), PassError> {
        let (from, to) = (self.address(from)?, self.address(to)?);
        for first in (0..self.counts.tokens).step_by(PRODUCT_ROWS) {
            let row = |columns: usize| (first * columns * self.precision.bytes()) as u64;
            let (input, output) = (from + row(sizes.inputs), to + row(sizes.outputs));
            self.multiply(weights.address, sizes, input, output)?;
        }
        Ok(())
    }

    fn attend(&mut self, biases: &Memory) -> Result<(), PassError> {
        let counts = self.counts;
        let width = self.shape.hidden_size;
        let arguments = [
            Argument::Address(self.words(2 * counts.tokens)?),
            Argument::Address(self.address(Slot::Wide)?),
            Argument::Address(biases.address),
            Argument::Address(biases.address + (2 * width * 4) as u64),
            Argument::Count(self.shape.head_count as u32),
            Argument::Address(self.address(Slot::Context)?),
        ];
        let heads = self.shape.head_count.div_ceil(WARPS);
        self.launch(&self.functions.attend, (counts.tiles, heads), &arguments)
    }

    fn add_and_normalize(&mut self, bias: &Memory, norm: &Norm<Memory>) -> Result<(), PassError> {
        let tokens = self.counts.tokens;
        let arguments = [
            Argument::Address(self.address(Slot::Product)?),
            Argument::Address(bias.address),
            Argument::Address(norm.weight.address),
            Argument::Address(norm.bias.address),
            Argument::Number(self.shape.layer_norm_epsilon),
            Argument::Count(tokens as u32),
            Argument::Count(self.shape.hidden_size as u32),
            Argument::Address(self.address(Slot::States)?),
        ];
        let grid = (tokens.div_ceil(WARPS), 1);
        self.launch(&self.functions.add_and_normalize, grid, &arguments)
    }

    fn gelu(&mut self, bias: &Memory) -> Result<(), PassError> {
        let groups_a_row = self.shape.intermediate_size / 8;
        let groups = self.counts.tokens * groups_a_row;
        let arguments = [
            Argument::Address(bias.address),
            Argument::Count(groups as u32),
            Argument::Count(groups_a_row as u32),
            Argument::Address(self.address(Slot::Wide)?),
        ];
        let blocks = groups.div_ceil(THREADS as usize);
        self.launch(&self.functions.gelu, (blocks, 1), &arguments)
    }

    fn pool(&mut self) -> Result<Vec<f32>, PassError> {
        let counts = self.counts;
        let width = self.shape.hidden_size;
        let Some(mut incoming) = self.incoming.take() else {
            return Err(PassError::Failed("no pass was begun".to_owned()));
        };
        let arguments = [
            Argument::Address(self.words(2 * counts.tokens + 3 * counts.tiles)?),
            Argument::Address(self.address(Slot::States)?),
            Argument::Count(width as u32),
            Argument::Address(incoming.card.address),
        ];
        self.launch(&self.functions.pool, (counts.parts, 1), &arguments)?;
        let sums = &mut incoming.host.as_mut_slice().map_err(failed)?[..counts.parts * width];
        // SAFETY: there are as many sums on the card, and the copy is over when the stream is.
        unsafe { result::memcpy_dtoh_async(sums, incoming.card.address, self.stream.cu_stream()) }
            .map_err(failed)?;
        self.wait()?;
        let sums = sums.to_vec();
        self.incoming = Some(incoming);
        Ok(sums)
    }

    fn read(&mut self, slot: Slot, columns: usize) -> Result<Vec<f32>, PassError> {
        let mut bytes = vec![0; self.counts.tokens * columns * self.precision.bytes()];
        self.download(self.address(slot)?, &mut bytes)?;
        Ok(decoded(&bytes, self.precision))
    }

    fn write(&mut self, slot: Slot, values: &[f32]) -> Result<(), PassError> {
        let bytes = encoded(values, self.precision);
        let address = self.address(slot)?;
        // SAFETY: the slot has the pass's rows, and the copy is over before `bytes` is dropped.
        unsafe { result::memcpy_htod_async(address, &bytes, self.stream.cu_stream()) }
            .map_err(failed)?;
        self.wait()
    }
}
