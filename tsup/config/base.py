"""What every configuration shares: validation in one line, JSON, and a digest."""

import hashlib
import json
import math
from collections.abc import Callable
from typing import Any, TypeVar, dataclass_transform

import numpy as np
from pydantic import BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as pydantic_dataclass
from pydantic.fields import FieldInfo

from tsup import gate
from tsup.errors import InputError

T = TypeVar("T")
C = TypeVar("C", bound="Config")
UNKNOWN = ("unexpected_keyword_argument", "extra_forbidden")


def _one_line(error: ValidationError) -> str:
    return " ".join(_complaint(error).split())


def _complaint(error: ValidationError) -> str:
    """The first complaint of pydantic, an unknown key before any other: argument, what is allowed, value."""
    found = error.errors()
    first = next((one for one in found if one["type"] in UNKNOWN), found[0])
    *path, name = [error.title, *map(str, first["loc"])]
    if first["type"] == "value_error":
        return str(first["ctx"]["error"])
    if first["type"] in UNKNOWN:
        return f"{name} is not a key of {path[-1]}{_instead(name, first['input'])}"
    if first["type"] in ("missing", "missing_argument"):
        return f"{name} is missing in {path[-1]}"
    return f"{name}: {first['msg'][0].lower()}{first['msg'][1:]}, got {gate.shown(first['input'])}"


def _instead(name: str, value: Any) -> str:
    """What to give in place of an unknown key."""
    if name != "sparsity":
        return f", got {gate.shown(value)}"
    so = f", so density={1 - value:.12g}" if isinstance(value, int | float) and 0 <= value < 1 else ""
    return f": density = 1 − sparsity{so}"


def _checked(init: Callable[..., None]) -> Callable[..., None]:
    def __init__(self, *args, **kwargs):
        try:
            init(self, *args, **kwargs)
        except ValidationError as error:
            raise InputError(_one_line(error)) from None

    __init__.__wrapped__ = init  # type: ignore[attr-defined]
    return __init__


@dataclass_transform(frozen_default=True, field_specifiers=(Field, FieldInfo))
def configuration(cls: type[T]) -> type[T]:
    """Make a class a frozen, validated dataclass whose constructor answers bad input with `InputError`."""
    made = pydantic_dataclass(frozen=True, config=ConfigDict(extra="forbid"))(cls)
    made.__init__ = _checked(made.__init__)  # type: ignore[misc, assignment]
    return made  # type: ignore[return-value]


class Config:
    """What all configurations share: JSON, and a digest that is the same on every machine."""

    def to_dict(self) -> dict[str, Any]:
        """The fields as plain JSON values."""
        return TypeAdapter(type(self)).dump_python(self, mode="json")

    def to_json(self) -> str:
        """The fields as canonical JSON: sorted keys, no spaces."""
        return json.dumps(self.to_dict(), sort_keys=True, separators=(",", ":"))

    @classmethod
    @gate.gated
    def from_dict(cls: type[C], values: Any) -> C:
        """The configuration with these fields. Raises InputError for an unknown key or a bad value."""
        try:
            return TypeAdapter(cls).validate_python(values)
        except ValidationError as error:
            raise InputError(_one_line(error)) from None

    @classmethod
    @gate.gated
    def from_json(cls: type[C], text: str) -> C:
        """The inverse of `to_json`. Raises InputError for text that is not JSON, as for any bad field."""
        try:
            values = json.loads(text)
        except (TypeError, ValueError) as error:
            raise InputError(f"{cls.__name__} must be JSON, got an error at {error}") from None
        except RecursionError:
            raise InputError(
                f"{cls.__name__} must be JSON of a few levels, got one nested too deep"
            ) from None
        return cls.from_dict(values)

    @property
    def digest(self) -> str:
        """16 hexadecimal digits of the fields, floats to 12 digits: the last bits of a power differ by machine.

        A field that is None is as good as absent, so that a new kind of option leaves old digests as they are.
        """
        values = json.dumps(_rounded(self.to_dict()), sort_keys=True)
        return hashlib.sha256(f"{type(self).__name__}{values}".encode()).hexdigest()[:16]


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_rounded(item) for item in value]
    return float(f"{value:.12g}") if isinstance(value, float) else value


def array(name: str, value: Any) -> np.ndarray:
    """A number, or a filled array of one or two dimensions, as floats."""
    try:
        found = np.asarray(value.detach().cpu() if hasattr(value, "detach") else value)
        if found.dtype.kind not in "iuf":
            raise TypeError
        values = found.astype(float)
    except Exception:
        raise ValueError(f"{name} must be a number or an array of numbers, got {gate.shown(value)}") from None
    if values.ndim > 2 or values.size == 0:
        raise ValueError(f"{name} must be a number or a filled 1-D or 2-D array, got shape {values.shape}")
    return values


def tuples(values: Any) -> Any:
    """Nested lists as nested tuples."""
    return tuple(map(tuples, values)) if isinstance(values, list) else values


def at_least(name: str, least: int, most: int = 10**9) -> BeforeValidator:
    """A whole number from `least` to `most`."""

    def check(value: Any) -> int:
        whole = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
        if not whole or value < least:
            raise ValueError(f"{name} must be a whole number ≥ {least}, got {gate.shown(value)}")
        if value > most:
            raise ValueError(f"{name} must be at most {most:,}, got {gate.shown(value)}")
        return int(value)

    return BeforeValidator(check)


def finite(name: str, allowed: str, test: Callable[[float], bool]) -> BeforeValidator:
    """A finite number that passes the test; `allowed` says which do."""

    def check(value: Any) -> float:
        try:
            number = math.nan if isinstance(value, str | bool) else float(value)
        except Exception:
            number = math.nan
        if not (math.isfinite(number) and test(number)):
            raise ValueError(f"{name} must be {allowed}, got {gate.shown(value)}")
        return number

    return BeforeValidator(check)
