"""Fixed arrangements, boundaries and special optima, in closed form against the exact loss."""

import numpy as np
import pytest

from tsup import InputError, exact
from tsup.exact import theory


@pytest.mark.parametrize("p", [0.05, 0.4, 1.0])
@pytest.mark.parametrize("r", [0.1, 1.0, 7.0])
def test_closed_forms(p, r):
    closed = theory.costs(p, r)
    for name, (W, b) in theory.two_dimensions(p).items():
        assert float(exact.loss(W, b, p, [1, 1, r])) == pytest.approx(float(closed[name]), rel=1e-12)
    pair = dict(zip(theory.one_dimension(p), closed, strict=False))
    for name, (W, b) in theory.one_dimension(p).items():
        assert float(exact.loss(W, b, p, [1, r])) == pytest.approx(float(closed[pair[name]]), rel=1e-12)


@pytest.mark.parametrize("r", [0.1, 0.5, 1.0, 2.0, 10.0])
def test_boundaries_from_the_exact_loss(r):
    other = "ignore extra" if r <= 1 else "ignore first"
    assert theory.crossing(r, (other, "antipodal")) == pytest.approx(float(theory.boundary(r)), abs=1e-9)
    if r > 1:
        crossing = theory.crossing(r, ("ignore first", "others antipodal"), three=True)
        assert crossing == pytest.approx(4 / 7, abs=1e-9)


def test_the_best_constant_answer_costs_the_variance():
    p, b = np.array([0.1, 1.0]), np.linspace(0, 1, 1001)[:, None]
    costs = theory.constant_answer(p, b)
    assert b[costs.argmin(0), 0] == pytest.approx(p / 2)
    assert costs.min(0) == pytest.approx(theory.left_out(p))


def test_triple_point():
    costs = theory.costs(*theory.TRIPLE)
    assert np.ptp([float(cost) for cost in costs.values()]) < 1e-15


@pytest.mark.parametrize("p", [0.1, 0.5, 0.9])
def test_antipodal_and_confused_minima_without_bias(p):
    a = float(theory.antipodal_without_bias(p)) ** 0.5
    found = exact.gradient(np.array([[a, -a]]), np.zeros(2), p)
    assert np.abs(found.W).max() < 1e-14
    confused = exact.gradient(np.full((1, 2), 0.5**0.5), np.zeros(2), p)
    assert float(confused.loss) == pytest.approx(float(theory.left_out(p)), rel=1e-12)
    assert np.abs(confused.W).max() < 1e-14


def test_polygons():
    five = theory.polygon(5)
    assert five == pytest.approx((1.170460, -0.282297, 0.01582563), abs=1e-5)
    for k in (3, 4):
        assert theory.polygon(k) == pytest.approx((1, 0, 0), abs=1e-5)
    with pytest.raises(InputError, match="k must be at least 3, got 2"):
        theory.polygon(2)


def test_expansion_by_activity():
    random = np.random.default_rng(0)
    W, b, p, importance = random.normal(size=(2, 4)), random.normal(size=4), 0.3, np.array([1, 2, 0.5, 0.1])
    terms = theory.by_activity(W, b, importance)
    total = sum(p**k * (1 - p) ** (4 - k) * term for k, term in enumerate(terms))
    assert total == pytest.approx(float(exact.loss(W, b, p, importance)), rel=1e-12)
    assert terms[0] == pytest.approx((importance * np.maximum(b, 0) ** 2).sum())


def test_gaussian_linear_loss_against_samples():
    random = np.random.default_rng(0)
    W, importance = random.normal(size=(2, 4)), np.array([1, 2, 0.5, 0.1])
    x = random.normal(size=(200_000, 4))
    sampled = (((x - x @ W.T @ W) ** 2) @ importance).mean()
    assert theory.gaussian_linear(W, importance) == pytest.approx(sampled, rel=0.02)


@pytest.mark.parametrize(("p", "norm", "value"), [(0.05, 1.0030, 0.000832), (0.4, 1.0018, 0.050993)])
def test_optimum_of_two_features(p, norm, value):
    found = exact.optimum(2, 1, p, starts=16)
    assert found.loss[0] == pytest.approx(value, abs=1e-6)
    assert np.abs(found.W[0]) == pytest.approx(np.full((1, 2), norm), abs=1e-4)
    assert found.share.sum() == pytest.approx(1)
    assert found.slope[0] < 1e-6


def test_costs_and_boundaries_of_what_is_none_are_refused():
    with pytest.raises(InputError, match=r"^p and r must broadcast, got shapes \(2,\) and \(3,\)$"):
        theory.costs(np.array([0.1, 0.2]), np.ones(3))
    with pytest.raises(InputError, match="^r must be ≥ 0, got -2.5$"):
        theory.boundary(-2.5)
