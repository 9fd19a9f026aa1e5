"""What `tomtat run` does, as one would write it in Python: the other side of `end_to_end.py`.

usage: python_job.py MODEL LABELS ARCHIVE OUTPUT THREADS

MODEL is the folder that `network.source_model` has filled. Paragraph vectors come from onnxruntime's dynamic int8, a
logistic regression of scikit-learn for every label is trained on the paragraphs of LABELS first, sentences are
ranked by LexRank over TF-IDF, and the best four are quoted. One JSON line a document.
"""
import json
import re
import sys
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

import network
import peers

MAX_TOKENS, DOCUMENTS, SENTENCES = 512, 64, 4
SENTENCE_END = re.compile(r"(?<=[.!?;])\s+(?=[^\W\d_a-zà-ỹ]|\d|[-–+“\"])")


def tokenizer() -> Tokenizer:
    """The model's tokenizer as its authors ship it, over the kept pieces."""
    source = network.model_source.parse(network.model_source.fetch(network.ROOT / "target/model-source"))
    kept = network.build_model.from_bitmap(network.build_model.BITMAP.read_bytes())
    pieces = [(source.pieces[old], source.scores[old]) for old in kept]
    result = Tokenizer(models.Unigram(pieces, unk_id=3, byte_fallback=False))
    result.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")])
    result.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    result.post_processor = processors.TemplateProcessing(single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)])
    result.enable_truncation(MAX_TOKENS)
    return result


class Job:
    def __init__(self, folder: Path, labels: Path, threads: int):
        self.tokenizer = tokenizer()
        self.run = peers.onnxruntime(peers.quantized_onnx(folder, False), threads)
        rows = [json.loads(line) for line in labels.read_text().splitlines()]
        vectors = self.vectors([row["text"] for row in rows])
        names = sorted({label for row in rows for label in row["labels"]})
        self.heads = {}
        for name in names:
            head = LogisticRegression(max_iter=1000, class_weight="balanced")
            self.heads[name] = head.fit(vectors, [name in row["labels"] for row in rows])

    def vectors(self, texts: list[str]) -> np.ndarray:
        ids = [encoding.ids for encoding in self.tokenizer.encode_batch(texts)]
        result = np.empty((len(ids), 384), np.float32)
        for group, padded, mask in peers.batches(ids):
            result[group] = self.run(padded, mask)
        return result

    def documents(self, documents: list[dict]) -> list[dict]:
        """Results of some documents, whose paragraphs are encoded together."""
        paragraphs = [paragraph for document in documents for paragraph in document["paragraphs"]]
        vectors = self.vectors(paragraphs)
        scores = {name: head.predict_proba(vectors)[:, 1] for name, head in self.heads.items()}
        results, first = [], 0
        for document in documents:
            span = range(first, first + len(document["paragraphs"]))
            first = span.stop
            labels = [{name: round(float(scores[name][index]), 4) for name in scores} for index in span]
            summary = summarise(document["paragraphs"])
            results.append({"id": document["id"], "labels": labels, "summary": summary})
        return results


def summarise(paragraphs: list[str]) -> list[str]:
    """The sentences that are central in the graph of likenesses, in the order of the text."""
    sentences = [sentence for paragraph in paragraphs for sentence in SENTENCE_END.split(paragraph) if sentence.strip()]
    if len(sentences) <= SENTENCES:
        return sentences
    try:
        terms = TfidfVectorizer(token_pattern=r"\w+", ngram_range=(1, 2)).fit_transform(sentences)
    except ValueError:  # no words at all
        return sentences[:SENTENCES]
    likeness = (terms @ terms.T).toarray()
    likeness[likeness < 0.1] = 0
    likeness /= np.maximum(likeness.sum(axis=1, keepdims=True), 1e-9)
    rank = np.full(len(sentences), 1 / len(sentences))
    for _ in range(50):
        rank = 0.15 / len(sentences) + 0.85 * (likeness.T @ rank)
    return [sentences[index] for index in sorted(np.argsort(-rank, kind="stable")[:SENTENCES])]


def main() -> None:
    folder, labels, archive, output, threads = sys.argv[1:]
    job = Job(Path(folder), Path(labels), int(threads))
    documents = [json.loads(line) for line in Path(archive).read_text().splitlines()]
    for document in documents:
        document.setdefault("paragraphs", document.get("text", "").split("\n"))
    with open(output, "w") as file:
        for first in range(0, len(documents), DOCUMENTS):
            for result in job.documents(documents[first:first + DOCUMENTS]):
                file.write(json.dumps(result, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
