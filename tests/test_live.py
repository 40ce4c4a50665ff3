"""The engine that trains in the page: what the reference backend makes of the same data and start, for every kind."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
import torch
from live_engine import answers, bundled, request

import tsup
from tsup.activations import ACTIVATIONS
from tsup.backends import Start, reference
from tsup.config import Setup
from tsup.models import shapes

STEPS, BATCH, ROUNDS = 400, 48, 10
DENSITIES = np.array([1.0, 0.3, 0.05])[:, None]
WORLD = tsup.Features(5, DENSITIES, importance=0.9 ** np.arange(5))
SIGNED = tsup.Features(6, DENSITIES, low=-1)
TRAINING = tsup.Training(steps=STEPS, batch=BATCH, lr=3e-3)

KINDS = {
    "linear": (WORLD, tsup.Linear(2), TRAINING),
    "relu-output": (WORLD, tsup.ReluOutput(2), TRAINING),
    "gelu": (WORLD, tsup.Activated(2, activation="gelu"), TRAINING),
    "silu": (WORLD, tsup.Activated(2, activation="silu"), TRAINING),
    "square": (WORLD, tsup.Activated(2, activation="square"), TRAINING),
    "relu-hidden": (WORLD, tsup.ReluHidden(4), TRAINING),
    "relu-hidden, biased": (WORLD, tsup.ReluHidden(4, hidden_bias=True), TRAINING),
    "absolute-value": (SIGNED, tsup.AbsValue(7), TRAINING),
    "absolute-value, biased": (SIGNED, tsup.AbsValue(7, hidden_bias=True), TRAINING),
    **{
        f"two-layer, {name}": (
            SIGNED,
            tsup.TwoLayer(
                3, tied=False, hidden_activation=name, output_activation="linear", hidden_bias=True
            ),
            TRAINING,
        )
        for name in ACTIVATIONS
    },
    **{
        f"outputs, {name}": (WORLD, tsup.TwoLayer(2, output_activation=name, bias=False), TRAINING)
        for name in ("tanh", "sigmoid", "softplus", "abs")
    },
    "many dimensions": (tsup.Features(101, 0.05), tsup.ReluOutput(10), TRAINING),
    "many features": (tsup.Features(101, 0.05), tsup.ReluOutput(3), TRAINING),
    "many neurons": (tsup.Features(9, 0.2, low=-1), tsup.AbsValue(13, hidden_bias=True), TRAINING),
    "wide, sigmoid": (
        tsup.Features(7, 0.3),
        tsup.TwoLayer(9, hidden_activation="sigmoid", output_activation="gelu", hidden_bias=True),
        TRAINING,
    ),
    "one dimension": (WORLD, tsup.ReluOutput(1), TRAINING),
    "one neuron": (SIGNED, tsup.AbsValue(1, hidden_bias=True), TRAINING),
    "one untied dimension": (
        SIGNED,
        tsup.TwoLayer(1, tied=False, output_activation="tanh", hidden_bias=True, target="absolute"),
        TRAINING,
    ),
    "one feature": (tsup.Features(1, 0.5), tsup.ReluOutput(1), TRAINING),
    "constant rate": (
        WORLD,
        tsup.ReluOutput(2),
        replace(TRAINING, schedule="constant", lr=(1e-3, 2e-3, 3e-3)),
    ),
    "linear decay": (WORLD, tsup.ReluOutput(2), replace(TRAINING, schedule="linear", warmup=50)),
    "weight decay": (WORLD, tsup.ReluOutput(2), replace(TRAINING, weight_decay=0.05)),
}


def _batches(features):
    draws = np.random.default_rng(1)
    shape = (ROUNDS, features.settings, BATCH, features.n)
    values = draws.uniform(features.low, features.high, shape)
    return np.where(draws.random(shape) < features.densities()[:, None], values, 0).astype(np.float32)


def _start(setup):
    draws = np.random.default_rng(2)
    return {
        name: draws.normal(0, 0.5, (setup.models, *shape)).astype(np.float32)
        for name, shape in shapes(setup.model, setup.features.n).items()
    }


def _in_turn(batches):
    """A source that hands out batches in turn, and their first rows to whoever asks for another count."""
    turn = itertools.cycle(torch.from_numpy(batches))
    return lambda rows, _: next(turn) if rows == BATCH else torch.from_numpy(batches[0][:1]).expand(rows, -1)


@pytest.fixture(scope="module")
def script(tmp_path_factory):
    return bundled(tmp_path_factory.mktemp("live"), "answer")


@pytest.fixture(scope="module")
def found(script):
    """What the engines make of every kind."""
    cases = []
    for features, model, training in KINDS.values():
        setup = Setup(features=features, model=model, training=training)
        case = {"request": request(setup), "start": _start(setup), "steps": STEPS}
        cases.append({**case, "batches": [round.ravel() for round in _batches(features)]})
    return dict(zip(KINDS, answers(script, cases), strict=True))


def _apart(found, expected):
    """How far apart two arrays are, relative to the greatest entry of the expected one."""
    return np.abs(np.ravel(found) - np.ravel(expected)).max() / np.abs(expected).max()


@pytest.mark.parametrize("kind", KINDS)
def test_engines_train_as_the_reference_does(kind, found):
    features, model, training = KINDS[kind]
    setup = Setup(features=features, model=model, training=training)
    data = [_in_turn(rows) for rows in _batches(features).swapaxes(0, 1)]
    *_, end = reference.stages(setup, "cpu", [STEPS], Start(weights=_start(setup)), data)
    assert {answer["engine"] for answer in found[kind]} == {"typescript", "wasm"}
    for answer in found[kind]:
        for name, weights in end.weights.items():
            assert _apart(answer["weights"][name], weights) < 1e-5, (answer["engine"], name)
        assert _apart(answer["loss"], end.loss) < 1e-5, answer["engine"]
