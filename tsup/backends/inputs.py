"""What the compiled kernels, of the CPU and of the GPU, are told of a training, as the numbers that they take."""

from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float, UInt64

from tsup.backends.covered import uncovered_magnitude
from tsup.backends.equations import FORMS
from tsup.config import Setup


class Adam(NamedTuple):
    """Parameters and their two moments, each (model, parameter) or, of one model, (parameter,)."""

    P: Any
    M: Any
    V: Any


class Objective(NamedTuple):
    """What is descended.

    form: of the outputs, see `equations.FORMS`. sign: the target is max(x, sign · x), x with 1 and |x| with -1.
    rectified, biased: whether there is a ReLU on hidden dimensions, and a bias c before it. share: of the norm by which
    rows are attacked, 0 for none. own: whether of a row's own norm or of the batch's mean.
    """

    form: int
    sign: float | np.float32
    rectified: bool
    biased: bool
    share: float | np.float32
    own: bool


def objective(setup: Setup) -> Objective:
    """What a setup descends."""
    model, attack = setup.model, setup.training.attack
    return Objective(
        form=FORMS[model.output_activation],
        sign=-1.0 if model.target == "absolute" else 1.0,
        rectified=model.hidden_activation == "relu",
        biased=model.hidden_bias,
        share=attack.share if attack else 0.0,
        own=attack is not None and attack.norm == "own",
    )


def low_span(setup: Setup) -> tuple[float, float]:
    """low and span of magnitudes u · span + low, of a uniform u."""
    line = setup.features.distribution.line
    assert line, uncovered_magnitude(setup)
    return line


def each_model(
    setup: Setup, values: Float[np.ndarray, "setting column"]
) -> Float[np.ndarray, "model column"]:
    """What settings have, for every model of the stack in float32."""
    return values.astype(np.float32).repeat(setup.training.replicas, axis=0)


def error_weights(setup: Setup) -> Float[np.ndarray, "model feature"]:
    """2 I / rows: what the derivative of a batch's loss has of every error, and twice its part in the loss itself."""
    return each_model(setup, 2 / setup.training.batch * setup.features.importances())


def penalties(setup: Setup) -> Float[np.ndarray, " model"]:
    """The weight of Σ|h| in one row, of every model, in float32."""
    return (setup.penalties / setup.training.batch).astype(np.float32)


def noise_keys(setup: Setup, branch: int) -> UInt64[np.ndarray, " model"]:
    """The 64 bits from which all of a model's noise comes. branch: a number of the backend's own."""
    sequences = (np.random.SeedSequence(seed, spawn_key=(branch, r)) for seed, r in setup.streams)
    return np.array([sequence.generate_state(1, np.uint64)[0] for sequence in sequences])


def adam_steps(setup: Setup, start: int, stop: int) -> Float[np.ndarray, "step 3"]:
    """What Adam needs to know of each of the updates from `start` to `stop`, counted from 0.

    The schedule over the first moment's correction, one over the second's correction, the schedule times weight decay.
    """
    updates = np.arange(start + 1.0, stop + 1)
    schedule = np.array([setup.training.decay(step) for step in range(start, stop)])
    first, second = 1 - 0.9**updates, 1 - 0.999**updates
    columns = schedule / first, 1 / second, schedule * setup.training.weight_decay
    return np.stack(columns, 1).astype(np.float32)
