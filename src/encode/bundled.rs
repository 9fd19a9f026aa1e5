//! The encoder of a bundle: our own engines on its weights, where they lie, or Candle's network where we have none.

use std::sync::Arc;

use super::Encoder;
use super::candle::CandleEncoder;
use super::card::LoadError;
use super::cuda::{self, CudaOptions};
use super::engine::{CpuEncoder, NetworkShape, WeightSource, WeightsError};
use crate::model::device::Devices;
use crate::model::{Bundle, EncoderConfig, TensorData, Weights};

/// The engine for a bundle.
///
/// # Errors
///
/// If the network has a shape that the engine has no kernels for.
pub fn of_bundle(bundle: &Bundle) -> Result<CpuEncoder, WeightsError> {
    CpuEncoder::new(shape(bundle.config()), Arc::new(bundle.weights().clone()))
}

/// The engine for a bundle on the instructions of this machine that are called `instructions`.
///
/// # Errors
///
/// As [`of_bundle`], or if this machine has no such instructions.
pub fn of_bundle_with(bundle: &Bundle, instructions: &str) -> Result<CpuEncoder, WeightsError> {
    let weights = Arc::new(bundle.weights().clone());
    CpuEncoder::with_instructions(instructions, shape(bundle.config()), weights)
}

/// The encoder for a bundle on some devices.
///
/// # Errors
///
/// As [`of_bundle`], or if a card or Metal cannot be used.
pub fn of_bundle_on(
    bundle: &Bundle,
    devices: &Devices,
    options: CudaOptions,
) -> Result<Box<dyn Encoder>, LoadError> {
    match devices {
        Devices::Cpu { .. } => Ok(Box::new(of_bundle(bundle)?)),
        Devices::Cuda(cards) => {
            cuda::open(cards, shape(bundle.config()), bundle.weights(), options)
        }
        Devices::Metal => {
            let device = devices.first()?;
            Ok(Box::new(CandleEncoder::of_bundle_on(bundle, &device)?))
        }
    }
}

/// The sizes of a bundle's network, as the engines take them.
pub fn shape(config: &EncoderConfig) -> NetworkShape {
    NetworkShape {
        hidden_size: config.hidden_size,
        layer_count: config.num_hidden_layers,
        head_count: config.num_attention_heads,
        intermediate_size: config.intermediate_size,
        vocabulary: config.vocab_size,
        max_tokens: config.max_position_embeddings,
        layer_norm_epsilon: config.layer_norm_eps as f32,
    }
}

impl WeightSource for Weights {
    fn tensor(&self, name: &str) -> Option<TensorData<'_>> {
        Some(Weights::tensor(self, name)?.data())
    }
}
