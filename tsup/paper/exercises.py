"""The book's exercises: check an answer, and hear what probably went wrong.

    from tsup.paper import exercises
    exercises.check("spread", 400)

Each chapter has its own `exercises.py`, one small function an exercise.
"""

from typing import Any

from tsup import gate
from tsup.errors import InputError
from tsup.paper.adversarial import exercises as adversarial
from tsup.paper.build import exercises as build
from tsup.paper.computation import exercises as computation
from tsup.paper.definitions import exercises as definitions
from tsup.paper.demonstrating import exercises as demonstrating
from tsup.paper.dynamics import exercises as dynamics
from tsup.paper.exercise import Exercise, Reply
from tsup.paper.how_fast import exercises as how_fast
from tsup.paper.how_sure import exercises as how_sure
from tsup.paper.nonlinear import exercises as nonlinear
from tsup.paper.nonuniform import exercises as nonuniform
from tsup.paper.phase import exercises as phase
from tsup.paper.privileged import exercises as privileged
from tsup.paper.sensing import exercises as sensing
from tsup.paper.sparse import exercises as sparse
from tsup.paper.strategic import exercises as strategic
from tsup.paper.uniform import exercises as uniform
from tsup.paper.why import exercises as why

CHAPTERS = (
    adversarial,
    build,
    computation,
    definitions,
    demonstrating,
    dynamics,
    how_fast,
    how_sure,
    nonlinear,
    nonuniform,
    phase,
    privileged,
    sensing,
    sparse,
    strategic,
    uniform,
    why,
)
EXERCISES: dict[str, Exercise] = {one.name: one for chapter in CHAPTERS for one in chapter.EXERCISES}


def check(name: str, answer: Any) -> Reply:
    """Check an answer to an exercise by its name. Raises InputError for an unknown name."""
    if name not in EXERCISES:
        raise InputError(f"exercise must be one of {', '.join(EXERCISES)}, got {name!r}")
    return EXERCISES[name].reply(answer)


gate.close(globals(), ["check"])
