"""Training: a stack equals its models alone, replicas, snapshots, refusals, interruption."""

import copy
import pickle
from dataclasses import replace

import numpy as np
import psutil
import pytest
import torch

import tsup
from tsup import (
    AbsValue,
    Activated,
    Attack,
    Features,
    InputError,
    Linear,
    ReluHidden,
    ReluOutput,
    Training,
    TrainingError,
    handmade,
)
from tsup.backends import reference
from tsup.config import spawn_seeds
from tsup.training import stages

QUICK = Training(steps=300, batch=128, lr=0.01)


def train(features, model, training=QUICK, backend="reference", **options):
    return tsup.train(features, model, training, backend=backend, progress=False, **options)


@pytest.mark.parametrize(
    "model", [Linear(2), ReluOutput(2), Activated(2), ReluHidden(2, True), AbsValue(5)], ids=repr
)
def test_a_stack_equals_its_models_alone(model):
    density, rates = [1.0, 0.3, 0.05], [0.01, 0.003, 0.02]
    training = Training(steps=200, batch=64, lr=rates, replicas=2, seed=5)
    stack = train(Features(4, np.c_[density], low=-1), model, training)
    for k, (seed, lr) in enumerate(zip(spawn_seeds(5, 3), rates, strict=True)):
        own = Training(steps=200, batch=64, lr=lr, replicas=2, seed=[seed])
        alone = train(Features(4, density[k], low=-1), model, own)
        for name, weight in stack.weights.items():
            assert weight[2 * k : 2 * k + 2] == pytest.approx(alone.weights[name], abs=2e-5)
        assert stack.replica_losses[k] == pytest.approx(alone.loss, rel=1e-4)


@pytest.mark.parametrize(
    "options", [{"attack": Attack(0.5)}, {"attack": Attack(0.5, "own")}, {"l1": 0.2}], ids=str
)
def test_a_stack_with_more_to_descend_equals_its_models_alone(options):
    stack = train(
        Features(4, [[1.0], [0.3]]), ReluOutput(2), Training(steps=100, batch=64, seed=[7, 8], **options)
    )
    alone = train(Features(4, 0.3), ReluOutput(2), Training(steps=100, batch=64, seed=[8], **options))
    plain = train(Features(4, 0.3), ReluOutput(2), Training(steps=100, batch=64, seed=[8]))
    assert stack.W[1] == pytest.approx(alone.W[0], abs=2e-5)
    assert np.abs(plain.W - alone.W).max() > 1e-3


@pytest.mark.parametrize("backend", ["reference", "cpu"])
def test_every_setting_has_a_penalty_of_its_own(backend):
    training = Training(steps=100, batch=64, seed=[7, 7], l1=[0.1, 0.5], replicas=2)
    stack = train(Features(4, [[0.3], [0.3]]), ReluOutput(2), training, backend)
    for k, weight in enumerate(stack.setup.training.l1):
        alone = replace(training, seed=[7], l1=weight)
        own = train(Features(4, 0.3), ReluOutput(2), alone, backend)
        assert stack.W[2 * k : 2 * k + 2] == pytest.approx(own.W, abs=2e-5)
    assert stack[[3]].setup.training.l1 == (0.5,)
    assert np.abs(stack.W[0] - stack.W[2]).max() > 1e-2


@pytest.mark.parametrize("norm", ["mean", "own"])
def test_an_attack_moves_every_row_along_a_row_of_the_gram_matrix(norm):
    own = [torch.Generator().manual_seed(k) for k in range(2)]
    W, x = torch.randn(2, 3, 5), torch.rand(2, 400, 5) * (torch.rand(2, 400, 5) < 0.3)
    moves = reference._attacked(Attack(0.3, norm), W, x, own) - x
    length = x.norm(dim=-1) if norm == "own" else x.norm(dim=-1).mean(1, keepdim=True).expand(2, 400)
    assert moves.norm(dim=-1).numpy() == pytest.approx(0.3 * length.numpy(), abs=1e-6)
    rows = torch.nn.functional.normalize(W.mT @ W, dim=-1)
    moved = length > 0
    along = (torch.nn.functional.normalize(moves, dim=-1) @ rows.mT).max(-1)
    assert along.values[moved].numpy() == pytest.approx(1, abs=1e-5)
    counts = [np.bincount(along.indices[k][moved[k]], minlength=5) for k in range(2)]
    assert np.min(counts) > 0.1 * int(moved.sum()) / 2


def test_adversarial_training_makes_a_model_that_attacks_hurt_less():
    world = Features(6, 0.2)
    plain, hardened = (
        train(world, ReluOutput(3), Training(steps=1500, batch=256, lr=0.01, attack=attack)).best()
        for attack in (None, Attack(0.8))
    )
    x = tsup.data.sample(world, 4000, seed=3)[0].astype(float)
    budget = tsup.attack.mean_budget(x, 0.8)
    trained_against = [tsup.attack.directions(run.W[0]) for run in (plain, hardened)]
    harm = [
        tsup.attack.worst(run.W[0], run.b[0], x, budget, candidates=moves).each
        for run, moves in zip((plain, hardened), trained_against, strict=True)
    ]
    assert harm[1].attacked < 0.9 * harm[0].attacked
    assert harm[1].clean > harm[0].clean


def test_a_penalty_shrinks_hidden_activations():
    world = Features(6, 0.2)
    sizes = []
    for l1 in (None, 0.25, 1.0):
        run = train(world, ReluOutput(3), Training(steps=500, batch=128, lr=0.01, l1=l1))
        sizes.append(np.abs(tsup.data.sample(world, 1000)[0] @ run.W[0].T).sum(1).mean())
    assert sizes[0] > 1.3 * sizes[1] > 0.1
    assert sizes[2] < 0.5 * sizes[1]


def test_an_absolute_value_model_learns_the_absolute_value():
    run = train(
        Features(3, 1.0, low=-1), AbsValue(6), Training(steps=3000, batch=256, lr=0.01, replicas=8)
    ).best()
    assert run.loss[0] < 1e-3
    assert run.W1.shape == (1, 6, 3)
    assert run.W2.shape == (1, 3, 6)
    with pytest.raises(AttributeError, match="^Run has no W; its weights are W1, W2, b$"):
        _ = run.W


def test_a_run_can_be_copied_and_pickled():
    run = train(Features(4, 0.5), ReluHidden(2, hidden_bias=True), Training(steps=20))
    again = pickle.loads(pickle.dumps(copy.deepcopy(run)))
    assert (again.b_hidden == run.b_hidden).all()
    assert again.setup == run.setup


def test_more_replicas_change_none_of_the_first():
    few, many = (train(Features(4, 0.3), ReluOutput(2), Training(steps=100, replicas=r)) for r in (2, 5))
    assert many.W[:2] == pytest.approx(few.W, abs=2e-5)
    assert np.ptp(many.W, axis=0).min() > 0


def test_the_same_configuration_gives_the_same_result():
    one, two = (train(Features(4, 0.3), ReluOutput(2)) for _ in range(2))
    assert (one.W == two.W).all()
    assert (
        one.W != train(Features(4, 0.3), ReluOutput(2), Training(steps=300, batch=128, lr=0.01, seed=1)).W
    ).any()


def test_linear_model_learns_the_principal_components():
    features = Features(5, 1.0, importance=[0.7**i for i in range(5)])
    run = train(features, Linear(2), Training(steps=3000, batch=256, lr=0.01, replicas=4)).best()
    gram = run.W[0].T @ run.W[0]
    assert gram == pytest.approx(np.diag([1, 1, 0, 0, 0]), abs=0.05)
    assert run.b[0] == pytest.approx([0, 0, 0.5, 0.5, 0.5], abs=0.05)
    unlearned = sum(0.7**i / 12 for i in range(2, 5))
    assert run.loss[0] == pytest.approx(unlearned, rel=0.02)


def test_best_keeps_the_replica_of_least_loss_in_every_setting():
    run = train(Features(6, [[1.0], [0.1], [0.02]]), ReluOutput(2), Training(steps=60, replicas=7))
    best = run.best()
    assert run.replica_losses.shape == (3, 7)
    assert (best.loss == run.replica_losses.min(1)).all()
    chosen = run.replica_losses.argmin(1) + 7 * np.arange(3)
    assert (best.W == run.W[chosen]).all()
    assert (best.history.loss == run.history.loss[:, chosen]).all()


def test_snapshots_and_history():
    run = train(Features(4, 0.5), ReluOutput(2), Training(steps=250, batch=32, snapshots=(250, 0, 7)))
    assert run.snapshots.steps.tolist() == [0, 7, 250]
    assert run.snapshots.W.shape == (3, 1, 2, 4)
    assert (run.snapshots.W[-1] == run.W).all()
    assert (run.snapshots.b[0] == 0).all()
    assert np.isnan(run.snapshots.loss[0]).all()
    assert run.history.steps[-1] == 250
    assert len(run.history.steps) >= 100
    assert np.isfinite(run.history.loss).all()
    assert run.history.loss[-10:].mean() < run.history.loss[:10].mean()


def test_asking_for_snapshots_changes_no_model():
    with_, without = (
        train(Features(4, 0.5), ReluOutput(2), Training(steps=50, snapshots=s)) for s in ((3, 33), ())
    )
    assert (with_.W == without.W).all()


def test_weight_decay_shrinks_weights():
    decayed, free = (
        train(Features(4, 0.5), Linear(2), Training(steps=500, lr=0.01, weight_decay=w)) for w in (5.0, 0.0)
    )
    assert np.linalg.norm(decayed.W) < 0.8 * np.linalg.norm(free.W)


def test_ctrl_c_returns_what_was_trained_so_far(monkeypatch, caplog):
    caplog.set_level("WARNING", logger="tsup")

    def broken(*asked):
        for stage in module_stages(*asked):
            if stage.step > 100:
                raise KeyboardInterrupt
            yield stage

    module_stages = reference.stages
    monkeypatch.setattr("tsup.backends.reference.stages", broken)
    run = train(Features(4, 0.5), ReluOutput(2), Training(steps=200, snapshots=(0, 200)))
    assert run.interrupted
    assert run.steps_done == 100
    assert run.snapshots.steps.tolist() == [0]
    assert run.history.steps[-1] == 100
    assert np.isfinite(run.loss).all()
    assert "interrupted" in caplog.text


def test_a_training_that_diverges_names_the_model_and_the_step():
    with pytest.raises(
        TrainingError, match=r"^model 0 was not finite at step \d+; lr = 1e\+30 may be too large$"
    ):
        train(Features(4, 0.5), ReluOutput(2), Training(steps=100, lr=1e30))


def test_a_request_that_does_not_fit_is_refused_before_anything_is_allocated():
    before = psutil.Process().memory_info().rss
    with pytest.raises(
        InputError, match=r"^settings × replicas = 1,000,000,000 models .* GiB free; lower settings"
    ):
        train(Features(400, 0.1), ReluOutput(30), Training(replicas=10**9))
    with pytest.raises(InputError, match="GiB free"):
        train(Features(400, 0.1), ReluOutput(30), Training(replicas=10**4, snapshots=tuple(range(10**4))))
    assert psutil.Process().memory_info().rss - before < 2**29


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"backend": "abacus"}, "backend must be auto or one of reference, cpu, gpu, got 'abacus'"),
        ({"device": "toaster"}, "device must be auto"),
        ({"device": "mps"}, "device must be auto"),
    ],
)
def test_unknown_backend_or_device(options, message):
    with pytest.raises(InputError, match=f"^{message}"):
        train(Features(4, 0.5), ReluOutput(2), **options)


@pytest.mark.parametrize("backend", ["reference", "cpu"])
def test_hidden_may_be_above_n(backend):
    training = Training(steps=1500, lr=0.01, batch=256)
    run = train(Features(3, 0.5), ReluOutput(5), training, backend)
    assert run.backend == backend
    assert run.W.shape == (1, 5, 3)
    assert run.loss[0] < 1e-3 * handmade.costs(run.features, run.model).sum()


def test_stages_can_be_left_at_any_time():
    trained = stages(Features(4, 0.5), ReluOutput(2), Training(steps=10**6))
    first, second = next(trained), next(trained)
    trained.close()
    assert (first.step, second.step) == (0, 10**4) or second.step > first.step
    assert first.W.shape == (1, 2, 4)
    assert (first.W != second.W).any()


def test_progress_bar_reaches_the_end(capsys):
    tsup.train(Features(4, 0.5), ReluOutput(2), Training(steps=100, batch=8), progress=True)
    assert "100/100" in capsys.readouterr().err


def test_a_run_is_a_line_that_says_what_was_asked_and_not_how_long_it_took():
    training = Training(steps=200, batch=8, replicas=2, snapshots=(0, 200))
    run = train(Features(4, [[0.5], [0.1], [0.02]]), ReluOutput(2), training)
    assert repr(run) == "Run(6 relu-output models: n = 4, hidden = 2, 3 settings, 200 steps)"
    assert repr(run.best()) == "Run(3 relu-output models: n = 4, hidden = 2, 3 settings, 200 steps)"
    assert repr(replace(run, steps_done=100)).endswith("100 of 200 steps)")
    assert repr(replace(run, seconds=1e9)) == repr(run)
    assert repr(run.history) == "History(100 steps of 6 models)"
    assert repr(run.snapshots) == "Snapshots(2 steps of 6 models)"
