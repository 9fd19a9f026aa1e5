//! Do two kinds of kernels do the same? Every step by itself, from the same random numbers.

use super::kernels::{Kernels, Norm, PassError, Sizes, Slot};
use super::pass::Pass;
use crate::encode::engine::NetworkShape;
use crate::encode::windows::{Part, Window};
use crate::random::Generator;

/// How far two results of a step are apart.
#[derive(Clone, Debug, PartialEq)]
pub struct Deviation {
    /// The step.
    pub step: &'static str,
    /// The largest difference of two numbers.
    pub largest: f32,
    /// The largest number.
    pub size: f32,
    /// How many numbers are further apart than a hundredth of the largest, or no numbers at all.
    pub wrong: usize,
    /// How many there are.
    pub count: usize,
}

/// Numbers from −`size` to `size`.
pub fn numbers(random: &mut Generator, count: usize, size: f32) -> Vec<f32> {
    let number = |bits: u64| size * ((bits >> 40) as f32 / (1 << 23) as f32 - 1.0);
    (0..count).map(|_| number(random.next_bits())).collect()
}

/// Windows of the lengths at which kernels go wrong: around their tiles, and the longest.
pub fn windows(shape: &NetworkShape) -> Vec<Window> {
    let mut random = Generator::new(20_261_128);
    let lengths = [
        2, 3, 15, 16, 17, 31, 32, 33, 47, 64, 65, 100, 129, 255, 511, 512,
    ];
    let lengths = lengths.iter().filter(|&&length| length <= shape.max_tokens);
    let window = |&length: &usize| {
        let middle = length.div_ceil(2);
        let part = |unit, tokens: std::ops::Range<usize>| Part { unit, tokens };
        let parts = [part(0, 1..middle), part(1, middle..length - 1)];
        Window {
            tokens: (0..length)
                .map(|_| random.below(shape.vocabulary) as u32)
                .collect(),
            parts: parts
                .into_iter()
                .filter(|part| !part.tokens.is_empty())
                .collect(),
        }
    };
    lengths.map(window).collect()
}

/// Two kinds of kernels in step.
struct Pair<'a, A, B> {
    ours: &'a mut A,
    theirs: &'a mut B,
    shape: NetworkShape,
    pass: Pass,
    random: Generator,
    found: Vec<Deviation>,
}

/// The same numbers for both.
type Norms<A, B> = (Norm<<A as Kernels>::Vector>, Norm<<B as Kernels>::Vector>);

/// Runs every step on both, each from the same numbers, and compares what comes out.
///
/// # Errors
///
/// What either says.
pub fn compare<A: Kernels, B: Kernels>(
    ours: &mut A,
    theirs: &mut B,
    shape: NetworkShape,
) -> Result<Vec<Deviation>, PassError> {
    let mut pair = Pair::begin(ours, theirs, shape)?;
    pair.embed()?;
    let (width, inner) = (shape.hidden_size, shape.intermediate_size);
    pair.product(
        "product, queries",
        (width, 3 * width),
        (Slot::States, Slot::Wide),
    )?;
    pair.attend()?;
    pair.product(
        "product, context",
        (width, width),
        (Slot::Context, Slot::Product),
    )?;
    pair.add_and_normalize()?;
    pair.product(
        "product, intermediate",
        (width, inner),
        (Slot::States, Slot::Wide),
    )?;
    pair.gelu()?;
    pair.product(
        "product, output",
        (inner, width),
        (Slot::Wide, Slot::Product),
    )?;
    pair.pool()?;
    Ok(pair.found)
}

impl<'a, A: Kernels, B: Kernels> Pair<'a, A, B> {
    fn begin(ours: &'a mut A, theirs: &'a mut B, shape: NetworkShape) -> Result<Self, PassError> {
        let windows = windows(&shape);
        let pass = Pass::of(&windows.iter().collect::<Vec<_>>());
        ours.reserve(pass.tokens.len())?;
        theirs.reserve(pass.tokens.len())?;
        ours.begin(&pass)?;
        theirs.begin(&pass)?;
        Ok(Self {
            pass,
            ours,
            theirs,
            shape,
            random: Generator::new(1),
            found: Vec::new(),
        })
    }

    fn fill(&mut self, slot: Slot, columns: usize, size: f32) -> Result<(), PassError> {
        let values = numbers(&mut self.random, self.pass.tokens.len() * columns, size);
        self.ours.write(slot, &values)?;
        self.theirs.write(slot, &values)
    }

    fn vector(&mut self, count: usize, size: f32) -> Result<(A::Vector, B::Vector), PassError> {
        let values = numbers(&mut self.random, count, size);
        Ok((self.ours.vector(&values)?, self.theirs.vector(&values)?))
    }

    fn matrix(&mut self, count: usize, size: f32) -> Result<(A::Matrix, B::Matrix), PassError> {
        let values = numbers(&mut self.random, count, size);
        Ok((self.ours.matrix(&values)?, self.theirs.matrix(&values)?))
    }

    fn norm(&mut self) -> Result<Norms<A, B>, PassError> {
        let (ours, theirs) = self.vector(self.shape.hidden_size, 2.0)?;
        let (our_bias, their_bias) = self.vector(self.shape.hidden_size, 0.5)?;
        let ours = Norm {
            weight: ours,
            bias: our_bias,
        };
        let theirs = Norm {
            weight: theirs,
            bias: their_bias,
        };
        Ok((ours, theirs))
    }

    fn note(&mut self, step: &'static str, slot: Slot, columns: usize) -> Result<(), PassError> {
        let (ours, theirs) = (
            self.ours.read(slot, columns)?,
            self.theirs.read(slot, columns)?,
        );
        self.found.push(deviation(step, &ours, &theirs));
        Ok(())
    }

    fn embed(&mut self) -> Result<(), PassError> {
        let width = self.shape.hidden_size;
        let words = self.matrix(self.shape.vocabulary * width, 0.1)?;
        let positions = self.vector(self.shape.max_tokens * width, 0.1)?;
        let norm = self.norm()?;
        self.ours.embed(&words.0, &positions.0, &norm.0)?;
        self.theirs.embed(&words.1, &positions.1, &norm.1)?;
        self.note("embed", Slot::States, width)
    }

    fn product(
        &mut self,
        step: &'static str,
        (inputs, outputs): (usize, usize),
        (from, to): (Slot, Slot),
    ) -> Result<(), PassError> {
        self.fill(from, inputs, 1.0)?;
        let weights = self.matrix(inputs * outputs, 0.1)?;
        let sizes = Sizes { inputs, outputs };
        self.ours.product(&weights.0, sizes, from, to)?;
        self.theirs.product(&weights.1, sizes, from, to)?;
        self.note(step, to, outputs)
    }

    fn attend(&mut self) -> Result<(), PassError> {
        let width = self.shape.hidden_size;
        // Large enough that some keys matter much more than others.
        self.fill(Slot::Wide, 3 * width, 2.0)?;
        let biases = self.vector(3 * width, 1.0)?;
        self.ours.attend(&biases.0)?;
        self.theirs.attend(&biases.1)?;
        self.note("attend", Slot::Context, width)
    }

    fn add_and_normalize(&mut self) -> Result<(), PassError> {
        let width = self.shape.hidden_size;
        self.fill(Slot::States, width, 1.0)?;
        self.fill(Slot::Product, width, 2.0)?;
        let bias = self.vector(width, 0.5)?;
        let norm = self.norm()?;
        self.ours.add_and_normalize(&bias.0, &norm.0)?;
        self.theirs.add_and_normalize(&bias.1, &norm.1)?;
        self.note("add and normalize", Slot::States, width)
    }

    fn gelu(&mut self) -> Result<(), PassError> {
        let inner = self.shape.intermediate_size;
        self.fill(Slot::Wide, inner, 4.0)?;
        let bias = self.vector(inner, 0.5)?;
        self.ours.gelu(&bias.0)?;
        self.theirs.gelu(&bias.1)?;
        self.note("gelu", Slot::Wide, inner)
    }

    fn pool(&mut self) -> Result<(), PassError> {
        self.fill(Slot::States, self.shape.hidden_size, 1.0)?;
        let (ours, theirs) = (self.ours.pool()?, self.theirs.pool()?);
        self.found.push(deviation("pool", &ours, &theirs));
        Ok(())
    }
}

fn deviation(step: &'static str, ours: &[f32], theirs: &[f32]) -> Deviation {
    let pairs = || ours.iter().zip(theirs);
    let largest = |values: &mut dyn Iterator<Item = f32>| values.fold(0.0, f32::max);
    let size = largest(&mut theirs.iter().map(|x| x.abs()));
    let is_near = |(a, b): &(&f32, &f32)| (*a - *b).abs() <= size / 100.0;
    Deviation {
        step,
        largest: largest(&mut pairs().map(|(a, b)| (a - b).abs())),
        size,
        wrong: pairs().filter(|pair| !is_near(pair)).count() + ours.len().abs_diff(theirs.len()),
        count: theirs.len(),
    }
}
