"""What `scripts/cuda/emulate.sh` checks, once all is built: `emulated.py PROGRAMS LIBRARIES`, two folders.

Every check runs the program on cards that the environment describes (`emulator/driver.cpp`) and prints a line.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
MODEL = ROOT / "models/tomtat-small"
SAMPLES = ROOT / "data/samples"
REPORT = SAMPLES / "bao-cao-so-ket-6-thang.txt"
# Launches from which on a card fails: when the first pass is on its way, and while the card is opened.
IN_A_PASS, WHILE_OPENING = 70, 10
MEBIBYTE = 1 << 20


class Emulated:
    """The programs on emulated cards, a folder to write into, and whether all was well."""

    def __init__(self, programs: Path, libraries: Path, folder: Path):
        self.programs, self.libraries, self.folder = programs, libraries, folder
        self.all_is_well = True

    def call(self, program: str, *arguments: object, **cards: object) -> subprocess.CompletedProcess:
        """Runs a program; `cards` is what the emulator is told, as `memory=…` for EMULATED_MEMORY."""
        told = {f"EMULATED_{name.upper()}": str(value) for name, value in cards.items()}
        environment = {**os.environ, "LD_LIBRARY_PATH": str(self.libraries), **told}
        command = [str(self.programs / program), *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)

    def tomtat(self, *arguments: object, **cards: object) -> subprocess.CompletedProcess:
        """Runs the program itself."""
        return self.call("tomtat", *arguments, **cards)

    def archive(self, name: str, device: str, **cards: object) -> tuple[int, bytes, str]:
        """Runs over the samples: exit status, results, and what it said."""
        output = self.folder / name
        done = self.tomtat("run", SAMPLES, "-o", output, "--device", device, **cards)
        results = output / "results.jsonl"
        return done.returncode, results.read_bytes() if results.exists() else b"", done.stderr

    def report(self, what: str, holds: bool, otherwise: str = "") -> None:
        """Prints a line, and if it does not hold what was seen."""
        self.all_is_well &= holds
        print(f"{'ok  ' if holds else 'FAIL'} {what}", flush=True)
        if not holds and otherwise:
            print(otherwise, flush=True)


def kernels(card: Emulated) -> None:
    """Every kernel against plain Rust, and vectors against f32, lanes and blocks in both orders."""
    texts = card.folder / "texts.txt"
    lines = [line for line in REPORT.read_text(encoding="utf-8").splitlines() if line.strip()]
    # The last one is longer than a sequence.
    texts.write_text("\n".join([*lines[:8], " ".join(lines)]), encoding="utf-8")
    for check, order in [("steps", "forward"), ("parity", "backward")]:
        done = card.call("examples/check_card", MODEL, texts, check, order=order)
        wrong = [line for line in done.stdout.splitlines() if line.startswith("FAIL")]
        card.report(f"check_card {check}", done.returncode == 0 and not wrong, done.stdout + done.stderr)
        print("\n".join(line for line in done.stdout.splitlines() if "cosine" in line), flush=True)


def archives(card: Emulated) -> bytes:
    """The same bytes from one card or two, in any order of lanes; the labels and quotations of the processor."""
    status, one, said = card.archive("one", "cuda:0")
    card.report("a run on a card", status == 0 and one != b"", said)
    status, two, said = card.archive("two", "cuda:0,cuda:1", cards=2, order="backward")
    card.report("two cards, lanes backward: the same bytes", status == 0 and one == two, said)
    _, processor, _ = card.archive("processor", "cpu")
    card.report("labels and quotations of the processor", decisions(one) == decisions(processor))
    return one


def decisions(results: bytes) -> list:
    """The labels of all paragraphs and where everything that is quoted stands, by document."""
    found = []
    for record in map(json.loads, results.splitlines()):
        labels = [[label["label"] for label in paragraph["labels"]] for paragraph in record["paragraphs"]]
        quoted = [record["summary"]["sentences"], *record["by_label"].values()]
        found.append((labels, [[(line["start_byte"], line["end_byte"]) for line in lines] for lines in quoted]))
    return found


def full(card: Emulated, usual: bytes) -> None:
    """A pass without room is halved, a card without room for the weights is refused or passed over."""
    output = card.folder / "halved"
    arguments = ["run", SAMPLES, "-o", output, "--device", "cuda:0", "--pass-tokens", 1_000_000]
    done = card.tomtat(*arguments, memory=600 * MEBIBYTE)
    results = (output / "results.jsonl").read_bytes()
    halved = done.stderr.count("going on with half of it")
    card.report(f"a pass without room is halved ({halved} times): the same bytes", halved > 0 and results == usual, done.stderr)
    refused = card.tomtat("classify", REPORT, "--device", "cuda:0", memory=100 * MEBIBYTE)
    card.report("a full card is refused", refused.returncode == 1 and "memory is full" in refused.stderr, refused.stderr)
    passed = card.tomtat("classify", REPORT, memory=100 * MEBIBYTE)
    instead = "--device auto takes cpu instead" in passed.stderr
    card.report("auto takes the processor instead", passed.returncode == 0 and instead, passed.stderr)


def failures(card: Emulated, usual: bytes) -> None:
    """A card that fails loses nothing."""
    lost = f"0:{IN_A_PASS}:719"
    status, results, said = card.archive("one-of-two", "cuda:0,cuda:1", cards=2, fault=lost)
    gone = "is lost" in said
    card.report("one of two cards fails: the same bytes", status == 0 and gone and results == usual, said)
    status, _, said = card.archive("only", "cuda:0", fault=lost)
    card.report("the only card fails: status 1", status == 1 and "is lost" in said, said)
    status, results, said = card.archive("only", "cuda:0")
    card.report("the same command goes on: the same bytes", status == 0 and results == usual, said)
    opened = card.tomtat("classify", REPORT, fault=f"0:{WHILE_OPENING}:700")
    instead = "--device auto takes cpu instead" in opened.stderr
    card.report("a card that cannot be opened: auto takes the processor", opened.returncode == 0 and instead, opened.stderr)


def training(card: Emulated) -> None:
    """Learning: the loss of the processor, and labels that it reads with. Dropout draws otherwise there, so there is none."""
    data = card.folder / "labels.jsonl"
    lines = (ROOT / "data/labels.vi.jsonl").read_text(encoding="utf-8").splitlines()
    data.write_text("\n".join(lines[:16]), encoding="utf-8")
    losses = {}
    for device, dtype in [("cpu", "f32"), ("cuda", "f32"), ("cuda", "bf16")]:
        output = card.folder / f"{device}-{dtype}"
        arguments = ["train", "labels", "--data", data, "-o", output, "--device", device]
        arguments += ["--dtype", dtype] if device == "cuda" else []
        arguments += ["--epochs", 1, "--batch", 8, "--frozen-layers", 4, "--dropout", 0]
        done = card.tomtat(*arguments, memory=8192 * MEBIBYTE)
        found = re.search(r"epoch 1: loss ([\d.]+)", done.stderr + done.stdout)
        losses[device, dtype] = float(found[1]) if found else float("nan")
        if device == "cuda":
            near = abs(losses[device, dtype] / losses["cpu", "f32"] - 1) < (0.001 if dtype == "f32" else 0.02)
            what = f"training in {dtype}: loss {losses[device, dtype]}, on the processor {losses['cpu', 'f32']}"
            card.report(what, done.returncode == 0 and near, done.stderr)
            read = card.tomtat("classify", "--labels", output, REPORT, "--device", "cpu")
            card.report(f"labels learnt in {dtype} on the processor", read.returncode == 0, read.stderr)


def main() -> None:
    """Runs all checks."""
    programs, libraries = map(Path, sys.argv[1:])
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        card = Emulated(programs, libraries, Path(folder))
        kernels(card)
        usual = archives(card)
        full(card, usual)
        failures(card, usual)
        training(card)
    print(f"{'all is well' if card.all_is_well else 'not all is well'}, {time.monotonic() - started:.0f} s")
    sys.exit(not card.all_is_well)


if __name__ == "__main__":
    main()
