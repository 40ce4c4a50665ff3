"""What the exercises of *Demonstrating superposition* say, held against the results and a training."""

import numpy as np

import tsup
from tsup.paper import exercises
from tsup.paper.demonstrating.exercises import _alone


def test_fewer_features_are_alone_the_sparser_they_are():
    counts = [_alone(W) for W in tsup.load("F08").W.sel(model="relu").values]
    assert counts[0] == 5
    assert (np.diff(counts) <= 0).all(), "the reply tells of a count that falls"


def test_training_keeps_four_in_a_plane_at_half_density():
    training = tsup.Training(steps=1500, batch=256, lr=0.01, replicas=8)
    world = tsup.Features(n=4, density=0.5)
    assert exercises.check("four-in-a-plane", tsup.train(world, tsup.ReluOutput(2), training, progress=False))
