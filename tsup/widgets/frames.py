"""Frames of one figure: the same layout with other data. What differs between them, and how it travels."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from bokeh.core.serialization import Buffer, Serializer
from bokeh.models import ColumnDataSource, LayoutDOM

from tsup.errors import InputError

Sources = dict[str, ColumnDataSource]


def sources(layout: LayoutDOM) -> Sources:
    """The data sources of a layout by name. Raises InputError for a source without a name of its own."""
    found = [one for one in layout.select({"type": ColumnDataSource}) if isinstance(one, ColumnDataSource)]
    named = {str(source.name): source for source in found if source.name}
    if len(named) < len(found):
        raise InputError(
            "every ColumnDataSource must have a name of its own, got "
            f"{sorted(str(source.name) for source in found)}"
        )
    return named


def structure(layout: LayoutDOM) -> Any:
    """A layout as plain values, without data, its identifiers replaced by the order in which they occur."""
    return _plain(Serializer().encode(layout), {})


def difference(one: Any, other: Any) -> str | None:
    """Where two layouts' anatomies differ first ("Range1d.end"), or None."""
    return _first_difference(one, other, "layout")


def write(layout: LayoutDOM, to: Sources) -> None:
    """Put a layout's data into the sources of another that has the same structure."""
    for name, source in sources(layout).items():
        to[name].data = dict(source.data)


def changes(frames: Sequence[Sources]) -> list[tuple[str, str, int, Any]]:
    """The columns that are not the same in all frames, as (source, column, length, values).

    Number columns of one length are joined, frame after frame, into one float32 array. Columns of any other kind
    have length 0 and are a list with an item a frame.
    """
    found = []
    for name, source in frames[0].items():
        for column in source.column_names:
            values = [_compact(frame[name].data[column]) for frame in frames]
            if any(not _same(values[0], value) for value in values[1:]):
                found.append((name, column, *_joined(values)))
    return found


def _joined(values: list[Any]) -> tuple[int, Any]:
    plain = all(isinstance(value, np.ndarray) for value in values)
    if plain and len({len(value) for value in values}) == 1 and len(values[0]):
        return len(values[0]), np.concatenate(values)
    return 0, values


def _compact(column: Any) -> Any:
    """A column of numbers as float32; a column of arrays (images) as a list of float32 arrays."""
    if len(column) and isinstance(column[0], np.ndarray):
        return [image.astype(np.float32) for image in column]
    numbers = np.asarray(column)
    return numbers.astype(np.float32) if numbers.dtype.kind in "iuf" else list(column)


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, list) and len(one) and isinstance(one[0], np.ndarray):
        return len(one) == len(other) and all(map(np.array_equal, one, other))
    return np.array_equal(one, other) if isinstance(one, np.ndarray) else one == other


def _plain(value: Any, order: dict[str, int]) -> Any:
    if isinstance(value, Buffer):
        return value.to_bytes()
    if isinstance(value, Mapping):
        kept = {key: _plain(item, order) for key, item in value.items() if key != "id"}
        if "id" in value:
            kept["id"] = order.setdefault(value["id"], len(order))
        if value.get("name") == "ColumnDataSource":
            entries = value.get("attributes", {}).get("data", {}).get("entries", [])
            kept["attributes"] = kept["attributes"] | {"data": sorted(column for column, _ in entries)}
        return kept
    return [_plain(item, order) for item in value] if isinstance(value, list | tuple) else value


def _first_difference(one: Any, other: Any, path: str) -> str | None:
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        here = one["name"] if one.get("type") == "object" and "name" in one else path
        pairs = [(one[key], other[key], _step(here, key)) for key in one]
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        pairs = [(a, b, path) for a, b in zip(one, other, strict=True)]
    else:
        return None if one == other else path
    return next((found for pair in pairs if (found := _first_difference(*pair))), None)


def _step(path: str, key: str) -> str:
    return path if key in ("attributes", "value", "entries", "id") else f"{path}.{key}"
