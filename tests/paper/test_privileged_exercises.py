"""The exercises of *Superposition in a privileged basis*: a right answer is taken, each likely mistake is named."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import maximum_bipartite_matching

import tsup
from tsup.measure import neurons
from tsup.paper import exercises
from tsup.paper.privileged.exercises import NEURONS, bias_by_number


@pytest.mark.parametrize(
    ("answer", "message"),
    [(3840, "change of sign"), (1, "change places"), (np.inf, "change places"), (12, "no negative entry")],
)
def test_harmless_turns(answer, message):
    assert exercises.check("harmless-turns", 120)
    assert message in exercises.check("harmless-turns", answer).message


def test_a_change_of_sign_is_not_harmless_and_a_renumbering_is():
    h, swap = np.array([1.0, -2]), np.array([[0, 1], [1, 0]])
    assert np.array_equal(np.maximum(swap @ h, 0), swap @ np.maximum(h, 0))
    assert not np.array_equal(np.maximum(-h, 0), -np.maximum(h, 0))


def test_both_kinds():
    data = tsup.load("F28")
    held = neurons(data.W.values).sum(-1)
    density, one, several = data.density.values, (held == 1).any(1), (held > 1).any(1)
    assert exercises.check("both-kinds", density[one & several])
    assert "monosemantic too" in exercises.check("both-kinds", density[several]).message
    assert "polysemantic too" in exercises.check("both-kinds", density[one]).message
    assert "each neuron" in exercises.check("both-kinds", 0.123).message


@pytest.mark.parametrize(
    ("answer", "message"), [(31, "contain others"), (5, "single neurons"), (7, "of one size")]
)
def test_room_for_sets(answer, message):
    assert exercises.check("room-for-sets", 10)
    assert message in exercises.check("room-for-sets", answer).message


def test_no_family_of_sets_is_larger_than_the_pairs():
    """By Dilworth: the largest family without containment is as large as the least number of chains that hold all."""
    sets = np.arange(2**NEURONS)
    within = (sets[:, None] & sets) == sets[:, None]
    links = maximum_bipartite_matching(csr_matrix(within & ~np.eye(len(sets), dtype=bool)))
    assert len(sets) - (links >= 0).sum() == 10


@pytest.mark.parametrize(
    ("answer", "message"), [(53.33, "square of the mean"), (12.33, "one standard deviation"), (400, "solve")]
)
def test_bias_by_number(answer, message):
    assert exercises.check("bias-by-number", 50)
    assert exercises.check("bias-by-number", 49.33)
    assert message in exercises.check("bias-by-number", answer).message


def test_fifty_features_in_a_sample():
    x = tsup.data.sample(tsup.Features(50, 0.1), rows=20_000)[0].sum(1)
    assert x.mean() / x.std() == pytest.approx(2, rel=0.03)
    assert bias_by_number.diagnose(50) is None
