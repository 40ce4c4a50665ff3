"""The arrays of a training as the kernels take them, and back to weights by name."""

from dataclasses import dataclass
from types import ModuleType
from typing import NamedTuple

import numpy as np

from tsup.backends.cpu.arguments import Adam, Plan, Settings, Shape, World
from tsup.backends.cpu.compile import following, fused, is_compiled, tiled
from tsup.backends.cpu.followed import Mixed
from tsup.backends.cpu.worlds import columns_of, follows, grouped, reach_of
from tsup.backends.equations import FORMS
from tsup.backends.inputs import (
    Objective,
    each_model,
    error_weights,
    low_span,
    noise_keys,
    objective,
    penalties,
)
from tsup.backends.layout import Layout, padded
from tsup.backends.stage import Start
from tsup.config import Setup

_TILE, _VECTOR = 4, 16
_BRANCH = 2  # of the seeds, where the noise of this backend comes from
SPLIT_WORK = 2**21  # multiply-adds a step from which one model is worth two threads
_TINY = 16  # n · m up to which a model's gradient fits in registers
_WORTH_COMPILING = 2 * 10**10  # entries drawn in a run from which the fused kernel wins back its compilation
_ENTRY_WORK = 400  # n · m from which products by entry beat scattering entries into rows
_DRAWN = 2**16  # entries of the rows whose active entries are listed at a time
_taken: dict[str, ModuleType] = {}  # by digest of the setup


def tile_height(hidden: int) -> int:
    """The height of tile, 1 … 6, of least cost: padding is work for nothing, low tiles load more than they multiply."""
    return min(range(1, 7), key=lambda height: padded(hidden, height) * (1 + 1 / height))


def kernels_for(setup: Setup) -> ModuleType:
    """The compiled kernels for this setup: fused for a tiny x' = f(WᵀWx + b), if compiled or worth compiling.

    They stay the same as long as the process lives, since others round otherwise.
    """
    if setup.digest not in _taken:
        _taken[setup.digest] = _kernels(setup)
    return _taken[setup.digest]


def _kernels(setup: Setup) -> ModuleType:
    n, m, model, training = setup.features.n, setup.model.hidden, setup.model, setup.training
    plain = training.attack is None and training.l1 is None
    simple = (model.tied, model.hidden_activation, model.target) == (True, "linear", "identity")
    if n * m <= _TINY and plain and simple:
        entries = setup.models * training.steps * training.batch * n
        module = fused(n, m, FORMS[model.output_activation])
        if entries >= _WORTH_COMPILING or is_compiled(module):
            return module
    return tiled(tile_height(m))


def layout_of(setup: Setup) -> Layout:
    """Where the kernels keep parameters: matrices by whole tiles, and every model has room for a hidden bias."""
    n = setup.features.n
    return Layout(
        setup, padded(n, _TILE), padded(setup.model.hidden, tile_height(setup.model.hidden)), n, _VECTOR
    )


def _shape(layout: Layout) -> Shape:
    return Shape(layout.setup.features.n, layout.features, layout.hidden, int(layout.untied))


def plan_of(setup: Setup) -> Plan:
    """How a batch is dealt with."""
    n, m, rows = setup.features.n, setup.model.hidden, setup.training.batch
    width = int(np.clip(padded(4096 // max(n, m), _VECTOR), 256, 1024))
    part = 256 if n * m * rows >= SPLIT_WORK else max(256, _DRAWN // n)
    return Plan(width, min(part, rows), n * m >= _ENTRY_WORK)


def _objective(setup: Setup) -> Objective:
    """What is descended, in float32."""
    own = objective(setup)
    return own._replace(sign=np.float32(own.sign), share=np.float32(own.share))


def _gates(setup: Setup) -> tuple[World, np.ndarray]:
    """The gates as the kernels take them, and the density of each in every setting."""
    features = setup.features
    sets = (*features.correlated, *features.anticorrelated)
    tied = {i for members in sets for i in members}
    gates = [(i,) for i in range(features.n) if i not in tied] + list(sets)
    starts = np.cumsum([0, *map(len, gates)])
    exclusive = np.arange(len(gates)) >= len(gates) - len(features.anticorrelated)
    world = World(
        starts.astype(np.int32),
        np.array([i for members in gates for i in members], np.int32),
        exclusive,
        *map(np.float32, low_span(setup)),
    )
    return world, features.densities()[:, [members[0] for members in gates]]


class Way(NamedTuple):
    """How some models of a stack are trained: by which kernels, told what; and which models, yes or no of each."""

    kernel: ModuleType
    settings: Settings | Mixed
    takes: np.ndarray


@dataclass
class Stack:
    """A training's arrays: `adam` and `losses` change with every step, `settings` with none.

    kernel, settings: of the models that are trained by rows. followed: those that follow their active entries.
    """

    setup: Setup
    kernel: ModuleType
    layout: Layout
    settings: Settings
    adam: Adam
    losses: np.ndarray
    followed: Way | None = None

    @property
    def ways(self) -> list[Way]:
        """By rows first, of all that are not followed."""
        takes = np.ones(self.setup.models, bool) if self.followed is None else ~self.followed.takes
        found = [Way(self.kernel, self.settings, takes), *([self.followed] if self.followed else [])]
        return [way for way in found if way.takes.any()]

    @property
    def weights(self) -> dict[str, np.ndarray]:
        """A copy of every parameter by name, without padding."""
        return self.layout.unpacked(self.adam.P)


def stack(setup: Setup, start: Start | None = None) -> Stack:
    """The stack at its start, or at another."""
    layout, (world, densities) = layout_of(setup), _gates(setup)
    settings = Settings(
        shape=_shape(layout),
        objective=_objective(setup),
        weights=error_weights(setup),
        world=world,
        density=each_model(setup, densities),
        keys=noise_keys(setup, _BRANCH),
        rates=setup.rates.astype(np.float32),
        penalties=penalties(setup),
        rows=setup.training.batch,
        plan=plan_of(setup),
    )
    losses, kernel = np.full(setup.models, np.nan, np.float32), kernels_for(setup)
    adam = Adam(*layout.initial(start or Start()))
    takes = followed_models(setup, kernel)
    followed = following_way(setup, settings, takes) if takes.any() else None
    return Stack(setup, kernel, layout, settings, adam, losses, followed)


def followed_models(setup: Setup, kernel: ModuleType) -> np.ndarray:
    """Of every model whether it follows its active entries; a fused kernel's never do."""
    if setup.features.n * setup.model.hidden <= _TINY:
        return np.zeros(setup.models, bool)
    return follows(setup, kernel.DENSE).repeat(setup.training.replicas)


def following_way(setup: Setup, settings: Settings, takes: np.ndarray) -> Way:
    """The way of the models that follow their active entries, of which `takes` says yes or no of each."""
    reach = reach_of(setup)
    groups = grouped(settings.density.astype(float), reach.part)
    columns = columns_of(setup).repeat(setup.training.replicas)
    own = Mixed(*settings[:-1], plan=reach, groups=groups, columns=columns)
    return Way(following(FORMS[setup.model.output_activation]), own, takes)
