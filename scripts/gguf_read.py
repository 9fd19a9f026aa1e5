"""Reads the weights of a bundle: GGUF version 3 with tensors in f32, Q4_0 and Q8_0, as `gguf.py` writes them."""

import struct
from pathlib import Path

import numpy as np
import torch

import gguf

BLOCK = 32
#: Bytes of a block, by type.
BLOCK_BYTES = {gguf.GGML_Q4_0: 18, gguf.GGML_Q8_0: 34}


class Weights:
    """The tensors and the metadata of one file."""

    def __init__(self, path: Path):
        self.data = path.read_bytes()
        self.at = 8
        tensors, entries = self.take("<QQ")
        self.metadata = {}
        for _ in range(entries):
            key = self.text()
            self.metadata[key] = self.value()
        self.places = {}
        for _ in range(tensors):
            name = self.text()
            (dimensions,) = self.take("<I")
            shape = self.take(f"<{dimensions}Q")[::-1]
            self.places[name] = (shape, *self.take("<IQ"))
        self.start = gguf.padded(self.at)

    @property
    def names(self) -> list[str]:
        """The tensors, in the order of the file."""
        return list(self.places)

    def entry(self, name: str) -> gguf.TensorEntry:
        """Returns a tensor as it lies in the file."""
        shape, kind, offset = self.places[name]
        count = int(np.prod(shape))
        size = 4 * count if kind == gguf.GGML_F32 else count // BLOCK * BLOCK_BYTES[kind]
        first = self.start + offset
        return gguf.TensorEntry(name, shape, kind, self.data[first:first + size])

    def tensor(self, name: str) -> torch.Tensor:
        """Returns a tensor's numbers."""
        entry = self.entry(name)
        if entry.kind == gguf.GGML_F32:
            values = np.frombuffer(entry.data, "<f4")
        else:
            blocks = np.frombuffer(entry.data, np.uint8).reshape(-1, BLOCK_BYTES[entry.kind])
            scales = blocks[:, :2].copy().view("<f2").astype(np.float32)
            values = scales * numbers(blocks[:, 2:], entry.kind)
        return torch.from_numpy(values.reshape(entry.shape).copy())

    def take(self, form: str) -> tuple:
        """Reads on."""
        values = struct.unpack_from(form, self.data, self.at)
        self.at += struct.calcsize(form)
        return values

    def text(self) -> str:
        """Reads a string on."""
        (length,) = self.take("<Q")
        self.at += length
        return self.data[self.at - length:self.at].decode()

    def value(self) -> str | bool | int | float:
        """Reads a metadata entry on."""
        (kind,) = self.take("<I")
        if kind == gguf.STRING:
            return self.text()
        return self.take({gguf.U32: "<I", gguf.F32: "<f", gguf.BOOL: "<?"}[kind])[0]


def numbers(blocks: np.ndarray, kind: int) -> np.ndarray:
    """Returns the whole numbers of blocks, which the scale multiplies."""
    if kind == gguf.GGML_Q8_0:
        return blocks.view(np.int8).astype(np.float32)
    return np.concatenate([blocks & 15, blocks >> 4], 1).astype(np.float32) - 8
