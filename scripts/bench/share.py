#!/usr/bin/env python3
"""What share of the processor's integer multiply-accumulate rate does the engine reach? The bundled model, one thread.

usage: scripts/bench/share.py [--count 80] [--rounds 9]

Before every round of the engine, a program of nothing but `vpdpbusd` on registers (24 independent chains) shows what one core
does at that moment. Needs AVX-512 with VNNI, a C compiler, and `cargo build --release --example encode_texts`.
"""
import argparse
import json
import statistics
import subprocess

import run

CONFIG = run.ROOT / "models/tomtat-small/config.json"
CHAINS = 24
#: Encodes of all texts in a round: the clock of a process ticks a hundred times a second.
REPEATS = 12


def main() -> None:
    """Prints the medians of all rounds."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=80)
    parser.add_argument("--rounds", type=int, default=9)
    arguments = parser.parse_args()
    run.TARGET.mkdir(parents=True, exist_ok=True)
    texts, peak = run.made_texts(arguments.count), build_peak()
    engine = run.Engine("share", [run.OURS, texts.resolve(), "--threads", 1], 1)
    ids = run.TARGET / "ids.json"
    engine.tell(f"ids {ids}")
    lengths = [len(sequence) for sequence in json.loads(ids.read_text())]
    linear, attention = products(lengths)
    engine.round()
    shares, rates = [], []
    for _ in range(arguments.rounds):
        limit = float(subprocess.run([peak], check=True, capture_output=True, text=True).stdout)
        start = engine.cpu_seconds()
        for _ in range(REPEATS):
            engine.tell("round")
        seconds = (engine.cpu_seconds() - start) / REPEATS
        rates.append(limit)
        shares.append((linear / seconds / limit, (linear + attention) / seconds / limit))
    alone, both = (statistics.median(column) for column in zip(*shares))
    print(f"{run.processor()}: {statistics.median(rates) / 1e9:.1f} G multiply-accumulates a second on one core, "
          f"{sum(lengths):,} tokens, {arguments.rounds} rounds, medians")
    print(f"linear layers {alone:.1%} of it, with attention's products {both:.1%} "
          f"(lowest {min(shares)[1]:.1%}, highest {max(shares)[1]:.1%})")


def products(lengths: list[int]) -> tuple[float, float]:
    """Returns the multiply-accumulates of the linear layers and of attention, for sequences of these lengths."""
    config = json.loads(CONFIG.read_text())
    layers, hidden, intermediate = (config[name] for name in ("num_hidden_layers", "hidden_size", "intermediate_size"))
    linear = sum(lengths) * (4 * hidden * hidden + 2 * hidden * intermediate)
    attention = sum(2 * length * length * hidden for length in lengths)
    return layers * linear, layers * attention


def build_peak():
    """Compiles the program that says how many multiply-accumulates a second one core does, and gives its path."""
    source, program = run.TARGET / "peak.c", run.TARGET / "peak"
    chains = range(CHAINS)
    registers = "".join(f"register __m512i a{chain} = _mm512_setzero_si512();\n" for chain in chains)
    steps = "".join(f'asm volatile("vpdpbusd %2, %1, %0" : "+v"(a{chain}) : "v"(x), "v"(y));\n' for chain in chains)
    source.write_text(f"""#include <immintrin.h>
#include <stdio.h>
#include <time.h>
static double seconds(void) {{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return now.tv_sec + now.tv_nsec * 1e-9;
}}
int main(void) {{
    __m512i x = _mm512_set1_epi8(3), y = _mm512_set1_epi8(5);
    {registers}
    double best = 0;
    for (int turn = 0; turn < 5; turn++) {{
        long count = 4000000;
        double start = seconds();
        for (long step = 0; step < count; step++) {{
            {steps}
        }}
        double rate = count * {CHAINS}.0 * 64 / (seconds() - start);
        best = rate > best ? rate : best;
    }}
    printf("%f\\n", best);
}}
""")
    subprocess.run(["cc", "-O2", "-mavx512f", "-mavx512vnni", "-o", program, source], check=True)
    return program


if __name__ == "__main__":
    main()
