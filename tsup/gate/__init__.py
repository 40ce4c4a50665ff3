"""The door of public functions: an argument that its annotation does not allow is refused in one line.

    gate.close(globals())

as the last line of a module puts each of its public functions behind the door. Arrays are read as numbers, and checked
for kind, axes and finiteness by the jaxtyping annotation; axes of one name must agree between arguments. Only the
outermost call is checked, so that what the library calls itself costs nothing; a user's own function, handed in to be
called, is outside again.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from inspect import Parameter, Signature, signature
from types import FunctionType
from typing import Any, get_type_hints

from tsup.errors import InputError
from tsup.gate.arrays import Sizes, check_floats, numbers
from tsup.gate.sides import answering, inside, is_inside, outside
from tsup.gate.values import Check, check_of
from tsup.gate.words import shown

# What NumPy says, as a ValueError, of arrays that no address would reach.
BEYOND_ALL_MEMORY = ("array is too big", "Maximum allowed dimension exceeded")

__all__ = ["answering", "check_floats", "close", "gated", "numbers", "outside", "shown"]


def close(names: dict[str, Any], exported: Iterable[str] | None = None) -> None:
    """Put the public functions of a module's globals behind the gate: its own ones, or those that are exported."""
    for name in list(names if exported is None else exported):
        found = names[name]
        own = exported is not None or getattr(found, "__module__", None) == names["__name__"]
        if isinstance(found, FunctionType) and own and not name.startswith("_"):
            names[name] = gated(found)


def gated(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function behind the gate.

    Raises InputError for arguments that its signature does not allow, and for more than the memory holds.
    """
    checks: list[tuple[Signature, dict[str, Check]]] = []
    name = function.__qualname__.removesuffix(".__init__")

    @wraps(function)
    def door(*args: Any, **kwargs: Any) -> Any:
        if is_inside():
            return function(*args, **kwargs)
        if not checks:
            checks.append((signature(function), _checks(function)))
        args, kwargs = _admitted(name, *checks[0], args, kwargs)
        try:
            with inside():
                return function(*args, **kwargs)
        except (MemoryError, ValueError) as error:
            if not isinstance(error, MemoryError) and not str(error).startswith(BEYOND_ALL_MEMORY):
                raise
            raise InputError(f"{name} must be asked for what fits in memory, got {error}") from None

    return door


def _checks(function: Callable[..., Any]) -> dict[str, Check]:
    hints = get_type_hints(function)
    return {name: check_of(hint) for name, hint in hints.items() if name != "return"}


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
