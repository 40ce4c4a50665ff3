"""Measures against hand-built polytopes, and what must hold for every W."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tsup import InputError, measure


def polygon(k):
    angle = 2 * np.pi * np.arange(k) / k
    return np.stack([np.cos(angle), np.sin(angle)])


def simplex(m):
    """m + 1 unit vectors in m dimensions with equal angles."""
    corners = np.eye(m + 1) - 1 / (m + 1)
    basis = np.linalg.svd(corners)[0][:, :m]
    flat = basis.T @ corners
    return flat / np.linalg.norm(flat, axis=0)


def tegum(*factors):
    """The factors in orthogonal subspaces."""
    shape = np.sum([f.shape for f in factors], axis=0)
    W, row, column = np.zeros(shape), 0, 0
    for f in factors:
        W[row : row + f.shape[0], column : column + f.shape[1]] = f
        row, column = row + f.shape[0], column + f.shape[1]
    return W


DIGON = np.array([[1.0, -1.0]])
HEIGHT = 1 / np.sqrt(
    1 + 2 * np.sqrt(2)
)  # of the uniform square antiprism, half of it, over the radius of its squares


def antiprism(height):
    """A square antiprism of unit vectors, each `height` from the middle plane."""
    angle = np.pi / 4 * np.arange(8)
    up = np.where(np.arange(8) % 2, -1, 1)
    radius = np.sqrt(1 - height**2)
    return np.stack([radius * np.cos(angle), radius * np.sin(angle), height * up])


POLYTOPES = {
    "digon": (DIGON, [1 / 2] * 2),
    "triangle": (polygon(3), [2 / 3] * 3),
    "pentagon": (polygon(5), [2 / 5] * 5),
    "heptagon": (polygon(7), [2 / 7] * 7),
    "tetrahedron": (simplex(3), [3 / 4] * 4),
    "5-simplex": (simplex(5), [5 / 6] * 6),
    "octahedron": (tegum(DIGON, DIGON, DIGON), [1 / 2] * 6),
    "triangular bipyramid": (tegum(polygon(3), DIGON), [2 / 3] * 3 + [1 / 2] * 2),
    "tight square antiprism": (antiprism(1 / np.sqrt(3)), [3 / 8] * 8),
    "dedicated": (np.eye(4), [1] * 4),
}


@pytest.mark.parametrize("name", POLYTOPES)
def test_dimensionality_of_polytopes(name):
    W, expected = POLYTOPES[name]
    assert measure.dimensionality(W) == pytest.approx(expected)
    assert measure.dimensionality(1.3 * W) == pytest.approx(expected)
    assert measure.leverage(W) == pytest.approx(expected)


def test_the_uniform_square_antiprism_is_not_tight():
    ratio = HEIGHT / np.sqrt(1 + HEIGHT**2)
    assert measure.dimensionality(antiprism(ratio)).max() < 3 / 8 - 1e-3


def test_tegum_factors_of_a_product():
    W = tegum(polygon(3), DIGON, np.eye(1))
    assert measure.tegum_factors(W).tolist() == [0, 0, 0, 1, 1, 2]
    dead = np.insert(W, 2, 0, axis=1)
    assert measure.tegum_factors(dead).tolist() == [0, 0, -1, 0, 1, 1, 2]
    chain = np.array([[1, 0.8, 0, 0], [0, 0.6, 0.6, 0], [0, 0, 0.8, 0], [0, 0, 0, 1.0]])
    assert measure.tegum_factors(chain).tolist() == [0, 0, 0, 1]


def test_norms_interference_and_dimensions_per_feature():
    W = tegum(1.2 * DIGON, np.eye(2), np.zeros((1, 1)))
    assert measure.norms(W) == pytest.approx([1.2, 1.2, 1, 1, 0])
    assert measure.interference(W) == pytest.approx([1.44, 1.44, 0, 0, 0])
    assert measure.dimensions_per_feature(W) == pytest.approx(4 / (2 * 1.44 + 2))
    assert measure.represented(W).tolist() == [True] * 4 + [False]
    assert np.argwhere(measure.antipodal(W)).tolist() == [[0, 1], [1, 0]]


def test_a_feature_is_not_learned_dedicated_or_superposed():
    norm, interference = np.array([0.4, 0.9, 0.9, 0.9]), np.array([1, 0.1, 0.9, 1 / 3])
    assert measure.phase(norm, interference).tolist() == [0, 1, 2, 2]
    assert measure.phase(norm, interference, learned=0.3, shared=0.5).tolist() == [2, 1, 2, 1]
    assert measure.PHASES == ("not learned", "dedicated", "superposed")


def test_gaps_of_a_polygon_however_turned():
    turn = np.array([[np.cos(1), -np.sin(1)], [np.sin(1), np.cos(1)]])
    shuffled = (turn @ polygon(5))[:, [3, 0, 4, 1, 2]]
    assert measure.gaps(shuffled) == pytest.approx([72] * 5)
    assert measure.gaps(np.eye(2)) == pytest.approx([90, 270])
    assert measure.gaps(np.zeros((2, 3))).tolist() == []


@pytest.mark.parametrize(
    ("W", "level"),
    [
        (np.eye(3)[:, [2, 0]], "basis-aligned"),
        (np.array([[0, 1.1, 0.01], [0.9, 0, 0.02]]), "basis-aligned"),
        (np.array([[0.6, -0.8], [0.8, 0.6]]), "no superposition"),
        (np.array([[1, 0.6], [0, 0.8]]), "no superposition"),
        (DIGON, "linear"),
        (polygon(3), "linear"),
        (np.array([[1, 0, 0.3], [0, 1, 0.3]]), "basis-aligned"),
        (np.array([[1, 0, 0.6], [0, 1, 0.6]]), "linear"),
    ],
)
def test_level_of_the_hierarchy(W, level):
    assert measure.level(W) == level


@pytest.mark.parametrize(
    ("encode", "n", "level"),
    [
        (lambda x: x[:, ::-1], 2, "basis-aligned"),
        (lambda x: x @ polygon(3).T, 3, "linear"),
        (lambda x: x**2, 2, "decomposable"),
        (lambda x: x + 1, 2, "decomposable"),
        (lambda x: (np.floor(7 * x[:, :1]) + x[:, 1:] / 2) / 7, 2, "decomposable"),
        (lambda x: x.max(1, keepdims=True), 2, "not decomposable"),
    ],
)
def test_level_of_a_function(encode, n, level):
    assert measure.level_of(encode, n) == level


@pytest.mark.parametrize(
    ("encode", "says"),
    [
        (
            lambda x: x[:, 0],
            "encode must return 16 finite rows for 16, got an array of float64 of shape (16,)",
        ),
        (lambda x: x[:1], "encode must return 16 finite rows for 16, got array([[0., 0.]])"),
        (
            lambda x: x / 0,
            "encode must return 16 finite rows for 16, got an array of float64 of shape (16, 2)",
        ),
        (lambda x: [[1], [1, 2]], "what encode returns must be numbers, got [[1], [1, 2]]"),
        (lambda x: x + 1j, "what encode returns must be real numbers, got an array of complex128"),
        (lambda x: x[:, : len(x)], "encode must return rows of one length, got 2, 1 and 2"),
    ],
)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_function_that_is_no_representation_is_refused(encode, says):
    with pytest.raises(InputError) as caught:
        measure.level_of(encode, 2)
    assert str(caught.value).startswith(says)


def test_a_representation_keeps_its_hands_off_the_grid():
    assert measure.level_of(lambda x: np.multiply(x, 2, out=x), 2) == "basis-aligned"


shapes = st.tuples(st.integers(1, 5), st.integers(1, 8))
matrices = shapes.flatmap(lambda s: arrays(float, s, elements=st.floats(-2, 2).map(lambda v: round(v, 3))))


def rotation(m, seed):
    return np.linalg.qr(np.random.default_rng(seed).normal(size=(m, m)))[0]


@given(matrices, st.integers(0, 99))
def test_rotating_the_hidden_space_changes_nothing(W, seed):
    turned = rotation(len(W), seed) @ W
    for name in ("norms", "gram", "cosines", "interference", "dimensionality", "dimensions_per_feature"):
        f = getattr(measure, name)
        assert f(turned) == pytest.approx(f(W), rel=1e-6, abs=1e-6)


@given(matrices)
def test_dimensionalities_sum_to_at_most_the_rank_and_stay_below_leverage(W):
    values = np.linalg.svd(W, compute_uv=False)
    assume(not ((values > 1e-12) & (values < 1e-6)).any())
    rank = np.linalg.matrix_rank(W)
    D, tau = measure.dimensionality(W), measure.leverage(W)
    assert D.sum() <= rank + 1e-6
    assert tau.sum() == pytest.approx(rank, abs=1e-6)
    assert (D <= tau + 1e-6).all()
    assert ((D >= 0) & (D <= 1 + 1e-9)).all()


@given(matrices, st.randoms(use_true_random=False))
def test_reordering_features_reorders_the_measures(W, random):
    order = list(range(W.shape[1]))
    random.shuffle(order)
    for name in ("norms", "interference", "dimensionality", "leverage"):
        f = getattr(measure, name)
        assert f(W[:, order]) == pytest.approx(f(W)[order], abs=1e-7)


@given(st.integers(0, 1000))
def test_a_stack_is_measured_as_its_models_alone(seed):
    stack = np.random.default_rng(seed).normal(size=(2, 3, 4, 6))
    for name in (
        *("norms", "gram", "cosines", "interference", "dimensionality", "dimensions_per_feature", "leverage"),
        *("represented", "antipodal", "tegum_factors"),
    ):
        f = getattr(measure, name)
        alone = [[f(W) for W in row] for row in stack]
        assert f(stack) == pytest.approx(np.array(alone))


@pytest.mark.parametrize(
    "name", ["norms", "interference", "dimensionality", "leverage", "tegum_factors", "level"]
)
def test_bad_weights(name):
    with pytest.raises(InputError, match="^W must be finite, got nan$"):
        getattr(measure, name)(np.array([[1, np.nan]]))


def test_bad_shapes():
    with pytest.raises(InputError, match=r"^W must have shape \(…, hidden, feature\), got \(3,\)$"):
        measure._checked(np.ones(3))
    with pytest.raises(InputError, match="^points\\*\\*n must be at most 1,000,000, got 4\\*\\*20$"):
        measure.level_of(lambda x: x, 20)
    with pytest.raises(InputError, match="^points\\*\\*n must be at most 1,000,000, got 4\\*\\*10000000000$"):
        measure.level_of(lambda x: x, 10**10)
    with pytest.raises(InputError, match="^n must be at least 1 and points at least 2, got 0 and 4$"):
        measure.level_of(lambda x: x, 0)


@pytest.mark.parametrize("size", [1e-300, 1e-170, 1e160])
def test_no_norm_is_too_small_or_too_large_to_be_squared(size):
    W = np.random.default_rng(0).standard_normal((2, 4))
    for of in (
        measure.cosines,
        measure.dimensionality,
        measure.leverage,
        measure.features_per_neuron,
    ):
        np.testing.assert_allclose(of(W * size), of(W), rtol=1e-12)
    np.testing.assert_allclose(measure.norms(W * size) / size, measure.norms(W), rtol=1e-12)


def test_a_model_without_features_has_no_factors():
    assert measure.tegum_factors(np.zeros((2, 0))).shape == (0,)
