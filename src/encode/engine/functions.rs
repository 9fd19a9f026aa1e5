//! The functions between the products, as polynomials.

use super::kernel::{LANES, Simd};

/// Where GELU has become the identity, or zero.
const GELU_BOUND: f32 = 3.9;

/// What GELU of `u` lacks to `u`, from 0 to [`GELU_BOUND`], where it is zero: `u` times the normal
/// distribution's tail beyond it.
///
/// Least maximum error, 1.9e-4, by iteratively reweighted least squares under that condition.
const GELU_COEFFICIENTS: [f32; 8] = [
    0.000_187_201_94,
    0.494_260_7,
    -0.368_050_62,
    -0.074_468_26,
    0.161_513_28,
    -0.065_258_28,
    0.011_305_873,
    -0.000_741_904_1,
];

/// Gaussian error linear unit, `x` times the normal distribution function, to 2e-4.
///
/// It lacks as much to the identity on the right as to zero on the left, so one polynomial of the distance does;
/// at zero that is 2e-4 and not nothing. What takes its place as a byte mostly has steps of 0.01 or more. A NaN becomes
/// a number.
#[inline(always)]
pub(super) fn gelu<S: Simd>(simd: S, x: S::Float) -> S::Float {
    let distance = simd.min(simd.abs(x), simd.splat(GELU_BOUND));
    let lack = polynomial(simd, distance, &GELU_COEFFICIENTS);
    simd.sub(simd.max(x, simd.splat(0.0)), lack)
}

/// `2^x` on [-1/2, 1/2], least maximum relative error 3e-6.
const POWER_COEFFICIENTS: [f32; 5] = [
    0.999_999_3,
    0.693_121_8,
    0.240_247_44,
    0.055_917_863,
    0.009_570_101,
];

/// Added to a number, it leaves the nearest whole number in the low bits.
const SHIFT: f32 = 12_582_912.0; // 1.5 * 2^23

/// `2^x` for `x` up to 0, to a relative error of 3e-6; what is below -125 counts as that.
#[inline(always)]
pub(super) fn power_of_two<S: Simd>(simd: S, x: S::Float) -> S::Float {
    let x = simd.max(x, simd.splat(-125.0));
    let shifted = simd.add(x, simd.splat(SHIFT));
    let fraction = simd.sub(x, simd.sub(shifted, simd.splat(SHIFT)));
    simd.scale_by_power(polynomial(simd, fraction, &POWER_COEFFICIENTS), shifted)
}

/// Horner's scheme, lowest coefficient first.
#[inline(always)]
fn polynomial<S: Simd, const N: usize>(simd: S, x: S::Float, coefficients: &[f32; N]) -> S::Float {
    let mut sum = simd.splat(coefficients[N - 1]);
    for &coefficient in coefficients[..N - 1].iter().rev() {
        sum = simd.mul_add(sum, x, simd.splat(coefficient));
    }
    sum
}

/// Sums that run side by side, so that one addition need not wait for the last.
const ACCUMULATORS: usize = 4;

/// The sums of a row's lanes.
#[inline(always)]
pub(super) fn sum<S: Simd>(simd: S, values: &[[f32; LANES]]) -> S::Float {
    let mut totals = [simd.splat(0.0); ACCUMULATORS];
    for values in values.chunks(ACCUMULATORS) {
        for (total, values) in totals.iter_mut().zip(values) {
            *total = simd.add(*total, simd.load(values));
        }
    }
    add_up(simd, totals)
}

/// The sums of the squared distances of a row's lanes from `mean`.
#[inline(always)]
pub(super) fn squared_distance<S: Simd>(
    simd: S,
    values: &[[f32; LANES]],
    mean: S::Float,
) -> S::Float {
    let mut totals = [simd.splat(0.0); ACCUMULATORS];
    for values in values.chunks(ACCUMULATORS) {
        for (total, values) in totals.iter_mut().zip(values) {
            let distance = simd.sub(simd.load(values), mean);
            *total = simd.mul_add(distance, distance, *total);
        }
    }
    add_up(simd, totals)
}

#[inline(always)]
fn add_up<S: Simd>(simd: S, [a, b, c, d]: [S::Float; ACCUMULATORS]) -> S::Float {
    simd.add(simd.add(a, b), simd.add(c, d))
}
