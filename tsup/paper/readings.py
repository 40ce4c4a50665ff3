"""Answers in whatever form they come: a number, several, a matrix, a model, a function.

Lists, arrays, tensors with gradients and whatever NumPy can read are one. What cannot be read raises InputError, whose
line says what to give instead.
"""

from collections.abc import Callable, Iterable, Mapping
from types import FunctionType
from typing import Any, NamedTuple

import numpy as np

from tsup import gate
from tsup.config import Features, ReluOutput, equation
from tsup.errors import InputError
from tsup.run import Run

Shape = tuple[int | None, ...]


def _plain(answer: Any) -> Any:
    """Without tensors, also within lists: their values, on the CPU, in double precision."""
    if hasattr(answer, "detach"):
        tensor = answer.detach().cpu()
        return (tensor.double() if tensor.is_floating_point() else tensor).numpy()
    if isinstance(answer, list | tuple):
        return [_plain(one) for one in answer]
    return answer


def numbers(answer: Any, name: str = "the answer") -> np.ndarray:
    """Real numbers of any shape; True and False are none, nor is NaN."""
    if answer is ... or (isinstance(answer, list | tuple) and any(one is ... for one in answer)):
        raise InputError("replace the dots with your answer.")
    found = np.asarray(gate.numbers(name, _plain(answer)))
    if found.dtype.kind == "b":
        raise InputError(f"{name} must be numbers, not True and False.")
    if np.isnan(found).any():
        raise InputError(f"{name} must be finite, and yours holds NaN.")
    return found.astype(float)


def _finite(found: np.ndarray, name: str) -> np.ndarray:
    if not np.isfinite(found).all():
        raise InputError(f"{name} must be finite.")
    return found


def number(answer: Any, name: str = "the answer") -> float:
    """One number: alone, in a list, or the same in every place of an array."""
    found = numbers(answer, name).ravel()
    if not found.size:
        raise InputError(f"{name} must be a number; yours is empty.")
    if found.min() != found.max() and not np.allclose(found, found[0], rtol=1e-5, atol=0):
        raise InputError(
            f"{name} must be one number; yours holds {found.size}, from {found.min():g} to {found.max():g}."
        )
    return float(found[0])


def count(answer: Any, name: str = "the answer") -> float:
    """A whole number, or infinity."""
    found = number(answer, name)
    if np.isinf(found) or found == round(found):
        return found
    raise InputError(f"{name} must be a whole number, got {found:g}.")


def vector(answer: Any, size: int, name: str = "the answer") -> np.ndarray:
    """So many finite numbers, in a row or in a column."""
    found = numbers(answer, name)
    if max(found.shape, default=1) != size or found.size != size:
        raise InputError(f"{name} must be {size} numbers; yours has shape {found.shape}.")
    return _finite(found.ravel(), name)


def several(answer: Any, name: str = "the answer") -> np.ndarray:
    """Finite numbers, as many as there are, in any order: sorted, each once."""
    found = numbers(list(answer) if isinstance(answer, set | frozenset) else answer, name)
    return np.unique(_finite(found, name))


def matrix(answer: Any, shape: Shape, name: str = "W") -> np.ndarray:
    """A finite array of this shape, of which None is any size; also a run's or a module's of this name."""
    found = numbers(_weights(answer).get(name, answer), name)
    if found.ndim == len(shape) + 1 and len(found) == 1:
        found = found[0]
    if not _fits(found.shape, shape):
        turned = " It is the transpose." if _fits(found.T.shape, shape) else ""
        raise InputError(f"{name} must have shape {_said(shape)}; yours has {found.shape}.{turned}")
    return _finite(found, name)


def _fits(found: tuple[int, ...], shape: Shape) -> bool:
    return len(found) == len(shape) and all(
        size > 0 and wanted in (None, size) for size, wanted in zip(found, shape, strict=True)
    )


def _said(shape: Shape) -> str:
    sizes = ["any" if size is None else str(size) for size in shape]
    return f"({', '.join(sizes)}{',' if len(sizes) == 1 else ''})"


def _weights(answer: Any) -> Mapping[str, Any]:
    """The weights by name, of a run's best model, a module or a mapping; none of anything else."""
    if isinstance(answer, Run):
        return answer[int(answer.loss.argmin())].weights
    if hasattr(answer, "named_parameters"):
        return dict(answer.named_parameters())
    return answer if isinstance(answer, Mapping) else {}


def matrices(answer: Any, wanted: Mapping[str, Shape]) -> list[np.ndarray]:
    """Arrays of these names and shapes: in a tuple, or of a run's best model, a module or a mapping.

    A vector may be given as one number, which is then that of all its places.
    """
    answer = returned(answer)
    form, given = ", ".join(wanted), _weights(answer)
    parts = [given.get(name) for name in wanted] if given else items(answer, form, len(wanted))
    return [
        matrix(_spread(part, shape, name), shape, name)
        for (name, shape), part in zip(wanted.items(), parts, strict=True)
    ]


def _spread(part: Any, shape: Shape, name: str) -> Any:
    found = numbers(part, name) if len(shape) == 1 else np.empty(0)
    return np.full(shape, found.item()) if found.size == 1 else part


def items(answer: Any, form: str, size: int) -> list[Any]:
    """The parts of an answer that is a tuple of this form."""
    if isinstance(answer, str | bytes | Mapping) or not isinstance(answer, Iterable):
        raise InputError(f"give a tuple ({form}), got {gate.shown(answer)}.")
    found = list(answer)
    if len(found) != size:
        raise InputError(f"give a tuple ({form}); yours has length {len(found)}.")
    return found


class Trained(NamedTuple):
    """A model W (hidden, feature) and b (feature,), and its world where the answer tells of it."""

    W: np.ndarray
    b: np.ndarray
    features: Features | None


def models(answer: Any, n: int, hidden: int) -> list[Trained]:
    """The models of a ReLU-output run, the best first; or the one in (W, b), (W, b, features) or a module.

    A function without arguments stands for what it returns.
    """
    answer = returned(answer)
    if isinstance(answer, Run):
        return _of_run(answer, n, hidden)
    features = None
    if isinstance(answer, list | tuple) and len(answer) == 3 and isinstance(answer[2], Features):
        *answer, features = answer
    if not _weights(answer):
        answer = items(answer, "W, b", 2)
    if features is not None and features.n != n:
        raise InputError(f"asked for are {n} features; yours are {features.n}.")
    W, b = matrices(answer, {"W": (hidden, n), "b": (n,)})
    return [Trained(W, b, features)]


def returned(answer: Any) -> Any:
    """What a function without arguments returns; any other answer as it is."""
    return gate.answering("your function", answer)() if isinstance(answer, FunctionType) else answer


def _of_run(run: Run, n: int, hidden: int) -> list[Trained]:
    if (run.features.n, run.model.hidden) != (n, hidden):
        raise InputError(
            f"asked for are n = {n} and hidden = {hidden}; yours has {run.features.n} and {run.model.hidden}."
        )
    if equation(run.model) != equation(ReluOutput(hidden=hidden)):
        raise InputError(f"a ReluOutput({hidden}) is asked for; yours is a {run.model.title.lower()}.")
    ranked = (run[int(place)] for place in np.argsort(run.loss, kind="stable"))
    return [Trained(one.W[0].astype(float), one.b[0].astype(float), one.features) for one in ranked]


def text(answer: Any, allowed: Iterable[str]) -> str:
    """One of these texts."""
    found = np.asarray(answer, dtype=object).ravel()
    said = str(found[0]).strip() if found.size == 1 else ""
    if said not in allowed:
        raise InputError(f"the answer must be one of these texts: {'; '.join(allowed)}.")
    return said


def function(answer: Any, name: str) -> Callable[..., Any]:
    """A reader's function, called with copies of NumPy arrays or, where it fails on them, with tensors."""
    if not callable(answer):
        raise InputError(f"give the function {name} itself, not what it returns; got {gate.shown(answer)}.")
    safe = gate.answering(name, answer)

    def call(*given: Any) -> Any:
        try:
            return safe(*(np.copy(one, order="C") if np.ndim(one) else one for one in given))
        except InputError as failure:
            try:
                return safe(*(_tensor(one) for one in given))
            except InputError:
                raise failure from None

    return call


def _tensor(value: Any) -> Any:
    import torch

    return torch.tensor(np.array(value, order="C")) if np.ndim(value) else value


def truth(value: Any, name: str) -> bool:
    """True or False, as a function returned it."""
    found = np.asarray(_plain(value))
    if value is ... or found.size != 1 or found.dtype.kind not in "b":
        said = "replace the dots: " if value is ... else ""
        raise InputError(f"{said}{name} must return True or False, got {gate.shown(value)}.")
    return bool(found.item())
