"""The expected loss in a world as configurations describe it: against samples, by scaling, refused where unknown."""

import numpy as np
import pytest

import tsup
from tsup import (
    AbsValue,
    Activated,
    Constant,
    Exponential,
    Features,
    InputError,
    Linear,
    Normal,
    Pareto,
    ReluHidden,
    ReluOutput,
    Training,
    Uniform,
    data,
    exact,
    models,
)

SMOOTH = [Activated(2, activation=name) for name in ("gelu", "silu", "square")]
KNOWN = [
    *((ReluOutput(2), size) for size in (None, Uniform(0, 3), Constant(2), Constant(-1))),
    *(
        (Linear(2), size)
        for size in (None, Uniform(-1, 2), Normal(1, 2), Exponential(0.5), Pareto(9), Constant(2))
    ),
    *((model, size) for model in SMOOTH for size in (None, Uniform(-1, 2), Constant(2))),
]


def weights(models_, n=3, hidden=2, seed=0):
    rng = np.random.default_rng(seed)
    return {"W": rng.normal(0, 0.6, (models_, hidden, n)), "b": rng.normal(0, 0.3, (models_, n))}


@pytest.mark.parametrize(("model", "size"), KNOWN, ids=repr)
def test_the_expected_loss_is_that_of_samples(model, size):
    world = Features(3, [[0.9], [0.3]], importance=[1, 0.5, 2], magnitude=size)
    made = weights(4)
    found = exact.expected(world, model, made)
    x = data.sample(world, 200_000, seed=7).astype(float)
    for k, setting in enumerate([0, 0, 1, 1]):
        one = {name: weight[k] for name, weight in made.items()}
        lost = (np.array([1, 0.5, 2]) * (x[setting] - models.forward(model, one, x[setting])) ** 2).sum(-1)
        assert abs(lost.mean() - found[k]) < 4.5 * lost.std() / np.sqrt(len(lost))


def test_on_the_unit_interval_it_is_the_loss_of_the_arrays():
    world, made = Features(3, 0.3, importance=[1, 0.5, 2]), weights(5)
    for model, name in ((ReluOutput(2), "relu"), (Linear(2), "linear"), (SMOOTH[0], "gelu")):
        wanted = exact.loss(made["W"], made["b"], 0.3, [1, 0.5, 2], name)
        assert exact.expected(world, model, made) == pytest.approx(wanted, rel=1e-14)


@pytest.mark.parametrize("model", [ReluOutput(2), Linear(2)], ids=repr)
def test_scaling_features_and_biases_scales_the_loss_by_its_square(model):
    made = weights(3)
    large = {"W": made["W"], "b": 5 * made["b"]}
    unit = exact.expected(Features(3, 0.3), model, made)
    assert exact.expected(Features(3, 0.3, high=5), model, large) == pytest.approx(25 * unit, rel=1e-12)


@pytest.mark.parametrize("model", SMOOTH, ids=repr)
def test_a_narrow_uniform_magnitude_is_nearly_constant(model):
    """Quadrature against the sum over patterns."""
    made = weights(3)
    narrow = exact.expected(Features(3, 0.3, low=2 - 1e-6, high=2 + 1e-6), model, made)
    assert narrow == pytest.approx(
        exact.expected(Features(3, 0.3, magnitude=Constant(2)), model, made), rel=1e-5
    )


def test_a_run_has_its_expected_loss():
    world = Features(3, [[0.5], [0.1]], high=2)
    run = tsup.train(
        world, ReluOutput(2), Training(steps=50, batch=64, replicas=3), "reference", progress=False
    )
    found = exact.expected(run.features, run.model, run.weights)
    assert found.shape == run.loss.shape
    assert found == pytest.approx(run.loss, rel=0.05)
    assert float(
        exact.expected(Features(3, 0.1, high=2), run.model, {k: w[5] for k, w in run.weights.items()})
    ) == (pytest.approx(found[5], rel=1e-12))


REFUSED = [
    (
        {"low": -1},
        ReluOutput(2),
        "features must be uniform on [0, high], or constant, under relu, got magnitudes from −1 to 1",
    ),
    (
        {"magnitude": Normal()},
        ReluOutput(2),
        "features must be uniform on [0, high], or constant, under relu, got normal magnitudes of mean 0 and standard "
        "deviation 1",
    ),
    (
        {"magnitude": Exponential()},
        SMOOTH[0],
        "features must be uniform, or constant, under gelu, got exponential magnitudes of mean 1",
    ),
    ({"correlated": [[0, 1]]}, Linear(2), "features must be independent, got correlated sets ((0, 1),)"),
    (
        {"anticorrelated": [[0, 1]]},
        ReluOutput(2),
        "features must be independent, got anticorrelated sets ((0, 1),)",
    ),
    *(
        ({}, model, f"model must be x' = f(WᵀWx + b) with f relu, linear, gelu, silu or square, got {model}")
        for model in (ReluHidden(2), AbsValue(2))
    ),
]


@pytest.mark.parametrize(("world", "model", "message"), REFUSED)
def test_what_is_not_known_is_refused_in_one_line(world, model, message):
    features = Features(3, 0.3, **world)
    assert exact.unknown(features, model) == message
    with pytest.raises(InputError) as caught:
        exact.expected(features, model, weights(1))
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"W": np.ones((1, 2, 3))}, "weights must hold W and b, got W"),
        (weights(3), "weights must hold 2 models, or as many times some, got 3"),
        (weights(2, n=4), "W must have shape (…, 2, 3) and b (…, 3), got (2, 2, 4) and (2, 4)"),
        ({"W": "a", "b": "b"}, "W must be real numbers, got 'a'"),
    ],
)
def test_weights_must_be_the_models(given, message):
    with pytest.raises(InputError) as caught:
        exact.expected(Features(3, [[0.5], [0.1]]), ReluOutput(2), given)
    assert str(caught.value) == message


def test_too_many_patterns_of_constant_features_are_refused():
    world, made = Features(20, 0.1, magnitude=Constant()), weights(1, n=20)
    with pytest.raises(
        InputError, match=r"^n must be small enough for 65,536 patterns .* got n = 20 with 1,048,576;"
    ):
        exact.expected(world, ReluOutput(2), made)
    few, more = (exact.expected(world, ReluOutput(2), made, max_active=k)[0] for k in (3, 4))
    assert 0 < few < more
