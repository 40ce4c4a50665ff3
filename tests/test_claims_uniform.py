"""Claims on the geometry of equal features: what they say of shipped results and of doctored ones."""

import numpy as np
import pytest
import xarray as xr

import tsup
from tsup import claims
from tsup.claims import uniform
from tsup.claims.verdict import Verdict
from tsup.geometry import polytopes

HOLDS, DIFFERS, FAILS = Verdict.HOLDS, Verdict.DIFFERS, Verdict.FAILS


def verdict(name, **data):
    (finding,) = claims.check(name, data=data)
    return finding.verdict


def made(star):
    """A result whose D* over densities from 1 down is given, the same in two starts."""
    density = np.array([1.0, 0.9, 0.5, 0.3, 0.2, 0.1])
    return xr.Dataset(
        {"per_feature": (("density", "replica"), np.repeat(np.array(star)[:, None], 2, 1))},
        {"density": density},
    )


def test_dimensions_per_feature():
    good = made([1, 1, 0.52, 0.5, 0.48, 0.2])
    for name in ("dense", "plateau", "falls"):
        assert verdict(f"F14.{name}", F14=good) is HOLDS
    assert verdict("F14.dense", F14=made([1, 0.95, 0.5, 0.5, 0.5, 0.2])) is DIFFERS
    assert verdict("F14.plateau", F14=made([1, 1, 0.545, 0.455, 0.3, 0.2])) is DIFFERS
    assert verdict("F14.plateau", F14=made([1, 1, 0.8, 0.5, 0.3, 0.2])) is FAILS
    assert verdict("F14.plateau", F14=made([1, 1, 0.8, 0.7, 0.3, 0.2])) is FAILS
    assert verdict("F14.falls", F14=made([1, 1, 0.5, 0.52, 0.3, 0.2])) is DIFFERS
    assert verdict("F14.falls", F14=made([1, 1, 0.5, 0.6, 0.3, 0.2])) is FAILS


def test_a_cluster_is_more_than_what_lies_beside_it():
    generator = np.random.default_rng(0)
    counted = np.ones((3, 100), bool)
    even = np.tile(generator.permutation(np.linspace(0.45, 0.55, 100)), (3, 1))
    assert not uniform.clusters(even, counted, 0.5).any()
    even[1, :40] = 0.5 + 0.002 * generator.standard_normal(40)
    assert uniform.clusters(even, counted, 0.5).tolist() == [False, True, False]
    assert not uniform.clusters(even, np.arange(100) >= 40 + 0 * counted, 0.5).any()
    few = np.full((1, 100), 0.9)
    few[0, :9] = 0.5
    assert not uniform.clusters(few, counted[:1], 0.5).any()


def test_all_six_fractions_can_be_found():
    values = np.repeat(list(uniform.LISTED.values()), 20)
    data = xr.Dataset(
        {
            "dimensionality": (("density", "replica", "feature"), values[None, None]),
            "norm": (("density", "replica", "feature"), np.where(values > 0, 1.0, 0.1)[None, None]),
        },
        {"density": [0.3]},
    )
    assert verdict("F15.clusters", F14=data) is HOLDS
    data.dimensionality[:] = np.where(values == 0.375, 0.4, values)
    assert verdict("F15.clusters", F14=data) is DIFFERS
    data.dimensionality[:] = 0.5
    assert verdict("F15.clusters", F14=data) is FAILS


def test_doctored_models_of_f14():
    pair = polytopes.tegum(*[polytopes.digon()] * 4)
    square = np.kron(np.eye(2), polytopes.polygon(4))
    turned = np.kron(np.eye(2), [[1, 0, 2**-0.5, -(2**-0.5)], [0, 1, 2**-0.5, 2**-0.5]])

    def models(W):
        return xr.Dataset({"W": (("density", "hidden", "feature"), W[None])}, {"density": [0.3]})

    assert verdict("F15.digons", F14=models(pair)) is HOLDS
    assert verdict("F15.digons", F14=models(square)) is HOLDS
    assert verdict("F15.digons", F14=models(turned)) is FAILS
    assert verdict("C8.bound", F14=models(turned)) is HOLDS


def test_sums_above_the_rank_are_found(monkeypatch):
    monkeypatch.delenv("TSUP_RESULTS", raising=False)
    data = tsup.load("F14").copy(deep=True)
    data["dimensionality"] = data.dimensionality * 1.1
    assert verdict("F15.sum", F14=data) is FAILS


@pytest.mark.parametrize(
    ("late", "says"), [([0.02, 0.02], HOLDS), ([0.02, 0.045], DIFFERS), ([0.045, 0.045], FAILS)]
)
def test_pressure(late, says):
    """Distances from ½ by (length, n, density): 0.05 but for the long training at the most features."""
    off = np.full((2, 2, 2), 0.05)
    off[-1, -1] = late
    axes = ("length", "n", "density", "replica", "feature")
    D = np.broadcast_to((0.5 + off)[..., None, None], (2, 2, 2, 1, 5))
    data = xr.Dataset(
        {"dimensionality": (axes, D), "norm": (axes, np.ones(D.shape))},
        {"length": ["short", "long"], "steps": ("length", [1, 2]), "n": [40, 80], "density": [0.5, 0.3]},
    )
    assert verdict("C5.features", C5=data) is says
    assert verdict("C5.longer", C5=data) is says


def test_models_without_features_are_not_clean():
    """Half of the features represented, in one of two worlds; in the other none, which says nothing of polytopes."""
    axes = ("length", "n", "density", "replica", "feature")
    D = np.full((1, 2, 1, 1, 4), 0.45)
    norm = np.zeros(D.shape)
    norm[:, 0, ..., :2] = 1
    found = uniform.spread(xr.Dataset({"dimensionality": (axes, D), "norm": (axes, norm)}))
    assert np.isclose(found[0, 0, 0], 0.05)
    assert np.isnan(found[0, 1, 0])
