#!/usr/bin/env bash
# Runs the tests as a program for Windows, compiled by MinGW and run by Wine.
#
# Left out are the tests of the hub: Wine 8 says that it made a link where it made none.
#
# Where Rust's library, the crates, MinGW or Wine is not to be had (Debian's `gcc-mingw-w64-x86-64`, `g++-mingw-w64-x86-64`
# and `wine64`), or compiling is not done within WINDOWS_CHECK_SECONDS (900), it says that it was skipped, and that is no
# failure; a later run goes on from what is done.
set -euo pipefail
cd "$(dirname "$0")/../.."
. scripts/checks.sh
target=x86_64-pc-windows-gnu what="the program for Windows" compiler=x86_64-w64-mingw32-gcc
is_there() { command -v wine && command -v "$compiler" && command -v x86_64-w64-mingw32-g++; } >/dev/null
get() { timeout 300 apt-get -o DPkg::Lock::Timeout=60 "$@" >/dev/null 2>&1; }
is_there || { get update && get install -y --no-install-recommends gcc-mingw-w64-x86-64 g++-mingw-w64-x86-64 wine wine64; } || true
is_there || skipped "$what" "Wine or a C compiler for Windows is not to be had"
rustup target add "$target" >/dev/null 2>&1 || skipped "$what" "Rust's library for $target is not to be had"
cargo fetch --target "$target" || skipped "$what" "its crates are not to be had"

export WINEPREFIX=$checks_folder/wine WINEDEBUG=-all
mkdir -p "$WINEPREFIX"
timeout 120 wine wineboot --init >/dev/null 2>&1 || skipped "$what" "Wine does not start"
random=$WINEPREFIX/drive_c/windows/system32/bcryptprimitives.dll
[ -e "$random" ] || "$compiler" -shared -o "$random" scripts/windows/bcryptprimitives.c -ladvapi32

export CARGO_TARGET_X86_64_PC_WINDOWS_GNU_RUNNER=wine
unset RUSTFLAGS CARGO_ENCODED_RUSTFLAGS
export CARGO_TARGET_X86_64_PC_WINDOWS_GNU_RUSTFLAGS="-D warnings"
tests=(cargo test --target "$target" --target-dir "$checks_folder")
within "${WINDOWS_CHECK_SECONDS:-900}" "$what" "${tests[@]}" --no-run
# What waits without end under Wine is a failure.
timeout 900 "${tests[@]}" -- --skip model::tests::hub
