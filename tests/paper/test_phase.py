"""Phase diagrams: the paper's rule, kinds, exact optima, and what the claims say of doctored results."""

import numpy as np
import pytest
import xarray as xr
from verdicts import verdict

from tsup import exact, train
from tsup.config import ReluOutput, Training
from tsup.exact import theory
from tsup.measure import PHASES, interference
from tsup.paper import claims
from tsup.paper.phase import rows as phase
from tsup.paper.phase.analysis import distance, explained, kinds
from tsup.paper.rows import find
from tsup.paper.verdict import Verdict
from tsup.paper.why import claims as without

HOLDS, DIFFERS, FAILS = Verdict.HOLDS, Verdict.DIFFERS, Verdict.FAILS


def test_the_rule_drops_the_highest_loss_alone():
    loss = np.array([[1.0, 3.0, 2.0], [9.0, 5.0, 4.0]])
    values = np.array([[10.0, 99.0, 20.0], [99.0, 1.0, 2.0]])
    assert phase.averaged(values, loss).tolist() == [15.0, 1.5]
    assert phase.averaged(np.stack([values, -values], -1), loss)[:, 1].tolist() == [-15.0, -1.5]


def test_kinds_of_fixed_arrangements():
    found = [kinds(W) for W, _ in theory.one_dimension(0.3).values()]
    assert [PHASES[int(k)] for k in found] == ["not learned", "dedicated", "superposed"]
    found = [kinds(W) for W, _ in theory.two_dimensions(0.3).values()]
    assert [PHASES[int(k)] for k in found] == ["not learned", "dedicated", "superposed", "dedicated"]


def triangle():
    """Three features at 120° whose inner products are −⅓, as two dimensions hold them best."""
    angles = 2 * np.pi * np.arange(3) / 3
    return np.sqrt(2 / 3) * np.array([np.cos(angles), np.sin(angles)])


def test_a_triangle_is_superposed_though_its_interference_is_a_third():
    W = triangle()
    assert interference(W)[-1] == pytest.approx(1 / 3)
    assert PHASES[int(kinds(W))] == "superposed"
    W[:, :2] *= 0.3
    assert PHASES[int(kinds(W))] == "dedicated"


def test_points_of_the_paper():
    setup = find("F12").plan("paper").setups["relu"]
    assert setup.models == 16_000
    p, r = setup.features.densities()[:, 0].reshape(40, 40), setup.features.importances()
    assert (p[:, 0] == 1).all()
    assert (p[:, -1] == 0.01).all()
    assert (r[:, 0] == 1).all()
    assert r[[0, -1], 1].tolist() == [0.1, 10]


def test_measures_are_averaged_and_weights_are_not():
    run = train(
        phase.world(2, 2), ReluOutput(1), Training(steps=30, batch=32, lr=0.1, replicas=4), progress=False
    )
    data = phase.diagram(run, 2)
    losses = exact.loss(
        run.W, run.b, *(v.repeat(4, 0) for v in (run.features.densities(), run.features.importances()))
    )
    assert data.replica_loss.values.ravel() == pytest.approx(losses, rel=1e-6)
    assert data.loss.values.ravel() == pytest.approx(losses.reshape(4, 4).min(1), rel=1e-6)
    size = np.abs(run.W[:, 0, 1]).reshape(4, 4)
    kept = np.sort(np.where(losses.reshape(4, 4) == losses.reshape(4, 4).max(1)[:, None], 0, size))
    assert data.norm.values.ravel() == pytest.approx(kept.sum(1) / 3, rel=1e-5)


@pytest.mark.parametrize("n", [2, 3])
def test_optima_are_no_worse_than_many_starts_find(n):
    data = phase.exactly(n, 3)
    for i, j in ((0, 0), (1, 1)):
        importance = np.array([*np.ones(n - 1), data.exact_ratio.values[i]])
        found = exact.optimum(n, n - 1, float(data.exact_density[j]), importance, starts=16)
        assert float(data.exact_loss[i, j]) <= found.loss[0] * (1 + 1e-6)


def test_around_has_the_corners_of_the_coarse_square():
    near = phase._corners(3, 5).reshape(5, 5, 4)
    assert set(near[0, 0]) == {0}
    assert set(near[1, 1]) == {0, 1, 3, 4}
    assert set(near[4, 4]) == {8}


def test_boundaries_that_lie_elsewhere(monkeypatch):
    monkeypatch.setattr(theory, "boundary", lambda r: 4 * r / (2 + 5 * r))
    assert verdict("F12.boundaries") is FAILS
    monkeypatch.setattr(theory, "boundary", lambda r: 0 * r + 4 / 7)
    assert verdict("F13.boundaries") is FAILS
    monkeypatch.setattr(theory, "boundary", lambda r: 0 * r + 0.3)
    assert verdict("F12.first-order") is FAILS


def test_a_glide_is_no_jump():
    def glide(r, density):
        return np.stack([density, density[::-1]]), np.zeros((2, len(density)))

    assert claims.CLAIMS["F12.jump"].measure(follow=glide)[1] is FAILS


def test_kinds_doctored(loaded):
    for row in ("F12", "F13"):
        data = loaded(row)
        data.W[:] = data.optimum_W
        assert verdict(f"{row}.kinds", **{row: data}) is HOLDS
        far = tuple(np.argwhere(distance(data) > 0.3)[0])
        swapped = data.W.values[far][:, ::-1]
        data.W[far] = swapped if kinds(swapped) != kinds(data.W.values[far]) else 0
        assert verdict(f"{row}.kinds", **{row: data}) is DIFFERS
        data.W[:] = 0
        assert verdict(f"{row}.kinds", **{row: data}) is FAILS
        truth = kinds(data.optimum_W.values)
        data.norm[:], data.shared[:] = truth > 0, truth == 2
        assert verdict(f"{row}.average", **{row: data}) is HOLDS
        data.norm[:] = 0
        assert verdict(f"{row}.average", **{row: data}) is FAILS


def test_averages_of_points_from_anywhere_fail(loaded):
    for row in ("F12", "F13"):
        assert claims.CLAIMS[f"{row}.average"].on_null({row: loaded(row)}) is FAILS


def test_losses_doctored(loaded):
    for row in ("F12", "F13"):
        data = loaded(row)
        data.loss[:] = data.optimum_loss
        assert verdict(f"{row}.loss", **{row: data}) is HOLDS
        data.loss[3, 4] *= 1.02
        assert verdict(f"{row}.loss", **{row: data}) is DIFFERS
        data.loss[:] *= 1.02
        assert verdict(f"{row}.loss", **{row: data}) is FAILS


def test_listed_losses_doctored(loaded):
    data = loaded("F12")
    data.listed_b[:] += 0.02
    assert verdict("F12.trained", F12=data) is not HOLDS
    data.listed_W[:] *= 1.2
    assert verdict("F12.trained", F12=data) is FAILS


def test_three_features_doctored(loaded):
    data = loaded("F13")
    data.exact_W[:] = np.eye(2, 3)[:, ::-1]
    assert verdict("F13.four", F13=data) is HOLDS
    assert verdict("F13.more-important", F13=data) is HOLDS
    data.exact_W[80, 10] = triangle()
    assert verdict("F13.four", F13=data) is DIFFERS
    assert verdict("F13.more-important", F13=data) is DIFFERS
    data.exact_W[:] = triangle()
    assert verdict("F13.four", F13=data) is FAILS
    assert verdict("F13.more-important", F13=data) is FAILS


def test_what_an_output_explains(loaded):
    data = loaded("C1").sel(activation=["relu", "square"])
    for name in ("W", "b"):
        data[name][:] = 0
    data.b[:] = np.array([[[[0.0, 0.5]]]]) * data.density.values[:, None]
    data.W[..., 0] = 1
    relu, square = explained(data)
    assert relu == pytest.approx(np.broadcast_to([1.0, 0.0], relu.shape), abs=1e-6)
    assert (square[..., 0] < 1).all()


def test_activations_doctored(loaded):
    data = loaded("C1")
    data.W[:], data.b[:] = data.W[0], data.b[0]
    data = data.assign_coords(activation=["relu", "relu", "relu", "relu"])
    assert verdict("C1.area", C1=data) is FAILS
    data.W[:] = 0
    assert verdict("C1.three", C1=data) is FAILS
    data = loaded("C1")
    data.loss[:] = data.optimum_loss * 1.1
    assert verdict("C1.specks", C1=data) is FAILS
    data.loss[:] = data.optimum_loss
    assert verdict("C1.specks", C1=data) is HOLDS


def test_saddles_are_not_minima(monkeypatch):
    monkeypatch.setattr(without, "_least_curvature", lambda W, p, step: -0.1)
    assert verdict("C2.minima") is DIFFERS
    assert verdict("C2.jump") is FAILS


def test_curvature_by_the_loss_itself():
    W, p, h = np.array([[0.9, -0.8]]), 0.4, 1e-3
    steps = [h * np.array([[np.cos(t), np.sin(t)]]) for t in np.linspace(0, np.pi, 361)]
    none = np.zeros(2)
    here = exact.loss(W, none, p)
    bent = [float(exact.loss(W + s, none, p) + exact.loss(W - s, none, p) - 2 * here) / h**2 for s in steps]
    assert without._least_curvature(W, p, 1e-4) * p == pytest.approx(min(bent), rel=1e-2)


def test_layout(loaded):
    for row, n in (("F12", 2), ("F13", 3)):
        data = loaded(row)
        assert data.W.dims == ("ratio", "density", "hidden", "feature")
        assert data.W.shape == (40, 40, n - 1, n)
        assert data.exact_W.shape == (100, 100, n - 1, n)
        assert data.optimum_W.shape == data.W.shape
        assert (data.loss >= data.optimum_loss * (1 - 1e-6)).all()
    assert isinstance(loaded("C1"), xr.Dataset)
    assert (loaded("C1").loss >= loaded("C1").optimum_loss * (1 - 1e-6)).all()
    assert loaded("C1").activation.values.tolist() == ["relu", "gelu", "silu", "square"]
