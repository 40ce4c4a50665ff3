"""How large active features are: distributions against SciPy's, against their own samples, and in training."""

import logging
from typing import get_args

import numpy as np
import pytest
from scipy import stats

import tsup
from tsup import (
    Constant,
    Exponential,
    Features,
    InputError,
    Linear,
    Normal,
    Pareto,
    ReluOutput,
    Training,
    Uniform,
    data,
    handmade,
)
from tsup.backends import cpu
from tsup.config import Setup, describe
from tsup.config.magnitude import Magnitude

ROWS = 200_000
LAWS = [
    (Uniform(-1, 2), stats.uniform(-1, 3)),
    (Exponential(0.5), stats.expon(scale=0.5)),
    (Normal(1, 2), stats.norm(1, 2)),
    (Normal(-3, 0.5), stats.norm(-3, 0.5)),
    (Pareto(6, 2), stats.pareto(6, scale=2)),
]
NAMES = [repr(law) for law, _ in LAWS]
KINDS = [*(law for law, _ in LAWS), Constant(2)]


def test_every_kind_is_tested():
    assert {type(kind) for kind in KINDS} == set(get_args(Magnitude))


@pytest.mark.parametrize(("law", "reference"), LAWS, ids=NAMES)
def test_quantiles_and_moments_are_scipy_s(law, reference):
    u = np.linspace(0, 1, 41)
    assert law.quantile(u) == pytest.approx(reference.ppf(u), rel=1e-12)
    assert law.support == reference.support()
    assert law.mean == pytest.approx(reference.mean(), rel=1e-12)
    assert law.second == pytest.approx(reference.moment(2), rel=1e-12)
    either_side = [reference.expect(abs, lb=lb, ub=ub) for lb, ub in ((-np.inf, 0), (0, np.inf))]
    assert law.absolute == pytest.approx(sum(either_side), rel=1e-6)


def test_a_constant_is_its_value():
    law = Constant(-2)
    assert (law.mean, law.absolute, law.second, law.support) == (-2, 2, 4, (-2, -2))
    assert law.quantile([0, 0.3, 1]).tolist() == [-2, -2, -2]
    x = data.sample(Features(3, 0.5, magnitude=law), 1000)
    assert set(np.unique(x)) == {-2, 0}


@pytest.mark.parametrize("density", [1.0, 0.2])
@pytest.mark.parametrize("law", KINDS, ids=repr)
def test_moments_are_those_of_samples(law, density):
    world = Features(10, density, magnitude=law)
    x = data.sample(world, ROWS // 10, seed=3)[0].astype(float)
    for values, expected in (
        (x, world.means()[0, 0]),
        (abs(x), world.means(absolute=True)[0, 0]),
        (x * x, world.active()[0, 0] * law.second),
    ):
        error = values.std() / np.sqrt(values.size)
        assert abs(values.mean() - expected) < 4.5 * error + 1e-6 * abs(expected)


@pytest.mark.parametrize(("law", "reference"), LAWS, ids=NAMES)
def test_active_values_have_the_distribution(law, reference):
    x = data.sample(Features(10, 0.3, magnitude=law), ROWS // 10, seed=5)[0]
    assert stats.kstest(x[x != 0], reference.cdf).pvalue > 1e-4


@pytest.mark.parametrize(("law", "reference"), LAWS[1:], ids=NAMES[1:])
def test_rare_features_have_tails(law, reference):
    """One draw of 24 bits for both would leave a magnitude of a rare feature a thousand values to choose from."""
    x = data.sample(Features(10, 1e-4, magnitude=law), ROWS, seed=5)[0].astype(float)
    steps = reference.cdf(x[x != 0]) * 1e-4 * 2**24
    assert len(steps) > 100
    assert np.abs(steps - steps.round()).mean() > 0.15


@pytest.mark.parametrize("law", KINDS[:-1], ids=repr)
def test_the_size_of_a_feature_says_nothing_of_which_are_on(law):
    x = data.sample(Features(3, 0.3, magnitude=law, correlated=[[0, 1]]), ROWS, seed=2)[0].astype(float)
    size, both = x[x[:, 0] != 0][:, 0], x[x[:, 0] != 0]
    for other in (both[:, 2] != 0, both[:, 1], both[:, 2]):
        assert abs(np.corrcoef(size, other)[0, 1]) < 4.5 / np.sqrt(len(size))
    halves = np.array_split(size, 2)
    assert stats.ks_2samp(*halves).pvalue > 1e-4


@pytest.mark.parametrize("law", KINDS, ids=repr)
def test_training_on_any_magnitude_lowers_the_loss(law):
    world = Features(4, 0.3, magnitude=law)
    run = tsup.train(world, Linear(3), Training(steps=300, batch=256, lr=0.01), "reference", progress=False)
    assert run.loss[0] < 0.6 * handmade.costs(world, Linear(3)).sum()


@pytest.mark.parametrize("law", KINDS, ids=repr)
def test_leaving_features_out_costs_what_it_is_said_to(law):
    world = Features(3, 0.4, magnitude=law, anticorrelated=[[0, 1]])
    x = data.sample(world, ROWS, seed=9)[0].astype(float)
    lost = (x - world.means()) ** 2
    error = lost.std(0) / np.sqrt(ROWS)
    assert (abs(lost.mean(0) - handmade.costs(world, Linear(1))) < 4.5 * error).all()
    off = np.cov(x.T)[~np.eye(3, dtype=bool)] - handmade.covariance(world)[0][~np.eye(3, dtype=bool)]
    assert abs(off).max() < 4.5 * law.second / np.sqrt(ROWS)


@pytest.mark.parametrize("law", KINDS, ids=repr)
def test_kernels_draw_some_and_hand_the_rest_to_the_reference(law, caplog):
    setup = Setup(
        features=Features(4, 0.3, magnitude=law), model=ReluOutput(2), training=Training(steps=2, batch=16)
    )
    covered = isinstance(law, Uniform | Constant)
    assert (cpu.covers(setup) is None) == covered
    with caplog.at_level(logging.WARNING, "tsup"):
        run = tsup.train(setup.features, setup.model, setup.training, "cpu", progress=False)
    assert run.backend == ("cpu" if covered else "reference")
    told = f"backend cpu does not cover {law.words}: the reference trains instead"
    assert (told in caplog.text) != covered


def test_a_uniform_magnitude_is_low_and_high():
    one, other = Features(3, 0.3, low=-1, high=2), Features(3, 0.3, magnitude=Uniform(-1, 2))
    assert (data.sample(one, 100) == data.sample(other, 100)).all()
    assert describe(one, Linear(2), Training()) == describe(other, Linear(2), Training())


@pytest.mark.parametrize("law", KINDS, ids=repr)
def test_a_world_survives_json_with_its_magnitude(law):
    world = Features(3, 0.3, magnitude=law)
    assert Features.from_json(world.to_json()) == world
    assert world.digest != Features(3, 0.3).digest
    assert law.words in describe(world, Linear(2), Training())


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Uniform(1, 0), "low must be below high, got low 1 and high 0"),
        (lambda: Constant(0), "value must be finite and not 0, got 0"),
        (lambda: Exponential(0), "scale must be finite and > 0, got 0"),
        (lambda: Normal(std=-1), "std must be finite and > 0, got -1"),
        (lambda: Pareto(2), "shape must be finite and > 2, got 2"),
        (lambda: Normal().quantile([0.5, 1.5]), "u must be in [0, 1], got 1.5"),
        (lambda: Normal().quantile("half"), "u must be numbers in [0, 1]"),
    ],
)
def test_bad_magnitudes_are_refused_in_one_line(call, message):
    with pytest.raises(InputError) as caught:
        call()
    assert str(caught.value) == message
