#!/usr/bin/env python3
"""What `scripts/gpu-check.sh` does: holds the card to the processor, measures both and writes a report in Markdown.

A figure that could not be measured is a dash in the report, and what went wrong stands below the table. The report is
written after every step: what is found is kept if a machine is taken away. No step may use up what the ones behind it need
at least, so that a slow machine leaves none of them out.
"""
import argparse
import importlib.util
import itertools
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
TEXT_BYTES = 1_000_000
# The archive is repeated with other words until the whole program runs for half a minute on a fast card: a shorter run is
# over before its speed is steady, as reading ahead fills eight waves first. A slow machine gets through fewer.
COPIES = 12
# Of the archive, what decisions are compared on, for every thread: the processor is to be done within a minute or two.
DECISION_BYTES_A_THREAD = 250_000
MOST_DECISION_BYTES = 4_000_000
# Lines that labels trained on the card are tried on.
SAMPLE_LINES = 20
# The least that a step is begun with.
LEAST_SECONDS = 5
# What matters most comes first; with what every step needs at least on a slow machine, in seconds.
STEPS = {
    "parity": 25,
    "full": 25,
    "decisions": 60,
    "whole": 40,
    "training": 50,
    "speed": 25,
    "steps": 15,
    "peer": 40,
}
# What the peer is made of, and what the wheels are called.
PEER = {
    "torch": "torch",
    "transformers": "transformers",
    "sentence_transformers": "sentence-transformers",
    "safetensors": "safetensors",
}


class Check:
    """The programs, a folder to work in, and what was found."""

    def __init__(self, arguments: argparse.Namespace, folder: Path):
        self.arguments, self.folder = arguments, folder
        self.config = json.loads((Path(arguments.model) / "config.json").read_text())
        self.rows: list[tuple[str, str, str]] = []
        self.problems: list[str] = []
        self.deadline = time.monotonic() + arguments.seconds
        # Seconds of the steps behind the one in hand.
        self.kept = 0.0
        self.card = card()
        # Bytes of the archive a second of the first run on the card.
        self.bytes_a_second: float | None = None
        # Tokens a second of the encoder alone and of the whole program, where they were measured.
        self.encoder: float | None = None
        self.program: float | None = None

    def left(self) -> float:
        """Seconds that are left for the step in hand."""
        return self.deadline - time.monotonic() - self.kept

    def row(self, what: str, found: str, wanted: str = "", holds: bool = True) -> None:
        """Notes a line of the report; a result that does not hold is a problem, a speed that is missed is none."""
        self.rows.append((what, found, wanted))
        if not holds:
            self.problems.append(f"{what}: {found}, not {wanted}")
        print(f"{what}: {found}", flush=True)

    def attempt(self, what: str) -> None:
        """Runs a step if time is left, and writes the report; what goes wrong is noted and the others go on."""
        started = time.monotonic()
        names = list(STEPS)
        behind = sum(STEPS[name] for name in names[names.index(what) + 1 :])
        # Where less is given than all need, everyone gets its part of it.
        self.kept = behind * min(1, (self.deadline - started) / (behind + STEPS[what]))
        try:
            if self.left() < LEAST_SECONDS:
                raise TimeoutError(f"left out, as {self.arguments.seconds:.0f} s were used up")
            getattr(self, what)()
        except Exception as error:  # noqa: BLE001 - the rest is worth having
            self.problems.append(f"{what}: {error!r}")
            self.row(what, "–")
        print(f"({what}: {time.monotonic() - started:.1f} s)", flush=True)
        self.arguments.report.write_text(self.report())

    def command(self, command: list, seconds: float) -> tuple[str, str, int | None]:
        """Runs a command as long as it may: what it said on both outputs, and its exit status; none if it was ended."""
        seconds = max(1, min(seconds, self.left()))
        try:
            done = subprocess.run(command, capture_output=True, timeout=seconds, check=False)
            status = done.returncode
        except subprocess.TimeoutExpired as expired:
            done, status = expired, None
            self.problems.append(f"{' '.join(map(str, command))}: ended after {seconds:.0f} s")
        output, said = ((text or b"").decode(errors="replace") for text in (done.stdout, done.stderr))
        print(output[-4000:], said[-3000:], flush=True)
        return output, said, status

    def check_card(self, *parts: str, seconds: float = 90) -> str:
        """What `check_card` says of some parts; what it said until then if its time was up."""
        command = [self.arguments.check, self.arguments.model, self.folder / "texts.txt", *parts]
        output, said, status = self.command(command, seconds)
        if status != 0:
            self.problems.append(f"check_card {' '.join(parts)}: {in_one_line(output + said)}")
        return output

    def run(self, archive: Path, device: str, name: str, seconds: float, dtype: str = "f16") -> dict:
        """Runs the whole program over an archive and gives its manifest."""
        output = self.folder / name
        command = [self.arguments.tomtat, "run", archive, "-o", output, "--model", self.arguments.model]
        command += ["--device", device, "--dtype", dtype, "--progress", "none"]
        # Not captured: its readers are processes of their own, which could hold a pipe open after its end.
        status = subprocess.run(command, timeout=max(1, min(seconds, self.left())), check=False).returncode
        # 3: some documents failed.
        if status not in (0, 3):
            raise subprocess.CalledProcessError(status, command)
        manifest = json.loads((output / "run.json").read_text())
        results = manifest["results"]
        if results["failure"]:
            found = f"{results['failure']} of {results['records']}"
            self.row(f"documents that failed, {name}", found, "as on the processor")
        if results["failure"] == results["records"]:
            raise RuntimeError(f"all documents failed: {results['failures']}")
        return manifest

    def steps(self) -> None:
        """Every kernel against plain Rust."""
        lines = self.check_card("steps").splitlines()
        good = sum(line.startswith("ok") for line in lines)
        wrong = sum(line.startswith("FAIL") for line in lines)
        self.row("kernels that agree with plain Rust", f"{good} of {good + wrong}", "all")

    def parity(self) -> None:
        """Vectors against f32 on the processor."""
        said = self.check_card("parity", seconds=150)
        for name, mean, worst in re.findall(r"^(\S.*?): cosine to f32 mean (\S+), worst (\S+) of", said, re.M):
            self.row(f"cosine to f32, {name}", f"mean {mean}, worst {worst}", "≥ 0.9995 in f16")
        for name, same, alone in re.findall(r"^(\w+): two runs equal (\w+), the same in another pass (\w+)", said, re.M):
            self.row(f"bits of vectors, {name}", f"two runs equal: {same}; in another pass: {alone}", "true")

    def full(self) -> None:
        """Recovery where the card has no room."""
        said = self.check_card("full")
        found = re.search(r"halved (\d+) times, equal (\w+)", said)
        if not found:
            raise RuntimeError("check_card did not say how often a pass was halved")
        halved, equal = found.groups()
        self.row("a pass of 67 million tokens", f"halved {halved} times, results equal: {equal}", "recovers")

    def speed(self) -> None:
        """The encoder alone, and every step of a pass."""
        said = self.check_card("profile", "speed", seconds=120)
        found = re.findall(r"^pass (\d+), (\d+) lanes: (\d+) tokens/s, busy (\d+) %", said, re.M)
        for tokens, lanes, speed, busy in found:
            name = f"encoder alone, passes of {tokens}, {lanes} streams"
            self.row(name, f"{int(speed):,} tokens/s, busy {busy} %")
        for name, took, flops in re.findall(r"^(\w+) +([\d.]+) us \(.*\), (\d+) TFLOP/s", said, re.M):
            products = f", {flops} TFLOP/s" if flops != "0" else ""
            self.row(f"a step of a pass of 65,536 tokens: {name}", f"{took} µs{products}")
        if not found:
            raise RuntimeError("check_card measured no speed")
        said = self.check_card("workspaces", seconds=30)
        for size, name, took, equal in re.findall(r"^workspace of (\d+) KiB, (\w+): ([\d.]+) us, rows equal (\w+)", said, re.M):
            what = f"a product with a workspace of {size} KiB: {name}"
            self.row(what, f"{took} µs; bits of a row the same elsewhere: {equal}")
        self.encoder = max(int(speed) for _, _, speed, _ in found)

    def decisions(self) -> None:
        """Labels and summaries of the card in f16 against those in f32 there, and against the processor's."""
        archive = self.folder / "part.jsonl"
        size = write_part(self.arguments.archive, archive)
        # The processor's run is the longest one, and nothing is compared before it has ended.
        card = self.run(archive, "cuda", "card", seconds=self.left() / 3)
        self.bytes_a_second = size / card["elapsed_seconds"]
        self.run(archive, "cuda", "exact", seconds=self.left() / 3, dtype="f32")
        self.compare("exact", "f32", must_hold=True)
        cpu = self.run(archive, "cpu", "processor", seconds=150)
        tokens = cpu["work"]["tokens"] / cpu["elapsed_seconds"]
        self.row("whole program on the processor", f"{tokens:,.0f} tokens/s on {cpu['machine']['threads']} threads")
        # Its bytes alone decide some labels otherwise than f32 does, and no card can do better than that.
        self.compare("processor", "the processor's 8 bits", must_hold=False)

    def compare(self, other: str, name: str, must_hold: bool) -> None:
        """Notes how many summaries and labels of the card are those of another run."""
        pairs = list(zip(self.records("card"), self.records(other), strict=True))
        same = [summary(card) == summary(theirs) for card, theirs in pairs]
        holds = not must_hold or sum(same) >= 0.98 * len(same)
        self.row(f"summaries that are the same in {name}", share(same), "≥ 98 %", holds)
        paragraphs = [
            (ours, theirs, record["by_label"])
            for card, record in pairs
            for ours, theirs in zip(labels(card), labels(record), strict=True)
        ]
        same = [(label in ours) == (label in theirs) for ours, theirs, names in paragraphs for label in names]
        holds = not must_hold or sum(same) >= 0.995 * len(same)
        self.row(f"labels that are decided alike in {name}", share(same), "≥ 99.5 %", holds)
        self.row(f"paragraphs with all labels alike in {name}", share([ours == theirs for ours, theirs, _ in paragraphs]))

    def records(self, name: str) -> list[dict]:
        """The results of a run."""
        with (self.folder / name / "results.jsonl").open() as file:
            return [json.loads(line) for line in file]

    def whole(self) -> None:
        """The whole program over a larger archive, twice."""
        archive = self.folder / "large.jsonl"
        seconds = self.left() / 2
        # Some of the time goes into writing them.
        enlarge(self.arguments.archive, archive, self.copies(0.8 * seconds))
        runs = []
        for name in ("first", "second"):
            run = self.run(archive, "cuda", name, seconds=seconds)
            runs.append(run)
            tokens = run["work"]["tokens"] / run["elapsed_seconds"]
            self.program = max(self.program or 0, tokens)
            cards = run["timings"]["cards"]
            busy = 100 * cards["busy_seconds"] / run["elapsed_seconds"]
            waited = f"waited {cards['waited_for_tokens_seconds']:.1f} s for tokens"
            found = f"{tokens:,.0f} tokens/s over {run['elapsed_seconds']:.1f} s; card busy {busy:.0f} %, {waited}"
            self.row("whole program, JSONL to results", found, "≥ 1,000,000 tokens/s on an H100")
            print(run["timings"], flush=True)
        equal = runs[0]["results"]["sha256"] == runs[1]["results"]["sha256"]
        self.row("two runs write the same bytes", str(equal).lower(), "true", holds=equal)

    def copies(self, seconds: float) -> int:
        """How often the program takes the archive within so many seconds, at the speed of its first run; two at least."""
        if self.bytes_a_second is None:
            return COPIES
        copies = seconds * self.bytes_a_second / self.arguments.archive.stat().st_size
        return max(2, min(COPIES, int(copies)))

    def peer(self) -> None:
        """The card's limit and sentence-transformers."""
        missing = missing_of_peer()
        if missing:
            raise RuntimeError(f"left out: this Python has no {', '.join(missing)}")
        ids = self.folder / "ids.json"
        self.check_card(f"ids={ids}")
        command = [sys.executable, Path(__file__).parent / "card.py", ids]
        command += ["--model", self.arguments.model, "--folder", self.folder / "peer"]
        output, said, status = self.command(command, 120)
        if status != 0:
            raise RuntimeError(f"card.py: {in_one_line(said)}")
        found = json.loads(output.splitlines()[-1])
        flops = found["limit_flops"]
        token = self.flops_a_token()
        limit = f"{flops / 1e12:.0f} TFLOP/s, {flops / token:,.0f} tokens/s at {token / 1e6:.0f} MFLOP a token"
        self.row("large f16 products on this card", limit)
        whole, network = found["peer_tokens_per_second"], found["peer_network_tokens_per_second"]
        for name, speeds in ("encode()", whole), ("network alone", network):
            for batch, speed in speeds.items():
                what = f"sentence-transformers, f16, {name}, batches of {batch}"
                self.row(what, f"{speed:,.0f} tokens/s")
        if whole:
            self.row("whole program, times the peer's best encode()", times(self.program, max(whole.values())), "≥ 2")
        if not network:
            raise RuntimeError(f"sentence-transformers: {found['peer_problem']}")
        for batch, speed in network.items():
            self.row(f"encoder alone, times the peer's network on batches of {batch}", times(self.encoder, speed), "≥ 3")

    def flops_a_token(self) -> float:
        """What the linear layers cost; attention comes on top."""
        hidden, intermediate = self.config["hidden_size"], self.config["intermediate_size"]
        return 2 * self.config["num_hidden_layers"] * (4 * hidden * hidden + 2 * hidden * intermediate)

    def training(self) -> None:
        """Two epochs of labels with their encoder, in both precisions that it learns in."""
        layers = ",".join(map(str, range(1, self.config["num_hidden_layers"], 2)))
        # The driver compiles Candle's kernels for the first of them.
        for dtype, seconds in (("f32", min(120, 0.6 * self.left())), ("bf16", 60)):
            command = [self.arguments.tomtat, "train", "labels", "--data", ROOT / "data/labels.vi.jsonl"]
            command += ["--model", self.arguments.model, "-o", self.folder / f"trained-{dtype}"]
            command += ["--layers", layers, "--batch", "32", "--epochs", "2"]
            command += ["--device", "cuda", "--dtype", dtype]
            started = time.monotonic()
            _, said, status = self.command(command, seconds)
            took = time.monotonic() - started
            losses = re.findall(r"epoch \d+: loss ([\d.]+), held out ([\d.]+)", said)
            found = "; ".join(f"loss {loss}, held out {held_out}" for loss, held_out in losses)
            falls = len(losses) > 1 and float(losses[-1][0]) < float(losses[0][0])
            self.row(f"two epochs of training in {dtype}", f"{took:.1f} s: {found or '–'}", "a falling loss", holds=falls)
            if status == 0:
                self.used_on_processor(dtype)
            elif status is not None:
                self.problems.append(f"training in {dtype}: {in_one_line(said)}")

    def used_on_processor(self, dtype: str) -> None:
        """Labels some paragraphs on the processor with what was trained on the card."""
        sample = self.folder / "sample.txt"
        with (self.folder / "texts.txt").open() as texts:
            sample.write_text("".join(itertools.islice(texts, SAMPLE_LINES)))
        command = [self.arguments.tomtat, "classify", "--device", "cpu", "--format", "json", "--all-scores"]
        output, said, status = self.command([*command, "--labels", self.folder / f"trained-{dtype}", sample], 30)
        scores = [label for paragraph in json.loads(output)[0]["paragraphs"] for label in paragraph["labels"]] if status == 0 else []
        found = f"{len(scores)} scores" if scores else in_one_line(said)
        self.row(f"trained in {dtype}, read on the processor", found, "scores", holds=bool(scores))

    def report(self) -> str:
        """The report in Markdown."""
        lines = ["| what | found | wanted |", "|---|---|---|"]
        lines += [f"| {what} | {found} | {wanted} |" for what, found, wanted in self.rows]
        lines += ["", f"Card: {self.card}.", *(f"- {problem}" for problem in self.problems)]
        return "\n".join(lines) + "\n"


def summary(record: dict) -> list[int]:
    """Where the sentences of a summary stand."""
    return [sentence["start_byte"] for sentence in record["summary"]["sentences"]]


def labels(record: dict) -> list[list[str]]:
    """The labels of every paragraph."""
    return [sorted(label["label"] for label in paragraph["labels"]) for paragraph in record["paragraphs"]]


def missing_of_peer() -> list[str]:
    """What the peer needs and this Python has not, by the names of the wheels."""
    return [wheel for module, wheel in PEER.items() if importlib.util.find_spec(module) is None]


def in_one_line(said: str) -> str:
    """The end of what a program said."""
    return " ".join(said[-600:].split())


def times(ours: float | None, theirs: float) -> str:
    """How many times as fast we are."""
    return f"{ours / theirs:.2f}" if ours else "–"


def share(same: list[bool]) -> str:
    """How many are the same."""
    return f"{100 * sum(same) / max(1, len(same)):.2f} % of {len(same)}"


def card() -> str:
    """The card's name and driver."""
    query = ["nvidia-smi", "--query-gpu=name,driver_version,memory.total", "--format=csv,noheader"]
    try:
        return subprocess.run(query, capture_output=True, text=True, timeout=20, check=False).stdout.strip()
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"unknown ({error})"


def documents(archive: Path) -> list[dict]:
    """The documents of an archive."""
    with archive.open() as file:
        return [json.loads(line) for line in file if line.strip()]


def paragraphs(document: dict) -> list[str]:
    """The paragraphs of a document; none of one that says nothing."""
    return document.get("paragraphs") or (document.get("text") or "").split("\n")


def write_texts(archive: Path, path: Path) -> None:
    """Paragraphs of the archive, one a line, taken all over it."""
    rows = documents(archive)
    size = 0
    with path.open("w") as file:
        for index in range(len(rows)):
            for text in paragraphs(rows[index * 7919 % len(rows)]):
                line = " ".join(text.split()) + "\n"
                size += len(line.encode())
                file.write(line)
            if size > TEXT_BYTES:
                return


def write_part(archive: Path, path: Path) -> int:
    """The first documents of the archive, and how many bytes they have."""
    wanted = min(MOST_DECISION_BYTES, DECISION_BYTES_A_THREAD * (os.cpu_count() or 1))
    size = 0
    with archive.open("rb") as rows, path.open("wb") as part:
        for row in rows:
            if size >= wanted:
                break
            size += part.write(row)
    return size


def enlarge(archive: Path, path: Path, copies: int) -> None:
    """The archive several times; every paragraph is another one each time, so that none is known."""
    rows = documents(archive)
    with path.open("w") as file:
        for copy in range(copies):
            for row in rows:
                texts = [f"{text} Bản {copy}." for text in paragraphs(row)]
                changed = row | {"id": f"{row['id']}-{copy}", "paragraphs": texts}
                changed.pop("text", None)
                file.write(json.dumps(changed, ensure_ascii=False) + "\n")


def main() -> None:
    """Checks everything and writes the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("archive", type=Path)
    parser.add_argument("--report", type=Path, required=True)
    parser.add_argument("--tomtat", type=Path, required=True)
    parser.add_argument("--check", type=Path, required=True)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--seconds", type=float, default=450, help="after which it ends")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        check = Check(arguments, Path(folder))
        write_texts(arguments.archive, check.folder / "texts.txt")
        if missing_of_peer():
            print(f"without {', '.join(missing_of_peer())} in this Python, all but the peer is measured", flush=True)
        for name in STEPS:
            check.attempt(name)
        print(check.report())
    sys.exit(bool(check.problems))


if __name__ == "__main__":
    main()
