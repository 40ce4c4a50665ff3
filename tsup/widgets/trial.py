"""What a reader asks a lab to train, and how the training looks while it goes on."""

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

from tsup import circuits, plots
from tsup.config import AbsValue, Features, Linear, ReluHidden, ReluOutput, Setup, Training, describe
from tsup.errors import InputError
from tsup.handmade import costs
from tsup.plots.kit import theme
from tsup.plots.kit.figure import Figure
from tsup.widgets import loss_curve

MOST_FEATURES, MOST_STEPS = 200, 100_000
SLICE = 50  # steps after which a training can be left
LEARNING_RATE = 0.01
MOST_SHOWN = 4  # of a stack of |W₁|, whose largest weight is 1
SHARED = "how much a feature shares its neurons"
REACH = -4, 4  # of stacks under a hidden ReLU, whose weights are of order 1
MEMORY = 0.8
MODELS = {"ReLU output": ReluOutput, "linear": Linear, "ReLU hidden": ReluHidden, "absolute value": AbsValue}
# From an ordinary start many outputs of an absolute-value model are dead and stay so (F32).
AWAKE: dict[str, Any] = {"scale": 0.1, "readout": "positive"}


@dataclass(frozen=True)
class Choice:
    """What to train: n features of importance decayⁱ and one density, in `hidden` dimensions, from several starts."""

    n: int
    hidden: int
    density: float
    decay: float
    steps: int
    replicas: int
    seed: int
    model: str

    def setup(self) -> Setup:
        """The configuration. Raises InputError for a choice that cannot be trained or drawn."""
        if self.model not in MODELS:
            raise InputError(f"model must be one of {', '.join(MODELS)}, got {self.model}")
        if not 0 < self.decay <= 1:
            raise InputError(f"decay must be in (0, 1], got {self.decay:g}")
        if self.n > MOST_FEATURES:
            raise InputError(f"n must be in 1 … {MOST_FEATURES} in the lab, got {self.n}")
        if self.steps > MOST_STEPS:
            raise InputError(f"steps must be in 1 … {MOST_STEPS:,} in the lab, got {self.steps:,}")
        model = MODELS[self.model](self.hidden)
        if model.tied and 1 <= self.n < self.hidden:
            raise InputError(f"hidden must be in 1 … n = {self.n}, got {self.hidden}")
        slices = tuple(range(0, max(self.steps, 1), SLICE))
        importance = self.decay ** np.arange(max(self.n, 1))
        absolute = model.target == "absolute"
        return Setup(
            features=Features(self.n, self.density, importance, low=-1 if absolute else 0),
            model=model,
            training=Training(
                steps=self.steps,
                lr=LEARNING_RATE,
                replicas=self.replicas,
                seed=self.seed,
                snapshots=slices,
                **(AWAKE if absolute else {}),
            ),
        )


@dataclass(frozen=True)
class Trial:
    """The best start so far, with its loss by step as a share of what a model without features loses."""

    setup: Setup
    weights: Mapping[str, Float[np.ndarray, "..."]]
    steps: Float[np.ndarray, " time"]
    shares: Float[np.ndarray, " time"]

    @property
    def structure(self) -> tuple[int, str, int, int]:
        """What decides the layout of its picture: two trials that agree on it differ in data only."""
        model = self.setup.model
        return self.setup.features.n, model.kind, model.hidden, self.setup.training.steps

    @property
    def step(self) -> int:
        """How many updates are done."""
        return int(self.steps[-1]) if len(self.steps) else 0


def train(choice: Choice) -> Generator[Trial, None, None]:
    """The best start at the beginning, at about a hundred steps on the way, and at the end.

    On the way, the best is the one with the least loss on its latest batches; at the end, on a large sample. Stop
    iterating to stop the training. Raises InputError for a choice that cannot be trained, TrainingError for a
    training that went wrong.
    """
    from tsup.training import evaluate, stages

    setup = choice.setup()
    steps: list[int] = []
    shares: list[np.ndarray] = []
    recent, empty = np.zeros(choice.replicas), loss_without_features(setup)
    # To compile kernels for a new shape would take longer than the training itself, and nothing would move.
    for stage in stages(setup.features, setup.model, setup.training, backend="reference", device="cpu"):
        if stage.step == choice.steps:
            steps, shares = [*steps, stage.step], [*shares, evaluate(setup, stage.weights) / empty]
            recent = shares[-1]
        elif stage.step:
            steps, shares = [*steps, stage.step], [*shares, stage.loss / empty]
            recent = MEMORY * recent + (1 - MEMORY) * shares[-1]
        best = int(recent.argmin())
        weights = {name: weight[best] for name, weight in stage.weights.items()}
        yield Trial(setup, weights, np.array(steps, float), _losses(shares, best))


def _losses(shares: list[np.ndarray], start: int) -> np.ndarray:
    return np.array([share[start] for share in shares], float)


def loss_without_features(setup: Setup) -> float:
    """Expected loss of a model without weights and with the best b: Σ Iᵢ (p/3 − p²/4) on [0, 1] (F05, F32)."""
    return float(costs(setup.features, setup.model)[0].sum())


def picture(trial: Trial) -> Figure:
    """The model, and below it its loss by step."""
    about = describe(trial.setup.features, trial.setup.model, trial.setup.training)
    model = _drawn(trial, about)
    below = loss_curve.draw(trial.steps, trial.shares, trial.setup.training.steps)
    return Figure(theme.stack([model.layout, below.layout]), model.caption, f"{model.alt} {below.alt}")


def _drawn(trial: Trial, about: str) -> Figure:
    """Stacks where there are neurons, directions for two hidden dimensions, else WᵀW and norms."""
    weights, model = trial.weights, trial.setup.model
    if not model.tied:
        inward, outward = circuits.rescaled(weights["W1"], weights["W2"])
        shared = circuits.superposition(inward, outward)
        reach = (0, MOST_SHOWN)
        return plots.stacks(np.abs(inward), values=shared, meaning=SHARED, reach=reach, about=about)
    if model.hidden_activation != "linear":
        return plots.stacks(weights["W"], reach=REACH, about=about)
    if model.hidden == 2:
        return plots.directions(weights["W"], trial.setup.features.importances()[0], about)
    biases = weights["b"] if model.bias else np.zeros(trial.setup.features.n)
    return plots.model(weights["W"], biases, about=about)
