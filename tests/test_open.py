"""Into the trainer and out of it: own starts, own data, runs that go on, callbacks."""

import numpy as np
import pytest
import torch
from refusals import message

import tsup
from tsup import AbsValue, Activated, Attack, Features, InputError, Linear, ReluHidden, ReluOutput, Training
from tsup.models import forward, shapes
from tsup.samplers import KActive, PartlyCorrelated, Points
from tsup.training import evaluate

MODELS = [Linear(2), ReluOutput(2), Activated(2), ReluHidden(2, hidden_bias=True), AbsValue(5), ReluOutput(3)]
WORLD = Features(4, [[0.5], [0.05]], low=-1)
SHORT = Training(steps=30, batch=32, lr=0.01, replicas=2)


def train(model=MODELS[1], training=SHORT, world=WORLD, backend="reference", **options):
    return tsup.train(world, model, training, backend=backend, progress=False, **options)


def weights_of(model, *lead):
    rng = np.random.default_rng(3)
    return {
        name: rng.normal(size=(*lead, *shape)).astype(np.float32) for name, shape in shapes(model, 4).items()
    }


def assert_same(one, other):
    """To the last bit."""
    assert set(one.weights) == set(other.weights)
    for name, weight in one.weights.items():
        assert np.array_equal(weight, other.weights[name]), name
    assert np.array_equal(one.loss, other.loss)


# ---- Own starts


@pytest.mark.parametrize("backend", ["reference", "cpu"])
@pytest.mark.parametrize("model", MODELS, ids=repr)
def test_own_weights_are_those_at_the_start(model, backend):
    own, seen = weights_of(model, 4), []
    train(model, backend=backend, init=own, on_stage=lambda stage: seen.append(stage) or True)
    assert seen[0].step == 0
    for name, weight in own.items():
        assert np.array_equal(seen[0].weights[name], weight)


@pytest.mark.parametrize("backend", ["reference", "cpu"])
def test_the_usual_start_given_as_one_s_own_changes_nothing(backend):
    training = Training(steps=30, batch=32, replicas=2, snapshots=(0,))
    usual = train(training=training, backend=backend)
    start = {name: torch.from_numpy(weight[0]) for name, weight in usual.snapshots.weights.items()}
    again = train(training=training, backend=backend, init=start)
    assert_same(usual, again)
    assert again.given == {"init": "W, b"}


def test_own_weights_broadcast_and_the_others_start_as_usual():
    seen, usual = [], []
    shared = np.arange(8.0).reshape(2, 4)
    train(init={"W": shared}, on_stage=lambda stage: seen.append(stage) or True)
    train(on_stage=lambda stage: usual.append(stage) or True)
    assert (seen[0].W == shared).all()
    assert (seen[0].b == usual[0].b).all()


@pytest.mark.parametrize(
    ("init", "expected"),
    [
        ({"V": np.ones((2, 4))}, "init must have weights among W, b, got 'V'"),
        ({"W": np.ones((4, 2))}, "W of init must broadcast to (4, 2, 4), models first, got shape (4, 2)"),
        ({"W": np.full((2, 4), np.nan)}, "W of init must be finite, got nan"),
        ({"W": "ones"}, "init must be real numbers, got 'ones'"),
        ([1], "init must be a mapping, got [1]"),
    ],
)
def test_a_start_that_does_not_fit_is_refused(init, expected):
    assert message(train, init=init) == expected


# ---- Going on


@pytest.mark.parametrize("backend", ["reference", "cpu"])
@pytest.mark.parametrize("model", MODELS, ids=repr)
@pytest.mark.parametrize("world", [WORLD, Features(4, [[1.0], [0.3]], low=-1, correlated=[[0, 2]])])
def test_a_run_that_was_stopped_goes_on_as_if_it_had_not_been(model, backend, world):
    training = Training(steps=120, batch=32, lr=0.01, replicas=2, snapshots=(0, 30, 90), warmup=50)
    whole = train(model, training, world, backend)
    half = train(model, training, world, backend, on_stage=lambda stage: stage.step >= 60)
    assert (half.steps_done, half.interrupted) == (60, True)
    again = train(model, training, world, backend, resume=half)
    assert_same(again, whole)
    assert np.array_equal(again.history.steps, whole.history.steps)
    assert np.array_equal(again.history.loss, whole.history.loss)
    assert np.array_equal(again.snapshots.steps, whole.snapshots.steps)
    assert np.array_equal(again.snapshots.b, whole.snapshots.b)
    assert again.seconds > half.seconds


@pytest.mark.parametrize(
    "options", [{"attack": Attack(0.5)}, {"optimizer": "sgd", "momentum": 0.9}, {"loss": "l4", "l1": 0.1}]
)
def test_other_trainings_go_on_too(options):
    training = Training(steps=60, batch=32, lr=0.01, **options)
    whole = train(training=training)
    half = train(training=training, on_stage=lambda stage: stage.step == 20)
    assert_same(train(training=training, resume=half), whole)


@pytest.mark.parametrize("backend", ["reference", "cpu"])
def test_a_finished_run_goes_on_to_a_longer_training(backend, tmp_path):
    short, long = (Training(steps=steps, batch=32, schedule="constant", replicas=3) for steps in (40, 100))
    done, whole = train(training=short, backend=backend), train(training=long, backend=backend)
    assert_same(train(training=long, backend=backend, resume=done), whole)
    kept = tsup.load(done.save(tmp_path / "run.nc", state=True))
    assert_same(train(training=long, backend=backend, resume=kept), whole)
    some = done[[4, 1]]
    longer = tsup.Training.from_dict({**some.training.to_dict(), "steps": 100})
    assert_same(train(world=some.features, training=longer, backend=backend, resume=some), whole[[4, 1]])


def test_a_run_goes_on_on_another_backend():
    training = Training(steps=200, batch=64, lr=0.01)
    half = train(training=training, backend="cpu", on_stage=lambda stage: stage.step >= 100)
    again = train(training=training, resume=half)
    assert (again.backend, again.steps_done) == ("reference", 200)
    assert (again.loss < half.loss).all()


def test_a_run_that_cannot_go_on_is_refused(tmp_path):
    run, more = train(), Training(steps=60, batch=32, replicas=2)
    assert (
        message(train, resume=run) == "steps must be more than the 30 that the resumed run has done, got 30"
    )
    stay = "must stay what they were in the run that is resumed"
    assert message(train, resume=run, world=Features(4, [[0.5], [0.1]], low=-1), training=more).startswith(
        f"features {stay}"
    )
    assert stay in message(train, model=ReluOutput(1), resume=run, training=more)
    assert stay in message(train, resume=run, training=Training(steps=60, replicas=3))
    assert stay in message(train, resume=run, training=Training(steps=60, replicas=2, seed=1))
    assert stay in message(train, resume=run, training=Training(steps=60, replicas=2, optimizer="sgd"))
    assert message(train, resume=run, training=more, init={}).startswith("init must be None")
    assert message(train, resume=run, training=more, data=np.ones((5, 4))).startswith("data must be given")
    stateless = tsup.load(run.save(tmp_path / "run.nc"))
    assert "state=True" in message(train, resume=stateless, training=more)


# ---- Callbacks


@pytest.mark.parametrize("answer", [True, np.True_])
def test_a_callback_sees_every_stage_and_can_stop(answer):
    seen = []

    def watch(stage):
        seen.append((stage.step, stage.W.shape, stage.loss.shape))
        return answer if stage.step >= 9 else None

    run = train(training=Training(steps=200, batch=8, snapshots=(5,)), on_stage=watch)
    assert [step for step, *_ in seen] == [0, 2, 4, 5, 6, 8, 10]
    assert set(seen) >= {(0, (2, 2, 4), (2,))}
    assert (run.steps_done, run.interrupted) == (10, True)


def test_what_a_callback_returns_by_chance_stops_nothing():
    assert not train(on_stage=lambda stage: stage.loss).interrupted
    assert not train(on_stage=lambda stage: 1).interrupted
    with pytest.raises(InputError, match="division by zero"):
        train(on_stage=lambda stage: 1 / 0)


# ---- Own data


def test_batches_are_drawn_from_the_given_rows_only(monkeypatch):
    """A feature that no row has keeps its start, and the loss is that of the rows."""
    rows = np.array([[1, 0, 0.5, 0], [0, 2, 0, 0], [0.3, 0.4, 0, 0]], np.float32)
    training = Training(steps=200, batch=16, lr=0.01, replicas=2)
    run = train(Linear(2), training, data=rows, init={"b": np.zeros(4)})
    error = rows - forward(run.model, run.weights, np.broadcast_to(rows, (4, 3, 4)))
    assert run.loss == pytest.approx((error**2).mean(1).sum(-1), rel=1e-5)
    assert evaluate(run.setup, run.weights, rows) == pytest.approx(run.loss)
    assert (run.loss != evaluate(run.setup, run.weights)).all()
    assert run.backend == "reference"
    assert run.given["data"] == "Points(3 rows of 4)"


def test_every_row_of_a_data_set_is_drawn_as_often():
    points = Points(np.eye(5))
    drawn = points(10_000, torch.Generator().manual_seed(0)).sum(0).numpy()
    assert ((drawn - 2000) ** 2 / 2000).sum() < 25  # χ² with 4 degrees of freedom
    assert (points(5, torch.Generator()) == torch.eye(5)).all()


def test_a_batch_of_the_whole_set_is_plain_descent():
    """Against torch.optim.SGD on the whole set, without noise."""
    rows = np.random.default_rng(0).normal(size=(6, 4)).astype(np.float32)
    own = {"W": np.random.default_rng(1).normal(size=(2, 4)), "b": np.zeros(4)}
    training = Training(steps=20, batch=6, lr=0.05, schedule="constant", optimizer="sgd", momentum=0.9)
    run = train(Linear(2), training, Features(4, 0.5), data=rows, init=own)
    leaves = {
        name: torch.nn.Parameter(torch.tensor(value, dtype=torch.float32)) for name, value in own.items()
    }
    optimiser, x = torch.optim.SGD(leaves.values(), lr=0.05, momentum=0.9), torch.from_numpy(rows)
    for _ in range(20):
        optimiser.zero_grad()
        error = x - (x @ leaves["W"].T @ leaves["W"] + leaves["b"])
        (error**2).mean(0).sum().backward()
        optimiser.step()
    assert run.W[0] == pytest.approx(leaves["W"].detach().numpy(), abs=1e-5)
    assert run.b[0] == pytest.approx(leaves["b"].detach().numpy(), abs=1e-5)


def test_every_setting_may_have_rows_of_its_own():
    rows = np.random.default_rng(0).uniform(size=(2, 7, 4))
    run = train(data=rows)
    alone = train(world=run[2:].features, training=run[2:].training, data=rows[1])
    assert run.W[2:] == pytest.approx(alone.W, abs=2e-5)
    assert run.loss[2:] == pytest.approx(alone.loss, rel=1e-4)
    with_list = train(data=[Points(rows[0]), Points(rows[1])])
    assert_same(with_list, run)


def test_a_sampler_is_asked_for_each_model_alone():
    counts = []

    def own(rows, generator):
        counts.append(rows)
        return torch.rand(rows, 4, generator=generator) * 0.5

    run = train(data=own)
    assert counts.count(32) == 4 * 30
    assert_same(run, train(data=own))
    assert train(world=run[3].features, training=run[3].training, data=own).W == pytest.approx(
        run.W[3:], abs=2e-5
    )
    assert len({weight.tobytes() for weight in run.W}) == 4


def test_a_run_on_own_data_goes_on():
    training = Training(steps=60, batch=32, lr=0.01)
    sampler = KActive(4, 2)
    whole = train(training=training, data=sampler)
    half = train(training=training, data=sampler, on_stage=lambda stage: stage.step >= 30)
    assert "data must be given again" in message(train, training=training, resume=half)
    assert_same(train(training=training, data=sampler, resume=half), whole)


def test_another_backend_hands_own_data_to_the_reference(caplog):
    caplog.set_level("INFO", logger="tsup")
    assert train(data=KActive(4, 1), backend="cpu").backend == "reference"
    assert "backend cpu does not cover data of one's own: the reference trains instead" in caplog.text


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (np.ones((3, 5)), "data must be finite rows (row, 4) or (2, row, 4), a sampler"),
        (np.ones((3, 3, 4)), "data must be finite rows"),
        (np.full((3, 4), np.inf), "data must be finite rows"),
        (np.ones((0, 4)), "data must be finite rows"),
        ("rows", "data must be real numbers, got 'rows'"),
        ([KActive(4, 1)] * 3, "data must have one sampler for each of 2 settings, got 3"),
        (KActive(5, 1), "data must draw finite tensors (row, 4), got shape (2, 5) from KActive("),
        (lambda rows, generator: torch.ones(4), "data must draw finite tensors (row, 4), got shape (4,)"),
        (lambda rows, generator: [1], "data must draw finite tensors (row, 4), got [1] from"),
        (lambda rows, generator: torch.full((rows, 4), torch.nan), "data must draw finite tensors"),
    ],
)
def test_data_that_do_not_fit_are_refused(data, expected):
    assert message(train, data=data).startswith(expected)


def test_k_features_are_on_and_each_as_often():
    x = KActive(6, 2, low=0.5)(20_000, torch.Generator().manual_seed(0)).numpy()
    assert ((x != 0).sum(1) == 2).all()
    assert x[x != 0].min() >= 0.5
    assert x[x != 0].mean() == pytest.approx(0.75, abs=0.005)
    assert np.abs((x != 0).mean(0) - 1 / 3).max() < 4.5 * np.sqrt(2 / 9 / 20_000)
    assert len(np.unique(x != 0, axis=0)) == 15


@pytest.mark.parametrize("correlation", [0.0, 0.3, 1.0])
def test_features_are_correlated_as_much_as_asked(correlation):
    x = PartlyCorrelated(5, 0.2, correlation)(40_000, torch.Generator().manual_seed(0)).numpy()
    on = x != 0
    assert np.abs(on.mean(0) - 0.2).max() < 4.5 * np.sqrt(0.16 / 40_000)
    found = np.corrcoef(on.T)[np.triu_indices(5, 1)]
    assert found == pytest.approx(correlation, abs=0.025)
    assert x[on].mean() == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda: KActive(3, 4), "k must be in 1 … n = 3, got 4"),
        (lambda: KActive(3, 0), "k must be a whole number ≥ 1, got 0"),
        (lambda: PartlyCorrelated(3, 0.5, 1.5), "correlation must be in [0, 1], got 1.5"),
        (lambda: PartlyCorrelated(3, 0, 0.5), "density must be in (0, 1], got 0"),
        (lambda: Points([1, 2]), "rows must be finite numbers (row, feature), got [1, 2]"),
    ],
)
def test_a_sampler_that_cannot_be_is_refused(make, expected):
    assert message(make) == expected


def refuses_to_draw_a_third_time():
    """A sampler that fails late, well within the training."""
    calls = iter(range(2))

    def draw(rows, generator):
        next(calls)
        return torch.rand(rows, 4)

    return draw


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (
            {"on_stage": lambda stage: 1 / 0},
            "on_stage must be a function that does not fail, got ZeroDivisionError",
        ),
        (
            {"data": lambda rows, generator: 1 / 0},
            "data must be a function that does not fail, got ZeroDivisionError",
        ),
        (
            {"data": refuses_to_draw_a_third_time()},
            "data must be a function that does not fail, got StopIteration",
        ),
        (
            {"data": lambda rows, generator: torch.rand(min(rows, 5), 4)},
            "data must draw finite tensors (row, 4), got shape (5, 4) from <function",
        ),
    ],
)
def test_a_users_function_that_fails_in_training_is_told_in_one_line(options, says):
    with pytest.raises(InputError) as caught:
        tsup.train(
            Features(4, 0.5),
            ReluOutput(2),
            Training(steps=5, batch=8),
            "reference",
            progress=False,
            **options,
        )
    assert str(caught.value).startswith(says)
