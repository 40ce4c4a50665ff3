"""What models declare: presets are the general model, and a kind that nobody knows is refused or handed over."""

import ast
import logging
from dataclasses import replace
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
import torch

import tsup
from tsup import (
    AbsValue,
    Activated,
    Features,
    InputError,
    Linear,
    ReluHidden,
    ReluOutput,
    Training,
    TwoLayer,
    audit,
    exact,
    handmade,
    models,
)
from tsup.activations import ACTIVATIONS, Name
from tsup.backends import choose, cpu, gpu, reference
from tsup.backends.equations import COVERED
from tsup.bench.plain import plain_loop
from tsup.config import Equation, Setup, describe, equation
from tsup.training import train

PRESETS = [
    Linear(2),
    ReluOutput(2),
    *(Activated(2, name) for name in ("gelu", "silu", "square")),
    *(kind(3, hidden_bias=bias) for kind in (ReluHidden, AbsValue) for bias in (False, True)),
]
WORLD, FEW = Features(5, [[0.8], [0.2]], low=-0.5), Training(steps=20, batch=64)
TANH = TwoLayer(8, tied=False, hidden_activation="tanh", output_activation="linear", hidden_bias=True)


class Cubic:
    """Of no kind that the library has."""

    hidden, kind, title = 2, "cubic", "Cubic model"


class Unsaid(ReluOutput):
    """Declares an activation that the library does not have."""

    output_activation = "cube"


def tampered(model):
    """A setup that got past its own validation."""
    setup = Setup(WORLD, ReluOutput(2), FEW)
    object.__setattr__(setup, "model", model)
    return setup


def same(model):
    return TwoLayer(model.hidden, **equation(model)._asdict())


@pytest.mark.parametrize("preset", PRESETS, ids=repr)
def test_a_preset_is_the_general_model_to_the_last_bit(preset):
    general, rng = same(preset), np.random.default_rng(0)
    assert equation(general) == equation(preset)
    assert models.shapes(general, 5) == models.shapes(preset, 5)
    weights = {name: rng.normal(size=(2, *shape)) for name, shape in models.shapes(preset, 5).items()}
    x, importance = rng.normal(size=(2, 9, 5)), np.ones((2, 5))
    assert (models.forward(general, weights, x) == models.forward(preset, weights, x)).all()
    assert (models.loss(general, weights, x, importance) == models.loss(preset, weights, x, importance)).all()
    setup = Setup(WORLD, preset, FEW)
    for backend in ("reference", "cpu") if cpu.covers(setup) is None else ("reference",):
        runs = [train(WORLD, model, FEW, backend=backend, progress=False) for model in (general, preset)]
        assert runs[0].backend == backend
        assert all((runs[0].weights[name] == runs[1].weights[name]).all() for name in weights)
        assert (runs[0].loss == runs[1].loss).all()
    one, other = (handmade.least(Setup(WORLD, model, FEW)) for model in (general, preset))
    assert one is other is None or (one.name == other.name and (one.loss == other.loss).all())


def test_the_table_of_activations_is_the_choice_of_models():
    assert set(get_args(Name)) == set(ACTIVATIONS)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activations_of_arrays_and_tensors_agree_and_slopes_are_autograd_s(name):
    z = np.concatenate([np.linspace(-6, 6, 200), [-800.0, 800.0]])
    tensor = torch.tensor(z, requires_grad=True)
    value = ACTIVATIONS[name].tensor(tensor)
    (slope,) = torch.autograd.grad(value.sum(), tensor)
    assert ACTIVATIONS[name].array(z) == pytest.approx(value.detach().numpy(), rel=1e-9, abs=1e-12)
    assert ACTIVATIONS[name].slope(z) == pytest.approx(slope.numpy(), rel=1e-7, abs=1e-12)


@pytest.mark.parametrize("model", [Cubic(), Unsaid(2)], ids=["no declaration", "an unknown activation"])
def test_an_unknown_kind_is_refused_and_never_guessed(model):
    setup = tampered(model)
    for call in (
        lambda: equation(model),
        lambda: models.shapes(model, 5),
        lambda: models.forward(model, {"W": np.ones((2, 5)), "b": np.zeros(5)}, np.ones((3, 5))),
        lambda: models.target(model, np.ones(5)),
        lambda: handmade.costs(WORLD, model),
        lambda: handmade.candidates(setup),
        lambda: handmade.is_exact(setup),
        lambda: exact.expected(WORLD, model, {"W": np.ones((2, 2, 5)), "b": np.zeros((2, 5))}),
        lambda: next(plain_loop(setup)),
        lambda: list(reference.stages(setup, "cpu", [1])),
    ):
        with pytest.raises(InputError):
            call()
    for backend in (cpu, gpu):
        assert "unknown kind of model" in backend.covers(setup)


def test_an_audit_refuses_an_activation_that_it_does_not_know():
    run = train(WORLD, ReluOutput(2), FEW, backend="reference", progress=False)
    with pytest.raises(
        InputError, match="^output_activation of a model must be one of linear, relu, .*, got 'cube'"
    ):
        audit.off(replace(run, setup=tampered(Unsaid(2))))


def test_a_class_outside_the_union_cannot_be_trained():
    with pytest.raises(InputError, match="^model must be one of Linear, .*, TwoLayer, got "):
        tsup.train(WORLD, Cubic(), FEW)
    with pytest.raises(InputError, match="cubic"):
        Setup(features=WORLD, model=Cubic(), training=FEW)


def test_the_kernels_cover_a_positive_list_and_hand_over_the_rest(caplog):
    every = {
        Equation(tied, g, f, b, c, y)
        for tied in (True, False)
        for g in ACTIVATIONS
        for f in ACTIVATIONS
        for b in (True, False)
        for c in (True, False)
        for y in ("identity", "absolute")
    }
    for own in every:
        setup = Setup(WORLD, TwoLayer(3, **own._asdict()), FEW)
        for backend in (cpu, gpu):
            assert backend.covers(setup) == (None if own in COVERED else f"models {own.words}")
    with caplog.at_level(logging.WARNING):
        assert choose("cpu", "cpu", Setup(WORLD, TANH, FEW)).backend == "reference"
    assert "does not cover models y' = W₂ tanh(W₁x + c) + b: the reference trains instead" in caplog.text


@pytest.mark.parametrize("model", [TANH, TwoLayer(8, hidden_activation="softplus", bias=False)], ids=repr)
def test_a_general_model_trains_and_loses_less_than_it_did(model):
    training = Training(steps=500, batch=128, lr=0.01, snapshots=(0, 500))
    run = train(WORLD, model, training, backend="reference", progress=False)
    assert set(run.weights) == set(models.shapes(model, 5))
    assert (run.snapshots.loss[-1] < 0.5 * run.history.loss[0]).all()


def test_without_a_bias_the_exact_loss_is_that_of_a_bias_of_zero():
    W = np.random.default_rng(0).normal(size=(2, 2, 5))
    world = Features(5, [[0.8], [0.2]])
    free = exact.expected(world, TwoLayer(2, bias=False), {"W": W})
    assert (free == exact.expected(world, ReluOutput(2), {"W": W, "b": np.zeros((2, 5))})).all()
    with pytest.raises(InputError, match="^weights must hold W, got W, b$"):
        exact.expected(world, TwoLayer(2, bias=False), {"W": W, "b": np.zeros((2, 5))})


@pytest.mark.parametrize(
    "model",
    [
        TwoLayer(7),
        TwoLayer(2, bias=False),
        TwoLayer(2, tied=False, output_activation="linear"),
        TwoLayer(10, tied=False, hidden_activation="relu", output_activation="linear", target="absolute"),
    ],
    ids=repr,
)
def test_models_made_by_hand_lose_what_is_left_out(model):
    features = Features(
        5, [[0.9], [0.3]], importance=0.8 ** np.arange(5), low=-1 * (model.target == "absolute")
    )
    made = handmade.least(Setup(features, model, FEW))
    served = min(model.hidden // (2 if model.target == "absolute" else 1), 5)
    left = handmade.costs(features, model)[:, served:].sum(-1)
    assert (made.loss <= 1.03 * left + 1e-12).all()


def test_none_is_made_by_hand_where_no_arrangement_answers():
    for model in (TANH, TwoLayer(2, target="absolute"), TwoLayer(2, output_activation="softplus")):
        assert handmade.least(Setup(WORLD, model, FEW)) is None


@pytest.mark.parametrize(
    ("model", "words"),
    [
        (TANH, "Two-layer model y' = W₂ tanh(W₁x + c) + b, n = 5, m = 8"),
        (TwoLayer(3, bias=False), "Two-layer model y' = ReLU(WᵀWx), n = 5, m = 3"),
        (
            TwoLayer(3, target="absolute", hidden_activation="abs"),
            "Two-layer model y' = ReLU(Wᵀ |Wx| + b), to output |x|, n = 5, m = 3",
        ),
        (ReluHidden(3, hidden_bias=True), "ReLU-hidden model with hidden bias, n = 5, m = 3"),
        (Activated(2, "silu"), "Output model y' = SiLU(WᵀWx + b), n = 5, m = 2"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_caption_says_the_equation(model, words):
    assert describe(WORLD, model, FEW).startswith(f"{words}, importance ")


def asked(node):
    """The kinds in isinstance(…, kinds), or in … is kind."""
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "isinstance":
        return node.args[1:]
    return node.comparators if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Is) else []


def test_nothing_asks_for_the_class_of_a_model():
    names = {type(model).__name__ for model in (*PRESETS, TANH)}
    asking = [
        f"{file.name}:{node.lineno}"
        for file in Path(tsup.__file__).parent.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        for kinds in asked(node)
        if names & {leaf.id for leaf in ast.walk(kinds) if isinstance(leaf, ast.Name)}
    ]
    assert asking == []
