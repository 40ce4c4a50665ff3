"""Which side of the door this thread is on: within the library, or in a user's own code."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from tsup.errors import InputError, TrainingError

_here = threading.local()


def is_inside() -> bool:
    """Whether a public function is at work, so that what it calls is not checked again."""
    return getattr(_here, "inside", False)


@contextmanager
def _on(side: bool) -> Iterator[None]:
    before = is_inside()
    _here.inside = side
    try:
        yield
    finally:
        _here.inside = before


def inside() -> Any:
    """A context within which public functions check nothing."""
    return _on(True)


def outside() -> Any:
    """A context within which they check again: around whatever a user has handed in."""
    return _on(False)


def answering(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """A user's function, called outside the door; InputError, named as the argument it came in as, where it fails."""

    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            with outside():
                return function(*args, **kwargs)
        except (InputError, TrainingError):
            raise
        except Exception as error:
            said = " ".join(f"{type(error).__name__}: {error}".split())
            raise InputError(f"{name} must be a function that does not fail, got {said}") from error

    return call
