#!/usr/bin/env python3
"""Writes texts of the lengths that paragraphs of reports have, one a line, always the same.

usage: texts.py COUNT OUTPUT

They are cut from data/labels.vi.jsonl and data/samples: as many words as make 10, 22, 33, 48, 73, 119 and 500 tokens
at the 0th, 10th, 25th, 50th, 75th, 90th and 100th percentile.
"""
import json
import math
import random
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
LENGTHS = [(0, 10), (10, 22), (25, 33), (50, 48), (75, 73), (90, 119), (99, 330), (100, 500)]
TOKENS_A_WORD = 1.18


def main() -> None:
    count, output = int(sys.argv[1]), Path(sys.argv[2])
    output.write_text("\n".join(texts(count)) + "\n")


def texts(count: int) -> list[str]:
    """Texts of all lengths in a shuffled order; no two begin at the same word until the source is used up."""
    words, position, result = source(), 0, []
    for index in range(count):
        length = max(1, round((length_at(100 * (index + 0.5) / count) - 2) / TOKENS_A_WORD))
        result.append(" ".join(words[(position + offset) % len(words)] for offset in range(length)))
        position += length
    random.Random(1).shuffle(result)
    return result


def source() -> list[str]:
    """All words, paragraph after paragraph."""
    lines = (ROOT / "data/labels.vi.jsonl").read_text().splitlines()
    paragraphs = [json.loads(line)["text"] for line in lines]
    paragraphs.append((ROOT / "data/samples/bao-cao-so-ket-6-thang.txt").read_text())
    return " ".join(paragraphs).split()


def length_at(percentile: float) -> float:
    """The length at a percentile, logarithms interpolated."""
    for (start, shorter), (end, longer) in zip(LENGTHS, LENGTHS[1:]):
        if percentile < end:
            return shorter * math.pow(longer / shorter, (percentile - start) / (end - start))
    return LENGTHS[-1][1]


if __name__ == "__main__":
    main()
