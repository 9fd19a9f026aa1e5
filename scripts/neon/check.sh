#!/usr/bin/env bash
# Runs the engine's tests on a processor that is not there: compiled for 64-bit ARM and run by QEMU, whose processor has
# NEON with `dotprod`. They hold the vectors to the bits of the portable path.
#
# Where Rust's library, the crates, the compiler for C or QEMU is not to be had (Debian's `gcc-aarch64-linux-gnu`,
# `libc6-dev-arm64-cross` and `qemu-user`), or compiling is not done within NEON_CHECK_SECONDS (600), it says that it was
# skipped, and that is no failure; a later run goes on from what is done.
set -euo pipefail
cd "$(dirname "$0")/../.."
. scripts/checks.sh
target=aarch64-unknown-linux-gnu what="the engine on ARM" libraries=/usr/aarch64-linux-gnu
is_there() { command -v qemu-aarch64 && command -v aarch64-linux-gnu-gcc && [ -e "$libraries/lib/crt1.o" ]; } >/dev/null
get() { timeout 120 apt-get -o DPkg::Lock::Timeout=60 "$@" >/dev/null 2>&1; }
is_there || { get update && get install -y gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user; } || true
is_there || skipped "$what" "QEMU or a C compiler for it is not to be had"
rustup target add "$target" >/dev/null 2>&1 || skipped "$what" "Rust's library for $target is not to be had"
cargo fetch --target "$target" || skipped "$what" "its crates are not to be had"

export CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=aarch64-linux-gnu-gcc
export CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER="qemu-aarch64 -cpu max -L $libraries"
# Unoptimised, gemm-f16 compiles with this alone.
unset RUSTFLAGS CARGO_ENCODED_RUSTFLAGS
export CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUSTFLAGS="-C target-feature=+fp16"
tests=(cargo test --lib --target "$target" "${unoptimised[@]}")
within "${NEON_CHECK_SECONDS:-600}" "$what" "${tests[@]}" --no-run
# A kernel that does not come to an end is a failure.
PROPTEST_CASES=8 timeout 300 "${tests[@]}" encode::engine -- --include-ignored
