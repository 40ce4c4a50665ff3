"""Random and almost-orthogonal directions against closed forms."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tsup import InputError, directions


@pytest.mark.parametrize("m", [4, 16, 64, 256])
def test_cosines_of_random_directions_spread_by_one_over_root_m(m):
    W = directions.random_directions(1000, m)
    assert W.shape == (m, 1000)
    assert np.linalg.norm(W, axis=0) == pytest.approx(1)
    cosines = directions.pair_cosines(W)
    assert len(cosines) == 1000 * 999 / 2
    assert cosines.std() == pytest.approx(1 / np.sqrt(m), rel=0.02)
    assert abs(cosines.mean()) < 0.02


@pytest.mark.parametrize("degrees", [1, 10, 45, 80])
def test_chance_apart_in_few_dimensions(degrees):
    assert directions.chance_apart(2, degrees) == pytest.approx(1 - degrees / 90, rel=1e-6)
    assert directions.chance_apart(3, degrees) == pytest.approx(1 - np.sin(np.radians(degrees)), rel=1e-6)


def test_chance_apart_against_random_pairs():
    cosines = directions.pair_cosines(directions.random_directions(2000, 40, seed=1))
    share = (np.abs(cosines) > np.sin(np.radians(15))).mean()
    assert directions.chance_apart(40, 15) == pytest.approx(share, rel=0.02)


def test_chance_apart_follows_the_normal_law_in_many_dimensions():
    m = 100_000
    z = np.sqrt(m) * np.sin(np.radians(1))
    normal = 2 * np.exp(-z * z / 2) / (z * np.sqrt(2 * np.pi)) * (1 - 1 / z**2 + 3 / z**4)
    assert directions.chance_apart(m, 1) == pytest.approx(normal, rel=0.02)
    assert directions.at_least(10**6, 20) == np.inf


@settings(max_examples=20)
@given(st.integers(2, 24), st.floats(2, 30), st.integers(0, 9))
def test_packed_directions_are_almost_orthogonal_and_within_the_bound(m, degrees, seed):
    W = directions.pack(m, degrees, patience=1, seed=seed)
    assert np.abs(directions.pair_cosines(W)).max(initial=0) <= np.sin(np.radians(degrees)) + 1e-12
    assert W.shape[1] <= directions.at_most(m, degrees)
    assert directions.at_least(m, degrees) <= directions.at_most(m, degrees)


def test_the_upper_bound_is_met_by_a_simplex_and_by_six_diagonals_of_the_icosahedron():
    quarter = np.degrees(np.arcsin(1 / 3))
    assert directions.at_most(3, quarter) == 4
    assert directions.at_most(3, np.degrees(np.arcsin(1 / np.sqrt(5)))) == 6
    assert directions.at_most(100, 30) == np.inf


def test_packing_grows_exponentially():
    counts = np.array([directions.pack(m, 15).shape[1] for m in (32, 48, 64, 80)])
    rates = np.diff(np.log(counts))
    assert (rates > 0.4).all()
    assert counts[-1] > 80 * 2


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: directions.random_directions(5, 1), "m must be at least 2, got 1"),
        (lambda: directions.random_directions(0, 5), "count must be at least 1, got 0"),
        (lambda: directions.pack(5, 90.0), "degrees must be in (0, 90), got 90.0"),
        (lambda: directions.pack(5, 10.0, patience=0), "patience must be at least 1, got 0"),
        (lambda: directions.chance_apart(5, 0.0), "degrees must be in (0, 90), got 0.0"),
        (lambda: directions.at_most(0, 1.0), "m must be at least 2, got 0"),
    ],
)
def test_bad_requests(call, message):
    with pytest.raises(InputError) as error:
        call()
    assert str(error.value) == message
