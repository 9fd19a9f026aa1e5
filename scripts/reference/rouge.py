#!/usr/bin/env python3
"""Writes the golden ROUGE scores of tests/fixtures/rouge/: run it from the repository's root.

    python3 scripts/reference/rouge.py

Reads pairs.json (a list of {"candidate", "reference"}) and writes expected.json beside it: ROUGE-1, -2 and -L F1
as in C.-Y. Lin, "ROUGE: A Package for Automatic Evaluation of Summaries" (2004), over lower-cased NFC runs of
letters and digits, without stemming; ROUGE-L over the whole summary as one sequence. Standard library only; made with
Python 3.11.7 (Unicode 14). The longest common subsequence is the textbook's table, on purpose another way than the program's.
"""

import collections
import json
import pathlib
import re
import unicodedata

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "tests" / "fixtures" / "rouge"


def tokens(text):
    return re.findall(r"[^\W_]+", unicodedata.normalize("NFC", text).lower())


def f1(matches, candidate, reference):
    if matches == 0:
        return 0.0
    precision, recall = matches / candidate, matches / reference
    return 2 * precision * recall / (precision + recall)


def n_gram_f1(candidate, reference, n):
    grams = [
        collections.Counter(tuple(text[i : i + n]) for i in range(len(text) - n + 1))
        for text in (candidate, reference)
    ]
    return f1(sum((grams[0] & grams[1]).values()), grams[0].total(), grams[1].total())


def longest_common_subsequence(left, right):
    row = [0] * (len(right) + 1)
    for a in left:
        diagonal = 0
        for index, b in enumerate(right):
            above = row[index + 1]
            row[index + 1] = diagonal + 1 if a == b else max(above, row[index])
            diagonal = above
    return row[-1]


def rouge(candidate, reference):
    candidate, reference = tokens(candidate), tokens(reference)
    common = longest_common_subsequence(candidate, reference)
    return {
        "rouge_1": n_gram_f1(candidate, reference, 1),
        "rouge_2": n_gram_f1(candidate, reference, 2),
        "rouge_l": f1(common, len(candidate), len(reference)),
    }


def main():
    pairs = json.loads((FOLDER / "pairs.json").read_text(encoding="utf-8"))
    scores = [rouge(pair["candidate"], pair["reference"]) for pair in pairs]
    text = json.dumps(scores, indent=1) + "\n"
    (FOLDER / "expected.json").write_text(text, encoding="utf-8")


main()
