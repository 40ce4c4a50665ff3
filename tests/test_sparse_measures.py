"""How well codes find features, and how many features there are: on arrays that are made by hand."""

import numpy as np
import pytest

from tsup import InputError
from tsup.sparse_coding import counting, measures

RNG = np.random.default_rng(0)
X = np.where(RNG.random((4000, 6)) < 0.2, RNG.uniform(0.5, 1, (4000, 6)), 0)
DIRECTIONS = RNG.normal(size=(30, 6))
UNIT = (DIRECTIONS / np.linalg.norm(DIRECTIONS, axis=0)).T


def test_the_true_directions_have_cosine_one_in_any_order_and_length():
    found = measures.best_cosines(DIRECTIONS, 3 * UNIT[::-1])
    assert found == pytest.approx(1)
    random = measures.best_cosines(DIRECTIONS, RNG.normal(size=(5, 6, 30)))
    assert random.shape == (5, 6)
    assert random.mean() < 0.7
    assert measures.best_cosines(DIRECTIONS, -UNIT[:1])[0] == pytest.approx(-1)
    assert (measures.cosines(DIRECTIONS, np.zeros((2, 30))) == 0).all()


def test_codes_are_matched_to_the_features_that_they_follow():
    order = np.array([3, 1, 5, 0, 2, 4])
    codes = np.c_[2 * X[:, order], RNG.random(4000)]
    latents, features, correlation = measures.matched(codes, X)
    assert (order[latents] == features).all()
    assert correlation == pytest.approx(1)
    shuffled = measures.matched(RNG.permuted(codes, axis=0), X)[2]
    assert np.abs(shuffled).max() < 0.1
    assert measures.matched(np.zeros((4000, 6)), X)[2] == pytest.approx(0)
    with pytest.raises(InputError, match="x must have at least 2 rows, got 1"):
        measures.matched(codes[:1], X[:1])


def test_latents_are_dead_that_are_never_on():
    codes = np.zeros((1000, 3))
    codes[:, 0], codes[0, 1] = 1, 1
    assert measures.alive(codes, 0).tolist() == [True, True, False]
    assert measures.alive(codes).tolist() == [True, False, False]
    assert measures.active(codes) == pytest.approx(1.001)
    assert measures.active(np.stack([codes, 0 * codes])).tolist() == pytest.approx([1.001, 0])


def test_what_a_reconstruction_leaves_and_how_much_it_is_too_short():
    h = X @ UNIT
    assert measures.unexplained(h, h) == 0
    assert measures.unexplained(h, np.broadcast_to(h.mean(0), h.shape)) == pytest.approx(1)
    assert measures.scale(h, 0.8 * h) == pytest.approx(0.8)
    assert np.isnan(measures.scale(h, 0 * h))
    with pytest.raises(InputError, match="h must vary between its rows"):
        measures.unexplained(np.ones((5, 2)), np.ones((5, 2)))


def test_the_slope_of_a_code_on_its_feature():
    latents, _, _ = measures.matched(0.7 * X, X)
    assert (latents == np.arange(6)).all()
    assert measures.amplitude(0.7 * X, X) == pytest.approx(0.7)


def test_absorption_is_a_parent_that_is_silent_with_its_child_only():
    x = np.ones((4, 2))
    x[2:, 1] = 0
    x = np.r_[x, np.zeros((2, 2))]
    absorbed = np.array([[0, 1], [0, 1], [1, 0], [1, 0], [0, 0], [0, 0.0]])
    at = np.array([0]), np.array([0]), np.array([1])
    assert measures.silent(absorbed, x, *at) == (1, 0)
    assert measures.silent(x, x, *at) == (0, 0)
    never = np.isnan(measures.silent(x[2:4], x[2:4], *at))
    assert never.tolist() == [[True], [False]]
    with pytest.raises(InputError, match="parents must be in 0 … 1, got"):
        measures.silent(x, x, at[0], np.array([2]), at[2])


def test_the_knee_of_a_bent_line_is_its_bend():
    sizes = np.array([2.0, 4, 6, 8, 10, 12, 16])
    assert counting.knee(sizes, np.maximum(10 - sizes, 0) + 1) == 10
    assert counting.knee(sizes, 16 - sizes) == 2
    for bad, says in ((sizes[::-1], "sizes must rise"), (sizes[:2], "sizes must rise")):
        with pytest.raises(InputError, match=says):
            counting.knee(bad, np.arange(len(bad), 0.0, -1))
    with pytest.raises(InputError, match="losses must fall from the first to the last, got 1 and 2"):
        counting.knee(sizes[:3], np.array([1.0, 1, 2]))


def test_what_two_dictionaries_have_in_common():
    more = np.r_[UNIT, RNG.normal(size=(4, 30))]
    assert counting.common(UNIT, more) == 6
    assert counting.common(UNIT[:3], more) == 3
    assert counting.common(UNIT, UNIT[[0, 0, 0, 1]]) == 2
    assert counting.common(UNIT, -UNIT) == 0
    assert counting.common(UNIT, UNIT[:0]) == 0
    assert counting.distinct(np.r_[UNIT, UNIT[:2]]).tolist() == list(range(6))
    for function in (lambda: counting.common(UNIT, UNIT, 0), lambda: counting.distinct(UNIT, 2)):
        with pytest.raises(InputError, match=r"threshold must be in \(0, 1\], got"):
            function()
