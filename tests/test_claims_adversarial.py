"""The claims on adversarial robustness see what they should, and fail where it is not there."""

import numpy as np
import pytest

import tsup
from tsup import claims
from tsup.claims import Verdict, adversarial


def verdict(name, **data):
    (finding,) = claims.check(name, data=data)
    return finding.verdict


@pytest.fixture
def attacked():
    return tsup.load("F24").copy(deep=True)


@pytest.fixture
def hardened():
    return tsup.load("F25").copy(deep=True)


def test_the_squared_budget_of_own_norms_is_that_of_samples(attacked):
    world, reading = "n = 60, equal", "each, own norm"
    budget = adversarial.squared_budget(attacked, reading).sel(world=world)
    for k in (0, 6, 11):
        p = float(attacked.density[k])
        rng = np.random.default_rng(k)
        x = rng.random((40_000, 60)) * (rng.random((40_000, 60)) < p)
        assert 0.01 * (x**2).sum(1).mean() == pytest.approx(float(budget[k]), rel=0.03)
    mean = adversarial.squared_budget(attacked, "each, mean norm")
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


def test_adversarial_training_without_effect_is_seen(hardened):
    plain = hardened.isel(share=[0] * hardened.sizes["share"]).assign_coords(share=hardened.share)
    assert verdict("F25.eliminates", F25=plain) == Verdict.FAILS
    assert verdict("F25.price", F25=plain) == Verdict.FAILS
    assert verdict("F25.reduces", F25=plain) == Verdict.FAILS


def test_superposition_that_is_gone_would_be_seen(hardened):
    hardened["features_per_dimension"] = hardened.features_per_dimension.where(hardened.share < 0.79, 1.0)
    hardened["largest_cosine"] = hardened.largest_cosine.where(hardened.share < 0.79, 0.0)
    assert verdict("F25.eliminates", F25=hardened) == Verdict.HOLDS
