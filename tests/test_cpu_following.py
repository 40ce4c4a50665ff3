"""The CPU backend where models follow their active entries: the same worlds, the same gradients, the same minima."""

from functools import partial

import numpy as np
import pytest
import torch
from moments import assert_same_moments

import tsup
from tsup import Features, ReluOutput, Training, threads
from tsup.backends import cpu
from tsup.backends.cpu import worlds
from tsup.backends.cpu.arguments import Shard, Source
from tsup.backends.cpu.arrays import followed_models, following_way
from tsup.backends.cpu.compile import following, tiled
from tsup.backends.cpu.followed import Groups
from tsup.backends.equations import FORMS
from tsup.backends.inputs import adam_steps
from tsup.bench import WORKLOADS
from tsup.config import AbsValue, Activated, Attack, Linear, Setup, TwoLayer
from tsup.draws import Sampler, generator
from tsup.models import loss

SETS = {"correlated": [[0, 2]], "anticorrelated": [[1, 3, 4]]}
FALLING = 1 / np.arange(1, 41)
WORLDS = {
    "sparse": Features(40, 0.02),
    "very sparse": Features(40, 0.0005),
    "dense": Features(7, 1.0),
    "power law": Features(40, [FALLING / FALLING.sum()], high=2),
    "one always on": Features(40, [[1.0, *[0.01] * 39]], importance=[0.9**i for i in range(40)]),
    "from 1 to 1/10,000": Features(40, [np.geomspace(1, 1e-4, 40)], low=-1),
    "sets": Features(7, [[0.4, 0.05, 0.4, 0.05, 0.05, 0.01, 0.9]], **SETS),
    "constant": Features(40, [FALLING], magnitude=tsup.Constant(-2)),
    "prime": Features(211, [1 / np.arange(1, 212)]),
}
MODELS = {
    "relu-output": ReluOutput,
    "linear": Linear,
    "gelu": partial(Activated, activation="gelu"),
    "untied": partial(TwoLayer, tied=False, hidden_activation="linear"),
    "untied, absolute": partial(TwoLayer, tied=False, hidden_activation="linear", target="absolute"),
}
RELU = following(FORMS["relu"])


def stack_of(setup):
    """A stack whose models all follow, with weights away from their start."""
    found = cpu.stack(setup)
    found.followed = following_way(setup, found.settings, np.ones(setup.models, bool))
    rng = np.random.default_rng(1)
    for name, view in found.layout.views(found.adam.P).items():
        view[:] = rng.normal(0, 0.1 if name == "b" else 0.4, view.shape)
    return found


def batch(stack, step, k=0):
    """The rows that the kernels draw for model k in one step."""
    own = stack.followed.settings
    work, plan = RELU.workspace(own.shape, own.plan, False), own.plan
    source = Source(own.world, own.density[k], np.float32(0), own.keys[k], own.rows)
    groups, x = Groups(*(of_all[k] for of_all in own.groups)), np.zeros((own.rows, own.shape.n))
    for part, first in enumerate(range(0, own.rows, plan.part)):
        at, here = np.uint64(RELU.address(source.key, step, part)), min(plan.part, own.rows - first)
        count = RELU.draw_events(first, here, source, groups, at, work.gaps, 0, work.events)
        row, feature, value = (array[:count] for array in work.events)
        x[row, feature] = value
    return x


def gradient(stack, step, shards=1):
    """The loss and gradient of the first model on its batch of one step, by so many shards."""
    way, losses, total = stack.followed, 0.0, 0.0
    for i in range(shards):
        flat, steps = np.zeros(stack.layout.size, np.float32), adam_steps(stack.setup, 0, 1)
        shard = Shard(i, shards)
        way.kernel.train(
            np.arange(1), stack.adam, flat, way.settings, step, steps, shard, False, stack.losses
        )
        losses, total = losses + stack.losses[0], total + flat
    return losses, {name: view[0] for name, view in stack.layout.views(total[None]).items()}


def by_autograd(stack, x):
    """The same in float64, of a batch that is given."""
    leaves = {
        name: torch.tensor(w[:1], dtype=torch.float64, requires_grad=True)
        for name, w in stack.weights.items()
    }
    importance = torch.from_numpy(stack.setup.features.importances())
    expected = loss(stack.setup.model, leaves, torch.from_numpy(x)[None], importance).sum()
    expected.backward()
    return expected.item(), {name: leaf.grad[0].numpy() for name, leaf in leaves.items()}


def assert_equal(found, expected):
    """Loss and gradient, each to what single precision leaves."""
    assert found[0] == pytest.approx(expected[0], rel=1e-4)
    for name, slope in expected[1].items():
        assert found[1][name] == pytest.approx(slope, abs=1e-5 * np.abs(slope).max())


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("world", WORLDS)
def test_gradient_equals_float64_autograd_on_the_same_batch(world, name):
    stack = stack_of(Setup(WORLDS[world], MODELS[name](6), Training(batch=1000)))
    assert_equal(gradient(stack, 3), by_autograd(stack, batch(stack, 3)))


@pytest.mark.parametrize("columns", [16, 64, 208])
def test_neither_blocks_of_columns_nor_waves_nor_shards_change_anything_but_rounding(columns):
    stack = stack_of(Setup(WORLDS["prime"], ReluOutput(13), Training(batch=1000)))
    own = stack.followed.settings
    plan = own.plan._replace(columns=columns, part=64, capacity=64 * 211 + 700)
    own = own._replace(plan=plan, columns=np.array([columns]))
    stack.followed = stack.followed._replace(settings=own)
    expected = by_autograd(stack, batch(stack, 3))
    assert (batch(stack, 3) != 0).sum() > 2 * 700, "not one wave"
    for shards in (1, 3):
        assert_equal(gradient(stack, 3, shards), expected)


@pytest.mark.parametrize("world", WORLDS)
def test_batches_have_the_distribution_of_the_reference(world):
    features = WORLDS[world]
    stack = stack_of(Setup(features, ReluOutput(3), Training(batch=1000)))
    ours = np.concatenate([batch(stack, step) for step in range(100)])
    theirs = Sampler(features, 100_000, [generator(5)]).draw()[0].numpy()
    assert_same_moments(ours, theirs)


def test_features_are_as_dense_as_asked_and_independent():
    features = Features(40, [np.geomspace(1, 0.02, 40)])
    stack = stack_of(Setup(features, ReluOutput(3), Training(batch=1000)))
    on = np.concatenate([batch(stack, step) for step in range(300)]) != 0
    p = features.densities()[0]
    z = (on.mean(0) - p)[1:] / np.sqrt(p * (1 - p) / len(on))[1:]
    assert np.abs(z).max() < 4
    assert on[:, 0].all()
    together = np.corrcoef(on[:, 1:].T)[np.triu_indices(39, 1)] * np.sqrt(len(on))
    assert together.var() == pytest.approx(1, abs=0.15)
    assert np.abs(together).max() < 4.5


def test_batches_differ_between_steps_and_models():
    features = Features(40, [FALLING] * 2)
    stack = stack_of(Setup(features, ReluOutput(2), Training(batch=2048, replicas=2)))
    drawn = [batch(stack, step, k) for step in (0, 1) for k in range(4)]
    for i, one in enumerate(drawn):
        values = one[one != 0]
        assert len(np.unique(values)) > 0.99 * len(values)
        for other in drawn[:i]:
            assert abs(np.corrcoef(one[:, 1:].ravel(), other[:, 1:].ravel())[0, 1]) < 0.1


def law(n, power=1.0):
    """Densities of a power law with one active feature a row."""
    falling = np.arange(1, n + 1) ** -power
    return falling / falling.sum()


def train(features, model, training, backend="cpu"):
    return tsup.train(features, model, training, backend=backend, progress=False)


def test_a_stack_of_both_ways_equals_its_models_alone_to_the_last_bit():
    density = np.array([law(400), np.full(400, 0.4), np.full(400, 0.003)])
    training = Training(steps=10, replicas=2, seed=[4, 5, 6])
    setup = Setup(Features(400, density), ReluOutput(25), training)
    assert followed_models(setup, tiled(cpu.tile_height(25))).tolist() == [
        True,
        True,
        False,
        False,
        True,
        True,
    ]
    stack = train(setup.features, setup.model, training)
    for k in range(3):
        own = Training(steps=10, replicas=2, seed=[4 + k])
        alone = train(Features(400, density[k : k + 1]), ReluOutput(25), own)
        assert (stack.W[2 * k : 2 * k + 2] == alone.W).all()


def test_threads_over_columns_change_nothing_but_rounding(monkeypatch):
    setup = Setup(Features(300, [law(300)]), ReluOutput(20), Training(steps=20, batch=1500))
    runs = []
    for count in (1, 3):
        monkeypatch.setattr(threads, "available", lambda count=count: count)
        runs.append(list(cpu.stages(setup, "cpu", [0, 20]))[-1])
    assert runs[0].W == pytest.approx(runs[1].W, abs=1e-5)
    assert runs[0].loss == pytest.approx(runs[1].loss, rel=1e-4)


def test_trains_to_the_losses_of_the_reference():
    features, training = Features(60, [law(60)]), Training(steps=1500, lr=5e-3, batch=512, replicas=4)
    setup = Setup(features, ReluOutput(12), training)
    assert followed_models(setup, tiled(cpu.tile_height(12))).all()
    ours, theirs = (train(features, setup.model, training, backend).loss for backend in ("cpu", "reference"))
    assert ours.mean() == pytest.approx(theirs.mean(), rel=0.02)


def test_only_what_gains_by_it_follows():
    def follow(world, model, **options):
        setup = Setup(world, model, Training(**options))
        return followed_models(setup, tiled(cpu.tile_height(model.hidden)))[0]

    power = Features(1000, [law(1000)])
    assert follow(power, ReluOutput(50))
    assert follow(Features(400, 0.003), ReluOutput(30))
    assert not follow(Features(400, 0.5), ReluOutput(30))
    assert not follow(Features(200, 0.01), ReluOutput(20)), "of one density, small models stay as they were"
    assert follow(Features(200, [law(200)]), ReluOutput(20))
    assert not follow(Features(1000, 0.003), ReluOutput(100), batch=512), "fewer rows than active features"
    assert not follow(power, AbsValue(50)), "a ReLU stands between encoder and decoder"
    assert not follow(power, ReluOutput(50), l1=0.1)
    assert not follow(power, ReluOutput(50), attack=Attack(0.1))
    assert not followed_models(Setup(Features(5, 0.001), ReluOutput(2), Training()), tiled(2)).any()


def test_common_gates_are_drawn_whole_and_the_others_in_groups_of_like_densities():
    density = np.array([0.001, 0.9, 0.0011, 0.1, 0.5, 0.09])
    groups = worlds.grouped(np.array([density, np.full(6, 0.3)]), 100_000)
    order, bounds, whole = (of_all[0] for of_all in groups)
    assert density[order].tolist() == sorted(density, reverse=True)
    assert (whole, bounds.tolist()) == (2, [0, 1, 2, 4, 6])
    assert (groups.whole[1], groups.bounds[1].tolist()) == (0, [0, 6, 6, 6, 6]), "one density, one group"
    assert worlds.grouped(density[None], 1).bounds[0].tolist() == [0, 1, 2, 6], "too few rows for two groups"


def test_memory_is_what_the_arrays_take():
    setup = WORKLOADS["J"].setup(10)
    own, reach = cpu.stack(setup), worlds.reach_of(setup)
    work = RELU.workspace(own.followed.settings.shape, reach, False)
    arrays = [work.X, work.D, *work.gaps, *work.events, *work.dealt, *work.tables]
    taken, said = sum(array.nbytes for array in arrays), worlds.room(reach, setup.features.n)
    assert 0.95 * taken < said < 1.2 * taken
    assert cpu.memory(setup) < 2**30, (
        "far from the sixteen gigabytes that the plain loop's batches would fill"
    )
