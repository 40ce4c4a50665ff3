"""Asks an installed tsup, away from its source, for the results, timings and scripts that it carries.

PYTHON tools/try_installed.py      with the Python of a fresh environment
"""

import importlib.util
import sys
from pathlib import Path

import tsup
from tsup import bench, plots
from tsup.paper.rows import REGISTRY

BOOKS = ("jupyter_book", "sphinx", "myst_nb", "sklearn", "ipywidgets")


def main() -> int:
    """Load every row, draw one, train a little; the exit status says whether all is there."""
    home = Path(tsup.__file__).parents[1]
    assert home.name == "site-packages", f"tsup comes from {home}"
    assert not [name for name in BOOKS if importlib.util.find_spec(name)], "the book's packages are here"
    sizes = {row: tsup.load(row).sizes for row, experiment in REGISTRY.items() if experiment.plans}
    assert bench.latest("cpu")["workloads"]
    opening = tsup.load("F01")
    plots.directions(opening.W.values[-1], opening.importance.values)
    training = tsup.Training(steps=20, batch=32)
    run = tsup.train(tsup.Features(5, 0.1), tsup.ReluOutput(2), training, backend="reference", progress=False)
    print(f"tsup of {home}: {len(sizes)} results, F14 with {dict(sizes['F14'])}; trained {run.W.shape}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
