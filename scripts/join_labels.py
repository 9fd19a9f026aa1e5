"""Puts the labels of `data/labels.corpora.tsv`, or of another such table, and the paragraphs that they belong to together again.

    python3.11 scripts/join_labels.py CORPORA -o labelled.jsonl

The texts belong to others and are not in this repository; a row says where its paragraph stands: the corpus (a file
`NAME.jsonl.zst` or `NAME.jsonl` in the folder CORPORA), the document's id, the paragraph's index, and the first twelve
digits of the SHA-256 of its text with runs of white space as one space. A paragraph that is not there, or reads
otherwise, is left out and counted.

Needs Python 3.11 and, for compressed corpora, the program `zstd`.
"""

import argparse
import csv
import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LABELS = ROOT / "data/labels.corpora.tsv"


def main() -> None:
    """Writes one example a line, in the order of the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpora", type=Path, help="folder of the corpora")
    parser.add_argument("--labels", type=Path, default=LABELS, help="the table, by default %(default)s")
    parser.add_argument("-o", "--output", type=Path, required=True)
    arguments = parser.parse_args()
    with arguments.labels.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    texts = wanted_texts(arguments.corpora, rows)
    examples = [example(row, texts) for row in rows]
    found = [one for one in examples if one is not None]
    with arguments.output.open("w", encoding="utf-8") as file:
        for one in found:
            file.write(json.dumps(one, ensure_ascii=False) + "\n")
    print(f"{len(found)} of {len(rows)} paragraphs found", file=sys.stderr)


def wanted_texts(folder: Path, rows: list[dict[str, str]]) -> dict[tuple[str, str, int], str]:
    """Returns the text of every paragraph that a row names, by corpus, document and index."""
    wanted: dict[str, set[str]] = {}
    for row in rows:
        wanted.setdefault(row["corpus"], set()).add(row["document"])
    texts = {}
    for corpus, documents in wanted.items():
        for line in lines(folder, corpus):
            document = json.loads(line)
            if document["id"] in documents:
                for index, paragraph in enumerate(document["paragraphs"]):
                    texts[corpus, document["id"], index] = " ".join(paragraph.split())
    return texts


def lines(folder: Path, corpus: str) -> Iterator[str]:
    """Yields the lines of a corpus, compressed or not; only a line feed ends one."""
    plain = folder / f"{corpus}.jsonl"
    if plain.exists():
        data = plain.read_bytes()
    else:
        data = subprocess.run(["zstd", "-dc", f"{plain}.zst"], check=True, capture_output=True).stdout
    return (line for line in data.decode("utf-8").split("\n") if line)


def example(row: dict[str, str], texts: dict[tuple[str, str, int], str]) -> dict | None:
    """Returns the example of a row, or nothing where its text is not to be had."""
    text = texts.get((row["corpus"], row["document"], int(row["paragraph"])))
    if text is None or hashlib.sha256(text.encode()).hexdigest()[:12] != row["sha256"]:
        return None
    return {
        "id": f"{row['document']}#{row['paragraph']}",
        "text": text,
        "labels": [] if row["labels"] == "-" else row["labels"].split(","),
        "sure": row["sure"] == "1",
        "doc": row["document"],
    }


if __name__ == "__main__":
    main()
