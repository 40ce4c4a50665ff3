"""Batches: how often features are on, how large they are, and how sets hang together (F05, pitfall 12)."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tsup import Constant, Exponential, Features, InputError, Normal, Pareto, Uniform, data
from tsup.config import spawn_seeds
from tsup.draws import Sampler, generator

ROWS = 40_000


def within(frequency, probability, rows=ROWS, sigmas=5.0):
    """Whether a frequency is within `sigmas` standard errors of its probability."""
    return abs(frequency - probability) <= sigmas * np.sqrt(probability * (1 - probability) / rows) + 1e-12


@settings(max_examples=25)
@given(st.lists(st.floats(0.001, 1.0), min_size=1, max_size=4), st.integers(0, 2**32))
def test_probability_of_zero_is_the_sparsity(density, seed):
    x = data.sample(Features(3, np.c_[density]), ROWS, seed)
    assert x.shape == (len(density), ROWS, 3)
    for k, p in enumerate(density):
        for frequency in (x[k] == 0).mean(0):
            assert within(frequency, 1 - p)


@pytest.mark.parametrize(("low", "high"), [(0.0, 1.0), (-1.0, 1.0), (2.0, 5.0)])
def test_active_values_are_uniform(low, high):
    x = data.sample(Features(2, 0.3, low=low, high=high), 200_000)[0]
    active = np.sort(x[x != 0])
    assert active[0] >= low
    assert active[-1] <= high
    uniform = (active - low) / (high - low)
    distance = np.abs(uniform - (np.arange(active.size) + 0.5) / active.size).max()
    assert distance < 1.95 / np.sqrt(active.size)  # Kolmogorov–Smirnov at 0.1 %


@pytest.mark.parametrize("p", [1.0, 0.4, 0.05])
def test_moments(p):
    x = data.sample(Features(4, p), 400_000)[0]
    assert x.mean() == pytest.approx(p / 2, rel=0.02)
    assert (x**2).mean() == pytest.approx(p / 3, rel=0.02)


def test_density_may_differ_by_feature():
    x = data.sample(Features(2, [[0.9, 0.01], [0.2, 0.5]]), ROWS)
    for k, row in enumerate([[0.9, 0.01], [0.2, 0.5]]):
        for i, p in enumerate(row):
            assert within((x[k, :, i] != 0).mean(), p)


def test_independent_features_are_independent():
    on = data.sample(Features(3, 0.3), ROWS)[0] != 0
    assert np.abs(np.corrcoef(on.T) - np.eye(3)).max() < 5 / np.sqrt(ROWS)


def test_correlated_sets_share_the_draw_but_not_the_magnitude():
    x = data.sample(Features(5, 0.2, correlated=[[0, 2], [1, 4]]), ROWS)[0]
    on = x != 0
    assert (on[:, 0] == on[:, 2]).all()
    assert (on[:, 1] == on[:, 4]).all()
    assert within(on[:, 0].mean(), 0.2)
    assert within((on[:, 0] & on[:, 1]).mean(), 0.04)
    both = x[on[:, 0]][:, [0, 2]]
    assert abs(np.corrcoef(both.T)[0, 1]) < 5 / np.sqrt(len(both))
    assert both.mean() == pytest.approx(0.5, abs=0.02)


def test_of_an_anticorrelated_set_exactly_one_is_on():
    x = data.sample(Features(5, 0.3, anticorrelated=[[1, 2, 4]]), ROWS)[0]
    on = (x != 0)[:, [1, 2, 4]]
    assert set(on.sum(1).tolist()) == {0, 1}
    assert within(on.any(1).mean(), 0.3)
    for frequency in on.mean(0):
        assert within(frequency, 0.1)
    values = x[:, [1, 2, 4]][on]
    assert values.mean() == pytest.approx(0.5, abs=0.02)
    assert values.min() < 0.01
    assert values.max() > 0.99


def test_other_features_do_not_notice_a_set():
    alone = data.sample(Features(4, 0.3), 1000)[0]
    beside = data.sample(Features(4, 0.3, correlated=[[2, 3]]), 1)[0]
    assert (alone[:1, :2] == beside[:, :2]).all()


def test_a_model_s_noise_does_not_depend_on_the_others():
    three, two = (
        data.sample(Features(3, [[0.5], [0.1], [0.9]]), 50, seed=3),
        data.sample(Features(3, [[0.5], [0.1]]), 50, seed=3),
    )
    assert (three[:2] == two).all()
    assert (three[0] != data.sample(Features(3, 0.5), 50, seed=4)[0]).any()


@pytest.mark.parametrize("rows", [0, -1])
def test_rows_are_checked(rows):
    with pytest.raises(InputError, match=f"^rows must be a whole number ≥ 1, got {rows}$"):
        data.sample(Features(2, 0.5), rows)


def test_rare_features_are_drawn_finer_than_24_bits():
    """On a grid of 2⁻²⁴, a density of 1e-6 comes out 4.6 % too low: of 17 places below it, one is 0 itself."""
    x = data.sample(Features(n=1000, density=1e-5), 2000)
    on_the_grid = x[x > 0].astype(float) * 1e-5 * 2**24
    assert len(on_the_grid) > 5
    assert np.abs(on_the_grid - on_the_grid.round()).max() > 0.1


@pytest.mark.parametrize(
    "world",
    [
        Features(200, [[0.3], [0.01]], low=-1),
        Features(5, [[0.9], [1e-6]]),
        Features(6, [[0.3], [2e-5]], correlated=[[0, 3]], anticorrelated=[[1, 2, 4]], low=2, high=5.3),
        Features(4, [[0.3], [2e-5]], magnitude=Normal()),
        Features(6, 0.3, correlated=[[0, 3]], anticorrelated=[[1, 2, 4]], magnitude=Pareto(3)),
        Features(3, [[0.3, 0.2, 0.1]], magnitude=Constant(2)),
        Features(3, 0.3, magnitude=Exponential(2)),
        Features(3, 0.3, magnitude=Uniform(-1, 2)),
    ],
)
def test_the_trainers_draw_the_same_numbers(world):
    """NumPy and PyTorch, bit for bit."""
    own = [generator(seed) for seed in spawn_seeds(2**40 + 7, world.settings)]
    drawn = Sampler(world, 3000, own).draw().numpy()
    assert np.array_equal(data.sample(world, 3000, 2**40 + 7), drawn)
    assert not np.array_equal(data.sample(world, 3000, 8), drawn)
