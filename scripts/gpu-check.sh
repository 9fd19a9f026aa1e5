#!/usr/bin/env bash
# Everything that a card must show, in one go that ends within eight minutes, what matters most first: parity, recovery,
# decisions, the whole program, training, speed, peer. The report is written after every step, and names the steps that were
# left out; the exit status is 1 then, and where anything is wrong.
#
#   scripts/gpu-check.sh ARCHIVE.jsonl [REPORT.md]
#
# ARCHIVE has some ten megabytes of documents. The programs are those of `cargo build --release --features cuda --bins
# --example check_card`; TOMTAT and CHECK_CARD name others, MODEL another bundle, and LIMIT other seconds than 450 after which
# it ends. The peer alone needs torch, sentence-transformers and safetensors in Python, and is left out without them.
set -euo pipefail
cd "$(dirname "$0")/.."
archive=$1
report=${2:-${OUT:-target}/gpu-check.md}
# cuBLAS and cuRAND, where wheels have brought them: all in one folder of CUDA 13, or each in one of its own.
wheels=$(python3 - <<'END'
import importlib.util
import pathlib

found = importlib.util.find_spec("nvidia")
roots = found.submodule_search_locations if found else []
print(":".join(str(folder) for root in roots for folder in sorted(pathlib.Path(root).glob("*/lib"))))
END
)
export LD_LIBRARY_PATH=$wheels${LD_LIBRARY_PATH:+${wheels:+:}$LD_LIBRARY_PATH}
# Kernels that the driver has compiled serve the programs that follow.
export CUDA_CACHE_PATH=${CUDA_CACHE_PATH:-$PWD/target/cuda-cache}
# What is large is read from a cold disk while the first steps run.
{
    IFS=: read -ra folders <<< "$wheels"
    [ ${#folders[@]} -eq 0 ] || find "${folders[@]}" -name 'libcublas*' -exec cat {} +
    python3 -c 'import sentence_transformers'
} </dev/null >/dev/null 2>&1 &
exec python3 scripts/bench/gpu_check.py "$archive" --report "$report" \
    --tomtat "${TOMTAT:-target/release/tomtat}" --check "${CHECK_CARD:-target/release/examples/check_card}" \
    --model "${MODEL:-models/tomtat-small}" --seconds "${LIMIT:-450}"
