"""Figures of the chapters on theory and geometry, each drawn twice from arrays of one structure."""

import numpy as np

from tsup import circuits, plots

DENSITY, RATIO = np.geomspace(0.01, 1, 5), np.geomspace(0.1, 10, 4)
PAIR = {
    "the extra feature ignored": [[0, 0], [1 / 3, -1 / 4]],
    "the first ignored": [[1 / 3, -1 / 4], [0, 0]],
    "an antipodal pair": [[0, 1 / 6], [0, 1 / 6]],
}

ALONE, PAIRS = np.eye(2, 5), np.array([[1.0, -1, 0, 0, 0], [0, 0, 1, -1, 0]])
ANGLES = 2 * np.pi * np.arange(5) / 5
PENTAGON = np.array([np.cos(ANGLES), np.sin(ANGLES)])
WEIGHT = np.linspace(-1, 1, 41)

TURNS = np.pi * np.arange(6) / 3
SIX = np.array([np.cos(TURNS), np.sin(TURNS)])
MOTIF = circuits.motif()
AT = np.array([0.05, 0.1, 0.5])
CURVES = {"pentagon": [np.nan, 0.02, 0.03], "digons": [0.01, 0.03, 0.05]}
FALLING, STAIRS = np.array([1, 0.3, 0.1]), np.array([[0, 0.1], [1, 1.1], [2, 2.1]])


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
    "tradeoff": (
        lambda: plots.tradeoff(WEIGHT, (1 - WEIGHT**2) ** 2, WEIGHT**2, 0, about="A"),
        lambda: plots.tradeoff(WEIGHT, (1 - WEIGHT**2) ** 2, WEIGHT**2, 0.5, about="A"),
    ),
    "activity": (
        lambda: plots.activity([0.5, 0.3, 0.2], {"pair": [0, 0, 1]}, about="A"),
        lambda: plots.activity([0.5, 0.3, 0.2], {"pair": [0, 0.5, 1]}, about="A"),
    ),
    "polygons": (
        lambda: plots.polygons([3, 4, 5], [0, 0, 0.1], about="A"),
        lambda: plots.polygons([3, 4, 5], [0, 0.05, 0.1], about="A"),
    ),
    "branches": (
        lambda: plots.branches([0.1, 0.5, 1], {"a": [0, 1, 2], "b": [1, 1.5, 1]}, about="A"),
        lambda: plots.branches([0.1, 0.5, 1], {"a": [0, 1, 2], "b": [1.5, 1.5, 1]}, about="A"),
    ),
    "follow": (
        lambda: plots.follow([0.1, 0.5, 1], {"fixed": [-1, 0, 0], "free": [-1, -0.5, 0]}, about="A"),
        lambda: plots.follow([0.1, 0.5, 1], {"fixed": [-1, -1, 0], "free": [-1, -0.7, 0.2]}, about="A"),
    ),
    "pressure": (
        lambda: plots.pressure([2, 10], {"long": [0.1, 0.05]}, about="A"),
        lambda: plots.pressure([2, 10], {"long": [0.1, 0.02]}, about="A"),
    ),
    "leverage": (lambda: plots.leverage(PAIRS, about="A"), lambda: plots.leverage(PENTAGON, about="A")),
    "graph": (lambda: plots.graph(PAIRS, about="A"), lambda: plots.graph(PENTAGON, about="A")),
    "stretch": (
        lambda: plots.stretch(PENTAGON, 0.1, AT, CURVES, 0.02, about="A"),
        lambda: plots.stretch(PAIRS, 0.5, AT, CURVES, 0.05, about="A"),
    ),
    "crossing": (
        lambda: plots.crossing(AT, CURVES, AT, np.full((3, 2), 0.02), [[0, 1], [1, 1], [-1, 0]], about="A"),
        lambda: plots.crossing(AT, CURVES, AT, np.full((3, 2), 0.03), np.zeros((3, 2)), about="A"),
    ),
    "pairs": (
        lambda: plots.pairs({"two": SIX[:, :4], "three": SIX}, about="A"),
        lambda: plots.pairs({"two": -0.9 * SIX[:, :4], "three": SIX[::-1]}, about="A"),
    ),
    "stacks": (
        lambda: plots.stacks(PENTAGON, about="A", reach=(-3, 3)),
        lambda: plots.stacks(-ALONE, about="A", reach=(-3, 3)),
    ),
    "turned": (
        lambda: plots.turned({"a": SIX}, 0, [0, 90], {"a": [1, 2]}, about="A"),
        lambda: plots.turned({"a": -SIX}, 90, [0, 90], {"a": [1, 2]}, about="A"),
    ),
    "starts": (
        lambda: plots.starts(PENTAGON, [0.2, 0.1, 0.3], [PENTAGON], [3], [0.1], (-3, 3), about="A"),
        lambda: plots.starts(ALONE, [0.1, 0.1, 0.1], [ALONE], [2], [0.1], (-3, 3), about="A"),
    ),
    "escape": (
        lambda: plots.escape([1, 0.1], {"a": [1, 0.5]}, {"a": [1, 2]}, about="A"),
        lambda: plots.escape([1, 0.1], {"a": [1, 0.6]}, {"a": [1, 2]}, about="A"),
    ),
    "collapse": (
        lambda: plots.collapse([SIX, SIX / 2], [0.1, 0.2], 0, about="A"),
        lambda: plots.collapse([SIX, SIX / 2], [0.1, 0.2], 1, about="A"),
    ),
    "vulnerability": (
        lambda: plots.vulnerability(FALLING, np.ones((3, 2)), np.ones((3, 2)) + STAIRS, about="A"),
        lambda: plots.vulnerability(FALLING, STAIRS + 2, np.ones((3, 2)) + STAIRS, about="A"),
    ),
    "crowding": (
        lambda: plots.crowding({"a": [1, 2, 3]}, {"a": [1, 4, 9]}, about="A"),
        lambda: plots.crowding({"a": [1, 2, 3]}, {"a": [1, 5, 9]}, about="A"),
    ),
    "masking": (
        lambda: plots.masking([0.1, 1, 10], {"plain": [9, 1, 0.5]}, 1.4, 0.8, about="A"),
        lambda: plots.masking([0.1, 1, 10], {"plain": [9, 2, 1]}, 2, 0.1, about="A"),
    ),
    "computing": (
        lambda: plots.computing(FALLING, STAIRS + 1, STAIRS + 2, [20, 30, 45], 40, about="A"),
        lambda: plots.computing(FALLING, STAIRS[::-1] + 1, STAIRS + 2, [20, 35, 45], 40, about="A"),
    ),
    "profile": (
        lambda: plots.profile(np.linspace(2, 1, 40), np.arange(40) % 3, WEIGHT[:9], 3, about="A"),
        lambda: plots.profile(np.linspace(3, 1, 40), np.arange(40) % 2, WEIGHT[9:18], 4, about="A"),
    ),
    "pushes": (
        lambda: plots.pushes(MOTIF["W1"], MOTIF["W2"], 0, 1, (-5, 5), about="A"),
        lambda: plots.pushes(MOTIF["W1"], MOTIF["W2"], 1, -1, (-5, 5), about="A"),
    ),
    "motif_counts": (
        lambda: plots.motif_counts(FALLING, STAIRS.astype(int), 0 * STAIRS, STAIRS + 1, about="A"),
        lambda: plots.motif_counts(FALLING, STAIRS[::-1].astype(int), 0 * STAIRS, STAIRS + 1, about="A"),
    ),
    "hardening": (
        lambda: plots.hardening([0, 0.5, 1], {"left": {"own": STAIRS, "mean": STAIRS}}, about="A"),
        lambda: plots.hardening([0, 0.5, 1], {"left": {"own": STAIRS[::-1], "mean": STAIRS}}, about="A"),
    ),
}
# Figures with controls of their own: they are shown as they are, and make no frames of an explorer.
ALONE_STANDING = {"attacked", "circuit", "dimensionality", "energy", "motion", "polytopes", "surface"}
