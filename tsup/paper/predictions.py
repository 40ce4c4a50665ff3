"""What the pages ask a reader to predict. The right answer is read off what a claim measures, never typed.

from tsup.paper import predictions
predictions.answer("opening-sparse")
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from statistics import mean, mode
from typing import Any

import numpy as np
import xarray as xr

from tsup import gate
from tsup.errors import InputError
from tsup.paper.claims import CLAIMS
from tsup.paper.nonlinear.scheme import LINEAR
from tsup.paper.phase.analysis import kinds
from tsup.paper.phase.claims.activations import NAMES
from tsup.paper.results import load
from tsup.paper.verdict import Finding


@dataclass(frozen=True)
class Prediction:
    """A question whose answer a claim holds. read: from what was found of the claim to the answer."""

    claim: str
    read: Callable[[Finding], Any]


def measured(claim: str, key: str, at: int | None = None) -> Prediction:
    """A number that a claim measures, or one of several."""

    def read(finding: Finding) -> Any:
        value = finding.measured[key]
        return value if at is None else value[at]

    return Prediction(claim, read)


def verdict(claim: str, **said: str) -> Prediction:
    """What follows from a claim's verdict: words by the verdict's name, `holds`, `differs` or `fails`."""
    return Prediction(claim, lambda finding: said[finding.verdict.name.lower()])


def percent(share: float, step: int = 1) -> str:
    """A share in per cent, to the nearest multiple of a step."""
    return f"{step * round(100 * share / step)} %"


def digits(count: float) -> str:
    """How long a number is that is too large to be written out."""
    return f"a number of {int(np.log10(count)) + 1} digits"


def beside_one(value: float) -> str:
    """How a number compares with 1."""
    return "exactly 1" if np.isclose(value, 1) else "less than 1" if value < 1 else "more than 1"


def fraction(value: float) -> str:
    """A number as the nearest fraction with a small denominator."""
    return str(Fraction(value).limit_denominator(9))


FATES = ("It is left out.", "It has a dimension to itself.", "It shares the dimension.")


def fate(pairs: xr.Dataset) -> str:
    """What the best weights do with the extra feature, whatever its importance."""
    found = np.unique(kinds(pairs.optimum_W.values))
    return FATES[found[0]] if len(found) == 1 else "It depends on its importance."


def largest(finding: Finding) -> str:
    """The activation function under which most is measured."""
    return max((value, NAMES[name]) for name, value in finding.measured.items())[1]


def rising(finding: Finding) -> str:
    """The one density at which polytopes get cleaner from the second number of features to the last."""
    lines = {key.removeprefix("density "): value for key, value in finding.measured.items() if key != "n"}
    (density,) = (name for name, (_, first, *_, last) in lines.items() if last > first)
    return density


def alike(finding: Finding) -> str:
    """Whether kinds of sparse autoencoders keep about as many latents alive, and how many do."""
    alive = finding.measured["alive"].values()
    right = sum(abs(count - 50) <= 5 for count in alive)
    return "with every kind" if right == len(alive) else "with some kinds" if right else "with no kind"


PREDICTIONS: dict[str, Prediction] = {
    "turn-linear": verdict("F02.rotation", holds="no", differs="yes", fails="yes"),
    "directions-many": Prediction("F03.growth", lambda found: digits(found.measured["and at m = 600,000"])),
    "opening-sparse": measured("F01.growing", "kept", -1),
    "relu-sparse": measured("F08.relu-growing", "represented", -1),
    "linear-starts": Prediction("F10.top", lambda found: percent(found.measured["end in it"])),
    "pentagon-norm": Prediction("F11.polygons", lambda found: beside_one(found.measured["k = 5"][0])),
    "phase-sparse": Prediction("F12.kinds", lambda found: fate(load("F12").isel(density=-1))),
    "phase-jump": Prediction("F12.jump", lambda found: f"{found.measured['ratio below and above'][1]:g}"),
    "phase-activation": Prediction("C1.area", largest),
    "uniform-plateau": Prediction("F14.plateau", lambda found: fraction(mean(found.measured["D*"]))),
    "bipyramid": Prediction(
        "F16.tegum", lambda found: " ".join(map(fraction, found.measured["dimensionality"]))
    ),
    "uniform-pressure": Prediction("C5.features", rising),
    "snap-crossing": Prediction(
        "F18.cross", lambda found: f"{found.measured['density at the crossing'][0]:.2g}"
    ),
    "collapse-first": Prediction("F21.steps", lambda found: next(filter(None, found.measured["collapsed"]))),
    "levels-share": Prediction(
        "F22.levels", lambda found: percent(mean(found.measured["share of the time, density 0.3"]), 5)
    ),
    "unfold-plateaus": Prediction("F23.plateaus", lambda found: f"{mode(found.measured['plateaus'])} times"),
    "neurons-half": measured("F28.shift", "one feature", 3),
    "escape-bias": Prediction("F29.bias", lambda found: percent(min(found.measured["hidden bias, n = 100"]))),
    "absolute-count": measured("F32.count", "computed", 4),
    "motif-share": Prediction("F34.search", lambda found: percent(found.measured["share of starts"][5])),
    "penalty-first": verdict(
        "F35.orthogonal",
        holds="Superposition goes as soon as there is a penalty.",
        differs="Superposition stays under small penalties, and goes under large ones.",
        fails="Superposition stays under every penalty.",
    ),
    "worth-activation": verdict(
        "F36.less",
        holds="Features with a neuron each, in every case.",
        differs="Features with a neuron each, but not against every way to share.",
        fails="Features that share.",
    ),
    "recover-sparse": Prediction("F38.fewer", lambda found: round(found.measured["LASSO"][-1])),
    "bound-kept": verdict(
        "F38.bound",
        holds="It stays under the bound everywhere.",
        differs="It passes the bound in up to one in ten models that could.",
        fails="It passes the bound in more than one in ten models that could.",
    ),
    "compress-scheme": Prediction(
        "A1.scheme", lambda found: percent(found.measured["Z = 3"][-1] / LINEAR, 25)
    ),
    "compress-networks": verdict(
        "A1.networks",
        holds="Something as good as the scheme.",
        differs="Something better than linear, and worse than the scheme.",
        fails="Nothing better than linear.",
    ),
    "sae-count": Prediction("C6.dead", alike),
    "sae-absorb": verdict(
        "C6.absorption",
        holds="The latent of the parent is silent on some of these rows.",
        differs="The latent of the parent is silent on some of these rows.",
        fails="Both latents are on.",
    ),
    "attack-rise": Prediction("F24.rise", lambda found: round(found.measured["n = 60, equal"])),
    "attack-masking": verdict("F24.masking", holds="less", differs="less", fails="more"),
    "hardening-mean": measured("F25.density", "mean norm", -1),
}


@cache
def _answer(name: str) -> str:
    asked = PREDICTIONS[name]
    return str(asked.read(CLAIMS[asked.claim].check({})))


def answer(name: str) -> str:
    """The right answer to a prediction, as words. Raises InputError for an unknown name."""
    if name not in PREDICTIONS:
        raise InputError(f"prediction must be one of {', '.join(PREDICTIONS)}, got {name!r}")
    return _answer(name)


gate.close(globals(), ["answer"])
