"""The registry of rows: every row of the paper map that the book shows, with its frozen configs and its result.

    from tsup.paper.rows import REGISTRY
    REGISTRY["F08"].plan("paper").setups["relu"].features.n

Each chapter has its own `rows.py`. A row's result file must carry the hash of its plan there.
"""

from collections.abc import Iterable
from difflib import get_close_matches

from tsup import gate
from tsup.errors import InputError
from tsup.paper.adversarial import rows as adversarial
from tsup.paper.computation import rows as computation
from tsup.paper.definitions import rows as definitions
from tsup.paper.demonstrating import rows as demonstrating
from tsup.paper.dynamics import rows as dynamics
from tsup.paper.experiment import SCALES, Experiment, Plan
from tsup.paper.introduction import rows as introduction
from tsup.paper.nonlinear import rows as nonlinear
from tsup.paper.nonuniform import rows as nonuniform
from tsup.paper.phase import rows as phase
from tsup.paper.privileged import rows as privileged
from tsup.paper.replication import rows as replication
from tsup.paper.sensing import rows as sensing
from tsup.paper.sparse import rows as sparse
from tsup.paper.strategic import rows as strategic
from tsup.paper.uniform import rows as uniform
from tsup.paper.why import rows as why

CHAPTERS = (
    introduction,
    definitions,
    demonstrating,
    phase,
    nonlinear,
    nonuniform,
    dynamics,
    adversarial,
    privileged,
    computation,
    replication,
    strategic,
    sensing,
    sparse,
    why,
    uniform,
)
REGISTRY: dict[str, Experiment] = {e.id: e for chapter in CHAPTERS for e in chapter.EXPERIMENTS}

__all__ = ["REGISTRY", "SCALES", "Experiment", "Plan", "find", "trained"]


def find(row: str) -> Experiment:
    """The experiment of a row. Raises InputError for a row that is not in the registry."""
    if row not in REGISTRY:
        asked = row.upper()
        exact = [one for one in (asked, asked[:1] + asked[1:].zfill(2)) if one in REGISTRY]
        near = exact or get_close_matches(asked, REGISTRY, 1)
        meant = f"; did you mean {near[0]}?" if near else ""
        raise InputError(f"row must be one of {', '.join(REGISTRY)}, got {row!r}{meant}")
    return REGISTRY[row]


def trained() -> Iterable[Experiment]:
    """The experiments that have a result file of their own."""
    return (experiment for experiment in REGISTRY.values() if experiment.plans)


gate.close(globals())
