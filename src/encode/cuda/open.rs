//! Opens cards: how many streams, and how large a pass.

use super::CudaOptions;
use super::kernels::{CudaKernels, PRODUCT_ROWS};
use crate::encode::card::{CardEncoder, Lanes, LoadError, PassError, weight_bytes};
use crate::encode::engine::{NetworkShape, WeightSource};
use crate::model::device::{self, Precision};

/// Four products: by the arithmetic some tens of milliseconds of a large card, so that launches do not count and
/// nobody waits long for a pass.
const MOST_PASS_TOKENS: usize = 65_536;

/// Part of the free memory that passes may take; the rest is for weights, cuBLAS and others.
const SHARE: (usize, usize) = (7, 10);

/// A stream of its own on a card.
///
/// # Errors
///
/// If the card cannot be opened or the kernels are not made for the network.
pub fn kernels(
    card: usize,
    shape: NetworkShape,
    precision: Precision,
) -> Result<CudaKernels, LoadError> {
    CudaKernels::new(card, shape, precision)
}

/// The encoder on some cards.
pub(super) fn encoder(
    cards: &[usize],
    shape: NetworkShape,
    source: &dyn WeightSource,
    options: CudaOptions,
) -> Result<CardEncoder<CudaKernels>, LoadError> {
    let lanes = |&card: &usize| lanes(card, shape, options);
    let lanes = cards.iter().map(lanes).collect::<Result<_, _>>()?;
    CardEncoder::new(shape, source, lanes)
}

fn lanes(
    card: usize,
    shape: NetworkShape,
    options: CudaOptions,
) -> Result<Lanes<CudaKernels>, LoadError> {
    let count = options.lanes.max(1);
    let name = format!("cuda:{card}");
    let kernels = (0..count).map(|_| kernels(card, shape, options.precision));
    let kernels: Result<Vec<CudaKernels>, LoadError> = kernels.collect();
    let kernels = kernels.map_err(|error| match error {
        LoadError::Card(PassError::OutOfMemory) => LoadError::Full {
            card: name.clone(),
            problem: device::full(device::memory(card), device::OPENING_BYTES),
        },
        other => other,
    })?;
    let weights = weight_bytes(&shape, options.precision);
    let fitting = |kernels: &CudaKernels| {
        let free = kernels.measured_free_bytes()?.saturating_sub(weights);
        let room = free / SHARE.1 * SHARE.0 / count / kernels.bytes_a_token();
        let whole = room / PRODUCT_ROWS * PRODUCT_ROWS;
        Ok::<usize, PassError>(whole.clamp(PRODUCT_ROWS, MOST_PASS_TOKENS))
    };
    let pass_tokens = match (options.pass_tokens, kernels.first()) {
        (Some(tokens), _) => tokens,
        (None, Some(kernels)) => fitting(kernels)?,
        (None, None) => PRODUCT_ROWS,
    };
    let smallest = kernels.first().map_or(0, CudaKernels::bytes_a_token) * PRODUCT_ROWS;
    Ok(Lanes {
        free: match kernels.first() {
            Some(first) => Some(first.measured_free_bytes()?),
            None => None,
        },
        needed: weights + count * smallest,
        name,
        kernels,
        pass_tokens,
    })
}
