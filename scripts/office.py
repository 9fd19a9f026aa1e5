#!/usr/bin/env python3
"""How well are the paragraphs of whole office documents labelled, where headings and lists tell what is done and what is due?

usage: tomtat pipe --with-text < data/office.vi.jsonl > RESULTS; scripts/office.py RESULTS

Scores results by both readers of `data/office.vi.jsonl`: of the documents that the section's evidence was chosen on (`chosen`) and
of those that came after (`tested`). A line that the program reads as part of another paragraph counts as without labels. The
intervals are of 2,000 bootstrap samples of the documents.
"""
import json
import random
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GOLD = ROOT / "data/office.vi.jsonl"
LABELS = ("achievement", "directive", "model")
SAMPLES = 2000
# So much of a paragraph's beginning tells which line it is.
BEGINNING = 30


def predicted(record: dict, lines: list[str]) -> list[set[str]]:
    """What the program says of each line of a document."""
    said: list[set[str]] = [set() for _ in lines]
    place = 0
    for paragraph in record["paragraphs"]:
        text = " ".join(record["text"][paragraph["start_char"] : paragraph["end_char"]].split())
        beginnings = [" ".join(line.split())[:BEGINNING] for line in lines[place:]]
        if text[:BEGINNING] not in beginnings:
            continue
        place += beginnings.index(text[:BEGINNING])
        said[place] = {evidence["label"] for evidence in paragraph["evidence"]}
        place += 1
    return said


def scores(pairs: list[tuple[set[str], set[str]]]) -> list[float]:
    """F1 of each label, from what was said and what holds."""
    found = []
    for label in LABELS:
        both = sum(label in said and label in holds for said, holds in pairs)
        either = sum((label in said) + (label in holds) for said, holds in pairs)
        found.append(2 * both / max(1, either))
    return found


def macro(documents: list[list[tuple[set[str], set[str]]]]) -> float:
    """Macro-F1 over documents."""
    return sum(scores([pair for document in documents for pair in document])) / len(LABELS)


def report(name: str, documents: list[list[tuple[set[str], set[str]]]]) -> None:
    """Prints the figures of some documents."""
    pairs = [pair for document in documents for pair in document]
    exact = sum(said == holds for said, holds in pairs) / len(pairs)
    draw = random.Random(1)
    samples = sorted(macro(draw.choices(documents, k=len(documents))) for _ in range(SAMPLES))
    low, high = samples[SAMPLES // 40], samples[-SAMPLES // 40]
    labels = "/".join(f"{score:.3f}" for score in scores(pairs))
    print(f"{name}: macro-F1 {macro(documents):.3f} ({low:.3f}–{high:.3f}), {labels}, exact {exact:.3f}, {len(pairs)} paragraphs")


def main() -> None:
    """Scores results by both readers."""
    results = {record["id"]: record for record in map(json.loads, Path(sys.argv[1]).open())}
    gold = [json.loads(line) for line in GOLD.open()]
    for part in ("chosen", "tested"):
        rows = [row for row in gold if row["id"].startswith(part)]
        for reader in ("labels", "second"):
            documents = [
                list(zip(predicted(results[row["id"]], row["text"].split("\n")), map(set, row[reader]), strict=True))
                for row in rows
            ]
            report(f"{part}, {reader}", documents)
        between = [list(zip(map(set, row["second"]), map(set, row["labels"]), strict=True)) for row in rows]
        report(f"{part}, the readers with each other", between)


if __name__ == "__main__":
    main()
