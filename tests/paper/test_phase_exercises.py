"""The exercises of *Superposition as a phase change*: a right answer is taken, each likely mistake is named."""

from dataclasses import replace

import numpy as np
import pytest

import tsup
from tsup import exact
from tsup.paper import exercises

KEPT, DROPPED = [[[1.0, -0.8]]], [[[1.0, 0.0]]]


def trained(density, steps=1500, importance=(1.0, 0.5), model=None):
    training = tsup.Training(steps=steps, batch=256, lr=0.01, replicas=6)
    world = tsup.Features(2, density, np.array(importance))
    return tsup.train(world, model or tsup.ReluOutput(1), training, progress=False)


def ended(density, W, **choice):
    """A run that ended with these weights."""
    run = trained(density, steps=1, **choice).best()
    W = np.broadcast_to(np.array(W, np.float32), run.W.shape)
    return replace(run, weights={**run.weights, "W": W})


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("where-sharing-begins", 4 / 13),
        ("unequal-densities", 0.5 * 0.1 * 2 / 6),
        ("confused-or-antipodal", (40 - 4 * np.sqrt(14)) / 43),
    ],
)
def test_right_numbers(name, answer):
    assert exercises.check(name, answer)
    assert exercises.check(name, float(f"{answer:.3g}"))


@pytest.mark.parametrize(
    ("name", "answer", "message"),
    [
        ("where-sharing-begins", 0.727, "r ≥ 1"),
        ("where-sharing-begins", 0.4, "best constant"),
        ("where-sharing-begins", 0.5, "p²"),
        ("where-sharing-begins", 0.571, "triple point"),
        ("where-sharing-begins", 9 / 13, "sparsity"),
        ("where-sharing-begins", 0.1, "solve for p"),
        ("unequal-densities", 0.1**2 / 3, "0.1 for both"),
        ("unequal-densities", 0.5**2 / 3, "0.5 for both"),
        ("unequal-densities", 0.03, "mean density"),
        ("unequal-densities", 0.05 / 6, "both outputs"),
        ("unequal-densities", 0.03083, "ignoring the rare"),
        ("unequal-densities", 1, "p₁p₂"),
        ("confused-or-antipodal", 0.571, "triple point"),
        ("confused-or-antipodal", 1.2783, "at most 1"),
        ("confused-or-antipodal", 0.418, "sparsity"),
        ("confused-or-antipodal", 0.4, "the antipodal pair is cheaper by"),
        ("confused-or-antipodal", 0.8, "the confused model is cheaper by"),
        ("confused-or-antipodal", 2, "(0, 1]"),
    ],
)
def test_wrong_numbers(name, answer, message):
    reply = exercises.check(name, answer)
    assert not reply
    assert message in reply.message


def test_the_tie_is_a_tie():
    p = (40 - 4 * np.sqrt(14)) / 43
    a = np.sqrt((8 - 5 * p) / (8 - 6 * p))
    W = np.array([[[a, -a]], [[0.5**0.5] * 2]])
    pair, confused = exact.loss(W, np.zeros(2), p)
    assert pair == pytest.approx(confused, abs=1e-12)


def test_beat_them_all():
    best = exact.optimum(2, 1, 0.4, np.array([1, 0.5]), starts=8)
    assert exercises.check("beat-them-all", (best.W[0], best.b[0]))
    assert "Start from that one" in exercises.check("beat-them-all", ([[1, 0]], [0, 0.2])).message
    assert "2 % is asked" in exercises.check("beat-them-all", ([[1.01, -1]], [0, 0])).message
    assert "shape" in exercises.check("beat-them-all", ([1, -1], [0, 0])).message


def test_training_crosses_the_edge():
    sparse, dense = trained(0.46), trained(0.5)
    assert exercises.check("across-the-edge", (sparse, dense))
    assert exercises.check("across-the-edge", (dense, sparse)), "in either order"


@pytest.mark.parametrize(
    ("sparse", "dense", "message"),
    [
        ((0.46, KEPT), (0.6, DROPPED), "more than 10 % apart"),
        ((0.3, KEPT), (0.32, KEPT), "both runs keep both features: the edge lies at a higher density"),
        ((0.6, DROPPED), (0.65, DROPPED), "both runs keep one feature: the edge lies at a lower density"),
        ((0.46, DROPPED), (0.5, KEPT), "missed its minimum"),
    ],
)
def test_not_across_the_edge(sparse, dense, message):
    assert message in exercises.check("across-the-edge", (ended(*sparse), ended(*dense))).message


def test_runs_of_another_kind_are_not_compared():
    dense = ended(0.5, DROPPED)
    other = ended(0.46, KEPT, importance=(1.0, 0.6))
    assert "importance" in exercises.check("across-the-edge", (other, dense)).message
    linear = ended(0.46, KEPT, model=tsup.Linear(1))
    assert "ReluOutput(1)" in exercises.check("across-the-edge", (linear, dense)).message
    uneven = ended(np.array([0.46, 0.5]), KEPT)
    assert "one density" in exercises.check("across-the-edge", (uneven, dense)).message
