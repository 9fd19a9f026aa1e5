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
    let name = format!("cuda:{card}");
    let lane = || match kernels(card, shape, options.precision) {
        Err(LoadError::Card(PassError::OutOfMemory)) => Err(LoadError::Full {
            card: name.clone(),
            problem: device::full(device::memory(card), device::OPENING_BYTES),
        }),
        opened => opened,
    };
    let first = lane()?;
    let others = (1..options.lanes.get()).map(|_| lane());
    let others = others.collect::<Result<_, _>>()?;
    let free = first.measured_free_bytes()?;
    let weights = weight_bytes(&shape, options.precision);
    let bytes_a_token = options.lanes.get() * first.bytes_a_token();
    let fitting = || {
        let room = free.saturating_sub(weights) / SHARE.1 * SHARE.0 / bytes_a_token;
        let whole = room / PRODUCT_ROWS * PRODUCT_ROWS;
        whole.clamp(PRODUCT_ROWS, MOST_PASS_TOKENS)
    };
    Ok(Lanes {
        name,
        first,
        others,
        pass_tokens: options.pass_tokens.unwrap_or_else(fitting),
        free: Some(free),
        needed: weights + bytes_a_token * PRODUCT_ROWS,
    })
}
