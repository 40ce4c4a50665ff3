"""The GPU backend: Triton kernels that draw, train and update without ever storing a batch.

Where every model fits into one program, the whole training of a stack is one launch; larger models take two launches a
step, captured in a CUDA graph and replayed. With TRITON_INTERPRET=1 in the environment before Triton is imported, the
same kernels run, slowly, on any machine; so the tests run them.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec

import torch
from torch import Tensor

from tsup import cache
from tsup.backends.covered import uncovered
from tsup.backends.gpu.arrays import BLOCK, Stack, power_of_two, shape_of, stack
from tsup.backends.stage import Stage, Start, stages_at
from tsup.config import Setup

MOST_HIDDEN = 128
MOST_ROWS = 2**20
_SIZE = 1024  # parameters of one program of `update`
_ADDRESSES = 2**32  # numbers of a batch, two for each entry, that have noise of their own
_LAUNCH = {"num_warps": 8, "enable_fp_fusion": True}


def interpreted() -> bool:
    """Whether Triton's interpreter stands in for a GPU."""
    return os.environ.get("TRITON_INTERPRET") == "1"


def missing() -> str | None:
    """Why the backend cannot run here; None where it can."""
    if not find_spec("triton"):
        return "triton is not installed"
    if not torch.cuda.is_available() and not interpreted():
        return "no CUDA device is here"
    return None


def covers(setup: Setup) -> str | None:
    """What keeps the backend from training this setup; None where nothing does."""
    return uncovered(setup) or _too_large(setup)


def _too_large(setup: Setup) -> str | None:
    """Which size of a setup is more than the kernels take; None where none is."""
    if setup.training.attack and not shape_of(setup).small:
        return "adversarial training of models that do not fit into one program"
    if setup.model.hidden > MOST_HIDDEN:
        return f"more than {MOST_HIDDEN} hidden dimensions"
    if setup.training.batch > MOST_ROWS:
        return f"batches of more than {MOST_ROWS:,} rows"
    if 2 * setup.features.n * setup.training.batch > _ADDRESSES:
        return "batches of more than 2³¹ entries"
    return None


def memory(setup: Setup) -> int:
    """Bytes of parameters, moments, worlds and, for larger models, a copy and one gradient for every tile of rows."""
    shape, n = shape_of(setup), setup.features.n
    kept = 3 * shape.size + 2 * n + 8
    parts = 0 if shape.small else shape.size + shape.tiles * (shape.part + 1)
    return 4 * (setup.models * (kept + parts) + 3 * setup.training.steps + 4 * n)


def batches(setup: Setup, device: str, step: int) -> Tensor:
    """The batch (model, row, feature) that every model of a setup is trained on at one step."""
    from tsup.backends.gpu import draws

    own, rows, n = stack(setup, device), setup.training.batch, setup.features.n
    X = torch.empty(setup.models, rows, n, device=device)
    sizes = {"ROWS": own.shape.rows, "FEATURES": power_of_two(n)}
    with torch.cuda.device_of(X):
        grid = setup.models, own.shape.tiles
        draws.show[grid](
            X, *own.noise, step, rows, n, *own.low_span, SETS=own.constants["SETS"], **sizes, **_LAUNCH
        )
    return X


def choices(setup: Setup, device: str, step: int) -> Tensor:
    """The feature (model, row) that is attacked in every row that a setup is trained on at one step."""
    from tsup.backends.gpu import draws

    own, rows = stack(setup, device), setup.training.batch
    found = torch.empty(setup.models, rows, dtype=torch.int32, device=device)
    with torch.cuda.device_of(found):
        grid = setup.models, own.shape.tiles
        draws.show_choices[grid](
            found, own.noise.keys, step, rows, setup.features.n, ROWS=own.shape.rows, **_LAUNCH
        )
    return found


def _small(own: Stack) -> Callable[[int, int], None]:
    """A launch for each segment of the training."""
    from tsup.backends.gpu import kernels

    rows, n, objective = own.setup.training.batch, own.setup.features.n, own.objective
    attack = {"ATTACKED": objective.share > 0, "OWN": objective.own}

    def advance(start: int, stop: int) -> None:
        arrays = *own.adam, own.losses, own.adam_steps, own.rates, own.penalties, own.weights, *own.noise
        numbers = start, stop - start, rows, n, *own.low_span, objective.share
        kernels.train_small[(own.setup.models,)](*arrays, *numbers, **own.constants, **attack, **_LAUNCH)

    return advance


def _large(own: Stack, first: int = 0) -> Callable[[int, int], None]:
    """Two launches for each step, which on a GPU are captured once and replayed; `first` is the first step."""
    from tsup.backends.gpu import kernels

    shape, models, device = own.shape, own.setup.models, own.losses.device
    parts = torch.empty(models, shape.tiles, shape.part, device=device)
    part_losses = torch.empty(models, shape.tiles, device=device)
    counter = torch.full((1,), first, dtype=torch.int32, device=device)
    sizes = {key: own.constants[key] for key in ("BIASED", "UNTIED", "FEATURES", "HIDDEN")} | {"SIZE": _SIZE}
    numbers = own.setup.training.batch, own.setup.features.n, *own.low_span
    tiles, blocks = (models, shape.tiles), (models, -(-shape.size // _SIZE))

    def step() -> None:
        inputs = own.adam.P, parts, part_losses, own.penalties, own.weights, *own.noise, counter
        kernels.part_of_gradient[tiles](*inputs, *numbers, **own.constants, BLOCK=BLOCK, **_LAUNCH)
        state = *own.adam, parts, part_losses, own.losses, own.adam_steps, own.rates
        kernels.update[blocks](*state, counter, shape.tiles, **sizes, **_LAUNCH)
        counter.add_(1)

    replay = step if device.type == "cpu" else _captured(step, own, counter)

    def advance(start: int, stop: int) -> None:
        for _ in range(start, stop):
            replay()

    return advance


def _captured(step: Callable[[], None], own: Stack, counter: Tensor) -> Callable[[], None]:
    """The step as a CUDA graph; the run that compiles it is undone."""
    state = *own.adam, counter
    start, stream = [tensor.clone() for tensor in state], torch.cuda.Stream()
    stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(stream):
        step()
    torch.cuda.current_stream().wait_stream(stream)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        step()
    own.losses.fill_(torch.nan)
    for tensor, before in zip(state, start, strict=True):
        tensor.copy_(before)
    return graph.replay


def trainer(own: Stack, first: int = 0) -> Callable[[int, int], None]:
    """What takes a stack that has just been made from one step to a later one, the first being step `first`."""
    cache.keep_triton()
    with torch.cuda.device_of(own.losses):
        advance = _small(own) if own.shape.small else _large(own, first)

    def advance_there(start: int, stop: int) -> None:
        with torch.cuda.device_of(own.losses):
            advance(start, stop)

    return advance_there


def stages(setup: Setup, device: str, stops: Sequence[int], start: Start | None = None) -> Iterator[Stage]:
    """Train the stack and yield it at every step of `stops`."""
    start = start or Start()
    own = stack(setup, device, start)

    def stage(step: int) -> Stage:
        arrays = (array.cpu().numpy() for array in (*own.adam, own.losses))
        return own.shape.stage(step, *arrays)

    yield from stages_at(stops, start.step, trainer(own, start.step), stage)
