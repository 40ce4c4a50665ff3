"""How large an active feature is: distributions that know how to be drawn, and their moments.

A new one is a class here and a member of `Magnitude`: whatever else needs to know asks the distribution.
"""

import math
from collections.abc import Mapping
from typing import Annotated, Any, Literal, get_args

import numpy as np
from jaxtyping import Float
from pydantic import BeforeValidator, model_validator

from tsup import gate
from tsup.config.base import Config, configuration, finite
from tsup.errors import InputError
from tsup.words import plain

__all__ = ["Constant", "Exponential", "Normal", "Pareto", "Uniform"]

LEAST = 2.0**-54  # half a step of a draw of 53 bits: no draw is at 0, where a quantile may be infinite


def _finite(name: str) -> BeforeValidator:
    return finite(name, "a finite number", lambda _: True)


def _above(name: str, least: int) -> BeforeValidator:
    return finite(name, f"finite and > {least}", lambda value: value > least)


class Distribution(Config):
    """What all magnitudes share. The moments of each are finite."""

    def quantile(self, u: Any) -> Float[np.ndarray, "..."]:
        """The value (…) below which a share u (…) in [0, 1] lies; it may be infinite at 0 and 1.

        Raises InputError for any other u.
        """
        try:
            share = np.asarray(u, dtype=float)
        except (TypeError, ValueError):
            raise InputError("u must be numbers in [0, 1]") from None
        bad = share[~((share >= 0) & (share <= 1))]
        if bad.size:
            raise InputError(f"u must be in [0, 1], got {bad.flat[0]:g}")
        with np.errstate(divide="ignore"):
            return self._quantile(share)

    def sample(self, u: Float[np.ndarray, "..."]) -> Float[np.ndarray, "..."]:
        """Values (…), in single precision, from uniform draws u (…) in [0, 1)."""
        return self._quantile(np.maximum(u, LEAST)).astype(np.float32)

    def _quantile(self, u: np.ndarray) -> np.ndarray:
        raise NotImplementedError

    @property
    def mean(self) -> float:
        """E x."""
        raise NotImplementedError

    @property
    def absolute(self) -> float:
        """E |x|."""
        return abs(self.mean)

    @property
    def second(self) -> float:
        """E x²."""
        raise NotImplementedError

    @property
    def support(self) -> tuple[float, float]:
        """The least and the greatest value; either may be infinite."""
        raise NotImplementedError

    @property
    def line(self) -> tuple[float, float] | None:
        """(low, span) of a magnitude that is u · span + low, which the compiled kernels draw; None for any other."""
        return None

    @property
    def words(self) -> str:
        """The magnitudes in a caption."""
        raise NotImplementedError


@configuration
class Uniform(Distribution):
    """Magnitudes uniform on [low, high], low < high (F05)."""

    low: Annotated[float, _finite("low")] = 0.0
    high: Annotated[float, _finite("high")] = 1.0
    kind: Literal["uniform"] = "uniform"

    @model_validator(mode="after")
    def _check(self) -> "Uniform":
        if self.low >= self.high:
            raise ValueError(f"low must be below high, got low {self.low:g} and high {self.high:g}")
        return self

    def sample(self, u: Float[np.ndarray, "..."]) -> Float[np.ndarray, "..."]:
        """Values (…) in the precision of uniform draws u (…)."""
        return self._quantile(u)

    def _quantile(self, u: np.ndarray) -> np.ndarray:
        return u * (self.high - self.low) + self.low

    @property
    def mean(self) -> float:
        """E x."""
        return (self.low + self.high) / 2

    @property
    def absolute(self) -> float:
        """E |x|."""
        if self.low < 0 < self.high:
            return (self.low * self.low + self.high * self.high) / (2 * (self.high - self.low))
        return abs(self.mean)

    @property
    def second(self) -> float:
        """E x²."""
        return (self.low * self.low + self.low * self.high + self.high * self.high) / 3

    @property
    def support(self) -> tuple[float, float]:
        """From low to high."""
        return self.low, self.high

    @property
    def line(self) -> tuple[float, float]:
        """(low, high − low)."""
        return self.low, self.high - self.low

    @property
    def words(self) -> str:
        """Its ends."""
        return f"magnitudes from {plain(self.low)} to {plain(self.high)}"


@configuration
class Constant(Distribution):
    """Every active feature has the same value ≠ 0; with 1, features are binary."""

    value: Annotated[float, finite("value", "finite and not 0", lambda value: value != 0)] = 1.0
    kind: Literal["constant"] = "constant"

    def _quantile(self, u: np.ndarray) -> np.ndarray:
        return np.full(np.shape(u), self.value)

    @property
    def mean(self) -> float:
        """The value."""
        return self.value

    @property
    def second(self) -> float:
        """Its square."""
        return self.value * self.value

    @property
    def support(self) -> tuple[float, float]:
        """The value, twice."""
        return self.value, self.value

    @property
    def line(self) -> tuple[float, float]:
        """(value, 0)."""
        return self.value, 0.0

    @property
    def words(self) -> str:
        """The value."""
        return f"magnitude {plain(self.value)}"


@configuration
class Exponential(Distribution):
    """Magnitudes ≥ 0 of density e^(−x / scale) / scale, with scale > 0."""

    scale: Annotated[float, _above("scale", 0)] = 1.0
    kind: Literal["exponential"] = "exponential"

    def _quantile(self, u: np.ndarray) -> np.ndarray:
        return -self.scale * np.log1p(-u)

    @property
    def mean(self) -> float:
        """The scale."""
        return self.scale

    @property
    def second(self) -> float:
        """E x²."""
        return 2 * self.scale * self.scale

    @property
    def support(self) -> tuple[float, float]:
        """All numbers ≥ 0."""
        return 0.0, math.inf

    @property
    def words(self) -> str:
        """The scale."""
        return f"exponential magnitudes of mean {plain(self.scale)}"


@configuration
class Normal(Distribution):
    """Magnitudes of either sign, normal, with a mean and a standard deviation std > 0."""

    mean: Annotated[float, _finite("mean")] = 0.0  # type: ignore[assignment]
    std: Annotated[float, _above("std", 0)] = 1.0
    kind: Literal["normal"] = "normal"

    def _quantile(self, u: np.ndarray) -> np.ndarray:
        from scipy.special import ndtri

        return self.mean + self.std * ndtri(u)

    @property
    def absolute(self) -> float:
        """E |x|."""
        z = self.mean / (self.std * math.sqrt(2))
        return self.std * math.sqrt(2 / math.pi) * math.exp(-z * z) + self.mean * math.erf(z)

    @property
    def second(self) -> float:
        """E x²."""
        return self.mean * self.mean + self.std * self.std

    @property
    def support(self) -> tuple[float, float]:
        """All numbers."""
        return -math.inf, math.inf

    @property
    def words(self) -> str:
        """Mean and standard deviation."""
        return f"normal magnitudes of mean {plain(self.mean)} and standard deviation {plain(self.std)}"


@configuration
class Pareto(Distribution):
    """Magnitudes above scale > 0 with P(size > x) = (scale / x)^shape; the second moment is finite: shape > 2."""

    shape: Annotated[float, _above("shape", 2)]
    scale: Annotated[float, _above("scale", 0)] = 1.0
    kind: Literal["pareto"] = "pareto"

    def _quantile(self, u: np.ndarray) -> np.ndarray:
        return self.scale * (1 - u) ** (-1 / self.shape)

    @property
    def mean(self) -> float:
        """E x."""
        return self.shape * self.scale / (self.shape - 1)

    @property
    def second(self) -> float:
        """E x²."""
        return self.shape * self.scale * self.scale / (self.shape - 2)

    @property
    def support(self) -> tuple[float, float]:
        """From the scale on."""
        return self.scale, math.inf

    @property
    def words(self) -> str:
        """Shape and scale."""
        return f"Pareto magnitudes of shape {plain(self.shape)} above {plain(self.scale)}"


Magnitude = Uniform | Constant | Exponential | Normal | Pareto


def known(value: Any) -> Any:
    """A magnitude, or fields of one, as it is; ValueError for anything else."""
    if value is None or isinstance(value, Distribution | Mapping):
        return value
    names = ", ".join(kind.__name__ for kind in get_args(Magnitude))
    raise ValueError(f"magnitude must be None or one of {names}, got {gate.shown(value)}")
