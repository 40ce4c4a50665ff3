"""Claims on the geometry of equal features: what they say of shipped results and of doctored ones."""

import numpy as np
import pytest
import xarray as xr
from verdicts import verdict

from tsup.geometry import factors, polytopes
from tsup.paper import claims
from tsup.paper.uniform.claims import clusters, dimensions
from tsup.paper.verdict import Verdict

HOLDS, DIFFERS, FAILS = Verdict.HOLDS, Verdict.DIFFERS, Verdict.FAILS


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
    assert verdict("F14.plateau", F14=made([1, 1, 0.529, 0.471, 0.3, 0.2])) is DIFFERS
    assert verdict("F14.plateau", F14=made([1, 1, 0.8, 0.5, 0.3, 0.2])) is FAILS
    assert verdict("F14.plateau", F14=made([0.7, 0.7, 0.529, 0.471, 0.46, 0.45])) is FAILS
    assert verdict("F14.falls", F14=made([1, 1, 0.5, 0.52, 0.3, 0.2])) is DIFFERS
    assert verdict("F14.falls", F14=made([1, 1, 0.5, 0.6, 0.3, 0.2])) is FAILS


def test_a_cluster_is_more_than_what_lies_beside_it():
    generator = np.random.default_rng(0)
    counted = np.ones((3, 100), bool)
    even = np.tile(generator.permutation(np.linspace(0.45, 0.55, 100)), (3, 1))
    assert not clusters.clusters(even, counted, 0.5).any()
    even[1, :40] = 0.5 + 0.002 * generator.standard_normal(40)
    assert clusters.clusters(even, counted, 0.5).tolist() == [False, True, False]
    assert not clusters.clusters(even, np.arange(100) >= 40 + 0 * counted, 0.5).any()
    few = np.full((1, 100), 0.9)
    few[0, :9] = 0.5
    assert not clusters.clusters(few, counted[:1], 0.5).any()


def test_all_six_fractions_can_be_found():
    values = np.repeat(list(clusters.LISTED.values()), 20)
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


def test_sums_above_the_rank_are_found(loaded):
    data = loaded("F14")
    data["dimensionality"] = data.dimensionality * 1.1
    assert verdict("F15.sum", F14=data) is FAILS


def test_an_even_fall_passes_one_half_without_a_plateau():
    fine = np.geomspace(1, 0.005, 100)
    star = xr.Dataset({"per_feature": (("density", "replica"), np.ones((100, 2)))}, {"density": fine})
    star.per_feature[-1] = 0.04
    (falling,) = dimensions.even(star)
    assert np.allclose(np.diff(falling.per_feature.values[:, 0]), -0.96 / 99)
    assert dimensions.flattest(fine, falling.per_feature.values[:, 0], 0.03, 1.3) is not None
    assert verdict("F14.plateau", F14=falling) is FAILS


def test_vectors_at_random_have_no_clusters(monkeypatch):
    monkeypatch.delenv("TSUP_RESULTS", raising=False)
    assert claims.CLAIMS["F15.clusters"].on_null({}) is FAILS


def pressed(W):
    """A result of C5 in four dimensions from models (length, n, density, replica, hidden, feature)."""
    return xr.Dataset(
        {"W": (("length", "n", "density", "replica", "hidden", "feature"), W)},
        {"length": ["short", "long"], "steps": ("length", [1, 2]), "n": [8, 9, 20], "density": [0.5, 0.3]},
    )


@pytest.mark.parametrize(
    ("clean", "says"), [((True, True), HOLDS), ((True, False), DIFFERS), ((False, False), FAILS)]
)
def test_pressure(clean, says):
    """Nothing but disorder, except for the fewest features, where pairs cost nothing, and the long training at most."""
    disorder = np.random.default_rng(5).standard_normal((4, 20))
    pairs = np.zeros((4, 20))
    pairs[:, :8] = polytopes.tegum(*[polytopes.digon()] * 4)
    W = np.broadcast_to(disorder, (2, 3, 2, 1, 4, 20)).copy()
    W[:, 0] = pairs
    for k, one in enumerate(clean):
        W[-1, -1, k] = pairs if one else disorder
    assert verdict("C5.features", C5=pressed(W)) is says
    assert verdict("C5.longer", C5=pressed(W)) is says


def test_models_without_features_fill_nothing():
    assert factors.filled(np.zeros((3, 5))) == 0
    assert factors.filled(0.4 * polytopes.named("triangle")) == 0
    assert factors.filled(0.4 * polytopes.named("triangle"), represented=0.2) == 1
    half = polytopes.tegum(polytopes.named("pentagon"), np.random.default_rng(0).standard_normal((3, 9)))
    assert factors.filled(half) == pytest.approx(2 / 5)
    assert factors.filled(polytopes.simplex(5)) == 1
