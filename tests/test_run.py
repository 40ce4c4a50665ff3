"""A run as a value: its models can be chosen, asked, saved and taken to PyTorch, and are the same everywhere."""

import json
from dataclasses import replace
from importlib.metadata import version

import numpy as np
import pytest
import safetensors
import safetensors.numpy
import torch
import xarray as xr
from refusals import message

import tsup
from tsup import AbsValue, Features, Linear, ReluHidden, ReluOutput, Training
from tsup.labelled import axes
from tsup.models import forward, shapes
from tsup.training import evaluate

MODELS = [Linear(2), ReluOutput(2), ReluHidden(3, hidden_bias=True), AbsValue(5, hidden_bias=True)]
DENSITY = [[0.5], [0.1], [0.2]]


def trained(model=MODELS[1], steps=30, density=DENSITY, **options):
    world = Features(4, density, importance=[4, 3, 2, 1], low=-1)
    training = Training(
        **{"steps": steps, "batch": 32, "lr": 0.01, "replicas": 2, "snapshots": (0, 7), **options}
    )
    return tsup.train(world, model, training, backend="reference", progress=False)


@pytest.fixture(scope="module")
def run():
    return trained(lr=[0.01, 0.02, 0.03])


def test_an_index_chooses_as_numpy_would(run):
    for key in (
        3,
        -1,
        np.int64(2),
        slice(1, 4),
        slice(None, None, -2),
        [4, 0, 4],
        np.array([5]),
        run.loss < np.median(run.loss),
    ):
        chosen = run[key]
        assert (chosen.W == np.reshape(run.W[key], (-1, 2, 4))).all()
        assert (chosen.loss == np.ravel(run.loss[key])).all()
        assert (chosen.history.loss == run.history.loss[:, np.atleast_1d(np.arange(6)[key])]).all()
        assert (chosen.snapshots.W[-1] == np.reshape(run.snapshots.W[-1][key], (-1, 2, 4))).all()
        assert len(chosen) == chosen.setup.models == len(chosen.W)
    assert run[:] is run
    assert [one.loss[0] for one in run] == run.loss.tolist()


def test_a_chosen_model_s_setup_describes_it_and_trains_it_again(run):
    for k, one in enumerate(run):
        assert one.features.densities().tolist() == [4 * DENSITY[k // 2]]
        assert one.setup.rates == run.setup.rates[k]
        assert one.setup.streams == (run.setup.streams[k],)
        assert evaluate(one.setup, one.weights) == pytest.approx(one.loss, rel=1e-6)
    some = run[[5, 0, 3]]
    again = tsup.train(some.features, some.model, some.training, backend="reference", progress=False)
    assert again.W == pytest.approx(some.W, abs=2e-5)
    assert again.loss == pytest.approx(some.loss, rel=1e-4)
    assert again.setup == some.setup
    assert (some[1].W == run[0].W).all()


def test_the_best_of_a_single_setting_and_a_choice_of_its_replicas_fit_their_setups():
    run = trained(density=0.2, replicas=4)
    assert run.best().setup.models == 1
    some = run[1:3]
    assert some.features.settings == 2
    assert some.setup.streams == run.setup.streams[1:3]


def test_models_are_selected_by_what_they_were_trained_with(run):
    assert (run.select(density=0.1).W == run.W[2:4]).all()
    assert (run.select(density=[0.5, 0.2], replica=1).W == run.W[[1, 5]]).all()
    assert (run.select(setting=2).W == run.W[4:]).all()
    assert (run.select(lr=0.02).W == run.W[2:4]).all()
    assert (run[[5, 0]].select(replica=1).W == run.W[[5]]).all()


@pytest.mark.parametrize("key", [6, -7, [], "a", 1.5, (0, 1), [[0]], [True], None, slice(9, 12)], ids=repr)
def test_a_wrong_index_is_refused(run, key):
    assert message(run.__getitem__, key).startswith("a run of 6 models must be indexed by a place in it")


def test_a_wrong_selection_is_refused(run):
    assert message(run.select, density=0.3) == "density must be among 0.1, 0.2, 0.5, got 0.3"
    assert (
        message(run.select, sparsity=0.3) == "select must be by setting, replica, density, lr, got 'sparsity'"
    )
    assert message(run.select, density=0.1, lr=0.01).startswith(
        "select must leave a model, got none with all of"
    )


@pytest.mark.parametrize("model", MODELS, ids=repr)
def test_what_models_output_is_the_same_in_numpy_and_in_torch(model):
    run = trained(model)
    own, module = np.random.default_rng(0).normal(size=(6, 5, 4)).astype(np.float32), run.to_torch()
    for x in (own, own[0]):
        expected = forward(model, run.weights, x)
        assert (run.forward(x) == expected).all()
        assert module(torch.from_numpy(x)).detach().numpy() == pytest.approx(expected, abs=1e-6)
    by_setting = tsup.data.sample(run.features, 5)
    assert (run.forward(by_setting) == forward(model, run.weights, by_setting.repeat(2, axis=0))).all()
    assert set(dict(module.named_parameters())) == set(run.weights)
    assert "x must have at least 2 axes" in message(run.forward, np.ones(4))


def test_a_module_can_be_trained_and_leaves_the_run_alone(run):
    before, module = run.W.copy(), run.to_torch()
    module(torch.ones(3, 4)).square().sum().backward()
    torch.optim.SGD(module.parameters(), lr=1).step()
    assert (module.W.detach().numpy() != before).any()
    assert (run.W == before).all()
    assert repr(module) == f"Stack({run.model})"


def test_the_axes_of_a_dataset_are_named(run):
    found = run.to_xarray()
    assert found.W.dims == ("model", "hidden", "feature")
    assert found.snapshot_W.dims == ("snapshot", "model", "hidden", "feature")
    assert found.setting.values.tolist() == [0, 0, 1, 1, 2, 2]
    assert found.replica.values.tolist() == [0, 1, 0, 1, 0, 1]
    assert found.density.values[:, 0].tolist() == [0.5, 0.5, 0.1, 0.1, 0.2, 0.2]
    assert (found.importance.values == [4, 3, 2, 1]).all()
    assert json.loads(found.attrs["config"]) == run.setup.to_dict()
    assert json.loads(found.attrs["versions"])["torch"] == version("torch")
    assert run[5].to_xarray().replica.values.tolist() == [1]


@pytest.mark.parametrize("model", MODELS, ids=repr)
def test_every_axis_of_a_weight_has_its_name(model):
    sizes = {"hidden": model.hidden, "feature": 4}
    assert {name: tuple(sizes[axis] for axis in own) for name, own in axes(model).items()} == shapes(model, 4)


@pytest.mark.parametrize("model", MODELS, ids=repr)
@pytest.mark.parametrize("state", [False, True])
@pytest.mark.parametrize("snapshots", [(), (0, 7)])
def test_a_run_comes_back_from_its_file_to_the_bit(model, state, snapshots, tmp_path):
    run = trained(model, snapshots=snapshots)[[3, 0]]
    again = tsup.load(run.save(tmp_path / "new" / "run.nc", state))
    xr.testing.assert_identical(again.to_xarray(state), run.to_xarray(state))
    assert again.setup == run.setup
    assert repr(again) == repr(run)
    assert again.weights["b"].dtype == np.float32
    assert (again.state is not None) == state
    assert (again.snapshots.steps == run.snapshots.steps).all()
    for name, weight in run.weights.items():
        assert again.weights[name].tobytes() == np.ascontiguousarray(weight).tobytes()
    assert list((tmp_path / "new").iterdir()) == [tmp_path / "new" / "run.nc"]


def test_a_run_stopped_at_once_is_saved_too(tmp_path):
    run = tsup.train(
        Features(4, 0.1),
        ReluOutput(2),
        Training(steps=50, batch=8),
        progress=False,
        backend="reference",
        on_stage=lambda stage: True,
    )
    again = tsup.load(str(run.save(str(tmp_path / "run.nc"))))
    assert again.steps_done == 0
    assert again.interrupted
    assert len(again.history.steps) == 0


def test_a_file_that_is_no_run_is_refused(run, tmp_path, root):
    path = run.save(tmp_path / "run.nc")
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert "is truncated or not a result file" in message(tsup.load, path)
    path.write_text("no dataset")
    assert "is truncated or not a result file" in message(tsup.load, path)
    assert "tsup.load('F08')" in message(tsup.load, root / "book" / "results" / "F08.nc")
    assert "where there is none" in message(tsup.load, str(tmp_path / "other.nc"))
    assert "where there is none" in message(tsup.load, tmp_path)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda found: found.drop_vars("W"),
        lambda found: found.isel(hidden=slice(1)),
        lambda found: found.isel(model=slice(2)),
        lambda found: found.drop_vars("history_loss"),
        lambda found: found.assign_attrs(config="{"),
        lambda found: found.assign_attrs(versions="{"),
        lambda found: found.assign_attrs(steps_done="many"),
    ],
)
def test_a_run_that_is_not_whole_is_refused(run, spoil, tmp_path):
    spoil(run.to_xarray()).to_netcdf(tmp_path / "run.nc", engine="h5netcdf")
    assert "is not a whole run: " in message(tsup.load, tmp_path / "run.nc")


@pytest.mark.parametrize("name", ["run", "run.txt", "run.nc.gz"])
def test_an_unknown_ending_is_refused(run, name, tmp_path):
    assert message(run.save, tmp_path / name).startswith("path must end in .nc or .safetensors, got")
    assert not list(tmp_path.iterdir())


def test_weights_go_to_safetensors_with_their_configuration_and_come_back_to_the_bit(run, tmp_path):
    path = run.save(tmp_path / "run.safetensors", state=True)
    for place in (path, str(path)):
        back = tsup.load(place)
        assert all(np.array_equal(back.weights[name], weight) for name, weight in run.weights.items())
        assert back.weights.keys() == run.weights.keys()
        assert np.array_equal(back.loss, run.loss)
        assert back.loss.dtype == run.loss.dtype
        for name in ("setup", "steps_done", "backend", "device", "seconds", "given", "versions"):
            assert getattr(back, name) == getattr(run, name)
        assert (back.state, len(back.history.steps), len(back.snapshots.steps)) == (None, 0, 0)
    assert len(back.best()) == run.features.settings
    with safetensors.safe_open(path, "np") as found:
        assert set(found.keys()) == set(run.weights)
        assert all((found.get_tensor(name) == weight).all() for name, weight in run.weights.items())
        assert json.loads(found.metadata()["config"]) == run.setup.to_dict()


def test_a_file_of_safetensors_that_is_no_run_is_refused(run, tmp_path):
    path = tmp_path / "other.safetensors"
    assert "where there is none" in message(tsup.load, path)
    safetensors.numpy.save_file({"W": np.eye(2)}, path, {"loss": "low"})
    assert message(tsup.load, path).endswith("which is something else")
    path.write_bytes(run.save(tmp_path / "run.safetensors").read_bytes()[:-8])
    assert message(tsup.load, path).endswith("is truncated or not a file of safetensors")
    with safetensors.safe_open(tmp_path / "run.safetensors", "np") as found:
        header = found.metadata()
    for spoilt in ({"loss": "[1]"}, {"loss": "low"}, {"config": "{"}):
        safetensors.numpy.save_file(dict(run.weights), path, {**header, **spoilt})
        assert "is not a whole run: " in message(tsup.load, path)


def test_without_safetensors_the_line_says_how_to_get_it(run, tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "safetensors.numpy", None)
    assert "pip install tsup[safetensors]" in message(run.save, tmp_path / "run.safetensors")
    (tmp_path / "other.safetensors").touch()
    monkeypatch.setitem(__import__("sys").modules, "safetensors", None)
    assert "pip install tsup[safetensors]" in message(tsup.load, tmp_path / "other.safetensors")


@pytest.mark.parametrize(("asked", "meant"), [("f08", "F08"), ("F8", "F08"), ("F088", "F08"), ("c1", "C1")])
def test_a_row_that_was_nearly_named_is_suggested(asked, meant):
    assert message(tsup.load, asked).endswith(f"got {asked!r}; did you mean {meant}?")
    assert "did you mean" not in message(tsup.load, "nothing of the kind")


def test_the_versions_are_those_that_trained(run, tmp_path):
    old = replace(run, versions={"tsup": "0.0.1"})
    assert tsup.load(old.save(tmp_path / "run.nc")).versions == {"tsup": "0.0.1"}
