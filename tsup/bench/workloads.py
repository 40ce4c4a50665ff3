"""What is timed: six workloads, from a handful of tiny models to a thousand, and a sweep over every size."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from tsup.backends import cost
from tsup.config import AbsValue, Features, ReluOutput, Setup, Training

BATCH = 1024
PRODUCTS = 5  # of a step: two forward, three backward
KINDS: Mapping[str, type[ReluOutput] | type[AbsValue]] = {
    "relu-output": ReluOutput,
    "absolute-value": AbsValue,
}


@dataclass(frozen=True)
class Workload:
    """A stack of models, their densities spaced evenly in the logarithm from `densest` to `sparsest`.

    kind: "relu-output", or "absolute-value" with features in [−1, 1].
    """

    models: int
    n: int
    hidden: int
    densest: float | int
    sparsest: float | int
    batch: int = BATCH
    kind: str = "relu-output"

    def setup(self, steps: int) -> Setup:
        """The workload as a training of so many steps."""
        density = np.geomspace(self.densest, self.sparsest, self.models)[:, None]
        model = KINDS[self.kind](self.hidden)
        features = Features(self.n, density, low=-1 if model.target == "absolute" else 0)
        return Setup(features=features, model=model, training=Training(steps=steps, batch=self.batch))

    @property
    def about(self) -> str:
        """The workload in a few words."""
        kind = ", absolute value" * (KINDS[self.kind].target == "absolute")
        models = f"{self.models:,} model{'s' * (self.models > 1)}"
        return f"{models}, n {self.n}, m {self.hidden}{kind}, p {self.densest:g} to {self.sparsest:g}"

    def multiply_adds(self) -> float:
        """Multiply-adds of a step: five products with a matrix of n × m for every row that is not empty, on average."""
        setup = self.setup(1)
        work = dict(zip(cost.QUANTITIES, cost.quantities(setup), strict=True))
        matrices = 1 if setup.model.tied else 2
        return PRODUCTS * float(work["occupied"]) / matrices


@dataclass(frozen=True)
class Goal:
    """Ratios to the plain loop that a backend must reach, and that it should."""

    floor: float | int | None = None
    aim: float | int | None = None


WORKLOADS = {
    "A": Workload(10, 5, 2, 1.0, 0.05),
    "B": Workload(7, 20, 5, 1.0, 0.001),
    "C": Workload(20, 200, 20, 1.0, 0.05),
    "D": Workload(8, 400, 30, 1.0, 0.01),
    "E": Workload(1000, 2, 1, 1.0, 0.01),
    "F": Workload(100, 100, 40, 1.0, 0.001, kind="absolute-value"),
}

GOALS: Mapping[str, Mapping[str, Goal]] = {
    "cpu": {
        "A": Goal(60, 140),
        "B": Goal(30, 70),
        "C": Goal(7, 11),
        "D": Goal(6, 9),
        "E": Goal(50, 115),
        "F": Goal(7, 10),
    },
    "gpu": {name: Goal(10 if name in "CDF" else 100) for name in WORKLOADS},
}

SWEEPS: Mapping[str, tuple[tuple[Any, Workload], ...]] = {
    "models": tuple((k, Workload(k, 20, 5, 0.1, 0.1)) for k in (1, 2, 8, 32, 128)),
    "features": tuple((n, Workload(8, n, 5, 0.1, 0.1)) for n in (5, 7, 16, 23, 64, 97, 320, 331)),
    "hidden": tuple((m, Workload(8, 97, m, 0.1, 0.1)) for m in (1, 3, 7, 13, 16, 31, 32, 61)),
    "batch": tuple((rows, Workload(8, 20, 5, 0.1, 0.1, rows)) for rows in (61, 256, 1024, 4099)),
    "sparsity": tuple(
        (round(1 / p), Workload(8, 20, 5, p, p)) for p in (1.0, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001)
    ),
}
# One model alone, its threads sharing each step: features, with a prime of hidden dimensions near n / 13.
ALONE = tuple((n, Workload(1, n, m, 0.1, 0.1)) for n, m in ((199, 17), (401, 31), (797, 61)))
