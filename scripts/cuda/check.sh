#!/usr/bin/env bash
# Checks the code of the feature `cuda` without CUDA: a stand-in for nvcc writes empty files, which is enough for
# clippy. Kernels are compiled for cards by `scripts/cuda/toolkit.sh` and a build; here for the emulated one, where there is a
# compiler for C++. `scripts/cuda/emulate.sh` runs them.
#
# Where the feature's crates are not to be had, or the check is not done within CUDA_CHECK_SECONDS (180), it says that
# it was skipped, and that is no failure; a later run goes on from what is done.
set -euo pipefail
cd "$(dirname "$0")/../.."
. scripts/checks.sh
. scripts/cuda/stand_ins.sh
cargo fetch || skipped "the feature cuda" "its crates are not to be had"
within "${CUDA_CHECK_SECONDS:-180}" "the feature cuda" \
    cargo clippy --features cuda --lib --bins --example check_card "${unoptimised[@]}" -- -D warnings
command -v "${CXX:-g++}" >/dev/null || skipped "the emulated card" "there is no compiler for C++"
scripts/cuda/emulator/build.sh "$checks_folder/card" src/encode/cuda/kernels.cu
