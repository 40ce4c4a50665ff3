"""Circuits of the absolute-value model: by hand, rescaled, in superposition, and the asymmetric motif."""

import numpy as np
import pytest

from tsup import AbsValue, Features, InputError
from tsup import circuits as C
from tsup.data import sample
from tsup.models import forward, loss

rng = np.random.default_rng(0)
W1, W2 = rng.normal(size=(3, 6, 4)), rng.normal(size=(3, 4, 6))


def test_two_neurons_compute_an_absolute_value_exactly():
    x = sample(Features(3, 0.7, low=-1), 1000)[0]
    assert np.abs(forward(AbsValue(6), C.by_hand(3, 6, 0.7), x) - np.abs(x)).max() < 1e-6


@pytest.mark.parametrize("density", [1.0, 0.2])
def test_the_loss_of_what_is_left_out(density):
    importance = 0.8 ** np.arange(6)
    x = sample(Features(6, density, low=-1), 400_000)[0]
    measured = loss(AbsValue(5), C.by_hand(6, 5, density), x, importance)
    assert measured == pytest.approx(C.by_hand_loss(5, density, importance), rel=0.01)


def test_rescaling_changes_no_output():
    x, b = rng.uniform(-1, 1, (50, 4)), rng.normal(size=(3, 4))
    inward, outward = C.rescaled(W1, W2)
    assert np.abs(inward).max(-1) == pytest.approx(np.ones((3, 6)))
    before = forward(AbsValue(6), {"W1": W1, "W2": W2, "b": b}, x)
    after = forward(AbsValue(6), {"W1": inward, "W2": outward, "b": b}, x)
    assert after == pytest.approx(before, abs=1e-12)


def test_a_neuron_without_input_is_dead():
    hand = C.by_hand(4, 6, 0.1)
    hand["W1"][5] = 0
    assert C.alive(hand["W1"], hand["W2"]).tolist() == [True] * 6
    hand["W2"][:, 5] = 0
    assert C.alive(hand["W1"], hand["W2"]).tolist() == [True] * 5 + [False]
    assert C.held(hand["W1"], hand["W2"]).sum(-1).tolist() == [1, 1, 1, 1, 1, 0]


def test_superposition_by_its_definition():
    c = np.abs(W1) * np.linalg.norm(W2, axis=-2)[..., None]
    expected = [
        sum(c[0, a, i] ** 2 * (1 - c[0, a, i] ** 2 / (c[0, a] ** 2).sum()) for a in range(6))
        / (c[0, :, i] ** 2).sum()
        for i in range(4)
    ]
    assert C.superposition(W1, W2)[0] == pytest.approx(expected)
    hand = C.by_hand(4, 6, 0.1)
    assert (C.superposition(hand["W1"], hand["W2"]) == 0).all()
    shared = np.array([[1.0, 1.0]]), np.array([[1.0], [1.0]])
    assert C.superposition(*shared) == pytest.approx([0.5, 0.5])


def test_superposition_does_not_depend_on_scale():
    assert C.superposition(*C.rescaled(W1, W2)) == pytest.approx(C.superposition(W1, W2))


def test_neurons_in_the_order_of_their_largest_feature():
    hand = C.by_hand(3, 6, 1)["W1"]
    mixed = hand[[3, 0, 5, 4, 1, 2]]
    assert (mixed[C.order(mixed)] == hand).all()


def test_effects_are_the_outputs_of_single_features():
    found = C.effects(W1, W2)
    assert C.pushes(W1[0], W2[0], 1, -1).sum(1) == pytest.approx(found[0, 1, :, 1])
    with pytest.raises(InputError, match="feature must be in 0 …"):
        C.pushes(W1[0], W2[0], 4, 1)
    for side, sign in enumerate((1, -1)):
        x = sign * np.eye(4)
        assert found[:, side].swapaxes(-1, -2) == pytest.approx(
            np.maximum(x @ W1.swapaxes(-1, -2), 0) @ W2.swapaxes(-1, -2)
        )


def test_the_motif_by_hand():
    model = C.motif()
    alone = {name: model[name].copy() for name in ("W1", "W2")}
    alone["W2"][:, 1] = 0
    before, after = (C.effects(one["W1"], one["W2"]) for one in (alone, model))
    diagonal = np.eye(2, dtype=bool)
    assert (after[:, diagonal] == 1).all()
    assert before[0, 1, 0] == 4
    assert before[1, 0, 1] == 0.25
    assert after[0, 1, 0] == -1
    assert after[1, 0, 1] == 0.25


def test_the_motif_is_found_where_it_is_and_not_where_a_part_is_missing():
    model = C.motif()
    assert C.motifs(model["W1"], model["W2"]) == [(0, 1, 0, 1)]
    uninhibited, weak, symmetric, wrong_sign = (
        {name: w.copy() for name, w in model.items()} for _ in range(4)
    )
    uninhibited["W2"][1, 1] = 0
    weak["W2"][1, 1] = -3
    symmetric["W1"][0], symmetric["W2"][:, 0] = [1, -1], [1, 1]
    wrong_sign["W1"][1] = [-1, 0]
    for other in (uninhibited, weak, symmetric, wrong_sign, C.by_hand(4, 8, 0.1)):
        assert C.motifs(other["W1"], other["W2"]) == []


def test_the_motif_is_found_whatever_the_order_the_sign_and_the_scale():
    model = C.motif()
    neurons, features, scale = [2, 0, 3, 1], [1, 0], np.array([1, 3, 0.5, 2])
    turned = -model["W1"][neurons][:, features] * scale[:, None]
    outward = model["W2"][features][:, neurons] / scale
    assert C.motifs(*C.rescaled(turned, outward)) == [(1, 3, 1, 0)]


def test_shapes_must_agree():
    with pytest.raises(InputError, match=r"^W2 must have shape \(…, feature, hidden\) for W1 \(6, 4\)"):
        C._checked(W1[0], W2[0].T)
