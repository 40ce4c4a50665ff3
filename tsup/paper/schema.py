"""What a result file holds: its variables and coordinates, declared once, and datasets that are held to it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import xarray as xr

from tsup.errors import InputError

Bounds = tuple[float, float]
FREE: Bounds = (-np.inf, np.inf)
POSITIVE: Bounds = (0.0, np.inf)
SHARE: Bounds = (0.0, 1.0)
ROUNDING = 1e-3  # of a bound, by which values in few bits may pass it
NOTHING = 1e-6  # by which they may pass 0


@dataclass(frozen=True)
class Variable:
    """A variable or a coordinate of a result file.

    axes: its dimensions, in this order. dtype: as NumPy names it, or "str". bounds: the least and the greatest value
    that it can have. unit: "1" for a pure number. missing: whether NaN can stand in it.
    """

    name: str
    axes: tuple[str, ...]
    meaning: str
    bounds: Bounds = FREE
    dtype: str = "float64"
    unit: str = "1"
    missing: bool = False
    coordinate: bool = False

    @property
    def range(self) -> str:
        """The bounds as text, empty for those that bound nothing."""
        low, high = self.bounds
        if self.bounds == FREE or self.dtype in ("str", "bool"):
            return ""
        if low == -np.inf:
            return f"≤ {high:g}"
        return f"≥ {low:g}" if high == np.inf else f"{low:g} to {high:g}"

    def __str__(self) -> str:
        kind = "coordinate " if self.coordinate else ""
        words = f"{kind}{self.dtype} ({', '.join(self.axes)}) {self.range}".strip()
        return f"{words} or NaN" if self.missing else words

    def to_dict(self) -> dict[str, Any]:
        """The declaration as plain JSON values, None for no bound."""
        bounds = [float(end) if np.isfinite(end) else None for end in self.bounds]
        return {**self.__dict__, "axes": list(self.axes), "bounds": bounds}

    def allows(self, values: xr.DataArray, coordinate: bool) -> bool:
        """Whether an array is what is declared here."""
        same = (self.axes, self.dtype, self.coordinate) == (values.dims, _dtype(values), coordinate)
        return same and self._bounds(values.values)

    def _bounds(self, values: np.ndarray) -> bool:
        if values.dtype.kind not in "fiu" or not values.size:
            return True
        if not self.missing and np.isnan(values).any():
            return False
        low, high = self.bounds
        below, above = (ROUNDING * abs(end) + NOTHING for end in self.bounds)
        return not ((values < low - below) | (values > high + above)).any()


Schema = tuple[Variable, ...]


def coordinate(
    name: str, meaning: str, bounds: Bounds = FREE, axes: tuple[str, ...] | None = None, **about: Any
) -> Variable:
    """A coordinate, along the axis of its own name unless others are given. about: further fields."""
    return Variable(name, (name,) if axes is None else axes, meaning, bounds, coordinate=True, **about)


def along(axis: Variable, schema: Schema) -> Schema:
    """These variables with one more axis in front, whose coordinate comes last; other coordinates stay."""
    longer = (one if one.coordinate else replace(one, axes=(axis.name, *one.axes)) for one in schema)
    return (*longer, axis)


def prefixed(prefix: str, schema: Schema) -> Schema:
    """These variables with a prefix and "_" before their names, and those of their axes."""

    def named(one: Variable) -> Variable:
        axes = tuple(f"{prefix}_{axis}" for axis in one.axes)
        return replace(one, name=f"{prefix}_{one.name}", axes=axes)

    return tuple(map(named, schema))


def dataset(
    schema: Schema, values: Mapping[str, Any], attributes: Mapping[str, Any] | None = None
) -> xr.Dataset:
    """A dataset of arrays by name, with the axes and the types that are declared. Values beside those are left out."""
    made = {one.name: (one.axes, np.asarray(values[one.name]).astype(one.dtype)) for one in schema}
    coordinates = {one.name: made.pop(one.name) for one in schema if one.coordinate}
    return xr.Dataset(made, coordinates, attributes)


def check(row: str, schema: Schema, found: xr.Dataset) -> None:
    """Raise InputError, in one line, for the first thing in which a row's dataset is not what is declared."""
    for one in schema:
        there = one.name in found.variables
        if not there or not one.allows(found[one.name], one.name in found.coords):
            came = _in_words(found, one.name) if there else "none"
            raise InputError(f"{one.name} of {row} must be {one}, got {came}")
    names = [one.name for one in schema]
    besides = [str(name) for name in found.variables if name not in names]
    if besides:
        raise InputError(f"{row} must hold {', '.join(names) or 'nothing'}, got {', '.join(besides)} besides")


def described(schema: Schema, found: xr.Dataset) -> xr.Dataset:
    """The dataset, every variable that is declared with its `long_name` and, if it holds numbers, its `units`."""
    for one in schema:
        found[one.name].attrs.update({"long_name": one.meaning} | _units(one))
    return found


def _units(one: Variable) -> dict[str, str]:
    return {} if one.dtype in ("str", "bool") else {"units": one.unit}


def _dtype(values: xr.DataArray) -> str:
    return "str" if values.dtype.kind in "UO" else str(values.dtype)


def _in_words(found: xr.Dataset, name: str) -> str:
    """What an array is, in the words of a declaration."""
    values = found[name]
    numbers = values.dtype.kind in "fiu" and values.size > 0 and not bool(values.isnull().all())
    bounds = (float(values.min()), float(values.max())) if numbers else FREE
    is_missing = bool(values.isnull().any())
    axes = tuple(map(str, values.dims))
    came = Variable(
        name, axes, "", bounds, _dtype(values), missing=is_missing, coordinate=name in found.coords
    )
    return str(came)
