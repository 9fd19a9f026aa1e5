//! Plain Rust, for machines without anything better, and the standard that the others are held to.

use super::{BYTES, Computation, GROUP, LANES, PANEL, Panel, Rows, Simd, Sums, check_dot};

/// Arrays of sixteen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) struct Portable;

#[inline(always)]
fn map<A: Copy, B>(a: [A; LANES], mut f: impl FnMut(A) -> B) -> [B; LANES] {
    std::array::from_fn(|lane| f(a[lane]))
}

#[inline(always)]
fn zip<A: Copy>(a: [A; LANES], b: [A; LANES], mut f: impl FnMut(A, A) -> A) -> [A; LANES] {
    std::array::from_fn(|lane| f(a[lane], b[lane]))
}

impl Simd for Portable {
    type Float = [f32; LANES];
    type Int = [i32; LANES];
    type Activation = u8;
    type Weight = i8;

    #[inline(always)]
    fn splat(self, value: f32) -> Self::Float {
        [value; LANES]
    }
    #[inline(always)]
    fn load(self, values: &[f32; LANES]) -> Self::Float {
        *values
    }
    #[inline(always)]
    fn store(self, vector: Self::Float, values: &mut [f32; LANES]) {
        *values = vector;
    }
    #[inline(always)]
    fn add(self, a: Self::Float, b: Self::Float) -> Self::Float {
        zip(a, b, |a, b| a + b)
    }
    #[inline(always)]
    fn sub(self, a: Self::Float, b: Self::Float) -> Self::Float {
        zip(a, b, |a, b| a - b)
    }
    #[inline(always)]
    fn mul(self, a: Self::Float, b: Self::Float) -> Self::Float {
        zip(a, b, |a, b| a * b)
    }
    #[inline(always)]
    fn mul_add(self, a: Self::Float, b: Self::Float, c: Self::Float) -> Self::Float {
        std::array::from_fn(|lane| a[lane].mul_add(b[lane], c[lane]))
    }
    #[inline(always)]
    fn div(self, a: Self::Float, b: Self::Float) -> Self::Float {
        zip(a, b, |a, b| a / b)
    }
    #[inline(always)]
    fn sqrt(self, a: Self::Float) -> Self::Float {
        map(a, f32::sqrt)
    }
    #[inline(always)]
    fn max(self, a: Self::Float, b: Self::Float) -> Self::Float {
        zip(a, b, |a, b| if a > b { a } else { b })
    }
    #[inline(always)]
    fn min(self, a: Self::Float, b: Self::Float) -> Self::Float {
        zip(a, b, |a, b| if a < b { a } else { b })
    }
    #[inline(always)]
    fn abs(self, a: Self::Float) -> Self::Float {
        map(a, f32::abs)
    }
    #[inline(always)]
    fn keep_first(self, count: usize, a: Self::Float, fill: f32) -> Self::Float {
        std::array::from_fn(|lane| if lane < count { a[lane] } else { fill })
    }

    #[inline(always)]
    fn load_int(self, values: &[i32; LANES]) -> Self::Int {
        *values
    }
    #[inline(always)]
    fn to_float(self, a: Self::Int) -> Self::Float {
        map(a, |a| a as f32)
    }
    #[inline(always)]
    fn round(self, a: Self::Float) -> Self::Int {
        map(a, |a| a.round_ties_even() as i32)
    }
    #[inline(always)]
    fn store_bytes(self, [a, b, c, d]: [Self::Int; 4], zero: u8, to: [&mut [u8; BYTES]; 2]) {
        for (to, halves) in to.into_iter().zip([[a, b], [c, d]]) {
            for (to, &from) in to.iter_mut().zip(halves.as_flattened()) {
                *to = from.wrapping_add(i32::from(zero)) as u8;
            }
        }
    }
    #[inline(always)]
    fn scale_by_power(self, a: Self::Float, shifted_n: Self::Float) -> Self::Float {
        zip(a, shifted_n, |a, n| {
            f32::from_bits(a.to_bits().wrapping_add(n.to_bits() << 23))
        })
    }

    #[inline(always)]
    fn activations<'a>(self, bytes: &'a [u8], _: &'a mut Vec<i16>) -> &'a [u8] {
        bytes
    }
    #[inline(always)]
    fn weights<'a>(self, bytes: &'a [i8], _: &'a mut Vec<i16>) -> &'a [i8] {
        bytes
    }
    #[inline(always)]
    fn dot(self, rows: Rows<'_, u8>, panel: Panel<'_, i8>, depth: usize, sums: Sums<'_>) {
        check_dot(&rows, &panel, depth, &sums);
        let (groups, _) = panel.weights[..depth * PANEL].as_chunks::<{ GROUP * PANEL }>();
        for row in 0..rows.count {
            let (inputs, _) = rows.values[row * rows.stride..][..depth].as_chunks::<GROUP>();
            let sums = &mut sums.values[row * sums.stride..][..PANEL];
            if let Some(start) = panel.start {
                sums.copy_from_slice(start);
            }
            for (weights, input) in groups.iter().zip(inputs) {
                for (sum, weights) in sums.iter_mut().zip(weights.as_chunks::<GROUP>().0) {
                    for (&weight, &input) in weights.iter().zip(input) {
                        *sum += i32::from(weight) * i32::from(input);
                    }
                }
            }
        }
    }

    #[inline(always)]
    fn vectorize<C: Computation>(self, computation: C) -> C::Output {
        computation.run(self)
    }
}
