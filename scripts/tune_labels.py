"""Fine-tunes an encoder for the labels, with PyTorch, and writes the bundle that the program carries.

    python3.11 scripts/build_model.py
    python3.11 scripts/join_labels.py ../shared/data -o target/labelled.jsonl
    python3.11 scripts/join_labels.py ../shared/data --labels data/labels.zh.tsv -o target/labelled.zh.jsonl
    cargo build --release --example encode_texts --example words
    python3.11 scripts/distil_encoder.py ... -o target/distilled.npz
    python3.11 scripts/tune_labels.py --data ../shared/data/paragraphs.train.jsonl --data target/labelled.jsonl \\
        --data data/labels.vi.jsonl --start target/distilled.npz -o target/tuned
    tomtat train calibrate --model target/tuned --labels target/tuned --data target/tuned/held-out.jsonl \\
        --other-languages data/labels.en.jsonl --other-languages target/labelled.zh.jsonl -o target/tuned

`tomtat train labels` does the same with Candle. This script exists for time: it may multiply in bfloat16, which Candle has no
CPU kernels for, and shares batches by two processes.

What happens, in order:

1. The program's tokenizer cuts every paragraph (`encode_texts ids`); at most 256 tokens of it are learnt from.
2. All layers of the distilled encoder and one linear head a label over the mean state learn by cross-entropy: AdamW, a rate
   for each layer, warm-up, linear decay, dropout, clipping; word embeddings stay. A quarter of the documents that the
   first file's paragraphs come from is held out, and no paragraph of them is learnt from.
   The products see every matrix rounded to the bytes that are shipped. A run may start from what an earlier one wrote
   from the same first file and the same quarter; others would have it learn from what is held out.
3. A logistic regression learns each label on hashed words and word pairs alone; a quarter of its logit is added.
4. The bundle is written: the matrices as Q8_0 with one scale a row, the embeddings bit for bit, and `labels.safetensors` with heads that are
   not calibrated yet; `held-out.jsonl` has the examples to calibrate them on.

Needs Python 3.11, numpy, scikit-learn and PyTorch 2; no card.
"""

import argparse
import json
import subprocess
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import torch
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from torch import distributed, nn
from torch.nn import functional

import learner
import tuned_bundle
from encoder import EXAMPLES, HIDDEN, LONGEST, ROOT, STUDENT, Encoder, Sequences, batches, mean_of_text, token_ids
from gguf_read import Weights
from tuned_bundle import BUCKETS, LABELS

BATCH, WARM_UP, DROPOUT = 64, 150, 0.1
LAYER_DECAY, HEAD_FACTOR = 0.9, 10.0
#: How hashed words and pairs are counted: `src/classify/features.rs`.
GRAM_LENGTH = 2.0


def main() -> None:
    """Trains and writes the bundle."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, action="append", required=True)
    parser.add_argument("--model", type=Path, default=ROOT / "target/base")
    parser.add_argument("--start", type=Path, required=True, help="what distil_encoder.py or an earlier run wrote")
    parser.add_argument("--rate", type=float, default=1e-4, help="of the last layer, at its highest")
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--minutes", type=float, default=600.0, help="end by then, with the rates all but zero")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--dtype", choices=learner.DTYPES, default="bf16", help="what products are worked out in")
    parser.add_argument("--held-out", choices=["0", "1", "2", "3", "all"], default="0",
                        help="a quarter of the documents, or all; the shipped encoder has learnt without the first quarter, 0")
    parser.add_argument("-o", "--output", type=Path, required=True)
    arguments = parser.parse_args()
    arguments.output.mkdir(parents=True, exist_ok=True)
    examples = Examples.read(arguments.data, arguments.output, arguments.held_out)
    examples.write_held_out(arguments.output / "held-out.jsonl")
    learner.run(train, (arguments, examples), arguments.processes)
    weights = Weights(arguments.model / "model.gguf")
    network = Classifier(weights)
    with np.load(arguments.output / "weights.npz") as exact:
        network.load_state_dict({name: torch.from_numpy(exact[name]) for name in exact}, strict=False)
    tuned_bundle.write_encoder(arguments.model, weights, network.encoder.layers, arguments.output)
    tuned_bundle.write_heads(network.head, word_heads(examples), arguments.output)


# --- data ---

@dataclass
class Examples:
    """Labelled paragraphs, one entry a paragraph in each list."""

    rows: list[dict]
    sequences: Sequences
    targets: np.ndarray
    weights: np.ndarray
    held_out: np.ndarray
    #: How many of them, from the first on, are the first file's.
    first: int

    @classmethod
    def read(cls, paths: list[Path], folder: Path, held_out: str) -> "Examples":
        """Reads the files and holds out documents of the first one: a quarter of them, 0 to 3, or `all`."""
        files = [[json.loads(line) for line in path.read_text("utf-8").split("\n") if line] for path in paths]
        rows = [row for file in files for row in file]
        targets = np.array([[label in row["labels"] for label in LABELS] for row in rows], np.float32)
        # In the order of their first mention, as the drawing was first done.
        documents = list(dict.fromkeys(row["doc"] for row in files[0]))
        drawn = np.random.default_rng(1).permutation(len(documents))
        size = len(documents) // 4
        if held_out != "all":
            quarter = int(held_out)
            drawn = drawn[quarter * size : None if quarter == 3 else (quarter + 1) * size]
        held = {documents[index] for index in drawn}
        held_out = np.array([row["doc"] in held for row in rows])
        weights = np.array([weight(row) for row in rows], np.float32)
        return cls(rows, Sequences(token_ids(rows, folder), LONGEST), targets, weights, held_out, len(files[0]))

    def write_held_out(self, path: Path) -> None:
        """Writes the first file's examples that nothing is learnt from: the others were picked because they are hard."""
        pairs = zip(self.rows[: self.first], self.held_out)
        rows = [row for row, held in pairs if held]
        path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")


def weight(row: dict) -> float:
    """Returns how much an example counts: those written for training more, those not sure less."""
    if row.get("synthetic"):
        return 2.0
    return 1.0 if row.get("sure", True) else 0.4


# --- training ---

class Classifier(nn.Module):
    """The encoder and a linear head a label over the mean state of the text's tokens."""

    def __init__(self, weights: Weights):
        super().__init__()
        self.encoder = Encoder(weights, STUDENT, DROPOUT)
        self.head = nn.Linear(HIDDEN, len(LABELS))
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def forward(self, ids: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
        """Takes padded ids and gives the labels' logits."""
        mean = mean_of_text(self.encoder(ids, lengths)[-1], lengths)
        mean = functional.dropout(mean, DROPOUT, self.training)
        return functional.linear(mean, self.head.weight.float(), self.head.bias.float())


def relative_rate(name: str) -> float:
    """Returns what the rate is multiplied by for a parameter: less the lower the layer, more for the heads."""
    if name.startswith("head"):
        return HEAD_FACTOR
    layer = int(name.split(".")[2])
    return LAYER_DECAY ** (len(STUDENT) - 1 - layer)


def rounded(name: str, weight: torch.Tensor) -> torch.Tensor:
    """Returns a weight as it will be shipped: the encoder's matrices as bytes."""
    return tuned_bundle.as_shipped(weight) if weight.dim() == 2 and name.startswith("encoder") else weight


def train(rank: int, arguments: argparse.Namespace, examples: Examples) -> None:
    """Learns from what is not held out, one process's part of every batch; writes `weights.npz` as it goes."""
    torch.manual_seed(arguments.seed + 1000 * rank)
    random = np.random.default_rng(arguments.seed)
    network = Classifier(Weights(arguments.model / "model.gguf"))
    with np.load(arguments.start) as exact:
        weights = {name: torch.from_numpy(exact[name]) for name in exact}
    # Written by distil_encoder.py, or by this script, with heads.
    start = network if "head.weight" in weights else network.encoder
    missing = set(dict(start.named_parameters())) - set(weights)
    if start.load_state_dict(weights, strict=False).unexpected_keys or missing:
        raise SystemExit(f"{arguments.start} has the weights of another network")
    dtype = learner.DTYPES[arguments.dtype]
    student = learner.Learner(network.train(), dtype, lambda name: arguments.rate * relative_rate(name), rounded)
    learnt, lengths = np.flatnonzero(~examples.held_out), examples.sequences.lengths
    steps = [batch for _ in range(arguments.epochs) for batch in batches(lengths, learnt, BATCH, random)]
    targets, counts = torch.from_numpy(examples.targets), torch.from_numpy(examples.weights)
    clock, losses = learner.Clock(len(steps), arguments.minutes), []
    for step, batch in enumerate(steps):
        done = clock.done(step)
        if done >= 1.0:
            break
        items = batch[rank :: distributed.get_world_size()]
        logits = network(*examples.sequences.batch(items))
        loss = functional.binary_cross_entropy_with_logits(logits, targets[items], reduction="none")
        # Over the batch's own sum, so that every example counts alike in whichever process it is.
        loss = (loss * counts[items][:, None]).sum() / counts[batch].sum() * distributed.get_world_size()
        losses.append(loss.item())
        student.step(loss, learner.schedule(done, step, WARM_UP))
        if rank == 0 and step % 50 == 49:
            print(f"{step + 1} of {len(steps)}: loss {np.mean(losses[-50:]):.4f}, {clock.elapsed():.0f} s", flush=True)
        if rank == 0 and step % 500 == 499:
            student.save(arguments.output / "weights.npz")
    if rank == 0:
        student.save(arguments.output / "weights.npz")


# --- words ---

def word_heads(examples: Examples) -> list[LogisticRegression]:
    """Returns a regression on words and word pairs for each label."""
    learnt = np.flatnonzero(~examples.held_out)
    rows = csr_matrix(grams(words_of(examples.rows)), shape=(len(examples.rows), BUCKETS))[learnt]
    counts = examples.weights[learnt]

    def fit(targets: np.ndarray) -> LogisticRegression:
        regression = LogisticRegression(C=3, solver="liblinear", max_iter=200)
        return regression.fit(rows, targets, sample_weight=counts)

    return [fit(targets) for targets in examples.targets[learnt].T]


def words_of(rows: list[dict]) -> list[list[str]]:
    """Returns the program's words of every text."""
    lines = "".join(" ".join(row["text"].split()) + "\n" for row in rows)
    done = subprocess.run([EXAMPLES / "words"], input=lines, text=True, check=True, stdout=subprocess.PIPE)
    return [line.split(" ") for line in done.stdout.split("\n")[:-1]]


def grams(texts: list[list[str]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Returns hashed words and pairs of the texts as a sparse matrix's values, columns and row ends."""
    values, columns, ends = [], [], [0]
    for words in texts:
        counts = Counter(bucket(word) for word in words)
        counts.update(bucket(f"{one} {two}") for one, two in zip(words, words[1:]))
        columns += counts
        row = 1 + np.log(np.array(list(counts.values()), np.float64))
        values += (GRAM_LENGTH * row / np.sqrt((row * row).sum())).tolist()
        ends.append(len(columns))
    return np.array(values), np.array(columns), np.array(ends)


@cache
def bucket(gram: str) -> int:
    """Returns the bucket of a word or pair: FNV-1a with 64 bits, folded."""
    value = 0xCBF29CE484222325
    for byte in gram.encode():
        value = ((value ^ byte) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return ((value ^ (value >> 32)) & 0xFFFFFFFF) % BUCKETS


if __name__ == "__main__":
    main()
