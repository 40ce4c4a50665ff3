"""How weights move: the optimisers, the rate's rise and fall, decay either way, and other losses."""

import numpy as np
import pytest
import torch

import tsup
from tsup import Features, InputError, Linear, ReluOutput, Setup, Training
from tsup.backends import cpu, reference
from tsup.backends.covered import uncovered_training
from tsup.config import describe
from tsup.models import loss
from tsup.training import evaluate

WORLD = Features(4, 0.5, importance=[1, 0.5, 0.2, 0.1])


def train(training, model=ReluOutput(2), backend="reference", **options):  # noqa: B008
    return tsup.train(WORLD, model, training, backend=backend, progress=False, **options)


@pytest.mark.parametrize(
    ("own", "option", "value"),
    [
        ("SGD", "momentum", 0.0),
        ("SGD", "momentum", 0.9),
        ("AdamW", "weight_decay", 0.0),
        ("AdamW", "weight_decay", 0.1),
    ],
)
def test_an_optimiser_is_torch_s(own, option, value):
    torch.manual_seed(0)
    start = {"W": torch.randn(2, 3, 4), "b": torch.randn(2, 4)}
    ours, rates = {name: weight.clone() for name, weight in start.items()}, [0.1, 0.02]
    optimiser = reference.SGD(ours, 0.0, value) if own == "SGD" else reference.AdamW(ours, value)
    gradients = [[torch.randn_like(weight) for weight in start.values()] for _ in range(20)]
    for gradient in gradients:
        optimiser.step(gradient, torch.tensor(rates))
    for k, lr in enumerate(rates):
        alone = [torch.nn.Parameter(weight[k].clone()) for weight in start.values()]
        theirs = getattr(torch.optim, own)(alone, lr=lr, **{option: value})
        for gradient in gradients:
            for weight, slope in zip(alone, gradient, strict=True):
                weight.grad = slope[k]
            theirs.step()
        for name, weight in zip(start, alone, strict=True):
            assert ours[name][k].numpy() == pytest.approx(weight.detach().numpy(), abs=1e-6)


@pytest.mark.parametrize("make", [lambda w: reference.AdamW(w, -0.5), lambda w: reference.SGD(w, -0.5, 0.9)])
def test_without_a_gradient_negative_decay_makes_weights_grow_by_its_share(make):
    weights = {"W": torch.ones(2, 3, 4)}
    optimiser = make(weights)
    for _ in range(3):
        optimiser.step([torch.zeros(2, 3, 4)], torch.tensor([0.1, 0.2]))
    assert weights["W"][:, 0, 0].numpy() == pytest.approx([1.05**3, 1.1**3], rel=1e-6)


def test_decay_of_either_sign_moves_norms_its_way():
    sizes = [
        np.linalg.norm(train(Training(steps=300, batch=64, lr=0.01, weight_decay=decay)).W)
        for decay in (1.0, 0.0, -1.0)
    ]
    assert sizes[0] < 0.9 * sizes[1] < 0.81 * sizes[2]


@pytest.mark.parametrize("schedule", ["constant", "linear", "cosine"])
def test_warm_up_multiplies_the_schedule_by_a_rise(schedule):
    plain, warm = (Training(steps=100, schedule=schedule, warmup=rise) for rise in (None, 40))
    for step in (0, 1, 20, 38, 39, 40, 99):
        assert warm.decay(step) == pytest.approx(plain.decay(step) * min(1, (step + 1) / 40))
    assert warm.decay(50) == plain.decay(50)


@pytest.mark.parametrize("backend", ["reference", "cpu"])
def test_a_first_step_is_as_long_as_warm_up_leaves_it(backend):
    """Adam's first step is the rate itself, whatever the gradient, and here a tenth of it."""
    for warmup, rate in ((None, 0.01), (10, 0.001)):
        training = Training(steps=10, batch=64, lr=0.01, schedule="constant", warmup=warmup, snapshots=(0, 1))
        shots = train(training, Linear(2), backend).snapshots
        moved = np.abs(shots.W[1] - shots.W[0])
        assert moved == pytest.approx(rate, rel=1e-3)


@pytest.mark.parametrize(
    ("kind", "power"), [("mae", lambda e: e.abs()), ("l4", lambda e: e**4), (None, lambda e: e**2)]
)
def test_a_loss_and_its_gradient_are_the_formula_s(kind, power):
    torch.manual_seed(0)
    weights = {
        name: torch.randn(3, *shape, dtype=torch.double, requires_grad=True)
        for name, shape in {"W": (2, 4), "b": (4,)}.items()
    }
    x, importance = torch.rand(3, 50, 4, dtype=torch.double), torch.tensor([1, 0.5, 0.2, 0.1]).double()
    found = loss(ReluOutput(2), weights, x, importance, kind=kind)
    output = (x @ weights["W"].mT @ weights["W"] + weights["b"][:, None]).relu()
    expected = (importance * power(x - output)).sum(-1).mean(-1)
    assert found.detach().numpy() == pytest.approx(expected.detach().numpy())
    for ours, theirs in zip(
        torch.autograd.grad(found.sum(), [*weights.values()], retain_graph=True),
        torch.autograd.grad(expected.sum(), [*weights.values()]),
        strict=True,
    ):
        assert ours.numpy() == pytest.approx(theirs.numpy())


@pytest.mark.parametrize("kind", ["mae", "l4"])
def test_a_training_descends_its_own_loss(kind):
    training, usual = (Training(steps=400, batch=128, lr=0.01, loss=own) for own in (kind, None))
    own, other = train(training), train(usual)
    assert (own.loss == evaluate(own.setup, own.weights)).all()
    assert own.loss < evaluate(own.setup, other.weights)
    assert own.history.loss[-1] < own.history.loss[0]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"optimizer": "sgd"}, "optimizer 'sgd'"),
        ({"loss": "l4"}, "loss 'l4'"),
        ({"loss": "mae"}, "loss 'mae'"),
    ],
)
def test_what_the_kernels_do_not_know_goes_to_the_reference_with_a_line(options, words, caplog):
    caplog.set_level("INFO", logger="tsup")
    training = Training(steps=10, batch=8, **options)
    assert uncovered_training(training) == words
    assert cpu.covers(Setup(WORLD, ReluOutput(2), training)) == words
    assert train(training, backend="cpu").backend == "reference"
    assert f"backend cpu does not cover {words}: the reference trains instead" in caplog.text


def test_what_the_kernels_know_is_a_list(monkeypatch):
    assert uncovered_training(Training(warmup=5, weight_decay=-1, l1=0.1, replica=3)) is None
    monkeypatch.setattr("tsup.backends.covered.KNOWN", {"steps"})
    assert uncovered_training(Training()) == "batch 1024"


def test_the_usual_names_are_the_usual_training():
    usual = Training(optimizer="adam", loss="mse")
    assert usual == Training()
    assert usual.digest == Training().digest
    assert Training.from_json(usual.to_json()) == usual


def test_captions_say_every_option():
    def said(**options):
        return describe(WORLD, ReluOutput(2), Training(**options))

    assert "steps of SGD with momentum 0.9 with weight decay −0.1 on" in said(
        optimizer="sgd", momentum=0.9, weight_decay=-0.1
    )
    assert "steps of SGD on" in said(optimizer="sgd")
    assert "AdamW with weight decay −0.5" in said(weight_decay=-0.5)
    assert "warm-up over 1,000 steps" in said(warmup=1000)
    assert "fourth power of the error" in said(loss="l4")
    assert "absolute error" in said(loss="mae")
    assert "chosen among starts" in said(replica=2)


def test_a_replica_s_number_must_fit_the_settings():
    with pytest.raises(InputError, match="^replica must be one number or one per setting, 1, got 2$"):
        Setup(WORLD, ReluOutput(2), Training(replica=[0, 1]))
    setup = Setup(WORLD, ReluOutput(2), Training(seed=7, replicas=2, replica=3))
    assert [replica for _, replica in setup.streams] == [3, 4]
