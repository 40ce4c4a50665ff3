"""The exact expected loss against arithmetic in 30 digits, sampling, differences, and its own special cases."""

import itertools
import math

import mpmath as mp
import numpy as np
import pytest

from tsup import InputError, exact
from tsup.exact.losses import Gradient


def truncated_powers(a, c, p):
    """E (c + a·x)₊ᵖ on the unit cube in closed form, by finite differences of a power; no a may be 0."""
    k = len(a)
    total = mp.mpf(0)
    for v in itertools.product((0, 1), repeat=k):
        top = c + sum(x * y for x, y in zip(a, v, strict=True))
        total += (-1) ** (k - sum(v)) * max(top, mp.mpf(0)) ** (k + p)
    return total * mp.factorial(p) / mp.factorial(k + p) / mp.fprod(a)


def reference(W, b, p, importance):
    """The expected loss with hundreds of digits; the cross moment is half a derivative of the second moment."""
    with mp.workdps(400):
        W, n, step = mp.matrix(W.tolist()), W.shape[1], mp.mpf(10) ** -80
        G, total = W.T * W, mp.mpf(0)
        for active in itertools.product((False, True), repeat=n):
            inside = [j for j in range(n) if active[j]]
            odds = mp.fprod(mp.mpf(q) if on else 1 - mp.mpf(q) for q, on in zip(p, active, strict=True))
            for i in range(n):
                # Exact zeros leave the closed form: 10⁻⁴⁰ in their place changes the loss by as little.
                a, c = [G[i, j] or mp.mpf(10) ** -40 for j in inside], mp.mpf(float(b[i]))
                error = truncated_powers(a, c, 2)
                if active[i]:
                    at = inside.index(i)
                    low, high = ([x + s * (k == at) for k, x in enumerate(a)] for s in (-step, step))
                    slope = (truncated_powers(high, c, 2) - truncated_powers(low, c, 2)) / (2 * step)
                    error += mp.mpf(1) / 3 - slope
                total += odds * mp.mpf(float(importance[i])) * error
        return float(total)


@pytest.mark.parametrize(("n", "m"), [(1, 1), (2, 1), (2, 2), (3, 2), (4, 2), (5, 2)])
@pytest.mark.parametrize("size", [1.0, 1e-3, 1e-6, 1e-12, 0.0])
def test_against_many_digits(n, m, size):
    random = np.random.default_rng(n)
    W, b = random.normal(size=(m, n)), 0.3 * random.normal(size=n)
    W[:, n // 2 :] *= size
    p, importance = random.uniform(0.05, 1, n), random.uniform(0.1, 2, n)
    assert exact.loss(W, b, p, importance) == pytest.approx(reference(W, b, p, importance), rel=1e-12)


def test_nearly_orthogonal_features_against_many_digits():
    random = np.random.default_rng(3)
    W = np.eye(4) + 1e-4 * random.normal(size=(4, 4))
    b = np.array([-1e-5, 1e-5, 0.0, -0.2])
    ones = np.ones(4)
    assert exact.loss(W, b, 0.3) == pytest.approx(reference(W, b, 0.3 * ones, ones), rel=1e-10)


@pytest.mark.parametrize("n", [2, 5, 8])
def test_against_samples(n):
    random = np.random.default_rng(n)
    W, b, p = random.normal(size=(2, n)), 0.3 * random.normal(size=n), random.uniform(0.1, 1, n)
    x = random.uniform(size=(200_000, n)) * (random.uniform(size=(200_000, n)) < p)
    errors = ((x - np.maximum(x @ (W.T @ W) + b, 0)) ** 2).sum(1)
    assert abs(exact.loss(W, b, p) - errors.mean()) < 4 * errors.std() / math.sqrt(len(x))
    linear = ((x - (x @ (W.T @ W) + b)) ** 2).sum(1)
    off = abs(exact.loss(W, b, p, activation="linear") - linear.mean())
    assert off < 4 * linear.std() / math.sqrt(len(x))


@pytest.mark.parametrize(("n", "m"), [(2, 1), (3, 2), (5, 2)])
def test_gradient_against_differences(n, m):
    random = np.random.default_rng(n)
    W, b = random.normal(size=(m, n)), 0.3 * random.normal(size=n)
    p, importance = random.uniform(0.1, 1, n), random.uniform(0.1, 2, n)
    found = exact.gradient(W, b, p, importance)
    assert found.loss == pytest.approx(exact.loss(W, b, p, importance), rel=1e-14)
    for _ in range(5):
        by_W, by_b, step = random.normal(size=(m, n)), random.normal(size=n), 1e-5
        ends = [exact.loss(W + s * by_W, b + s * by_b, p, importance) for s in (-step, step)]
        assert (ends[1] - ends[0]) / (2 * step) == pytest.approx(
            (found.W * by_W).sum() + (found.b * by_b).sum(), rel=1e-6, abs=1e-7
        )


def test_models_in_a_stack_do_not_touch_each_other():
    random = np.random.default_rng(0)
    W, b, p = random.normal(size=(4, 3, 2, 3)), random.normal(size=(3, 3)), random.uniform(0.1, 1, (4, 1, 3))
    found = exact.loss(W, b, p)
    assert found.shape == (4, 3)
    assert found[2, 1] == pytest.approx(exact.loss(W[2, 1], b[1], p[2, 0]), rel=1e-13)


def test_truncation_leaves_out_what_it_says():
    W, b, p = np.eye(2, 6), np.zeros(6), np.full(6, 0.05)
    losses = [float(exact.loss(W, b, p, max_active=k)) for k in range(7)]
    assert losses == sorted(losses)
    assert losses[6] == pytest.approx(float(exact.loss(W, b, p)), rel=1e-14)
    assert 0 < losses[6] - losses[2] < 6 * exact.neglected(p, 2)
    assert exact.neglected(np.full(2, 0.5), 1) == pytest.approx(0.25)
    assert float(exact.loss(np.eye(2, 30), np.zeros(30), 0.01, max_active=3)) > 0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"density": 0.0}, "density must be in (0, 1], got 0"),
        ({"density": 1.3}, "density must be in (0, 1], got 1.3"),
        ({"importance": -1.0}, "importance must be ≥ 0 and finite, got -1"),
        ({"W": np.full((1, 2), np.nan)}, "W must be finite, got nan"),
        ({"b": np.zeros(3)}, "b must have shape (…, 2) to go with W, got (3,)"),
        ({"W": np.zeros(2)}, "W must have shape (…, hidden, feature), got (2,)"),
        ({"density": [0.1, 0.2, 0.3]}, "density must be a number or have 2 features last, got shape (3,)"),
        ({"max_active": 3}, "max_active must be in 0 … n = 2, got 3"),
        ({"activation": "tanh"}, "activation must be relu, linear, gelu, silu or square, got 'tanh'"),
        ({"W": np.zeros((1, 12)), "b": np.zeros(12)}, "got n = 12 with 531,441; give max_active"),
    ],
)
def test_bad_input(arguments, says):
    good = {"W": np.ones((1, 2)), "b": np.zeros(2), "density": 0.5}
    with pytest.raises(InputError) as caught:
        exact.loss(**{**good, **arguments})
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_what_takes_more_than_an_hour_is_refused_before_it_begins(monkeypatch):
    monkeypatch.setattr("tsup.exact.minima.derivatives", None)
    with pytest.raises(
        InputError, match="few enough for an hour, got 64 models of n = 9, for up to 1.1 hours"
    ):
        exact.optimum(9, 3, 0.1)


@pytest.mark.parametrize(
    ("models", "told"), [(20, []), (64, ["64 models of n = 9: this takes up to 27 s"])], ids=str
)
def test_what_takes_ten_seconds_or_more_is_told_before_it_begins(models, told, monkeypatch, caplog):
    monkeypatch.setattr("tsup.exact.losses.derivatives", lambda *_: Gradient(*np.zeros((3, 1))))
    exact.gradient(np.ones((models, 3, 9)), np.zeros(9), 0.1)
    assert caplog.messages == told


def test_a_solution_is_followed_to_every_density_and_makes_place_where_it_loses():
    """A digon of two features is best while they are sparse; dense, one of them alone is."""
    W, b, p = np.array([[1.0, -1.0]]), np.zeros(2), np.array([1.0, 0.5, 0.1])
    weights, biases, losses = exact.follow(W, b, p, importance=np.array([1.0, 0.1]))
    assert losses == pytest.approx(exact.loss(weights, biases, p[:, None], np.array([1.0, 0.1])))
    assert (np.abs(weights[:, 0, 1]) > 0.5).tolist() == [False, False, True]
    with pytest.raises(InputError, match="density must have at least 2 values, got 1"):
        exact.follow(W, b, np.array([0.5]))
