"""The registry: its plans, their hashes, and results made at quick scale."""

import json

import numpy as np
import pytest

from tsup import InputError, exact, training
from tsup.backends import Place
from tsup.config import Setup, describe
from tsup.paper import assemble, experiment
from tsup.paper.experiment import SCALES, Experiment, Plan
from tsup.paper.replication import accuracy
from tsup.paper.rows import REGISTRY, find, trained
from tsup.results import HEADER
from tsup.sparse_coding import Search

ROWS = [experiment.id for experiment in trained()]
SHORT = {"training": {"steps": 20, "batch": 16, "replicas": 2, "snapshots": [0, 10, 20]}}


def test_the_rows():
    assert {*(f"F0{k}" for k in range(1, 10)), "R1", "R2"} <= set(REGISTRY)
    assert {"F01", "F06", "F08", "F09", "R1", "R2"} <= set(ROWS)
    assert all(row == experiment.id for row, experiment in REGISTRY.items())


def test_parameters_of_the_paper():
    basic, larger = (REGISTRY[row].plan("paper").setups["relu"] for row in ("F08", "F09"))
    assert (basic.features.n, basic.model.hidden) == (20, 5)
    assert basic.features.densities()[:, 0].tolist() == [1, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001]
    assert basic.features.importances()[0] == pytest.approx(0.7 ** np.arange(20))
    assert (larger.features.n, larger.model.hidden) == (80, 20)
    assert larger.features.importances()[0] == pytest.approx(0.9 ** np.arange(80))
    opening = REGISTRY["F01"].plan("paper").setups["unequal"]
    assert (opening.features.n, opening.model.hidden) == (5, 2)
    assert opening.training.replicas >= 40
    replicated = REGISTRY["R1"].plan("paper").setups["linear"].training
    assert (replicated.steps, replicated.batch, replicated.lr) == (20_000, 256, 0.001)


@pytest.mark.parametrize("row", ROWS)
def test_nothing_decays_unsaid(row):
    for scale in SCALES:
        assert all(s.training.weight_decay == 0 for s in find(row).plan(scale).setups.values())


@pytest.mark.parametrize("row", ROWS)
def test_a_plan_survives_json_with_its_hash(row):
    plan = find(row).plan("paper")
    stored = json.loads(json.dumps(plan.to_dict()))
    again = Plan(
        {name: Setup.from_dict(values) for name, values in stored["setups"].items()},
        plan.main,
        stored["options"],
        {name: Search.from_dict(values) for name, values in stored.get("searches", {}).items()},
    )
    assert again.digest(row) == plan.digest(row)


def test_every_part_of_a_plan_counts_in_its_hash():
    experiment = find("R2")
    plan = experiment.plan("paper")
    other = Plan(plan.setups, plan.main, {**plan.options, "rows": 1})
    changed = plan.changed({"training": {"seed": 1}})
    one = Plan({"relu": plan.setups["relu"]}, plan.main, plan.options)
    digests = {p.digest("R2") for p in (plan, other, changed, one)} | {plan.digest("F08")}
    assert len(digests) == 5
    assert plan.changed({"training": {"seed": 0}}).digest("R2") == plan.digest("R2")


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"training": {"stepz": 3}}, "stepz is not a key"),
        ({"trainin": {"steps": 3}}, "trainin is not a key"),
        ({"features": {"density": 1.3}}, "density must be in (0, 1], got 1.3"),
        ({"model": {"hidden": 0}}, "hidden must be a whole number ≥ 1, got 0"),
    ],
)
def test_bad_changes(changes, says):
    with pytest.raises(InputError) as caught:
        find("F08").plan("quick").changed(changes)
    assert says in str(caught.value)


def test_unknown_rows_scales_and_rows_without_training():
    with pytest.raises(InputError, match="row must be one of F01, .* got 'F99'"):
        find("F99")
    with pytest.raises(InputError, match="scale must be quick or paper, got 'big'"):
        find("F08").plan("big")
    with pytest.raises(InputError, match="F02 has no result file"):
        find("F02").run("quick")


class Made(dict):
    """Rows with a result, each trained for a moment when it is first asked for."""

    def __missing__(self, row):
        self[row] = find(row).run("quick", SHORT, device="cpu")
        return self[row]


@pytest.fixture(scope="module")
def made():
    """Losses on few rows, and optima after one step: what is asked here is what a result holds, not how good it is."""
    descend = exact.descend
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(training, "_EVALUATION_ROWS", training._EVALUATION_BLOCK)
        patch.setattr(exact, "descend", lambda *args, **options: descend(*args, **{**options, "steps": 1}))
        yield Made()


@pytest.mark.parametrize("row", ROWS)
def test_headers(row, made):
    header = made[row].attrs
    plan = find(row).plan("quick").changed(SHORT)
    assert set(HEADER) <= set(header)
    assert (header["row"], header["scale"], header["hash"]) == (row, "custom", plan.digest(row))
    assert json.loads(header["config"]) == json.loads(json.dumps(plan.to_dict()))
    main = plan.setups[plan.main]
    assert header["about"] == describe(main.features, main.model, main.training)


def test_layout(made):
    shapes = {row: {name: made[row].sizes[name] for name in ("density", "feature")} for row in ("F01", "F06")}
    assert shapes["F01"] == {"density": 3, "feature": 5}
    assert shapes["F06"] == {"density": 1, "feature": 20}
    assert made["F01"].W.dims == ("density", "hidden", "feature")
    assert made["F01"].start_W.shape == (2, 2, 5)
    assert made["F01"].equal_W.dims == ("equal_density", "equal_hidden", "equal_feature")
    for row in ("F08", "F09", "R1"):
        assert made[row].model.values.tolist() == ["linear", "relu"]
        assert made[row].W.dims == ("model", "density", "hidden", "feature")
    assert made["R1"].opening_W.shape == (3, 2, 5)
    assert made["R2"].explained.dims == ("model", "density", "feature")
    assert made["R2"].explained_random.dims == ("level", "model", "density")


def test_the_kept_start_is_the_best(made):
    dataset = made["F08"]
    assert (dataset.loss == dataset.replica_loss.min("replica")).all()


def test_the_same_plan_gives_the_same_result(made):
    seeds = ({**SHORT["training"], "seed": seed} for seed in (0, 0, 1))
    once, again, other = (find("F06").run("quick", {"training": one}, device="cpu") for one in seeds)
    assert (again.W == once.W).all()
    assert (other.W != once.W).any()


def test_r2_measures_the_models_that_lie_there(made, tmp_path):
    from tsup.results import write

    doctored = made["F08"].copy(deep=True)
    doctored.W[:] = 3.0
    write(doctored, tmp_path)
    measured = find("R2").run("quick", SHORT, device="cpu", place=tmp_path)
    assert measured.norm.values == pytest.approx(np.full((2, 7, 20), 3 * np.sqrt(5)))


def test_an_interrupted_training_is_no_result(monkeypatch):
    class Half:
        interrupted = True

    monkeypatch.setattr(assemble, "train", lambda *args, **options: Half())
    with pytest.raises(KeyboardInterrupt):
        find("F06").run("quick", SHORT)


def test_every_training_is_placed_once_and_done_once(monkeypatch):
    placed, done = [], []

    def choose(*asked):
        placed.append(asked)
        return Place("reference", "cpu")

    def train(*given, **how):
        done.append(given)
        return real(*given, **how)

    real = assemble.train
    monkeypatch.setattr(experiment, "choose", choose)
    monkeypatch.setattr(assemble, "train", train)
    made = find("F29").run("quick", SHORT, device="cpu")
    assert len(placed) == len(done) == len(find("F29").plan("quick").setups) == 6
    assert made.backend == "reference"


def test_the_trainings_of_a_result_are_in_its_header(made):
    assert experiment.trainings(made["F08"]) == dict(find("F08").plan("quick").changed(SHORT).setups)


def test_only_the_plan_and_the_row_enter_the_hash(made):
    row = find("F06")
    slow = Experiment("F06", "another title", "another section", row.plans, assemble.one, row.schema)
    assert slow.run("quick", SHORT).attrs["hash"] == made["F06"].attrs["hash"]


def test_accuracies_on_hand_made_outputs():
    x = np.random.default_rng(0).uniform(size=(1000, 4)) * (
        np.random.default_rng(1).uniform(size=(1000, 4)) < 0.5
    )
    output = np.column_stack([x[:, 0], 0.5 * x[:, 1] + 0.3, np.full(1000, x[:, 2].mean()), x[:, 3][::-1]])
    explained, within = accuracy.explained(x, output), accuracy.within(x, output)
    assert explained[:3] == pytest.approx([1, 1, 0], abs=1e-9)
    assert explained[3] < 0.05
    assert within[0] == 1
    assert within[2] == pytest.approx(0.2, abs=0.05)
    assert accuracy.error(x, output)[0] == 0
    assert accuracy.error(x, output)[2] == pytest.approx(x[:, 2].var())
