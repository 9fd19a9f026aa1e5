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

/// `a * b + c`, rounded once. So is `f32::mul_add` by its documentation, but on Windows it may be a call of the
/// C library: MinGW's `fmaf` rounds twice, and nobody has looked at the others.
#[inline(always)]
fn mul_add(a: f32, b: f32, c: f32) -> f32 {
    if cfg!(windows) {
        mul_add_in_f64(a, b, c)
    } else {
        a.mul_add(b, c)
    }
}

/// The same by sums in `f64`, which hold the product. The sum is rounded to odd: of 53 bits 24 are rounded once as if nothing
/// had been rounded before (Boldo and Melquiond, 2008, *Emulation of FMA and Correctly Rounded Sums: Proved Algorithms Using
/// Rounding to Odd*, section 4).
#[inline(always)]
fn mul_add_in_f64(a: f32, b: f32, c: f32) -> f32 {
    let (product, c) = (f64::from(a) * f64::from(b), f64::from(c));
    let sum = product + c;
    // What was rounded away (Knuth, *The Art of Computer Programming*, volume 2, section 4.2.2, theorem B).
    let rest = sum - product;
    let error = (product - (sum - rest)) + (c - rest);
    if error == 0.0 || !sum.is_finite() || sum.to_bits() & 1 == 1 {
        return sum as f32;
    }
    let is_away = (error > 0.0) == (sum > 0.0);
    let bits = sum.to_bits();
    f64::from_bits(if is_away { bits + 1 } else { bits - 1 }) as f32
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
        std::array::from_fn(|lane| mul_add(a[lane], b[lane], c[lane]))
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

#[cfg(test)]
mod tests {
    use super::mul_add_in_f64;

    // Machines whose own `mul_add` is one instruction, or a call that rounds once.
    #[cfg(not(windows))]
    proptest::proptest! {
        #[test]
        fn products_and_sums_are_rounded_once(
            a in proptest::num::f32::ANY, b in proptest::num::f32::ANY, near in -2.0_f32..2.0, shift in -30..30_i32,
        ) {
            // Sums of which one part is far smaller than the other are where rounding twice is seen.
            for c in [near, -a * b, a * b * near, a * b * 2.0_f32.powi(shift)] {
                let (found, expected) = (mul_add_in_f64(a, b, c), a.mul_add(b, c));
                proptest::prop_assert!(found.to_bits() == expected.to_bits() || (found.is_nan() && expected.is_nan()), "{a} * {b} + {c}");
            }
        }
    }

    #[test]
    fn what_is_just_below_the_middle_of_two_numbers_is_rounded_down() {
        // In `f64` this is the middle, of which the even neighbour would be taken.
        let [a, b] = [1.0, -1.0].map(|sign| 2.0_f32.powi(-12) * (1.0 + sign * 2.0_f32.powi(-15)));
        let c = 1.0 + f32::EPSILON;
        assert_eq!(mul_add_in_f64(a, b, c).to_bits(), c.to_bits());
        assert_eq!(mul_add_in_f64(-a, b, -c).to_bits(), (-c).to_bits());
    }
}
