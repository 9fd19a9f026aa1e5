"""Fine-tunes the last layers of the bundle for the labels, with PyTorch, and writes the tuned bundle.

    python3.11 scripts/build_model.py
    python3.11 scripts/join_labels.py ../shared/data -o target/labelled.jsonl
    cargo build --release --example encode_texts --example words
    python3.11 scripts/tune_labels.py --data ../shared/data/paragraphs.train.jsonl --data target/labelled.jsonl \\
        --data data/labels.vi.jsonl -o target/tuned
    tomtat train calibrate --labels target/tuned --data target/tuned/held-out.jsonl -o target/tuned

`tomtat train labels` does the same with Candle. This script exists because half an hour was all there was: it works out
the states below the tuned layers once and keeps them, and multiplies in bfloat16, which Candle has no CPU kernels for.

What happens, in order:

1. The program's tokenizer cuts every paragraph (`encode_texts ids`), at most 256 tokens of it.
2. Layers 0 to 7 stay as they are: their states are worked out once. Layer 8 is left out, which pays for the bytes
   that the tuned layers take.
3. Layers 9 to 11 and one linear head a label over the mean state learn by cross-entropy: AdamW, a rate for each layer,
   warm-up, linear decay, dropout, clipping. A quarter of the documents that the first file's paragraphs come from is
   held out, and no paragraph of them is learnt from.
4. A logistic regression learns each label on hashed words and word pairs alone; half of its logit is added.
5. The bundle is written: what did not learn bit for bit, the tuned matrices as Q8_0, and `labels.safetensors` with
   heads that are not calibrated yet; `held-out.jsonl` has the examples to calibrate them on.

Needs Python 3.11, numpy, scikit-learn and PyTorch 2; no card.
"""

import argparse
import hashlib
import json
import struct
import subprocess
import time
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import torch
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from torch import nn
from torch.nn import functional

import gguf
from gguf_read import Weights

ROOT = Path(__file__).resolve().parent.parent
ENCODE_TEXTS, WORDS = (ROOT / "target/release/examples" / name for name in ("encode_texts", "words"))
LABELS = ["achievement", "directive", "model"]
HIDDEN, HEADS, WIDE, EPSILON = 384, 12, 1536, 1e-12
FROZEN, TUNED = range(8), [9, 10, 11]
LONGEST, BATCH, WINDOW = 256, 32, 32
RATE, LAYER_DECAY, HEAD_RATE, WEIGHT_DECAY, WARM_UP, DROPOUT = 2e-4, 0.9, 1e-3, 0.01, 0.08, 0.1
#: Hashed words and pairs, and how they are counted: `src/classify/features.rs`.
BUCKETS, GRAM_LENGTH, GRAM_SHARE = 1 << 16, 2.0, 0.5


def main() -> None:
    """Trains and writes the bundle."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, action="append", required=True)
    parser.add_argument("--model", type=Path, default=ROOT / "target/base")
    parser.add_argument("--epochs", type=float, default=2.6)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1, help="one is fastest where cores are shared")
    parser.add_argument("-o", "--output", type=Path, required=True)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    arguments.output.mkdir(parents=True, exist_ok=True)
    weights = Weights(arguments.model / "model.gguf")
    examples = Examples.read(arguments.data, arguments.output)
    states = States.of(examples, weights)
    top = train(weights, examples, states, arguments.epochs, arguments.seed)
    write_bundle(arguments.model, weights, top, arguments.output)
    write_heads(top, word_heads(examples), arguments.output)
    write_held_out(examples, arguments.output / "held-out.jsonl")


# --- data ---

@dataclass
class Examples:
    """Labelled paragraphs in tokens, one entry a paragraph in each list."""

    rows: list[dict]
    tokens: list[list[int]]
    targets: np.ndarray
    weights: np.ndarray
    held_out: np.ndarray
    #: How many of them, from the first on, are the first file's.
    first: int

    @classmethod
    def read(cls, paths: list[Path], folder: Path) -> "Examples":
        """Reads the files and holds out a quarter of the first one's documents."""
        files = [[json.loads(line) for line in path.read_text("utf-8").split("\n") if line] for path in paths]
        rows = [row for file in files for row in file]
        targets = np.array([[label in row["labels"] for label in LABELS] for row in rows], np.float32)
        documents = sorted({row["doc"] for row in files[0]})
        drawn = np.random.default_rng(1).permutation(len(documents))[: len(documents) // 4]
        held = {documents[index] for index in drawn}
        held_out = np.array([row["doc"] in held for row in rows])
        weights = np.array([weight(row) for row in rows], np.float32)
        return cls(rows, token_ids(rows, folder), targets, weights, held_out, len(files[0]))


def weight(row: dict) -> float:
    """Returns how much an example counts: those written for training more, those not sure less."""
    if row.get("synthetic"):
        return 2.0
    return 1.0 if row.get("sure", True) else 0.4


def token_ids(rows: list[dict], folder: Path) -> list[list[int]]:
    """Returns the program's tokens of every text, special ones included."""
    texts, ids = folder / "texts.txt", folder / "ids.json"
    texts.write_text("".join(" ".join(row["text"].split()) + "\n" for row in rows), "utf-8")
    command = [ENCODE_TEXTS, texts]
    subprocess.run(command, input=f"ids {ids}\n", text=True, check=True, stdout=subprocess.DEVNULL)
    tokens = json.loads(ids.read_text())
    texts.unlink()
    ids.unlink()
    return [sequence if len(sequence) <= LONGEST else [*sequence[: LONGEST - 1], sequence[-1]] for sequence in tokens]


def batches(lengths: np.ndarray, items: np.ndarray, random: np.random.Generator | None) -> list[np.ndarray]:
    """Deals items into batches of like lengths; in a random order if there is `random`."""
    order = items if random is None else random.permutation(items)
    span = len(order) if random is None else BATCH * WINDOW
    dealt = []
    for start in range(0, len(order), span):
        part = order[start:start + span]
        part = part[np.argsort(lengths[part], kind="stable")]
        dealt += [part[first:first + BATCH] for first in range(0, len(part), BATCH)]
    return dealt if random is None else [dealt[index] for index in random.permutation(len(dealt))]


# --- network ---

class Layer(nn.Module):
    """One layer of BERT (https://github.com/huggingface/transformers/blob/v4.57.1/src/transformers/models/bert/modeling_bert.py)."""

    def __init__(self, weights: Weights, index: int):
        super().__init__()
        name = f"encoder.layer.{index}."
        attention = name + "attention."
        parts = [attention + f"self.{part}" for part in ("query", "key", "value")]
        self.mixed = linear(HIDDEN, 3 * HIDDEN, weights, parts)
        self.attention = linear(HIDDEN, HIDDEN, weights, [attention + "output.dense"])
        self.attention_norm = norm(weights, attention + "output.LayerNorm")
        self.intermediate = linear(HIDDEN, WIDE, weights, [name + "intermediate.dense"])
        self.output = linear(WIDE, HIDDEN, weights, [name + "output.dense"])
        self.output_norm = norm(weights, name + "output.LayerNorm")

    def forward(self, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Takes and gives states (sequences, tokens, hidden); `mask` says which tokens are real."""
        sequences, tokens, _ = x.shape
        mixed = self.mixed(x).view(sequences, tokens, 3, HEADS, HIDDEN // HEADS)
        queries, keys, values = mixed.permute(2, 0, 3, 1, 4)
        context = functional.scaled_dot_product_attention(queries, keys, values, attn_mask=mask)
        context = context.transpose(1, 2).reshape(sequences, tokens, HIDDEN)
        drop = nn.functional.dropout
        x = self.attention_norm(x + drop(self.attention(context), DROPOUT, self.training))
        wide = functional.gelu(self.intermediate(x))
        return self.output_norm(x + drop(self.output(wide), DROPOUT, self.training))


class Top(nn.Module):
    """The tuned layers and a linear head a label over the mean state of the text's tokens."""

    def __init__(self, weights: Weights):
        super().__init__()
        self.layers = nn.ModuleList(Layer(weights, index) for index in TUNED)
        self.head = nn.Linear(HIDDEN, len(LABELS))
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def forward(self, x: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
        """Takes padded states and gives the labels' logits."""
        places = torch.arange(x.shape[1])[None]
        real = places < lengths[:, None]
        mask = attention_mask(real)
        for layer in self.layers:
            x = layer(x, mask)
        # The special tokens at both ends are no text.
        text = (real & (places > 0) & (places < lengths[:, None] - 1)).to(x.dtype)[..., None]
        mean = (x * text).sum(1).float() / text.sum(1).float().clamp(min=1)
        mean = functional.dropout(mean, DROPOUT, self.training)
        return functional.linear(mean, self.head.weight.float(), self.head.bias.float())


def attention_mask(real: torch.Tensor) -> torch.Tensor:
    """Returns which tokens each token may look at, (sequences, 1, tokens, tokens)."""
    return real[:, None, None, :].expand(-1, -1, real.shape[1], -1)


def linear(inputs: int, outputs: int, weights: Weights, names: list[str]) -> nn.Linear:
    """Returns a linear map with the named weights one below the other."""
    layer = nn.Linear(inputs, outputs)
    with torch.no_grad():
        layer.weight.copy_(torch.cat([weights.tensor(name + ".weight") for name in names]))
        layer.bias.copy_(torch.cat([weights.tensor(name + ".bias") for name in names]))
    return layer


def norm(weights: Weights, name: str) -> nn.LayerNorm:
    """Returns a layer normalisation with the named weights."""
    layer = nn.LayerNorm(HIDDEN, EPSILON)
    with torch.no_grad():
        layer.weight.copy_(weights.tensor(name + ".weight"))
        layer.bias.copy_(weights.tensor(name + ".bias"))
    return layer


@dataclass
class States:
    """What the frozen layers make of every example, in bfloat16, row after row."""

    values: torch.Tensor
    lengths: np.ndarray
    starts: np.ndarray

    @classmethod
    def of(cls, examples: Examples, weights: Weights) -> "States":
        """Runs the frozen layers once."""
        lengths = np.array([len(tokens) for tokens in examples.tokens])
        starts = np.concatenate([[0], np.cumsum(lengths)])
        values = torch.empty((int(starts[-1]), HIDDEN), dtype=torch.bfloat16)
        layers = [Layer(weights, index).eval().to(torch.bfloat16) for index in FROZEN]
        words = weights.tensor("embeddings.word_embeddings.weight")
        kinds = weights.tensor("embeddings.token_type_embeddings.weight")
        places = weights.tensor("embeddings.position_embeddings.weight") + kinds[0]
        first = norm(weights, "embeddings.LayerNorm")
        with torch.no_grad():
            for batch in batches(lengths, np.arange(len(lengths)), None):
                ids, real = padded([examples.tokens[item] for item in batch])
                x = first(words[ids] + places[: ids.shape[1]]).to(torch.bfloat16)
                for layer in layers:
                    x = layer(x, attention_mask(real))
                for row, item in enumerate(batch):
                    values[starts[item]:starts[item + 1]] = x[row, : lengths[item]]
        return cls(values, lengths, starts)

    def batch(self, items: np.ndarray) -> tuple[torch.Tensor, torch.Tensor]:
        """Returns the padded states of some examples and their lengths."""
        rows = [self.values[self.starts[item]:self.starts[item + 1]] for item in items]
        return nn.utils.rnn.pad_sequence(rows, batch_first=True), torch.from_numpy(self.lengths[items])


def padded(sequences: list[list[int]]) -> tuple[torch.Tensor, torch.Tensor]:
    """Returns token ids filled up with the padding token, and which are real."""
    rows = [torch.tensor(sequence) for sequence in sequences]
    lengths = torch.tensor([len(row) for row in rows])
    ids = nn.utils.rnn.pad_sequence(rows, batch_first=True, padding_value=1)
    return ids, torch.arange(ids.shape[1])[None] < lengths[:, None]


# --- training ---

def train(weights: Weights, examples: Examples, states: States, epochs: float, seed: int) -> Top:
    """Returns the network after `epochs` over what is not held out."""
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    learnt = np.flatnonzero(~examples.held_out)
    steps = [batch for _ in range(int(np.ceil(epochs))) for batch in batches(states.lengths, learnt, random)]
    steps = steps[: int(epochs * len(learnt) / BATCH)]
    master = Top(weights)
    working = Top(weights).to(torch.bfloat16)
    optimizer = torch.optim.AdamW(groups(master), fused=True)
    targets, counts = torch.from_numpy(examples.targets), torch.from_numpy(examples.weights)
    started, losses = time.time(), []
    for step, items in enumerate(steps):
        factor = schedule((step + 1) / len(steps))
        for group in optimizer.param_groups:
            group["lr"] = group["rate"] * factor
        logits = working(*states.batch(items))
        loss = functional.binary_cross_entropy_with_logits(logits, targets[items], reduction="none")
        loss = (loss * counts[items][:, None]).sum() / counts[items].sum()
        loss.backward()
        follow(master, working, optimizer)
        losses.append(loss.item())
        if step % 100 == 99:
            print(f"{step + 1} of {len(steps)}: loss {np.mean(losses[-100:]):.4f}, {time.time() - started:.0f} s", flush=True)
    return master


def groups(top: Top) -> list[dict]:
    """Returns every parameter with its rate: the lower the layer, the smaller; the heads their own."""
    def rate(name: str) -> float:
        if name.startswith("head"):
            return HEAD_RATE
        return RATE * LAYER_DECAY ** (len(TUNED) - 1 - int(name.split(".")[1]))

    return [
        {"params": [parameter], "rate": rate(name), "weight_decay": WEIGHT_DECAY if parameter.dim() > 1 else 0.0}
        for name, parameter in top.named_parameters()
    ]


def schedule(done: float) -> float:
    """Returns what the rates are multiplied by: a straight line up, then a straight line down."""
    return done / WARM_UP if done < WARM_UP else max(0.005, (1.0 - done) / (1.0 - WARM_UP))


def follow(master: Top, working: Top, optimizer: torch.optim.Optimizer) -> None:
    """Takes a step with the exact weights and rounds them for the next one."""
    pairs = list(zip(master.parameters(), working.parameters(), strict=True))
    for exact, rounded in pairs:
        exact.grad = rounded.grad.float()
        rounded.grad = None
    nn.utils.clip_grad_norm_(master.parameters(), 1.0)
    optimizer.step()
    with torch.no_grad():
        for exact, rounded in pairs:
            rounded.copy_(exact)


def word_heads(examples: Examples) -> list[LogisticRegression]:
    """Returns a regression on words and word pairs for each label."""
    learnt = np.flatnonzero(~examples.held_out)
    rows = csr_matrix(grams(words_of(examples.rows)), shape=(len(examples.rows), BUCKETS))[learnt]
    counts = examples.weights[learnt]

    def fit(rows: csr_matrix, targets: np.ndarray, counts: np.ndarray) -> LogisticRegression:
        regression = LogisticRegression(C=3, solver="liblinear", max_iter=200)
        return regression.fit(rows, targets, sample_weight=counts)

    return [fit(rows, targets, counts) for targets in examples.targets[learnt].T]


def words_of(rows: list[dict]) -> list[list[str]]:
    """Returns the program's words of every text."""
    lines = "".join(" ".join(row["text"].split()) + "\n" for row in rows)
    done = subprocess.run([WORDS], input=lines, text=True, check=True, stdout=subprocess.PIPE)
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


# --- files ---

def write_bundle(base: Path, weights: Weights, top: Top, folder: Path) -> None:
    """Writes weights, configuration and tokenizer of the tuned encoder."""
    count = len(FROZEN) + len(TUNED)
    entries = [weights.entry(name) for name in weights.names if name.startswith("embeddings.")]
    entries += [weights.entry(name) for name in weights.names if layer_of(name) in FROZEN]
    for place, layer in enumerate(top.layers, start=len(FROZEN)):
        entries += tuned_entries(f"encoder.layer.{place}.", layer)
    metadata = {**weights.metadata, "bert.block_count": count}
    metadata["general.description"] = f"{weights.metadata['general.name']} with its last {len(TUNED)} layers fine-tuned"
    gguf.write(folder / "model.gguf", metadata, entries)
    config = json.loads((base / "config.json").read_text())
    config["num_hidden_layers"] = count
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    (folder / "tokenizer.bin").write_bytes((base / "tokenizer.bin").read_bytes())


def layer_of(name: str) -> int | None:
    """Returns the number of the layer that a tensor belongs to."""
    return int(name.split(".")[2]) if name.startswith("encoder.layer.") else None


def tuned_entries(name: str, layer: Layer) -> list[gguf.TensorEntry]:
    """Returns a tuned layer's tensors under Hugging Face's names."""
    def entry(part: str, values: torch.Tensor) -> gguf.TensorEntry:
        array = values.detach().numpy().astype(np.float32)
        kind, data = (gguf.GGML_Q8_0, q8_0(array)) if array.ndim == 2 else (gguf.GGML_F32, array.tobytes())
        return gguf.TensorEntry(name + part, array.shape, kind, data)

    entries = []
    for index, part in enumerate(("query", "key", "value")):
        rows = slice(index * HIDDEN, (index + 1) * HIDDEN)
        entries.append(entry(f"attention.self.{part}.weight", layer.mixed.weight[rows]))
        entries.append(entry(f"attention.self.{part}.bias", layer.mixed.bias[rows]))
    others = {"attention.output.dense": layer.attention, "attention.output.LayerNorm": layer.attention_norm,
              "intermediate.dense": layer.intermediate, "output.dense": layer.output, "output.LayerNorm": layer.output_norm}
    for part, module in others.items():
        entries += [entry(part + ".weight", module.weight), entry(part + ".bias", module.bias)]
    return entries


def q8_0(values: np.ndarray) -> bytes:
    """Returns blocks of 32 numbers: an f16 scale and one byte a number, its nearest multiple."""
    blocks = values.reshape(-1, 32)
    scales = (np.abs(blocks).max(1) / 127.0).astype(np.float16)
    divisors = np.where(scales > 0, scales, 1).astype(np.float32)
    numbers = np.clip(np.rint(blocks / divisors[:, None]), -127, 127).astype(np.int8)
    return np.concatenate([scales[:, None].view(np.uint8), numbers.view(np.uint8)], 1).tobytes()


def write_heads(top: Top, words: list[LogisticRegression], folder: Path) -> None:
    """Writes `labels.safetensors` with the heads as they are: thresholds at one half."""
    shares = [GRAM_SHARE * float(head.intercept_[0]) for head in words]
    biases = [bias + share for bias, share in zip(top.head.bias.tolist(), shares, strict=True)]
    description = {
        "format_version": 1, "model_sha256": identity(folder), "margin": 0.0,
        "labels": [{"name": name, "bias": bias, "threshold": 0.5} for name, bias in zip(LABELS, biases, strict=True)],
    }
    vectors = top.head.weight.detach().numpy().astype("<f4").tobytes()
    grams = (GRAM_SHARE * np.stack([head.coef_[0] for head in words])).astype("<f2").tobytes()
    header = json.dumps({
        "__metadata__": {"tomtat": json.dumps(description)},
        "vector.weight": {"dtype": "F32", "shape": [len(LABELS), HIDDEN], "data_offsets": [0, len(vectors)]},
        "gram.weight": {"dtype": "F16", "shape": [len(LABELS), BUCKETS],
                        "data_offsets": [len(vectors), len(vectors) + len(grams)]},
    }).encode()
    header += b" " * (-len(header) % 8)
    data = struct.pack("<Q", len(header)) + header + vectors + grams
    (folder / "labels.safetensors").write_bytes(data)


def identity(folder: Path) -> str:
    """Returns the hash that stands for a bundle, as the program works it out."""
    hashes = ((name, hashlib.sha256((folder / name).read_bytes()).hexdigest())
              for name in ("model.gguf", "tokenizer.bin", "config.json"))
    return hashlib.sha256("".join(f"{digest}  {name}\n" for name, digest in hashes).encode()).hexdigest()


def write_held_out(examples: Examples, path: Path) -> None:
    """Writes the first file's examples that nothing was learnt from: the others were picked because they are hard."""
    pairs = zip(examples.rows[: examples.first], examples.held_out)
    rows = [row for row, held in pairs if held]
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")


if __name__ == "__main__":
    main()
