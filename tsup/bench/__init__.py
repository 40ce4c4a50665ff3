"""Side-by-side timings: each backend against a plain loop, on one machine in one run.

The plain loop is what everyone else runs: PyTorch autograd on einsums, Adam, a fresh dense batch every step, in the
manner of the paper's public notebook. Only ratios are claims; seconds depend on the machine and its mood.
"""

from tsup.bench.report import NOT_MEASURED, folder, latest, record
from tsup.bench.timing import compare, machine, peak, sweep
from tsup.bench.trainings import opening, row
from tsup.bench.workloads import SWEEPS, WORKLOADS, Workload

__all__ = [
    "NOT_MEASURED",
    "SWEEPS",
    "WORKLOADS",
    "Workload",
    "compare",
    "folder",
    "latest",
    "machine",
    "opening",
    "peak",
    "record",
    "row",
    "sweep",
]
