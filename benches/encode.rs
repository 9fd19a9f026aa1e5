//! How many tokens a second go through the bundled network on one core?
//!
//! `reports` is a stream of lengths as they come in Vietnamese reports (10, 22, 33, 48, 73, 119 and 330 tokens at the
//! 0th, 10th, 25th, 50th, 75th, 90th and 99th percentile), the others have one length each. Tokens per second are
//! elements per second.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use tomtat::encode::{self, Encoder, TokenBatch};
use tomtat::model::Bundle;

/// Percentiles of the lengths, and lengths.
const LENGTHS: [(f32, f32); 7] = [
    (0.0, 10.0),
    (10.0, 22.0),
    (25.0, 33.0),
    (50.0, 48.0),
    (75.0, 73.0),
    (90.0, 119.0),
    (99.0, 330.0),
];

/// The length at `percentile`, logarithms interpolated.
fn length_at(percentile: f32) -> usize {
    let above = LENGTHS
        .iter()
        .position(|&(end, _)| percentile < end)
        .unwrap_or(LENGTHS.len() - 1);
    let ((from, shorter), (to, longer)) = (LENGTHS[above - 1], LENGTHS[above]);
    let along = (percentile - from) / (to - from);
    (shorter * libm::powf(longer / shorter, along)).round() as usize
}

/// Sequences of these lengths, of tokens spread over the vocabulary.
fn batch(lengths: impl Iterator<Item = usize>) -> TokenBatch {
    let mut batch = TokenBatch::default();
    for length in lengths {
        let tokens: Vec<u32> = (0..length as u32)
            .map(|index| 5 + index * 37 % 9_973)
            .collect();
        batch.push(&tokens);
    }
    batch
}

fn encode(criterion: &mut Criterion) {
    let bundle = Bundle::embedded().expect("the model is embedded");
    let encoder = encode::of_bundle(&bundle).expect("the engine has kernels for it");
    let mut group = criterion.benchmark_group(format!("encode/{}", encoder.instructions()));
    let reports = batch((0..64).map(|index| length_at(index as f32 * 99.0 / 64.0)));
    let mut measure = |name: &str, batch: &TokenBatch| {
        group.throughput(Throughput::Elements(batch.tokens().len() as u64));
        group.bench_function(name, |bencher| {
            bencher.iter(|| encoder.encode(black_box(batch)));
        });
    };
    measure("reports", &reports);
    for length in [16, 64, 256, 512] {
        measure(
            &length.to_string(),
            &batch((0..1024 / length).map(|_| length)),
        );
    }
    group.finish();
    criterion.bench_function("encode/open", |bencher| {
        bencher.iter(|| encode::of_bundle(black_box(&bundle)));
    });
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(10);
    targets = encode
}
criterion_main!(benches);
