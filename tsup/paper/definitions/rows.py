"""Definitions and motivation: bases, almost-orthogonal directions, the hierarchy (F02–F04). Nothing to train."""

from tsup.paper.experiment import Experiment

SECTION = "Definitions and motivation"
EXPERIMENTS = (
    Experiment("F02", "Privileged and non-privileged bases", SECTION),
    Experiment("F03", "Almost-orthogonal directions", SECTION),
    Experiment("F04", "A hierarchy of feature properties", SECTION),
)
