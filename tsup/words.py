"""Numbers in sentences: counted nouns, lists, sets, shares, ranges, and bounds of what is nearly nothing."""

import math
import re
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

Number = float | np.number
Whole = int | np.integer
IRREGULAR = {"density": "densities", "octahedron": "octahedra"}


def count(number: Whole, noun: str) -> str:
    """A number of things: "1 feature", "2 features"; a noun's last word takes the plural."""
    if number == 1:
        return f"1 {noun}"
    *rest, last = noun.split(" ")
    return " ".join([f"{number:,}", *rest, IRREGULAR.get(last, f"{last}s")])


def of(number: Whole, total: Whole, noun: str) -> str:
    """A part of a number of things: "2 of 7 densities", "all 7 densities", "none of 7 densities"."""
    part = "all" if number == total > 1 else f"{number or 'none'} of"
    return f"{part} {count(total, noun)}"


def listing(items: Iterable[object]) -> str:
    """Items in a row: "a", "a and b", "a, b and c"; nothing of none."""
    words = [str(item) for item in items]
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def percent(share: Number) -> str:
    """A share of 1 as a percentage of two digits, or three near the whole: "79 %", "99.8 %"."""
    value = 100 * share
    return (
        f"{value:.3g} %"
        if 99 < abs(value) < 100
        else f"{value:.2g} %"
        if abs(value) < 99
        else f"{value:.0f} %"
    )


def span(values: Iterable[Any], form: str = ".3g") -> str:
    """The least and the greatest of values, "0.2 to 0.5"; one number where they print alike."""
    known = np.asarray([*values])
    ends = dict.fromkeys(f"{end:{form}}" for end in (known.min(), known.max()))
    return " to ".join(ends)


def bound(value: Number) -> str:
    """A power of ten that a small number lies below, "10⁻¹²": rounding errors differ between machines."""
    return f"10{_raised(max(math.floor(math.log10(abs(float(value)) or 1e-16)) + 1, -15))}"


def magnitude(value: Number) -> str:
    """A very large or small number to one digit: "3 × 10⁷"."""
    digit, power = f"{value:.0e}".split("e")
    return f"{digit} × 10{_raised(int(power))}".removeprefix("1 × ")


def plain(value: Number) -> str:
    """A number to six digits at most, with a true minus sign and powers raised: "−0.5", "10⁻⁹", "2.5 × 10⁻⁵"."""
    digits, _, power = f"{value:g}".partition("e")
    times = f" × 10{_raised(int(power))}" if power else ""
    return re.sub("^(-?)1 × ", r"\1", f"{digits}{times}").replace("-", "−")


def sets(members: Iterable[Sequence[int]]) -> str:
    """Sets of indices as they are written by hand: "{0, 1} and {4 … 9}"."""
    return listing(f"{{{_members(one)}}}" for one in members)


def _members(one: Sequence[int]) -> str:
    run = len(one) > 3 and list(one) == list(range(one[0], one[-1] + 1))
    return f"{one[0]} … {one[-1]}" if run else ", ".join(map(str, one))


def _raised(power: int) -> str:
    return str(power).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
