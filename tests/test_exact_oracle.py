"""Training reaches the exact optimum: within half a per cent for up to five features, by every backend."""

import numpy as np
import pytest

from tsup import Features, ReluOutput, Training, exact, train

CASES = {
    "a pair": (2, 1, 0.2, (1.0, 0.7)),
    "dense": (5, 2, 0.9, (1.0, 0.9, 0.8, 0.7, 0.6)),
    "a pentagon": (5, 2, 0.05, (1.0, 1.0, 1.0, 1.0, 1.0)),
}
STARTS = {"cpu": 24, "reference": 8}


@pytest.fixture(scope="module")
def least():
    """The least exact loss of each case."""
    return {
        name: exact.optimum(n, m, p, np.array(importance), starts=16).loss[0]
        for name, (n, m, p, importance) in CASES.items()
    }


@pytest.mark.parametrize("backend", STARTS)
@pytest.mark.parametrize("name", CASES)
def test_training_reaches_the_optimum(name, backend, least):
    n, m, p, importance = CASES[name]
    training = Training(steps=2000, batch=512, lr=0.02, replicas=STARTS[backend], seed=1)
    world = Features(n, p, np.array(importance))
    run = train(world, ReluOutput(m), training, backend=backend, device="cpu", progress=False)
    reached = exact.loss(run.W, run.b, p, np.array(importance)).min()
    assert least[name] * (1 - 1e-6) <= reached <= least[name] * 1.005
