#!/usr/bin/env bash
# Counts the instructions of the development build on a page, under callgrind, and fails if they have grown by more
# than a tenth; then runs the engine's tests under memcheck, which sees reads and writes out of bounds.
# usage: scripts/bench/instructions.sh [--record]      (after `cargo test --no-run`)
#
# Timings mean nothing on a busy machine; counts of instructions are the same everywhere. Valgrind knows no AVX-512:
# what is counted and checked is AVX2, the portable kernel, and everything around them.
set -euo pipefail
cd "$(dirname "$0")/../.."
recorded=scripts/bench/instructions.txt

command -v valgrind >/dev/null || apt-get install -y -q valgrind >/dev/null 2>&1 || true
if ! command -v valgrind >/dev/null; then
    echo "SKIPPED: instructions are not counted, because valgrind cannot be had here"
    exit 0
fi
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
head -n 12 data/samples/bao-cao-so-ket-6-thang.txt >"$folder/page.txt"

count() { # NAME ARGUMENTS…: "NAME COUNT"
    local name=$1
    shift
    valgrind --tool=callgrind --callgrind-out-file=/dev/null target/debug/tomtat "$@" --jobs 1 "$folder/page.txt" \
        2>"$folder/log" >/dev/null || { cat "$folder/log"; exit 1; }
    echo "$name $(awk '/Collected/ { print $NF }' "$folder/log")"
}
{
    count without-transformer summarize --encoder fake
    count whole summarize
} | tee "$folder/counts"

if [ "${1:-}" = --record ]; then
    { echo "# $(rustc --version)"; cat "$folder/counts"; } >"$recorded"
elif [ ! -e "$recorded" ]; then
    echo "SKIPPED: no counts are recorded in $recorded"
elif [ "$(head -n 1 "$recorded")" != "# $(rustc --version)" ]; then
    echo "SKIPPED: the counts in $recorded are of another compiler: $(head -n 1 "$recorded")"
else
    grep -v '^#' "$recorded" | while read -r name limit; do
        found=$(awk -v name="$name" '$1 == name { print $2 }' "$folder/counts")
        if [ $((found * 10)) -gt $((limit * 11)) ]; then
            echo "$name: $found instructions, more than a tenth above the recorded $limit"
            exit 1
        fi
    done
fi

tests=$(cargo test --lib --no-run 2>&1 | sed -n 's/.*(\(target[^)]*\)).*/\1/p')
PROPTEST_CASES=8 valgrind --quiet --error-exitcode=9 "$tests" encode::engine
