"""What the kernels take, grouped by what it means: tuples with names, of arrays and numbers, which numba compiles.

Their fields are part of what is compiled, and so of the names of compiled modules: see `compile`.
"""

from typing import NamedTuple

import numpy as np

from tsup.backends.inputs import Adam, Objective


class Shape(NamedTuple):
    """Features; features and hidden dimensions with their padding; 1 where the two matrices are not tied, else 0."""

    n: int
    features: int
    hidden: int
    untied: int


class Plan(NamedTuple):
    """Lanes of a block, rows of a part whose active entries are listed at once, and whether products go by entry."""

    width: int
    part: int
    by_entry: bool


class World(NamedTuple):
    """The gates, whatever is on or off by one draw: gate g's features are members[starts[g] : starts[g + 1]].

    exclusive: whether they are anticorrelated. Magnitudes are low + span · u.
    """

    starts: np.ndarray
    members: np.ndarray
    exclusive: np.ndarray
    low: np.float32
    span: np.float32


class Source(NamedTuple):
    """Where one model's batches come from: the gates' densities and the highest, the model's key, rows of a batch."""

    world: World
    density: np.ndarray
    highest: np.float32
    key: np.uint64
    rows: int


class Settings(NamedTuple):
    """What no step changes, of a whole stack: error weights (model, feature), densities (model, gate), keys, rates.

    penalties: weights of Σ|h| in one row, 0 for none.
    """

    shape: Shape
    objective: Objective
    weights: np.ndarray
    world: World
    density: np.ndarray
    keys: np.ndarray
    rates: np.ndarray
    penalties: np.ndarray
    rows: int
    plan: Plan


class Shard(NamedTuple):
    """Which blocks of a batch a thread takes: from `first` on every `stride`-th."""

    first: int
    stride: int


class Parameters(NamedTuple):
    """V, W [hidden, feature], b and c of one model, or their gradient."""

    V: np.ndarray
    W: np.ndarray
    b: np.ndarray
    c: np.ndarray


class Model(NamedTuple):
    """One model: its parameters, the gradient that is added to, what is descended, 2 I / rows, the weight of Σ|h|."""

    parameters: Parameters
    gradients: Parameters
    objective: Objective
    weight: np.ndarray
    penalty: np.float32


class Blocks(NamedTuple):
    """A block of lanes: X, D [feature, lane], H, E [hidden, lane]."""

    X: np.ndarray
    D: np.ndarray
    H: np.ndarray
    E: np.ndarray


class Transposed(NamedTuple):
    """V and its gradient [feature, hidden], and H or E [lane, hidden], for products by entry."""

    V: np.ndarray
    G: np.ndarray
    H: np.ndarray


class Gaps(NamedTuple):
    """Buffers of gaps between active gates and of uniforms; `bits` views `floats`, which gaps are computed in."""

    floats: np.ndarray
    bits: np.ndarray
    gap: np.ndarray
    uniform: np.ndarray


class Entries(NamedTuple):
    """Active entries: lane, feature and value of each."""

    lane: np.ndarray
    feature: np.ndarray
    value: np.ndarray


class Attacked(NamedTuple):
    """Rows as they are seen under attack, S [feature, lane], directions U, each row's norm and choice of direction."""

    S: np.ndarray
    U: np.ndarray
    norm: np.ndarray
    choice: np.ndarray


class Workspace(NamedTuple):
    """Scratch for one thread."""

    blocks: Blocks
    transposed: Transposed
    gaps: Gaps
    entries: Entries
    attacked: Attacked


FIELDS = {
    group.__name__: group._fields
    for group in (
        *(Shape, Plan, World, Source, Adam, Settings, Shard, Parameters, Model, Objective),
        *(Blocks, Transposed, Gaps, Entries, Attacked, Workspace),
    )
}
