"""The claims on adversarial training see what they should, and fail where it is not there."""

import numpy as np
import pytest
import xarray as xr
from verdicts import verdict

from tsup.paper.adversarial import hardening
from tsup.paper.verdict import Verdict


@pytest.fixture
def hardened(loaded):
    return loaded("F25")


def fallen(data, floor=0.0):
    """Features per dimension that fall with every budget, from 3 to the floor, at every density."""
    course = xr.DataArray(np.linspace(3, floor, data.sizes["share"]), {"share": data.share})
    return course + 0 * data.features_per_dimension


def test_training_without_attacks_is_in_both_kinds(hardened):
    plain = hardened.sel(share=0)
    assert plain.sel(kind="mean", drop=True).equals(plain.sel(kind="own", drop=True))
    assert hardened.density.values.tolist() == sorted(hardened.density.values, reverse=True)
    assert hardened.sizes["density"] >= 3


def test_fewer_features_count_as_represented_above_a_higher_norm(hardened):
    assert (np.diff(hardened.represented.transpose(..., "norm").values, axis=-1) <= 0).all()
    assert (np.diff(hardened.largest_cosine.transpose(..., "norm").values, axis=-1) <= 1e-9).all()


def test_adversarial_training_without_effect_is_seen(hardened):
    plain = hardened.isel(share=[0] * hardened.sizes["share"]).assign_coords(share=hardened.share)
    for name in ("F25.eliminates", "F25.price", "F25.reduces", "F25.density"):
        assert verdict(name, F25=plain) == Verdict.FAILS


def test_features_that_fall_everywhere_would_be_seen(hardened):
    hardened["features_per_dimension"] = fallen(hardened)
    assert verdict("F25.reduces", F25=hardened) == Verdict.HOLDS
    one = hardened.density == hardened.density[0]
    hardened["features_per_dimension"] = hardened.features_per_dimension.where(one, 2.0)
    assert verdict("F25.reduces", F25=hardened) == Verdict.DIFFERS


def test_superposition_that_is_gone_would_be_seen(hardened):
    large = hardened.share > 0.79
    hardened["features_per_dimension"] = xr.where(large, 1.0, 2.0 + 0 * hardened.features_per_dimension)
    hardened["largest_cosine"] = hardened.largest_cosine.where(~large, 0.0)
    assert verdict("F25.eliminates", F25=hardened) == Verdict.HOLDS
    hardened["largest_cosine"] = hardened.largest_cosine.where(~large, 0.5)
    assert verdict("F25.eliminates", F25=hardened) == Verdict.DIFFERS


def test_the_least_budget_is_the_first_that_leaves_few(hardened):
    hardened["features_per_dimension"] = fallen(hardened)
    first = hardened.share.values[np.linspace(3, 0, hardened.sizes["share"]) <= hardening.FEW][0]
    assert (hardening.needed(hardened) == first).all()
    assert verdict("F25.density", F25=hardened) == Verdict.FAILS
    hardened["features_per_dimension"] = fallen(hardened, floor=2.0)
    assert np.isinf(hardening.needed(hardened)).all()


def test_a_price_everywhere_would_be_seen(hardened):
    hardened["loss"] = (1 + hardened.share) * (1 + 0 * hardened.loss)
    assert verdict("F25.price", F25=hardened) == Verdict.HOLDS
