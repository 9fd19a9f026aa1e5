#!/usr/bin/env python3
"""A card's own limit, and sentence-transformers on the same weights and the same token ids.

usage: scripts/bench/card.py IDS [--model models/tomtat-small] [--folder target/peer]

IDS is JSON, a list of lists of token ids with their special tokens, as `check_card MODEL TEXTS ids=PATH` writes it.
Prints one JSON object. Needs torch, transformers, sentence-transformers, safetensors and a card.
"""
import argparse
import json
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "scripts"))
BATCHES = (64, 256, 1024)
# Texts that are held to our token ids before the peer is measured.
COMPARED = 64
# Tokens whose ids need names: a tokenizer cuts its special tokens out of everything, also 3 out of 345.
NAMES = {1: "<pad>", 3: "<unk>"}


def peer(model: Path, folder: Path):
    """The bundle as a SentenceTransformer in f16, whose texts are ids with spaces between."""
    import torch
    from safetensors.torch import save_file
    from sentence_transformers import SentenceTransformer, models

    from gguf_read import Weights

    folder.mkdir(parents=True, exist_ok=True)
    weights = Weights(model / "model.gguf")
    tensors = {name: weights.tensor(name) for name in weights.names}
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    configuration = json.loads((model / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(configuration | {"architectures": ["BertModel"]}))
    save_tokenizer(folder, configuration["vocab_size"])
    transformer = models.Transformer(str(folder), max_seq_length=configuration["max_position_embeddings"])
    pooling = models.Pooling(configuration["hidden_size"], pooling_mode="mean")
    return SentenceTransformer(modules=[transformer, pooling], device="cuda").half().eval(), torch


def save_tokenizer(folder: Path, size: int) -> None:
    """A tokenizer for texts that are ids with spaces between; 3 has no word of its own and is found as unknown."""
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    pieces = {NAMES.get(piece, str(piece)): piece for piece in range(size)}
    tokenizer = Tokenizer(models.WordLevel(pieces, unk_token=NAMES[3]))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=tokenizer, pad_token=NAMES[1], unk_token=NAMES[3])
    tokenizer.save_pretrained(folder)


def check_ids(features: dict, ids: list[list[int]]) -> None:
    """Fails unless these features of the peer are our token ids."""
    rows, masks = features["input_ids"].tolist(), features["attention_mask"].tolist()
    for row, mask, ours in zip(rows, masks, ids, strict=True):
        theirs = [piece for piece, there in zip(row, mask, strict=True) if there]
        if theirs != ours:
            counts = f"{len(theirs)} tokens, {theirs[:8]}…, where we have {len(ours)}, {ours[:8]}…"
            raise ValueError(f"the peer reads other token ids than we do: {counts}")


def peer_speeds(model: Path, folder: Path, ids: list[list[int]]) -> dict[str, float]:
    """Tokens a second at each batch size; sentence-transformers sorts by length itself."""
    encoder, torch = peer(model, folder)
    texts = [" ".join(map(str, sequence)) for sequence in ids]
    check_ids(encoder.tokenize(texts[:COMPARED]), ids[:COMPARED])
    tokens = sum(map(len, ids))
    speeds = {}
    for batch in BATCHES:
        encoder.encode(texts[: 4 * batch], batch_size=batch, show_progress_bar=False)
        torch.cuda.synchronize()
        started = time.perf_counter()
        encoder.encode(texts, batch_size=batch, show_progress_bar=False)
        torch.cuda.synchronize()
        speeds[str(batch)] = tokens / (time.perf_counter() - started)
    return speeds


def limit() -> float:
    """Floating-point operations a second of large products in f16."""
    import torch

    size, rounds = 8192, 20
    a = torch.randn(size, size, device="cuda", dtype=torch.float16)
    b = torch.randn(size, size, device="cuda", dtype=torch.float16)
    for _ in range(3):
        a @ b
    torch.cuda.synchronize()
    started = time.perf_counter()
    for _ in range(rounds):
        a @ b
    torch.cuda.synchronize()
    return 2 * size**3 * rounds / (time.perf_counter() - started)


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ids", type=Path)
    parser.add_argument("--model", type=Path, default=ROOT / "models/tomtat-small")
    parser.add_argument("--folder", type=Path, default=ROOT / "target/peer")
    arguments = parser.parse_args()
    ids = json.loads(arguments.ids.read_text())
    result = {"limit_flops": limit(), "peer_tokens_per_second": {}, "peer_problem": None}
    try:
        result["peer_tokens_per_second"] = peer_speeds(arguments.model, arguments.folder, ids)
    except Exception as error:  # noqa: BLE001 - the card's limit is worth having without the peer
        result["peer_problem"] = repr(error)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
