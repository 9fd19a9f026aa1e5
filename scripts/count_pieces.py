"""Chooses which pieces of the vocabulary the bundle keeps: writes `scripts/kept_pieces.bitmap`.

The full vocabulary serves a hundred languages and makes up four fifths of the model. Kept are

1. the special tokens and every piece of one character, so that a dropped piece always falls apart into kept
   ones: each character of each piece of the source is a piece itself (checked), hence no text gains an <unk>;
2. every piece that holds a character of Han, kana, bopomofo, Hangul, Thai, Lao or Khmer, and every piece
   without letters: Chinese, Japanese, Korean, Thai, Lao and Khmer keep their tokens, by construction;
3. of the other pieces those that Vietnamese, English, French, German, Spanish and Russian text uses most,
   up to `--pieces` in all. A piece's worth is the sum over the languages of weight x relative frequency, the
   frequencies smoothed by nothing: a piece that no text uses is worth its unigram probability only.

Counts come from
- Vietnamese: the project's training corpora (`--reports FOLDER`, JSONL, not part of the repository), without
  the tenth of the documents that `held_out` picks, which `reference/measure_cut.py` measures on;
- the other five: word frequencies of the package `wordfreq`, each word in several spellings, and the
  running text of LibreOffice's help in Debian (`--help-folder`, packages unpacked by `dpkg-deb -x`).

    pip install tokenizers==0.23.3 wordfreq==3.1.1 zstandard==0.25.0
    apt-get download libreoffice-help-{en-us,fr,de,es,ru}    # 7.4.7 of Debian 12; dpkg-deb -x each into HELP
    python scripts/count_pieces.py --reports ../shared/data --help-folder HELP

The bitmap holds one bit per piece of the source, piece i in bit i % 8 of byte i // 8.
"""

import argparse
import hashlib
import html
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import model_source

SCRIPTS = Path(__file__).resolve().parent
BITMAP = SCRIPTS / "kept_pieces.bitmap"

# Vietnamese is what the program is for; half its weight goes to reports, which are the rarest text and the
# most like what will be read.
WEIGHTS = {"vi": 4.0, "vi-reports": 4.0, "en": 2.0, "fr": 1.0, "de": 1.0, "es": 1.0, "ru": 1.0}
WHOLE_SCRIPTS = {"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "BOPOMOFO", "IDEOGRAPHIC", "HANGUL",
                 "THAI", "LAO", "KHMER"}
# How often a word of the frequency lists, which are in lower case, is taken to stand capitalised and in capitals.
# Round guesses, generous to proper names and acronyms.
CAPITALISED, CAPITALS = 0.3, 0.1
# The lists know neither the German ß (they write ss) nor French elision (they split l'homme): each such word
# counts in that form too.
SHARP_S, ELIDED = 0.5, 0.3
# Share of a language's count that the word list has; the rest is the help's running text, which is technical.
WORD_LIST_SHARE = 0.8


def main() -> None:
    """Counts, chooses and writes the bitmap."""
    arguments = parse_arguments()
    source = model_source.parse(model_source.fetch(arguments.cache))
    tokenize = make_tokenizer(source)
    frequencies = {
        "vi": shares(count(tokenize, vietnamese(arguments.reports, VIETNAMESE_NEWS))),
        "vi-reports": shares(count(tokenize, vietnamese(arguments.reports, VIETNAMESE_REPORTS))),
    }
    for language, folder in HELP_FOLDERS.items():
        words = shares(count_words(tokenize, language))
        running = shares(count(tokenize, help_text(arguments.help_folder / folder)))
        frequencies[language] = mix(words, running)
    kept = choose(source, frequencies, arguments.pieces)
    BITMAP.write_bytes(to_bitmap(kept, len(source.pieces)))
    print(f"{BITMAP}: {len(kept)} of {len(source.pieces)} pieces, sha256 {model_source.sha256(BITMAP.read_bytes())}")


def parse_arguments() -> argparse.Namespace:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--reports", type=Path, required=True, help="folder of the Vietnamese JSONL corpora")
    parser.add_argument("--help-folder", type=Path, required=True, help="folder of the unpacked help packages")
    parser.add_argument("--pieces", type=int, default=100_000, help="pieces to keep in all")
    parser.add_argument("--cache", type=Path, default=Path("target/model-source"), help="where the wheel lies")
    return parser.parse_args()


# --- choosing ---

def choose(source: model_source.Source, frequencies: dict[str, Counter], pieces: int) -> set[int]:
    """Returns the ids to keep: those kept by rule, then the most used ones until there are `pieces`."""
    singles = {piece for piece in source.pieces if len(piece) == 1}
    specials = {source.bos, source.pad, source.eos, source.unknown, len(source.pieces) - 1}
    ordinary = [index for index in range(len(source.pieces)) if index not in specials]
    for index in ordinary:
        if not set(source.pieces[index]) <= singles:
            raise SystemExit(f"piece {index} has a character that is no piece: dropping it could make an <unk>")
    kept = specials | {index for index in ordinary if kept_by_rule(source.pieces[index])}
    # Unused pieces rank by their unigram score, below every used one.
    lowest = min(source.scores)
    def worth(index: int) -> tuple[float, float, int]:
        used = sum(WEIGHTS[language] * share[index] for language, share in frequencies.items())
        return (-used, lowest - source.scores[index], index)
    for index in sorted((index for index in ordinary if index not in kept), key=worth):
        if len(kept) >= pieces:
            break
        kept.add(index)
    return kept


def kept_by_rule(piece: str) -> bool:
    """Tells whether a piece stays whatever the counts say."""
    scripts = {script(character) for character in piece.replace("▁", "")} - {None}
    return len(piece) == 1 or not scripts or bool(scripts & WHOLE_SCRIPTS)


def script(character: str) -> str | None:
    """Returns the first word of a letter's or mark's Unicode name, which is its script; None for the rest."""
    if unicodedata.category(character)[0] not in "LM":
        return None
    return unicodedata.name(character, "UNNAMED").split()[0]


def to_bitmap(kept: set[int], size: int) -> bytes:
    """Packs the set: id i is bit i % 8 of byte i // 8."""
    bitmap = bytearray((size + 7) // 8)
    for index in kept:
        bitmap[index // 8] |= 1 << index % 8
    return bytes(bitmap)


# --- counting ---

def make_tokenizer(source: model_source.Source):
    """Returns a function from texts to lists of ids of the full vocabulary, without special tokens."""
    from tokenizers import Tokenizer, models, pre_tokenizers
    tokenizer = Tokenizer(models.Unigram(list(zip(source.pieces, source.scores)), source.unknown, False))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace("▁", "always", True)
    def tokenize(texts: list[str]) -> list[list[int]]:
        normalised = [source.normalise(text) for text in texts]
        return [encoding.ids for encoding in tokenizer.encode_batch_fast(normalised, add_special_tokens=False)]
    return tokenize


def count(tokenize, texts: Iterable[str]) -> Counter:
    """Counts the ids of all texts."""
    counts = Counter()
    batch = []
    for text in texts:
        batch.append(text)
        if len(batch) == 512:
            count_batch(tokenize, batch, counts)
            batch = []
    count_batch(tokenize, batch, counts)
    return counts


def count_batch(tokenize, batch: list[str], counts: Counter) -> None:
    """Adds the ids of a batch to the counts."""
    for ids in tokenize(batch):
        counts.update(ids)


def count_words(tokenize, language: str) -> Counter:
    """Counts the ids of a frequency list, each word in the ways it is written."""
    import wordfreq
    frequencies = sorted(wordfreq.get_frequency_dict(language, "best").items())
    counts = Counter()
    for start in range(0, len(frequencies), 4096):
        written = [(frequency * share, form) for word, frequency in frequencies[start:start + 4096]
                   for share, form in spellings(language, word)]
        for (weight, _), ids in zip(written, tokenize([form for _, form in written])):
            for index in ids:
                counts[index] += weight
    return counts


def spellings(language: str, word: str) -> Iterator[tuple[float, str]]:
    """Yields the forms in which a word of a list stands in text, with their shares."""
    forms = [(1.0, word)]
    if language == "de" and "ss" in word:
        forms.append((SHARP_S, word.replace("ss", "ß")))
    if language == "fr" and word[0] in "aeiouyhéèêâîôœ":
        forms.append((ELIDED, "l'" + word))
    for share, form in forms:
        yield share, form
        yield share * CAPITALISED, form.capitalize()
        yield share * CAPITALS, form.upper()


def shares(counts: Counter) -> Counter:
    """Scales counts to sum to one."""
    total = sum(counts.values())
    return Counter({index: value / total for index, value in counts.items()})


def mix(words: Counter, running: Counter) -> Counter:
    """Returns the weighted mean of two frequencies."""
    return Counter({index: WORD_LIST_SHARE * words[index] + (1 - WORD_LIST_SHARE) * running[index]
                    for index in words.keys() | running.keys()})


# --- texts ---

VIETNAMESE_NEWS = ("vietnews.train", "abmusu.train")
VIETNAMESE_REPORTS = ("reports.unlabelled", "customs.train")
HELP_FOLDERS = {"en": "libreoffice-help-en-us", "fr": "libreoffice-help-fr", "de": "libreoffice-help-de",
                "es": "libreoffice-help-es", "ru": "libreoffice-help-ru"}


def held_out(document: dict) -> bool:
    """Tells whether a document is kept from counting: one in ten, by the hash of its title and first words."""
    key = (document.get("title") or "") + document["paragraphs"][0][:200]
    return hashlib.sha256(key.encode()).digest()[0] < 26


def documents(folder: Path, name: str) -> Iterator[dict]:
    """Yields the documents of one compressed JSONL file."""
    import zstandard
    with zstandard.open(folder / f"{name}.jsonl.zst", "rt", encoding="utf-8", newline="\n") as lines:
        for line in lines:
            document = json.loads(line)
            if document["paragraphs"]:
                yield document


def vietnamese(folder: Path, names: Iterable[str]) -> Iterator[str]:
    """Yields the paragraphs of the named files' documents that are not held out."""
    for name in names:
        for document in documents(folder, name):
            if not held_out(document):
                yield from document["paragraphs"]


def help_text(folder: Path) -> Iterator[str]:
    """Yields the text of each page of an unpacked help package, without its markup."""
    for page in sorted(folder.rglob("*.html")):
        body = page.read_text(encoding="utf-8", errors="replace").partition("<body")[2]
        body = re.sub(r"<(script|style)\b.*?</\1>", " ", body, flags=re.DOTALL)
        yield html.unescape(re.sub(r"<[^>]+>", " ", body))


if __name__ == "__main__":
    main()
