"""Numbers and lists as captions and alternative texts say them."""

from collections.abc import Iterable, Sequence

import numpy as np

from tsup.words import count as count
from tsup.words import listing as listing


def number(value: float | int, digits: int = 2) -> str:
    """A number with a true minus sign and no negative zero."""
    text = f"{value:.{digits}f}"
    return text.lstrip("-") if float(text) == 0 else text.replace("-", "−")


def numbers(values: Iterable[float | int], digits: int = 2) -> str:
    """Numbers as a list in words."""
    return listing([number(value, digits) for value in values])


def small(count: int) -> str:
    """A count as a word up to eight, as a number beyond."""
    names = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight")
    return names[count] if count < len(names) else str(count)


def interval(values: Sequence[float | int] | np.ndarray, digits: int = 2) -> str:
    """The least and the greatest of the values, or the only one."""
    least, most = number(min(values), digits), number(max(values), digits)
    return least if least == most else f"{least} to {most}"


def caption(look: str, about: str) -> str:
    """What to look for, and what was trained where something was."""
    return f"{look} Trained: {about}." if about else look
