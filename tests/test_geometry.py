"""Polytopes, their recognition, poses, Thomson energies, projections and hulls."""

from fractions import Fraction
from inspect import unwrap
from itertools import permutations

import numpy as np
import pytest

from tsup import InputError, measure
from tsup.geometry import branch, factors, hull, polytopes, pose, simplices, thomson


def turned(W, seed=0):
    """W after a random rotation or reflection."""
    turn, _ = np.linalg.qr(np.random.default_rng(seed).standard_normal((len(W), len(W))))
    return turn @ W


@pytest.mark.parametrize("name", polytopes.NAMES)
def test_exact_dimensionalities(name):
    W, shares = polytopes.named(name), polytopes.exact(name)
    assert np.linalg.norm(W, axis=0) == pytest.approx(1)
    assert measure.dimensionality(W) == pytest.approx([float(share) for share in shares], abs=1e-12)
    assert sum(shares) == len(W)  # all are tight frames within their factors
    assert measure.leverage(W) == pytest.approx([float(share) for share in shares], abs=1e-12)


def test_a_bipyramid_is_never_three_fifths():
    assert Fraction(3, 5) not in polytopes.exact("triangular bipyramid")


@pytest.mark.parametrize("m", [1, 2, 5, 12])
def test_simplices(m):
    W = polytopes.simplex(m)
    assert measure.dimensionality(W) == pytest.approx(m / (m + 1))
    assert measure.cosines(W)[~np.eye(m + 1, dtype=bool)] == pytest.approx(-1 / m)


def test_an_antiprism_of_another_height_is_not_tight():
    assert measure.dimensionality(polytopes.antiprism(4, 0.4)).sum() < 3 - 1e-3


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: polytopes.polygon(2), "k must be at least 3, got 2"),
        (lambda: polytopes.simplex(0), "m must be at least 1, got 0"),
        (lambda: polytopes.antiprism(4, 1.5), "an antiprism needs k ≥ 2 and a height in"),
        (lambda: polytopes.tegum(), "tegum must have at least one part, got none"),
        (lambda: polytopes.named("blob"), "polytope must be one of single, .* got 'blob'"),
        (lambda: factors.recognise(np.eye(2), match=2), r"match must be in \(0, 1\), got 2"),
        (lambda: factors.recognise(np.full((2, 3), np.nan)), "W must be finite, got nan"),
        (lambda: factors.recognise(np.eye(2), 0), r"tolerance must be in \(0, 1\), got 0"),
        (lambda: unwrap(factors.groups)(np.ones((2, 2, 2))), "W must have shape"),
        (lambda: unwrap(pose.canonical)(np.ones(3)), "W must have shape"),
        (lambda: unwrap(pose.procrustes)(np.eye(2), np.eye(3)), "W and target must have one shape"),
        (lambda: thomson.minimise(1), "count must be at least 2, got 1"),
        (lambda: unwrap(thomson.energy)(np.ones(3)), "points must have shape"),
        (lambda: simplices.projection(np.zeros(2)), "normal must be finite and not 0"),
        (lambda: simplices.from_gram(-np.eye(2), 1), "G must be positive semidefinite of rank at most 1"),
        (lambda: simplices.from_gram(np.eye(3), 2), "G must be positive semidefinite of rank at most 2"),
        (lambda: simplices.from_gram(np.array([[1.0, 0.5], [0, 1]]), 2), "G must be symmetric"),
        (lambda: unwrap(hull.faces)(np.eye(2)), "W must be finite and have shape"),
        (lambda: hull.faces(np.ones((3, 5))), "W must have at least 4 vertices that span three dimensions"),
        (lambda: hull.edges(np.eye(4)), "W must have 1, 2 or 3 dimensions"),
    ],
)
def test_bad_input(call, says):
    with pytest.raises(InputError, match=says) as caught:
        call()
    assert "\n" not in str(caught.value)


PARTS = ("single", "digon", "digon", "triangle", "pentagon", "tetrahedron", "square antiprism", "4-simplex")


@pytest.mark.parametrize("seed", range(3))
def test_factors_are_recognised_turned_shuffled_scaled_and_noisy(seed):
    generator = np.random.default_rng(seed)
    whole = polytopes.tegum(*(polytopes.named(name) for name in PARTS))
    W = turned(np.pad(whole, ((0, 0), (0, 20))), seed)[:, generator.permutation(whole.shape[1] + 20)]
    W = W * generator.uniform(0.7, 1.2, W.shape[1]) + 0.01 * generator.standard_normal(W.shape)
    found = factors.recognise(W)
    assert sorted(factor.name for factor in found) == sorted(PARTS)
    assert max(factor.deviation for factor in found) < 0.1
    assert sum(len(factor.features) for factor in found) == whole.shape[1]


def test_groups_are_the_tegum_factors():
    W = np.random.default_rng(1).standard_normal((12, 30)) / 3
    label = measure.tegum_factors(W, 0.6)
    found = factors.groups(W, 0.6)
    assert len(found) == label.max() + 1 > 1
    for number, group in enumerate(found):
        assert (label[group] == number).all()


def test_unknown_is_allowed():
    random = np.random.default_rng(0).standard_normal((4, 9))
    (one,) = factors.recognise(random / np.linalg.norm(random, axis=0))
    assert (one.name, one.deviation, len(one.features)) == ("unknown", pytest.approx(one.deviation), 9)
    bent = polytopes.polygon(5).copy()
    bent[0] *= 0.5
    assert factors.recognise(bent)[0].name == "unknown"
    assert factors.recognise(np.zeros((2, 3))) == []


def test_a_tally_counts_names():
    whole = polytopes.tegum(polytopes.digon(), polytopes.polygon(3), polytopes.digon())
    assert factors.tally(factors.recognise(whole)) == {"digon": 2, "triangle": 1}


def test_the_canonical_pose_forgets_rotations():
    W = np.random.default_rng(3).standard_normal((4, 7))
    W[:, 2] *= 0.01
    first = pose.canonical(W)
    assert pose.canonical(turned(W, 5)) == pytest.approx(first, abs=1e-9)
    assert measure.gram(first) == pytest.approx(measure.gram(W))
    assert np.abs(np.tril(first[::-1, [0, 1, 3, 4]], -1)).max() < 1e-9


def test_the_canonical_pose_of_flat_models():
    flat = np.zeros((3, 4))
    assert pose.canonical(flat) == pytest.approx(flat)
    digon = turned(np.pad(polytopes.digon(), ((0, 2), (0, 0))))
    assert pose.canonical(digon) == pytest.approx(np.array([[0, 0], [0, 0], [1, -1]]), abs=1e-9)


def test_features_far_from_each_other_are_brought_along_the_axes():
    octahedron = polytopes.tegum(*[polytopes.digon()] * 3)
    found = pose.along_axes(turned(octahedron, 1)) @ turned(octahedron, 1)
    assert np.sort(np.abs(found), axis=0) == pytest.approx(np.sort(np.abs(octahedron), axis=0), abs=1e-9)


def test_a_rotation_is_counter_clockwise():
    assert pose.rotation(90) @ [1, 0] == pytest.approx([0, 1])
    assert pose.rotation(30) @ pose.rotation(-30) == pytest.approx(np.eye(2))


@pytest.mark.parametrize("size", [1e-200, 1, 1e159])
def test_procrustes_finds_the_turn(size):
    target = polytopes.icosahedron()
    found = pose.procrustes(size * turned(target, 2), size * target) / size
    assert found == pytest.approx(target, abs=1e-9)


@pytest.mark.parametrize(
    ("count", "least"),
    [(2, 0.5), (3, 3**0.5), (4, 3.674234614), (5, 6.474691495), (6, 9.985281374), (7, 14.452977414)],
)
def test_thomson_energies(count, least):
    found = thomson.minimise(count, starts=2)
    assert thomson.energy(found) == pytest.approx(least, rel=1e-8)
    assert np.linalg.norm(found, axis=0) == pytest.approx(1)


def test_thomson_arrangements_are_polytopes():
    for count, name in ((4, "tetrahedron"), (8, "square antiprism"), (12, "icosahedron")):
        (factor,) = factors.recognise(thomson.minimise(count, starts=2), tolerance=0.05)
        assert factor.name == name
    five = factors.recognise(thomson.minimise(5, starts=2))
    assert factors.tally(five) == {"triangle": 1, "digon": 1}
    assert thomson.energy(np.ones((3, 2))) == np.inf


@pytest.mark.parametrize("n", [2, 3, 8])
def test_projection_along_ones_is_a_simplex(n):
    W = simplices.projection(np.ones(n))
    assert measure.norms(W) == pytest.approx(np.sqrt((n - 1) / n))
    assert measure.cosines(W)[~np.eye(n, dtype=bool)] == pytest.approx(-1 / (n - 1))
    assert W @ W.T == pytest.approx(np.eye(n - 1))


def test_models_from_gram_matrices():
    W = np.random.default_rng(0).standard_normal((3, 6))
    again = simplices.from_gram(measure.gram(W), 3)
    assert measure.gram(again) == pytest.approx(measure.gram(W))


@pytest.mark.parametrize(
    ("name", "edges", "sides"),
    [
        ("tetrahedron", 6, [3] * 4),
        ("octahedron", 12, [3] * 8),
        ("cube", 12, [4] * 6),
        ("icosahedron", 30, [3] * 20),
        ("triangular bipyramid", 9, [3] * 6),
        ("square antiprism", 16, [3] * 8 + [4] * 2),
    ],
)
def test_edges_and_faces(name, edges, sides):
    W = turned(polytopes.named(name), 4)
    faces = hull.faces(W)
    assert sorted(len(face) for face in faces) == sides
    assert len(hull.edges(W)) == edges
    for face in faces:
        a, b, c = W[:, face[:3]].T
        assert np.dot(np.cross(b - a, c - b), a + b + c) > 0


def test_edges_in_fewer_dimensions():
    assert hull.edges(polytopes.digon()) == [(0, 1)]
    assert hull.edges(polytopes.polygon(5)) == [(0, 1), (0, 4), (1, 2), (2, 3), (3, 4)]


def test_a_row_of_models_is_recovered_from_turns_mirrors_and_new_names():
    angles = np.deg2rad([0, 80, 150, 210, 290])
    row = np.stack([np.array([np.cos(angles), np.sin(angles)]) * s for s in np.linspace(0.6, 1.2, 7)])
    rng = np.random.default_rng(0)
    orders = list(permutations(range(5)))
    hidden = np.stack([turned(one, seed) for seed, one in enumerate(row)])
    hidden[:, 1] *= rng.choice([-1, 1], 7)[:, None]
    assert branch.motion(hidden) > 5 * branch.motion(row)
    start = np.stack([row[0], *hidden[1:]])
    assert branch.aligned(start) == pytest.approx(row, abs=1e-9)
    renamed = np.stack([row[0], *(one[:, rng.permutation(5)] for one in hidden[1:])])
    assert branch.aligned(renamed, orders) == pytest.approx(row, abs=1e-9)
    assert branch.motion(branch.aligned(renamed, orders)) == pytest.approx(0.6 * 5**0.5)


def test_rows_that_cannot_be_aligned_are_refused():
    with pytest.raises(InputError, match=r"orders must be permutations of 3 features, got \[\[0, 1, 1\]\]"):
        branch.aligned(np.ones((2, 2, 3)), [(0, 1, 1)])
    with pytest.raises(InputError, match=r"W must have shape \(at, hidden, feature\), got \(2, 3\)"):
        unwrap(branch.motion)(np.ones((2, 3)))
