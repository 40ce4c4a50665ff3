"""The exercises of *Demonstrating superposition*: a right answer is taken, each likely mistake is named."""

from dataclasses import replace

import numpy as np
import pytest

import tsup
from tsup import measure
from tsup.paper import exercises


def keeping(n: int, density: float, importance=1.0, model=tsup.ReluOutput):
    training = tsup.Training(steps=1500, batch=256, lr=0.01, replicas=4)
    return tsup.train(tsup.Features(n, density, importance), model(2), training, progress=False).best()


def holding(W):
    """A run that ended with these weights."""
    run = keeping(4, 0.2)
    return replace(run, weights={**run.weights, "W": np.array([W], np.float32)})


@pytest.fixture(scope="module")
def W():
    return tsup.load("F08").W.sel(model="relu").values


def test_price():
    assert exercises.check("price", 0.7**7 * (0.2 / 3 - 0.2**2 / 4))
    assert exercises.check("price", 0.0047)


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (0.0055, "b = 0"),
        (0.0567, "importance 1"),
        (0.00327, "count from 0"),
        (0.00878, "sparsity S"),
        (1, "p/3 − p²/4"),
    ],
)
def test_a_wrong_price(answer, message):
    assert message in exercises.check("price", answer).message


@pytest.mark.parametrize("W", [[[1, -1]], [[-1, 1]]])
def test_two_in_one(W):
    assert exercises.check("two-in-one", (W, [0, 0]))


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (([1, -1], [0, 0]), "shape (1, 2)"),
        (([[1, 1]], [0, 0]), "same way"),
        (([[1, -1]], [0.1, 0]), "nothing is there"),
        (([[0.5, -1]], [0, 0]), "for the input [1.0, 0.0], output 0 is off by 0.75"),
        (([[1, -1]], [0, -0.2]), "output 1 is off by 0.2"),
        (([[1, 0]], [0, 0]), "output 1 is off by 1"),
        ([[1, -1]], "could not be read"),
    ],
)
def test_not_two_in_one(answer, message):
    reply = exercises.check("two-in-one", answer)
    assert not reply
    assert message in reply.message


def test_the_pentagon_measured():
    angles = 2 * np.pi * np.arange(5) / 5
    W = np.array([np.cos(angles), np.sin(angles)])
    assert exercises.check("pentagon", measure.interference(W)[0])
    assert "dimensionality" in exercises.check("pentagon", measure.dimensionality(W)[0]).message
    assert "square" in exercises.check("pentagon", (W[:, 0] @ W[:, 1:]).sum()).message
    assert "itself" in exercises.check("pentagon", ((W[:, 0] @ W) ** 2).sum()).message
    assert "144°" in exercises.check("pentagon", 0.191).message
    assert "72°" in exercises.check("pentagon", 7).message


def test_alone(W):
    calm, kept = measure.interference(W) < 0.1, measure.represented(W)
    right = (calm & kept).sum(-1)
    assert exercises.check("alone", right)
    assert right[0] == 5
    assert (np.diff(right) <= 0).all(), "the reply tells of a count that falls"
    assert "one count for each" in exercises.check("alone", 5).message
    assert "all represented" in exercises.check("alone", kept.sum(-1)).message
    assert "from 1 down" in exercises.check("alone", right[::-1]).message
    assert "combine" in exercises.check("alone", right + 1).message


def test_four_in_a_plane():
    assert exercises.check("four-in-a-plane", keeping(4, 0.3))
    assert exercises.check("four-in-a-plane", keeping(4, 0.2, 0.9 ** np.arange(4)))
    dense = keeping(4, 1.0, 0.5 ** np.arange(4))
    assert "keeps 2 of 4" in exercises.check("four-in-a-plane", dense).message
    linear = keeping(4, 0.2, model=tsup.Linear)
    assert "linear" in exercises.check("four-in-a-plane", linear).message
    assert "n = 4" in exercises.check("four-in-a-plane", keeping(5, 0.2)).message


def test_a_projection_is_not_four_in_a_plane():
    projection = holding(np.array([[1, 1, 1, 1], [1, 1, -1, -1]]) / 2)
    assert "down to 0.71" in exercises.check("four-in-a-plane", projection).message
