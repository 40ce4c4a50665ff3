"""Figures of the chapters on theory and geometry, each drawn twice from arrays of one structure."""

import numpy as np

from tsup import circuits, plots
from tsup.exact import theory
from tsup.paper.adversarial import figures as adversarial
from tsup.paper.computation import figures as computation
from tsup.paper.nonlinear import figures as nonlinear
from tsup.paper.nonuniform import figures as nonuniform
from tsup.paper.phase import figures as phase
from tsup.paper.privileged import figures as privileged
from tsup.paper.sensing import figures as sensing
from tsup.paper.sparse import figures as sparse
from tsup.paper.strategic import figures as strategic
from tsup.paper.uniform import figures as uniform
from tsup.paper.why import figures as why

DENSITY, RATIO = np.geomspace(0.01, 1, 5), np.geomspace(0.1, 10, 4)
PAIR = {
    "the extra feature ignored": theory.COEFFICIENTS["ignore extra"],
    "the first ignored": theory.COEFFICIENTS["ignore first"],
    "an antipodal pair": theory.COEFFICIENTS["extra antipodal"],
}

ALONE, PAIRS = np.eye(2, 5), np.array([[1.0, -1, 0, 0, 0], [0, 0, 1, -1, 0]])
ANGLES = 2 * np.pi * np.arange(5) / 5
PENTAGON = np.array([np.cos(ANGLES), np.sin(ANGLES)])
COSINES = [[[1, -1], [-1, 1]], [[1, 0], [0, 1]]]
WEIGHT = np.linspace(-1, 1, 41)

TURNS = np.pi * np.arange(6) / 3
SIX = np.array([np.cos(TURNS), np.sin(TURNS)])
MOTIF = circuits.motif()
AT = np.array([0.05, 0.1, 0.5])
CURVES = {"pentagon": [np.nan, 0.02, 0.03], "digons": [0.01, 0.03, 0.05]}
FALLING, STAIRS = np.array([1, 0.3, 0.1]), np.array([[0, 0.1], [1, 1.1], [2, 2.1]])


CLOUD = np.array([[0.3, 0.1], [-0.5, 0.4], [0.2, -0.7]])
ACTIVE, LEFT = [[1, 3], [1, 2]], [[0.2, 0.1], [0.1, 0.05]]
COUNTED = {"alive": [20, 50, 52], "error": [0.5, 0.1, 0.1], "common": [15, 49, 50]}


def phases(norm, shared):
    size = (len(RATIO), len(DENSITY))
    W = np.full((*size, 1, 2), norm)
    return plots.Phases(DENSITY, RATIO, np.full(size, norm), np.full(size, shared), W)


FIGURES = {
    "phases": (
        lambda: plots.phases({"trained": phases(1.0, 1.0)}, PAIR, about="A", triple=(4 / 7, 1)),
        lambda: plots.phases({"trained": phases(0.0, 0.2)}, PAIR, about="A", triple=(4 / 7, 1)),
    ),
    "landscape": (
        lambda: plots.landscape({"trained": phases(1.0, 1.0)}, PAIR, about="A", density=0.2),
        lambda: plots.landscape({"trained": phases(0.0, 0.2)}, PAIR, about="A", density=0.2, ratio=1),
    ),
    "per_feature": (
        lambda: plots.per_feature([1, 0.3, 0.1], [1, 0.6, 0.5], about="A"),
        lambda: plots.per_feature([1, 0.3, 0.1], [1, 0.5, 0.4], about="A"),
    ),
    "packings": (
        lambda: why.packings([4, 5, 6], [0, 0, 0.2], [0, 0, 0.1], about="A"),
        lambda: why.packings([4, 5, 6], [0, 0.1, 0.2], [0, 0.1, 0.2], about="A"),
    ),
    "tradeoff": (
        lambda: why.tradeoff(WEIGHT, (1 - WEIGHT**2) ** 2, WEIGHT**2, 0, [[1, 0], [0, 0]], about="A"),
        lambda: why.tradeoff(WEIGHT, (1 - WEIGHT**2) ** 2, WEIGHT**2, 0.5, [[1, 0.5], [0, 0]], about="A"),
    ),
    "penalised": (
        lambda: strategic.penalised(
            [0.1, 1], [1, 0.5], COSINES, [[1, 1], [1, 0]], [1.5, 9], 0.7, 10, about="A"
        ),
        lambda: strategic.penalised(
            [0.1, 1], [1, 0.5], COSINES, [[1, 0], [0, 0]], [2, 7], 0.5, 10, about="A"
        ),
    ),
    "activations": (
        lambda: strategic.activations([1, 0.1], {"a neuron each": [0.1, 0.3], "pair": [0.1, 0.2]}, about="A"),
        lambda: strategic.activations([1, 0.1], {"a neuron each": [0.1, 0.3], "pair": [0.1, 0.1]}, about="A"),
    ),
    "experts": (
        lambda: strategic.experts([[0, 0], [1, 0]], [[9, 0], [1, 10]], ["neither", "first"], 10, about="A"),
        lambda: strategic.experts(
            [[0, 1], [1, 0.5]], [[0, 0], [10, 10]], ["neither", "first"], 10, about="A"
        ),
    ),
    "room": (
        lambda: sensing.room(AT, [3, 9], [[0, 0, 1], [0.5, 1, 1]], [5, 4, 3], 3, 20, 1.1, about="A"),
        lambda: sensing.room(AT, [3, 9], [[0, 0, 0], [0.5, 0.5, 1]], [9, 4, 3], 2, 20, 1.2, about="A"),
    ),
    "found": (
        lambda: sensing.found({"a": ([1, 2], [0, 1])}, "m", (0.5, 4), 2, "here", about="A"),
        lambda: sensing.found({"a": ([1, 3], [0, 0.4])}, "m", (0.5, 4), 3, "here", about="A"),
    ),
    "ramps": (
        lambda: nonlinear.ramps(3, 0.1, about="A"),
        lambda: nonlinear.ramps(4, 0.2, about="A"),
    ),
    "codes": (
        lambda: nonlinear.codes({"a": np.abs(WEIGHT[:36]).reshape(6, 6)}, about="A"),
        lambda: nonlinear.codes({"a": np.abs(WEIGHT[5:]).reshape(6, 6)}, about="A"),
    ),
    "networks": (
        lambda: nonlinear.networks([0.01, 0.02], {"linear": 0.04}, about="A"),
        lambda: nonlinear.networks([0.03, 0.02], {"linear": 0.05}, about="A"),
    ),
    "dictionary": (
        lambda: sparse.dictionary(CLOUD, PENTAGON, PENTAGON.T, about="A"),
        lambda: sparse.dictionary(CLOUD, PENTAGON, -PENTAGON.T, about="A"),
    ),
    "recovered": (
        lambda: sparse.recovered(["L1", "TopK"], [[0.9, 1], [0.8, 1]], [[0.5], [0.6]], 0.5, 0.95, about="A"),
        lambda: sparse.recovered(["L1", "TopK"], [[0.7, 1], [0.8, 1]], [[0.5], [0.4]], 0.5, 0.95, about="A"),
    ),
    "frontier": (
        lambda: sparse.frontier(["L1", "TopK"], ACTIVE, LEFT, [[0.9, 0.8], [1, 1]], 1.5, about="A"),
        lambda: sparse.frontier(["L1", "TopK"], ACTIVE, LEFT[::-1], [[0.8, 0.7], [1, 1]], 1.5, about="A"),
    ),
    "counts": (
        lambda: sparse.counts([20, 50, 80], COUNTED, COUNTED, 50, 1, about="A"),
        lambda: sparse.counts([20, 50, 80], {**COUNTED, "alive": [20, 48, 70]}, COUNTED, 50, 1, about="A"),
    ),
    "absorbed": (
        lambda: sparse.absorbed(["L1", "TopK"], [[0.5, 0], [0.2, 0.1]], about="A"),
        lambda: sparse.absorbed(["L1", "TopK"], [[0.1, 0], [0.2, 0.1]], about="A"),
    ),
    "activity": (
        lambda: why.activity([0.5, 0.3, 0.2], {"pair": [0, 0, 1]}, about="A"),
        lambda: why.activity([0.5, 0.3, 0.2], {"pair": [0, 0.5, 1]}, about="A"),
    ),
    "polygons": (
        lambda: why.polygons([3, 4, 5], [0, 0, 0.1], about="A"),
        lambda: why.polygons([3, 4, 5], [0, 0.05, 0.1], about="A"),
    ),
    "branches": (
        lambda: why.branches([0.1, 0.5, 1], {"a": [0, 1, 2], "b": [1, 1.5, 1]}, about="A"),
        lambda: why.branches([0.1, 0.5, 1], {"a": [0, 1, 2], "b": [1.5, 1.5, 1]}, about="A"),
    ),
    "extra_weight": (
        lambda: phase.extra_weight([0.1, 0.5, 1], {"fixed": [-1, 0, 0], "free": [-1, -0.5, 0]}, about="A"),
        lambda: phase.extra_weight([0.1, 0.5, 1], {"fixed": [-1, -1, 0], "free": [-1, -0.7, 0.2]}, about="A"),
    ),
    "pressure": (
        lambda: uniform.pressure([2, 10], {"long": [0.1, 0.05]}, about="A"),
        lambda: uniform.pressure([2, 10], {"long": [0.1, 0.02]}, about="A"),
    ),
    "leverage": (
        lambda: uniform.leverage(PAIRS, about="A"),
        lambda: uniform.leverage(PENTAGON, about="A"),
    ),
    "graph": (lambda: plots.graph(PAIRS, about="A"), lambda: plots.graph(PENTAGON, about="A")),
    "stretch": (
        lambda: nonuniform.stretch(PENTAGON, 0.1, AT, CURVES, 0.02, about="A"),
        lambda: nonuniform.stretch(PAIRS, 0.5, AT, CURVES, 0.05, about="A"),
    ),
    "crossing": (
        lambda: nonuniform.crossing(
            AT, CURVES, AT, np.full((3, 2), 0.02), [[0, 1], [1, 1], [-1, 0]], about="A"
        ),
        lambda: nonuniform.crossing(AT, CURVES, AT, np.full((3, 2), 0.03), np.zeros((3, 2)), about="A"),
    ),
    "feature_pairs": (
        lambda: nonuniform.feature_pairs({"two": SIX[:, :4], "three": SIX}, about="A"),
        lambda: nonuniform.feature_pairs({"two": -0.9 * SIX[:, :4], "three": SIX[::-1]}, about="A"),
    ),
    "stacks": (
        lambda: plots.stacks(PENTAGON, about="A", reach=(-3, 3)),
        lambda: plots.stacks(-ALONE, about="A", reach=(-3, 3)),
    ),
    "rotated": (
        lambda: privileged.rotated({"a": SIX}, 0, [0, 90], {"a": [1, 2]}, about="A"),
        lambda: privileged.rotated({"a": -SIX}, 90, [0, 90], {"a": [1, 2]}, about="A"),
    ),
    "starts": (
        lambda: privileged.starts(PENTAGON, [0.2, 0.1, 0.3], [PENTAGON], [3], [0.1], (-3, 3), about="A"),
        lambda: privileged.starts(ALONE, [0.1, 0.1, 0.1], [ALONE], [2], [0.1], (-3, 3), about="A"),
    ),
    "engineered": (
        lambda: privileged.engineered([0, -1], [[0, 0], [0.2, 0.3]], [[1, 1], [1, 1.1]], about="A"),
        lambda: privileged.engineered([0, -1], [[0, 0], [0.2, 0.3]], [[1, 1], [1.05, 1.1]], about="A"),
    ),
    "escape": (
        lambda: privileged.escape([1, 0.1], {"a": [1, 0.5]}, {"a": [1, 2]}, about="A"),
        lambda: privileged.escape([1, 0.1], {"a": [1, 0.6]}, {"a": [1, 2]}, about="A"),
    ),
    "collapse": (
        lambda: nonuniform.collapse([SIX, SIX / 2], [0.1, 0.2], 0, about="A"),
        lambda: nonuniform.collapse([SIX, SIX / 2], [0.1, 0.2], 1, about="A"),
    ),
    "vulnerability": (
        lambda: adversarial.vulnerability(FALLING, np.ones((3, 2)), np.ones((3, 2)) + STAIRS, about="A"),
        lambda: adversarial.vulnerability(FALLING, STAIRS + 2, np.ones((3, 2)) + STAIRS, about="A"),
    ),
    "crowding": (
        lambda: adversarial.crowding({"a": [1, 2, 3]}, {"a": [1, 4, 9]}, about="A"),
        lambda: adversarial.crowding({"a": [1, 2, 3]}, {"a": [1, 5, 9]}, about="A"),
    ),
    "masking": (
        lambda: adversarial.masking([0.1, 1, 10], {"plain": [9, 1, 0.5]}, 1.4, 0.8, about="A"),
        lambda: adversarial.masking([0.1, 1, 10], {"plain": [9, 2, 1]}, 2, 0.1, about="A"),
    ),
    "computing": (
        lambda: computation.computing(FALLING, STAIRS + 1, STAIRS + 2, [20, 30, 45], 40, about="A"),
        lambda: computation.computing(FALLING, STAIRS[::-1] + 1, STAIRS + 2, [20, 35, 45], 40, about="A"),
    ),
    "profile": (
        lambda: computation.profile(np.linspace(2, 1, 40), np.arange(40) % 3, WEIGHT[:9], 3, about="A"),
        lambda: computation.profile(np.linspace(3, 1, 40), np.arange(40) % 2, WEIGHT[9:18], 4, about="A"),
    ),
    "pushes": (
        lambda: computation.pushes(MOTIF["W1"], MOTIF["W2"], 0, 1, (-5, 5), about="A"),
        lambda: computation.pushes(MOTIF["W1"], MOTIF["W2"], 1, -1, (-5, 5), about="A"),
    ),
    "motif_counts": (
        lambda: computation.motif_counts(FALLING, STAIRS.astype(int), 0 * STAIRS, STAIRS + 1, about="A"),
        lambda: computation.motif_counts(
            FALLING, STAIRS[::-1].astype(int), 0 * STAIRS, STAIRS + 1, about="A"
        ),
    ),
    "hardening": (
        lambda: adversarial.hardening([0, 0.5, 1], {"left": {"own": STAIRS, "mean": STAIRS}}, about="A"),
        lambda: adversarial.hardening(
            [0, 0.5, 1], {"left": {"own": STAIRS[::-1], "mean": STAIRS}}, about="A"
        ),
    ),
}
# Figures with controls of their own: they are shown as they are, and make no frames of an explorer.
ALONE_STANDING = {
    "attacked",
    "circuit",
    "dimensionality",
    "energy",
    "motion",
    "parallelogram",
    "polytopes",
    "surface",
}
