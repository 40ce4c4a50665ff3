"""What is timed: ten workloads, from a handful of tiny models to a wide one in a world of a power law, and a sweep."""

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

    hidden: hidden dimensions, or several, each of a stack of its own with its share of the models.
    kind: "relu-output", or "absolute-value" with features in [−1, 1].
    law: "even", every feature of a model as dense; or "power", densities that fall as one over a feature's rank, so
        that `densest` = `sparsest` features of a row are active on average.
    high: of magnitudes.
    """

    models: int
    n: int
    hidden: int | tuple[int, ...]
    densest: float | int
    sparsest: float | int
    batch: int = BATCH
    kind: str = "relu-output"
    law: str = "even"
    high: float | int = 1

    def setups(self, steps: int) -> tuple[Setup, ...]:
        """The workload as trainings of so many steps, one for every number of hidden dimensions."""
        each = self.hidden if isinstance(self.hidden, tuple) else (self.hidden,)
        training, density = Training(steps=steps, batch=self.batch), self._density(self.models // len(each))
        models = [KINDS[self.kind](hidden) for hidden in each]
        return tuple(
            Setup(
                features=Features(
                    self.n, density, low=-1 if model.target == "absolute" else 0, high=self.high
                ),
                model=model,
                training=training,
            )
            for model in models
        )

    def setup(self, steps: int) -> Setup:
        """The first of `setups`, where there is no other."""
        (only,) = self.setups(steps)
        return only

    def _density(self, models: int) -> np.ndarray:
        """The density of every feature of so many models, or of every model."""
        even = np.geomspace(self.densest, self.sparsest, models)[:, None]
        if self.law == "even":
            return even
        falling = 1 / np.arange(1, self.n + 1)
        return even * falling / falling.sum()

    @property
    def about(self) -> str:
        """The workload in a few words."""
        kind = ", absolute value" * (KINDS[self.kind].target == "absolute")
        models = f"{self.models:,} model{'s' * (self.models > 1)}"
        m = f"{self.hidden[0]} to {self.hidden[-1]}" if isinstance(self.hidden, tuple) else f"{self.hidden}"
        return f"{models}, n {self.n:,}, m {m}{kind}, {self._sparse}"

    @property
    def _sparse(self) -> str:
        if self.law == "power":
            return f"{self.densest:g} active a row by a power law, batch {self.batch:,}"
        if self.densest == self.sparsest:
            return f"p {self.densest:g}"
        return f"p {self.densest:g} to {self.sparsest:g}"

    def multiply_adds(self) -> float:
        """Multiply-adds of a step: five products with a matrix of n × m for every row that is not empty, on average."""
        return sum(map(_multiply_adds, self.setups(1)))


def _multiply_adds(setup: Setup) -> float:
    work = dict(zip(cost.QUANTITIES, cost.quantities(setup), strict=True))
    return PRODUCTS * float(work["occupied"]) / (1 if setup.model.tied else 2)


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
    "G": Workload(6, 1000, (10, 16, 25, 40, 63, 100), 1, 1, 2048, law="power", high=2),
    "H": Workload(10, 20, 5, 0.01, 0.01),
    "I": Workload(8, 400, 30, 0.003, 0.003),
    "J": Workload(1, 10_240, 128, 1, 1, 8192, law="power", high=2),
}

GOALS: Mapping[str, Mapping[str, Goal]] = {
    "cpu": {
        "A": Goal(60, 140),
        "B": Goal(30, 70),
        "C": Goal(7, 11),
        "D": Goal(6, 9),
        "E": Goal(50, 115),
        "F": Goal(7, 10),
        "G": Goal(12, 25),
        "H": Goal(100, 200),
        "I": Goal(12, 25),
        "J": Goal(4, 8),
    },
    "gpu": {name: Goal(100 if name in "ABEH" else 10) for name in WORKLOADS},
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
