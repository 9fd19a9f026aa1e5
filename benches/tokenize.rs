//! How fast is the bundled tokenizer, and how soon is it ready?
//!
//! Tokens per second are elements per second of `encode`.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use tomtat::tokenize::Tokenizer;

const BUNDLED: &[u8] = include_bytes!("../models/tomtat-small/tokenizer.bin");
const SAMPLE: &str = include_str!("../data/samples/bao-cao-so-ket-6-thang.txt");

fn tokenize(criterion: &mut Criterion) {
    let tokenizer = Tokenizer::from_bytes(BUNDLED).expect("the bundled tokenizer is sound");
    let mut ids = Vec::new();
    tokenizer.encode_into(SAMPLE, &mut ids);
    let mut group = criterion.benchmark_group("tokenize");
    group.throughput(Throughput::Elements(ids.len() as u64));
    group.bench_function("encode", |bencher| {
        bencher.iter(|| {
            ids.clear();
            tokenizer.encode_into(black_box(SAMPLE), &mut ids);
        });
    });
    group.finish();
    criterion.bench_function("tokenize/open", |bencher| {
        bencher.iter(|| Tokenizer::from_bytes(black_box(BUNDLED)));
    });
}

criterion_group!(benches, tokenize);
criterion_main!(benches);
