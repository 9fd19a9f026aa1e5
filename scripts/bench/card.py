#!/usr/bin/env python3
"""A card's own limit, and sentence-transformers on the same weights and the same token ids.

usage: scripts/bench/card.py IDS [--model models/tomtat-small] [--folder target/peer]

IDS is JSON, a list of lists of token ids with their special tokens, as `check_card MODEL TEXTS ids=PATH` writes it.
Prints one JSON object. Needs torch, transformers, sentence-transformers, safetensors and a card.
"""
import argparse
import functools
import json
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "scripts"))
BATCHES = (32, 64, 256, 1024)
# Texts that are held to our token ids before the peer is measured.
COMPARED = 64
# Tokens whose ids need names: a tokenizer cuts its special tokens out of everything, also 3 out of 345.
PADDING = 1
NAMES = {PADDING: "<pad>", 3: "<unk>"}


def peer(model: Path, folder: Path):
    """The bundle as a SentenceTransformer in f16, whose texts are ids with spaces between.

    It is opened from a folder like those of models on the hub, which every version reads: where the classes of its modules
    are, and what they take, differs between 3.x and 6.x.
    """
    import torch
    from safetensors.torch import save_file
    from sentence_transformers import SentenceTransformer

    from gguf_read import Weights

    folder.mkdir(parents=True, exist_ok=True)
    weights = Weights(model / "model.gguf")
    tensors = {name: weights.tensor(name) for name in weights.names}
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    configuration = json.loads((model / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(configuration | {"architectures": ["BertModel"]}))
    save_tokenizer(folder, configuration["vocab_size"])
    save_modules(folder, configuration)
    return SentenceTransformer(str(folder), device="cuda").half().eval(), torch


def save_modules(folder: Path, configuration: dict) -> None:
    """Says that the network's states are averaged."""
    modules = [("", "Transformer"), ("1_Pooling", "Pooling")]
    modules = [
        {"idx": index, "name": str(index), "path": path, "type": f"sentence_transformers.models.{kind}"}
        for index, (path, kind) in enumerate(modules)
    ]
    sequences = {"max_seq_length": configuration["max_position_embeddings"], "do_lower_case": False}
    pooling = {"word_embedding_dimension": configuration["hidden_size"], "pooling_mode_mean_tokens": True}
    (folder / "1_Pooling").mkdir(exist_ok=True)
    for name, content in [
        ("modules.json", modules),
        ("sentence_bert_config.json", sequences),
        ("1_Pooling/config.json", pooling | {"pooling_mode_cls_token": False, "pooling_mode_max_tokens": False}),
    ]:
        (folder / name).write_text(json.dumps(content))


def save_tokenizer(folder: Path, size: int) -> None:
    """A tokenizer for texts that are ids with spaces between; 3 has no word of its own and is found as unknown."""
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    pieces = {NAMES.get(piece, str(piece)): piece for piece in range(size)}
    tokenizer = Tokenizer(models.WordLevel(pieces, unk_token=NAMES[3]))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=tokenizer, pad_token=NAMES[1], unk_token=NAMES[3])
    tokenizer.save_pretrained(folder)


def features_of(encoder, texts: list[str]) -> dict:
    """What the network of the peer sees of some texts, in one batch.

    What makes it is called `tokenize` or `preprocess`, as the version goes; so it is looked at where it arrives.
    """
    seen = []

    def look(_module, positional, named) -> None:
        seen.append(next(part for part in (*positional, *named.values()) if hasattr(part, "keys")))

    hook = encoder[0].register_forward_pre_hook(look, with_kwargs=True)
    try:
        encoder.encode(texts, batch_size=len(texts), show_progress_bar=False)
    finally:
        hook.remove()
    return dict(seen[0])


def check_ids(features: dict, ids: list[list[int]]) -> None:
    """Fails unless these features of the peer are our token ids; it has put them in an order of its own."""
    rows, masks = features["input_ids"].tolist(), features["attention_mask"].tolist()
    kept = [[piece for piece, there in zip(*row, strict=True) if there] for row in zip(rows, masks, strict=True)]
    for theirs, ours in zip(sorted(kept), sorted(ids), strict=True):
        if theirs != ours:
            counts = f"{len(theirs)} tokens, {theirs[:8]}…, where we have {len(ours)}, {ours[:8]}…"
            raise ValueError(f"the peer reads other token ids than we do: {counts}")


def measure_peer(model: Path, folder: Path, ids: list[list[int]], result: dict) -> None:
    """Notes tokens a second at each batch size: of `encode`, which sorts by length itself and tokenizes, and of its network alone."""
    encoder, torch = peer(model, folder)
    texts = [" ".join(map(str, sequence)) for sequence in ids]
    features = features_of(encoder, texts[:COMPARED])
    check_ids(features, ids[:COMPARED])
    for batch in BATCHES:
        work = functools.partial(encoder.encode, batch_size=batch, show_progress_bar=False)
        result["peer_tokens_per_second"][batch] = speed(torch, ids, work, texts, 4 * batch)
    for batch in BATCHES:
        work = functools.partial(run, torch, encoder)
        batches = padded(torch, ids, batch, features.keys())
        result["peer_network_tokens_per_second"][batch] = speed(torch, ids, work, batches, 4)


def speed(torch, ids: list[list[int]], work, parts: list, few: int) -> float:
    """Tokens a second of work on all parts, once it has been done on a few."""
    work(parts[:few])
    torch.cuda.synchronize()
    started = time.perf_counter()
    work(parts)
    torch.cuda.synchronize()
    return sum(map(len, ids)) / (time.perf_counter() - started)


def padded(torch, ids: list[list[int]], batch: int, names) -> list[dict]:
    """What the network takes of all sequences, longest first, in batches."""
    ordered = sorted(ids, key=len, reverse=True)
    batches = []
    for start in range(0, len(ordered), batch):
        part = ordered[start : start + batch]
        width = len(part[0])
        pieces = torch.tensor([sequence + [PADDING] * (width - len(sequence)) for sequence in part])
        mask = torch.tensor([[1] * len(sequence) + [0] * (width - len(sequence)) for sequence in part])
        features = {"input_ids": pieces, "attention_mask": mask, "token_type_ids": torch.zeros_like(pieces)}
        batches.append({name: tensor for name, tensor in features.items() if name in names})
    return batches


def run(torch, encoder, batches: list[dict]) -> None:
    """The peer's network on such batches; its vectors come back, as ours do."""
    with torch.inference_mode():
        for features in batches:
            on_card = {name: tensor.to("cuda", non_blocking=True) for name, tensor in features.items()}
            encoder(on_card)["sentence_embedding"].cpu()


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
    result = {"limit_flops": limit(), "peer_problem": None}
    result |= {"peer_tokens_per_second": {}, "peer_network_tokens_per_second": {}}
    try:
        measure_peer(arguments.model, arguments.folder, ids, result)
    except Exception as error:  # noqa: BLE001 - the card's limit is worth having without the peer
        result["peer_problem"] = repr(error)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
