use std::collections::HashMap;

use proptest::prelude::*;

use super::activations::GELU_LEAST;
use super::functions::{gelu, power_of_two};
use super::kernel::{Computation, GROUP, LANES, PANEL, Panel, ROWS, Rows, Simd, Sums};
use super::reference::Reference;
use super::*;
use crate::encode::exact;
use crate::model::TensorData;
use crate::random::Generator;

/// From -1 to 1.
fn unit(random: &mut Generator) -> f32 {
    (random.next_bits() >> 40) as f32 / (1 << 23) as f32 - 1.0
}

/// A small network with random weights, linear ones and words as `Q4_0`.
struct RandomWeights(HashMap<String, Stored>);

enum Stored {
    Floats(Vec<[u8; 4]>),
    Blocks(Vec<[u8; 18]>),
}

impl WeightSource for RandomWeights {
    fn tensor(&self, name: &str) -> Option<TensorData<'_>> {
        Some(match self.0.get(name)? {
            Stored::Floats(numbers) => TensorData::F32(numbers),
            Stored::Blocks(blocks) => TensorData::Q4_0(blocks),
        })
    }
}

impl RandomWeights {
    fn new(shape: &NetworkShape) -> Self {
        let mut weights = Self(HashMap::new());
        let mut random = Generator::new(20_261_123);
        let (width, inner) = (shape.hidden_size, shape.intermediate_size);
        weights.quantized(
            "embeddings.word_embeddings",
            shape.vocabulary * width,
            0.01,
            &mut random,
        );
        for (name, rows) in [("position", shape.max_tokens), ("token_type", 2)] {
            let name = format!("embeddings.{name}_embeddings");
            weights.floats(
                &format!("{name}.weight"),
                rows * width,
                (0.0, 0.05),
                &mut random,
            );
        }
        weights.norm("embeddings.LayerNorm", width, &mut random);
        for layer in 0..shape.layer_count {
            let part = |part: &str| format!("encoder.layer.{layer}.{part}");
            for (name, outputs, inputs) in [
                ("attention.self.query", width, width),
                ("attention.self.key", width, width),
                ("attention.self.value", width, width),
                ("attention.output.dense", width, width),
                ("intermediate.dense", inner, width),
                ("output.dense", width, inner),
            ] {
                // Outputs as large as in trained networks: larger ones make attention a matter of chance.
                let scale = 0.15 / (inputs as f32).sqrt();
                weights.quantized(&part(name), outputs * inputs, scale, &mut random);
                let bias = part(&format!("{name}.bias"));
                weights.floats(&bias, outputs, (0.0, 0.1), &mut random);
            }
            weights.norm(&part("attention.output.LayerNorm"), width, &mut random);
            weights.norm(&part("output.LayerNorm"), width, &mut random);
        }
        weights
    }

    fn norm(&mut self, name: &str, width: usize, random: &mut Generator) {
        self.floats(&format!("{name}.weight"), width, (1.0, 0.3), random);
        self.floats(&format!("{name}.bias"), width, (0.0, 0.1), random);
    }

    fn floats(
        &mut self,
        name: &str,
        count: usize,
        (mean, spread): (f32, f32),
        random: &mut Generator,
    ) {
        let numbers = (0..count).map(|_| (mean + spread * unit(random)).to_le_bytes());
        self.0
            .insert(name.to_owned(), Stored::Floats(numbers.collect()));
    }

    fn quantized(&mut self, name: &str, count: usize, scale: f32, random: &mut Generator) {
        let block = |_| {
            let mut block = [0; 18];
            let scale = half::f16::from_f32(scale * (1.0 + 0.5 * unit(random)));
            block[..2].copy_from_slice(&scale.to_le_bytes());
            block[2..].fill_with(|| (random.next_bits() >> 56) as u8);
            block
        };
        let blocks = (0..count / 32).map(block).collect();
        self.0
            .insert(format!("{name}.weight"), Stored::Blocks(blocks));
    }
}

const SHAPE: NetworkShape = NetworkShape {
    hidden_size: 128,
    layer_count: 2,
    head_count: 4,
    intermediate_size: 256,
    vocabulary: 64,
    max_tokens: 70,
    layer_norm_epsilon: 1e-12,
};

fn encoder(isa: Isa) -> CpuEncoder {
    CpuEncoder::on(isa, SHAPE, Arc::new(RandomWeights::new(&SHAPE))).unwrap()
}

/// Sequences of many lengths: around tiles of 12, batches of 16, panels of 32, and the longest.
fn sequences() -> Vec<Vec<u32>> {
    let mut random = Generator::new(7);
    let lengths = [1, 2, 3, 11, 12, 13, 16, 17, 31, 32, 33, 64, 65, 70];
    let sequence = |length| (0..length).map(|_| random.below(64) as u32).collect();
    lengths.into_iter().map(sequence).collect()
}

fn batch<'a>(sequences: impl IntoIterator<Item = &'a Vec<u32>>) -> TokenBatch {
    let mut batch = TokenBatch::default();
    for sequence in sequences {
        batch.push(sequence);
    }
    batch
}

fn states(encoder: &CpuEncoder, batch: &TokenBatch) -> Vec<f32> {
    let states = encoder.encode(batch).unwrap();
    assert_eq!(states.token_count(), batch.tokens().len());
    states.rows(0..states.token_count()).to_vec()
}

fn bits(values: &[f32]) -> Vec<u32> {
    values.iter().map(|value| value.to_bits()).collect()
}

fn cosine(a: &[f32], b: &[f32]) -> f32 {
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
    dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
}

#[test]
fn agrees_with_the_reference_in_f32() {
    let weights = RandomWeights::new(&SHAPE);
    let reference = Reference {
        shape: SHAPE,
        source: &weights,
    };
    let encoder = encoder(Isa::available()[0]);
    for sequence in sequences() {
        let found = states(&encoder, &batch([&sequence]));
        let expected = reference.encode(&sequence);
        for (found, expected) in found.chunks_exact(SHAPE.hidden_size).zip(&expected) {
            let cosine = cosine(found, expected);
            assert!(
                cosine > 0.999,
                "{cosine} in a sequence of {}",
                sequence.len()
            );
        }
    }
}

#[test]
fn gives_the_same_bits_on_all_instructions() {
    let batch = batch(&sequences());
    let expected = bits(&states(&encoder(Isa::available()[0]), &batch));
    for isa in Isa::available() {
        assert!(
            bits(&states(&encoder(isa), &batch)) == expected,
            "{} differs",
            isa.name()
        );
    }
}

#[test]
fn gives_the_same_bits_whatever_the_neighbours() {
    let encoder = encoder(Isa::available()[0]);
    let sequences = sequences();
    let together = states(&encoder, &batch(&sequences));
    let backwards = states(&encoder, &batch(sequences.iter().rev()));
    let mut first = 0;
    for sequence in &sequences {
        let len = sequence.len() * SHAPE.hidden_size;
        let alone = bits(&states(&encoder, &batch([sequence])));
        assert!(alone == bits(&together[first..first + len]));
        let from_end = together.len() - first - len;
        assert!(alone == bits(&backwards[from_end..from_end + len]));
        first += len;
    }
}

#[test]
fn gives_the_same_bits_on_many_threads() {
    let encoder = encoder(Isa::available()[0]);
    let batch = batch(&sequences());
    let expected = bits(&states(&encoder, &batch));
    std::thread::scope(|scope| {
        let run = || assert!(bits(&states(&encoder, &batch)) == expected);
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(run)).collect();
        for thread in threads {
            thread.join().unwrap();
        }
    });
}

#[test]
fn takes_an_empty_batch_and_empty_sequences() {
    let encoder = encoder(Isa::available()[0]);
    assert!(states(&encoder, &TokenBatch::default()).is_empty());
    let (empty, one) = (Vec::new(), vec![5]);
    let mixed = states(&encoder, &batch([&empty, &one, &empty]));
    assert!(bits(&mixed) == bits(&states(&encoder, &batch([&one]))));
}

#[test]
fn refuses_unknown_tokens_and_long_sequences() {
    let encoder = encoder(Isa::available()[0]);
    let unknown = encoder.encode(&batch([&vec![1, 64]]));
    assert!(matches!(
        unknown,
        Err(EncodeError::UnknownToken { token: 64, .. })
    ));
    let long = encoder.encode(&batch([&vec![1; 71]]));
    assert!(matches!(long, Err(EncodeError::TooLong { length: 71, .. })));
}

#[test]
fn refuses_weights_that_are_missing_or_of_another_size() {
    let with = |change: fn(&mut RandomWeights)| {
        let mut weights = RandomWeights::new(&SHAPE);
        change(&mut weights);
        CpuEncoder::new(SHAPE, Arc::new(weights)).unwrap_err()
    };
    let missing = with(|weights| drop(weights.0.remove("encoder.layer.1.output.dense.bias")));
    assert!(matches!(missing, WeightsError::Missing(name) if name.ends_with("output.dense.bias")));
    let short = with(|weights| {
        let words = Stored::Blocks(vec![[0; 18]]);
        weights
            .0
            .insert("embeddings.word_embeddings.weight".to_owned(), words);
    });
    assert!(matches!(short, WeightsError::Size { found: 32, .. }));
}

#[test]
fn refuses_shapes_without_kernels() {
    let weights = Arc::new(RandomWeights::new(&SHAPE));
    for shape in [
        NetworkShape {
            head_count: 0,
            ..SHAPE
        },
        NetworkShape {
            head_count: 2,
            ..SHAPE
        },
        NetworkShape {
            intermediate_size: 100,
            ..SHAPE
        },
        NetworkShape {
            max_tokens: 0,
            ..SHAPE
        },
    ] {
        let error = CpuEncoder::new(shape, weights.clone()).unwrap_err();
        assert!(matches!(error, WeightsError::Shape(_)), "{shape:?}");
    }
}

/// One product of rows with a panel; rows and sums lie further apart than they must.
struct Product {
    rows: Vec<u8>,
    panel: Vec<i8>,
    count: usize,
    depth: usize,
    /// Whether sums go on from what is there, not from a start that the panel brings.
    is_continued: bool,
}

/// What every sum begins with.
const START: i32 = 3;

/// How far apart rows of sums lie.
const SUM_STRIDE: usize = PANEL + LANES;

impl Product {
    fn new(count: usize, depth: usize, is_continued: bool) -> Self {
        let mut random = Generator::new(20_261_128);
        let mut next = || (random.next_bits() >> 56) as u8;
        let mut product = Self {
            rows: Vec::new(),
            panel: (0..depth * PANEL).map(|_| next().cast_signed()).collect(),
            count,
            depth,
            is_continued,
        };
        product.rows = (0..count * product.stride()).map(|_| next()).collect();
        product
    }

    fn stride(&self) -> usize {
        self.depth + GROUP
    }

    fn rows<'a, T>(&self, values: &'a [T]) -> Rows<'a, T> {
        Rows {
            values,
            stride: self.stride(),
            count: self.count,
        }
    }

    /// Sum by sum, from the definition of the layout.
    fn expected(&self) -> Vec<i32> {
        let sum = |row: usize, output: usize| {
            let product = |input: usize| {
                let weight = (input / GROUP * PANEL + output) * GROUP + input % GROUP;
                i32::from(self.rows[row * self.stride() + input]) * i32::from(self.panel[weight])
            };
            START + (0..self.depth).map(product).sum::<i32>()
        };
        let rows = (0..self.count).flat_map(|row| (0..PANEL).map(move |output| sum(row, output)));
        rows.collect()
    }
}

impl Computation for &Product {
    type Output = Vec<i32>;

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) -> Vec<i32> {
        let there = if self.is_continued { START } else { i32::MAX };
        let mut values = vec![there; self.count * SUM_STRIDE];
        let sums = Sums {
            values: &mut values,
            stride: SUM_STRIDE,
        };
        let (mut wide_rows, mut wide_panel) = (Vec::new(), Vec::new());
        let rows = simd.activations(&self.rows, &mut wide_rows);
        let panel = Panel {
            weights: simd.weights(&self.panel, &mut wide_panel),
            start: (!self.is_continued).then_some(&[START; PANEL]),
        };
        simd.dot(self.rows(rows), panel, self.depth, sums);
        values
            .chunks(SUM_STRIDE)
            .flat_map(|row| row[..PANEL].to_vec())
            .collect()
    }
}

#[test]
fn products_are_exact_on_all_instructions() {
    for (count, groups) in (1..=ROWS).flat_map(|count| (1..40).map(move |groups| (count, groups))) {
        for is_continued in [false, true] {
            let product = Product::new(count, groups * GROUP, is_continued);
            let expected = product.expected();
            for isa in Isa::available() {
                let name = isa.name();
                assert_eq!(
                    isa.run(&product),
                    expected,
                    "{name}: {count} rows, {groups} groups"
                );
            }
        }
    }
}

#[cfg(target_arch = "aarch64")]
#[test]
#[ignore = "not every ARM processor has them; scripts/neon/check.sh runs it on one that has"]
fn uses_products_of_bytes() {
    assert_eq!(Isa::available()[0].name(), "neon-dotprod");
}

proptest! {
    #[test]
    fn functions_are_close_and_the_same_on_all_instructions(x in -20.0_f32..20.0) {
        for isa in Isa::available() {
            let [gelu, power] = isa.run(Functions(x));
            prop_assert!((gelu - exact::gelu(x)).abs() < 2.5e-4, "{}", gelu);
            // Or its byte would be less than none.
            prop_assert!(gelu > GELU_LEAST, "{}", gelu);
            prop_assert!((power / libm::exp2f(-x.abs()) - 1.0).abs() < 4e-6, "{}", power);
            let portable = Isa::available().pop().unwrap().run(Functions(x));
            prop_assert_eq!(bits(&[gelu, power]), bits(&portable), "{}", isa.name());
        }
    }
}

/// GELU of a number, and two to the power of minus its magnitude.
struct Functions(f32);

impl Computation for Functions {
    type Output = [f32; 2];

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) -> [f32; 2] {
        let (mut first, mut second) = ([0.0; LANES], [0.0; LANES]);
        simd.store(gelu(simd, simd.splat(self.0)), &mut first);
        simd.store(power_of_two(simd, simd.splat(-self.0.abs())), &mut second);
        [first[0], second[LANES - 1]]
    }
}
