"""The surface of the loss: exact, and the same in the reader's browser."""

import json
import shutil
import subprocess

import numpy as np
import pytest

from tsup import InputError, data, models, plots
from tsup.config import Features, ReluOutput
from tsup.exact import arrangements, theory, two_features
from tsup.plots.kit import scripts
from tsup.plots.loss_surface import LIMIT, SIZE

POINTS = [(0.4, 1.0), (0.05, 5.0)]


def scripted(code):
    """What the script answers, as node runs it."""
    node = shutil.which("node")
    assert node, "no node on the PATH: install Node.js"
    run = subprocess.run(
        [node, "-e", f"{scripts.text('arrangement', 'two-features')}\nconsole.log(JSON.stringify({code}))"],
        capture_output=True,
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def test_the_loss_is_what_a_sample_says():
    W, density, importance = np.array([[0.9, -0.7]]), 0.3, np.array([1.0, 2.0])
    x = data.sample(Features(2, density, importance), rows=400_000)[0]
    loss = models.loss(ReluOutput(1), {"W": W, "b": np.zeros(2)}, x, importance)
    exact = two_features.losses(W[0, :1], W[0, 1:], density, 2, biased=False)
    assert float(np.mean(loss)) == pytest.approx(exact[0], rel=0.01)


@pytest.mark.parametrize("p", [1.0, 0.3, 0.02])
def test_special_weights_have_known_losses(p):
    alone, apart = np.array([0.0, 1, 1]), np.array([0.0, 0, -1])
    ignored = float(theory.left_out(p))
    unbiased = two_features.losses(alone, apart, p, 2, biased=False)
    assert unbiased == pytest.approx([p, 2 * p / 3, 3 * p**2 / 6])
    assert two_features.losses(alone, apart, p, 2, biased=True)[:2] == pytest.approx(
        [3 * ignored, 2 * ignored]
    )


def test_the_best_bias_is_no_worse_than_any():
    u, v = np.random.default_rng(0).uniform(-LIMIT, LIMIT, (2, 100))
    best = two_features.losses(u, v, 0.15, 1, biased=True)
    for b in np.linspace(-1, 0.5, 76):
        fixed = sum(two_features._error(np.full(100, b), g, u * v, 0.15) for g in (u * u, v * v))
        assert np.all(best <= fixed + 1e-3)
    assert np.all(best <= two_features.losses(u, v, 0.15, 1, biased=False) + 1e-6)


@pytest.mark.parametrize(("p", "weight", "loss"), [(0.05, 1.0030, 0.000832), (0.4, 1.0017, 0.050992)])
def test_equal_features_have_the_paper_maps_optimum(p, weight, loss):
    lowest = two_features.minima(two_features.grid(p, 1, True, SIZE, LIMIT), p, 1, True, LIMIT)[0]
    assert lowest[0] == pytest.approx(loss, abs=2e-6)
    assert np.abs(lowest[1:]) == pytest.approx([weight, weight], abs=5e-4)
    assert lowest[1] * lowest[2] < 0


def test_without_bias_the_antipodal_pair_and_the_confused_one_are_minima():
    lowest = two_features.minima(two_features.grid(0.7, 1, False, SIZE, LIMIT), 0.7, 1, False, LIMIT)
    (confused, *equal), (_, *opposite) = lowest
    assert confused == pytest.approx(float(theory.left_out(0.7)), abs=1e-6)
    assert equal == pytest.approx([np.sqrt(0.5)] * 2, abs=1e-3)
    norm = np.sqrt((8 - 5 * 0.7) / (8 - 6 * 0.7))
    assert opposite == pytest.approx([norm, -norm], abs=1e-3)


@pytest.mark.parametrize("biased", [True, False])
@pytest.mark.parametrize(("p", "r"), POINTS)
def test_the_browser_computes_the_same(p, r, biased):
    call = f"{p}, {r}, {str(biased).lower()}, {SIZE}, {LIMIT}"
    values, found = scripted(f"(() => {{ const L = surface({call}); return [[...L], minima(L, {call})] }})()")
    expected = two_features.grid(p, r, biased, SIZE, LIMIT)
    assert np.array(values).reshape(SIZE, SIZE) == pytest.approx(expected, abs=1e-8)
    lowest = two_features.minima(expected, p, r, biased, LIMIT)
    assert found[0][0] == pytest.approx(lowest[0][0], abs=1e-7)
    nothing = scripted(f"nothingLearned({p}, {r}, {str(biased).lower()})")
    assert nothing == pytest.approx(two_features.nothing_learned(p, r, biased), rel=1e-15)
    assert nothing == pytest.approx(two_features.losses(np.zeros(1), np.zeros(1), p, r, biased)[0], rel=1e-12)


@pytest.mark.parametrize(("p", "r"), POINTS)
def test_arrangements_cost_the_same_by_closed_form_by_coefficients_and_in_the_browser(p, r):
    closed = theory.costs(p, r)
    assert list(closed) == list(theory.COEFFICIENTS)
    for name, coefficients in theory.COEFFICIENTS.items():
        written = scripted(f"arrangementLoss({coefficients.ravel().tolist()}, {p}, {r})")
        assert [written, float(arrangements.cost(coefficients, p, r))] == pytest.approx(
            [float(closed[name])] * 2
        )


def test_words_tell_the_minima():
    figure = plots.surface(0.4, 1)
    assert figure.alt.startswith("Density 0.398, relative importance 1: minima of the loss 0.0")


@pytest.mark.parametrize(
    ("request_", "message"),
    [((0, 1), "density must be in (0, 1], got 0"), ((0.5, -1), "ratio must be > 0, got -1")],
)
def test_bad_requests(request_, message):
    with pytest.raises(InputError) as error:
        plots.surface(*request_)
    assert str(error.value) == message
