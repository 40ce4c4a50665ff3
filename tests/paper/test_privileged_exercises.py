"""What the exercises of *Superposition in a privileged basis* take for right, found in another way."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import maximum_bipartite_matching

import tsup
from tsup.paper.privileged.exercises import NEURONS, bias_by_number


def test_a_change_of_sign_is_not_harmless_and_a_renumbering_is():
    h, swap = np.array([1.0, -2]), np.array([[0, 1], [1, 0]])
    assert np.array_equal(np.maximum(swap @ h, 0), swap @ np.maximum(h, 0))
    assert not np.array_equal(np.maximum(-h, 0), -np.maximum(h, 0))


def test_no_family_of_sets_is_larger_than_the_pairs():
    """By Dilworth: the largest family without containment is as large as the least number of chains that hold all."""
    sets = np.arange(2**NEURONS)
    within = (sets[:, None] & sets) == sets[:, None]
    links = maximum_bipartite_matching(csr_matrix(within & ~np.eye(len(sets), dtype=bool)))
    assert len(sets) - (links >= 0).sum() == 10


def test_fifty_features_in_a_sample():
    x = tsup.data.sample(tsup.Features(50, 0.1), rows=20_000)[0].sum(1)
    assert x.mean() / x.std() == pytest.approx(2, rel=0.03)
    assert bias_by_number.diagnose(50) is None
