"""What the exercises of *Superposition as a phase change* take for right, by the exact theory and by training."""

import numpy as np
import pytest

import tsup
from tsup import exact
from tsup.paper import exercises


def trained(density, steps=1500, importance=(1.0, 0.5), model=None):
    training = tsup.Training(steps=steps, batch=256, lr=0.01, replicas=6)
    world = tsup.Features(2, density, np.array(importance))
    return tsup.train(world, model or tsup.ReluOutput(1), training, progress=False)


def test_the_tie_is_a_tie():
    p = (40 - 4 * np.sqrt(14)) / 43
    a = np.sqrt((8 - 5 * p) / (8 - 6 * p))
    W = np.array([[[a, -a]], [[0.5**0.5] * 2]])
    pair, confused = exact.loss(W, np.zeros(2), p)
    assert pair == pytest.approx(confused, abs=1e-12)


def test_training_crosses_the_edge():
    sparse, dense = trained(0.46), trained(0.5)
    assert exercises.check("across-the-edge", (sparse, dense))
    assert exercises.check("across-the-edge", (dense, sparse)), "in either order"
