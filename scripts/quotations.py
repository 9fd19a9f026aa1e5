"""What readers quoted of reports: to learn from, and to score summaries by.

    python3.11 scripts/quotations.py join CORPORA -o quoted.jsonl
    python3.11 scripts/quotations.py score CORPORA results.jsonl …

`data/quotations.reports.tsv` has a row for each document and reader: the corpus (a file `NAME.jsonl.zst` or `NAME.jsonl`
in the folder CORPORA), the document's id, the first twelve digits of the SHA-256 of its paragraphs (runs of white space
as one space, a line feed between two), and the sentences: the four `best` for a summary, most important first, `also`
good ones, `bad` ones, and all `other`s that may be quoted, each as `paragraph:start-end` in characters. The texts belong to
others and are not in this repository. Documents that are not there, or read otherwise, are left out and counted.

`join` writes the documents for `tomtat train quoting`, once for each reader. `score` prints how many of the sentences of summaries are among the
best, also good and bad, in percent of four, the gain (best, half of also, less half of bad), and ROUGE-1 and -2 against the
four best, with 95 % intervals over documents.

Needs Python 3.11 and, for compressed corpora, the program `zstd`.
"""

import argparse
import csv
import hashlib
import json
import random
import re
import statistics
import sys
from collections import Counter
from pathlib import Path

from join_labels import ROOT, lines

QUOTATIONS = ROOT / "data/quotations.reports.tsv"
LISTS = ("best", "also", "bad", "other")
SENTENCES = 4
DRAWS = 2_000

Span = tuple[int, int, int]


def main() -> None:
    """Runs one of the two commands."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    joined = commands.add_parser("join", help="write documents for `tomtat train quoting`")
    scored = commands.add_parser("score", help="score results of `tomtat run` or `tomtat pipe`")
    for command in (joined, scored):
        command.add_argument("corpora", type=Path, help="folder of the corpora")
        command.add_argument("--quotations", type=Path, default=QUOTATIONS, help="the table, by default %(default)s")
    joined.add_argument("-o", "--output", type=Path, required=True)
    scored.add_argument("results", type=Path, nargs="+", help="lines of results, four sentences a summary")
    arguments = parser.parse_args()
    readings = read(arguments.corpora, arguments.quotations)
    if arguments.command == "join":
        with arguments.output.open("w", encoding="utf-8") as file:
            for document in documents(readings):
                file.write(json.dumps(document, ensure_ascii=False) + "\n")
    else:
        for path in arguments.results:
            score(path, readings)


def read(folder: Path, table: Path) -> dict[str, list[dict]]:
    """Returns what readers say of each document, by its id, with the paragraphs' texts."""
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    wanted = {row["document"] for row in rows}
    texts = {}
    for corpus in sorted({row["corpus"] for row in rows}):
        for line in lines(folder, corpus):
            document = json.loads(line)
            if document["id"] in wanted:
                texts[corpus, document["id"]] = [" ".join(paragraph.split()) for paragraph in document["paragraphs"]]
    readings: dict[str, list[dict]] = {}
    for row in rows:
        paragraphs = texts.get((row["corpus"], row["document"]))
        if paragraphs is None or hashlib.sha256("\n".join(paragraphs).encode()).hexdigest()[:12] != row["sha256"]:
            continue
        reading = {"reader": row["reader"], "paragraphs": paragraphs}
        reading.update({name: spans(row[name]) for name in LISTS})
        readings.setdefault(row["document"], []).append(reading)
    print(f"{sum(map(len, readings.values()))} of {len(rows)} readings found", file=sys.stderr)
    return readings


def spans(cell: str) -> list[Span]:
    """Returns the spans of a cell: paragraph, start, end."""
    return [tuple(map(int, re.split("[:-]", span))) for span in cell.split(",") if span != "-"]


def quoted(reading: dict, span: Span) -> str:
    """Returns the text of a span."""
    paragraph, start, end = span
    return reading["paragraphs"][paragraph][start:end]


def documents(readings: dict[str, list[dict]]) -> list[dict]:
    """Returns a line for each reading, as `tomtat train quoting` takes them."""
    return [
        {
            "id": f"{document}#{reading['reader']}",
            "paragraphs": reading["paragraphs"],
            "quoted": [quoted(reading, span) for span in reading["best"]],
            "also": [quoted(reading, span) for span in reading["also"]],
        }
        for document, of_document in readings.items()
        for reading in of_document
    ]


def score(path: Path, readings: dict[str, list[dict]]) -> None:
    """Prints how the summaries of a file do."""
    rows = []
    with path.open(encoding="utf-8") as file:
        for line in file:
            record = json.loads(line)
            of_document = readings.get(record["id"], [])
            if of_document and record["status"] != "failure":
                of_readers = [scores(record, reading) for reading in of_document]
                rows.append([statistics.mean(column) for column in zip(*of_readers, strict=True)])
    if not rows:
        sys.exit(f"{path}: none of the documents that were read")
    names = ("best", "also", "bad", "gain", "ROUGE-1", "ROUGE-2")
    columns = zip(names, zip(*rows, strict=True), strict=True)
    cells = [f"{name} {interval(list(values))}" for name, values in columns]
    print(f"{path}: {len(rows)} documents, " + ", ".join(cells))


def scores(record: dict, reading: dict) -> list[float]:
    """Returns the shares of the summary's sentences in each list, the gain, and ROUGE-1 and -2."""
    counts = Counter(next((name for name in LISTS if same(sentence, reading, name)), "")
                     for sentence in record["summary"]["sentences"])
    best, also, bad = (100 * counts[name] / SENTENCES for name in LISTS[:3])
    summary = syllables(" ".join(sentence["text"] for sentence in record["summary"]["sentences"]))
    reference = syllables(" ".join(quoted(reading, span) for span in sorted(reading["best"])))
    return [best, also, bad, best + also / 2 - bad / 2, rouge(summary, reference, 1), rouge(summary, reference, 2)]


def same(sentence: dict, reading: dict, name: str) -> bool:
    """Returns whether a list has a sentence: the same words, or the greater part of them."""
    text = " ".join(sentence["text"].split())
    pairs = [sorted((text, quoted(reading, span)), key=len) for span in reading[name]]
    return any(short in long and 2 * len(short) >= len(long) for short, long in pairs)


def syllables(text: str) -> list[str]:
    """Returns the syllables and numbers of a text, in lower case."""
    return re.findall(r"[^\W_]+", text.lower())


def rouge(summary: list[str], reference: list[str], order: int) -> float:
    """Returns ROUGE-N, as F1 in percent."""
    ours, theirs = (Counter(zip(*(words[index:] for index in range(order)), strict=False)) for words in (summary, reference))
    shared = (ours & theirs).total()
    return 200 * shared / max(1, ours.total() + theirs.total())


def interval(values: list[float]) -> str:
    """Returns the mean with its 95 % bootstrap interval."""
    generator = random.Random(1)
    means = sorted(statistics.mean(generator.choices(values, k=len(values))) for _ in range(DRAWS))
    low, high = means[DRAWS // 40], means[DRAWS - DRAWS // 40 - 1]
    return f"{statistics.mean(values):.1f} ({low:.1f}–{high:.1f})"


if __name__ == "__main__":
    main()
