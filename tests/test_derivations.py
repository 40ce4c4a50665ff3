"""The steps that the pages write out under "Step by step", each against an integral or a matrix."""

import mpmath as mp
import numpy as np
import pytest

from tsup import directions, exact, measure

SHARES = [0.2, 0.5, 1.0]


def over_square(f, bend):
    """The mean of f over two independent uniform numbers, with the inner integral split where f has a bend."""
    return mp.quad(lambda x: mp.quad(lambda y: f(x, y), sorted({0, min(mp.mpf(1), bend(x)), 1})), [0, 1])


@pytest.mark.parametrize("c", SHARES)
def test_eq_pair(c):
    """E M² of M = min(x_i, c x_j), and twice it."""
    mean = over_square(lambda j, i: min(i, c * j) ** 2, lambda j: c * j)
    assert mp.almosteq(mean, mp.mpf(c) ** 2 / 3 - mp.mpf(c) ** 3 / 6, 1e-10)
    chance = mp.quad(lambda t: 2 * t * (1 - t) * (1 - t / mp.mpf(c)), [0, c])
    assert mp.almosteq(mean, chance, 1e-10)


@pytest.mark.parametrize("n", [2, 3, 4, 7, 50])
def test_pairs_of_a_simplex_lose_no_less_than_one_digon(n):
    s = 1 / (n - 1)
    lost = n * (n - 1) / 2 * (2 / 3 * s**2 - s**3 / 3)
    assert lost == pytest.approx(1 / 3 + s / 6 - s**2 / 6)
    assert lost >= 1 / 3 - 1e-12


@pytest.mark.parametrize("v", SHARES)
def test_eq_meeting(v):
    """The three integrals of the case in which both features are active, and the loss that they make."""
    v = mp.mpf(v)
    short = over_square(lambda y, x: min(x, v * y) ** 2, lambda y: v * y)
    passed = over_square(lambda y, x: y * v * max(v * y - x, 0), lambda y: v * y)
    square = over_square(lambda y, x: (v * max(v * y - x, 0)) ** 2, lambda y: v * y)
    assert mp.almosteq(short, v**2 / 3 - v**3 / 6, 1e-10)
    assert mp.almosteq(passed, v**3 / 8, 1e-10)
    assert mp.almosteq(square, v**5 / 12, 1e-10)
    both = short + mp.mpf(1) / 3 - 2 * passed + square
    assert mp.almosteq(both, mp.mpf(1) / 3 + v**2 / 3 - 5 * v**3 / 12 + v**5 / 12, 1e-10)
    p = mp.mpf("0.3")
    loss = p * (1 - p) * (1 - v**2) ** 2 / 3 + p**2 * both
    meeting = v**2 - 5 * v**3 / 12 - v**4 / 3 + v**5 / 12
    assert mp.almosteq(loss, p / 3 * (1 - v**2) ** 2 + p**2 * meeting, 1e-10)
    assert float(exact.loss(np.array([[1, -float(v)]]), np.zeros(2), 0.3)) == pytest.approx(float(loss))


@pytest.mark.parametrize("p", [0.1, 0.6, 1.0])
def test_eq_antipodal_free(p):
    """The two integrals, the parabola that they make, and where it is least."""
    passed = over_square(lambda x, y: x * max(x - y, 0), lambda x: x)
    square = over_square(lambda x, y: max(x - y, 0) ** 2, lambda x: x)
    assert mp.almosteq(passed, mp.mpf(1) / 8, 1e-10)
    assert mp.almosteq(square, mp.mpf(1) / 12, 1e-10)
    A, B = p * (1 - p) / 3 + p**2 / 8, p * (1 - p) / 3 + p**2 / 12
    for q in (0.5, 1.0, A / B):
        a = q**0.5
        each = float(exact.loss(np.array([[a, -a]]), np.zeros(2), p)) / 2
        assert p / 3 - 2 * q * A + q**2 * B == pytest.approx(each)
    assert pytest.approx((8 - 5 * p) / (8 - 6 * p)) == A / B


def test_welch():
    """Each step of the bound, on random directions; and the bound, where it is tight: a simplex."""
    V = directions.random_directions(40, 8)
    G = measure.gram(V)
    values = np.linalg.eigvalsh(G)
    largest = np.abs(G - np.eye(40)).max()
    assert (values > 1e-9).sum() <= 8
    assert values.sum() == pytest.approx(40)
    assert (values**2).sum() == pytest.approx((G**2).sum())
    assert 40**2 / 8 <= (G**2).sum() <= 40 + 40 * 39 * largest**2
    m = 9
    assert directions.at_most(m, float(90 - np.degrees(np.arccos(1 / m)))) == m + 1


def test_leverage_bounds_dimensionality():
    W = np.random.default_rng(0).normal(size=(3, 7))
    M = W @ W.T
    turn, squares, _ = np.linalg.svd(M)
    half = turn * np.sqrt(squares) @ turn.T
    assert half @ half == pytest.approx(M)
    other = np.linalg.inv(half)
    assert ((half @ W) * (other @ W)).sum(0) == pytest.approx(measure.norms(W) ** 2)
    assert ((half @ W) ** 2).sum(0) == pytest.approx((measure.gram(W) ** 2).sum(0))
    assert ((other @ W) ** 2).sum(0) == pytest.approx(measure.leverage(W))
    assert (measure.dimensionality(W) <= measure.leverage(W) + 1e-12).all()
