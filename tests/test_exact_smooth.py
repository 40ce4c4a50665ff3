"""The expected loss under smooth activation functions, against many digits and against sampling."""

import mpmath as mp
import numpy as np
import pytest

from tsup import Features, InputError, exact
from tsup.config import Activated
from tsup.data import sample
from tsup.models import loss

NAMES = ("gelu", "silu", "square")
FUNCTIONS = {
    "gelu": lambda z: z * mp.ncdf(z),
    "silu": lambda z: z / (1 + mp.exp(-z)),
    "square": lambda z: z * z,
}


@pytest.mark.parametrize("name", NAMES)
def test_against_many_digits(name):
    (u, v), (b, c), p, r = (1.1, -0.8), (0.1, -0.3), 0.3, 2.5
    f = FUNCTIONS[name]

    def error(x, y):
        inner = u * x + v * y
        return (x - f(u * inner + b)) ** 2 + r * (y - f(v * inner + c)) ** 2

    with mp.workdps(15):
        one = mp.quad(lambda x: error(x, 0) + error(0, x), [0, 1])
        total = (1 - p) ** 2 * error(0, 0) + p * (1 - p) * one + p**2 * mp.quad(error, [0, 1], [0, 1])
    found = exact.loss(np.array([[u, v]]), np.array([b, c]), p, np.array([1, r]), name)
    assert found == pytest.approx(float(total), rel=1e-10)


@pytest.mark.parametrize("name", NAMES)
def test_against_sampling(name):
    random = np.random.default_rng(4)
    W, b = random.normal(0, 0.7, (3, 2, 3)), random.normal(0, 0.2, (3, 3))
    density, importance = np.full((3, 3), 0.4), random.uniform(0.5, 2, (3, 3))
    x = sample(Features(3, density), 2**17, seed=4)
    sampled = loss(Activated(2, activation=name), {"W": W, "b": b}, x, importance)
    assert exact.loss(W, b, density, importance, name) == pytest.approx(np.asarray(sampled), rel=0.02)


def test_blocks_are_joined(monkeypatch):
    random = np.random.default_rng(5)
    W, b = random.normal(size=(7, 1, 2)), random.normal(size=(7, 2))
    whole = exact.loss(W, b, 0.3, activation="gelu")
    monkeypatch.setattr("tsup.exact.smooth.BLOCK", 1)
    assert exact.loss(W, b, 0.3, activation="gelu") == pytest.approx(whole, rel=1e-14)


def test_what_is_too_much():
    with pytest.raises(InputError, match="n must be at most 4 under gelu, got 5; give max_active"):
        exact.loss(np.eye(5), np.zeros(5), 0.1, activation="gelu")
    assert exact.loss(np.eye(5), np.zeros(5), 0.1, activation="square", max_active=2) > 0


@pytest.mark.parametrize("activation", ["relu", "gelu", "silu", "square"])
def test_the_gradient_is_that_of_the_loss(activation):
    random = np.random.default_rng(0)
    W, b, p, importance = random.normal(size=(2, 3)), random.normal(size=3) / 4, 0.3, np.array([1, 0.5, 2])
    found = exact.gradient(W, b, p, importance, activation=activation)
    assert found.loss == pytest.approx(exact.loss(W, b, p, importance, activation))
    h = 1e-5
    for at in np.ndindex(W.shape):
        step = np.zeros(W.shape)
        step[at] = h
        both = [float(exact.loss(W + s * step, b, p, importance, activation)) for s in (1, -1)]
        assert found.W[at] == pytest.approx((both[0] - both[1]) / (2 * h), abs=1e-6)
    for i in range(3):
        step = h * np.eye(3)[i]
        both = [float(exact.loss(W, b + s * step, p, importance, activation)) for s in (1, -1)]
        assert found.b[i] == pytest.approx((both[0] - both[1]) / (2 * h), abs=1e-6)


@pytest.mark.parametrize("activation", ["gelu", "silu"])
@pytest.mark.parametrize("steep", [30.0, 300.0])
def test_derivatives_are_as_exact_for_steep_weights(activation, steep):
    """20 nodes an axis are off by 1e-4 from |WᵀW| = 30 on."""
    w, b, h = steep**0.5, np.array([-steep / 2]), 1e-5 * steep**0.5
    found = float(exact.gradient(np.array([[w]]), b, 1.0, activation=activation).W[0, 0])
    both = [float(exact.loss(np.array([[w + step]]), b, 1.0, 1.0, activation)) for step in (h, -h)]
    assert found == pytest.approx((both[0] - both[1]) / (2 * h), rel=1e-7)


def test_an_activation_without_derivatives_is_refused():
    with pytest.raises(InputError, match="activation must be relu, gelu, silu or square, got 'linear'"):
        exact.gradient(np.ones((1, 2)), np.zeros(2), 0.5, activation="linear")


@pytest.mark.parametrize("activation", ["gelu", "silu", "square"])
def test_descent_under_a_smooth_activation_ends_where_it_is_flat(activation):
    W, b, loss, slope = exact.descend(np.array([[[1.0, -0.6]]]), np.zeros((1, 2)), 0.1, activation=activation)
    assert slope[0] < 1e-7
    assert loss[0] == pytest.approx(float(exact.loss(W, b, 0.1, 1.0, activation)[0]))
    assert loss[0] < float(exact.loss(np.array([[1.0, -0.6]]), np.zeros(2), 0.1, 1.0, activation))
