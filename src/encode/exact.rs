//! Arithmetic in plain `f32`, as slow and as clear as can be: what faster arithmetic is held to.

/// Adds `from` to `to`, number by number.
pub(super) fn add_to(to: &mut [f32], from: &[f32]) {
    for (to, from) in to.iter_mut().zip(from) {
        *to += from;
    }
}

/// The sum of the products of `a` and `b`.
pub(super) fn dot(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// `x` times the normal distribution function, by Abramowitz and Stegun 7.1.26 (error below 1.5e-7).
pub(super) fn gelu(x: f32) -> f32 {
    let z = f64::from(x.abs()) / std::f64::consts::SQRT_2;
    let t = 1.0 / (1.0 + 0.327_591_1 * z);
    let factors = [
        1.061_405_429,
        -1.453_152_027,
        1.421_413_741,
        -0.284_496_736,
        0.254_829_592,
    ];
    let erf = 1.0 - factors.iter().fold(0.0, |sum, factor| (sum + factor) * t) * libm::exp(-z * z);
    let half = 0.5 * erf.copysign(f64::from(x));
    (f64::from(x) * (0.5 + half)) as f32
}
