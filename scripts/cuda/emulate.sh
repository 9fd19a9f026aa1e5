#!/usr/bin/env bash
# Runs the program built with the feature `cuda` where there is neither CUDA nor a card: `emulator` stands in for the driver and
# cuBLAS and runs the kernels, ours and Candle's, on the processor. It shows mistakes, and no speed.
#
#   scripts/cuda/emulate.sh
#
# Everything that must hold is a line that begins with `ok` or `FAIL`; the exit status is 1 with any of the latter. It takes
# ten minutes to build for the first time and as long to run, and needs g++ 12 or newer on x86-64.
set -euo pipefail
cd "$(dirname "$0")/../.."
. scripts/checks.sh
. scripts/cuda/stand_ins.sh
build=$checks_folder/emulated
cargo build --features cuda --bins --example check_card --target-dir "$build"
candle=$(cargo metadata --features cuda --format-version 1 | python3 -c '
import json, pathlib, sys
packages = json.load(sys.stdin)["packages"]
[kernels] = [package for package in packages if package["name"] == "candle-kernels"]
print(pathlib.Path(kernels["manifest_path"]).parent / "src")')
# What training calls.
scripts/cuda/emulator/build.sh "$build/card" src/encode/cuda/kernels.cu \
    "$candle"/{affine,binary,cast,fill,indexing,reduce,ternary,unary}.cu
exec python3 scripts/cuda/emulated.py "$build/debug" "$build/card"
