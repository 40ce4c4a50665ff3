"""The exercises of *The geometry of uniform superposition*: right answers are taken, likely mistakes are named."""

from dataclasses import replace

import numpy as np
import pytest

import tsup
from tsup.geometry import polytopes
from tsup.paper import exercises

SHARES = [2 / 5] * 5 + [2 / 3] * 3 + [1 / 2] * 2
TRAINING = tsup.Training(steps=10, batch=16, lr=0.01, replicas=2)


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (SHARES[:3], "ten numbers"),
        ([0.5] * 10, "do not share alike"),
        (SHARES[::-1], "another order"),
        ([1] * 10, "d/k each"),
    ],
)
def test_bipyramid(answer, message):
    assert exercises.check("bipyramid", SHARES)
    assert message in exercises.check("bipyramid", answer).message


def test_two_thirds():
    triangle, simplex = polytopes.polygon(3), polytopes.simplex(3)
    W = polytopes.tegum(triangle, triangle, triangle)
    assert exercises.check("two-thirds", W)
    mixed = polytopes.tegum(simplex, polytopes.digon(), triangle)
    for answer, message in (
        (0.9 * W, "norm 1"),
        (W[:4], "shape (6, features)"),
        (np.eye(6), "yours has 6 features"),
        (mixed, "0.50 to 0.75"),
    ):
        assert message in exercises.check("two-thirds", answer).message


def test_empty_share():
    assert exercises.check("empty-share", [[0.1, -0.1]])
    assert exercises.check("empty-share", [[0.4, 0.4]])
    for answer, message in (
        ([0.1, 0.1], "shape (1, features)"),
        ([[0.1]], "shape (1, 2)"),
        ([[0, 0]], "no direction"),
        ([[1, -1]], "counts as represented"),
        ([[0.4, 0.1]], "0.94 and 0.06"),
    ):
        assert message in exercises.check("empty-share", answer).message


def test_loose_frame():
    assert exercises.check("loose-frame", [[1, 0.8], [0, 0.6]])
    for answer, message in (
        ([[1, 2], [0, 0]], "norm 1"),
        ([[1, -1], [0, 0]], "on a line"),
        (polytopes.polygon(5), "sum to 2.00"),
    ):
        assert message in exercises.check("loose-frame", answer).message


def test_triangle():
    def run(W=None, n=3, hidden=2, **world):
        found = tsup.train(tsup.Features(n, 0.7, **world), tsup.ReluOutput(hidden), TRAINING, progress=False)
        best = found.best()
        return best if W is None else replace(best, weights={**best.weights, "W": np.array([W], np.float32)})

    assert exercises.check("triangle", run(0.9 * polytopes.polygon(3)))
    for answer, message in (
        (run(n=4), "n = 3"),
        (run(hidden=1), "hidden = 2"),
        (run(importance=[1, 0.5, 0.5]), "equal importance"),
        (run(np.eye(2, 3)), "left out"),
        (run([[1, 0, 0], [0, 1, -1]]), "digon"),
        (run([[1, 0.8, 0], [0, 0.6, 1]]), "go from"),
    ):
        assert message in exercises.check("triangle", answer).message
