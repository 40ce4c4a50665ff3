"""Recovery, the bound that follows from it, and what the claims on trained models say of doctored results."""

import numpy as np
import pytest
from verdicts import verdict

from tsup import InputError
from tsup.paper.sensing import analysis, recovery, theorem
from tsup.paper.verdict import Verdict

HOLDS, DIFFERS, FAILS = Verdict.HOLDS, Verdict.DIFFERS, Verdict.FAILS
RNG = np.random.default_rng(0)


@pytest.mark.parametrize("name", recovery.DECODERS)
def test_every_decoder_finds_a_very_sparse_vector_and_no_dense_one(name):
    W = recovery.gaussian(RNG, 60, 80)
    x = recovery.active(RNG, 80, 2, low=1)
    found = recovery.DECODERS[name](W, W @ x, 2)
    assert recovery.is_found(x, found, 1e-6)
    full = recovery.active(RNG, 80, 80)
    assert not recovery.is_found(full, recovery.DECODERS[name](W, W @ full, 80), 0.01)


def test_decoders_do_not_care_for_the_length_of_columns():
    W = recovery.gaussian(RNG, 30, 60) * RNG.uniform(0.5, 2, 60)
    x = recovery.active(RNG, 60, 4)
    for decode in (recovery.lasso, recovery.matching):
        assert decode(W, W @ x, 4) == pytest.approx(x, abs=1e-6)


def test_more_active_entries_than_there_are_are_refused():
    with pytest.raises(InputError, match=r"^k must be from 0 to n = 3, got 4$"):
        recovery.active(RNG, 3, 4)


@pytest.mark.parametrize(("density", "delta"), [(0.5, 0.6956), (0.1, 0.2653), (0.01, 0.0522)])
def test_the_transition_of_large_n(density, delta):
    assert analysis.transition(density) == pytest.approx(delta, abs=2e-4)


def test_the_transition_of_half_the_dimensions_is_the_known_one():
    """Donoho and Tanner's table: at m = n/2, x ≥ 0 is recovered up to k = 0.558 m."""
    assert analysis.transition(0.5 * 0.558) == pytest.approx(0.5, abs=2e-3)


@pytest.mark.parametrize("density", [0.0, 1.0, -0.1])
def test_densities_without_a_transition(density):
    with pytest.raises(InputError, match="^density must be in"):
        analysis.transition(density)
    if density != 1:
        with pytest.raises(InputError, match="^density must be in"):
            analysis.surprisal(density)


def test_the_bound_is_linear_in_m_and_infinite_for_dense_features():
    assert analysis.most(20, 0.1, 2.0) == pytest.approx(2 * analysis.most(10, 0.1, 2.0))
    assert analysis.most(10, 1.0, 2.0) == np.inf
    assert analysis.most(10, 0.1, 1.0) == pytest.approx(10 / (0.1 * np.log(10)))


def test_a_rate_is_half_between_its_neighbours():
    m = np.log([10.0, 20.0, 40.0])
    assert analysis.crossing(m, np.array([0, 0, 1.0])) == pytest.approx(20 * 2**0.5)
    assert np.isnan(analysis.crossing(m, np.array([0, 0.1, 0.2])))


def test_how_far_a_point_may_be_from_a_vector():
    x = np.array([[0.3, 0.8, 0.0]])
    assert theorem.reach(x) == pytest.approx([0.3 / 2**0.5])
    assert theorem.is_kept(x, np.array([[0.16, 0.8, 0.15]]))[0]
    assert not theorem.is_kept(x, np.array([[0.15, 0.8, 0.16]]))[0]


def test_orthogonal_columns_meet_the_premise_and_a_fit_without_dropping_finds_nothing():
    tried = theorem.decoded(20, 20, 3)
    assert tried.met.any(0).all()
    assert tried.found.all()
    assert not theorem.decoded(10, 20, 2, support=theorem.everywhere).found.any()


def made(loaded, **changes):
    """F38 with some of its variables changed by functions."""
    data = loaded("F38")
    for name, change in changes.items():
        values = data[name].values.copy()
        change(values)
        data = data.assign({name: data[name].copy(data=values)})
    return data


def test_a_transition_that_is_gradual(loaded):
    def gradual(rate):
        rate[0] = np.linspace(0, 1, rate.shape[1])[:, None]

    data = made(loaded, rate=gradual)
    assert verdict("F38.transition", F38=data) is FAILS
    assert verdict("F38.logarithm", F38=data) is FAILS
    assert verdict("F38.known", F38=data) is FAILS


def test_dense_vectors_that_are_found(loaded):
    def found(rate):
        rate[1, -1, 0] = 0.05

    assert verdict("F38.dense", F38=made(loaded, rate=found)) is FAILS


def test_models_with_every_feature_and_models_with_one_a_dimension(loaded):
    def crowded(norm):
        norm[:] = 1

    def single(norm):
        norm[:] = 0
        for k, m in enumerate(loaded("F38").dimensions.values):
            norm[k, :, :m] = 1

    every, alone = made(loaded, norm=crowded), made(loaded, norm=single)
    assert verdict("F38.bound", F38=every) is FAILS
    assert verdict("F38.fewer", F38=every) is FAILS
    assert verdict("F38.more", F38=every) is HOLDS
    assert verdict("F38.bound", F38=alone) is HOLDS
    assert verdict("F38.linear", F38=alone) is HOLDS
    assert verdict("F38.more", F38=alone) is FAILS


def test_trained_columns_as_good_as_random_ones(loaded):
    def same(rate):
        rate[0] = rate[1]

    assert verdict("F38.columns", F38=made(loaded, own_rate=same)) is FAILS
