"""The CPU backend: its batches have the right distribution, its gradients are autograd's, its stacks don't interact."""

from dataclasses import replace
from functools import partial
from importlib import import_module

import numpy as np
import pytest
import torch
from moments import assert_same_moments

import tsup
from tsup import Features, Linear, ReluOutput, Training, TrainingError, threads
from tsup.backends import cpu
from tsup.backends.cpu.arguments import Blocks, Model, Parameters, Shard, Source
from tsup.backends.cpu.compile import fused, tiled
from tsup.backends.cpu.unroll import specialise
from tsup.backends.equations import COVERED, FORMS
from tsup.backends.inputs import adam_steps, objective
from tsup.backends.reference import AdamW
from tsup.config import AbsValue, Activated, Attack, ReluHidden, Setup, TwoLayer, equation, spawn_seeds
from tsup.draws import Sampler, generator
from tsup.models import hidden, loss

SETS = {"correlated": [[0, 2]], "anticorrelated": [[1, 3, 4]]}
WORLDS = {
    "dense": Features(5, 1.0),
    "half": Features(5, 0.5, importance=[0.9**i for i in range(5)]),
    "sparse": Features(5, 0.02),
    "very sparse": Features(5, 0.001),
    "uneven": Features(5, [[0.02, 0.008, 0.012, 0.024, 0.002]]),
    "uneven dense": Features(5, [[1.0, 0.01, 0.3, 0.7, 0.2]]),
    "signed": Features(5, 0.02, low=-1.0),
    "signed dense": Features(5, 0.6, low=-1.0),
    "constant": Features(5, 0.02, magnitude=tsup.Constant(-2)),
    "constant, sets": Features(5, 0.4, magnitude=tsup.Constant(0.5), **SETS),
    "sets, dense": Features(5, 0.4, **SETS),
    "sets, sparse": Features(5, 0.02, **SETS),
    "prime": Features(23, 0.02),
    "wide": Features(200, 0.02),
    "wide dense": Features(200, 0.3),
    "widest": Features(211, 0.0005),
}
MODELS = {
    "linear": Linear,
    "relu-output": ReluOutput,
    "gelu": partial(Activated, activation="gelu"),
    "silu": partial(Activated, activation="silu"),
    "square": partial(Activated, activation="square"),
    "relu-hidden": ReluHidden,
    "relu-hidden, bias": partial(ReluHidden, hidden_bias=True),
    "absolute-value": AbsValue,
    "absolute-value, bias": partial(AbsValue, hidden_bias=True),
}
TIED = tuple(MODELS)[:5]


def hidden_of(features):
    """Of tiles 2 and 5 high, which `compile_kernels` compiles, with and without padding."""
    return {5: 2, 23: 10, 200: 20, 211: 13}[features.n]


def ways(world, name):
    return (*("tiled", "by entry"), *(("fused",) if world.n == 5 and name == "relu-output" else ()))


# Every module of kernels draws by the same code; what a test draws by itself takes the one that is compiled for it.
DRAWS = tiled(2)
CASES = [(world, name, way) for world in WORLDS for name in MODELS for way in ways(WORLDS[world], name)]


def random_stack(setup):
    """A stack with weights and biases away from their start."""
    stack = cpu.stack(setup)
    rng = np.random.default_rng(1)
    for name, view in stack.layout.views(stack.adam.P).items():
        view[:] = rng.normal(0, 0.1 if name == "b" else 0.4, view.shape)
    return stack


def source_of(stack, k):
    """Where model k's batches come from."""
    settings, density = stack.settings, stack.settings.density[k]
    return Source(settings.world, density, density.max(), settings.keys[k], settings.rows)


def batch(stack, step, k=0):
    """The rows that the kernels drew for model k in one step; rows without an active feature come last."""
    source, plan = source_of(stack, k), stack.settings.plan
    if source.highest >= stack.kernel.DENSE:
        return drawn_whole(stack, step, k)
    x, row = np.zeros((source.rows, stack.setup.features.n)), 0
    work = DRAWS.workspace(stack.settings.shape, plan._replace(by_entry=False), False)
    for block, first in enumerate(range(0, source.rows, plan.part)):
        at = np.uint64(DRAWS.address(source.key, step, block))
        here = min(plan.part, source.rows - first)
        count, lanes = DRAWS.draw_entries(here, source, at, work.gaps, work.entries)
        lane, feature, value = (array[:count] for array in work.entries)
        x[row + lane, feature] = value
        row += lanes
    return x


def drawn_whole(stack, step, k=0):
    """The rows that the kernels draw for model k in one step where they draw every entry."""
    source, shape, width = source_of(stack, k), stack.settings.shape, stack.settings.plan.width
    x, X = np.zeros((source.rows, shape.n)), np.zeros((shape.features, width), np.float32)
    for block, first in enumerate(range(0, source.rows, width)):
        lanes = DRAWS.draw_block(X, source, step, block)
        x[first : first + lanes] = X[: shape.n, :lanes].T
    return x


def by_entry(stack, whether):
    """The stack with products by entry, or without, whatever its size."""
    plan = stack.settings.plan._replace(by_entry=whether)
    return replace(stack, settings=stack.settings._replace(plan=plan))


def gradient(stack, step):
    """The kernels' loss and gradient of the first model on its batch of one step."""
    flat, steps = np.zeros(stack.layout.size, np.float32), adam_steps(stack.setup, 0, 1)
    own = stack.adam, flat, stack.settings
    stack.kernel.train(np.arange(1), *own, step, steps, Shard(0, 1), False, stack.losses)
    return stack.losses[0], {name: view[0] for name, view in stack.layout.views(flat[None]).items()}


def leaves_of(stack):
    """The first model's weights in float64, for autograd."""
    return {
        name: torch.tensor(w[:1], dtype=torch.float64, requires_grad=True)
        for name, w in stack.weights.items()
    }


def assert_gradients(found, leaves):
    """The kernels' gradients are those that autograd left in the leaves."""
    for name, leaf in leaves.items():
        assert found[name] == pytest.approx(leaf.grad[0].numpy(), abs=1e-5 * leaf.grad.abs().max().item())


@pytest.mark.parametrize(("world", "name", "way"), CASES)
def test_gradient_equals_float64_autograd_on_the_same_batch(world, name, way):
    features = WORLDS[world]
    setup = Setup(features, MODELS[name](hidden_of(features)), Training(batch=1000))
    stack, hidden = by_entry(random_stack(setup), way == "by entry"), setup.model.hidden
    form = FORMS[setup.model.output_activation]
    stack.kernel = fused(features.n, hidden, form) if way == "fused" else tiled(cpu.tile_height(hidden))
    measured, found = gradient(stack, 3)
    leaves = leaves_of(stack)
    x = torch.from_numpy(batch(stack, 3))[None]
    expected = loss(setup.model, leaves, x, torch.from_numpy(features.importances())).sum()
    expected.backward()
    assert measured == pytest.approx(expected.item(), rel=1e-4)
    assert_gradients(found, leaves)


@pytest.mark.parametrize("name", TIED)
def test_the_fused_gradient_of_every_form_equals_float64_autograd(name):
    """By itself, where all forms differ: what surrounds it is the same in every fused module."""
    setup, rng = Setup(Features(5, 0.5), MODELS[name](2), Training()), np.random.default_rng(3)
    kernel = fused(5, 2, FORMS[setup.model.output_activation])
    W, b, weight = (rng.normal(0, 0.5, shape).astype(np.float32) for shape in ((2, 5), 5, 5))
    x = (rng.uniform(size=(5, 64)) * (rng.uniform(size=(5, 64)) < 0.5)).astype(np.float32)
    G, g = np.zeros_like(W), np.zeros_like(b)
    own = Model(
        Parameters(W, W, b, b),
        Parameters(G, G, g, g),
        objective(setup),
        2 * np.abs(weight) / 64,
        np.float32(0),
    )
    measured = kernel.gradient(own, np.float32(1), Blocks(x, x, x, x), 64)
    leaves = {"W": torch.tensor(W[None]).double(), "b": torch.tensor(b[None]).double()}
    for leaf in leaves.values():
        leaf.requires_grad_()
    expected = loss(
        setup.model, leaves, torch.from_numpy(x.T.astype(float))[None], torch.from_numpy(np.abs(weight))
    )
    expected.sum().backward()
    assert measured == pytest.approx(expected.item(), rel=1e-4)
    assert_gradients({"W": G, "b": g}, leaves)


def seen_rows(stack, x, step):
    """What the first model sees of a batch under attack, by the plain formula and the kernels' choice of features."""
    setup, W, keys = stack.setup, stack.weights["W"][0].astype(float), stack.settings.keys
    share, own = setup.training.attack.share, setup.training.attack.norm == "own"
    width = stack.settings.plan.width
    choice = np.empty(len(x), np.int32)
    for block, first in enumerate(range(0, len(x), width)):
        here = choice[first : first + width]
        at = np.uint64(DRAWS.address(keys[0], step, -1 - block))
        DRAWS.choose_directions(here, x.shape[1], at, len(here))
    lengths = np.linalg.norm(x, axis=1)
    ways = (W.T @ W) / np.linalg.norm(W.T @ W, axis=1, keepdims=True)
    return x + share * (lengths if own else np.full(len(x), lengths.mean()))[:, None] * ways[choice], choice


ATTACKS = [Attack(0.5), Attack(0.3, "own")]


@pytest.mark.parametrize("attack", ATTACKS, ids=str)
@pytest.mark.parametrize("name", TIED)
@pytest.mark.parametrize("world", WORLDS)
def test_gradient_under_attack_equals_float64_autograd_on_the_same_batch(world, name, attack):
    features = WORLDS[world]
    setup = Setup(features, MODELS[name](hidden_of(features)), Training(batch=1000, attack=attack))
    stack = random_stack(setup)
    measured, found = gradient(stack, 3)
    leaves = leaves_of(stack)
    x = drawn_whole(stack, 3)
    seen, _ = seen_rows(stack, x, 3)
    importance = torch.from_numpy(features.importances())
    expected = loss(setup.model, leaves, torch.from_numpy(x)[None], importance, torch.from_numpy(seen)[None])
    expected.sum().backward()
    assert measured == pytest.approx(expected.item(), rel=1e-4)
    assert_gradients(found, leaves)


GENERAL = {
    own: partial(TwoLayer, **own._asdict())
    for own in sorted(COVERED - {equation(kind(1)) for kind in MODELS.values()})
}


@pytest.mark.parametrize(("world", "penalty"), [("signed", None), ("signed dense", 0.3), ("wide", 0.3)])
@pytest.mark.parametrize("own", GENERAL, ids=lambda own: own.words)
def test_gradient_of_every_general_model_equals_float64_autograd_on_the_same_batch(world, own, penalty):
    features = WORLDS[world]
    setup = Setup(features, GENERAL[own](hidden_of(features)), Training(batch=1000, l1=penalty))
    assert cpu.covers(setup) is None
    stack = random_stack(setup)
    measured, found = gradient(stack, 3)
    leaves = leaves_of(stack)
    x = torch.from_numpy(batch(stack, 3))[None]
    reported = loss(setup.model, leaves, x, torch.from_numpy(features.importances())).sum()
    (reported + (penalty or 0) * hidden(setup.model, leaves, x).abs().sum(-1).mean()).backward()
    assert measured == pytest.approx(reported.item(), rel=1e-4)
    assert_gradients(found, leaves)


def test_every_feature_is_attacked_as_often():
    setup = Setup(Features(7, 0.5), ReluOutput(2), Training(batch=1000, attack=Attack(0.5)))
    stack = random_stack(setup)
    chosen = np.concatenate([seen_rows(stack, drawn_whole(stack, step), step)[1] for step in range(100)])
    counts = np.bincount(chosen, minlength=7)
    assert ((counts - 1e5 / 7) ** 2 / (1e5 / 7)).sum() < 30  # χ² with 6 degrees of freedom


@pytest.mark.parametrize("way", ["tiled", "by entry"])
@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("world", ["half", "sparse", "signed", "constant", "sets, sparse", "prime", "wide"])
def test_gradient_of_a_penalty_equals_float64_autograd_on_the_same_batch(world, name, way):
    features = WORLDS[world]
    setup = Setup(features, MODELS[name](hidden_of(features)), Training(batch=1000, l1=0.3))
    stack = by_entry(random_stack(setup), way == "by entry")
    measured, found = gradient(stack, 3)
    leaves = leaves_of(stack)
    x = torch.from_numpy(batch(stack, 3))[None]
    reported = loss(setup.model, leaves, x, torch.from_numpy(features.importances())).sum()
    (reported + 0.3 * hidden(setup.model, leaves, x).abs().sum(-1).mean()).backward()
    assert measured == pytest.approx(reported.item(), rel=1e-4)
    assert_gradients(found, leaves)


@pytest.mark.parametrize("options", [{"attack": attack} for attack in ATTACKS] + [{"l1": 0.2}], ids=str)
def test_trains_to_the_losses_of_the_reference_with_more_to_descend(options):
    training = Training(steps=1000, lr=3e-3, batch=256, replicas=24, **options)
    ours, theirs = (
        train(Features(8, [[1.0], [0.1]]), ReluOutput(2), training, backend).replica_losses
        for backend in ("cpu", "reference")
    )
    z = (ours.mean(-1) - theirs.mean(-1)) / np.sqrt((ours.var(-1) + theirs.var(-1)) / 24)
    assert np.abs(z).max() < 4


def test_the_worlds_are_drawn_in_both_ways():
    sparse = {
        "sparse",
        "very sparse",
        "uneven",
        "signed",
        "constant",
        "sets, sparse",
        "prime",
        "wide",
        "widest",
    }
    for kernel in (tiled(2), fused(5, 2, FORMS["relu"])):
        assert {name for name, world in WORLDS.items() if world.densities().max() < kernel.DENSE} == sparse


@pytest.mark.parametrize("world", WORLDS)
def test_batches_have_the_distribution_of_the_reference(world):
    features = WORLDS[world]
    stack = cpu.stack(Setup(features, ReluOutput(hidden_of(features)), Training(batch=1000)))
    batches = 10_000 // features.n if features.n > 50 else 200
    ours = np.concatenate([batch(stack, step) for step in range(batches)])
    theirs = Sampler(features, 1000 * batches, [generator(5)]).draw()[0].numpy()
    assert_same_moments(ours, theirs)


def test_batches_differ_between_steps_models_and_blocks():
    stack = cpu.stack(Setup(Features(5, [[1.0], [1.0]]), ReluOutput(2), Training(batch=2048, replicas=2)))
    drawn = [batch(stack, step, k) for step in (0, 1) for k in range(4)]
    for i, one in enumerate(drawn):
        assert len(np.unique(one)) > 0.99 * one.size
        for other in drawn[:i]:
            assert abs(np.corrcoef(one.ravel(), other.ravel())[0, 1]) < 0.05


def train(features, model, training, backend="cpu"):
    return tsup.train(features, model, training, backend=backend, progress=False)


def test_features_of_a_wide_dense_batch_are_independent():
    stack = cpu.stack(Setup(Features(200, 0.3), ReluOutput(20), Training(batch=1024)))
    x = np.concatenate([batch(stack, step) for step in range(300)]).astype(np.float32)
    z = np.corrcoef(x.T)[np.triu_indices(200, 1)] * np.sqrt(len(x))
    assert z.var() == pytest.approx(1, abs=0.05)
    assert np.abs(z).max() < 5.5


def test_a_stack_equals_its_models_alone_to_the_last_bit():
    density = [1.0, 0.3, 0.05, 0.01]
    stack = train(Features(5, np.c_[density]), ReluOutput(2), Training(steps=300, replicas=3, seed=4))
    for k, seed in enumerate(spawn_seeds(4, 4)):
        alone = train(Features(5, density[k]), ReluOutput(2), Training(steps=300, replicas=3, seed=[seed]))
        assert (stack.W[3 * k : 3 * k + 3] == alone.W).all()


def test_a_model_is_not_disturbed_by_a_denser_one_before_it_on_the_same_thread(monkeypatch):
    monkeypatch.setattr(threads, "available", lambda: 1)
    density = np.geomspace(1, 0.01, 24)
    stack = train(Features(6, density[:, None]), ReluOutput(2), Training(steps=20, batch=128, seed=4))
    for k in (0, 14, 23):
        own = Training(steps=20, batch=128, seed=[spawn_seeds(4, 24)[k]])
        assert (stack.W[k] == train(Features(6, density[k]), ReluOutput(2), own).W[0]).all()


@pytest.mark.parametrize(
    "features", [Features(5, [[0.5], [0.02]]), Features(9, [[0.5], [0.02]])], ids=["fused", "tiled"]
)
def test_a_training_that_diverges_names_the_model_and_the_step(features):
    training = Training(steps=100, batch=64, lr=[0.01, 1e30], schedule="constant")
    with pytest.raises(
        TrainingError, match="model 1 was not finite at step [0-9]+; lr = 1e\\+30 may be too large"
    ):
        train(features, ReluOutput(2), training)


@pytest.mark.parametrize("density", [0.5, 0.02])
def test_threads_over_rows_change_nothing_but_rounding(monkeypatch, density):
    setup = Setup(Features(200, density), ReluOutput(20), Training(steps=20, batch=1500))
    runs = []
    for count in (1, 3):
        monkeypatch.setattr(threads, "available", lambda count=count: count)
        runs.append(list(cpu.stages(setup, "cpu", [0, 20]))[-1])
    assert runs[0].W == pytest.approx(runs[1].W, abs=1e-5)
    assert runs[0].loss == pytest.approx(runs[1].loss, rel=1e-4)


def test_where_a_run_is_stopped_changes_nothing():
    setup = Setup(Features(5, [[0.5], [0.02]]), ReluOutput(2), Training(steps=100))
    straight = list(cpu.stages(setup, "cpu", [100]))[-1]
    halting = list(cpu.stages(setup, "cpu", [0, 1, 17, 99, 100]))[-1]
    assert (straight.W == halting.W).all()


@pytest.mark.parametrize(
    ("features", "model"),
    [(Features(5, [[1.0], [0.3]]), ReluOutput(2)), (Features(5, [[1.0], [0.3]]), Linear(2))],
)
def test_trains_to_the_losses_of_the_reference(features, model):
    training = Training(steps=2000, lr=5e-3, batch=512, replicas=12, weight_decay=0.01)
    best = [train(features, model, training, backend).best().loss for backend in ("cpu", "reference")]
    assert best[0] == pytest.approx(best[1], rel=0.01)


def test_sparse_models_end_in_the_minima_of_the_reference_as_often():
    training = Training(steps=1500, lr=3e-3, replicas=24)
    ours, theirs = (
        train(Features(5, 0.02), ReluOutput(2), training, backend).loss for backend in ("cpu", "reference")
    )
    z = (ours.mean() - theirs.mean()) / np.sqrt((ours.var() + theirs.var()) / training.replicas)
    assert abs(z) < 4


def test_a_short_run_does_not_wait_for_a_compiler(monkeypatch, tmp_path):
    arrays = import_module("tsup.backends.cpu.arrays")
    monkeypatch.setenv("TSUP_CACHE", str(tmp_path))
    monkeypatch.setattr(arrays, "_taken", {})
    fused.cache_clear()
    short, long = (Setup(Features(4, 0.5), ReluOutput(2), Training(steps=s)) for s in (1000, 10**8))
    assert "tiles" in cpu.kernels_for(short).__name__
    assert "fused" in cpu.kernels_for(long).__name__
    monkeypatch.setattr(arrays, "is_compiled", lambda module: True)
    assert "tiles" in cpu.kernels_for(short).__name__, (
        "what was trained once is trained again by the same kernels"
    )
    fused.cache_clear()


@pytest.mark.parametrize("models", [1, 3, 70])
def test_stacks_of_every_size_take_the_kernels_that_were_compiled(models, monkeypatch):
    """The tiled ones: whoever trained this shape for long on this machine has fused ones as well."""
    monkeypatch.setattr(import_module("tsup.backends.cpu.arrays"), "is_compiled", lambda module: False)
    setup = Setup(Features(6, [[0.5]] * models), ReluOutput(2), Training(steps=2, batch=16))
    kernel = cpu.kernels_for(setup)
    cpu._compile((2,))
    before = len(kernel.train.signatures)
    list(cpu.stages(setup, "cpu", [2]))
    assert len(kernel.train.signatures) == before


@pytest.mark.parametrize(
    "name", ["relu-output", "gelu", "relu-hidden, bias", "absolute-value", "absolute-value, bias"]
)
def test_mean_gradient_equals_the_reference_s_over_a_million_rows(name):
    features = Features(5, 0.02, low=-1.0 if "absolute" in name else 0.0, **SETS)
    setup = Setup(features, MODELS[name](2), Training(batch=8192))
    stack, ours, theirs = random_stack(setup), [], []
    sampler = Sampler(features, 8192, [generator(9)])
    for step in range(128):
        _, found = gradient(stack, step)
        ours.append(np.concatenate([part.ravel() for part in found.values()]))
        leaves = {name: torch.from_numpy(w).requires_grad_() for name, w in stack.weights.items()}
        loss(setup.model, leaves, sampler.draw(), torch.ones(1, 5)).sum().backward()
        theirs.append(np.concatenate([leaf.grad.numpy().ravel() for leaf in leaves.values()]))
    ours, theirs = np.array(ours), np.array(theirs)
    z = (ours.mean(0) - theirs.mean(0)) / np.sqrt((ours.var(0) + theirs.var(0)) / len(ours) + 1e-30)
    assert np.abs(z).max() < 4.5


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("options", [{"weight_decay": 0.5}, {"weight_decay": -0.5, "warmup": 12}], ids=str)
def test_updates_are_the_reference_s_on_the_same_batches(name, options):
    features = Features(5, [[0.4], [0.02]], low=-1.0 if "absolute" in name else 0.0)
    rates = {"lr": [1e-2, 1e-3], "schedule": "linear", "scale": 0.7, **options}
    setup = Setup(features, MODELS[name](2), Training(steps=20, batch=512, replicas=2, **rates))
    start, end = cpu.stages(setup, "cpu", [0, 20])
    leaves = {name: torch.from_numpy(w).double().requires_grad_() for name, w in start.weights.items()}
    optimiser, drawn = AdamW(leaves, setup.training.weight_decay), cpu.stack(setup)
    importance = torch.ones(1, 5)
    for step in range(20):
        x = torch.from_numpy(np.array([batch(drawn, step, k) for k in range(setup.models)]))
        total = loss(setup.model, leaves, x, importance).sum()
        slopes = torch.autograd.grad(total, list(leaves.values()))
        optimiser.step(slopes, torch.from_numpy(setup.rates) * setup.training.decay(step))
    for name, leaf in leaves.items():
        assert end.weights[name] == pytest.approx(leaf.detach().numpy(), abs=2e-5)


def bytes_of(scratch):
    """Of arrays, in groups of groups."""
    return scratch.nbytes if isinstance(scratch, np.ndarray) else sum(map(bytes_of, scratch))


@pytest.mark.parametrize(
    ("name", "attack"), [*((name, None) for name in MODELS), *((name, Attack(0.1)) for name in TIED)], ids=str
)
def test_memory_is_what_the_arrays_take(name, attack):
    setup = Setup(Features(200, [[0.01]] * 50), MODELS[name](20), Training(batch=1000, attack=attack))
    stack, count = cpu.stack(setup), threads.available()
    settings = stack.settings
    (way,) = stack.ways
    kernel = DRAWS if stack.followed is None else way.kernel
    block = bytes_of(kernel.workspace(settings.shape, way.settings.plan, attack is not None))
    models = sum(array.nbytes for array in (*stack.adam, settings.density, settings.weights))
    assert models + count * block < cpu.memory(setup) < 2 * (models + count * block)


@pytest.mark.parametrize(
    ("hidden", "height"), [(1, 1), (2, 2), (5, 5), (7, 4), (20, 5), (30, 6), (40, 5), (64, 6), (13, 5)]
)
def test_tiles_waste_little(hidden, height):
    assert cpu.tile_height(hidden) == height


def test_templates_run_as_plain_python_and_unroll_to_the_same():
    template = """
def product(W, x):
    w = registers()
    total = 0
    for i in unroll(A):
        for k in unroll(B):
            w[i, k] = W[i][k] + 1
    for i in unroll(A):
        total += sum(w[i, k] * x[k] for k in unroll(B))
    return total
"""
    unrolled = specialise(template, {"A": 2, "B": 3})
    assert "for" not in unrolled
    plain, flat = {"registers": dict, "unroll": range, "A": 2, "B": 3}, {}
    exec(template, plain)
    exec(unrolled, flat)
    arguments = [[1, 2, 3], [4, 5, 6]], [7, 8, 9]
    assert plain["product"](*arguments) == flat["product"](*arguments)
