"""The GPU backend: its batches, its updates against the reference's, and what it promises.

On a machine with a GPU all of it runs there, compiled. On others it runs in Triton's interpreter, and the kernels are
compiled for a GPU that is not there: the interpreter knows neither types nor registers.
"""

import os
import subprocess
import sys
from dataclasses import replace
from importlib.util import find_spec

import numpy as np
import pytest
import torch

from tsup import (
    AbsValue,
    Activated,
    Constant,
    Exponential,
    Features,
    Linear,
    ReluHidden,
    ReluOutput,
    Training,
    TrainingError,
    TwoLayer,
)
from tsup.backends import gpu, reference
from tsup.backends.equations import COVERED
from tsup.backends.gpu import arrays
from tsup.backends.stage import Start
from tsup.config import Setup, equation, spawn_seeds
from tsup.draws import generator, initial
from tsup.models import hidden, loss
from tsup.training import evaluate, stages

pytestmark = pytest.mark.skipif(not find_spec("triton"), reason="triton is not installed")
ON_GPU = torch.cuda.is_available()
DEVICE = "cuda" if ON_GPU else "cpu"
SETS = {"correlated": [[0, 2]], "anticorrelated": [[1, 3, 4]]}
MODELS = [
    Linear(2),
    ReluOutput(3),
    *(Activated(2, name) for name in ("gelu", "silu", "square")),
    ReluHidden(2),
    ReluHidden(3, hidden_bias=True),
    AbsValue(7),
    AbsValue(4, hidden_bias=True),
]


@pytest.fixture(autouse=True)
def interpreter(monkeypatch):
    """The backend asks for this when it is used; conftest has imported the kernels under it."""
    if not ON_GPU:
        monkeypatch.setenv("TRITON_INTERPRET", "1")


def tile_rows(monkeypatch, rows):
    monkeypatch.setattr(arrays, "ROWS", {True: rows, False: rows})


@pytest.fixture(params=["one program", "tiles"])
def way(request, monkeypatch):
    """Both ways to train a small model, on several tiles of rows."""
    tile_rows(monkeypatch, 32)
    if request.param == "tiles":
        monkeypatch.setattr(arrays, "SMALL", 0)


def last(setup, stops=None):
    return list(gpu.stages(setup, DEVICE, stops or [setup.training.steps]))[-1]


def batch(setup, step):
    return gpu.batches(setup, DEVICE, step).cpu()


def followed(setup):
    """The weights after the same updates on the same batches, by autograd and the reference's optimiser."""
    training, own = setup.training, [generator(seed, 0, r) for seed, r in setup.streams]
    weights = {name: weight.requires_grad_() for name, weight in initial(setup, own).items()}
    importance = torch.from_numpy(setup.features.importances().repeat(training.replicas, axis=0)).float()
    optimiser = reference.AdamW(weights, training.weight_decay)
    rates = torch.from_numpy(setup.rates).float()
    for step in range(training.steps):
        losses = loss(setup.model, weights, batch(setup, step), importance)
        gradients = torch.autograd.grad(losses.sum(), list(weights.values()))
        optimiser.step(gradients, rates * training.decay(step))
    return {name: weight.detach().numpy() for name, weight in weights.items()}, losses.detach().numpy()


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("model", MODELS, ids=repr)
def test_updates_are_the_reference_s_on_the_same_batches(model):
    world = Features(6, [[1.0], [0.2]], importance=[0.9**i for i in range(6)], low=-1.0, **SETS)
    training = Training(steps=3, batch=40, lr=[0.01, 0.03], weight_decay=-0.1, schedule="linear", warmup=2)
    setup = Setup(world, model, training)
    weights, losses = followed(setup)
    stage = last(setup)
    assert set(stage.weights) == set(weights)
    for name, weight in weights.items():
        assert stage.weights[name] == pytest.approx(weight, abs=3e-5)
    assert stage.loss == pytest.approx(losses, rel=1e-4)


def moved(setup):
    """A stack away from its start after one update, what its weights were, and the gradient of that update."""
    start, noise = last(setup, [0]).weights, torch.Generator().manual_seed(0)
    weights = {name: torch.from_numpy(weight) for name, weight in start.items()}
    for weight in weights.values():
        weight += 0.2 * torch.randn(weight.shape, generator=noise)
    own = gpu.stack(setup, DEVICE, Start(weights=start))
    gpu.trainer(own)(0, 1)
    # the first moment after one update is a tenth of the gradient
    found = {name: 10 * moment for name, moment in own.shape.unpacked(own.adam.M.cpu().numpy()).items()}
    return own, {name: weight.double().requires_grad_() for name, weight in weights.items()}, found


GENERAL = [TwoLayer(3, **own._asdict()) for own in sorted(COVERED - set(map(equation, MODELS)))]


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("model", [*MODELS, *GENERAL], ids=lambda model: equation(model).words)
def test_gradients_are_autograd_s_in_float64(model):
    assert gpu.covers(Setup(Features(6, 0.6), model, Training())) is None
    setup = Setup(Features(6, 0.6, low=-1.0, **SETS), model, Training(steps=1, batch=40))
    _, weights, found = moved(setup)
    losses = loss(model, weights, batch(setup, 0).double(), torch.ones(1, 6, dtype=torch.float64))
    exact = torch.autograd.grad(losses.sum(), list(weights.values()))
    for (name, gradient), expected in zip(found.items(), exact, strict=True):
        assert gradient == pytest.approx(expected.numpy(), abs=1e-5), name


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("model", MODELS, ids=repr)
def test_gradients_of_a_penalty_are_autograd_s_in_float64(model):
    setup = Setup(Features(6, 0.6, low=-1.0, **SETS), model, Training(steps=1, batch=40, l1=0.3))
    own, weights, found = moved(setup)
    x = batch(setup, 0).double()
    reported = loss(model, weights, x, torch.ones(1, 6, dtype=torch.float64))
    total = reported + 0.3 * hidden(model, weights, x).abs().sum(-1).mean(-1)
    exact = torch.autograd.grad(total.sum(), list(weights.values()))
    assert own.losses.cpu().numpy() == pytest.approx(reported.detach().numpy(), rel=1e-4)
    for (name, gradient), expected in zip(found.items(), exact, strict=True):
        assert gradient == pytest.approx(expected.numpy(), abs=1e-5), name


@pytest.mark.usefixtures("way")
def test_every_setting_has_a_penalty_of_its_own():
    world, training = Features(6, [[0.6], [0.6]], low=-1.0), Training(steps=1, batch=40, seed=[5, 5])
    (_, _, each), (_, _, high), (_, _, low) = (
        moved(Setup(world, ReluOutput(3), replace(training, l1=l1))) for l1 in ([0.9, 0.1], 0.9, 0.1)
    )
    for name, gradient in each.items():
        assert gradient[0] == pytest.approx(high[name][0], abs=1e-6), name
        assert gradient[1] == pytest.approx(low[name][1], abs=1e-6), name


@pytest.mark.parametrize("norm", ["mean", "own"])
@pytest.mark.parametrize("model", [Linear(2), ReluOutput(3), Activated(2, "gelu")], ids=repr)
def test_gradients_under_attack_are_autograd_s_in_float64(model, norm, monkeypatch):
    tile_rows(monkeypatch, 32)
    training = Training(steps=1, batch=40, attack={"share": 0.5, "norm": norm})
    setup = Setup(Features(6, 0.2, **SETS), model, training)
    own, weights, found = moved(setup)
    x, W = batch(setup, 0).double(), weights["W"].detach()
    choice = gpu.choices(setup, DEVICE, 0).cpu().long()
    assert sorted(set(choice.flatten().tolist())) == list(range(6))
    ways = torch.nn.functional.normalize(W.mT @ W, dim=-1)[0, choice[0]]
    length = x.norm(dim=-1, keepdim=True)
    seen = x + 0.5 * (length if norm == "own" else length.mean()) * ways
    losses = loss(model, weights, x, torch.ones(1, 6, dtype=torch.float64), seen)
    exact = torch.autograd.grad(losses.sum(), list(weights.values()))
    assert own.losses.cpu().numpy() == pytest.approx(losses.detach().numpy(), rel=1e-4)
    for (name, gradient), expected in zip(found.items(), exact, strict=True):
        assert gradient == pytest.approx(expected.numpy(), abs=1e-5), name


def test_updates_of_a_wide_model_go_by_blocks():
    setup = Setup(Features(150, 0.1), ReluHidden(37, True), Training(steps=2, batch=70, lr=0.01))
    weights, losses = followed(setup)
    stage = last(setup)
    assert stage.W == pytest.approx(weights["W"], abs=3e-5)
    assert stage.b_hidden == pytest.approx(weights["b_hidden"], abs=3e-5)
    assert stage.loss == pytest.approx(losses, rel=1e-4)


@pytest.fixture
def large_tiles(monkeypatch):
    """The interpreter takes as long for a large tile as for a small one."""
    if not ON_GPU:
        tile_rows(monkeypatch, 8192)


@pytest.mark.usefixtures("large_tiles")
def test_entries_have_the_right_moments():
    density, rows = [1.0, 0.3, 0.02], 60_000
    x = batch(Setup(Features(4, np.c_[density]), Linear(2), Training(steps=1, batch=rows)), 0).numpy()
    for p, own in zip(density, x, strict=True):
        for power, mean in ((0, p), (1, p / 2), (2, p / 3)):
            values = (own > 0).astype(float) if power == 0 else own.astype(float) ** power
            spread = np.sqrt((p / (2 * power + 1) - mean**2) / rows) + 1e-12
            assert np.abs((values.mean(0) - mean) / spread).max() < 4.5


@pytest.mark.usefixtures("large_tiles")
def test_entries_of_steps_models_rows_and_features_are_independent():
    setup = Setup(Features(8, [[1.0], [1.0]]), Linear(2), Training(steps=3, batch=4096, replicas=2))
    draws = np.stack([batch(setup, step).numpy() for step in range(3)])
    columns = draws.transpose(2, 0, 1, 3).reshape(4096, -1)
    z = np.corrcoef(columns.T)[np.triu_indices(columns.shape[1], 1)] * 64
    assert np.abs(z).max() < 5.2
    assert 0.95 < z.std() < 1.05
    assert len(np.unique(draws)) > 0.98 * draws.size
    lagged = [np.corrcoef(columns[:-lag].ravel(), columns[lag:].ravel())[0, 1] for lag in (1, 2, 63, 64)]
    assert np.abs(lagged).max() * np.sqrt(columns.size) < 5


def test_how_rows_are_dealt_out_to_tiles_changes_no_entry(monkeypatch):
    setup = Setup(Features(5, 0.3, **SETS), Linear(2), Training(steps=1, batch=100))
    draws = []
    for rows in (16, 128):
        tile_rows(monkeypatch, rows)
        draws.append(batch(setup, 0))
    assert (draws[0] == draws[1]).all()


@pytest.mark.usefixtures("large_tiles")
def test_sets_are_tied():
    features = Features(6, 0.3, low=-1.0, **SETS)
    x = batch(Setup(features, Linear(2), Training(steps=1, batch=30_000)), 0)[0].numpy()
    on = x != 0
    assert (on[:, 0] == on[:, 2]).all()
    assert abs(np.corrcoef(x[on[:, 0]][:, [0, 2]].T)[0, 1]) < 0.05
    group = on[:, [1, 3, 4]]
    assert (group.sum(1) <= 1).all()
    assert group.mean(0) == pytest.approx(0.1, abs=0.01)
    assert np.abs(x[:, 1][on[:, 1]].mean()) < 0.05
    assert abs(np.corrcoef(on[:, 5], on[:, 0])[0, 1]) < 0.03


@pytest.mark.usefixtures("way")
def test_a_stack_equals_its_models_alone_and_two_segments_one():
    density, rates = [1.0, 0.1], [0.01, 0.02]
    setup = Setup(
        Features(4, np.c_[density]), ReluOutput(2), Training(steps=3, batch=40, lr=rates, seed=5, replicas=2)
    )
    whole, halting = last(setup), last(setup, [0, 1, 3])
    assert (whole.W == halting.W).all()
    assert (whole.b == halting.b).all()
    for k, seed in enumerate(spawn_seeds(5, 2)):
        own = Training(steps=3, batch=40, lr=rates[k], seed=[seed], replicas=2)
        alone = last(Setup(Features(4, density[k]), ReluOutput(2), own))
        assert (whole.W[2 * k : 2 * k + 2] == alone.W).all()


@pytest.mark.usefixtures("way")
def test_a_training_goes_on_from_where_another_stopped():
    setup = Setup(Features(4, [[1.0], [0.1]]), ReluHidden(2, True), Training(steps=4, batch=40, replicas=2))
    whole, half = last(setup), last(setup, [0, 2])
    first, end = gpu.stages(setup, DEVICE, [2, 4], Start(2, half.weights, half.state))
    for name, weight in whole.weights.items():
        assert (first.weights[name] == half.weights[name]).all()
        assert (end.weights[name] == weight).all()
    assert (end.loss == whole.loss).all()
    assert np.isnan(first.loss).all()


@pytest.mark.usefixtures("way")
def test_a_training_starts_from_one_s_own_weights():
    setup = Setup(Features(4, 0.5), ReluOutput(2), Training(steps=2, batch=40, replicas=2))
    own = np.random.default_rng(0).normal(size=(2, 2, 4)).astype(np.float32)
    first, _ = gpu.stages(setup, DEVICE, [0, 2], Start(weights={"W": own}))
    assert (first.W == own).all()
    assert (first.b == 0).all()


def test_it_starts_like_the_reference_and_reaches_its_losses():
    setup = Setup(Features(4, 1.0), ReluOutput(2), Training(steps=60, batch=128, lr=0.05, replicas=4))
    first, end = gpu.stages(setup, DEVICE, [0, 60])
    start, goal = reference.stages(setup, "cpu", [0, 60])
    assert (first.W == start.W).all()
    assert np.isnan(first.loss).all()
    begun, reached, expected = (evaluate(setup, stage.weights) for stage in (first, end, goal))
    assert (reached < 0.4 * begun).all()
    assert reached == pytest.approx(expected, rel=0.02)


def test_memory_counts_the_arrays_that_are_made(monkeypatch):
    made = []
    monkeypatch.setattr(
        gpu.torch, "empty", lambda *size, **options: made.append(np.prod(size)) or torch.zeros(*size)
    )
    setup = Setup(Features(100, 0.1), AbsValue(40), Training(steps=1, batch=100, replicas=2))
    own = gpu.stack(setup, DEVICE)
    gpu._large(own)
    kept = [*own.adam, own.losses, own.adam_steps, own.rates, own.weights, *own.noise]
    needed = 4 * (sum(array.numel() for array in kept) + sum(made))
    assert needed <= gpu.memory(setup) <= 1.2 * needed


def test_constant_features_are_their_value_and_as_frequent_as_they_should_be():
    setup = Setup(Features(4, 0.3, magnitude=Constant(-2)), Linear(2), Training(steps=1, batch=5_000))
    x = batch(setup, 0).numpy()
    assert set(np.unique(x)) == {-2, 0}
    assert gpu.covers(setup) is None
    assert np.abs((x != 0).mean((0, 1)) - 0.3).max() < 4.5 * np.sqrt(0.3 * 0.7 / 5_000)


def test_what_it_does_not_cover_and_why_it_may_be_missing(monkeypatch):
    world = Features(200, 0.1)
    assert gpu.covers(Setup(world, ReluOutput(2), Training())) is None
    assert gpu.covers(Setup(world, ReluOutput(2), Training(l1=0.1))) is None
    attacked = Training(attack={"share": 0.1})
    assert gpu.covers(Setup(Features(20, 0.1), ReluOutput(2), attacked)) is None
    assert gpu.covers(Setup(world, ReluOutput(2), attacked)) == (
        "adversarial training of models that do not fit into one program"
    )
    assert gpu.covers(Setup(world, ReluOutput(129), Training())) == "more than 128 hidden dimensions"
    assert (
        gpu.covers(Setup(world, ReluOutput(2), Training(batch=2**21)))
        == "batches of more than 1,048,576 rows"
    )
    assert (
        gpu.covers(Setup(Features(5000, 0.1), ReluOutput(2), Training(batch=2**20)))
        == "batches of more than 2³¹ entries"
    )
    exponential = Features(5, 0.1, magnitude=Exponential())
    assert gpu.covers(Setup(exponential, ReluOutput(2), Training())) == "exponential magnitudes of mean 1"
    assert gpu.missing() is None
    monkeypatch.delenv("TRITON_INTERPRET")
    monkeypatch.setattr(gpu.torch.cuda, "is_available", lambda: False)
    assert gpu.missing() == "no CUDA device is here"
    monkeypatch.setattr(gpu, "find_spec", lambda name: None)
    assert gpu.missing() == "triton is not installed"


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # NumPy's, beneath the interpreter
def test_a_training_that_diverges_names_the_model_and_the_step():
    training = Training(steps=4, batch=16, lr=[0.01, 1e30], schedule="constant")
    with pytest.raises(
        TrainingError, match="model 1 was not finite at step [1-4]; lr = 1e\\+30 may be too large"
    ):
        list(stages(Features(3, [[0.5], [0.5]]), ReluOutput(2), training, "gpu", "auto"))


COMPILE = """
import triton
from triton.backends.compiler import GPUTarget
from triton.compiler import ASTSource
from tsup.backends.gpu import draws, kernels

whole = {"first", "count", "batch", "n", "step", "tiles"}
kinds = {"keys": "*i32", "counter": "*i32", "choices": "*i32", **dict.fromkeys(whole, "i32")}
kinds |= dict.fromkeys(("low", "span", "share"), "fp32")
plain = dict.fromkeys(("ABSOLUTE", "RECTIFIED", "BIASED", "UNTIED", "PENALISED", "ATTACKED", "OWN"), False)
plain |= {"SETS": True, "FORM": 1}
full = {**plain, "ABSOLUTE": True, "RECTIFIED": True, "BIASED": True, "UNTIED": True, "PENALISED": True}
attacked = {"PENALISED": True, "ATTACKED": True}
tile = {"ROWS": 32, "FEATURES": 64, "HIDDEN": 16}
for kernel, given in [
    (kernels.train_small, {**plain, "FORM": 2, "ROWS": 32, "FEATURES": 16, "HIDDEN": 16}),
    (kernels.train_small, {**plain, **attacked, "ROWS": 32, "FEATURES": 16, "HIDDEN": 16}),
    (kernels.part_of_gradient, {**full, **tile, "BLOCK": 64}),
    (kernels.update, {**full, **tile, "SIZE": 1024}),
    (draws.show, {**plain, **tile}),
    (draws.show_choices, tile),
]:
    names = kernel.arg_names
    types = {name: "constexpr" if name in given else kinds.get(name, "*fp32") for name in names}
    values = {(names.index(name),): value for name, value in given.items() if name in names}
    made = triton.compile(
        ASTSource(kernel, types, values),
        target=GPUTarget("cuda", 90, 32),
        options={"num_warps": 8, "enable_fp_fusion": True},
    )
    print(kernel.__name__, made.metadata.shared, len(made.asm["cubin"]) > 0)
"""


def test_the_kernels_compile_for_a_gpu(tmp_path):
    settings = {**os.environ, "TRITON_CACHE_DIR": str(tmp_path)}
    settings.pop("TRITON_INTERPRET", None)
    done = subprocess.run([sys.executable, "-c", COMPILE], env=settings, capture_output=True, text=True)
    assert not done.returncode, done.stderr[-2000:]
    made = [line.split() for line in done.stdout.splitlines()]
    assert [name for name, *_ in made] == [
        *("train_small", "train_small", "part_of_gradient", "update", "show", "show_choices")
    ]
    assert all(int(shared) <= 48 * 1024 and ok == "True" for _, shared, ok in made)


@pytest.mark.skipif(not ON_GPU, reason="no CUDA device is here")
@pytest.mark.parametrize(("n", "m"), [(5, 2), (60, 10)])
def test_a_long_training_on_a_gpu_reaches_the_losses_of_the_reference(n, m):
    setup = Setup(Features(n, [[1.0], [0.1]]), ReluOutput(m), Training(steps=2000, lr=0.01, replicas=4))
    ends = (list(backend.stages(setup, "cuda", [2000]))[-1] for backend in (gpu, reference))
    reached, expected = (evaluate(setup, end.weights).reshape(2, 4).min(1) for end in ends)
    assert reached == pytest.approx(expected, rel=0.02)
