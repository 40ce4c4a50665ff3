"""Claims about neurons: their measures on made weights, and what they say of doctored results."""

import numpy as np
import pytest
from verdicts import verdict

from tsup import measure
from tsup.paper.privileged import reprojector
from tsup.paper.privileged.analysis import named_sets, rotations, sets, signatures
from tsup.paper.privileged.rows import solutions
from tsup.paper.rows import find
from tsup.paper.verdict import Verdict


def test_features_per_neuron_counts_equal_weights_whatever_their_size():
    W = np.array([[2.0, 0, 0, 0], [1, -1, 0, 0], [3, 3, 3, 3], [0, 0, 0, 0]])
    assert measure.features_per_neuron(W) == pytest.approx([1, 2, 4, 0])


def test_rotations_are_orthogonal():
    turns = rotations(4, 10, seed=0)
    assert turns @ turns.swapaxes(1, 2) == pytest.approx(np.broadcast_to(np.eye(4), (10, 4, 4)), abs=1e-12)


def test_an_arrangement_does_not_depend_on_the_order_of_neurons():
    W = np.array([[1, 0.3, 0], [0, 0, -1], [0, 0.1, 0]])
    assert signatures(np.stack([W, W[::-1]])) == [((), (0, 1), (2,))] * 2


def test_arrangements_are_counted_and_the_best_of_each_kept():
    one, other = np.eye(2), np.ones((2, 2))
    W, loss = np.stack([one, other, 2 * one, one]), np.array([0.3, 0.1, 0.2, 0.4])
    found = solutions(W, loss, 3)
    assert found["solution_count"].tolist() == [3, 1, 0]
    assert found["solution_loss"] == pytest.approx([0.2, 0.1, np.nan], nan_ok=True)
    assert found["solution_W"][0] == pytest.approx(2 * one)


def test_sets_are_the_neurons_that_a_feature_switches_on():
    W = np.array([[0, 1, -1, 0], [1, 1, 0.9, 0.1]])
    assert sets(W) == [(1,), (0, 1), (1,)]
    assert named_sets(W) == ["A", "AB", "A"]


def test_features_with_one_set_are_seen(loaded):
    data = loaded("F28")
    data.W.values[:] = 1
    assert verdict("F28.sets", F28=data) is Verdict.FAILS


def test_rows_that_do_not_concentrate_are_seen(loaded):
    data = loaded("F26")
    data.spread.values[1] = data.turned.values[1]
    assert verdict("F26.rows", F26=data) is Verdict.FAILS
    data.W.values[1] = data.W.values[0]
    assert verdict("F26.turn", F26=data) is Verdict.FAILS


def test_weights_of_middling_size_are_seen(loaded):
    data = loaded("F28")
    data.W.values[:] = 0.2
    assert verdict("F27.kinds", F28=data) is Verdict.FAILS


def test_neurons_of_other_kinds_are_seen(loaded):
    data = loaded("F28")
    data.W.values[:] = data.W.values[::-1].copy()
    for name in ("F28.sparse", "F28.shift", "F28.gradual"):
        assert verdict(name, F28=data) is Verdict.FAILS
    assert verdict("F28.dense", F28=data) is Verdict.DIFFERS


def test_starts_that_all_agree_are_seen(loaded):
    data = loaded("F28")
    data.replica_loss.values[:] = 1
    assert verdict("F28.best", F28=data) is Verdict.FAILS
    data.polysemantic.values[:] = measure.neurons(data.W.values).sum(-1).__gt__(1).sum(1)[:, None]
    assert verdict("F28.typical", F28=data) is Verdict.HOLDS


def test_arrangements_that_change_everywhere_are_seen(loaded):
    data = loaded("F28")
    for k in range(len(data.density)):
        data.W.values[k] = 0
        data.W.values[k, :, : k + 1] = 1
    assert verdict("F28.ranges", F28=data) is Verdict.FAILS


def test_a_relu_that_is_used_is_seen(loaded):
    data = loaded("F29")
    data.positive.values[:], data.least_bias.values[:] = 0.5, -1
    data.loss.values[:] = 0.5 * data.linear_loss.values
    for name in ("F29.bias", "F29.positive-biases", "F29.many", "F29.no-benefit"):
        assert verdict(name, F29=data) is Verdict.FAILS


def test_neurons_that_start_below_zero_and_end_as_others_are_seen(loaded):
    data = loaded("C4")
    data.share.values[:] = data.share.values[:1].copy()
    for name in ("C4.start", "C4.free", "C4.silent"):
        assert verdict(name, C4=data) is Verdict.FAILS


def test_what_a_start_below_zero_costs_is_seen(loaded):
    data = loaded("C4")
    data.share.values[:] = np.arange(4)[:, None, None] >= 1
    data.loss.values[:] = 1
    assert verdict("C4.free", C4=data) is Verdict.HOLDS
    data.loss.values[-1] = 1.1
    assert verdict("C4.free", C4=data) is Verdict.DIFFERS
    data.loss.values[1:] = 1.1
    assert verdict("C4.free", C4=data) is Verdict.FAILS


def test_the_share_of_a_neurons_largest_response():
    response = np.array([[[0.0, 3, 1], [2, 0, 0], [0, 0, 0]]])
    assert reprojector.shares(response) == pytest.approx(np.array([[0.75, 1, 0]]))


def test_models_between_projections_train_as_they_would_alone():
    (setup,) = find("C4").plan("quick").changed({"training": {"steps": 20}}).setups.values()
    both, alone = (reprojector.train(setup, 4, starts) for starts in ((0.0, -0.5), (-0.5,)))
    assert both.share[1:] == pytest.approx(alone.share, abs=1e-5)
    assert both.loss[1:] == pytest.approx(alone.loss, rel=1e-5)
    assert both.bias[0] == pytest.approx(0, abs=0.1)
    assert both.bias[1] == pytest.approx(-0.5, abs=0.1)


def test_directions_of_a_world_have_length_one_and_rows_are_as_rare_as_they_should_be():
    (setup,) = find("C4").plan("quick").setups.values()
    world = reprojector.World(setup, 4, setup.streams[0])
    for directions in (world.E, world.F):
        assert directions.norm(dim=0).numpy() == pytest.approx(np.ones(32), abs=1e-6)
    x, y = (rows.numpy() for rows in world.rows(20_000))
    density = float(setup.features.density)
    wanted = world.E.numpy().sum(1) * density / 2
    assert x.mean(0) == pytest.approx(wanted, abs=0.05)
    assert reprojector.by_hand(world, 64) < (y**2).sum(-1).mean()
