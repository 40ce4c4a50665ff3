"""Exercises of the page *How sure*: dead outputs, models made by hand, and narrow verdicts."""

from typing import Any

from tsup.paper.exercise import exercise, valued
from tsup.paper.readings import function, number, truth

DEAD_MISTAKES = {
    1 / 4: "that is the other way round: how much cheaper the mean is.",
    4 / 3: "a dead output answers 0, so that it pays E x² = 1/3. Divide that by the variance.",
}


@exercise(
    "dead-output",
    "E x² = 1/3 against the variance 1/3 − 1/4 = 1/12: a dead output costs four times what the mean would. Sparse "
    "features hide it, because p/3 and p/3 − p²/4 are nearly the same there.",
)
def dead_output(answer: Any) -> str | None:
    """How many times more a dead output costs than a constant mean, at p = 1."""
    otherwise = "compare E x² with E x² − (E x)², for x uniform on [0, 1]."
    return valued(number(answer), 4, DEAD_MISTAKES, otherwise)


@exercise(
    "by-hand",
    "400 − 30 features are answered with their mean and cost a variance of 1/12 each; the thirty with a dimension of "
    "their own cost nothing. A trained model that loses more than this has not been trained well.",
)
def by_hand(answer: Any) -> str | None:
    """The loss of the best model by hand of 400 features of density 1 in 30 dimensions."""
    mistakes = {
        370 / 3: "that is what dead outputs cost. Answered with their mean, features cost a variance only.",
        400 / 12: "thirty features have a dimension of their own, and cost nothing.",
        340 / 12: "a dimension for a pair will not do at density 1, where its members always meet.",
    }
    otherwise = "count the features that are left out, and what each of them costs."
    return valued(number(answer), 370 / 12, mistakes, otherwise, rtol=0.002)


CASES = (
    (0.95, 0.9, True),
    (1.2, 0.9, False),
    (0.85, 0.9, True),
    (0.5, 0.9, False),
    (0.992, 0.9, False),
    (9.5, 9.0, True),
)


@exercise(
    "narrow",
    "a verdict is narrow when it is another one with the bar a tenth lower or a tenth higher. That says nothing about "
    "who is right; it says that the bar, and not the data, decided.",
)
def narrow(answer: Any) -> str | None:
    """A function narrow(value, bar): whether `value ≥ bar` turns when the bar moves by a tenth."""
    says = function(answer, "narrow")
    for value, bar, wanted in CASES:
        if truth(says(value, bar), "narrow") != wanted:
            word = "narrow" if wanted else "not narrow"
            return f"a value of {value} at a bar of {bar} is {word}."
    return None


EXERCISES = (
    dead_output,
    by_hand,
    narrow,
)
