//! Compiles the kernels of `src/encode/cuda` for the driver, where the feature `cuda` is on.

use std::path::PathBuf;
use std::process::Command;

const SOURCE: &str = "src/encode/cuda/kernels.cu";

fn main() {
    println!("cargo::rerun-if-changed={SOURCE}");
    println!("cargo::rerun-if-env-changed=CUDA_COMPUTE_CAP");
    if std::env::var_os("CARGO_FEATURE_CUDA").is_none() {
        return;
    }
    // 80 is Ampere, the oldest with the products that attention needs; newer cards take its code too.
    let capability = std::env::var("CUDA_COMPUTE_CAP").unwrap_or_else(|_| "80".to_owned());
    let folder = std::env::var_os("OUT_DIR").expect("cargo sets OUT_DIR");
    let status = Command::new("nvcc")
        .args(["-ptx", "-O3", "-std=c++17", "-o"])
        .arg(PathBuf::from(folder).join("kernels.ptx"))
        .arg(format!("-arch=compute_{capability}"))
        .arg(SOURCE)
        .status();
    let status = status.expect("nvcc is on PATH; docs/gpu.md says where to get it");
    assert!(status.success(), "nvcc cannot compile {SOURCE}");
}
