"""The arrays of a training as the kernels take them, and back to weights by name."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import ModuleType

import numpy as np

from tsup.backends.cpu.compile import fused, is_compiled, tiled
from tsup.backends.equations import FORMS
from tsup.backends.magnitudes import low_span
from tsup.backends.stage import Start, State
from tsup.config import Setup
from tsup.draws import generator, initial

_TILE, _VECTOR = 4, 16
SPLIT_WORK = 2**21  # multiply-adds a step from which one model is worth two threads
_TINY = 16  # n · m up to which a model's gradient fits in registers
_WORTH_COMPILING = 2 * 10**10  # entries drawn in a run from which the fused kernel wins back its compilation
_ENTRY_WORK = 400  # n · m from which products by entry beat scattering entries into rows
_DRAWN = 2**16  # entries of the rows whose active entries are listed at a time


def padded(size: int, tile: int) -> int:
    """Size rounded up to whole tiles."""
    return -(-size // tile) * tile


def tile_height(hidden: int) -> int:
    """The height of tile, 1 … 6, of least cost: padding is work for nothing, low tiles load more than they multiply."""
    return min(range(1, 7), key=lambda height: padded(hidden, height) * (1 + 1 / height))


def kernels(setup: Setup) -> ModuleType:
    """The compiled kernels for this setup: fused for a tiny x' = f(WᵀWx + b), if compiled or worth compiling."""
    n, m, model, training = setup.features.n, setup.model.hidden, setup.model, setup.training
    plain = training.attack is None and training.l1 is None
    simple = (model.tied, model.hidden_activation, model.target) == (True, "linear", "identity")
    if n * m <= _TINY and plain and simple:
        entries = setup.models * training.steps * training.batch * n
        module = fused(n, m, FORMS[model.output_activation])
        if entries >= _WORTH_COMPILING or is_compiled(module):
            return module
    return tiled(tile_height(m))


def shape_of(setup: Setup) -> tuple[int, int, int, int]:
    """Features, features and hidden with their padding, and 1 where the two matrices are not tied."""
    n, m = setup.features.n, setup.model.hidden
    return n, padded(n, _TILE), padded(m, tile_height(m)), int(not setup.model.tied)


def size_of(setup: Setup) -> int:
    """Parameters of one model with their padding; every model has room for a hidden bias."""
    n, n_pad, m_pad, untied = shape_of(setup)
    return padded((1 + untied) * n_pad * m_pad + n + m_pad, _VECTOR)


def plan_of(setup: Setup) -> tuple[int, int, bool]:
    """Lanes of a block, rows of a sparsely drawn part, and whether products go by entry."""
    n, m, rows = setup.features.n, setup.model.hidden, setup.training.batch
    width = int(np.clip(padded(4096 // max(n, m), _VECTOR), 256, 1024))
    part = 256 if n * m * rows >= SPLIT_WORK else max(256, _DRAWN // n)
    return width, min(part, rows), n * m >= _ENTRY_WORK


def _kind(setup: Setup) -> tuple:
    """Form, sign, hidden ReLU, its bias; the weight of Σ|h| in one row, an attack's share, whether of the own norm."""
    training, own = setup.training, setup.model
    sign, rectified = np.float32(-1 if own.target == "absolute" else 1), own.hidden_activation == "relu"
    share, by_own = (training.attack.share, training.attack.norm == "own") if training.attack else (0, False)
    model = FORMS[own.output_activation], sign, rectified, own.hidden_bias
    return *model, np.float32((training.l1 or 0) / training.batch), np.float32(share), by_own


def _gates(setup: Setup) -> tuple[tuple, np.ndarray]:
    """The world as gates: whatever is on or off by one draw. Returns the kernels' world and the gates' densities."""
    features = setup.features
    sets = (*features.correlated, *features.anticorrelated)
    tied = {i for members in sets for i in members}
    gates = [(i,) for i in range(features.n) if i not in tied] + list(sets)
    starts = np.cumsum([0, *map(len, gates)])
    exclusive = np.arange(len(gates)) >= len(gates) - len(features.anticorrelated)
    world = (
        starts.astype(np.int32),
        np.array([i for members in gates for i in members], np.int32),
        exclusive,
        *map(np.float32, low_span(setup)),
    )
    return world, features.densities()[:, [members[0] for members in gates]].astype(np.float32)


@dataclass
class Stack:
    """P, M, V are (model, parameter): the parameters and Adam's two moments. `fixed` is what no step changes."""

    setup: Setup
    kernel: ModuleType
    P: np.ndarray
    M: np.ndarray
    V: np.ndarray
    losses: np.ndarray
    shape: tuple[int, int, int, int]
    density: np.ndarray
    fixed: tuple

    @property
    def weights(self) -> dict[str, np.ndarray]:
        """A copy of every parameter by name, without padding."""
        return {name: view.copy() for name, view in views(self.setup, self.P).items()}

    @property
    def state(self) -> State:
        """A copy of Adam's moments by name, without padding."""
        first, second = (views(self.setup, moment.copy()) for moment in (self.M, self.V))
        return State(first, second)


def views(setup: Setup, P: np.ndarray) -> dict[str, np.ndarray]:
    """The parameters (model, …) by name, as views of (model, parameter)."""
    (n, n_pad, m_pad, untied), m = shape_of(setup), setup.model.hidden
    matrices = P[:, : (1 + untied) * n_pad * m_pad].reshape(len(P), 1 + untied, m_pad, n_pad)[:, :, :m, :n]
    biases = P[:, (1 + untied) * n_pad * m_pad :]
    found = {"W1": matrices[:, 0], "W2": matrices[:, 1].swapaxes(1, 2)} if untied else {"W": matrices[:, 0]}
    found["b"] = biases[:, :n]
    return {**found, "b_hidden": biases[:, n : n + m]} if setup.model.hidden_bias else found


def _start(setup: Setup) -> np.ndarray:
    P = np.zeros((setup.models, size_of(setup)), np.float32)
    weights: Mapping = initial(setup, [generator(seed, 0, r) for seed, r in setup.streams])
    for name, view in views(setup, P).items():
        view[:] = weights[name].numpy()
    return P


def _keys(setup: Setup) -> np.ndarray:
    """Where each model's noise starts."""
    streams = (np.random.SeedSequence(seed, spawn_key=(2, r)) for seed, r in setup.streams)
    return np.array([stream.generate_state(1, np.uint64)[0] for stream in streams])


def stack(setup: Setup, start: Start | None = None) -> Stack:
    """The stack at its start, or at another."""
    P, replicas, (world, densities) = _start(setup), setup.training.replicas, _gates(setup)
    density = densities.repeat(replicas, axis=0)
    importance = (2 / setup.training.batch * setup.features.importances()).astype(np.float32)
    fixed = (
        shape_of(setup),
        _kind(setup),
        importance.repeat(replicas, axis=0),
        world,
        density,
        _keys(setup),
        setup.rates.astype(np.float32),
        setup.training.batch,
        plan_of(setup),
    )
    losses = np.zeros(setup.models, np.float32)
    own = Stack(
        setup, kernels(setup), P, np.zeros_like(P), np.zeros_like(P), losses, shape_of(setup), density, fixed
    )
    _begin(own, start or Start())
    return own


def _begin(own: Stack, start: Start) -> None:
    """Put what a start says into the arrays."""
    pairs = (own.P, start.weights), (own.M, start.state.first), (own.V, start.state.second)
    for array, given in pairs:
        known = views(own.setup, array)
        for name, values in given.items():
            known[name][:] = values


def moves(setup: Setup, start: int, stop: int) -> np.ndarray:
    """What Adam needs to know of every step: see `kernels.adam`."""
    updates = np.arange(start + 1.0, stop + 1)
    decay = np.array([setup.training.decay(step) for step in range(start, stop)])
    first, second = 1 - 0.9**updates, 1 - 0.999**updates
    columns = decay / first, 1 / second, decay * setup.training.weight_decay
    return np.stack(columns, 1).astype(np.float32)
