"""The figures of the strategic picture hold what they were given, and say what it shows."""

import numpy as np
import pytest
from bokeh.models import ColumnDataSource

from tsup import InputError
from tsup.paper.strategic import figures
from tsup.paper.strategic.figures.worth import KINDS, kinds

PENALTY, IMPORTANCE = np.array([0.1, 0.5]), np.array([1.0, 0.5, 0.2])
COSINE = np.array([[[1, 0, 0], [0, 1, -1], [0, -1, 1.0]], [[1, 0.5, 0], [0.5, 1, 0], [0, 0, 0]]])
HELD = np.array([[True, True, True], [True, True, False]])
LOSS = np.array([1.5, 4.0])


def sources(figure):
    return {source.name: source.data for source in figure.layout.select({"type": ColumnDataSource})}


def test_features_are_alone_in_pairs_shared_otherwise_or_dropped():
    found = [[KINDS[kind] for kind in row] for row in kinds(COSINE, HELD)]
    assert found == [
        ["alone", "pair", "pair"],
        ["other", "other", "dropped"],
    ]


def test_a_penalty_shows_every_feature_once_and_the_loss():
    figure = figures.penalised(PENALTY, IMPORTANCE, COSINE, HELD, LOSS, 0.7, 5)
    data = sources(figure)
    assert [len(data[f"penalised-{k}"]["x"]) for k in range(4)] == [1, 2, 2, 1]
    assert data["penalised-1"]["feature"].tolist() == [1, 2]
    line = data["penalised-threshold"]
    assert line["x"] / line["y"] == pytest.approx(0.7)
    assert data["penalised-loss"]["y"].tolist() == [1.5, 4.0]
    assert data["penalised-loss"]["kept"].tolist() == [3, 2]
    assert figure.alt == "From penalty 0.1 to 0.5 kept: 3 and 2; in pairs: 2 and 0; loss times 1.50 and 4.00."


@pytest.mark.parametrize(
    ("penalty", "threshold", "says"),
    [([0, 0.5], 0.7, "must be > 0"), (PENALTY, 0, "must be > 0"), ([0.1], 0.7, "cosine must")],
)
def test_bad_penalties(penalty, threshold, says):
    with pytest.raises(InputError, match=says):
        figures.penalised(penalty, IMPORTANCE, COSINE, HELD, LOSS, threshold, 5)


def test_activations_show_a_curve_an_arrangement():
    figure = figures.activations([1, 0.1], {"a neuron each": [0.1, 0.3], "pair": [0.1, 0.29]})
    assert sources(figure)["activations-1"]["y"] == pytest.approx([0.1, 0.29])
    assert figure.alt == "From density 1 to 0.1. a neuron each: 0.100 to 0.300; pair: 0.100 to 0.290."
    with pytest.raises(InputError, match="density must be"):
        figures.activations([0, 0.1], {"pair": [0.1, 0.2]})


def test_experts_show_when_they_are_on_and_what_they_hold():
    figure = figures.experts([[0, 0.25], [1, 0]], [[9, 0], [1, 10]], ["neither", "first"], 10)
    data = sources(figure)
    assert data["experts-on-1"]["value"].tolist() == [0.25, 0]
    assert data["experts-held-0"]["value"].tolist() == [9, 1]
    assert figure.alt == (
        "The two experts are on, neither: 0.00 and 0.25; first: 1.00 and 0.00; of the sets they represent 9 and 0 and "
        "1 and 10."
    )
    with pytest.raises(InputError, match=r"routed must be in \[0, 1\], got 0 to 2"):
        figures.experts([[2, 0]], [[0, 0], [0, 0]], ["first"], 10)
    with pytest.raises(InputError, match="held must be from 0 to size = 10, got 0 to 11"):
        figures.experts([[1, 0]], [[0, 0], [0, 11]], ["first"], 10)
