"""Figures: arrays in, a Bokeh layout with its caption and alternative text out. Nothing here trains or shows."""

from tsup import gate
from tsup.plots import sizes, sound, speed, spent
from tsup.plots.angles import cosines, packing
from tsup.plots.attacked import attacked
from tsup.plots.circuit import circuit
from tsup.plots.computing import computing, profile
from tsup.plots.dimensionality import dimensionality, per_feature
from tsup.plots.energy import energy
from tsup.plots.escape import escape
from tsup.plots.features import accuracy, represented
from tsup.plots.figure import Figure
from tsup.plots.follow import follow
from tsup.plots.graphs import graph
from tsup.plots.hardening import hardening
from tsup.plots.kinds import contrast
from tsup.plots.levels import hierarchy
from tsup.plots.motifs import motif_counts, pushes
from tsup.plots.motion import motion
from tsup.plots.pairs import collapse, pairs
from tsup.plots.phases import Phases, phases
from tsup.plots.plane import directions, directions_grid, upright
from tsup.plots.polytopes import polytopes
from tsup.plots.pressure import leverage, pressure
from tsup.plots.setup import batch, bias_cost
from tsup.plots.simulation import simulation
from tsup.plots.snap import crossing, stretch
from tsup.plots.stacks import stacks
from tsup.plots.starts import starts
from tsup.plots.surface import landscape, surface
from tsup.plots.tradeoff import activity, branches, polygons, tradeoff
from tsup.plots.turned import turned
from tsup.plots.turning import basis, basis_relu
from tsup.plots.vulnerability import crowding, masking, vulnerability
from tsup.plots.weights import gallery, gram, model, norms

__all__ = [
    "Figure",
    "Phases",
    "accuracy",
    "activity",
    "attacked",
    "basis",
    "basis_relu",
    "batch",
    "bias_cost",
    "branches",
    "circuit",
    "collapse",
    "computing",
    "contrast",
    "cosines",
    "crossing",
    "crowding",
    "dimensionality",
    "directions",
    "directions_grid",
    "energy",
    "escape",
    "follow",
    "gallery",
    "gram",
    "graph",
    "hardening",
    "hierarchy",
    "landscape",
    "leverage",
    "masking",
    "model",
    "motif_counts",
    "motion",
    "norms",
    "packing",
    "pairs",
    "per_feature",
    "phases",
    "polygons",
    "polytopes",
    "pressure",
    "profile",
    "pushes",
    "represented",
    "simulation",
    "stacks",
    "starts",
    "stretch",
    "surface",
    "tradeoff",
    "turned",
    "upright",
    "vulnerability",
]

gate.close(globals(), __all__)
gate.close(vars(sizes), ("sweep",))
gate.close(vars(sound))
gate.close(vars(speed), ("ratios", "shares", "trainings"))
gate.close(vars(spent), ("spent",))
