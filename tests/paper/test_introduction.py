"""The opening figure is one model that changes with density, and no worse than the best start at each."""

import numpy as np
import pytest

import tsup
from tsup import exact, measure
from tsup.geometry import branch, pose
from tsup.paper.introduction import analysis

OPENING = tsup.load("F01")
FOLLOWED = analysis.followed(OPENING)


def test_features_move_a_sixth_as_far_as_between_the_best_starts():
    starts = branch.aligned(pose.canonical(OPENING.W.values))
    assert 6 * branch.motion(FOLLOWED) < branch.motion(starts)


def test_each_model_is_as_good_as_the_best_start_at_its_density():
    p, importance = OPENING.density.values, OPENING.importance.values
    last = OPENING.isel(density=-1)
    W, b, losses = exact.follow(last.W.values.astype(float), last.b.values.astype(float), p, importance)
    best = exact.loss(OPENING.W.values, OPENING.b.values, p[:, None], importance)
    assert (losses <= (1 + analysis.WITHIN) * best).all()
    assert losses == pytest.approx(exact.loss(W, b, p[:, None], importance))
    assert measure.gram(FOLLOWED) == pytest.approx(measure.gram(W))


def test_it_keeps_ever_more_features():
    kept = measure.represented(FOLLOWED).sum(1)
    assert (np.diff(kept) >= 0).all()
    assert {2, 4, 5} <= set(kept.tolist())
