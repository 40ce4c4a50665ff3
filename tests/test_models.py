"""Models: outputs, losses, gradients and independent starts."""

import numpy as np
import pytest
import torch

from tsup import Features, Linear, ReluOutput, Training
from tsup.config import Setup
from tsup.data import generator
from tsup.models import forward, initial, loss

RNG = np.random.default_rng(0)
W, b, x = RNG.normal(size=(4, 2, 5)), RNG.normal(size=(4, 5)) / 3, RNG.uniform(size=(4, 7, 5))
importance = RNG.uniform(0.1, 2, size=(4, 5))


@pytest.mark.parametrize("model", [Linear(2), ReluOutput(2)])
def test_forward_is_the_formula_of_the_paper(model):
    output = forward(model, W, b, x)
    for k in range(4):
        for row in range(7):
            expected = W[k].T @ (W[k] @ x[k, row]) + b[k]
            expected = np.maximum(expected, 0) if model.kind == "relu-output" else expected
            assert output[k, row] == pytest.approx(expected)


@pytest.mark.parametrize("model", [Linear(2), ReluOutput(2)])
def test_torch_and_numpy_agree(model):
    tensors = [torch.from_numpy(a) for a in (W, b, x, importance)]
    assert forward(model, *tensors[:3]).numpy() == pytest.approx(forward(model, W, b, x))
    assert loss(model, *tensors).numpy() == pytest.approx(loss(model, W, b, x, importance))


def test_loss_weighs_each_feature_by_its_importance():
    error = x - forward(ReluOutput(2), W, b, x)
    expected = [sum(importance[k] * (error[k] ** 2).mean(0)) for k in range(4)]
    assert loss(ReluOutput(2), W, b, x, importance) == pytest.approx(expected)


@pytest.mark.parametrize("model", [Linear(2), ReluOutput(2)])
def test_gradient_equals_finite_differences_in_float64(model):
    inputs = [torch.tensor(a, dtype=torch.float64, requires_grad=True) for a in (W, b)]
    rest = [torch.from_numpy(a) for a in (x, importance)]
    assert torch.autograd.gradcheck(lambda W, b: loss(model, W, b, *rest), inputs, eps=1e-6, atol=1e-6)


def test_each_start_is_drawn_alone():
    setup = Setup(Features(20, 0.5), ReluOutput(5), Training())
    many, _ = initial(setup, [generator(seed) for seed in range(300)])
    one, bias = initial(setup, [generator(7)])
    assert (many[7] == one[0]).all()
    assert (bias == 0).all()
    assert many.std().item() == pytest.approx((2 / 25) ** 0.5, rel=0.02)
    assert len(torch.unique(many[:, 0, 0])) == 300
