#!/usr/bin/env bash
# Sets up what a build with `--features cuda` needs on a machine without CUDA and without a card, from Python
# wheels (about 100 MB), and a shim that lets the program start where there is no driver:
#
#   scripts/cuda/toolkit.sh FOLDER && . FOLDER/environment
#   cargo build --release --features cuda
#
# With CUDA installed, none of this is needed; the program then asks for the driver's libraries at its start.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
folder=$(mkdir -p "$1" && cd "$1" && pwd)

# 13.0, because a driver of that series refuses the code of newer compilers.
python3 -m venv "$folder/python"
"$folder/python/bin/pip" install --quiet --no-deps nvidia-cuda-nvcc==13.0.88 nvidia-cuda-crt==13.0.88 \
    nvidia-nvvm==13.0.88 nvidia-cuda-runtime==13.0.96 nvidia-cuda-cccl==13.0.85
home=$(echo "$folder"/python/lib/python3*/site-packages/nvidia/cu13)
ln -sfn lib "$home/lib64"

# The linker finds archives where it looks for the driver, cuBLAS and the others: one with jumps, the rest empty.
python3 "$here/shim.py" < "$here/functions.txt" > "$folder/shim.c"
cc -O2 -fPIC -w -c "$folder/shim.c" -o "$folder/shim.o"
for library in cublas cublasLt curand nvrtc; do
    rm -f "$home/lib/lib$library.a"
    ar rcs "$home/lib/lib$library.a"
done
rm -f "$home/lib/libcuda.a"
ar rcs "$home/lib/libcuda.a" "$folder/shim.o"
ln -sf libcudart_static.a "$home/lib/libcudart.a"

cat > "$folder/environment" <<END
export CUDA_HOME='$home'
export PATH='$home/bin':"\$PATH"
export CUDA_COMPUTE_CAP="\${CUDA_COMPUTE_CAP:-80}"
END
echo "now: . $folder/environment && cargo build --release --features cuda"
