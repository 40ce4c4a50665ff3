"""Numbers and lists as captions and alternative texts say them."""

from collections.abc import Iterable, Sequence

import numpy as np


def number(value: float, digits: int = 2) -> str:
    """A number with a true minus sign and no negative zero."""
    text = f"{value:.{digits}f}"
    return text.lstrip("-") if float(text) == 0 else text.replace("-", "−")


def numbers(values: Iterable[float], digits: int = 2) -> str:
    """Numbers as a list in words."""
    return listing([number(value, digits) for value in values])


def reach(values: Sequence[float] | np.ndarray, digits: int = 2) -> str:
    """The least and the greatest of the values, or the only one."""
    least, most = number(min(values), digits), number(max(values), digits)
    return least if least == most else f"{least} to {most}"


def listing(items: Sequence[object]) -> str:
    """Items as a list in words: a, b and c."""
    words = [str(item) for item in items]
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def spans(items: Sequence[int]) -> str:
    """Rising integers in words, runs of three and more shortened: 0 to 3 and 7."""
    runs: list[list[int]] = []
    for item in items:
        if runs and item == runs[-1][-1] + 1:
            runs[-1].append(item)
        else:
            runs.append([item])
    return listing([part for run in runs for part in ([f"{run[0]} to {run[-1]}"] if len(run) > 2 else run)])


def count(amount: int, noun: str) -> str:
    """An amount with its noun, in the plural where it needs one."""
    return f"{amount:,} {noun}" + ("" if amount == 1 else "s")


def caption(look: str, about: str) -> str:
    """What to look for, and what was trained where something was."""
    return f"{look} Trained: {about}." if about else look
