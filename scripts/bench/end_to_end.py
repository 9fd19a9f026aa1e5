#!/usr/bin/env python3
"""Documents a second of `tomtat run` against the same job in Python (`python_job.py`), one after the other.

usage: scripts/bench/end_to_end.py ARCHIVE.jsonl [--rounds 3] [--threads 2]

ARCHIVE has {"id", "paragraphs" | "text"} a line. Needs a release build, and what `run.py` has installed.
"""
import argparse
import os
import shutil
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

import run

LABELS = run.ROOT / "data/labels.vi.jsonl"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("archive", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    run.prepare()
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "archive.jsonl"
        shutil.copy(arguments.archive, archive)
        documents = sum(1 for _ in archive.open())
        jobs = {
            "tomtat": [run.ROOT / "target/release/tomtat", "run", "-q", archive, "-o", Path(folder) / "results",
                       "-j", arguments.threads],
            "Python": [run.VENV / "bin/python", run.HERE / "python_job.py", run.MODEL, LABELS, archive,
                       Path(folder) / "python.jsonl", arguments.threads],
        }
        figures = {name: [] for name in jobs}
        for turn in range(arguments.rounds + 1):
            for name, command in jobs.items():
                # A run that finds its own results would have nothing to do.
                shutil.rmtree(Path(folder) / "results", ignore_errors=True)
                found = measured(command, arguments.threads)
                if turn:  # the first run warms the file cache and makes the int8 network
                    figures[name].append(found)
    print("| | documents per second | documents per CPU-second | peak memory, MiB |\n|---|---|---|---|")
    medians = {name: [statistics.median(column) for column in zip(*rows)] for name, rows in figures.items()}
    for name, (wall, cpu, memory) in medians.items():
        print(f"| {name} | {documents / wall:.1f} | {documents / cpu:.1f} | {memory:.0f} |")
    (wall, cpu, memory), (their_wall, their_cpu, their_memory) = medians["tomtat"], medians["Python"]
    print(f"| ratio | {their_wall / wall:.2f} | {their_cpu / cpu:.2f} | 1 : {their_memory / memory:.1f} |")


def measured(command: list, threads: int) -> tuple[float, float, float]:
    """Wall seconds, CPU seconds and peak memory in MiB of a command."""
    environment = {**os.environ, "OMP_NUM_THREADS": str(threads)}
    for variable in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
        environment.pop(variable, None)
    start = time.monotonic()
    process = subprocess.Popen(list(map(str, command)), env=environment, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    status = os.waitstatus_to_exitcode(status)
    if status not in (0, 3):  # 3 says that some documents could not be read
        raise SystemExit(f"{command[0]} failed with status {status}")
    return time.monotonic() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


if __name__ == "__main__":
    main()
