"""Values at the gate: what an annotation asks of a value, as a function that reads it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import is_dataclass
from functools import cache
from numbers import Integral, Real
from operator import index
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

import numpy as np
from numpy.typing import ArrayLike

from tsup.errors import InputError
from tsup.gate import arrays
from tsup.gate.arrays import Sizes
from tsup.gate.sides import answering
from tsup.gate.words import wrong

Check = Callable[[str, Any, Sizes], Any]
_ARRAY_LIKE = set(get_args(getattr(ArrayLike, "__value__", ArrayLike)))


@cache
def check_of(hint: Any) -> Check:
    """What a type asks of a value: a function from name, value and the sizes of axes so far to the value as read."""
    hint = getattr(hint, "__value__", hint)  # of a type statement
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return _union(inner)
    if origin is Literal:
        return _one_of(inner)
    if hasattr(hint, "dim_str"):
        return arrays.annotated(hint)
    return _container(origin, inner) if origin is not None else _plain(hint)


def _plain(hint: Any) -> Check:
    known: dict[Any, Check] = {
        int: _whole,
        float: _real,
        bool: _flag,
        NoneType: _kind(NoneType),
        np.ndarray: lambda name, value, sizes: arrays.numbers(name, value),
    }
    if hint in known:
        return known[hint]
    return _kind(hint) if isinstance(hint, type) and hint is not object else _anything


def _anything(name: str, value: Any, sizes: Sizes) -> Any:
    return value


def _kind(wanted: type) -> Check:
    def check(name: str, value: Any, sizes: Sizes) -> Any:
        try:
            fits = isinstance(value, wanted)
        except TypeError:  # a protocol that cannot be tried
            return value
        if not fits:
            raise wrong(name, {str: "text", NoneType: "None"}.get(wanted, f"a {wanted.__name__}"), value)
        return value

    return check


def _flag(name: str, value: Any, sizes: Sizes) -> bool:
    if not isinstance(value, bool | np.bool_):
        raise wrong(name, "True or False", value)
    return bool(value)


def _scalar(value: Any) -> Any:
    return value.item() if getattr(value, "shape", None) == () and hasattr(value, "item") else value


def _is(kind: type, number: Any) -> bool:
    return isinstance(number, kind) and not isinstance(number, bool)


def _whole(name: str, value: Any, sizes: Sizes) -> int:
    number = _scalar(value)
    if not _is(Integral, number):
        raise wrong(name, "a whole number", value)
    if not -(2**63) <= number < 2**63:
        raise wrong(name, "a whole number below 2⁶³", value)
    return index(number)


def _real(name: str, value: Any, sizes: Sizes) -> float | int:
    number = _scalar(value)
    if not _is(Real, number) or number != number:
        raise wrong(name, "a number", value)
    if not abs(number) < 1e300 and abs(number) != np.inf:
        raise wrong(name, "a number below 1e300 in size", value)
    return number


def _one_of(allowed: tuple) -> Check:
    def check(name: str, value: Any, sizes: Sizes) -> Any:
        if not any(type(value) is type(one) and value == one for one in allowed):
            raise wrong(name, " or ".join(map(repr, allowed)), value)
        return value

    return check


def _union(members: tuple) -> Check:
    """The first member that takes the value; numbers, alone or in lists, are one member, and so are mappings."""
    mapping = next((check_of(one) for one in members if _is_mapping(one)), None)
    members = tuple(one for one in members if not _is_mapping(one))
    if np.ndarray in members or _ARRAY_LIKE <= set(members):
        members = (np.ndarray, *(one for one in members if one is NoneType))
    elif int in members and float in members:
        members = tuple(one for one in members if one is not int)
    kinds = tuple(one for one in members if is_dataclass(one))
    if kinds and kinds == members:
        return _kinds(kinds)
    checks = [check_of(one) for one in members if one is not NoneType]
    if NoneType not in members and len(checks) == 1 and mapping is None:
        return checks[0]

    def check(name: str, value: Any, sizes: Sizes) -> Any:
        if value is None and NoneType in members:
            return None
        if mapping is not None and (isinstance(value, Mapping) or not checks):
            return mapping(name, value, sizes)
        for one in checks[:-1]:
            try:
                return one(name, value, sizes)
            except InputError:
                continue
        return checks[-1](name, value, sizes)

    return check


def _kinds(kinds: tuple) -> Check:
    def check(name: str, value: Any, sizes: Sizes) -> Any:
        if not isinstance(value, kinds):
            raise wrong(name, f"one of {', '.join(kind.__name__ for kind in kinds)}", value)
        return value

    return check


def _is_mapping(hint: Any) -> bool:
    origin = get_origin(hint)
    return isinstance(origin, type) and issubclass(origin, Mapping)


def _container(origin: Any, inner: tuple) -> Check:
    if origin is tuple and inner and inner[-1] is not Ellipsis:
        return _pair(tuple(map(check_of, inner)))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return _mapping(*map(check_of, inner))
    if isinstance(origin, type) and issubclass(origin, Iterable):
        return _sequence(check_of(inner[0]), origin is tuple)
    if isinstance(origin, type) and issubclass(Callable, origin):  # type: ignore[arg-type]
        return _callable
    return _kind(origin) if isinstance(origin, type) else _anything


def _callable(name: str, value: Any, sizes: Sizes) -> Any:
    if not callable(value):
        raise wrong(name, "a function", value)
    return answering(name, value)


def _pair(checks: tuple[Check, ...]) -> Check:
    def check(name: str, value: Any, sizes: Sizes) -> tuple:
        items = _items(name, value)
        if len(items) != len(checks):
            raise wrong(name, f"{len(checks)} values", value)
        return tuple(one(name, item, sizes) for one, item in zip(checks, items, strict=True))

    return check


def _mapping(key: Check, item: Check) -> Check:
    def check(name: str, value: Any, sizes: Sizes) -> Mapping:
        if not isinstance(value, Mapping):
            raise wrong(name, "a mapping", value)
        return {key(f"a key of {name}", k, sizes): item(name, v, sizes) for k, v in value.items()}

    return check


def _sequence(item: Check, as_tuple: bool) -> Check:
    def check(name: str, value: Any, sizes: Sizes) -> Any:
        read = [item(name, one, sizes) for one in _items(name, value)]
        return tuple(read) if as_tuple or isinstance(value, tuple) else read

    return check


def _items(name: str, value: Any) -> list:
    if isinstance(value, str | bytes | Mapping):
        raise wrong(name, "a list", value)
    try:
        return list(value)
    except Exception:  # a generator may do anything
        raise wrong(name, "a list", value) from None
