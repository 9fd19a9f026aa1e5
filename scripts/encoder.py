"""BERT's encoder in PyTorch, for training: weights from a bundle, the program's tokens, states for padded token ids.

The network is that of
https://github.com/huggingface/transformers/blob/v4.57.1/src/transformers/models/bert/modeling_bert.py, with queries,
keys and values in one matrix and no dropout on what is attended to.
"""

import json
import subprocess
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from gguf_read import Weights

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "target/release/examples"
HIDDEN, HEADS, WIDE, EPSILON = 384, 12, 1536, 1e-12
PAD, END = 1, 2
#: The layers of the twelve that the distilled encoder starts from.
STUDENT = [1, 3, 5, 7, 9, 11]
#: The most tokens of a text that are learnt from.
LONGEST = 256


class Layer(nn.Module):
    """One layer."""

    def __init__(self, weights: Weights, index: int, dropout: float):
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
        self.dropout = dropout

    def forward(self, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Takes and gives states (sequences, tokens, hidden); `mask` says which tokens are real."""
        sequences, tokens, _ = x.shape
        mixed = self.mixed(x).view(sequences, tokens, 3, HEADS, HIDDEN // HEADS)
        queries, keys, values = mixed.permute(2, 0, 3, 1, 4)
        context = functional.scaled_dot_product_attention(queries, keys, values, attn_mask=mask)
        context = context.transpose(1, 2).reshape(sequences, tokens, HIDDEN)
        x = self.attention_norm(x + self.dropped(self.attention(context)))
        wide = functional.gelu(self.intermediate(x))
        return self.output_norm(x + self.dropped(self.output(wide)))

    def dropped(self, x: torch.Tensor) -> torch.Tensor:
        """Drops some of the values while it is trained."""
        return functional.dropout(x, self.dropout, self.training)


class Encoder(nn.Module):
    """The embeddings, which do not learn, and some of the layers of a bundle."""

    def __init__(self, weights: Weights, layers: Iterable[int], dropout: float = 0.0):
        super().__init__()
        kinds = weights.tensor("embeddings.token_type_embeddings.weight")
        self.register_buffer("words", weights.tensor("embeddings.word_embeddings.weight"))
        self.register_buffer("places", weights.tensor("embeddings.position_embeddings.weight") + kinds[0])
        self.register_buffer("scale", weights.tensor("embeddings.LayerNorm.weight"))
        self.register_buffer("shift", weights.tensor("embeddings.LayerNorm.bias"))
        self.layers = nn.ModuleList(Layer(weights, index, dropout) for index in layers)

    def forward(self, ids: torch.Tensor, lengths: torch.Tensor) -> list[torch.Tensor]:
        """Takes padded ids (sequences, tokens) and gives the states after every layer."""
        sums = self.words[ids] + self.places[: ids.shape[1]]
        x = functional.layer_norm(sums, (HIDDEN,), self.scale, self.shift, EPSILON)
        mask = is_real(ids, lengths)[:, None, None, :].expand(-1, -1, ids.shape[1], -1)
        states = []
        for layer in self.layers:
            x = layer(x, mask)
            states.append(x)
        return states


def is_real(ids: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
    """Returns which tokens are no padding, (sequences, tokens)."""
    return torch.arange(ids.shape[1])[None] < lengths[:, None]


def mean_of_text(states: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
    """Returns the mean state of each sequence, without the special tokens at both ends."""
    places = torch.arange(states.shape[1])[None]
    text = ((places > 0) & (places < lengths[:, None] - 1)).float()[..., None]
    return (states * text).sum(1) / text.sum(1).clamp(min=1)


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


def token_ids(rows: list[dict], folder: Path) -> list[list[int]]:
    """Returns the program's tokens of every text, special ones included."""
    texts, ids = folder / "texts.txt", folder / "ids.json"
    texts.write_text("".join(" ".join(row["text"].split()) + "\n" for row in rows), "utf-8")
    command = [EXAMPLES / "encode_texts", texts]
    subprocess.run(command, input=f"ids {ids}\n", text=True, check=True, stdout=subprocess.DEVNULL)
    tokens = json.loads(ids.read_text())
    texts.unlink()
    ids.unlink()
    return tokens


class Sequences:
    """Token ids of many texts, one after the other, special tokens included; the long ones cut."""

    def __init__(self, tokens: list[list[int]], longest: int):
        cut = [ids if len(ids) <= longest else [*ids[: longest - 1], END] for ids in tokens]
        self.lengths = np.array([len(ids) for ids in cut])
        self.starts = np.concatenate([[0], np.cumsum(self.lengths)])
        self.ids = np.array([token for ids in cut for token in ids], np.int32)

    def batch(self, items: np.ndarray) -> tuple[torch.Tensor, torch.Tensor]:
        """Returns the padded ids of some texts and their lengths."""
        lengths = self.lengths[items]
        ids = np.full((len(items), -(-lengths.max() // 8) * 8), PAD, np.int64)
        for row, item in enumerate(items):
            ids[row, : lengths[row]] = self.ids[self.starts[item]:self.starts[item + 1]]
        return torch.from_numpy(ids), torch.from_numpy(lengths)


def batches(lengths: np.ndarray, items: np.ndarray, size: int, random: np.random.Generator | None) -> list[np.ndarray]:
    """Deals items into batches of like lengths; in a random order if there is `random`.

    None has less than half of the size, unless there are no more items: processes that share a batch all need some of it.
    """
    order = items if random is None else random.permutation(items)
    span = len(order) if random is None else size * 32
    dealt = []
    for part in parts(order, span):
        dealt += parts(part[np.argsort(lengths[part], kind="stable")], size)
    return dealt if random is None else [dealt[index] for index in random.permutation(len(dealt))]


def parts(items: np.ndarray, size: int) -> list[np.ndarray]:
    """Cuts items into parts of a size; a rest of less than half of it goes to the last part."""
    ends = [size * index for index in range(1, max(1, round(len(items) / size)))]
    return np.split(items, ends)
