//! The instructions of this machine, behind one interface.
//!
//! A computation is written once, generic over [`Simd`], and compiled for every instruction set; [`Isa`]
//! runs the best one that this machine has. All of them do the same operations in the same order, with
//! fused multiply-adds where the source says so, and therefore agree bit for bit.
//!
//! Everything `unsafe` of the engine is in this module. What it rests on is one rule: a value of
//! `avx512::Avx512`, `avx_vnni::AvxVnni`, `avx2::Avx2` or `neon::Neon` exists only if the machine has those instructions.

#![cfg_attr(
    any(target_arch = "x86_64", target_arch = "aarch64"),
    expect(
        unsafe_code,
        reason = "vector instructions are reached through intrinsics; each use states why it is sound"
    )
)]

/// The intrinsic, called from a method of a [`Simd`].
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
macro_rules! intrinsic {
    ($call:expr) => {
        // SAFETY: `self` proves that the machine has the instruction, and memory is reached only
        // through references to arrays of the size that the instruction reads or writes.
        unsafe { $call }
    };
}

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
#[cfg(target_arch = "x86_64")]
mod avx_vnni;
#[cfg(target_arch = "aarch64")]
mod neon;
mod portable;
#[cfg(target_arch = "x86_64")]
mod ymm;

use portable::Portable;

/// How many numbers a vector has, whatever the registers of the machine hold.
pub(super) const LANES: usize = 16;

/// How many outputs a panel of weights has, and how many values share a scale in attention.
pub(super) const PANEL: usize = 32;

/// How many consecutive inputs of one output lie together in a panel.
pub(super) const GROUP: usize = 4;

/// How many bytes two vectors become: those of a panel.
pub(super) const BYTES: usize = 2 * LANES;

/// How many rows of activations [`Simd::dot`] takes at most.
pub(super) const ROWS: usize = 12;

/// Rows of unsigned bytes, `stride` apart, to be multiplied with a panel.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rows<'a, T> {
    pub(super) values: &'a [T],
    pub(super) stride: usize,
    pub(super) count: usize,
}

/// A panel: [`PANEL`] outputs of some inputs each, as `[input / GROUP][output][input % GROUP]`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Panel<'a, T> {
    pub(super) weights: &'a [T],
    /// What the sum of each output starts from; without it, from what is there.
    pub(super) start: Option<&'a [i32; PANEL]>,
}

/// Sums, one row of [`PANEL`] for every row of activations, `stride` apart.
#[derive(Debug)]
pub(super) struct Sums<'a> {
    pub(super) values: &'a mut [i32],
    pub(super) stride: usize,
}

/// Sixteen-lane arithmetic of one instruction set.
///
/// Every method gives the same bits on every instruction set. `mul_add` rounds once.
pub(super) trait Simd: Copy {
    /// Sixteen `f32`.
    type Float: Copy;
    /// Sixteen `i32`.
    type Int: Copy;
    /// An activation, as [`Simd::dot`] reads it.
    type Activation: Copy;
    /// A weight, as [`Simd::dot`] reads it.
    type Weight: Copy;

    fn splat(self, value: f32) -> Self::Float;
    fn load(self, values: &[f32; LANES]) -> Self::Float;
    fn store(self, vector: Self::Float, values: &mut [f32; LANES]);
    fn add(self, a: Self::Float, b: Self::Float) -> Self::Float;
    fn sub(self, a: Self::Float, b: Self::Float) -> Self::Float;
    fn mul(self, a: Self::Float, b: Self::Float) -> Self::Float;
    /// `a * b + c`, rounded once.
    fn mul_add(self, a: Self::Float, b: Self::Float, c: Self::Float) -> Self::Float;
    fn div(self, a: Self::Float, b: Self::Float) -> Self::Float;
    /// The larger of each pair; `b` where they do not compare.
    fn max(self, a: Self::Float, b: Self::Float) -> Self::Float;
    /// The smaller of each pair; `b` where they do not compare.
    fn min(self, a: Self::Float, b: Self::Float) -> Self::Float;
    fn sqrt(self, a: Self::Float) -> Self::Float;
    fn abs(self, a: Self::Float) -> Self::Float;
    /// The first `count` lanes of `a`, the others `fill`.
    fn keep_first(self, count: usize, a: Self::Float, fill: f32) -> Self::Float;
    /// The sum of each row: the first and third and the second and fourth of every four, then those two, then
    /// the fours likewise, neighbours first.
    #[inline(always)]
    fn sum_of_each(self, rows: &[[f32; LANES]; LANES]) -> Self::Float {
        self.load(&fold_each(rows, |a, b| a + b))
    }
    /// The largest number of each row.
    #[inline(always)]
    fn largest_of_each(self, rows: &[[f32; LANES]; LANES]) -> Self::Float {
        self.load(&fold_each(rows, |a, b| if a > b { a } else { b }))
    }
    /// The smallest number of each row.
    #[inline(always)]
    fn least_of_each(self, rows: &[[f32; LANES]; LANES]) -> Self::Float {
        self.load(&fold_each(rows, |a, b| if a < b { a } else { b }))
    }

    fn load_int(self, values: &[i32; LANES]) -> Self::Int;
    fn to_float(self, a: Self::Int) -> Self::Float;
    /// The nearest integers, even ones on a tie.
    fn round(self, a: Self::Float) -> Self::Int;
    /// Stores `zero` plus every lane as bytes, which that must fit: two vectors in each half of `to`.
    fn store_bytes(self, vectors: [Self::Int; 4], zero: u8, to: [&mut [u8; BYTES]; 2]);
    /// `a * 2^n` for whole numbers `n`, given as `n + 1.5 * 2^23`; the result must be normal.
    fn scale_by_power(self, a: Self::Float, shifted_n: Self::Float) -> Self::Float;

    /// Brings activations into the form that [`Simd::dot`] reads, in `scratch` if it must.
    fn activations<'a>(self, bytes: &'a [u8], scratch: &'a mut Vec<i16>) -> &'a [Self::Activation];
    /// Brings a panel into the form that [`Simd::dot`] reads, in `scratch` if it must.
    fn weights<'a>(self, bytes: &'a [i8], scratch: &'a mut Vec<i16>) -> &'a [Self::Weight];
    /// Adds to the panel's start, or to `sums`, the products of every row's first `depth` activations with the panel.
    ///
    /// # Panics
    ///
    /// If there are more than [`ROWS`] rows, `depth` is no multiple of [`GROUP`], or a slice is too short.
    fn dot(
        self,
        rows: Rows<'_, Self::Activation>,
        panel: Panel<'_, Self::Weight>,
        depth: usize,
        sums: Sums<'_>,
    );

    /// Runs `computation`, compiled for these instructions.
    fn vectorize<C: Computation>(self, computation: C) -> C::Output;
}

/// Folds each row in the order that [`Simd::sum_of_each`] gives.
#[inline(always)]
fn fold_each(rows: &[[f32; LANES]; LANES], fold: impl Fn(f32, f32) -> f32) -> [f32; LANES] {
    rows.map(|row| {
        let mut fours = [0.0; LANES / 4];
        for (result, &[a, b, c, d]) in fours.iter_mut().zip(row.as_chunks::<4>().0) {
            *result = fold(fold(a, c), fold(b, d));
        }
        let [a, b, c, d] = fours;
        fold(fold(a, b), fold(c, d))
    })
}

/// Something to run on the best instructions there are.
///
/// `run` must be `#[inline(always)]`, and so must what it calls, or it is compiled for the oldest machine.
pub(super) trait Computation {
    type Output;
    fn run<S: Simd>(self, simd: S) -> Self::Output;
}

/// An instruction set that this machine has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Isa {
    #[cfg(target_arch = "x86_64")]
    Avx512(avx512::Avx512),
    #[cfg(target_arch = "x86_64")]
    AvxVnni(ymm::Ymm<avx_vnni::AvxVnni>),
    #[cfg(target_arch = "x86_64")]
    Avx2(ymm::Ymm<avx2::Avx2>),
    #[cfg(target_arch = "aarch64")]
    Neon(neon::Neon),
    Portable(Portable),
}

impl Isa {
    /// All that this machine has, the fastest first.
    pub(super) fn available() -> Vec<Self> {
        #[cfg(target_arch = "x86_64")]
        let found = [
            avx512::Avx512::detect().map(Self::Avx512),
            avx_vnni::AvxVnni::detect().map(Self::AvxVnni),
            avx2::Avx2::detect().map(Self::Avx2),
        ];
        #[cfg(target_arch = "aarch64")]
        let found = [neon::Neon::detect().map(Self::Neon)];
        #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
        let found = [None; 0];
        let found = found.into_iter().flatten();
        found.chain([Self::Portable(Portable)]).collect()
    }

    /// What it is called.
    pub(super) fn name(self) -> &'static str {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx512(_) => "avx512-vnni",
            #[cfg(target_arch = "x86_64")]
            Self::AvxVnni(_) => "avx-vnni",
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(_) => "avx2",
            #[cfg(target_arch = "aarch64")]
            Self::Neon(_) => "neon-dotprod",
            Self::Portable(_) => "portable",
        }
    }

    /// Runs `computation` on it.
    pub(super) fn run<C: Computation>(self, computation: C) -> C::Output {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx512(simd) => simd.vectorize(computation),
            #[cfg(target_arch = "x86_64")]
            Self::AvxVnni(simd) => simd.vectorize(computation),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(simd) => simd.vectorize(computation),
            #[cfg(target_arch = "aarch64")]
            Self::Neon(simd) => simd.vectorize(computation),
            Self::Portable(simd) => simd.vectorize(computation),
        }
    }
}

/// Panics unless [`Simd::dot`] may read and write what it is about to.
#[inline(always)]
fn check_dot<A, W>(rows: &Rows<'_, A>, panel: &Panel<'_, W>, depth: usize, sums: &Sums<'_>) {
    assert!((1..=ROWS).contains(&rows.count), "between 1 and 12 rows");
    assert!(depth.is_multiple_of(GROUP), "whole groups");
    let last = rows.count - 1;
    assert!(rows.values.len() >= last * rows.stride + depth, "all rows");
    assert!(panel.weights.len() >= depth * PANEL, "the whole panel");
    assert!(
        sums.values.len() >= last * sums.stride + PANEL,
        "room for all sums"
    );
}
