"""The GPU backend: Triton kernels that draw, train and update without ever storing a batch.

Where every model fits into one program, the whole training of a stack is one launch; larger models take two launches a
step, captured in a CUDA graph and replayed. With TRITON_INTERPRET=1 in the environment before Triton is imported, the
same kernels run, slowly, on any machine; so the tests run them.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import numpy as np
import torch
from torch import Tensor

from tsup.backends.cpu.stack import FORMS, form
from tsup.backends.stage import Stage
from tsup.config import AbsValue, ReluHidden, Setup
from tsup.data import generator
from tsup.models import has_hidden_bias, initial

SMALL = 32  # features and hidden dimensions up to which a model lives in one program
MOST_HIDDEN = 128
MOST_ROWS = 2**20
_ROWS = {True: 128, False: 32}  # rows of a tile of small models and of larger ones: as many as registers hold
_BLOCK, _SIZE = 64, 1024  # features of a block, parameters of one program of `update`
_ADDRESSES = (
    2**32
)  # how many entries of a batch have noise of their own, magnitudes of tied features counted apart
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
    if setup.training.attack:
        return "adversarial training"
    if setup.training.l1:
        return "the L1 penalty"
    if setup.model.hidden > MOST_HIDDEN:
        return f"more than {MOST_HIDDEN} hidden dimensions"
    if setup.training.batch > MOST_ROWS:
        return f"batches of more than {MOST_ROWS:,} rows"
    if 2 * setup.features.n * setup.training.batch > _ADDRESSES:
        return "batches of more than 2³¹ entries"
    return None


def _power(size: int) -> int:
    """The next power of two, at least 16, below which Triton multiplies no matrices."""
    return max(16, 1 << (size - 1).bit_length())


@dataclass(frozen=True)
class Shape:
    """Padded sizes, and how one model's parameters lie one after the other: V, W if untied, b, c."""

    features: int
    hidden: int
    untied: bool
    small: bool
    tiles: int

    @property
    def rows(self) -> int:
        """Rows of a tile."""
        return _ROWS[self.small]

    @property
    def size(self) -> int:
        """Parameters of one model, padding included."""
        return (1 + self.untied) * self.hidden * self.features + self.features + self.hidden

    @property
    def part(self) -> int:
        """Numbers in the gradient of one tile of rows, which always keeps dV and dW apart."""
        return 2 * self.hidden * self.features + self.features + self.hidden


def shape_of(setup: Setup) -> Shape:
    """The padded sizes of a setup."""
    n, m = setup.features.n, setup.model.hidden
    small = max(n, m) <= SMALL
    features = _power(n) if small else -(-n // _BLOCK) * _BLOCK
    tiles = -(-setup.training.batch // _ROWS[small])
    return Shape(features, _power(m), isinstance(setup.model, AbsValue), small, tiles)


def memory(setup: Setup) -> int:
    """Bytes of parameters, moments, worlds and, for larger models, one gradient for every tile of rows."""
    shape, n = shape_of(setup), setup.features.n
    kept = 3 * shape.size + 2 * n + 8
    parts = 0 if shape.small else shape.tiles * (shape.part + 1)
    return 4 * (setup.models * (kept + parts) + 3 * setup.training.steps + 4 * n)


def _world(setup: Setup) -> tuple[np.ndarray, bool]:
    """For every feature its gate, from and to where in the gate's turn it is on, and whether it shares the gate."""
    features = setup.features
    world = np.zeros((4, features.n), np.float32)
    world[0], world[2] = np.arange(features.n), 1
    for members in (*features.correlated, *features.anticorrelated):
        world[0, list(members)], world[3, list(members)] = members[0], 1
    for members in features.anticorrelated:
        edges = np.arange(len(members) + 1) / len(members)
        world[1, list(members)], world[2, list(members)] = edges[:-1], edges[1:]
    return world, bool(world[3].any())


def _moves(setup: Setup) -> np.ndarray:
    """For every update: schedule over the first moment's correction, the second's correction, schedule times decay."""
    steps = setup.training.steps
    decay = np.array([setup.training.decay(step) for step in range(steps)])
    updates = np.arange(1.0, steps + 1)
    columns = decay / (1 - 0.9**updates), 1 / (1 - 0.999**updates), decay * setup.training.weight_decay
    return np.stack(columns, 1).astype(np.float32)


def _keys(setup: Setup) -> np.ndarray:
    """Two 32-bit halves a model, from which all its noise comes."""
    pairs = ((seed, r) for seed in setup.seeds for r in range(setup.training.replicas))
    states = [
        np.random.SeedSequence(seed, spawn_key=(3, r)).generate_state(2, np.uint32) for seed, r in pairs
    ]
    return np.array(states).view(np.int32)


def views(setup: Setup, P: Tensor) -> dict[str, Tensor]:
    """The parameters (model, …) by name, without padding, as views of (model, parameter)."""
    shape, n, m = shape_of(setup), setup.features.n, setup.model.hidden
    matrix = shape.hidden * shape.features
    first = P[:, :matrix].unflatten(1, (shape.hidden, shape.features))[:, :m, :n]
    found = {"W": first}
    if shape.untied:
        second = P[:, matrix : 2 * matrix].unflatten(1, (shape.hidden, shape.features))[:, :m, :n]
        found = {"W1": first, "W2": second.mT}
    biases = P[:, (1 + shape.untied) * matrix :]
    found["b"] = biases[:, :n]
    return (
        {**found, "b_hidden": biases[:, shape.features :][:, :m]} if has_hidden_bias(setup.model) else found
    )


@dataclass(frozen=True)
class Stack:
    """The arrays of a training on its device. kept: P, M, V and losses; `noise` and `kind` are what kernels share."""

    setup: Setup
    shape: Shape
    P: Tensor
    M: Tensor
    V: Tensor
    losses: Tensor
    moves: Tensor
    rates: Tensor
    weights: Tensor
    noise: tuple[Any, ...]
    low_span: tuple[float, float]
    kind: dict[str, Any]


def stack(setup: Setup, device: str) -> Stack:
    """The stack at its start, with the initial weights of the reference."""
    shape, replicas = shape_of(setup), setup.training.replicas
    P = torch.zeros(setup.models, shape.size)
    start = initial(setup, [generator(seed, 0, r) for seed in setup.seeds for r in range(replicas)])
    for name, view in views(setup, P).items():
        view.copy_(start[name])
    world, tied = _world(setup)
    importance = 2 / setup.training.batch * setup.features.importances()

    def there(values: np.ndarray) -> Tensor:
        return torch.from_numpy(np.ascontiguousarray(values)).to(device)

    per_model = [
        v.repeat(replicas, axis=0).astype(np.float32) for v in (importance, setup.features.densities())
    ]
    kind = {
        "TIED": tied,
        "FORM": FORMS[form(setup)],
        "ABSOLUTE": isinstance(setup.model, AbsValue),
        "RECTIFIED": isinstance(setup.model, ReluHidden | AbsValue),
        "BIASED": has_hidden_bias(setup.model),
        "UNTIED": shape.untied,
        "ROWS": shape.rows,
        "FEATURES": shape.features,
        "HIDDEN": shape.hidden,
    }
    return Stack(
        setup=setup,
        shape=shape,
        P=P.to(device),
        M=torch.zeros_like(P, device=device),
        V=torch.zeros_like(P, device=device),
        losses=torch.full((setup.models,), torch.nan, device=device),
        moves=there(_moves(setup)),
        rates=there(setup.rates.astype(np.float32)),
        weights=there(per_model[0]),
        noise=(there(world), there(per_model[1]), there(_keys(setup))),
        low_span=(setup.features.low, setup.features.high - setup.features.low),
        kind=kind,
    )


def batches(setup: Setup, device: str, step: int) -> Tensor:
    """The batch (model, row, feature) that every model of a setup is trained on at one step."""
    from tsup.backends.gpu import kernels

    own, rows, n = stack(setup, device), setup.training.batch, setup.features.n
    X = torch.empty(setup.models, rows, n, device=device)
    sizes = {"ROWS": own.shape.rows, "FEATURES": _power(n)}
    with torch.cuda.device_of(X):
        grid = setup.models, own.shape.tiles
        kernels.show[grid](
            X, *own.noise, step, rows, n, *own.low_span, TIED=own.kind["TIED"], **sizes, **_LAUNCH
        )
    return X


def _small(own: Stack) -> Callable[[int, int], None]:
    """A launch for each segment of the training."""
    from tsup.backends.gpu import kernels

    training, n = own.setup.training, own.setup.features.n

    def advance(start: int, stop: int) -> None:
        state = own.P, own.M, own.V, own.losses, own.moves, own.rates, own.weights, *own.noise
        sizes = start, stop - start, training.batch, n, *own.low_span
        kernels.train_small[(own.setup.models,)](*state, *sizes, **own.kind, **_LAUNCH)

    return advance


def _large(own: Stack) -> Callable[[int, int], None]:
    """Two launches for each step, which on a GPU are captured once and replayed."""
    from tsup.backends.gpu import kernels

    shape, models, device = own.shape, own.setup.models, own.P.device
    parts = torch.empty(models, shape.tiles, shape.part, device=device)
    part_losses = torch.empty(models, shape.tiles, device=device)
    counter = torch.zeros(1, dtype=torch.int32, device=device)
    options = {key: own.kind[key] for key in ("BIASED", "UNTIED", "FEATURES", "HIDDEN")}
    sizes = own.setup.training.batch, own.setup.features.n, *own.low_span

    def step() -> None:
        inputs = own.P, parts, part_losses, own.weights, *own.noise, counter
        kernels.part_of_gradient[(models, shape.tiles)](*inputs, *sizes, **own.kind, BLOCK=_BLOCK, **_LAUNCH)
        state = own.P, own.M, own.V, parts, part_losses, own.losses, own.moves, own.rates
        blocks = -(-shape.size // _SIZE)
        kernels.update[(models, blocks)](*state, counter, shape.tiles, **options, SIZE=_SIZE, **_LAUNCH)
        counter.add_(1)

    replay = step if device.type == "cpu" else _captured(step, [own.P, own.M, own.V, own.losses, counter])

    def advance(start: int, stop: int) -> None:
        for _ in range(start, stop):
            replay()

    return advance


def _captured(step: Callable[[], None], state: list[Tensor]) -> Callable[[], None]:
    """The step as a CUDA graph; the run that compiles it is undone."""
    before = [tensor.clone() for tensor in state]
    stream = torch.cuda.Stream()
    stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(stream):
        step()
    torch.cuda.current_stream().wait_stream(stream)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        step()
    for tensor, values in zip(state, before, strict=True):
        tensor.copy_(values)
    return graph.replay


def stages(setup: Setup, device: str, stops: Sequence[int]) -> Iterator[Stage]:
    """Train the stack and yield it at every step of `stops`."""
    own, done = stack(setup, device), 0
    with torch.cuda.device_of(own.P):
        advance = (_small if own.shape.small else _large)(own)
    for stop in stops:
        if stop > done:
            with torch.cuda.device_of(own.P):
                advance(done, stop)
        done = stop
        weights = {name: view.to("cpu", copy=True).numpy() for name, view in views(setup, own.P).items()}
        yield Stage(stop, weights, own.losses.to("cpu", copy=True).numpy())
