"""A figure with controls whose every position was drawn beforehand, so that it needs no kernel."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import product
from typing import Any, NamedTuple

import numpy as np
from bokeh.models import LayoutDOM

from tsup.errors import InputError
from tsup.gate import shown
from tsup.plots.kit import controls
from tsup.plots.kit.figure import Figure
from tsup.widgets import frames

FRAMES_PER_SECOND, CALM_FRAMES_PER_SECOND = 1.4, 0.5
GLIDE = 550  # milliseconds from one frame to the next
MOST_FRAMES = 1_000  # all of them are drawn beforehand, and travel with the page


def explore(
    draw: Callable[..., Figure],
    axes: Mapping[str, Sequence[Any]],
    start: Mapping[str, Any] | None = None,
    format: str = "{:g}",
) -> Figure:
    """A figure with a control for each axis, as `show` takes it: a slider for numbers, a choice for texts.

    draw: called with one value of every axis, in the order of `axes`, for every combination.
    axes: label → at least two values, numbers or texts, in the control's order. Densities, under a label that begins
    so, fall from left to right however they are given.
    start: label → value at which the control stands first; the first value where none is given.
    format: how numbers are written beside their label.

    The frames may differ in the data of their sources only, and share one caption; the sentence below the controls is
    the current frame's alternative text. Raises InputError for frames that differ otherwise, an axis with fewer than
    two values, more than 1,000 combinations, a start that is not among the values, or a `draw` that fails.
    """
    drawn = _draw(draw, axes, start or {}, format)
    chosen = [_control(*axis) for axis in drawn.axes]
    return _assemble(drawn, controls.bar(*chosen), chosen, ("move-frame",), controls=chosen)


def glide(
    draw: Callable[..., Figure],
    label: str,
    values: Sequence[Any],
    start: Any = None,
    format: str = "{:g}",
    ends: controls.Ends = controls.DENSITY_ENDS,
) -> Figure:
    """A figure that glides from one value to the next, by its slider or played from end to end.

    draw, values, start, format: as in `explore`, for one axis. ends: what lies left and right. For a reader who
    prefers reduced motion frames follow each other slowly, without gliding. Raises InputError as `explore` does.
    """
    drawn = _draw(draw, {label: values}, {} if start is None else {label: start}, format)
    slider = controls.slider(label, drawn.axes[0].texts, drawn.axes[0].text, ends)
    play = controls.play(slider, FRAMES_PER_SECOND, CALM_FRAMES_PER_SECOND)
    args = {"control": slider, "state": dict[str, int](), "lasting": GLIDE}
    return _assemble(drawn, controls.bar(slider, play), [slider], ("glide",), **args)


class _Axis(NamedTuple):
    """An axis as a control offers it: its values written, and the one it stands at first."""

    label: str
    values: Sequence[Any]
    texts: list[str]
    text: str


class _Drawn(NamedTuple):
    """All frames, the place of the one that is shown first, and the axes."""

    figures: list[Figure]
    first: int
    axes: list[_Axis]


def _draw(
    draw: Callable[..., Figure], axes: Mapping[str, Sequence[Any]], start: Mapping[str, Any], format: str
) -> _Drawn:
    values = {label: _ordered(label, list(given)) for label, given in axes.items()}
    written = {label: [_write(label, value, format) for value in given] for label, given in values.items()}
    _check_axes(written)
    places = _places(values, start)
    figures = [_figure(draw(*combination)) for combination in product(*values.values())]
    first = int(np.ravel_multi_index(places, [len(given) for given in values.values()]))
    _check_frames(figures, first, [_say(values, texts) for texts in product(*written.values())])
    offered = [
        _Axis(label, values[label], texts, texts[place])
        for (label, texts), place in zip(written.items(), places, strict=True)
    ]
    return _Drawn(figures, first, offered)


def _is_density(label: str, values: Sequence[Any]) -> bool:
    return label.startswith("density") and all(map(_is_number, values))


def _ordered(label: str, values: list[Any]) -> list[Any]:
    return sorted(values, reverse=True) if _is_density(label, values) else values


def _control(label: str, values: Sequence[Any], texts: list[str], text: str) -> controls.Control:
    if _is_density(label, values):
        return controls.density(label, texts, text)
    make = controls.slider if all(map(_is_number, values)) else controls.choice
    return make(label, texts, text)


def _figure(drawn: Any) -> Figure:
    if not isinstance(drawn, Figure):
        raise InputError(f"draw must return a Figure, got {shown(drawn)}")
    return drawn


def _assemble(
    drawn: _Drawn, bar: LayoutDOM, chosen: list[controls.Control], names: tuple[str, ...], **given: Any
) -> Figure:
    shown = drawn.figures[drawn.first]
    reading = controls.reading(shown.alt)
    whole = controls.whole(bar, reading, shown.layout)
    named = frames.sources(shown.layout)
    moving = frames.changes([frames.sources(figure.layout) for figure in drawn.figures])
    args = {
        "changes": [(named[source], *rest) for source, *rest in moving],
        "readings": [figure.alt for figure in drawn.figures],
        "reading": reading,
        "whole": whole,
    }
    controls.wire(chosen, ("frame", *names), **args, **given)
    return Figure(whole, shown.caption, shown.alt)


def _check_axes(written: Mapping[str, list[str]]) -> None:
    if not written:
        raise InputError("axes must name at least one axis, got none")
    for label, texts in written.items():
        if len(texts) < 2:
            raise InputError(f"{label} must have at least 2 values, got {len(texts)}")
        if len(set(texts)) < len(texts):
            raise InputError(f"the values of {label} must be written differently, got {', '.join(texts)}")
    drawn = math.prod(map(len, written.values()))
    if drawn > MOST_FRAMES:
        raise InputError(f"axes must have at most {MOST_FRAMES:,} combinations, got {drawn:,}")


def _check_frames(figures: list[Figure], first: int, said: list[str]) -> None:
    shown = figures[first]
    structure = frames.structure(shown.layout)
    for figure, here in zip(figures, said, strict=True):
        where = frames.difference(structure, frames.structure(figure.layout))
        if where:
            raise InputError(f"frames must differ in their sources' data only, got another {where} at {here}")
        if figure.caption != shown.caption:
            raise InputError(f"frames must share one caption, got another at {here}")


def _places(values: Mapping[str, Sequence[Any]], start: Mapping[str, Any]) -> list[int]:
    unknown = [label for label in start if label not in values]
    if unknown:
        raise InputError(f"start must name axes among {', '.join(values)}, got {unknown[0]}")
    return [_place(label, given, start.get(label, given[0])) for label, given in values.items()]


def _place(label: str, given: Sequence[Any], wanted: Any) -> int:
    for place, value in enumerate(given):
        if value == wanted or (_is_number(value) and _is_number(wanted) and math.isclose(value, wanted)):
            return place
    raise InputError(f"start of {label} must be one of {', '.join(map(str, given))}, got {wanted}")


def _is_number(value: Any) -> bool:
    try:
        return not isinstance(value, str) and math.isfinite(float(value))
    except (TypeError, ValueError):
        return False


def _write(label: str, value: Any, format: str) -> str:
    if isinstance(value, str):
        return value
    if not _is_number(value):
        raise InputError(f"the values of {label} must be numbers or texts, got {shown(value)}")
    try:
        return format.format(value)
    except (ValueError, LookupError, AttributeError):
        raise InputError(f"format must write one number, such as {{:g}}, got {format!r}") from None


def _say(labels: Iterable[str], texts: Iterable[str]) -> str:
    return ", ".join(f"{label} {text}" for label, text in zip(labels, texts, strict=True))
