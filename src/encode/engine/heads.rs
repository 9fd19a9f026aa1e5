//! Queries, keys and values as bytes, and those of one head packed for the integer kernels.

use super::buffer::AlignedBuffer;
use super::kernel::{BYTES, GROUP, PANEL};

/// The bytes of some rows in one panel, and their scales.
pub(super) type PanelRows<'a> = (&'a [[u8; BYTES]], &'a [f32]);

/// Queries, keys and values of all heads, one head after another; a row is a token.
#[derive(Debug, Default)]
pub(super) struct HeadRows {
    bytes: AlignedBuffer<u8>,
    scales: AlignedBuffer<f32>,
    rows: usize,
}

impl HeadRows {
    /// The byte that stands for zero.
    pub(super) const ZERO: u8 = 128;

    /// Makes room for `rows` rows of `panels` panels.
    pub(super) fn reserve(&mut self, rows: usize, panels: usize) {
        self.rows = rows;
        self.bytes.reserve(rows * panels * PANEL);
        self.scales.reserve(rows * panels);
    }

    /// The bytes and scales of all rows in one panel.
    #[inline(always)]
    pub(super) fn panel(&self, panel: usize) -> PanelRows<'_> {
        let span = panel * self.rows..(panel + 1) * self.rows;
        let (bytes, _) = self.bytes.as_chunks();
        (&bytes[span.clone()], &self.scales[span])
    }

    /// The same, to be written.
    #[inline(always)]
    pub(super) fn panel_mut(&mut self, panel: usize) -> (&mut [[u8; BYTES]], &mut [f32]) {
        let span = panel * self.rows..(panel + 1) * self.rows;
        let (bytes, _) = self.bytes.as_chunks_mut();
        (&mut bytes[span.clone()], &mut self.scales[span])
    }
}

/// The keys and values of one head of one sequence.
#[derive(Debug, Default)]
pub(super) struct PackedHead {
    /// Panels of 32 keys: what a query is multiplied with.
    pub(super) keys: AlignedBuffer<i8>,
    /// For every key, minus the zero of the queries times the sum of its bytes.
    pub(super) key_starts: AlignedBuffer<i32>,
    /// One panel with the 32 numbers of a value as outputs and the tokens as inputs.
    pub(super) values: AlignedBuffer<i8>,
    /// The keys' scales.
    pub(super) key_scales: AlignedBuffer<f32>,
    /// The values' scales, in steps of the weights.
    pub(super) value_scales: AlignedBuffer<f32>,
}

/// The largest weight of a value.
const MOST: f32 = 255.0;

impl PackedHead {
    /// Makes room for `keys` keys, whole panels of them.
    pub(super) fn reserve(&mut self, keys: usize) {
        self.keys.reserve(keys * PANEL);
        self.values.reserve(keys * PANEL);
        self.key_starts.reserve(keys);
        self.key_scales.reserve(keys);
        self.value_scales.reserve(keys);
    }

    /// Packs the rows of one head's keys.
    #[inline(always)]
    pub(super) fn pack_keys(&mut self, (rows, scales): PanelRows<'_>) {
        self.key_scales[..scales.len()].copy_from_slice(scales);
        let panels = self.keys.as_chunks_mut::<{ PANEL * PANEL }>().0;
        for (panel, rows) in panels.iter_mut().zip(rows.chunks(PANEL)) {
            let (groups, _) = panel.as_chunks_mut::<{ GROUP * PANEL }>();
            for (key, row) in rows.iter().enumerate() {
                let row = row.map(signed);
                for (group, four) in groups.iter_mut().zip(row.as_chunks::<GROUP>().0) {
                    group.as_chunks_mut::<GROUP>().0[key] = *four;
                }
            }
        }
    }

    /// Packs the rows of one head's values; the largest of their scales becomes the largest weight. Gives the
    /// number of steps in a scale of 1.
    #[inline(always)]
    pub(super) fn pack_values(&mut self, (rows, scales): PanelRows<'_>) -> f32 {
        let (groups, _) = self.values.as_chunks_mut::<{ GROUP * PANEL }>();
        let (fours, rest) = rows.as_chunks::<GROUP>();
        for (group, four) in groups.iter_mut().zip(fours) {
            interleave(four, group);
        }
        if !rest.is_empty() {
            // What fills the last group has no weight.
            let mut four = [[HeadRows::ZERO; BYTES]; GROUP];
            four[..rest.len()].copy_from_slice(rest);
            interleave(&four, &mut groups[fours.len()]);
        }
        let largest = scales.iter().fold(f32::MIN_POSITIVE, |a, &b| a.max(b));
        let steps = MOST / largest;
        for (to, scale) in self.value_scales.iter_mut().zip(scales) {
            *to = scale * steps;
        }
        steps
    }
}

/// Writes the numbers of four rows side by side.
#[inline(always)]
fn interleave(rows: &[[u8; BYTES]; GROUP], to: &mut [i8; GROUP * PANEL]) {
    let (to, _) = to.as_chunks_mut::<GROUP>();
    for (column, to) in to.iter_mut().enumerate() {
        *to = std::array::from_fn(|row| signed(rows[row][column]));
    }
}

/// A byte with the zero at [`HeadRows::ZERO`] as a signed one.
#[inline(always)]
fn signed(byte: u8) -> i8 {
    (byte ^ HeadRows::ZERO).cast_signed()
}
