//! Tells builds of one version apart, and compiles the kernels of `src/encode/cuda` for the driver, where the feature `cuda`
//! is on.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

const KERNELS: &str = "src/encode/cuda/kernels.cu";

/// All that makes the program what it is, whatever machine, folder and features it is built on, in and with. Of `data` it takes
/// these in; the rest is to train and to measure it.
const PARTS: [&str; 7] = [
    "Cargo.lock",
    "Cargo.toml",
    "build.rs",
    "data/abbreviations.txt",
    "data/legacy_fonts",
    "models",
    "src",
];

fn main() {
    for part in PARTS {
        println!("cargo::rerun-if-changed={part}");
    }
    let build = build_id().expect("the sources can be read");
    let version = std::env::var("CARGO_PKG_VERSION").expect("cargo sets CARGO_PKG_VERSION");
    println!("cargo::rustc-env=TOMTAT_BUILD={version} ({build:08x})");

    deepen_stack();
    println!("cargo::rerun-if-env-changed=CUDA_COMPUTE_CAP");
    if std::env::var_os("CARGO_FEATURE_CUDA").is_some() {
        compile_kernels();
    }
}

/// Gives the program on Windows the stack that other systems give it, of 8 MiB in place of one or two: readers follow what is
/// nested as deep as docs/formats.md says.
fn deepen_stack() {
    if std::env::var("CARGO_CFG_TARGET_OS").as_deref() == Ok("windows") {
        let is_msvc = std::env::var("CARGO_CFG_TARGET_ENV").as_deref() == Ok("msvc");
        let option = if is_msvc { "/STACK:" } else { "-Wl,--stack," };
        println!("cargo::rustc-link-arg-bins={option}{}", 8 << 20);
    }
}

/// A hash of the names and bytes of all parts. No packed sources have a commit to name.
fn build_id() -> io::Result<u32> {
    let mut files = Vec::new();
    for part in PARTS {
        collect(Path::new(part), &mut files)?;
    }
    files.sort();
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for file in files {
        let name: Vec<_> = file.iter().map(|part| part.to_string_lossy()).collect();
        add(&mut hash, name.join("/").as_bytes());
        add(&mut hash, &fs::read(&file)?);
    }
    Ok(hash as u32)
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    // What file managers and editors leave there, and caches of scripts, differ by machine; what people read changes nothing.
    let is_left = name.starts_with('.') || name.starts_with("__") || name.ends_with('~');
    let is_left = is_left || name.ends_with(".md");
    if is_left || !path.exists() {
        return Ok(());
    }
    if path.is_file() {
        files.push(path.to_owned());
        return Ok(());
    }
    for entry in fs::read_dir(path)? {
        collect(&entry?.path(), files)?;
    }
    Ok(())
}

/// FNV-1a over words of eight bytes, for this program is not optimised; the length ends them.
fn add(hash: &mut u64, bytes: &[u8]) {
    let mut add = |word: u64| {
        *hash = (*hash ^ word).wrapping_mul(0x0100_0000_01b3);
        *hash ^= *hash >> 32;
    };
    for chunk in bytes.chunks(8) {
        let mut word = [0; 8];
        word[..chunk.len()].copy_from_slice(chunk);
        add(u64::from_le_bytes(word));
    }
    add(bytes.len() as u64);
}

fn compile_kernels() {
    // 80 is Ampere, the oldest with the products that attention needs; newer cards take its code too.
    let capability = std::env::var("CUDA_COMPUTE_CAP").unwrap_or_else(|_| "80".to_owned());
    let folder = std::env::var_os("OUT_DIR").expect("cargo sets OUT_DIR");
    let status = Command::new("nvcc")
        .args(["-ptx", "-O3", "-std=c++17", "-o"])
        .arg(PathBuf::from(folder).join("kernels.ptx"))
        .arg(format!("-arch=compute_{capability}"))
        .arg(KERNELS)
        .status();
    let status = status.expect("nvcc is on PATH; docs/gpu.md says where to get it");
    assert!(status.success(), "nvcc cannot compile {KERNELS}");
}
