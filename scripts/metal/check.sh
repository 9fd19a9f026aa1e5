#!/usr/bin/env bash
# Checks the code of the feature `metal` for macOS on Apple silicon, from any machine: stand-ins for the C compiler and
# the archiver write empty files, since nothing is linked.
#
# Where Rust's library for macOS or the feature's crates are not to be had, or the check is not done within
# METAL_CHECK_SECONDS (180), it says that it was skipped, and that is no failure; a later run goes on from what is done.
set -euo pipefail
cd "$(dirname "$0")/../.."
. scripts/checks.sh
target=aarch64-apple-darwin
folder=$checks_folder/metal-stand-ins # where it stays: build scripts run again when their compiler has moved
mkdir -p "$folder"
cat > "$folder/cc" <<'END'
#!/usr/bin/env bash
while [ $# -gt 0 ]; do
    case $1 in -o) : > "$2"; shift ;; esac
    shift
done
END
cat > "$folder/ar" <<'END'
#!/usr/bin/env bash
for argument in "$@"; do
    case $argument in *.a) : > "$argument" ;; esac
done
END
chmod +x "$folder/cc" "$folder/ar"
export CC_aarch64_apple_darwin=$folder/cc AR_aarch64_apple_darwin=$folder/ar SDKROOT=$folder
rustup target add "$target" >/dev/null 2>&1 || skipped "the feature metal" "Rust's library for $target is not to be had"
cargo fetch --target "$target" || skipped "the feature metal" "its crates are not to be had"
within "${METAL_CHECK_SECONDS:-180}" "the feature metal" \
    cargo clippy --features metal --target "$target" --lib --bins "${unoptimised[@]}" -- -D warnings
