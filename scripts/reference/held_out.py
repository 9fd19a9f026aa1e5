"""How hard are the paragraphs that the encoder's labels are scored on? What words alone tell of them and of all others.

    pip install numpy==2.4.6 scikit-learn==1.9.1
    python scripts/reference/held_out.py ../shared/data/paragraphs.train.jsonl

TF-IDF of words and word pairs with logistic regression (inverse strength 10, balanced classes), five folds by document,
three times dealt anew; a label holds above 0.4. The inverse document frequencies are those of all paragraphs. The held-out ones
are those of `tune_labels.py`: it draws a quarter of the documents. As many documents drawn 300 times show how much such
quarters differ.
"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

LABELS = ("achievement", "directive", "model")
FOLDS = 5
DEALS = 3
QUARTERS = 300
THRESHOLD = 0.4


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("paragraphs", type=Path)
    rows = [json.loads(line) for line in parser.parse_args().paragraphs.read_text("utf-8").split("\n") if line]
    gold = np.array([[label in row["labels"] for label in LABELS] for row in rows])
    # In the order of their first mention, as in `tune_labels.py`.
    number = {doc: index for index, doc in enumerate(dict.fromkeys(row["doc"] for row in rows))}
    documents = np.array([number[row["doc"]] for row in rows])
    held_out = np.isin(documents, quarter(1, len(number)))
    vectorizer = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2, token_pattern=r"\w+")
    features = vectorizer.fit_transform(row["text"] for row in rows)
    said = [cross_validated(features, gold, documents, seed) > THRESHOLD for seed in range(DEALS)]
    for name, part in ("all", np.ones(len(rows), bool)), ("held out", held_out), ("the others", ~held_out):
        scores = np.mean([f1(gold[part], one[part]) for one in said], axis=0)
        print(f"{name}: {part.sum()} paragraphs, macro-F1 {scores.mean():.3f}", np.round(scores, 3))
    drawn = [np.isin(documents, quarter(seed, len(number))) for seed in range(2, 2 + QUARTERS)]
    scores = [np.mean([f1(gold[part], one[part]) for one in said]) for part in drawn]
    print(f"quarters: macro-F1 {np.mean(scores):.3f}, deviation {np.std(scores):.3f}, lowest {min(scores):.3f}")


def quarter(seed: int, count: int) -> np.ndarray:
    """Draws a quarter of the documents."""
    return np.random.default_rng(seed).permutation(count)[: count // 4]


def cross_validated(features, gold: np.ndarray, documents: np.ndarray, seed: int) -> np.ndarray:
    """Gives every paragraph's probabilities by a regression that saw no label of its document."""
    folds = np.random.default_rng(seed).permutation(documents.max() + 1)[documents] % FOLDS
    found = np.zeros(gold.shape)
    for fold in range(FOLDS):
        own = folds == fold
        for label in range(len(LABELS)):
            fit = LogisticRegression(C=10, max_iter=300, class_weight="balanced")
            fit.fit(features[~own], gold[~own, label])
            found[own, label] = fit.predict_proba(features[own])[:, 1]
    return found


def f1(gold: np.ndarray, said: np.ndarray) -> np.ndarray:
    """F1 of every label."""
    return 2 * (gold & said).sum(0) / np.maximum(1, gold.sum(0) + said.sum(0))


if __name__ == "__main__":
    sys.exit(main())
