"""Claims about learning dynamics: their measures on made courses, and what they say of doctored results."""

import numpy as np
import xarray as xr
from verdicts import verdict

from tsup.paper.dynamics.analysis import is_octahedron, plateaus
from tsup.paper.dynamics.claims import beyond_others, levels, links, other_sets, without_steps
from tsup.paper.verdict import Verdict


def test_levels():
    at = levels(np.array([[0.3, 0.51], [0.04, 0.48], [0.2, 0.5], [0.5, 0.4]]))
    assert at.tolist() == [[-1, 1], [0, 1], [-1, 1], [1, -1]]


def test_a_staircase_has_its_plateaus_and_a_power_law_has_none():
    step = np.unique(np.geomspace(10, 10_000, 200).astype(int))
    stairs = np.select([step < 50, step < 300, step < 2000], [1.0, 0.5, 0.2], 0.1)
    found = plateaus(step, stairs)
    assert [(int(step[a]) >= 50, float(stairs[a])) for a, _ in found] == [
        (True, 0.5),
        (True, 0.2),
        (True, 0.1),
    ]
    assert plateaus(step, 1 / step) == []
    assert plateaus(step, np.ones(len(step))) == []


def octahedron(pairs):
    W = np.zeros((3, 6))
    for axis, (i, j) in enumerate(pairs):
        W[axis, i], W[axis, j] = 1, -1
    return W


def test_an_octahedron_counts_where_its_digons_join_the_sets():
    across, within = octahedron([(0, 3), (1, 5), (2, 4)]), octahedron([(0, 1), (2, 3), (4, 5)])
    bent = across + 0.2 * np.random.default_rng(0).normal(size=(3, 6))
    assert is_octahedron(0.4 * across, norm=0.25)
    near = across + 0.12 * np.eye(3, 6)[[1, 2, 0]]
    assert [bool(is_octahedron(near, right=right)) for right in (0.05, 0.2)] == [False, True]
    assert is_octahedron(np.stack([across, within, bent, 0.4 * across])).tolist() == [
        True,
        False,
        False,
        False,
    ]


def test_features_between_levels_are_seen(loaded):
    data = loaded("F22")
    data.dimensionality.values[:] = 0.25
    assert verdict("F22.levels", F22=data) == Verdict.FAILS


def course(moved, fallen):
    axes = ("trained", "window")
    return xr.Dataset({"moved": (axes, moved), "fallen": (axes, fallen)})


def test_a_trend_that_all_starts_share_is_no_link():
    trend = np.geomspace(1, 0.01, 60)
    own, noise = 0.1 * np.random.default_rng(0).normal(size=(2, 6, 60))
    assert np.abs(links(course(trend + own, trend + noise)).mean(1)).max() < 0.2
    linked = links(course(trend + own, trend + 2 * own))
    assert linked[0].min() > 0.9
    assert linked[1:].max() < 0.6
    assert np.abs(beyond_others(np.ones((3, 4)))).max() == 0


def test_a_loss_that_falls_elsewhere_is_seen(loaded):
    data = loaded("F22")
    data.fallen.values[:] = np.roll(data.fallen.values, 1, axis=0)
    assert verdict("F22.drops", F22=data) == Verdict.FAILS
    data.fallen.values[:] = data.moved.values
    assert verdict("F22.drops", F22=data) == Verdict.HOLDS


def test_other_ends_and_smooth_falls_are_seen(loaded):
    data = loaded("F23")
    data.W.values[:, -1] = octahedron([(0, 1), (2, 3), (4, 5)])
    data.loss.values[:] = 1 / (1 + data.step.values)
    data.end_W.values[:, 0] = octahedron([(0, 1), (2, 3), (4, 5)])
    assert verdict("F23.octahedron", F23=data) == Verdict.FAILS
    assert verdict("F23.plateaus", F23=data) == Verdict.FAILS
    assert verdict("F23.share", F23=data) == Verdict.FAILS


def test_sets_drawn_by_chance_keep_every_model_but_for_its_names(loaded):
    data = loaded("F23")
    (other,) = other_sets(data)
    assert (np.sort(other.W.values, -1) == np.sort(data.W.values, -1)).all()
    assert (np.sort(other.end_W.values, -1) == np.sort(data.end_W.values, -1)).all()
    first, last = other.W.values[:, 0], data.W.values[:, 0]
    order = [
        [int(np.flatnonzero((b.T == column).all(1))[0]) for column in a.T]
        for a, b in zip(first, last, strict=True)
    ]
    for start, names in enumerate(order):
        assert (other.W.values[start] == data.W.values[start][..., names]).all()


def test_losses_without_steps_keep_their_ends_and_have_no_plateau(loaded):
    data = loaded("F23")
    (smooth,) = without_steps(data)
    for at in (0, -1):
        assert np.allclose(smooth.loss.values[:, at], data.loss.values[:, at])
    assert [plateaus(data.step.values, loss) for loss in smooth.loss.values] == [[]] * 8


def test_an_early_model_in_three_dimensions_is_seen(loaded):
    data = loaded("F23")
    data.W.values[:] = octahedron([(0, 3), (1, 5), (2, 4)])
    assert verdict("F23.pca", F23=data) == Verdict.FAILS
