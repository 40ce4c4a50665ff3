"""Attacks stay within their budget, are as good as claimed, and refuse what cannot be attacked."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tsup import attack, measure
from tsup.errors import InputError


def model(seed=0, n=6, m=3):
    rng = np.random.default_rng(seed)
    return rng.normal(0, 0.6, (m, n)), rng.normal(-0.1, 0.1, n)


def rows(seed=0, count=200, n=6, density=0.4):
    rng = np.random.default_rng(seed)
    return rng.random((count, n)) * (rng.random((count, n)) < density)


@given(st.integers(0, 10**6))
def test_the_length_of_a_row_of_the_gram_matrix_is_set_by_norm_and_dimensionality(seed):
    W, _ = model(seed)
    lengths = np.linalg.norm(measure.gram(W), axis=1)
    assert np.allclose(lengths**2, measure.norms(W) ** 4 / measure.dimensionality(W))


def test_a_direction_moves_its_output_more_than_any_other_of_length_one():
    W, _ = model()
    best = (attack.directions(W) * measure.gram(W)).sum(1)
    others = np.random.default_rng(1).normal(size=(2000, 6))
    others /= np.linalg.norm(others, axis=1, keepdims=True)
    reached = others @ measure.gram(W)
    assert (reached.max(0) <= best).all()
    assert np.allclose(best, measure.norms(W) ** 2 / np.sqrt(measure.dimensionality(W)))


def test_a_model_without_superposition_is_moved_by_the_budget_alone():
    W, b, x = np.eye(4), np.zeros(4), np.full((3, 4), 0.5)
    harm = attack.worst(W, b, x, np.full(3, 0.2)).each
    assert harm.clean == 0
    assert harm.attacked == pytest.approx(0.04)
    assert harm.ratio == np.inf
    assert harm.added == pytest.approx(0.04)


def test_the_losses_of_candidates_are_those_of_one_after_the_other(monkeypatch):
    monkeypatch.setattr(attack, "_BLOCK", 100)
    (W, b), x = model(), rows()
    budget, importance = attack.mean_budget(x, 0.3), 0.9 ** np.arange(6)
    each = [
        attack.losses(W, b, x + budget[:, None] * direction, x, importance)
        for direction in attack.both_ways(W)
    ]
    clean = attack.losses(W, b, x, x, importance)
    assert attack.worst(W, b, x, budget, importance).each.attacked == pytest.approx(
        np.maximum(clean, np.max(each, 0)).mean()
    )
    assert attack.worst(W, b, x, budget, importance).shared.attacked == pytest.approx(np.mean(each, 1).max())


def test_an_attack_goes_either_way_along_a_row():
    W, b = np.array([[1.0]]), np.array([0.1])
    harms = [attack.worst(W, b, np.array([[x]]), np.array([0.2])) for x in (0.0, 0.5)]
    assert harms[0].each.attacked == pytest.approx(0.3**2)
    assert harms[1].each.attacked == pytest.approx(0.3**2)
    lower = attack.worst(W, -b, np.array([[0.5]]), np.array([0.2]))
    assert lower.each.attacked == lower.shared.attacked == pytest.approx(0.3**2)  # up it is only 0.1²
    up = attack.worst(W, -b, np.array([[0.5]]), np.array([0.2]), candidates=attack.directions(W))
    assert up.each.attacked == pytest.approx(0.1**2)


@given(st.integers(0, 10**6))
def test_an_output_that_should_be_zero_is_best_attacked_upwards(seed):
    (W, b), x = model(seed), rows(seed, count=20)
    moves = 0.3 * attack.directions(W)
    up, down = (np.maximum((x[:, None] + way * moves) @ measure.gram(W) + b, 0) for way in (1, -1))
    own = np.arange(6)
    assert (up[:, own, own] >= down[:, own, own] - 1e-12)[x == 0].all()
    assert np.allclose(attack.both_ways(W), np.concatenate([moves, -moves]) / 0.3)


def test_choosing_for_each_input_hurts_at_least_as_much_as_choosing_once():
    for seed in range(5):
        (W, b), x = model(seed), rows(seed)
        budget = attack.mean_budget(x)
        each, shared = attack.worst(W, b, x, budget).each, attack.worst(W, b, x, budget).shared
        assert each.attacked >= shared.attacked
        assert each.clean == shared.clean


def test_budgets_are_shares_of_the_mean_norm_or_of_the_own_norm():
    x = np.array([[3.0, 4.0], [0.0, 0.0]])
    assert attack.mean_budget(x, 0.1).tolist() == pytest.approx([0.25, 0.25])
    assert attack.own_budget(x, 0.1).tolist() == pytest.approx([0.5, 0])


def test_slopes_equal_differences():
    (W, b), x = model(), rows(count=30)
    seen, step = x + 0.05, 1e-6
    for j in range(6):
        shift = step * np.eye(6)[j]
        difference = attack.losses(W, b, seen + shift, x) - attack.losses(W, b, seen - shift, x)
        assert np.allclose(attack.slopes(W, b, seen, x)[:, j], difference / (2 * step), atol=1e-5)


def test_the_gradient_finds_at_least_what_the_best_random_point_of_the_ball_does():
    (W, b), x = model(), rows(count=50)
    budget, rng = attack.mean_budget(x, 0.3), np.random.default_rng(2)
    tried = [attack.losses(W, b, x + attack._in_ball(rng, x.shape, budget), x) for _ in range(300)]
    found = attack.ascend(W, b, x, budget, steps=40, restarts=8)
    assert found.attacked >= np.max(tried, 0).mean()
    assert found.attacked >= attack.worst(W, b, x, budget).each.attacked * 0.98


@given(st.integers(0, 10**6))
def test_moves_and_random_points_stay_in_the_ball(seed):
    rng = np.random.default_rng(seed)
    budget = rng.random(20) * (rng.random(20) < 0.8)
    for moves in (attack._in_ball(rng, (20, 3), budget), attack._projected(rng.normal(size=(20, 3)), budget)):
        assert (np.linalg.norm(moves, axis=1) <= budget * (1 + 1e-9)).all()


def test_where_every_relu_is_off_the_plain_gradient_stands_still():
    W, b, x = np.array([[1.0, -1.0]]), np.array([-0.1, -0.1]), np.zeros((5, 2))
    budget = np.full(5, 0.5)
    assert attack.masked(W, b, x) == 1
    assert attack.ascend(W, b, x, budget, restarts=1).added == 0
    assert attack.ascend(W, b, x, budget, restarts=8).added > 0
    assert attack.worst(W, b, x, budget).each.added > 0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda W, b, x: attack.mean_budget(x, 0), "share must be finite and > 0, got 0"),
        (lambda W, b, x: attack.own_budget(x, np.nan), "share must be a number, got nan"),
        (lambda W, b, x: attack.directions(0 * W), "W must have a column that is not 0, got none"),
        (lambda W, b, x: attack.worst(W, b, x, -np.ones(200)).each, "budget must be ≥ 0 and somewhere > 0"),
        (
            lambda W, b, x: attack.worst(W, b, x, np.ones(3)).each,
            r"budget must have shape \(200,\), got \(3,\)",
        ),
        (lambda W, b, x: attack.ascend(W, b, np.nan * x, np.ones(200)), "x must be finite, got nan"),
        (lambda W, b, x: attack.ascend(W, b, x, np.ones(200), steps=0), "steps must be at least 1, got 0"),
        (
            lambda W, b, x: attack.worst(W, b, x, np.ones(200), candidates=np.empty((0, 6))),
            r"candidates must have shape \(at least 1, 6\), got \(0, 6\)",
        ),
        (
            lambda W, b, x: attack.worst(W, b, x, np.ones(200), importance=np.ones(2)).shared,
            r"importance must be a number or have shape \(6,\), got \(2,\)",
        ),
    ],
)
def test_what_cannot_be_attacked_is_refused(call, message):
    with pytest.raises(InputError, match=message):
        call(*model(), rows())
