"""The door of public functions: an argument that its annotation does not allow is refused in one line.

    gate.close(globals())

as the last line of a module puts each of its public functions behind the door. Arrays are read as numbers, and checked
for kind, axes and finiteness by the jaxtyping annotation; axes of one name must agree between arguments. Only the
outermost call is checked, so that what the library calls itself costs nothing.
"""

import threading
from collections.abc import Callable, Iterable, Mapping
from functools import cache, wraps
from inspect import Parameter, Signature, signature
from numbers import Integral, Real
from operator import index
from types import FunctionType, NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import numpy as np
from numpy.typing import ArrayLike

from tsup.errors import InputError

Sizes = dict[str, int]
Check = Callable[[str, Any, Sizes], Any]
_ARRAY_LIKE = set(get_args(getattr(ArrayLike, "__value__", ArrayLike)))
_here = threading.local()


def close(names: dict[str, Any], exported: Iterable[str] | None = None) -> None:
    """Put the public functions of a module's globals behind the gate: its own ones, or those that are exported."""
    for name in list(names if exported is None else exported):
        found = names[name]
        own = exported is not None or getattr(found, "__module__", None) == names["__name__"]
        if isinstance(found, FunctionType) and own and not name.startswith("_"):
            names[name] = gated(found)


def gated(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function behind the gate. Raises InputError for arguments that its signature does not allow."""
    checks: list[tuple[Signature, dict[str, Check]]] = []

    @wraps(function)
    def door(*args: Any, **kwargs: Any) -> Any:
        if getattr(_here, "inside", False):
            return function(*args, **kwargs)
        if not checks:
            checks.append((signature(function), _checks(function)))
        args, kwargs = _admitted(function.__name__, *checks[0], args, kwargs)
        _here.inside = True
        try:
            return function(*args, **kwargs)
        finally:
            _here.inside = False

    return door


def _checks(function: Callable[..., Any]) -> dict[str, Check]:
    hints = get_type_hints(function)
    return {name: _check(hint) for name, hint in hints.items() if name != "return"}


def _admitted(
    function: str, form: Signature, checks: Mapping[str, Check], args: tuple, kwargs: dict
) -> tuple[tuple, dict]:
    """The arguments, read as their annotations say."""
    try:
        bound = form.bind(*args, **kwargs)
    except TypeError as error:
        raise InputError(
            f"{function} must be called as {function}{_short(form)}, got a call with {error}"
        ) from None
    sizes: Sizes = {}
    for name, value in bound.arguments.items():
        check, kind = checks.get(name), form.parameters[name].kind
        if check is None:
            continue
        if kind is Parameter.VAR_POSITIONAL:
            bound.arguments[name] = tuple(check(name, one, sizes) for one in value)
        elif kind is Parameter.VAR_KEYWORD:
            bound.arguments[name] = {key: check(key, one, sizes) for key, one in value.items()}
        else:
            bound.arguments[name] = check(name, value, sizes)
    return bound.args, bound.kwargs


def _short(form: Signature) -> str:
    return str(
        form.replace(
            parameters=[one.replace(annotation=Parameter.empty) for one in form.parameters.values()],
            return_annotation=Signature.empty,
        )
    )


def _wrong(name: str, allowed: str, value: Any) -> InputError:
    return InputError(f"{name} must be {allowed}, got {shown(value)}")


def shown(value: Any) -> str:
    """A value in one short line, for the message of an error; an array by its kind and shape."""
    if isinstance(value, np.ndarray) and value.size > 8:
        return f"an array of {value.dtype} of shape {value.shape}"
    try:
        text = " ".join(repr(value).split())
    except Exception:
        text = f"a {type(value).__name__} that cannot be shown"
    return text if len(text) <= 80 else f"{text[:77]}…"


@cache
def _check(hint: Any) -> Check:
    """What a type asks of a value: a function from name, value and the sizes of axes so far to the value as read."""
    hint = getattr(hint, "__value__", hint)  # of a type statement
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return _union(inner)
    if origin is Literal:
        return _one_of(inner)
    if hasattr(hint, "dim_str"):
        return _array(hint)
    return _container(origin, inner) if origin is not None else _plain(hint)


def _plain(hint: Any) -> Check:
    known: dict[Any, Check] = {
        int: _whole,
        float: _real,
        bool: _flag,
        NoneType: _kind(NoneType),
        np.ndarray: _numbers,
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
            raise _wrong(name, {str: "text", NoneType: "None"}.get(wanted, f"a {wanted.__name__}"), value)
        return value

    return check


def _flag(name: str, value: Any, sizes: Sizes) -> bool:
    if not isinstance(value, bool | np.bool_):
        raise _wrong(name, "True or False", value)
    return bool(value)


def _scalar(value: Any) -> Any:
    return value.item() if getattr(value, "shape", None) == () and hasattr(value, "item") else value


def _is(kind: type, number: Any) -> bool:
    return isinstance(number, kind) and not isinstance(number, bool)


def _whole(name: str, value: Any, sizes: Sizes) -> int:
    number = _scalar(value)
    if not _is(Integral, number):
        raise _wrong(name, "a whole number", value)
    if not -(2**63) <= number < 2**63:
        raise _wrong(name, "a whole number below 2⁶³", value)
    return index(number)


def _real(name: str, value: Any, sizes: Sizes) -> float | int:
    number = _scalar(value)
    if not _is(Real, number) or number != number:
        raise _wrong(name, "a number", value)
    if not abs(number) < 1e300 and abs(number) != np.inf:
        raise _wrong(name, "a number below 1e300 in size", value)
    return number


def _one_of(allowed: tuple) -> Check:
    def check(name: str, value: Any, sizes: Sizes) -> Any:
        if not any(type(value) is type(one) and value == one for one in allowed):
            raise _wrong(name, " or ".join(map(repr, allowed)), value)
        return value

    return check


def _union(members: tuple) -> Check:
    """The first member that takes the value; numbers, alone or in lists, are one member, and so are mappings."""
    mapping = next((_check(one) for one in members if _is_mapping(one)), None)
    members = tuple(one for one in members if not _is_mapping(one))
    if np.ndarray in members or _ARRAY_LIKE <= set(members):
        members = (np.ndarray, *(one for one in members if one is NoneType))
    elif int in members and float in members:
        members = tuple(one for one in members if one is not int)
    checks = [_check(one) for one in members if one is not NoneType]
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


def _is_mapping(hint: Any) -> bool:
    origin = get_origin(hint)
    return isinstance(origin, type) and issubclass(origin, Mapping)


def _container(origin: Any, inner: tuple) -> Check:
    if origin is tuple and inner and inner[-1] is not Ellipsis:
        return _pair(tuple(map(_check, inner)))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return _mapping(*map(_check, inner))
    if isinstance(origin, type) and issubclass(origin, Iterable):
        return _sequence(_check(inner[0]), origin is tuple)
    if isinstance(origin, type) and issubclass(Callable, origin):  # type: ignore[arg-type]
        return _callable
    return _kind(origin) if isinstance(origin, type) else _anything


def _callable(name: str, value: Any, sizes: Sizes) -> Any:
    if not callable(value):
        raise _wrong(name, "a function", value)
    return value


def _pair(checks: tuple[Check, ...]) -> Check:
    def check(name: str, value: Any, sizes: Sizes) -> tuple:
        items = _items(name, value)
        if len(items) != len(checks):
            raise _wrong(name, f"{len(checks)} values", value)
        return tuple(one(name, item, sizes) for one, item in zip(checks, items, strict=True))

    return check


def _mapping(key: Check, item: Check) -> Check:
    def check(name: str, value: Any, sizes: Sizes) -> Mapping:
        if not isinstance(value, Mapping):
            raise _wrong(name, "a mapping", value)
        return {key(f"a key of {name}", k, sizes): item(name, v, sizes) for k, v in value.items()}

    return check


def _sequence(item: Check, as_tuple: bool) -> Check:
    def check(name: str, value: Any, sizes: Sizes) -> Any:
        read = [item(name, one, sizes) for one in _items(name, value)]
        return tuple(read) if as_tuple or isinstance(value, tuple) else read

    return check


def _items(name: str, value: Any) -> list:
    if isinstance(value, str | bytes | Mapping):
        raise _wrong(name, "a list", value)
    try:
        return list(value)
    except TypeError:
        raise _wrong(name, "a list", value) from None


def _numbers(name: str, value: Any, sizes: Sizes) -> Any:
    """Real numbers of any shape. Arrays and single numbers stay what they are; lists and tensors become arrays."""
    if hasattr(value, "detach"):
        value = value.detach().cpu()
    try:
        found = np.asarray(value)
    except Exception:
        raise _wrong(name, "numbers", value) from None
    if found.dtype.kind == "O" and value is not None:
        found = _floats(name, value, found)
    if found.dtype.kind not in "biuf":
        raise _wrong(name, "real numbers", value)
    return value if isinstance(value, np.ndarray | int | float) else found


def _floats(name: str, value: Any, found: np.ndarray) -> np.ndarray:
    """Fractions and large whole numbers as floats."""
    if not all(isinstance(one, Real) for one in found.flat):
        raise _wrong(name, "numbers in rows of equal length", value)
    try:
        return found.astype(float)
    except (OverflowError, ValueError):
        raise _wrong(name, "numbers below 1e300 in size", value) from None


def _array(hint: Any) -> Check:
    """By a jaxtyping annotation: `Float[np.ndarray, "*model hidden feature"]`."""
    axes, kinds = hint.dim_str.split(), _kinds(hint)

    def check(name: str, value: Any, sizes: Sizes) -> np.ndarray:
        found = np.asarray(_numbers(name, value, sizes))
        if found.dtype.kind in "biu" and kinds == "f":
            found = found.astype(float)
        if found.dtype.kind not in kinds:
            raise _wrong(
                name, {"b": "True or False throughout", "iu": "whole numbers"}.get(kinds, "numbers"), value
            )
        if not _fit(axes, found.shape, sizes):
            raise InputError(f"{name} must have shape {_form(axes, sizes)}, got {found.shape}")
        if kinds == "f" and not np.isfinite(found).all():
            raise InputError(f"{name} must be finite, got {found[~np.isfinite(found)].flat[0]}")
        return found

    return check


def _kinds(hint: Any) -> str:
    names = " ".join(map(str, hint.dtypes))
    return "b" if "bool" in names else "f" if "float" in names else "iu"


def _fit(axes: list[str], shape: tuple[int, ...], sizes: Sizes) -> bool:
    """Whether a shape is as annotated; sizes of axes that were not known are noted."""
    named = [axis for axis in axes if not _any_number(axis)]
    if len(shape) < len(named) or (len(named) == len(axes) and len(shape) > len(named)):
        return False
    split = next((k for k, axis in enumerate(axes) if _any_number(axis)), len(axes))
    last = len(named) - split
    ends = (
        *zip(axes[:split], shape[:split], strict=True),
        *zip(axes[len(axes) - last :], shape[len(shape) - last :], strict=True),
    )
    return all(_sizes_agree(axis, size, sizes) for axis, size in ends)


def _any_number(axis: str) -> bool:
    return axis.startswith("*") or axis == "..."


def _sizes_agree(axis: str, size: int, sizes: Sizes) -> bool:
    if axis.isdecimal():
        return size == int(axis)
    return axis == "_" or not axis.isidentifier() or sizes.setdefault(axis, size) == size


def _form(axes: list[str], sizes: Sizes) -> str:
    words = ["…" if _any_number(axis) else str(sizes.get(axis, axis)) for axis in axes]
    return f"({', '.join(words)}{',' if len(words) == 1 else ''})"
