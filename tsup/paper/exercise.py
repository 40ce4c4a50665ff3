"""What an exercise is, and the reply to an answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from tsup import gate
from tsup.errors import InputError

Diagnose = Callable[[Any], str | None]
Number = float | int


@dataclass(frozen=True)
class Reply:
    """What is said to an answer. True where the answer is right; shown as its message."""

    right: bool
    message: str

    def __bool__(self) -> bool:
        return self.right

    def __repr__(self) -> str:
        return f"{'✓ Right' if self.right else '✗ Not yet'}: {self.message}"


@dataclass(frozen=True)
class Exercise:
    """An exercise: `diagnose` says what is wrong with an answer, None where nothing is; `why` is told then."""

    name: str
    why: str
    diagnose: Diagnose

    def reply(self, answer: Any) -> Reply:
        """The reply to an answer; one that the exercise cannot even read is told so."""
        if answer is ...:
            return Reply(False, "replace the dots with your answer.")
        try:
            with gate.outside(), np.errstate(all="ignore"):
                wrong = self.diagnose(answer)
        except InputError as error:
            wrong = _line(error)
        except Exception as error:  # an answer may be an object of any kind, which may do anything
            wrong = f"the answer could not be read ({_line(error)})."
        return Reply(wrong is None, self.why if wrong is None else wrong)


def _line(error: Exception) -> str:
    return " ".join(f"{error}".split()) or type(error).__name__


def exercise(name: str, why: str) -> Callable[[Diagnose], Exercise]:
    """Make a function from an answer to what is wrong with it an exercise. why: the reason a right answer is right."""
    return lambda diagnose: Exercise(name, why, diagnose)


def valued(
    found: Number, right: Number, mistakes: Mapping[Any, str], otherwise: str, rtol: float = 0.01
) -> str | None:
    """What is wrong with a value that has digits, None if it is right: that is, nearer to right than to any mistake.

    mistakes: what to say, by the value to which a mistake leads. otherwise: what to say of any other value.
    """
    said = {right: None, **mistakes}
    nearest = min(said, key=lambda value: abs(found - value))
    if np.isclose(found, nearest, rtol=rtol, atol=0):
        return said[nearest]
    if np.isclose(found, -right, rtol=rtol, atol=0):
        return "the size is right, but it has the wrong sign."
    return "right as far as it goes; give more digits." if _is_rounded(found, right) else otherwise


def _is_rounded(found: Number, right: Number) -> bool:
    """Whether it is what is right, rounded to fewer digits than three."""
    fewer = [float(f"{right:.{digits}g}") for digits in (1, 2, 3)]
    return bool(np.isclose(found, right, rtol=0.1) and np.isclose(found, fewer, rtol=1e-6).any())


def of_model(W: np.ndarray, place: int) -> str:
    """A model of several in words: its weights where they are few, else its place."""
    return f"W = {W.round(2).tolist()}" if W.size <= 12 else f"model {place} of the results"


def counted(found: Number, right: Number, mistakes: Mapping[Any, str], otherwise: str) -> str | None:
    """What is wrong with a count, None if it is right."""
    return None if found == right else mistakes.get(found, otherwise)
