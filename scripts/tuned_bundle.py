"""Writes what `tune_labels.py` learnt as the files of a bundle."""

import hashlib
import json
import struct
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from sklearn.linear_model import LogisticRegression
from torch import nn

import gguf
from encoder import HIDDEN, Layer
from gguf_read import Weights

LABELS = ["achievement", "directive", "model"]
#: Hashed words and pairs, and how much of their logit counts.
BUCKETS, GRAM_SHARE = 1 << 16, 0.25


def write_encoder(base: Path, weights: Weights, layers: Sequence[Layer], folder: Path) -> None:
    """Writes the embeddings as they are with the layers, the configuration and the tokenizer."""
    entries = [weights.entry(name) for name in weights.names if name.startswith("embeddings.")]
    for place, layer in enumerate(layers):
        entries += layer_entries(f"encoder.layer.{place}.", layer)
    name = weights.metadata["general.name"]
    metadata = {**weights.metadata, "bert.block_count": len(layers)}
    metadata["general.description"] = f"{name} distilled into {len(layers)} layers, which were fine-tuned for the labels"
    gguf.write(folder / "model.gguf", metadata, entries)
    config = json.loads((base / "config.json").read_text())
    config["num_hidden_layers"] = len(layers)
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    (folder / "tokenizer.bin").write_bytes((base / "tokenizer.bin").read_bytes())


def layer_entries(name: str, layer: Layer) -> list[gguf.TensorEntry]:
    """Returns a layer's tensors under Hugging Face's names."""
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
    """Returns blocks of 32 numbers: an f16 scale, the same in all blocks of a row, and one byte a number.

    The integer engine has one scale a row, so that what it multiplies is exactly what is written.
    """
    scales, numbers = row_bytes(torch.from_numpy(values))
    scales = scales.half().expand(-1, values.shape[1] // 32).reshape(-1, 1).numpy()
    return np.concatenate([scales.view(np.uint8), numbers.to(torch.int8).view(-1, 32).numpy().view(np.uint8)], 1).tobytes()


def as_shipped(weights: torch.Tensor) -> torch.Tensor:
    """Returns a matrix with its numbers rounded to those that the bundle will have."""
    scales, numbers = row_bytes(weights)
    return numbers.mul_(scales)


def row_bytes(weights: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Returns the scale of each row (rows, 1), as exact as an f16, and the numbers' nearest multiples of it, -127 to 127."""
    scales = (weights.abs().amax(1, keepdim=True) / 127.0).half().float()
    return scales, (weights / torch.where(scales > 0, scales, 1.0)).round_().clamp_(-127, 127)


def write_heads(head: nn.Linear, words: list[LogisticRegression], folder: Path) -> None:
    """Writes `labels.safetensors` with the heads as they are: thresholds at one half."""
    shares = [GRAM_SHARE * float(regression.intercept_[0]) for regression in words]
    biases = [bias + share for bias, share in zip(head.bias.tolist(), shares, strict=True)]
    description = {
        "format_version": 1, "model_sha256": identity(folder), "margin": 0.0,
        "labels": [{"name": name, "bias": bias, "threshold": 0.5} for name, bias in zip(LABELS, biases, strict=True)],
    }
    vectors = head.weight.detach().numpy().astype("<f4").tobytes()
    grams = (GRAM_SHARE * np.stack([regression.coef_[0] for regression in words])).astype("<f2").tobytes()
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
