# Sourced, not run: stands in for the CUDA toolkit in $checks_folder, so that the feature `cuda` compiles and links without it. Its
# nvcc writes empty files; the driver and its libraries are the shim, which opens what it finds when the program runs.
stand_ins=$checks_folder/cuda-stand-ins # where it stays: build scripts run again when their compiler has moved
mkdir -p "$stand_ins/bin" "$stand_ins/include" "$stand_ins/lib64"
ln -sfn lib64 "$stand_ins/lib"
cat > "$stand_ins/bin/nvcc" <<'END_OF_NVCC'
#!/usr/bin/env bash
case " $* " in *" --version "*)
    printf 'nvcc: NVIDIA (R) Cuda compiler driver\nCopyright\nBuilt\nCuda compilation tools, release 13.0, V13.0.88\n' ;;
esac
output='' folder='' sources=()
while [ $# -gt 0 ]; do
    case $1 in
        -o) output=$2; shift ;;
        --output-directory) folder=$2; shift ;;
        *.cu) sources+=("$1") ;;
    esac
    shift
done
case $output in
    *.a) rm -f "$output"; ar rcs "$output" ;;
    ?*) : > "$output" ;;
esac
for source in "${sources[@]}"; do
    [ -n "$folder" ] && : > "$folder/$(basename "$source" .cu).ptx"
done
exit 0
END_OF_NVCC
chmod +x "$stand_ins/bin/nvcc"
: > "$stand_ins/include/cuda.h"
python3 scripts/cuda/shim.py < scripts/cuda/functions.txt > "$stand_ins/shim.c"
cc -O2 -fPIC -w -c "$stand_ins/shim.c" -o "$stand_ins/shim.o"
for library in cuda cublas cublasLt cudart curand nvrtc; do
    rm -f "$stand_ins/lib64/lib$library.a"
    ar rcs "$stand_ins/lib64/lib$library.a"
done
ar rcs "$stand_ins/lib64/libcuda.a" "$stand_ins/shim.o"
export CUDA_HOME=$stand_ins PATH=$stand_ins/bin:$PATH CUDA_COMPUTE_CAP=80
