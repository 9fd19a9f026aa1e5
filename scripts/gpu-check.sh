#!/usr/bin/env bash
# Everything that a card must show, in one go that ends within eight minutes: parity, speed, peer, recovery, training. The report is
# written after every step, and names the steps for which no time was left; the exit status is 1 then, and where anything is wrong.
#
#   scripts/gpu-check.sh ARCHIVE.jsonl [REPORT.md]
#
# ARCHIVE has some ten megabytes of documents. The programs are those of `cargo build --release --features cuda
# --example check_card`; TOMTAT and CHECK_CARD name others. Python needs torch, sentence-transformers and safetensors.
set -euo pipefail
cd "$(dirname "$0")/.."
archive=$1
report=${2:-${OUT:-target}/gpu-check.md}
# PyTorch brings cuBLAS and cuRAND along.
site=$(python3 -c 'import importlib.util, pathlib; print(pathlib.Path(importlib.util.find_spec("torch").origin).parents[1])')
export LD_LIBRARY_PATH=$site/nvidia/cu13/lib:${LD_LIBRARY_PATH:-}
exec python3 scripts/bench/gpu_check.py "$archive" --report "$report" \
    --tomtat "${TOMTAT:-target/release/tomtat}" --check "${CHECK_CARD:-target/release/examples/check_card}" \
    --model "${MODEL:-models/tomtat-small}"
