"""The exercises of *Non-uniform superposition*: a right answer is taken, each likely mistake is named."""

from dataclasses import replace

import numpy as np
import pytest

import tsup
from tsup.paper import exercises

TRAINING = tsup.Training(steps=1500, batch=256, lr=0.01, replicas=8)


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (0.004975, "Right"),
        (0.0177, "not 0.05"),
        (0.005, "could"),
        (0.001667, "digons alone"),
        (0.00414, "each loses"),
        (0.00331, "both their features"),
        (1, "add p²/6"),
    ],
)
def test_left_out(answer, message):
    reply = exercises.check("left-out", answer)
    if answer == 0.005:
        assert reply, "within 1 %"
    else:
        assert message in repr(reply)


def test_principal_component():
    assert exercises.check("principal-component", [[0.5**0.5, 0.5**0.5]])
    assert exercises.check("principal-component", [[-(0.5**0.5), -(0.5**0.5)]])
    for answer, message in (
        ([1, 1], "shape (1, 2)"),
        ([[1, 0]], "should vanish"),
        ([[1, 1]], "twice as large"),
        ([[0.5, 0.5]], "norm 0.71"),
    ):
        assert message in exercises.check("principal-component", answer).message


def test_first_collapse(shipped):
    pairs = shipped("F21")
    W, density = pairs.W.values, pairs.density.values
    near = np.linalg.norm(W[..., ::2] - W[..., 1::2], axis=-2) < 0.1
    assert exercises.check("first-collapse", density[near.any(-1)].min())
    assert "all three" in exercises.check("first-collapse", density[near.all(-1)].min()).message
    assert "too early" in exercises.check("first-collapse", density[~near.any(-1)].max()).message
    assert "below 0.1" in exercises.check("first-collapse", 3).message


def test_three_anticorrelated():
    def run(n=3, **sets):
        return tsup.train(tsup.Features(n, 0.1, **sets), tsup.ReluOutput(2), TRAINING, progress=False).best()

    good = run(anticorrelated=[[0, 1, 2]])
    assert exercises.check("three-anticorrelated", good)
    assert "n = 3" in exercises.check("three-anticorrelated", run(4)).message
    assert "one anticorrelated set" in exercises.check("three-anticorrelated", run()).message
    dropped = replace(good, weights={**good.weights, "W": np.array([np.eye(2, 3)], np.float32)})
    assert "left out" in exercises.check("three-anticorrelated", dropped).message
    acute = replace(good, weights={**good.weights, "W": np.array([[[1, 0.8, 0], [0, 0.6, 1]]], np.float32)})
    assert "acute" in exercises.check("three-anticorrelated", acute).message
