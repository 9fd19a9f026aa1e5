"""Writes GGUF version 3, the container of GGML that `candle_core::quantized::gguf_file` reads.

    "GGUF", u32 3, u64 tensors, u64 entries
    entries:  string key, u32 type, value                     strings are u64 length + UTF-8
    tensors:  string name, u32 dimensions, u64 x dimensions (fastest first), u32 type, u64 offset
    padding to the alignment, then the data of each tensor, padded likewise; offsets count from the first

Same input, same bytes: nothing of the time, the machine or a hash order gets in.
"""

import struct
from dataclasses import dataclass
from pathlib import Path

ALIGNMENT = 32
U32, F32, BOOL, STRING = 4, 6, 7, 8
GGML_F32, GGML_Q4_0, GGML_Q8_0 = 0, 2, 8


@dataclass
class TensorEntry:
    """A tensor to be written; `shape` is in row-major order, as numpy and Hugging Face print it."""

    name: str
    shape: tuple[int, ...]
    kind: int
    data: bytes | memoryview


def write(path: Path, metadata: dict[str, str | bool | int | float], tensors: list[TensorEntry]) -> None:
    """Writes the file: entries and tensors in the order given."""
    header = bytearray(struct.pack("<4sIQQ", b"GGUF", 3, len(tensors), len(metadata)))
    for key, value in metadata.items():
        header += string(key) + entry(value)
    offset = 0
    for tensor in tensors:
        dimensions = tensor.shape[::-1]
        header += string(tensor.name) + struct.pack("<I", len(dimensions))
        header += struct.pack(f"<{len(dimensions)}QIQ", *dimensions, tensor.kind, offset)
        offset += padded(len(tensor.data))
    with path.open("wb") as file:
        file.write(header + bytes(padded(len(header)) - len(header)))
        for tensor in tensors:
            file.write(tensor.data)
            file.write(bytes(padded(len(tensor.data)) - len(tensor.data)))


def entry(value: str | bool | int | float) -> bytes:
    """Returns type and value of one metadata entry; whole numbers are u32, fractions f32."""
    match value:
        case str():
            return struct.pack("<I", STRING) + string(value)
        case bool():
            return struct.pack("<I?", BOOL, value)
        case int():
            return struct.pack("<II", U32, value)
        case float():
            return struct.pack("<If", F32, value)


def string(text: str) -> bytes:
    """Returns a string with its length in front."""
    data = text.encode()
    return struct.pack("<Q", len(data)) + data


def padded(length: int) -> int:
    """Rounds up to the alignment."""
    return -(-length // ALIGNMENT) * ALIGNMENT
