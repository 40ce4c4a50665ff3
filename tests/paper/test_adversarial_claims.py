"""The claims on adversarial robustness see what they should, and fail where it is not there."""

import numpy as np
import pytest
from verdicts import verdict

from tsup.paper.adversarial import analysis
from tsup.paper.adversarial import claims as adversarial
from tsup.paper.verdict import Verdict


@pytest.fixture
def attacked(loaded):
    return loaded("F24")


def test_the_squared_budget_of_own_norms_is_that_of_samples(attacked):
    world, reading = "n = 60, equal", "each, own norm"
    budget = analysis.squared_budget(attacked, reading).sel(world=world)
    for k in (0, 6, 11):
        p = float(attacked.density[k])
        rng = np.random.default_rng(k)
        x = rng.random((40_000, 60)) * (rng.random((40_000, 60)) < p)
        assert 0.01 * (x**2).sum(1).mean() == pytest.approx(float(budget[k]), rel=0.03)
    mean = analysis.squared_budget(attacked, "each, mean norm")
    assert (mean == attacked.budget**2).all()


def test_harm_that_does_not_rise_is_seen(attacked):
    attacked["attacked"] = attacked.clean + 2 * attacked.budget**2 + 0 * attacked.attacked
    assert verdict("F24.rise", F24=attacked) == Verdict.FAILS
    assert verdict("F24.rise-falling", F24=attacked) == Verdict.FAILS


def test_harm_that_does_not_follow_crowding_is_seen(attacked):
    attacked["features_per_dimension"] = attacked.features_per_dimension[:, ::-1].assign_coords(
        density=attacked.density
    )
    assert verdict("F24.tracks", F24=attacked) == Verdict.FAILS


def test_a_ratio_that_rises_would_be_seen(attacked):
    attacked["attacked"] = attacked.clean * (1 + 1 / attacked.density) + 0 * attacked.attacked
    assert verdict("F24.rise-ratio", F24=attacked) == Verdict.HOLDS


def test_a_gradient_that_finds_nothing_would_be_seen(attacked):
    attacked["attacked"].loc[{"reading": "gradient without restarts, mean norm"}] = attacked.clean
    assert verdict("F24.masking", F24=attacked) == Verdict.HOLDS


def test_ascent_that_finds_more_by_other_means_is_seen(attacked):
    one, both = (attacked.attacked.sel(reading=name) for name in (adversarial.ONE_WAY, adversarial.PLOTTED))
    attacked["attacked"].loc[{"reading": adversarial.ASCENT}] = both + 3 * (both - one)
    assert verdict("F24.signs", F24=attacked) == Verdict.FAILS
    attacked["attacked"].loc[{"reading": adversarial.ASCENT}] = both
    assert verdict("F24.signs", F24=attacked) == Verdict.HOLDS


def test_rows_both_ways_find_at_least_what_rows_one_way_do(attacked):
    one, both = (attacked.attacked.sel(reading=name) for name in (adversarial.ONE_WAY, adversarial.PLOTTED))
    assert (both >= one).all()
    assert (both > 1.1 * one).any()
