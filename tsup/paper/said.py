"""The numbers that sentences of the pages state, by row: {{ F14.features }}. None is typed.

Settings come from the plans of the rows, and what was measured from the claims.
"""

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from tsup.config import Setup
from tsup.errors import InputError
from tsup.paper.claims import CLAIMS
from tsup.paper.results import load
from tsup.paper.rows import find, trained
from tsup.words import percent

Read = Callable[[], str]


@cache
def _measured(claim: str) -> Mapping[str, Any]:
    return CLAIMS[claim].check({}).measured


def number(claim: str, key: str, at: int | None = None, form: str = ".3g") -> Read:
    """A number that a claim measures, or one of several."""

    def read() -> str:
        value = _measured(claim)[key]
        return format(value if at is None else value[at], form)

    return read


def share(
    claim: str, key: str, at: int | slice | str | None = None, of: Callable[[Any], float] = float
) -> Read:
    """A share in per cent, or one of several; of a slice of them what `of` takes."""

    def read() -> str:
        value = _measured(claim)[key]
        return percent(of(value if at is None else value[at]))

    return read


def _setups(row: str) -> Mapping[str, Setup]:
    return find(row).plan("paper").setups


def _rest(row: str) -> float:
    """The density of the features after the first, of the row's only training."""
    (setup,) = _setups(row).values()
    return float(setup.features.densities()[0, 1])


def settings(row: str) -> dict[str, str]:
    """How the row's main models were trained: features, dimensions, densities, starts, steps and rows of a step."""
    plan = find(row).plan("paper")
    setup = plan.setups[plan.main]
    found = {
        "features": setup.features.n,
        "dimensions": setup.model.hidden,
        "densities": len({float(p) for p in setup.features.densities()[:, 0]}),
        "starts": setup.training.replicas,
        "steps": setup.training.steps,
        "rows": setup.training.batch,
    }
    return {name: f"{value:,}" for name, value in found.items()}


MEASURED: dict[str, dict[str, Read]] = {
    "F14": {
        "plateau_from": number("F14.plateau", "densities", 0),
        "plateau_to": number("F14.plateau", "densities", -1),
    },
    "F18": {
        "widest": lambda: f"{_measured('F18.room')['at density'] / _rest('F18'):.0f}",
        "margin": share("F18.dense", "least margin"),
        "training_off": lambda: percent(
            abs(_measured("F18.trained")["from training"][0] / _measured("F18.trained")["exact"] - 1)
        ),
    },
    "C4": {
        "inputs": lambda: str(find("C4").plan("paper").options["inputs"]),
        "most": share("C4.start", "from −0.5", slice(None), max),
        "ordinary": share("C4.start", "from 0", slice(None), max),
        "silent": share("C4.silent", "from −1", slice(None), min),
    },
    "C5": {
        "fewest": number("C5.features", "n", 0, "d"),
        "second": number("C5.features", "n", 1, "d"),
    },
    "C6": {
        "short": share("C6.shrinkage", "scale", "L1", lambda x: 1 - x),
    },
    "F38": {
        "over": share("F38.bound", "most used", None, lambda x: x - 1),
    },
    "F24": {
        "largest": lambda: str(max(setup.features.n for setup in _setups("F24").values())),
        "between_rows": share("F24.signs", "ascent over rows both ways, at most", -1, lambda x: x - 1),
        "one_way": share(
            "F24.signs", "rows both ways over one way, at most", slice(None), lambda x: 1 - 1 / max(x)
        ),
        "beyond_small": share("F24.signs", "ascent over rows both ways, at most", 0, lambda x: x - 1),
    },
    "F25": {
        "mean_dense": share("F25.density", "mean norm", 0),
        "own_densest": share("F25.density", "own norm", -1),
        "most": lambda: percent(load("F25").share.values[-1]),
        "free": share("F25.price", "mean norm", -1, lambda x: x - 1),
    },
    "F32": {
        "gain_at_0_3": share("F32.loss", "ratio", 1, lambda x: 1 - x),
        "left": share("F32.loss", "ratio", slice(4, None), max),
    },
}


@cache
def said() -> dict[str, dict[str, str]]:
    """Every number, by row and name, in words for a sentence."""
    rows = {experiment.id: settings(experiment.id) for experiment in trained()}
    return {
        row: found | {name: read() for name, read in MEASURED.get(row, {}).items()}
        for row, found in rows.items()
    }


def filled(text: str) -> str:
    """A page's text with its numbers in place; raises InputError for one that is not known."""

    def fill(found: re.Match[str]) -> str:
        row, name = found.groups()
        if name not in said().get(row, {}):
            raise InputError(f"a page's number must be one of tsup.paper.said, got {{{{ {row}.{name} }}}}")
        return said()[row][name]

    return re.sub(r"\{\{ *(\w+)\.(\w+) *\}\}", fill, text)
