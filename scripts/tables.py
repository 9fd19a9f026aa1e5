#!/usr/bin/env python3
"""How many rows of tables have the labels that they should have?

usage: tomtat pipe --with-text < data/tables.vi.jsonl > RESULTS; scripts/tables.py RESULTS [--misses]

Scores results by `data/tables.vi.jsonl`, part by part; with `--misses` also prints each row whose labels are others. Headers of
tables count as rows without labels.
"""
import json
import sys
from pathlib import Path

GOLD = Path(__file__).resolve().parent.parent / "data/tables.vi.jsonl"
LABELS = ("achievement", "directive", "model")


def rows_of(record: dict) -> list[tuple[str, set[str]]]:
    """The rows of a document's tables and what the program says of each."""
    return [
        (record["text"][row["start_char"] : row["end_char"]], {evidence["label"] for evidence in row["evidence"]})
        for row in record["paragraphs"]
        if row["kind"] == "table"
    ]


def main() -> None:
    """Scores results part by part."""
    results = {record["id"]: record for record in map(json.loads, Path(sys.argv[1]).open())}
    parts: dict[str, list[tuple[set[str], set[str]]]] = {}
    for document in map(json.loads, GOLD.open()):
        rows = rows_of(results[document["id"]])
        for (text, said), holds in zip(rows, map(set, document["labels"]), strict=True):
            parts.setdefault(document["id"].split("/")[0], []).append((said, holds))
            if said != holds and "--misses" in sys.argv:
                print(f"{document['id']}: {sorted(said)}, not {sorted(holds)}: {text}")
    for part, pairs in parts.items():
        figures = [f"{sum(said == holds for said, holds in pairs)} of {len(pairs)} rows right"]
        for label in LABELS:
            right = sum(label in said and label in holds for said, holds in pairs)
            false = sum(label in said and label not in holds for said, holds in pairs)
            due = sum(label in holds for _, holds in pairs)
            figures.append(f"{label} {right} of {due} and {false} false")
        print(f"{part}: {', '.join(figures)}")


if __name__ == "__main__":
    main()
