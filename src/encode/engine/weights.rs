//! The tensors of a network as they lie in a model file.

use thiserror::Error;

use super::NetworkShape;

/// Weights that share a scale.
pub(super) const BLOCK: usize = 32;

/// Bytes of a `Q4_0` block: an f16 scale and 32 nibbles.
const Q4_BLOCK_BYTES: usize = 18;

/// Bytes of a `Q8_0` block: an f16 scale and 32 signed bytes.
const Q8_BLOCK_BYTES: usize = 34;

/// Where the tensors of a network are, under their Hugging Face names.
pub trait WeightSource: Send + Sync {
    /// The tensor `name`, if there is one.
    fn tensor(&self, name: &str) -> Option<Tensor<'_>>;
}

/// How the numbers of a tensor are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// Little-endian `f32`.
    F32,
    /// GGML's `Q4_0`: blocks of 32, each an f16 scale and 16 bytes; byte `j` has weight `j` in its low
    /// half and weight `j + 16` in its high one, and a weight is `(half - 8) * scale`.
    Q4_0,
    /// GGML's `Q8_0`: blocks of 32, each an f16 scale and 32 signed bytes; a weight is its byte times the
    /// scale.
    Q8_0,
}

/// The numbers of one tensor, row after row.
#[derive(Clone, Copy, Debug)]
pub struct Tensor<'a> {
    /// How they are written.
    pub encoding: Encoding,
    /// What is written.
    pub bytes: &'a [u8],
}

/// Why weights are not those of the network.
#[derive(Debug, Error)]
pub enum WeightsError {
    /// A tensor is missing.
    #[error("the weights have no tensor {0}; they are not of a BERT encoder")]
    Missing(String),
    /// A tensor is not as large as the shape demands.
    #[error("tensor {name} has {found} numbers where the configuration demands {expected}")]
    Size {
        /// Its name.
        name: String,
        /// How many numbers it should have.
        expected: usize,
        /// How many it has.
        found: usize,
    },
    /// Sizes that the engine has no kernels for.
    #[error(
        "the engine has no kernels for a network of this shape: {0:?}; heads must have 32 numbers, and the intermediate size must be a multiple of 32"
    )]
    Shape(NetworkShape),
    /// Instructions that this machine lacks.
    #[error("this machine has no instructions called {0}")]
    Instructions(String),
}

impl Tensor<'_> {
    /// How many numbers there are.
    pub fn len(&self) -> usize {
        match self.encoding {
            Encoding::F32 => self.bytes.len() / 4,
            Encoding::Q4_0 => self.bytes.len() / Q4_BLOCK_BYTES * BLOCK,
            Encoding::Q8_0 => self.bytes.len() / Q8_BLOCK_BYTES * BLOCK,
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Writes the numbers from `first` on into `values`; both are whole numbers of blocks.
    ///
    /// # Panics
    ///
    /// If there are not as many.
    #[inline(always)]
    pub(super) fn read(&self, first: usize, values: &mut [f32]) {
        match self.encoding {
            Encoding::F32 => {
                let bytes = &self.bytes[first * 4..(first + values.len()) * 4];
                for (value, bytes) in values.iter_mut().zip(bytes.as_chunks::<4>().0) {
                    *value = f32::from_le_bytes(*bytes);
                }
            }
            Encoding::Q4_0 => {
                let (blocks, _) = self.bytes.as_chunks::<Q4_BLOCK_BYTES>();
                let (values, _) = values.as_chunks_mut::<BLOCK>();
                for (values, block) in values.iter_mut().zip(&blocks[first / BLOCK..]) {
                    *values = widen(block);
                }
            }
            Encoding::Q8_0 => {
                let (blocks, _) = self.bytes.as_chunks::<Q8_BLOCK_BYTES>();
                let (values, _) = values.as_chunks_mut::<BLOCK>();
                for (values, block) in values.iter_mut().zip(&blocks[first / BLOCK..]) {
                    *values = widen_bytes(block);
                }
            }
        }
    }
}

/// The 32 weights of a `Q8_0` block.
#[inline(always)]
fn widen_bytes(block: &[u8; Q8_BLOCK_BYTES]) -> [f32; BLOCK] {
    let [low, high, bytes @ ..] = block;
    let scale = half::f16::from_le_bytes([*low, *high]).to_f32();
    bytes.map(|byte| f32::from(byte.cast_signed()) * scale)
}

/// The 32 weights of a `Q4_0` block.
#[inline(always)]
fn widen(block: &[u8; Q4_BLOCK_BYTES]) -> [f32; BLOCK] {
    let scale = half::f16::from_le_bytes([block[0], block[1]]).to_f32();
    let mut values = [0.0; BLOCK];
    for (index, &byte) in block[2..].iter().enumerate() {
        values[index] = f32::from(byte & 0x0f) - 8.0;
        values[index + BLOCK / 2] = f32::from(byte >> 4) - 8.0;
    }
    values.map(|value| value * scale)
}

/// The tensor `name` of exactly `expected` numbers.
pub(super) fn find<'a>(
    source: &'a dyn WeightSource,
    name: &str,
    expected: usize,
) -> Result<Tensor<'a>, WeightsError> {
    let tensor = source
        .tensor(name)
        .ok_or_else(|| WeightsError::Missing(name.to_owned()))?;
    if tensor.len() == expected {
        Ok(tensor)
    } else {
        Err(WeightsError::Size {
            name: name.to_owned(),
            expected,
            found: tensor.len(),
        })
    }
}

/// All numbers of the tensor `name`.
pub(in crate::encode) fn read_all(
    source: &dyn WeightSource,
    name: &str,
    expected: usize,
) -> Result<Vec<f32>, WeightsError> {
    let tensor = find(source, name, expected)?;
    let mut values = vec![0.0; expected];
    tensor.read(0, &mut values);
    Ok(values)
}
