//! Numbers as bytes in the precision of a card's slots.

use crate::model::device::Precision;

/// The bytes of some numbers, rounded to `precision`.
pub(super) fn encoded(values: &[f32], precision: Precision) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(values.len() * precision.bytes());
    for &value in values {
        match precision {
            Precision::F32 => bytes.extend(value.to_le_bytes()),
            Precision::F16 => bytes.extend(half::f16::from_f32(value).to_le_bytes()),
            Precision::Bf16 => bytes.extend(half::bf16::from_f32(value).to_le_bytes()),
        }
    }
    bytes
}

/// The numbers whose bytes these are.
pub(super) fn decoded(bytes: &[u8], precision: Precision) -> Vec<f32> {
    let (pairs, fours) = (bytes.as_chunks::<2>().0, bytes.as_chunks::<4>().0);
    match precision {
        Precision::F32 => fours.iter().map(|&four| f32::from_le_bytes(four)).collect(),
        Precision::F16 => {
            let widen = |&pair| half::f16::from_le_bytes(pair).to_f32();
            pairs.iter().map(widen).collect()
        }
        Precision::Bf16 => {
            let widen = |&pair| half::bf16::from_le_bytes(pair).to_f32();
            pairs.iter().map(widen).collect()
        }
    }
}
