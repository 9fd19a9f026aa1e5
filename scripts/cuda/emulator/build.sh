#!/usr/bin/env bash
# Compiles the emulated driver, cuBLAS and cuRAND into FOLDER, as the libraries that a program opens:
#
#   scripts/cuda/emulator/build.sh FOLDER KERNELS.cu...
#
# It needs g++ 12 or another compiler for C++17 that has _Float16, on x86-64.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
folder=$(mkdir -p "$1" && cd "$1" && pwd)
shift
flags=(-std=c++17 -O3 -march=native -ffp-contract=off -fno-strict-aliasing -fPIC -fvisibility=hidden "-I$here" "-I$here/include")
objects=()
for source in "$@"; do
    name=$(basename "$source" .cu)
    python3 "$here/kernels.py" "$source" "$folder/$name.cpp" "${flags[@]}" "-I$(dirname "$source")"
    # A card takes no number from where it may not stand.
    "${CXX:-g++}" "${flags[@]}" -w -fsanitize=alignment -fsanitize-undefined-trap-on-error -c "$folder/$name.cpp" -o "$folder/$name.o"
    objects+=("$folder/$name.o")
done
for source in grid driver libraries; do
    "${CXX:-g++}" "${flags[@]}" -Wall -Wextra -c "$here/$source.cpp" -o "$folder/$source.o"
    objects+=("$folder/$source.o")
done
# Functions of headers that are not inline are in several objects.
"${CXX:-g++}" -shared -Wl,--allow-multiple-definition -o "$folder/libcuda.so.1" "${objects[@]}" -lpthread
ln -sf libcuda.so.1 "$folder/libcublas.so.13"
ln -sf libcuda.so.1 "$folder/libcurand.so.10"
