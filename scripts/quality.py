#!/usr/bin/env python3
"""Measures labels and summaries on the corpora of ../shared and writes the tables of docs/quality.md.

usage: scripts/quality.py [--shared ../shared] [--tomtat target/release/tomtat] [--summaries]

With `--summaries` the tables of labels, which take half an hour, stay as they are.

Needs Python 3.10 and the `zstd` program; a release build of the program. Everything between the two
marker lines of docs/quality.md is replaced; what stands around them is written by hand.

Labels: five-fold cross-validation by document (`tomtat train labels --cross-validated`): every
paragraph is scored by heads whose weights, calibration and thresholds saw nothing of its document.
Summaries: `tomtat run --ranker R` for every ranker; nothing is trained here.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
START, END = "<!-- tables: scripts/quality.py -->", "<!-- end of tables -->"
SUMMARIES = [
    ("customs.val", "customs news, validation", 2),
    ("abmusu.train", "clusters of news, near-extractive summaries", 5),
    ("vietnews.val", "news, validation", 2),
]
RANKERS = ["salience", "features", "lead", "random", "lexrank", "textrank"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shared", type=pathlib.Path, default=ROOT.parent / "shared")
    parser.add_argument("--tomtat", type=pathlib.Path, default=ROOT / "target/release/tomtat")
    parser.add_argument("--summaries", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(arguments.tomtat, arguments.shared / "data", pathlib.Path(folder))
        labels = kept_labels(ROOT / "docs/quality.md") if arguments.summaries else bench.labels()
        tables = [labels, *(bench.summaries(*row) for row in SUMMARIES)]
    replace_tables(ROOT / "docs/quality.md", "\n\n".join(tables))


class Bench:
    """Runs the program over the corpora, in a folder that is thrown away."""

    def __init__(self, program, data, folder):
        self.program, self.data, self.folder = program, data, folder

    def run(self, *arguments):
        command = [str(self.program), *map(str, arguments)]
        result = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        return result.stdout

    def labels(self):
        gold, held_out = self.data / "paragraphs.train.jsonl", self.folder / "held-out.jsonl"
        joined = self.folder / "joined.jsonl"
        subprocess.run([sys.executable, ROOT / "scripts/join_labels.py", self.data, "-o", joined], check=True)
        # The tuned encoder has seen these paragraphs: `scripts/build_model.py` makes the one that has not.
        self.run("train", "labels", "--frozen", "-q", "--model", ROOT / "target/base", "--data", gold, "--data", joined,
                 "--data", ROOT / "data/labels.vi.jsonl",
                 "-o", self.folder / "labels", "--cross-validated", held_out)
        report = json.loads(self.run("eval", "labels", "--json", held_out, gold))
        lines = ["### Labels, frozen encoder: `paragraphs.train`, five folds by document, seed 1", "",
                 "Trained on it, on `data/labels.corpora.tsv` and on `data/labels.vi.jsonl`, scored on it alone.", "",
                 "| label | F1 | precision | recall | gold |", "|---|---|---|---|---|"]
        for label in report["labels"]:
            figures = [label[key] for key in ("f1", "precision", "recall")]
            cells = " | ".join(f"{figure:.3f}" for figure in figures)
            lines.append(f"| {label['label']} | {cells} | {label['gold']} |")
        low, high = interval(report["macro_f1_interval"])
        lines += ["", f"Macro-F1 **{report['macro_f1']:.3f}** (95 % interval over documents "
                  f"{low:.3f} to {high:.3f}), exact match {report['exact']:.3f}, "
                  f"{report['paragraphs']} paragraphs of {report['documents']} documents."]
        return "\n".join(lines)

    def summaries(self, name, what, sentences):
        archive = self.folder / f"{name}.jsonl"
        with archive.open("wb") as file:
            subprocess.run(["zstd", "-dcq", str(self.data / f"{name}.jsonl.zst")], check=True, stdout=file)
        lines = [f"### Summaries: `{name}`, {what}, {sentences} sentences", "",
                 "| ranker | ROUGE-1 | ROUGE-2 | ROUGE-L | syllables |", "|---|---|---|---|---|"]
        for ranker in RANKERS:
            output = self.folder / f"{name}-{ranker}"
            # The baselines look at words alone: the transformer need not run for them.
            encoder = [] if ranker in ("salience", "features") else ["--encoder", "fake"]
            self.run("run", "-q", archive, "-o", output, "--budget", f"{sentences}s",
                     "--ranker", ranker, *encoder)
            report = json.loads(self.run("eval", "summaries", "--json", output / "results.jsonl", archive))
            cells = []
            for key in ("rouge_1", "rouge_2", "rouge_l"):
                low, high = interval(report[f"{key}_interval"])
                cells.append(f"{100 * report[key]:.1f} ({100 * low:.1f}–{100 * high:.1f})")
            length = report["syllables_per_summary"]
            lines.append(f"| {ranker} | {' | '.join(cells)} | {length:.0f} |")
        lines += ["", f"{report['documents']} documents; F1 on lower-cased syllables in NFC, no stemming; "
                  "95 % bootstrap intervals over documents."]
        return "\n".join(lines)


def interval(value):
    return value["low"], value["high"]


def kept_labels(path):
    tables = path.read_text(encoding="utf-8").split(START)[1].split(END)[0]
    return tables.split("### Summaries")[0].strip()


def replace_tables(path, tables):
    text = path.read_text(encoding="utf-8")
    before, rest = text.split(START)
    after = rest.split(END)[1]
    path.write_text(f"{before}{START}\n\n{tables}\n\n{END}{after}", encoding="utf-8")


main()
