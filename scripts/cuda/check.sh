#!/usr/bin/env bash
# Checks the code of the feature `cuda` without CUDA: a stand-in for nvcc writes empty files, which is enough for
# clippy. Kernels are compiled by `scripts/cuda/toolkit.sh` and a build.
#
# Where the feature's crates are not to be had, or the check is not done within CUDA_CHECK_SECONDS (180), it says that
# it was skipped, and that is no failure; a later run goes on from what is done.
set -euo pipefail
cd "$(dirname "$0")/../.."
. scripts/checks.sh
folder=$checks_folder/cuda-stand-ins # where it stays: build scripts run again when their compiler has moved
mkdir -p "$folder/bin" "$folder/include" "$folder/lib64"
cat > "$folder/bin/nvcc" <<'END'
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
[ -n "$output" ] && : > "$output"
for source in "${sources[@]}"; do
    [ -n "$folder" ] && : > "$folder/$(basename "$source" .cu).ptx"
done
exit 0
END
chmod +x "$folder/bin/nvcc"
: > "$folder/include/cuda.h"
export CUDA_HOME=$folder PATH=$folder/bin:$PATH CUDA_COMPUTE_CAP=80
cargo fetch || skipped "the feature cuda" "its crates are not to be had"
within "${CUDA_CHECK_SECONDS:-180}" "the feature cuda" \
    cargo clippy --features cuda --lib --bins --example check_card "${unoptimised[@]}" -- -D warnings
