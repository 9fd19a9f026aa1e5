"""Training on the cores of one machine: products in bfloat16 or f32, exact weights beside them, batches shared by processes.

Half of a batch in each of two processes is faster than one process with two threads. bfloat16 was twice as fast as f32
on AMD's Zen 4, and 0.6 times as fast on an Intel Xeon that has AVX-512 BF16 and no AMX. The exact weights (f32) take the steps, so
nothing small is lost.
"""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch import distributed, multiprocessing, nn

WEIGHT_DECAY, LONGEST_STEP = 0.01, 1.0
#: What products may be worked out in: `--dtype`.
DTYPES = {"bf16": torch.bfloat16, "f32": torch.float32}


def run(work: Callable[..., None], arguments: tuple, processes: int) -> None:
    """Calls `work(rank, *arguments)` in each of `processes` processes that can talk to each other."""
    with tempfile.TemporaryDirectory() as folder:
        meeting = f"file://{Path(folder) / 'meeting'}"
        multiprocessing.spawn(start, (work, arguments, processes, meeting), nprocs=processes)


def start(rank: int, work: Callable[..., None], arguments: tuple, processes: int, meeting: str) -> None:
    """Joins the others, then works."""
    torch.set_num_threads(1)
    distributed.init_process_group("gloo", init_method=meeting, rank=rank, world_size=processes)
    work(rank, *arguments)
    distributed.barrier()
    distributed.destroy_process_group()


class Learner:
    """A network whose weights are rounded to `dtype` for the products; AdamW moves the exact ones.

    What `rounding` makes of an exact weight is what is rounded further: with the steps of the bytes that are shipped, the
    network learns what it will be. Gradients go to the exact weight as if nothing were rounded (a straight-through
    estimator: Bengio et al. 2013, section 4, https://arxiv.org/abs/1308.3432).
    """

    def __init__(self, network: nn.Module, dtype: torch.dtype, rate: Callable[[str], float],
                 rounding: Callable[[str, torch.Tensor], torch.Tensor] = lambda _, weight: weight):
        self.network, self.rounding = network, rounding
        self.names = [name for name, _ in network.named_parameters()]
        self.exact = [parameter.detach().clone().requires_grad_() for parameter in network.parameters()]
        network.to(dtype)
        self.round()
        # All gradients lie in one block, so that they are summed over the processes in one go.
        self.gradients = torch.zeros(sum(parameter.numel() for parameter in self.exact))
        ends = np.cumsum([parameter.numel() for parameter in self.exact])
        for parameter, end in zip(self.exact, ends):
            parameter.grad = self.gradients[end - parameter.numel():end].view_as(parameter)
        self.optimizer = torch.optim.AdamW([
            {"params": [parameter], "rate": rate(name), "weight_decay": WEIGHT_DECAY if parameter.dim() > 1 else 0.0}
            for name, parameter in zip(self.names, self.exact)
        ], fused=True)

    def step(self, loss: torch.Tensor, factor: float) -> None:
        """Goes down the loss, averaged over the processes, at `factor` times the rates."""
        loss.backward()
        share = 1.0 / distributed.get_world_size()
        for exact, rounded in zip(self.exact, self.network.parameters()):
            exact.grad.copy_(rounded.grad).mul_(share)
            rounded.grad = None
        distributed.all_reduce(self.gradients)
        nn.utils.clip_grad_norm_(self.exact, LONGEST_STEP, foreach=True)
        for group in self.optimizer.param_groups:
            group["lr"] = group["rate"] * factor
        self.optimizer.step()
        self.round()

    @torch.no_grad()
    def round(self) -> None:
        """Sets the weights of the products by the exact ones."""
        for name, exact, rounded in zip(self.names, self.exact, self.network.parameters()):
            rounded.copy_(self.rounding(name, exact))

    def save(self, path: Path) -> None:
        """Writes the exact weights as they are called in the network."""
        whole = path.with_suffix(".part.npz")
        np.savez(whole, **{name: value.detach().numpy() for name, value in zip(self.names, self.exact)})
        whole.rename(path)


class Clock:
    """How much of a run is done: by its steps or by its time, whichever is further on."""

    def __init__(self, steps: int, minutes: float):
        self.steps, self.seconds, self.started = steps, 60.0 * minutes, time.time()

    def done(self, step: int) -> float:
        """Returns a share of 1, the same in every process."""
        share = torch.tensor([max(step / self.steps, self.elapsed() / self.seconds)])
        distributed.all_reduce(share, distributed.ReduceOp.MAX)
        return share.item()

    def elapsed(self) -> float:
        """Returns the seconds since the start."""
        return time.time() - self.started


def schedule(done: float, step: int, warm_up: int) -> float:
    """Returns what the rates are multiplied by: `warm_up` steps straight up, then straight down with what is done."""
    return min(1.0, (step + 1) / warm_up) * max(0.005, 1.0 - done)
