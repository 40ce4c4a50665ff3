"""Answers to the exercises that ask for a matrix, a model, a run or a function."""

import math

import numpy as np
import torch

import tsup
from answers.made import Answers, OfAnotherFramework, array_forms, pair_forms, run, weight_forms
from tsup import circuits, exact, measure
from tsup.geometry import polytopes
from tsup.paper.sparse.exercises import moved

HAND = circuits.by_hand(2, 4, 1)
W1, W2 = HAND["W1"], HAND["W2"]
TRIANGLE, SIMPLEX, DIGON = polytopes.polygon(3), polytopes.simplex(3), polytopes.digon()
TRIANGLES = polytopes.tegum(TRIANGLE, TRIANGLE, TRIANGLE)
PADDED = np.vstack([TRIANGLE, np.zeros((4, 3))])
DIGON_AND_ONE = np.array([[1.0, -1, 0], [0, 0, 1]])
PAIRS = np.array([[1, -1, 0, 0], [0, 0, 1, -1]])
PROJECTION = np.array([[1, 1, 1, 1], [1, 1, -1, -1]]) / 2
ROOT = 0.5**0.5
NAN = np.full((2, 3), np.nan)
BEST = exact.optimum(2, 1, 0.4, np.array([1, 0.5]), starts=8)
FOUR = exact.optimum(4, 2, 0.5, np.ones(4), starts=8)
THREE = exact.optimum(3, 2, 0.7, np.ones(3), starts=8)
EDGE = {p: exact.optimum(2, 1, p, np.array([1, 0.5]), starts=8) for p in (0.46, 0.5)}
SETS = {"anticorrelated": ((0, 1, 2),)}


def plane(normal):
    """Two orthonormal rows at right angles to a vector."""
    normal = np.array(normal, dtype=float)
    projection = np.eye(3) - np.outer(normal, normal) / (normal @ normal)
    return np.linalg.svd(projection)[0][:, :2].T


def _moved_by_autograd(h, f, D, rate):
    h, f, D = (torch.as_tensor(one) for one in (h, f, D))
    D.requires_grad_()
    (h - f @ D).square().sum(1).mean().backward()
    new = (D - rate * D.grad).detach()
    return new / new.norm(dim=1, keepdim=True)


def _alone(W):
    return ((measure.interference(W) < 0.1) & measure.represented(W)).sum()


def _alone_in_torch(W):
    length = torch.linalg.norm(W, dim=0)
    onto = ((W / length.clamp(min=1e-9)).T @ W) ** 2
    return (((onto.sum(1) - onto.diagonal()) < 0.1) & (length > 0.5)).sum()


def _off_diagonal(W):
    return measure.gram(W) ** 2 * (1 - np.eye(W.shape[1]))


def _both(W, least=0.25):
    held = (np.abs(W) > least).sum(-1)
    return (held == 1).any() and (held > 1).any()


def _gaps(u, p):
    return 1 + np.floor(np.log(u) / np.log1p(-p))


def _narrow(value, bar):
    return len({value >= one for one in (0.9 * bar, bar, 1.1 * bar)}) > 1


def edge(W, density, importance=(1, 0.5), **options):
    """A run of two features in one dimension."""
    return run([W], density, importance=importance, **options)


def edge_weights(density):
    """The best weights at a density, with their world."""
    found = EDGE[density]
    return found.W[0], found.b[0], tsup.Features(2, density, [1, 0.5])


KEPT, DROPPED = (1.0, -0.8), (1.0, 0.0)
OBJECTS = {
    "few-yet-shared": Answers(
        [*array_forms([[0.7, -0.7]]), np.array([[0.6, -0.6, 0.55, 0.0], [0.0, 0.0, 0.0, 0.6]])],
        [
            ([[1, -1]], "2.00 features per dimension"),
            ([[0.9, -0.3]], "only 1 of its columns"),
            (np.eye(2), "only 2 of its columns"),
            ([0.7, -0.7], "must have shape"),
            ("W", "must be"),
        ],
    ),
    "abs-by-hand": Answers(
        [*pair_forms(W1, W2), *pair_forms(3 * W1, W2 / 3), {"W1": W1, "W2": W2}],
        [
            ((W1.T, W2), "transpose"),
            ((np.maximum(W1, 0), W2), "negative values"),
            (([[1, 0], [-1, 0], [0, 1], [-0.2, -1]], [[1, 1, 0, 0], [0, 0, 1, 1]]), "wrong"),
            ((W1, W2, W1), "length 3"),
            ({"W1": W1}, "W2 must be"),
            (3, "give a tuple"),
        ],
    ),
    "renamed-neurons": Answers(
        [*array_forms(np.eye(3)[[1, 2, 0]]), np.eye(3)[[1, 0, 2]]],
        [
            (np.eye(2), "(3, 3)"),
            (2 * np.eye(3), "not orthogonal"),
            (np.eye(3), "identity"),
            (-np.eye(3), "sign"),
            ([[0.6, -0.8, 0], [0.8, 0.6, 0], [0, 0, 1]], "sign"),
            (np.full((3, 3), np.nan), "NaN"),
        ],
    ),
    "not-aligned": Answers(
        [*array_forms([[0.6, -0.8, 0], [0.8, 0.6, 0.1]]), [[1, 0.6, 0], [0, 0.8, 0]]],
        [
            (np.eye(2), "(2, 2)"),
            ([[1, 0, 0], [0, 0, 0]], "represents 1"),
            ([[1, 0, 0], [0, 1, 0]], "Turn them"),
            ([[1, -1, 0], [1, -1, 0]], "one line"),
            (NAN, "NaN"),
        ],
    ),
    "two-in-one": Answers(
        [*weight_forms([[1.0, -1.0]], [0.0, 0.0]), ([[-1, 1]], 0), run([[1, -1]])],
        [
            (([1, -1], [0, 0]), "shape (1, 2)"),
            (([[1, 1]], [0, 0]), "same way"),
            (([[1, -1]], [0.1, 0]), "nothing is there"),
            (([[0.5, -1]], [0, 0]), "for the input [1.0, 0.0], output 0 is off by 0.75"),
            (([[1, -1]], [0, -0.2]), "output 1 is off by 0.2"),
            (([[1, 0]], [0, 0]), "output 1 is off by 1"),
            ([[1, -1]], "length 1"),
        ],
    ),
    "alone": Answers(
        [
            *(_alone, _alone_in_torch, lambda W: np.array([_alone(W)]), lambda W: float(_alone(W))),
            lambda W: (_off_diagonal(W).sum(1) < 0.1 * measure.norms(W) ** 2)[measure.represented(W)].sum(),
        ],
        [
            (lambda W: (measure.interference(W) < 0.1).sum(), "only the features that are represented"),
            (lambda W: measure.represented(W).sum(), "all represented"),
            (lambda W: ((measure.interference(W) < 0.5) & measure.represented(W)).sum(), "the count is"),
            (lambda W: ((_off_diagonal(W).sum(1) < 0.1) & measure.represented(W)).sum(), "the count is"),
            (lambda W: ((measure.dimensionality(W) > 0.9) & measure.represented(W)).sum(), "the count is"),
            (lambda W: ((_off_diagonal(W).max(1) < 0.1) & measure.represented(W)).sum(), "the count is"),
            ([5, 3, 1, 0, 0, 0, 0], "the function alone itself"),
            (lambda W: 1 / 0, "ZeroDivisionError"),
            (lambda W: ..., "replace the dots"),
        ],
    ),
    "four-in-a-plane": Answers(
        [
            *(run(PAIRS, 0.5), run(PAIRS, 0.55), run(PAIRS, ((0.2,), (0.5,)))),
            *weight_forms(FOUR.W[0], FOUR.b[0]),
        ],
        [
            (run(PAIRS, 0.3), "reach 0.5"),
            (run(np.eye(2, 4), 0.5), "keeps 2 of 4"),
            (run(PROJECTION, 0.5), "down to 0.71"),
            (run(PAIRS, 0.5, model=tsup.Linear(2)), "ReluOutput(2)"),
            (run(np.eye(2, 5), 0.5), "n = 4"),
            (run(PAIRS, 0.5, correlated=((0, 1),)), "independent"),
            ((PAIRS, 0), "Train it there"),
            (PAIRS, "yours"),
            (None, "give a tuple"),
        ],
    ),
    "sae-step": Answers(
        [
            moved,
            lambda h, f, D, rate: torch.as_tensor(moved(*map(np.asarray, (h, f, D)), rate)),
            lambda h, f, D, rate: moved(h, f, D, rate).tolist(),
            _moved_by_autograd,
        ],
        [
            (lambda h, f, D, rate: D, "as it was"),
            (lambda h, f, D, rate: moved(h, f, D, -rate), "error larger"),
            (lambda h, f, D, rate: moved(h, f, D, rate / 2), "factor of 2"),
            (lambda h, f, D, rate: moved(h, f, D, len(h) * rate), "not the sum"),
            (lambda h, f, D, rate: D + 2 * rate / len(h) * f.T @ (h - f @ D), "length 1"),
            (lambda h, f, D, rate: moved(h, f, D, rate).T, "transpose"),
            (lambda h, f, D, rate: 2 * D, "divide each row"),
            (1.0, "function step itself"),
        ],
    ),
    "gaps": Answers(
        [
            *(_gaps, lambda u, p: _gaps(1 - u, p), lambda u, p: np.ceil(np.log(u) / np.log(1 - p))),
            lambda u, p: 1 + torch.floor(torch.log(torch.as_tensor(u)) / math.log(1 - p)),
            lambda u, p: 1 + math.floor(math.log(u) / math.log(1 - p)),
            lambda u, p: OfAnotherFramework(_gaps(u, p)),
        ],
        [
            (lambda u, p: np.sort(_gaps(u, p)), "its own u"),
            (lambda u, p: np.random.default_rng(0).geometric(p, len(u)), "its own u"),
            (lambda u, p: np.full(len(u), 1 / p), "geometric"),
            (lambda u, p: _gaps(u, p) - 1, "add 1"),
            (lambda u, p: -_gaps(u, p), "negative"),
            (lambda u, p: np.log(u) / np.log1p(-p) + 1, "whole number"),
            (lambda u, p: 1 / p, "one gap for each number"),
            (lambda u: u, "TypeError"),
            (lambda u, p: 1 / 0, "ZeroDivisionError"),
            (lambda u, p: ..., "replace the dots"),
            ([1, 2], "the function gaps itself"),
        ],
    ),
    "narrow": Answers(
        [_narrow, lambda value, bar: abs(value - bar) < 0.1 * bar, lambda *two: np.array(_narrow(*two))],
        [
            (lambda value, bar: value >= bar, "a value of 1.2 at a bar of 0.9 is not narrow"),
            (lambda value, bar: abs(value - bar) < 0.1, "at a bar of"),
            (lambda value, bar: bar <= value < 1.1 * bar, "a value of 0.85"),
            (lambda value, bar: ..., "replace the dots"),
            (lambda value, bar: None, "True or False"),
            (lambda value: True, "TypeError"),
            (True, "the function narrow itself"),
        ],
    ),
    "principal-component": Answers(
        [*array_forms([[ROOT, ROOT]]), [[-ROOT, -ROOT]], run([[ROOT, ROOT]])],
        [
            ([1, 1], "shape (1, 2)"),
            ([[1, 0]], "should vanish"),
            ([[1, 1]], "twice as large"),
            ([[0.5, 0.5]], "norm 0.71"),
            ([[ROOT, -ROOT]], "should vanish"),
        ],
    ),
    "three-anticorrelated": Answers(
        [
            *(run(TRIANGLE, 0.1, **SETS), run(DIGON_AND_ONE, 0.1, **SETS)),
            *weight_forms(TRIANGLE, np.zeros(3)),
        ],
        [
            (run(np.eye(2, 4), 0.1), "n = 3"),
            (run(TRIANGLE, 0.1), "one anticorrelated set"),
            (run(np.eye(2, 3), 0.1, **SETS), "left out"),
            (run([[1, 0.8, 0], [0, 0.6, 1]], 0.1, **SETS), "acute"),
            ((0.6 * TRIANGLE, 0), "does not come back"),
            ("run", "give a tuple"),
        ],
    ),
    "beat-them-all": Answers(
        weight_forms(BEST.W[0], BEST.b[0]),
        [
            (([[1, 0]], [0, 0.2]), "Start from that one"),
            (([[1.01, -1]], [0, 0]), "2 % is asked"),
            (([1, -1], [0, 0]), "shape"),
            (([[1, -1]], 0), "Start from that one"),
            (BEST.W[0], "length 1"),
            (None, "give a tuple"),
        ],
    ),
    "across-the-edge": Answers(
        [
            (edge(KEPT, 0.46), edge(DROPPED, 0.5)),
            [edge(DROPPED, 0.5), edge(KEPT, 0.46)],
            (edge_weights(0.46), edge_weights(0.5)),
        ],
        [
            ((edge(KEPT, 0.46), edge(DROPPED, 0.6)), "more than 10 % apart"),
            (
                (edge(KEPT, 0.3), edge(KEPT, 0.32)),
                "both runs keep both features: the edge lies at a higher density",
            ),
            (
                (edge(DROPPED, 0.6), edge(DROPPED, 0.65)),
                "both runs keep one feature: the edge lies at a lower density",
            ),
            ((edge(DROPPED, 0.46), edge(KEPT, 0.5)), "missed its minimum"),
            ((edge(KEPT, 0.46, (1, 0.6)), edge(DROPPED, 0.5)), "importance"),
            ((edge(KEPT, 0.46, model=tsup.Linear(1)), edge(DROPPED, 0.5)), "ReluOutput(1)"),
            ((edge(KEPT, (0.46, 0.5)), edge(DROPPED, 0.5)), "one density"),
            ((([KEPT], 0), edge(DROPPED, 0.5)), "with their world"),
            ((([KEPT], 1, tsup.Features(2, 0.46, [1, 0.5])), edge(DROPPED, 0.5)), "cheaper than these"),
            (edge(KEPT, 0.46)[:1], "length 1"),
            (None, "give a tuple"),
        ],
    ),
    "both-kinds": Answers(
        [
            _both,
            lambda W: _both(W.numpy() if hasattr(W, "numpy") else W),
            lambda W: torch.tensor(bool(_both(W))),
        ],
        [
            (lambda W: (measure.neurons(W).sum(-1) == 1).any(), "other kind"),
            (lambda W: (measure.neurons(W).sum(-1) > 1).any(), "other kind"),
            (lambda W: _both(W, 0.5), "it should be"),
            (lambda W: _both(W.T), "it should be"),
            (lambda W: _both(np.maximum(W, 0)), "it should be"),
            (lambda W: (W > 0.25).sum(-1).min() < 2, "it should be"),
            (lambda W: ..., "replace the dots"),
            ([0.35, 0.25, 0.15], "the function both_kinds itself"),
        ],
    ),
    "two-thirds": Answers(
        [*array_forms(TRIANGLES), TRIANGLES[:, ::-1]],
        [
            (PADDED, "fills 2 of the six"),
            (0.9 * TRIANGLES, "norm 1"),
            (TRIANGLES[:4], "shape (6, any)"),
            (np.eye(6), "yours has 6 features"),
            (polytopes.tegum(SIMPLEX, DIGON, TRIANGLE), "0.50 to 0.75"),
        ],
    ),
    "empty-share": Answers(
        [*array_forms([[0.1, -0.1]]), [[0.4, 0.4]]],
        [
            ([0.1, 0.1], "shape (1, 2)"),
            ([[0.1]], "shape (1, 2)"),
            ([[0, 0]], "no direction"),
            ([[1, -1]], "counts as represented"),
            ([[0.4, 0.1]], "0.94 and 0.06"),
        ],
    ),
    "loose-frame": Answers(
        array_forms([[1, 0.8], [0, 0.6]]),
        [
            ([[1, 2], [0, 0]], "norm 1"),
            ([[1, -1], [0, 0]], "on a line"),
            (polytopes.polygon(5), "sum to 2.00"),
            ([1, 0.8], "shape (2, any)"),
        ],
    ),
    "triangle": Answers(
        [run(0.9 * TRIANGLE, 0.7), run(TRIANGLE, 0.9), *weight_forms(THREE.W[0], THREE.b[0])],
        [
            (run(np.eye(2, 4)), "n = 3"),
            (run(np.eye(1, 3)), "hidden = 2"),
            (run(TRIANGLE, importance=(1, 0.5, 0.5)), "equal importance"),
            (run(np.eye(2, 3)), "left out"),
            (run(DIGON_AND_ONE), "digon"),
            (run([[1, 0.8, 0], [0, 0.6, 1]]), "go from"),
            ((3 * TRIANGLE, 0), "train these weights"),
            (TRIANGLE, "(2, 3)"),
        ],
    ),
    "linear-tie": Answers(
        [*array_forms(plane([1, 1, 0.8])), plane([1, 0.9, 1]), plane([1, 1, 0.8]).round(3)],
        [
            (np.eye(2, 3), "above ½"),
            (TRIANGLE, "orthonormal"),
            (np.sqrt(2 / 3) * TRIANGLE, "triangle"),
            (np.eye(3), "(2, 3)"),
            (NAN, "NaN"),
        ],
    ),
    "tie-breaker": Answers(
        [*array_forms(DIGON_AND_ONE), DIGON_AND_ONE[::-1, ::-1]],
        [
            (TRIANGLE, "L₂ is 0.3750"),
            (0.9 * DIGON_AND_ONE, "L₁"),
            (np.eye(2, 3), "L₁"),
            (DIGON_AND_ONE.T, "transpose"),
        ],
    ),
}
