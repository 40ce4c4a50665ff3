"""What an exercise is, and the reply to an answer."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tsup import gate

Diagnose = Callable[[Any], str | None]


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
            with gate.outside():
                wrong = self.diagnose(answer)
        except Exception as error:  # an answer may be a function, which may do anything
            said = " ".join(f"{error}".split()) or type(error).__name__
            wrong = f"the answer could not be read ({said})."
        return Reply(wrong is None, self.why if wrong is None else wrong)


def exercise(name: str, why: str) -> Callable[[Diagnose], Exercise]:
    """Make a function from an answer to what is wrong with it an exercise. why: the reason a right answer is right."""
    return lambda diagnose: Exercise(name, why, diagnose)
