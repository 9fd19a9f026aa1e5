#!/usr/bin/env bash
# Start to first output on a one-page file: wall time and peak memory of the whole process, ten runs.
# usage: scripts/bench/startup.sh [FILE]      (needs a release build, and bash on Linux)
set -euo pipefail
cd "$(dirname "$0")/../.."
file=${1:-data/samples/annual-report-district.en.md}
program=target/release/tomtat

python3 - "$program" "$file" <<'PYTHON'
import os, resource, statistics, subprocess, sys, time
program, file = sys.argv[1:]
times, peaks = [], []
for run in range(11):
    start = time.monotonic()
    process = subprocess.Popen([program, "summarize", file], stdout=subprocess.PIPE)
    process.stdout.read(1)
    first = time.monotonic() - start
    process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    assert status == 0
    if run:  # the first run warms the file cache
        times.append(first)
        peaks.append(usage.ru_maxrss / 1024)
print(f"{file}: first output after {1000 * statistics.median(times):.0f} ms "
      f"({1000 * min(times):.0f} to {1000 * max(times):.0f}), peak memory {max(peaks):.0f} MiB, {len(times)} runs")
PYTHON
