"""What the kernels that follow active entries take besides the others' (see `arguments`)."""

from typing import NamedTuple

import numpy as np

from tsup.backends.cpu.arguments import Entries, Gaps, Shape, World
from tsup.backends.inputs import Objective


class Groups(NamedTuple):
    """The gates in falling order of density: group q has order[bounds[q] : bounds[q + 1]]; the first `whole` are alone.

    Of a stack, each with a leading axis of models.
    """

    order: np.ndarray
    bounds: np.ndarray
    whole: np.ndarray | int


class Reach(NamedTuple):
    """Rows of a batch and of a part, entries and columns of a block that there is room for, hidden dimensions."""

    rows: int
    part: int
    capacity: int
    columns: int
    hidden: int


class Mixed(NamedTuple):
    """As `Settings`, of models that follow their active entries. columns: of a block, of every model."""

    shape: Shape
    objective: Objective
    weights: np.ndarray
    world: World
    density: np.ndarray
    keys: np.ndarray
    rates: np.ndarray
    penalties: np.ndarray
    rows: int
    plan: Reach
    groups: Groups
    columns: np.ndarray


class Dealt(NamedTuple):
    """Active entries by rows: where each row's start, and of each its feature's number among the active, and value.

    place: of the next entry of every row while they are dealt. slot: of every feature its number among the active.
    active: the features that are, in rising order.
    """

    place: np.ndarray
    starts: np.ndarray
    feature: np.ndarray
    own: np.ndarray
    value: np.ndarray
    slot: np.ndarray
    active: np.ndarray


class Tables(NamedTuple):
    """V of active features and its gradient, transposed; P and M; what belongs to a block of columns.

    All flat numbers, which a batch takes as many of as it has active features, and shapes.

    block: W. turned: W transposed. change: the gradient of W. part: that of V, transposed, from this block. line: bias,
    weights, sums of errors, outputs of one row and its targets.
    """

    VA: np.ndarray
    GT: np.ndarray
    P: np.ndarray
    M: np.ndarray
    block: np.ndarray
    turned: np.ndarray
    change: np.ndarray
    part: np.ndarray
    line: np.ndarray


class Followed(NamedTuple):
    """Scratch for one thread; X, D: a vector of empty rows and what comes of them."""

    X: np.ndarray
    D: np.ndarray
    gaps: Gaps
    events: Entries
    dealt: Dealt
    tables: Tables


FIELDS = {group.__name__: group._fields for group in (Groups, Reach, Mixed, Dealt, Tables, Followed)}
