//! The steps of a pass: which kernel, over which memory.

use candle_core::cuda_backend::cudarc::driver::result;

use super::launch::{Argument, THREADS, WARPS};
use super::memory::{Buffers, Memory, Transfer};
use super::products::PRODUCT_ROWS;
use super::{Counts, CudaKernels, not_begun};
use crate::encode::card::{Kernels, Norm, Pass, PassError, Sizes, Slot};
use crate::encode::cuda::error::failed;
use crate::encode::cuda::numbers::{decoded, encoded};

impl Kernels for CudaKernels {
    const LEAST_TOKENS: usize = PRODUCT_ROWS;

    type Matrix = Memory;
    type Vector = Memory;

    fn matrix(&mut self, values: &[f32]) -> Result<Memory, PassError> {
        Memory::copy_of(&self.stream, &encoded(values, self.precision))
    }

    fn vector(&mut self, values: &[f32]) -> Result<Memory, PassError> {
        let bytes = values.iter().flat_map(|value| value.to_le_bytes());
        Memory::copy_of(&self.stream, &bytes.collect::<Vec<u8>>())
    }

    fn free_bytes(&self) -> Option<usize> {
        self.measured_free_bytes().ok()
    }

    fn reserve(&mut self, tokens: usize) -> Result<(), PassError> {
        let rows = tokens.next_multiple_of(PRODUCT_ROWS);
        if (self.buffers.as_ref()).is_some_and(|buffers| buffers.tokens == rows) {
            return Ok(());
        }
        self.bind().map_err(failed)?;
        self.buffers = None;
        self.wait()?;
        let narrow = self.bytes(1, self.shape.hidden_size);
        let wide = self.bytes(1, self.wide_columns());
        self.buffers = Some(Buffers::new(&self.stream, rows, narrow, wide)?);
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
        pass.check(&self.shape)?;
        self.bind().map_err(failed)?;
        if self.is_sending {
            self.wait()?;
        }
        // Until all is sent there is no pass: words of another one may lie on the card.
        self.counts = Counts::default();
        let tokens = pass.tokens.len();
        if tokens > self.buffers()?.tokens {
            return Err(PassError::Failed(format!(
                "no room was reserved for {tokens} tokens"
            )));
        }
        let words = pass.words();
        let sums = pass.parts.len() * self.shape.hidden_size;
        Transfer::grown(&self.stream, &mut self.incoming, sums)?;
        let outgoing = Transfer::grown(&self.stream, &mut self.outgoing, words.len())?;
        let address = outgoing.card.address(size_of_val(words.as_slice()))?;
        let host = &mut outgoing.host.as_mut_slice().map_err(failed)?[..words.len()];
        host.copy_from_slice(&words);
        self.is_sending = true;
        // SAFETY: there are as many words on the card, and these are not touched again before someone has waited for
        // the stream: `is_sending` says that nobody has.
        unsafe { result::memcpy_htod_async(address, host, self.stream.cu_stream()) }
            .map_err(failed)?;
        self.counts = Counts {
            tokens,
            tiles: pass.tiles.len(),
            parts: pass.parts.len(),
        };
        Ok(())
    }

    fn embed(
        &mut self,
        words: &Memory,
        positions: &Memory,
        norm: &Norm<Memory>,
    ) -> Result<(), PassError> {
        let (counts, shape) = (self.counts, self.shape);
        let width = shape.hidden_size;
        let arguments = [
            Argument::Address(self.words(counts.token_words())?),
            Argument::Address(self.words(counts.position_words())?),
            Argument::Address(words.address(self.bytes(shape.vocabulary, width))?),
            Argument::Address(positions.floats(shape.max_tokens.saturating_mul(width))?),
            Argument::Address(norm.weight.floats(width)?),
            Argument::Address(norm.bias.floats(width)?),
            Argument::Number(shape.layer_norm_epsilon),
            Argument::Count(counts.tokens as u32),
            Argument::Count(width as u32),
            Argument::Address(self.slot(Slot::States, counts.tokens, width)?),
        ];
        let grid = (counts.tokens.div_ceil(WARPS), 1);
        // SAFETY: these are the kernel's arguments. `begin` has sent a pass whose tokens and positions have vectors, and
        // there are as many as the shape says, a row of states for every token, and factors for all columns.
        unsafe { self.launch(&self.functions.embed, grid, &arguments) }
    }

    fn product(
        &mut self,
        weights: &Memory,
        sizes: Sizes,
        from: Slot,
        to: Slot,
    ) -> Result<(), PassError> {
        let rows = self.counts.tokens.next_multiple_of(PRODUCT_ROWS);
        let weights = weights.address(self.bytes(sizes.outputs, sizes.inputs))?;
        let input = self.slot(from, rows, sizes.inputs)?;
        let output = self.slot(to, rows, sizes.outputs)?;
        for first in (0..rows).step_by(PRODUCT_ROWS) {
            let input = input + self.bytes(first, sizes.inputs) as u64;
            let output = output + self.bytes(first, sizes.outputs) as u64;
            // SAFETY: the matrix has `outputs` times `inputs` numbers, and the slots have the rows from `first` on.
            unsafe { self.multiply(weights, sizes, input, output) }?;
        }
        Ok(())
    }

    fn attend(&mut self, biases: &Memory) -> Result<(), PassError> {
        let (counts, shape) = (self.counts, self.shape);
        let width = shape.hidden_size;
        let biases = biases.floats(3 * width)?;
        let arguments = [
            Argument::Address(self.words(counts.tile_words())?),
            Argument::Address(self.slot(Slot::Wide, counts.tokens, 3 * width)?),
            Argument::Address(biases),
            Argument::Address(biases + (2 * width * size_of::<f32>()) as u64),
            Argument::Count(shape.head_count as u32),
            Argument::Address(self.slot(Slot::Context, counts.tokens, width)?),
        ];
        let grid = (counts.tiles, shape.head_count.div_ceil(WARPS));
        // SAFETY: these are the kernel's arguments. The pass that `begin` has sent has tiles within its tokens, no
        // longer than the kernel takes; both slots have a row for every token, and the biases are three rows.
        unsafe { self.launch(&self.functions.attend, grid, &arguments) }
    }

    fn add_and_normalize(&mut self, bias: &Memory, norm: &Norm<Memory>) -> Result<(), PassError> {
        let (tokens, width) = (self.counts.tokens, self.shape.hidden_size);
        let arguments = [
            Argument::Address(self.slot(Slot::Product, tokens, width)?),
            Argument::Address(bias.floats(width)?),
            Argument::Address(norm.weight.floats(width)?),
            Argument::Address(norm.bias.floats(width)?),
            Argument::Number(self.shape.layer_norm_epsilon),
            Argument::Count(tokens as u32),
            Argument::Count(width as u32),
            Argument::Address(self.slot(Slot::States, tokens, width)?),
        ];
        let grid = (tokens.div_ceil(WARPS), 1);
        // SAFETY: these are the kernel's arguments; both slots have a row for every token, the vectors all columns.
        unsafe { self.launch(&self.functions.add_and_normalize, grid, &arguments) }
    }

    fn gelu(&mut self, bias: &Memory) -> Result<(), PassError> {
        let (tokens, inner) = (self.counts.tokens, self.shape.intermediate_size);
        let groups_a_row = inner / 8;
        let groups = tokens * groups_a_row;
        let arguments = [
            Argument::Address(bias.floats(inner)?),
            Argument::Count(groups as u32),
            Argument::Count(groups_a_row as u32),
            Argument::Address(self.slot(Slot::Wide, tokens, inner)?),
        ];
        let grid = (groups.div_ceil(THREADS as usize), 1);
        // SAFETY: these are the kernel's arguments; the slot has a row for every token, the bias all columns.
        unsafe { self.launch(&self.functions.gelu, grid, &arguments) }
    }

    fn pool(&mut self) -> Result<Vec<f32>, PassError> {
        let (counts, width) = (self.counts, self.shape.hidden_size);
        let count = counts.parts * width;
        let incoming = self.incoming.as_ref().ok_or_else(not_begun)?;
        let there = incoming.card.floats(count)?;
        let arguments = [
            Argument::Address(self.words(counts.part_words())?),
            Argument::Address(self.slot(Slot::States, counts.tokens, width)?),
            Argument::Count(width as u32),
            Argument::Address(there),
        ];
        // SAFETY: these are the kernel's arguments. The pass that `begin` has sent has parts within its tokens; the slot
        // has a row for every token, and there is room for the sums of every part.
        unsafe { self.launch(&self.functions.pool, (counts.parts, 1), &arguments) }?;
        let incoming = self.incoming.as_mut().ok_or_else(not_begun)?;
        let sums = &mut incoming.host.as_mut_slice().map_err(failed)?[..count];
        // SAFETY: there are as many sums on the card, and nobody looks at these before the copy is over.
        unsafe { result::memcpy_dtoh_async(sums, there, self.stream.cu_stream()) }
            .map_err(failed)?;
        self.wait()?;
        let incoming = self.incoming.as_ref().ok_or_else(not_begun)?;
        Ok(incoming.host.as_slice().map_err(failed)?[..count].to_vec())
    }

    fn read(&mut self, slot: Slot, columns: usize) -> Result<Vec<f32>, PassError> {
        let address = self.slot(slot, self.counts.tokens, columns)?;
        let mut bytes = vec![0; self.bytes(self.counts.tokens, columns)];
        // SAFETY: the slot has as many.
        unsafe { self.download(address, &mut bytes) }?;
        Ok(decoded(&bytes, self.precision))
    }

    fn write(&mut self, slot: Slot, values: &[f32]) -> Result<(), PassError> {
        let address = self.slot(slot, 1, values.len())?;
        let bytes = encoded(values, self.precision);
        // SAFETY: the slot has as many, and the copy is over before `bytes` is dropped.
        unsafe { result::memcpy_htod_async(address, &bytes, self.stream.cu_stream()) }
            .map_err(failed)?;
        self.wait()
    }
}
