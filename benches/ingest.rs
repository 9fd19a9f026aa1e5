//! How many office files a second does one core read?
//!
//! `cargo bench --bench ingest`: the `.doc` and `.rtf` files of `../shared/data/legacy`, or the
//! fixtures of the tests where they are not there.

use std::hint::black_box;
use std::path::{Path, PathBuf};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use tomtat::ingest::{self, ReadOptions};

fn is_office_file(path: &Path) -> bool {
    path.extension()
        .is_some_and(|suffix| suffix == "doc" || suffix == "rtf")
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files_below(&path));
        } else if is_office_file(&path) {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn read_office_files(criterion: &mut Criterion) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = ["../shared/data/legacy/files", "tests/fixtures/formats"];
    let files = folders.iter().map(|folder| files_below(&root.join(folder)));
    let files = files
        .into_iter()
        .find(|files| !files.is_empty())
        .unwrap_or_default();
    let contents: Vec<Vec<u8>> = files
        .iter()
        .filter_map(|path| std::fs::read(path).ok())
        .collect();
    let mut group = criterion.benchmark_group("ingest");
    group
        .sample_size(10)
        .throughput(Throughput::Elements(contents.len() as u64));
    group.bench_function("doc and rtf files", |bencher| {
        bencher.iter(|| {
            for content in &contents {
                let _ = black_box(ingest::read(content, None, &ReadOptions::default()));
            }
        });
    });
    group.finish();
}

criterion_group!(benches, read_office_files);
criterion_main!(benches);
