//! One tensor of a bundle, read where it lies.

use half::f16;

use super::gguf;

/// Weights in a block.
pub(super) const BLOCK: usize = 32;
/// Its bytes: an f16 scale and 32 nibbles.
pub(super) const Q4_BLOCK_BYTES: usize = 18;
/// The bytes of a `Q8_0` block: an f16 scale and 32 signed bytes.
pub(super) const Q8_BLOCK_BYTES: usize = 34;

/// A tensor: its shape, slowest dimension first, and its numbers, row after row.
#[derive(Clone, Copy, Debug)]
pub struct Tensor<'a> {
    shape: &'a [usize],
    data: TensorData<'a>,
}

/// The numbers of a tensor as they are stored.
#[derive(Clone, Copy, Debug)]
pub enum TensorData<'a> {
    /// f32, little-endian; the bytes need not be aligned.
    F32(&'a [[u8; 4]]),
    /// GGML's `Q4_0`: blocks of 32 weights, each an f16 scale and 16 bytes. Byte j has weight j in
    /// its low nibble and weight j + 16 in its high one; a weight is (nibble - 8) times the scale.
    /// A row is whole blocks.
    Q4_0(&'a [[u8; Q4_BLOCK_BYTES]]),
    /// GGML's `Q8_0`: blocks of 32 weights, each an f16 scale and 32 signed bytes; a weight is its byte times
    /// the scale. A row is whole blocks.
    Q8_0(&'a [[u8; Q8_BLOCK_BYTES]]),
}

impl<'a> TensorData<'a> {
    /// GGUF's number of the encoding.
    pub(super) fn kind(self) -> u32 {
        match self {
            Self::F32(_) => gguf::F32,
            Self::Q4_0(_) => gguf::Q4_0,
            Self::Q8_0(_) => gguf::Q8_0,
        }
    }

    /// What is stored.
    pub(super) fn bytes(self) -> &'a [u8] {
        match self {
            Self::F32(numbers) => numbers.as_flattened(),
            Self::Q4_0(blocks) => blocks.as_flattened(),
            Self::Q8_0(blocks) => blocks.as_flattened(),
        }
    }

    /// How many numbers there are.
    pub fn count(self) -> usize {
        match self {
            Self::F32(numbers) => numbers.len(),
            Self::Q4_0(blocks) => blocks.len() * BLOCK,
            Self::Q8_0(blocks) => blocks.len() * BLOCK,
        }
    }

    /// Writes the numbers from `first` on, in f32, into `values`; of blocks, both are whole ones.
    ///
    /// It is compiled into whatever calls it, so that an engine's loops have the engine's instructions.
    ///
    /// # Panics
    ///
    /// If there are not as many, which is a mistake of the caller.
    #[inline(always)]
    pub fn read(self, first: usize, values: &mut [f32]) {
        match self {
            Self::F32(numbers) => {
                let numbers = &numbers[first..first + values.len()];
                for (value, number) in values.iter_mut().zip(numbers) {
                    *value = f32::from_le_bytes(*number);
                }
            }
            Self::Q4_0(blocks) => {
                let (values, _) = values.as_chunks_mut::<BLOCK>();
                let blocks = &blocks[first / BLOCK..][..values.len()];
                for (values, block) in values.iter_mut().zip(blocks) {
                    *values = widen(block);
                }
            }
            Self::Q8_0(blocks) => {
                let (values, _) = values.as_chunks_mut::<BLOCK>();
                let blocks = &blocks[first / BLOCK..][..values.len()];
                for (values, block) in values.iter_mut().zip(blocks) {
                    *values = widen_bytes(block);
                }
            }
        }
    }
}

impl<'a> Tensor<'a> {
    /// A tensor whose data have as many numbers as its shape says; the parser checks that.
    pub(super) fn new(shape: &'a [usize], data: TensorData<'a>) -> Self {
        Self { shape, data }
    }

    /// Its dimensions, slowest first; a linear weight is (out, in).
    pub fn shape(&self) -> &'a [usize] {
        self.shape
    }

    /// Its numbers as they are stored.
    pub fn data(&self) -> TensorData<'a> {
        self.data
    }

    /// All numbers in f32, row after row.
    pub fn to_vec(&self) -> Vec<f32> {
        let mut values = vec![0.0; self.data.count()];
        self.data.read(0, &mut values);
        values
    }
}

/// The 32 weights of a `Q8_0` block.
#[inline(always)]
fn widen_bytes(block: &[u8; Q8_BLOCK_BYTES]) -> [f32; BLOCK] {
    let [low, high, bytes @ ..] = block;
    let scale = f16::from_le_bytes([*low, *high]).to_f32();
    bytes.map(|byte| f32::from(byte.cast_signed()) * scale)
}

/// The 32 weights of a `Q4_0` block.
#[inline(always)]
fn widen(block: &[u8; Q4_BLOCK_BYTES]) -> [f32; BLOCK] {
    let [low, high, nibbles @ ..] = block;
    let scale = f16::from_le_bytes([*low, *high]).to_f32();
    let mut weights = [0.0; BLOCK];
    for (index, &byte) in nibbles.iter().enumerate() {
        weights[index] = f32::from(byte & 15) - 8.0;
        weights[index + BLOCK / 2] = f32::from(byte >> 4) - 8.0;
    }
    weights.map(|weight| weight * scale)
}
