"""The figures of compressed sensing hold what they were given, and say what it shows."""

import numpy as np
import pytest
from bokeh.models import ColumnDataSource

from tsup import InputError
from tsup.paper.sensing import figures
from tsup.paper.sensing.analysis import most

P, M, RATE = [0.5, 0.1], [4, 8], np.array([[0, 0.5], [0.5, 1]])


def sources(figure):
    return {source.name: source.data for source in figure.layout.select({"type": ColumnDataSource})}


def test_a_cell_for_every_m_and_density_and_a_dot_for_every_model():
    figure = figures.room(P, M, RATE, [8, 20], 4, 40, 1.1)
    data = sources(figure)
    cells = data["room-cells"]
    assert cells["share"].tolist() == [0, 50, 50, 100]
    assert (cells["bottom"] < 40 / cells["m"]).all()
    assert (40 / cells["m"] < cells["top"]).all()
    assert data["room-models"]["y"].tolist() == [2, 5]
    assert data["room-bound"]["y"] == pytest.approx(most(1, data["room-bound"]["x"].astype(float), 1.1), 1e-4)
    assert data["room-all"]["y"].tolist() == [10, 10]
    assert figure.alt == (
        "With 4 dimensions, features a dimension from density 0.5 to 0.1: 2.0 and 5.0. 50% of the vectors are found."
    )


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ((P, M, RATE + 1, [8, 20], 4, 40, 1.1), "^rate must be in"),
        ((P, M, RATE, [8], 4, 40, 1.1), "^count must have shape"),
        ((P, M, RATE, [8, 20], 0, 40, 1.1), "must be > 0, got 0$"),
        ((P, M, RATE, [8, 20], 4, 40, -1), "must be > 0, got -1$"),
        ((P[:1], M, RATE, [8, 20], 4, 40, 1), "at least two values"),
        (([1.5, 1], M, RATE, [8, 20], 4, 40, 1), "^density must be in"),
    ],
)
def test_bad_rooms(values, says):
    with pytest.raises(InputError, match=says):
        figures.room(*values)


def test_shares_found_and_a_mark():
    figure = figures.found({"LASSO": ([2, 4], [0.2, 0.9]), "none": ([2, 4], [0, 0])}, "m", (1, 8), 3, "here")
    data = sources(figure)
    assert data["found-0"]["y"] == pytest.approx([0.2, 0.9])
    assert data["found-mark"]["x"].tolist() == [3, 3]
    assert figure.alt == "LASSO: half are found from 4 on; none: never half."
    assert "found-mark" not in sources(figures.found({"a": ([1], [1])}, "m", (1, 2)))


@pytest.mark.parametrize(
    ("lines", "limits", "says"),
    [
        ({}, (1, 2), "^lines must hold"),
        ({"a": ([1], [1])}, (0, 2), "^limits must be"),
        ({"a": ([0], [1])}, (1, 2), "must be > 0, got 0$"),
        ({"a": ([1, 2], [1])}, (1, 2), "^shares of 'a' must have shape"),
    ],
)
def test_bad_shares(lines, limits, says):
    with pytest.raises(InputError, match=says):
        figures.found(lines, "m", limits)
