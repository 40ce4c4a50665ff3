"""The exercises of *Why it happens*: a right answer is taken, each likely mistake is named."""

import numpy as np
import pytest

from tsup import exact
from tsup.exact import theory
from tsup.geometry import polytopes
from tsup.paper import exercises

DIGON_AND_ONE = np.array([[1.0, -1, 0], [0, 0, 1]])
TRIANGLE = polytopes.polygon(3)
C = np.cos(np.deg2rad(72))
SILENT = C**2 - 2 * C**3 / 3


def plane(normal):
    """Two orthonormal rows at right angles to a vector."""
    normal = np.array(normal, dtype=float)
    projection = np.eye(3) - np.outer(normal, normal) / (normal @ normal)
    return np.linalg.svd(projection)[0][:, :2].T


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("linear-tie", plane([1, 1, 0.8])),
        ("first-bit", 0.5),
        ("free-of-charge", 20),
        ("tie-breaker", DIGON_AND_ONE),
        ("tie-breaker", DIGON_AND_ONE[::-1, ::-1]),
        ("silence", (-C, SILENT)),
        ("silence", (-0.309, 0.0758)),
    ],
)
def test_right_answers(name, answer):
    assert exercises.check(name, answer)


@pytest.mark.parametrize(
    ("name", "answer", "message"),
    [
        ("linear-tie", np.eye(2, 3), "above ½"),
        ("linear-tie", TRIANGLE, "orthonormal"),
        ("linear-tie", np.sqrt(2 / 3) * TRIANGLE, "triangle"),
        ("linear-tie", np.eye(3), "(2, 3)"),
        ("linear-tie", np.full((2, 3), np.nan), "finite"),
        ("first-bit", 2 / 3, "r = 1"),
        ("first-bit", 1 / 3, "halve the interference"),
        ("first-bit", 1, "output 0"),
        ("first-bit", 4 / 7, "whole pair"),
        ("first-bit", 0.2, "collect the terms"),
        ("free-of-charge", 10, "without a ReLU"),
        ("free-of-charge", 11, "simplex"),
        ("free-of-charge", 21, "acute"),
        ("free-of-charge", 100, "inner product"),
        ("tie-breaker", TRIANGLE, "L₂ is 0.3750"),
        ("tie-breaker", 0.9 * DIGON_AND_ONE, "L₁"),
        ("silence", (C, SILENT), "negative"),
        ("silence", (-np.cos(72), SILENT), "radians"),
        ("silence", (-0.2, SILENT), "comes through"),
        ("silence", (-0.5, SILENT), "less would do"),
        ("silence", (-C, C**2), "bias is right"),
    ],
)
def test_wrong_answers(name, answer, message):
    reply = exercises.check(name, answer)
    assert not reply
    assert message in reply.message


def test_the_first_bit_of_weight_pays_below_that_density():
    W, r = np.array([[[1, 0.0]], [[1, -0.01]]]), np.array([1, 0.5])
    sparse, dense = (np.diff(exact.loss(W, np.zeros(2), p, r)) for p in (0.49, 0.51))
    assert sparse < 0 < dense


def test_the_silent_pentagon_has_no_interference():
    """Its bias cuts the neighbours off just so, and what is left is the benefit."""
    pentagon = polytopes.polygon(5)
    silent, nearly = (theory.by_activity(pentagon, np.full(5, b))[1] for b in (-C, -C + 0.05))
    assert silent == pytest.approx(5 * SILENT, rel=1e-9)
    benefit = (C - 0.05) ** 2 - 2 * (C - 0.05) ** 3 / 3
    assert nearly > 5 * benefit


def test_no_free_arrangement_of_three_meets_more_cheaply():
    angles = np.deg2rad([(0, a, c) for a in range(90, 181, 10) for c in range(a + 90, 271, 10)])
    met = [theory.by_activity(np.stack([np.cos(t), np.sin(t)]), np.zeros(3))[:3] for t in angles]
    none, alone, two = np.array(met).T
    assert np.abs(none).max() < 1e-12
    assert np.abs(alone).max() < 1e-12
    assert two.min() == pytest.approx(1 / 3, abs=1e-12)
