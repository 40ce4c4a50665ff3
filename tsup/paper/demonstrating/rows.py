"""Demonstrating superposition: the set-up (F05), what behaves linearly (F06, F07), the basic results (F08, F09)."""

from tsup.config import Features, Linear, Model, ReluOutput, Setup, Training
from tsup.paper.assemble import LABELLED, column, models, one, powers, stack_of
from tsup.paper.experiment import Experiment, Plan

SECTION = "Demonstrating superposition"
DENSITIES = (1.0, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001)
BOTH = stack_of("the linear model or the ReLU-output model")
QUICK = Training(steps=1500, batch=256, lr=0.01, replicas=4)


def both(features: Features, hidden: int, training: Training) -> Plan:
    """The linear and the ReLU-output model on the same features."""
    kinds: dict[str, Model] = {"linear": Linear(hidden), "relu": ReluOutput(hidden)}
    setups = {n: Setup(features=features, model=model, training=training) for n, model in kinds.items()}
    return Plan(setups, main="relu")


def dense(training: Training) -> Plan:
    """The model of F08 on dense features, where it behaves linearly."""
    features = Features(20, 1.0, importance=powers(0.7, 20))
    return Plan({"relu": Setup(features=features, model=ReluOutput(5), training=training)}, main="relu")


def basic(training: Training) -> Plan:
    """F08: 20 features in 5 dimensions at seven densities."""
    return both(Features(20, column(DENSITIES), importance=powers(0.7, 20)), 5, training)


def larger(training: Training) -> Plan:
    """F09: 80 features in 20 dimensions at the densities of F08."""
    return both(Features(80, column(DENSITIES), importance=powers(0.9, 80)), 20, training)


EXPERIMENTS = (
    Experiment("F05", "The set-up: data, models, loss", SECTION),
    Experiment(
        id="F06",
        title="A model that behaves linearly: its weights and biases",
        section=SECTION,
        plans={
            "quick": dense(QUICK),
            "paper": dense(Training(steps=10_000, batch=1024, lr=0.003, replicas=8)),
        },
        compute=one,
        schema=LABELLED,
    ),
    Experiment("F07", "Norms of the features, and their interference", SECTION),
    Experiment(
        id="F08",
        title="Basic results: a linear model and ReLU-output models at seven sparsities",
        section=SECTION,
        plans={
            "quick": basic(QUICK),
            "paper": basic(Training(steps=10_000, batch=1024, lr=0.003, replicas=16)),
        },
        compute=models,
        schema=BOTH,
    ),
    Experiment(
        id="F09",
        title="The basic results, larger",
        section=SECTION,
        plans={
            "quick": larger(Training(steps=500, batch=128, lr=0.01)),
            "paper": larger(Training(steps=40_000, batch=1024, lr=0.003, replicas=4)),
        },
        compute=models,
        schema=BOTH,
    ),
)
