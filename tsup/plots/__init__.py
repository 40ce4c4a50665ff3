"""Figures: arrays in, a Bokeh layout with its caption and alternative text out. Nothing here trains or shows.

What every figure is made of is in `kit`; the figures of one chapter alone are in `tsup.paper`.
"""

from tsup import gate
from tsup.plots.animation import motion
from tsup.plots.circuits import circuit
from tsup.plots.features import accuracy, represented
from tsup.plots.graphs import graph
from tsup.plots.kit.figure import Figure
from tsup.plots.loss_surface import landscape, surface
from tsup.plots.neuron_stacks import stacks
from tsup.plots.phase_diagram import Phases, phases
from tsup.plots.plane import directions, directions_grid, kept
from tsup.plots.polyhedra import polytopes
from tsup.plots.setup import batch, bias_cost
from tsup.plots.sharing import dimensionality, per_feature
from tsup.plots.trajectories import energy
from tsup.plots.weights import gallery, gram, model, norms

__all__ = [
    "Figure",
    "Phases",
    "accuracy",
    "batch",
    "bias_cost",
    "circuit",
    "dimensionality",
    "directions",
    "directions_grid",
    "energy",
    "gallery",
    "gram",
    "graph",
    "kept",
    "landscape",
    "model",
    "motion",
    "norms",
    "per_feature",
    "phases",
    "polytopes",
    "represented",
    "stacks",
    "surface",
]

gate.close(globals(), __all__)
