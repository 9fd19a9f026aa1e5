"""Distils twelve layers of an encoder into six, with PyTorch, on any texts: the start of what `tune_labels.py` tunes.

    python3.11 scripts/build_model.py
    cargo build --release --example encode_texts
    python3.11 scripts/distil_encoder.py --texts customs.train.jsonl --texts reports.unlabelled.jsonl ... \\
        -o target/distilled.npz

`tomtat train distil` does the same with Candle. This script exists for time, as `tune_labels.py` does.

The student starts from every second layer of its teacher. It learns to give the teacher's last states for every token: the
squared difference relative to the square of the teacher's. So that it finds its way in few steps, each layer below the last
is told likewise what the teacher's layer there says, at three tenths, fading to nothing by the end (states of layers as
targets: TinyBERT, https://arxiv.org/abs/1909.10351, section 3.1).

Texts are JSON lines: the members of `paragraphs`, or `text`. Needs Python 3.11, numpy and PyTorch 2; no card.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from torch import distributed

import learner
from encoder import LONGEST, ROOT, STUDENT, Encoder, Sequences, batches, is_real, mean_of_text, token_ids
from gguf_read import Weights

TEACHER = range(12)
BATCH, WARM_UP, RATE, BELOW = 64, 60, 5e-4, 0.3
HELD_OUT = 320


def main() -> None:
    """Trains and writes the student's layers."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--texts", type=Path, action="append", required=True)
    parser.add_argument("--model", type=Path, default=ROOT / "target/base")
    parser.add_argument("--most", type=int, default=90_000, help="texts drawn at random from all files")
    parser.add_argument("--minutes", type=float, default=600.0, help="end by then, with the rate all but zero")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--dtype", choices=learner.DTYPES, default="bf16", help="what products are worked out in")
    parser.add_argument("-o", "--output", type=Path, required=True)
    arguments = parser.parse_args()
    texts = sorted({text for path in arguments.texts for text in read(path)})
    drawn = np.random.default_rng(arguments.seed).permutation(len(texts))[: arguments.most + HELD_OUT]
    rows = [{"text": texts[index]} for index in drawn]
    sequences = Sequences(token_ids(rows, arguments.output.parent), LONGEST)
    learner.run(train, (arguments, sequences), arguments.processes)


def read(path: Path) -> list[str]:
    """Returns the texts of a file."""
    rows = [json.loads(line) for line in path.read_text("utf-8").split("\n") if line]
    return [text for row in rows for text in row.get("paragraphs", [row.get("text")]) if text and text.strip()]


def train(rank: int, arguments: argparse.Namespace, sequences: Sequences) -> None:
    """Learns from all texts but the first few, one process's part of every batch; those few tell how well."""
    random = np.random.default_rng(arguments.seed)
    weights = Weights(arguments.model / "model.gguf")
    dtype = learner.DTYPES[arguments.dtype]
    teacher = Encoder(weights, TEACHER).eval().to(dtype)
    student = learner.Learner(Encoder(weights, STUDENT), dtype, lambda _: RATE)
    items = np.arange(HELD_OUT, len(sequences.lengths))
    steps = batches(sequences.lengths, items, BATCH, random)
    clock, losses = learner.Clock(len(steps), arguments.minutes), []
    for step, batch in enumerate(steps):
        done = clock.done(step)
        if done >= 1.0:
            break
        ids, lengths = sequences.batch(batch[rank :: distributed.get_world_size()])
        errors = compared(teacher, student.network, ids, lengths)
        losses.append(errors[-1].item())
        student.step(errors[-1] + BELOW * (1.0 - done) * sum(errors[:-1]), learner.schedule(done, step, WARM_UP))
        if rank == 0 and step % 50 == 49:
            print(f"{step + 1} of {len(steps)}: error {np.mean(losses[-50:]):.4f}, {clock.elapsed():.0f} s", flush=True)
        if rank == 0 and step % 300 == 299:
            student.save(arguments.output)
    if rank == 0:
        student.save(arguments.output)
        print("held out:", likeness(teacher, student.network, sequences))


def compared(teacher: Encoder, student: Encoder, ids: torch.Tensor, lengths: torch.Tensor) -> list[torch.Tensor]:
    """Returns the relative squared error of the student's states, one a layer."""
    real = is_real(ids, lengths)[..., None].float()
    with torch.no_grad():
        wanted = [states.float() for states in teacher(ids, lengths)]
    pairs = zip((wanted[layer] for layer in STUDENT), student(ids, lengths))
    return [((aim - states.float()) ** 2 * real).sum() / (aim**2 * real).sum() for aim, states in pairs]


def likeness(teacher: Encoder, student: Encoder, sequences: Sequences) -> str:
    """Returns how near mean states of the held-out texts are, also with the teacher's mean over texts taken off."""
    means = []
    with torch.no_grad():
        for batch in batches(sequences.lengths, np.arange(HELD_OUT), BATCH, None):
            ids, lengths = sequences.batch(batch)
            means.append([mean_of_text(network(ids, lengths)[-1], lengths) for network in (teacher, student)])
    wanted, given = (torch.cat(parts) for parts in zip(*means))
    centre = wanted.mean(0)
    plain, centred = (torch.cosine_similarity(wanted - origin, given - origin).mean().item() for origin in (0.0, centre))
    return f"cosine {plain:.4f}, centred {centred:.4f}"


if __name__ == "__main__":
    main()
