"""Claims about computation in superposition: what they say of doctored results."""

import numpy as np
from verdicts import verdict

from tsup import circuits
from tsup.paper.computation.analysis import contributions
from tsup.paper.computation.claims.neurons import due_to_primary
from tsup.paper.verdict import Verdict


def test_a_model_with_a_missing_side_is_seen(loaded):
    data = loaded("F31")
    data.W2.values[0, 0] = 0
    assert verdict("F31.neurons", F31=data) == Verdict.FAILS


def test_starts_that_get_stuck_are_counted(loaded):
    data = loaded("F31")
    data.loss.values[:, ::2] = 1
    assert verdict("F31.share", F31=data) == Verdict.FAILS


def test_a_model_that_loses_to_the_one_by_hand_is_seen(loaded):
    data = loaded("F32")
    data.test_loss.loc["trained"] = 1.01 * data.test_loss.sel(model="by hand")
    assert verdict("F32.loss", F32=data) == Verdict.FAILS


def test_a_model_without_superposition_is_seen(loaded):
    data = loaded("F32")
    hand = circuits.by_hand(100, 40, 1)
    data.W1.values[:], data.W2.values[:] = hand["W1"], hand["W2"]
    data.explained.values[:] = np.arange(100) < 20
    for name in ("F32.count", "F32.important", "F33.mixed", "F33.primary", "F33.profile"):
        assert verdict(name, F32=data) == Verdict.FAILS
    assert verdict("F32.monosemantic", F32=data) == Verdict.HOLDS


def test_a_neuron_s_activations_and_what_drives_them():
    W1 = np.array([[1.0, 0.5, 0.0]])
    h, cause = contributions(W1, 0.5, 0, rows=1000)
    assert (np.diff(h) <= 0).all()
    assert h[-1] > 0.05
    assert set(cause[:20]) == {0}
    top, low = due_to_primary(W1, 0.5, np.array([True]))[0]
    assert top == 1
    assert low < 0.9


def test_models_without_the_motif_are_seen(loaded):
    data = loaded("F34")
    data.starts_W1.values[:], data.W1.values[:] = 0, 0
    assert verdict("F34.search", F34=data) == Verdict.FAILS
    assert verdict("F34.pays", F34=data) == Verdict.FAILS


def test_a_rule_that_finds_as_much_by_chance_is_seen(monkeypatch):
    monkeypatch.setattr("tsup.paper.computation.analysis.shuffled", lambda W2, rng: W2)
    assert verdict("F34.search") == Verdict.DIFFERS
