"""The world: sparse features, how often they are on, what they matter."""

from operator import index
from typing import Annotated, Any

import numpy as np
from jaxtyping import Float
from pydantic import BeforeValidator, Field, model_validator

from tsup import gate
from tsup.config.base import Config, array, at_least, configuration, finite, tuples
from tsup.config.magnitude import Distribution, Magnitude, Uniform, known

MOST_SETTINGS, MOST_ENTRIES = 100_000, 10**8


def _density(value: Any) -> Any:
    values = array("density", value)
    bad = values[~((values > 0) & (values <= 1))]
    if bad.size:
        raise ValueError(f"density must be in (0, 1], got {bad.flat[0]:g}")
    return tuples(values.tolist())


def _importance(value: Any) -> Any:
    values = array("importance", value)
    bad = values[~((values >= 0) & np.isfinite(values))]
    if bad.size:
        raise ValueError(f"importance must be finite and ≥ 0, got {bad.flat[0]:g}")
    return tuples(values.tolist())


def _misshapen(name: str, shape: tuple[int, ...], n: int) -> str:
    allowed = f"{name} must have shape (), ({n},), (1, {n}), (model, 1) or (model, {n}), got {shape}"
    if name == "density" and len(shape) == 1:
        return f"{allowed}: give density a second axis, density=ps[:, None], for a density a model"
    return allowed


def _sets(value: Any) -> Any:
    if value is None:
        return ()
    try:
        return tuple(tuple(index(i) for i in members) for members in value)
    except Exception:
        raise ValueError(
            f"correlated and anticorrelated must be lists of lists of feature indices, got {gate.shown(value)}"
        ) from None


Sets = Annotated[Any, BeforeValidator(_sets)]


@configuration
class Features(Config):
    """A world of sparse features (F05): x_i is 0 with probability 1 − density, else of its magnitude.

    n: number of features, ≥ 1.
    density: P(x_i ≠ 0) = 1 − S in (0, 1]. For a member of a correlated or an anticorrelated set it is the set's
        density: the probability that the set is on.
    importance: weight of each feature in the loss, ≥ 0.
    correlated: sets of features that are on or off together, with independent magnitudes.
    anticorrelated: sets of features of which, when the set is on, exactly one is.
    low, high: an active feature is uniform on [low, high] where no magnitude is given.
    magnitude: what an active feature's value is drawn from: `Uniform`, `Constant`, `Exponential`, `Normal` or `Pareto`;
        None for uniform on [low, high].

    Both broadcast, as NumPy would, to (model, n): a number, (n,), (1, n), (model, 1) or (model, n). The last axis is
    features, so `density=ps` is a density a feature, and `density=ps[:, None]` a density a model.

    Raises InputError for values out of range, shapes that disagree, or a feature in two sets.
    """

    n: Annotated[int, at_least("n", 1, most=1_000_000)]
    density: Annotated[Any, BeforeValidator(_density)]
    importance: Annotated[Any, BeforeValidator(_importance)] = 1.0
    correlated: Sets = ()
    anticorrelated: Sets = ()
    low: Annotated[float, finite("low", "a finite number", lambda _: True)] = 0.0
    high: Annotated[float, finite("high", "a finite number", lambda _: True)] = 1.0
    magnitude: Annotated[Annotated[Magnitude, Field(discriminator="kind")] | None, BeforeValidator(known)] = (
        None
    )

    @model_validator(mode="after")
    def _check(self) -> "Features":
        self._check_shapes()
        self._check_sets()
        if self.low >= self.high:
            raise ValueError(f"low must be below high, got low {self.low:g} and high {self.high:g}")
        if self.magnitude and (self.low, self.high) != (0, 1):
            raise ValueError(
                f"magnitude must be None where low or high is given, got {self.magnitude}; "
                "give magnitude=Uniform(low, high)"
            )
        return self

    def _check_shapes(self) -> None:
        shapes = {"density": np.shape(self.density), "importance": np.shape(self.importance)}
        for name, shape in shapes.items():
            if shape and shape[-1] not in (1, self.n):
                raise ValueError(_misshapen(name, shape, self.n))
        counts = [shape[0] for shape in shapes.values() if len(shape) == 2 and shape[0] > 1]
        if len(set(counts)) > 1:
            raise ValueError(f"importance must have as many models as density, {counts[0]}, got {counts[1]}")
        if self.settings > MOST_SETTINGS or self.settings * self.n > MOST_ENTRIES:
            raise ValueError(
                f"density must describe at most {MOST_SETTINGS:,} models and {MOST_ENTRIES:,} features in all, got "
                f"{self.settings:,} models of n = {self.n:,}"
            )

    def _check_sets(self) -> None:
        seen: set[int] = set()
        for members in (*self.correlated, *self.anticorrelated):
            if len(members) < 2:
                raise ValueError(f"a correlated or anticorrelated set must have ≥ 2 features, got {members}")
            for i in members:
                if not 0 <= i < self.n:
                    raise ValueError(f"a set's features must be in 0 … {self.n - 1}, got {i}")
                if i in seen:
                    raise ValueError(f"a feature may be in one set only, got feature {i} twice")
                seen.add(i)
            if np.ptp(self.densities()[:, members], axis=1).any():
                raise ValueError(f"density must be equal within a set, got unequal values for {members}")

    @property
    def settings(self) -> int:
        """How many models the arrays describe: 1 if neither has a model axis."""
        return np.broadcast_shapes((1, 1), np.shape(self.density), np.shape(self.importance))[0]

    @property
    def distribution(self) -> Distribution:
        """What the value of an active feature is drawn from."""
        return self.magnitude or Uniform(self.low, self.high)

    def densities(self) -> Float[np.ndarray, "setting feature"]:
        """The density of every feature in every setting; of a member of a set, the set's density."""
        return np.broadcast_to(np.asarray(self.density), (self.settings, self.n)).copy()

    def importances(self) -> Float[np.ndarray, "setting feature"]:
        """The importance of every feature in every setting."""
        return np.broadcast_to(np.asarray(self.importance), (self.settings, self.n)).copy()

    def active(self) -> Float[np.ndarray, "setting feature"]:
        """P(x_i ≠ 0): the density, divided by the members of an anticorrelated set for each of them."""
        share = np.ones(self.n)
        for members in self.anticorrelated:
            share[list(members)] = 1 / len(members)
        return self.densities() * share

    def means(self, absolute: bool = False) -> Float[np.ndarray, "setting feature"]:
        """The mean of every feature x_i in every setting, or of |x_i|; p/2 for magnitudes on [0, 1]."""
        size = self.distribution
        return self.active() * (size.absolute if absolute else size.mean)
