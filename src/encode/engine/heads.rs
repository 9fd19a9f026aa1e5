//! Keys and values of one head, packed for the integer kernels.

use super::activations::{QuantizedRows, Range};
use super::buffer::AlignedBuffer;
use super::kernel::{GROUP, PAIR, PANEL};

/// Flips a byte with the zero at 128 into a signed one.
const SIGN: u8 = 0x80;

/// The keys and values of one head of one sequence.
#[derive(Debug, Default)]
pub(super) struct PackedHead {
    /// Panels of 32 keys: what a query is multiplied with.
    pub(super) keys: AlignedBuffer<i8>,
    /// For every key, minus the zero of the queries times the sum of its bytes.
    pub(super) key_starts: AlignedBuffer<i32>,
    pub(super) key_scales: AlignedBuffer<f32>,
    /// One panel of words with the 32 numbers of a value as outputs and the tokens as inputs.
    pub(super) values: AlignedBuffer<i16>,
    /// The values' scales, in steps of the weights.
    pub(super) value_scales: AlignedBuffer<f32>,
}

/// Where a head's queries, keys or values lie in the rows of all heads.
#[derive(Clone, Copy, Debug)]
pub(super) struct Source<'a> {
    pub(super) heads: &'a QuantizedRows,
    /// The sequence's first row.
    pub(super) first: usize,
    pub(super) length: usize,
}

impl<'a> Source<'a> {
    /// The bytes and the scale of every token of the sequence in the columns of `panel`.
    #[inline(always)]
    fn rows(self, panel: usize) -> impl Iterator<Item = (&'a [u8; PANEL], f32)> {
        let width = self.heads.width;
        let bytes = self.heads.bytes[self.first * width..].chunks_exact(width);
        let scales = self.heads.scales[self.first * (width / PANEL)..].chunks_exact(width / PANEL);
        bytes
            .zip(scales)
            .take(self.length)
            .map(move |(bytes, scales)| (&bytes.as_chunks::<PANEL>().0[panel], scales[panel]))
    }
}

impl PackedHead {
    /// Makes room for `keys` keys, whole panels of them.
    pub(super) fn reserve(&mut self, keys: usize) {
        self.keys.reserve(keys * PANEL);
        self.values.reserve(keys * PANEL);
        self.key_starts.reserve(keys);
        self.key_scales.reserve(keys);
        self.value_scales.reserve(keys);
    }

    /// Packs the columns of `panel` as keys.
    #[inline(always)]
    pub(super) fn pack_keys(&mut self, source: Source<'_>, panel: usize) {
        for (key, (bytes, scale)) in source.rows(panel).enumerate() {
            let panel = &mut self.keys[key / PANEL * PANEL * PANEL..][..PANEL * PANEL];
            let groups = panel.as_chunks_mut::<{ GROUP * PANEL }>().0;
            for (to, from) in groups.iter_mut().zip(bytes.as_chunks::<GROUP>().0) {
                let to = &mut to.as_chunks_mut::<GROUP>().0[key % PANEL];
                *to = from.map(|byte| (byte ^ SIGN).cast_signed());
            }
            let sum: i32 = bytes
                .iter()
                .map(|&byte| i32::from((byte ^ SIGN).cast_signed()))
                .sum();
            self.key_starts[key] = -Range::Symmetric.zero() * sum;
            self.key_scales[key] = scale;
        }
    }

    /// Packs the columns of `panel` as values; the largest of their scales becomes `most` steps. Gives the
    /// number of steps in a scale of 1.
    #[inline(always)]
    pub(super) fn pack_values(&mut self, source: Source<'_>, panel: usize, most: f32) -> f32 {
        let mut largest = 0.0_f32;
        let mut rows = source.rows(panel);
        let (pairs, _) = self.values.as_chunks_mut::<{ PAIR * PANEL }>();
        for (index, pair) in pairs.iter_mut().enumerate() {
            let Some((even, even_scale)) = rows.next() else {
                break;
            };
            // What the last value is paired with has no weight.
            let (odd, odd_scale) = rows.next().unwrap_or((even, 0.0));
            for ((to, &even), &odd) in pair.as_chunks_mut::<PAIR>().0.iter_mut().zip(even).zip(odd)
            {
                *to = [even, odd].map(|byte| i16::from((byte ^ SIGN).cast_signed()));
            }
            self.value_scales[PAIR * index] = even_scale;
            self.value_scales[PAIR * index + 1] = odd_scale;
            largest = largest.max(even_scale).max(odd_scale);
        }
        let steps = most / largest.max(f32::MIN_POSITIVE);
        for scale in &mut self.value_scales[..source.length] {
            *scale *= steps;
        }
        steps
    }
}
