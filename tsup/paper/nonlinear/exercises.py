"""Exercises of the page *Nonlinear compression* (A1)."""

from typing import Any

from tsup.paper.exercise import counted, exercise, valued
from tsup.paper.readings import number


@exercise("floor-levels", "1/(24 Z²) is 0.00085 then; with 6 levels it was 0.00116.")
def floor_levels(answer: Any) -> str | None:
    """The least Z with which the scheme with the floor itself has an error below 0.001."""
    mistakes: dict[Any, str] = {
        6: "with 6 levels it is 0.00116.",
        10: "that is enough, and so is less. Is the error of y counted though it is 0?",
        42: "that is Z².",
        8: "that is enough, and so is less.",
    }
    return counted(
        number(answer),
        7,
        mistakes,
        "x is off by up to half a level: its error is 1/(12 Z²), and that of y 0.",
    )


@exercise(
    "ramp-share",
    "there are two ramps, each 0.1 of a level wide, and a level is a third of x. That is where the encoder loses.",
)
def ramp_share(answer: Any) -> str | None:
    """For which share of x the encoder is on a ramp, at Z = 3 and ε = 0.1."""
    mistakes: dict[Any, str] = {
        0.1: "at Z = 3 there are three levels and two jumps between them.",
        0.2: "that counts widths in levels; x goes over three levels.",
        0.3: "there is no jump at the end of the last level, and widths are in levels.",
        1 / 30: "that is one ramp.",
    }
    return valued(
        number(answer), 0.2 / 3, mistakes, "how many ramps are there, and how wide is one in x?", 0.005
    )


@exercise(
    "encoder-units", "two for each of the four ramps, and one that lets y through, as y is never negative."
)
def encoder_units(answer: Any) -> str | None:
    """How many ReLUs the encoder takes at Z = 5."""
    mistakes: dict[Any, str] = {
        8: "y has to get through too.",
        10: "x itself is not needed, only its ramps, of which the first level has none.",
        11: "there is no ramp into the first level.",
        5: "a ramp that rises and then stays takes two.",
        4: "a ramp that rises and then stays takes two, and y has to get through.",
    }
    return counted(number(answer), 9, mistakes, "count two ReLUs a ramp, and what y takes.")


EXERCISES = (floor_levels, ramp_share, encoder_units)
