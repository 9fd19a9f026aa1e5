"""Writes `tokenizer.bin`: a SentencePiece unigram tokenizer that is ready as soon as its bytes are in memory.

The layout is documented, field by field, in `docs/model-format.md`; `src/tokenize/` reads it. Version 1.
"""

import struct
from dataclasses import dataclass

import double_array

MAGIC = b"TOMTATTK"
VERSION = 1
PAGE = 256
PAGES = 0x110000 // PAGE


@dataclass
class Vocabulary:
    """Pieces with their scores, in the order of their ids, and the ids that text never produces."""

    pieces: list[str]
    scores: list[float]
    bos: int
    pad: int
    eos: int
    unknown: int
    mask: int

    def specials(self) -> set[int]:
        """Returns the ids that no text produces."""
        return {self.bos, self.pad, self.eos, self.unknown, self.mask}


def write(vocabulary: Vocabulary, normaliser: dict[int, tuple[int, ...]]) -> bytes:
    """Returns the whole file."""
    sections = [*vocabulary_sections(vocabulary), *normaliser_sections(normaliser)]
    ids = (vocabulary.bos, vocabulary.pad, vocabulary.eos, vocabulary.unknown, vocabulary.mask)
    ordinary = [piece for index, piece in enumerate(vocabulary.pieces) if index not in vocabulary.specials()]
    # `tokenizers` takes the lowest score over all pieces, specials included (theirs are 0, the highest).
    header = struct.pack("<8sII5IfII", MAGIC, VERSION, len(vocabulary.pieces), *ids, min(vocabulary.scores),
                         max(len(piece.encode()) for piece in ordinary), len(sections))
    offset = len(header) + 8 * len(sections)
    for section in sections:
        header += struct.pack("<II", offset, len(section))
        offset += len(section)
    return header + b"".join(sections)


def vocabulary_sections(vocabulary: Vocabulary) -> list[bytes]:
    """Returns the sections scores, piece offsets, piece text and trie."""
    encoded = [piece.encode() for piece in vocabulary.pieces]
    specials = vocabulary.specials()
    trie = double_array.build([(piece, index) for index, piece in enumerate(encoded) if index not in specials])
    text = b"".join(encoded)
    text += bytes(-len(text) % 4)
    return [pack("f", vocabulary.scores), pack("I", offsets(encoded)), text, pack("I", trie)]


def normaliser_sections(normaliser: dict[int, tuple[int, ...]]) -> list[bytes]:
    """Returns the sections page table, pages, replacement offsets and replacement text.

    A page has 256 entries, one per code point: 0 keeps the code point, k > 0 puts replacement k - 1 in its
    place. Equal pages and equal replacements are stored once.
    """
    replacements: dict[str, int] = {}
    pages: dict[bytes, int] = {}
    table = []
    for page in range(PAGES):
        entries = []
        for code in range(page * PAGE, (page + 1) * PAGE):
            if code in normaliser:
                target = "".join(map(chr, normaliser[code]))
                entries.append(replacements.setdefault(target, len(replacements)) + 1)
            else:
                entries.append(0)
        table.append(pages.setdefault(pack("H", entries), len(pages)))
    encoded = [target.encode() for target in replacements]
    text = b"".join(encoded)
    text += bytes(-len(text) % 4)
    return [pack("H", table), b"".join(pages), pack("I", offsets(encoded)), text]


def offsets(encoded: list[bytes]) -> list[int]:
    """Returns where each string begins in their concatenation, and where the last one ends."""
    result = [0]
    for item in encoded:
        result.append(result[-1] + len(item))
    return result


def pack(kind: str, values: list) -> bytes:
    """Packs numbers of one struct type, little-endian, without padding between them."""
    return struct.pack(f"<{len(values)}{kind}", *values)
