"""What a reader may set of a model that trains in the page, and the setup that it makes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from tsup.config import Features, Setup
from tsup.errors import InputError

Sets = Mapping[str, Sequence[Sequence[int]]]
Settings = Mapping[str, Any]
MOST_FEATURES, MOST_HIDDEN, MOST_MODELS = 100, 20, 64
ENDS = ("dense", "sparse")


@dataclass(frozen=True)
class Knob:
    """One control: a slider from low to high, or a choice among options.

    of: the place of the request that it sets, or None for all. feature: the feature that it sets. more: whether it is
    out of sight at first. anew: whether training begins again when it is moved.
    """

    field: str
    label: str
    value: Any
    low: float | int = 0
    high: float | int = 1
    scale: str = "linear"
    whole: bool = False
    ends: tuple[str, str] | None = None
    options: Mapping[str, Any] | None = None
    of: int | None = None
    feature: int | None = None
    more: bool = False
    anew: bool = False

    @property
    def key(self) -> str:
        """The name of its setting."""
        return "-".join(str(part) for part in (self.field, self.of, self.feature) if part is not None)

    def json(self) -> dict[str, Any]:
        """The control as the page is told of it."""
        kind = "slider" if self.options is None else "choice"
        given = {
            name: value for name, value in vars(self).items() if value is not None and value is not False
        }
        unused = {"slider": (), "choice": ("low", "high", "scale")}[kind]
        return {"kind": kind} | {name: value for name, value in given.items() if name not in unused}


def density(setup: Setup) -> Knob:
    """The density of all features."""
    return Knob("density", "density p", _first(setup.features.densities()), 0.01, 1, "log", ends=ENDS)


def decay(setup: Setup) -> Knob:
    """How much less important each feature is than the one before."""
    importance = setup.features.importances()[0]
    ratio = float(importance[1] / importance[0]) if len(importance) > 1 else 1.0
    return Knob("decay", "importance decay", round(ratio, 6), 0.1, 1)


def lr(setup: Setup) -> Knob:
    """The learning rate."""
    return Knob("lr", "learning rate", float(setup.rates[0]), 1e-4, 0.3, "log", more=True)


def n(setup: Setup) -> Knob:
    """How many features there are."""
    return Knob("n", "features n", setup.features.n, 1, MOST_FEATURES, whole=True, more=True)


def hidden(setup: Setup) -> Knob:
    """How many hidden dimensions there are."""
    return Knob("hidden", "hidden m", setup.model.hidden, 1, MOST_HIDDEN, whole=True, more=True)


def models(setup: Setup) -> Knob:
    """How many models are trained, of which the best is shown."""
    return Knob("models", "models", setup.models, 1, MOST_MODELS, whole=True, more=True)


def feature_density(setup: Setup, feature: int) -> Knob:
    """The density of one feature."""
    value = float(setup.features.densities()[0, feature])
    label = f"density of {feature}"
    return Knob("feature-density", label, value, 0.01, 1, "log", ends=ENDS, feature=feature)


def correlated(options: Sets) -> Knob:
    """Which features come together."""
    return Knob("correlated", "together", next(iter(options)), options=options)


def of_view(view: str | None, setup: Setup) -> list[Knob]:
    """What can be set of a picture: how a polyhedron is turned, and the attack on a model."""
    if view == "polyhedron":
        return [
            Knob("turn", "turn, degrees", 30, 0, 359, whole=True, more=True),
            Knob("tilt", "tilt, degrees", 20, -90, 90, whole=True, more=True),
        ]
    if view == "attack":
        last = max(setup.features.n - 1, 1)
        return [
            Knob("input", "feature that is on", 0, 0, last, whole=True),
            Knob("budget", "attack's length", 0.25, 0, 1),
        ]
    return []


KNOWN: dict[str, Callable[[Setup], Knob]] = {
    one.__name__: one for one in (density, decay, lr, n, hidden, models)
}


def named(name: str, setup: Setup) -> Knob:
    """The knob of a name: a field, or "density 0" for the density of feature 0. Raises InputError for another."""
    field, _, feature = name.partition(" ")
    if field == "density" and feature.isdigit() and int(feature) < setup.features.n:
        return feature_density(setup, int(feature))
    if name not in KNOWN:
        allowed = ", ".join([*KNOWN, f'"density i" with i in 0 … {setup.features.n - 1}'])
        raise InputError(f"controls must be among {allowed}, got {name!r}")
    return KNOWN[name](setup)


def applied(setup: Setup, knobs: Sequence[Knob], settings: Settings, of: int = 0) -> Setup:
    """The setup that these settings make of one, as the page makes it.

    settings: by the keys of the knobs, with a "seed". Raises InputError for values that cannot be trained.
    """
    order = [*FIELDS]
    mine = [one for one in knobs if one.of in (None, of) and one.field in FIELDS]
    mine.sort(key=lambda one: order.index(one.field))
    for one in mine:
        value = settings.get(one.key, one.value)
        if value != one.value:
            setup = FIELDS[one.field](setup, one.options[value] if one.options else value, one)
    return _trained(setup, seed=int(settings.get("seed", setup.training.seed)))


def _first(values: np.ndarray) -> float:
    return float(values.ravel()[0])


def _world(setup: Setup, **changes: Any) -> Setup:
    return replace(setup, features=replace(setup.features, **changes))


def _trained(setup: Setup, **changes: Any) -> Setup:
    return replace(setup, training=replace(setup.training, **changes))


def _lengthened(values: np.ndarray, size: int) -> np.ndarray:
    return values[:, np.minimum(np.arange(size), values.shape[1] - 1)]


def _plain(values: np.ndarray) -> Any:
    """Values by setting and feature as one would write them: a number where all are alike, a row where there is one."""
    if np.ptp(values) == 0:
        return float(values[0, 0])
    return values[0] if len(values) == 1 else values


def _of_n(setup: Setup, size: int, _: Knob) -> Setup:
    old = setup.features
    density, importance = (
        _plain(_lengthened(values, size)) for values in (old.densities(), old.importances())
    )
    return replace(setup, features=replace(old, n=size, density=density, importance=importance))


def _one_density(features: Features, density: float, feature: int) -> Any:
    found = features.densities().copy()
    found[:, feature] = density
    return _plain(found)


FIELDS: dict[str, Callable[[Setup, Any, Knob], Setup]] = {
    "n": _of_n,
    "hidden": lambda setup, value, _: replace(setup, model=replace(setup.model, hidden=value)),
    "correlated": lambda setup, value, _: _world(setup, correlated=value),
    "models": lambda setup, value, _: _trained(setup, replicas=value),
    "density": lambda setup, value, _: _world(setup, density=value),
    "feature-density": lambda setup, value, one: _world(
        setup, density=_one_density(setup.features, value, int(one.feature or 0))
    ),
    "decay": lambda setup, value, _: _world(setup, importance=value ** np.arange(setup.features.n)),
    "ratio": lambda setup, value, _: _world(setup, importance=np.array([1.0, value])),
    "lr": lambda setup, value, _: _trained(setup, lr=value),
}
