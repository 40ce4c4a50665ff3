"""Feature graphs and dimensionality: what is drawn is what the measures say."""

import numpy as np
import pytest
from theory_figures import ALONE, PAIRS, PENTAGON

from tsup import InputError, measure, plots
from tsup.plots.graphs import lay_out


def data(figure, name):
    return figure.layout.select_one({"name": name}).data


def test_a_pentagon_is_one_group_and_pairs_are_two():
    assert plots.graph(PENTAGON).alt == "5 represented features in 1 group of 5."
    assert plots.graph(PAIRS).alt == "4 represented features in 2 groups of 2."
    assert plots.graph(np.zeros((2, 3))).alt == "no feature is represented."


def test_nodes_and_edges_carry_the_measures():
    figure = plots.graph(PENTAGON)
    assert data(figure, "graph")["dimensionality"] == pytest.approx(np.full(5, 0.4))
    strength = np.sort(data(figure, "graph-edges")["strength"])
    assert strength == pytest.approx(np.repeat([0.309, 0.809], 5), abs=1e-3)


def test_groups_have_places_apart():
    W = np.kron(np.eye(6), PENTAGON)
    found = lay_out(W)
    middles = found.places.reshape(6, 5, 2).mean(1)
    reach = np.linalg.norm(found.places.reshape(6, 5, 2) - middles[:, None], axis=-1).max()
    between = np.linalg.norm(middles[:, None] - middles, axis=-1)[np.triu_indices(6, 1)]
    assert between.min() > 2 * reach
    assert np.abs(found.places).max() <= 1 + 1e-9


def test_a_large_group_is_spread_out():
    W = np.random.default_rng(0).normal(size=(4, 30))
    places = lay_out(W).places
    apart = np.linalg.norm(places[:, None] - places, axis=-1)[np.triu_indices(len(places), 1)]
    assert apart.min() > 0.02
    assert np.isfinite(places).all()


def test_the_scatter_shows_represented_features_only():
    figure = plots.dimensionality([0.1, 1], [PAIRS, ALONE])
    points = data(figure, "dimensionality")
    assert len(points["y"]) == 6
    assert sorted(points["y"]) == pytest.approx([0.5] * 4 + [1] * 2)
    assert data(figure, "star")["y"] == pytest.approx([1, 0.5])
    assert measure.dimensionality(PAIRS)[0] == 0.5


def test_the_curve_tells_its_plateau():
    alt = plots.per_feature([1, 0.3, 0.1], [[1, 1], [0.5, 0.52], [0.3, 0.3]]).alt
    assert (
        alt
        == "D* falls from 1.00 at density 1 to 0.30 at 0.1; at 1 of 3 densities it is within 0.05 of one half."
    )


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda: plots.graph([1, 2]), "W must have shape (hidden, feature), got (2,)"),
        (lambda: plots.per_feature([1, 2], [1, 1]), "density must be in (0, 1], got 2"),
        (lambda: plots.dimensionality([1], [ALONE]), "density must have at least 2 values, got 1"),
    ],
)
def test_bad_requests(draw, message):
    with pytest.raises(InputError) as error:
        draw()
    assert str(error.value) == message
