"""Models: outputs, losses, gradients and independent starts."""

import math

import numpy as np
import pytest
import torch

from tsup import AbsValue, Activated, Features, InputError, Linear, ReluHidden, ReluOutput, Training, TwoLayer
from tsup.activations import ACTIVATIONS
from tsup.config import Setup
from tsup.data import sample
from tsup.draws import generator, initial
from tsup.models import forward, hidden, loss, shapes, target
from tsup.training import train

RNG = np.random.default_rng(0)
x = RNG.uniform(-1, 1, size=(4, 7, 5))
importance = RNG.uniform(0.1, 2, size=(4, 5))
MODELS = [
    Linear(2),
    ReluOutput(2),
    *(Activated(2, activation) for activation in ("gelu", "silu", "square")),
    *(kind(3, hidden_bias=bias) for kind in (ReluHidden, AbsValue) for bias in (False, True)),
    *(TwoLayer(3, False, name, name, hidden_bias=True) for name in ACTIVATIONS),
    TwoLayer(7, hidden_activation="tanh", output_activation="linear", bias=False),
    TwoLayer(2, output_activation="sigmoid", target="absolute"),
]
each_model = pytest.mark.parametrize("model", MODELS, ids=repr)


def weights_of(model):
    """Weights away from any start, for four models."""
    rng = np.random.default_rng(1)
    return {name: rng.normal(size=(4, *shape)) / 2 for name, shape in shapes(model, 5).items()}


@each_model
def test_a_batch_a_setting_meets_the_replicas_of_a_run(model):
    """Of four models in two settings, the first two see the first batch."""
    weights, batch, weight = weights_of(model), x[:2], importance[:2]
    of = [0, 0, 1, 1]
    assert (hidden(model, weights, batch) == hidden(model, weights, batch[of])).all()
    assert (forward(model, weights, batch) == forward(model, weights, batch[of])).all()
    wanted = loss(model, weights, batch[of], weight[of], -batch[of])
    assert (loss(model, weights, batch, weight, -batch) == wanted).all()
    tensors = {name: torch.from_numpy(w) for name, w in weights.items()}
    found = loss(model, tensors, torch.from_numpy(batch), torch.from_numpy(weight), torch.from_numpy(-batch))
    assert found.numpy() == pytest.approx(wanted, rel=1e-12)
    with pytest.raises(InputError, match="^weights and x must share their leading axes, got"):
        forward(model, weights, x[:3])


def test_a_run_sees_samples_of_its_world():
    world = Features(4, [[0.5], [0.1]])
    run = train(world, ReluOutput(2), Training(steps=2, batch=8, replicas=3), "reference", progress=False)
    batch = sample(run.features, 10)
    assert hidden(run.model, run.weights, batch).shape == (6, 10, 2)
    assert loss(run.model, run.weights, batch, world.importances()).shape == (6,)


BY_HAND = {
    "linear": lambda z: z,
    "gelu": lambda z: z * (1 + math.erf(z / math.sqrt(2))) / 2,
    "silu": lambda z: z / (1 + math.exp(-z)),
    "relu": lambda z: max(z, 0.0),
    "square": lambda z: z * z,
    "tanh": math.tanh,
    "sigmoid": lambda z: 1 / (1 + math.exp(-z)),
    "softplus": lambda z: math.log1p(math.exp(z)),
    "abs": abs,
}


def by_hand(model, w, k, row):
    """The formula of the paper, one number at a time."""
    first = w["W1"][k] if "W1" in w else w["W"][k]
    second = w["W2"][k] if "W2" in w else w["W"][k].T
    bias = w["b_hidden"][k] if "b_hidden" in w else np.zeros(model.hidden)
    hidden = [sum(first[a, j] * row[j] for j in range(5)) + bias[a] for a in range(model.hidden)]
    hidden = [BY_HAND[model.hidden_activation](h) for h in hidden]
    f, b = BY_HAND[model.output_activation], w["b"][k] if "b" in w else np.zeros(5)
    return [f(sum(second[i, a] * hidden[a] for a in range(model.hidden)) + b[i]) for i in range(5)]


@each_model
def test_forward_is_the_formula_of_the_paper(model):
    weights = weights_of(model)
    output = forward(model, weights, x)
    for k in range(4):
        for row in range(7):
            assert output[k, row] == pytest.approx(by_hand(model, weights, k, x[k, row]))


@each_model
def test_torch_and_numpy_agree(model):
    weights = weights_of(model)
    tensors = {name: torch.from_numpy(weight) for name, weight in weights.items()}
    x_, importance_ = torch.from_numpy(x), torch.from_numpy(importance)
    assert forward(model, tensors, x_).numpy() == pytest.approx(forward(model, weights, x))
    ours = loss(model, tensors, x_, importance_).numpy()
    assert ours == pytest.approx(loss(model, weights, x, importance))


@each_model
def test_loss_weighs_each_feature_by_its_importance(model):
    weights = weights_of(model)
    wanted = np.abs(x) if model.target == "absolute" else x
    assert (target(model, x) == wanted).all()
    error = wanted - forward(model, weights, x)
    expected = [sum(importance[k] * (error[k] ** 2).mean(0)) for k in range(4)]
    assert loss(model, weights, x, importance) == pytest.approx(expected)


@each_model
def test_gradient_equals_finite_differences_in_float64(model):
    weights = {name: torch.tensor(weight, requires_grad=True) for name, weight in weights_of(model).items()}
    rest = torch.from_numpy(x), torch.from_numpy(importance)

    def losses(*parts):
        return loss(model, dict(zip(weights, parts, strict=True)), *rest)

    assert torch.autograd.gradcheck(losses, list(weights.values()), eps=1e-6, atol=1e-6)


@each_model
def test_each_start_is_drawn_alone(model):
    setup = Setup(Features(20, 0.5), model, Training(scale=0.5))
    many = initial(setup, [generator(seed) for seed in range(300)])
    one = initial(setup, [generator(7)])
    assert {name: tuple(weight.shape) for name, weight in many.items()} == {
        name: (300, *shape) for name, shape in shapes(model, 20).items()
    }
    for name, weight in many.items():
        assert (weight[7] == one[name][0]).all()
        if name.startswith("b"):
            assert (weight == 0).all()
        else:
            assert weight.std().item() == pytest.approx(0.5 * (2 / (20 + model.hidden)) ** 0.5, rel=0.03)
            assert len(torch.unique(weight[:, 0, 0])) == 300


def test_a_positive_read_out_is_the_same_start_without_signs():
    model = AbsValue(4)
    plain, positive = (
        initial(Setup(Features(5, 0.5, low=-1), model, Training(readout=readout)), [generator(3)])
        for readout in (None, "positive")
    )
    assert (plain["W2"] < 0).any()
    assert torch.equal(positive["W2"], plain["W2"].abs())
    assert torch.equal(positive["W1"], plain["W1"])
