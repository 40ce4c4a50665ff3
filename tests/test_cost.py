"""Which backend trains: by measured cost, never waiting for one, and with a line where it is not the one named."""

import json
import logging
import os
import sys
from types import ModuleType

import numpy as np
import pytest

import tsup
from tsup import InputError, backends, training
from tsup.backends import Option, calibration, choose, cost, cpu, options, pick
from tsup.config import AbsValue, Attack, Features, ReluOutput, Setup, Training

PATH = cost.path
ZERO = dict.fromkeys(("start", *cost.QUANTITIES), 0.0)


def setup(steps=1000, models=4, n=5, hidden=2):
    density = np.geomspace(1, 0.1, models)[:, None]
    return Setup(features=Features(n, density), model=ReluOutput(hidden), training=Training(steps=steps))


@pytest.fixture(autouse=True)
def _own_cache(monkeypatch, tmp_path):
    """A calibration of its own, kernels that count as compiled, and nothing said before."""
    monkeypatch.setattr(cost, "path", lambda: tmp_path / "costs.json")
    monkeypatch.setattr(cpu, "is_ready", lambda setup: True)
    _anew()
    yield
    _anew()


def _anew():
    cost.read_again()
    backends.decide_again()
    backends._once.cache_clear()


@pytest.fixture
def calibrated():
    def write(**places):
        found = {name.replace("_", " "): {"seconds": {**ZERO, **fit}} for name, fit in places.items()}
        cost.path().write_text(json.dumps({"places": found}))
        cost.read_again()
        backends.decide_again()

    return write


@pytest.fixture
def a_gpu(monkeypatch):
    """A CUDA device, and a backend for it that does what a test says it does."""
    module = ModuleType("tsup.backends.gpu")
    module.missing = module.covers = lambda *_: None
    monkeypatch.setattr(backends, "_has_cuda", lambda: True)
    monkeypatch.setitem(sys.modules, "tsup.backends.gpu", module)
    monkeypatch.setattr(backends, "gpu", module, raising=False)
    return module


def test_the_cheaper_backend_is_chosen(calibrated):
    calibrated(reference_on_cpu={"step": 1e-3}, cpu_on_cpu={"start": 0.5, "step": 1e-5})
    assert choose("auto", "cpu", setup(steps=100)) == ("reference", "cpu")
    assert choose("auto", "auto", setup(steps=10_000)) == ("cpu", "cpu")


def test_compiling_counts(monkeypatch):
    monkeypatch.setattr(cpu, "is_ready", lambda setup: False)
    assert [choose("auto", "cpu", setup(steps)).backend for steps in (100, 10**7)] == ["reference", "cpu"]
    monkeypatch.setattr(cpu, "is_ready", lambda setup: True)
    assert choose("auto", "cpu", setup(101)).backend == "cpu"


def test_the_same_setup_is_trained_in_the_same_place_although_kernels_were_compiled_meanwhile(monkeypatch):
    monkeypatch.setattr(cpu, "is_ready", lambda setup: False)
    first = choose("auto", "cpu", setup(100))
    monkeypatch.setattr(cpu, "is_ready", lambda setup: True)
    assert choose("auto", "cpu", setup(100)) == first == ("reference", "cpu")
    backends.decide_again()
    assert choose("auto", "cpu", setup(100)).backend == "cpu"


def test_what_is_left_of_a_resumed_training_is_what_it_takes(calibrated, caplog):
    calibrated(reference_on_cpu={"start": 1.0, "step": 1.0})
    assert [cost.seconds("reference", "cpu", setup(200), done) for done in (0, 150)] == [201, 51]
    cost.announce("reference", "cpu", setup(200), 150)
    assert not caplog.records
    cost.announce("reference", "cpu", setup(200), 100)
    assert "about 2 minutes" in caplog.text


def test_without_a_calibration_defaults_serve_and_nothing_is_measured(monkeypatch):
    monkeypatch.setattr(calibration, "calibrate", None)
    assert not cost.path().exists()
    reference, fast = (cost.seconds(name, "cpu", setup(10_000, n=20)) for name in ("reference", "cpu"))
    assert 0 < 10 * fast < reference
    assert cost.seconds("gpu", "cuda", setup()) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"places": 3}',
        '{"places": {"cpu on cpu": {}}}',
        '{"places": {"cpu on cpu": {"seconds": {"step": 1}}}}',
        json.dumps({"places": {"cpu on cpu": {"seconds": {**ZERO, "step": -1}}}}),
        json.dumps({"places": {"cpu on cpu": {"seconds": {**ZERO, "step": float("nan")}}}}),
    ],
)
def test_a_broken_calibration_is_as_none(text, caplog):
    caplog.set_level("INFO", logger="tsup")
    cost.path().write_text(text)
    cost.read_again()
    assert cost.coefficients() == cost.DEFAULTS
    assert choose("auto", "cpu", setup(10_000, n=20)).backend == "cpu"
    assert len(caplog.records) == 1
    assert "defaults are used" in caplog.text


def test_an_unreadable_calibration_is_as_none():
    cost.path().mkdir()
    cost.read_again()
    assert cost.coefficients() == cost.DEFAULTS


def test_a_calibration_holds_for_one_machine(monkeypatch):
    mine = PATH()
    cost._digest.cache_clear()
    monkeypatch.setattr(cost, "processor", lambda: "abacus")
    assert PATH() != mine
    cost._digest.cache_clear()


def test_a_place_that_was_never_measured_is_for_long_trainings():
    short, long = Option("cpu", "cpu", 5.0), Option("cpu", "cpu", 2 * backends.PATIENCE)
    unknown, absent = Option("gpu", "cuda"), Option("reference", "cuda", obstacle="no CUDA device is here")
    assert pick([unknown, absent, short]) == short
    assert pick([unknown, absent, long]) == unknown
    assert pick([unknown, Option("reference", "cuda")]) == unknown
    assert pick([Option("gpu", "cuda", 0.1), short]).backend == "gpu"


def test_a_measured_gpu_is_chosen_by_its_cost(a_gpu, calibrated):
    calibrated(gpu_on_cuda={"start": 1.0, "step": 1e-6}, cpu_on_cpu={"step": 1e-5})
    assert [choose("auto", "auto", setup(steps)).backend for steps in (1000, 10**6)] == ["cpu", "gpu"]
    assert choose("auto", "cpu", setup(10**6)) == ("cpu", "cpu")
    a_gpu.covers = lambda setup: "such models"
    backends.decide_again()
    assert choose("auto", "auto", setup(10**6)) == ("cpu", "cpu")


def test_auto_says_once_that_there_is_no_gpu(caplog, monkeypatch):
    caplog.set_level("INFO", logger="tsup")
    monkeypatch.setattr(backends, "_has_cuda", lambda: False)
    for _ in range(3):
        choose("auto", "auto", setup())
    assert [r.getMessage() for r in caplog.records] == [
        "no CUDA device is here: auto chooses among the backends of the CPU"
    ]
    assert caplog.records[0].levelno == logging.INFO


def test_auto_warns_once_of_a_gpu_that_cannot_be_used(caplog, a_gpu):
    a_gpu.missing = lambda: "Triton is not installed"
    for _ in range(3):
        assert choose("auto", "auto", setup(10_000)).backend == "cpu"
    assert [r.getMessage() for r in caplog.records] == [
        "auto leaves the gpu backend alone: Triton is not installed"
    ]


def test_what_a_backend_does_not_cover_goes_to_the_reference_with_a_line(caplog, monkeypatch):
    monkeypatch.setattr(cpu, "covers", lambda setup: "absolute-value models")
    short = Training(steps=3, batch=8)
    run = tsup.train(Features(4, 0.5), AbsValue(3), short, backend="cpu", progress=False)
    assert (run.backend, run.device) == ("reference", "cpu")
    assert [r.getMessage() for r in caplog.records] == [
        "backend cpu does not cover absolute-value models: the reference trains instead"
    ]
    caplog.clear()
    caplog.set_level("INFO", logger="tsup")
    assert choose("auto", "cpu", setup(10**6)) == ("reference", "cpu")
    assert [r.getMessage() for r in caplog.records] == [
        "backend cpu does not cover absolute-value models: the reference trains"
    ]
    (found,) = (o for o in options(setup(), "cpu") if o.backend == "cpu")
    assert found.obstacle == "does not cover absolute-value models"


@pytest.mark.parametrize("extra", [{"attack": Attack(0.1)}, {"l1": 0.1}], ids=str)
def test_more_to_descend_is_trained_by_the_compiled_kernels_too(extra):
    asked = Setup(features=Features(5, 0.1), model=ReluOutput(2), training=Training(steps=10**6, **extra))
    assert choose("auto", "cpu", asked) == choose("cpu", "cpu", asked) == ("cpu", "cpu")


def test_a_gpu_that_is_not_there_is_refused(a_gpu, monkeypatch):
    monkeypatch.setattr(backends, "_has_cuda", lambda: False)
    a_gpu.missing = lambda: "no CUDA device is here"
    with pytest.raises(InputError, match="^backend gpu cannot run here: no CUDA device is here$"):
        choose("gpu", "auto", setup())


def test_a_gpu_backend_that_cannot_be_imported_is_refused_in_a_line(a_gpu, monkeypatch):
    monkeypatch.setitem(sys.modules, "tsup.backends.gpu", None)
    with pytest.raises(InputError, match="^backend gpu cannot run here: tsup.backends.gpu is not installed$"):
        choose("gpu", "auto", setup())
    assert choose("auto", "auto", setup(10_000)) == ("cpu", "cpu")


@pytest.mark.parametrize(
    ("name", "device", "message"),
    [
        ("abacus", "auto", "backend must be auto or one of reference, cpu, gpu, got 'abacus'"),
        ("auto", "toaster", "device must be auto, cpu or cuda, got 'toaster'"),
        ("cpu", "cuda", "backend cpu needs device cpu, got device 'cuda'"),
        ("gpu", "cpu", "backend gpu needs device cuda, got device 'cpu'"),
    ],
)
def test_bad_requests(a_gpu, name, device, message):
    with pytest.raises(InputError) as error:
        choose(name, device, setup())
    assert str(error.value) == message


def test_a_named_backend_keeps_its_device(a_gpu):
    assert choose("gpu", "cuda:1", setup()) == ("gpu", "cuda:1")
    assert choose("gpu", "auto", setup()) == ("gpu", "cuda")
    assert choose("reference", "auto", setup()) == ("reference", "cuda")
    assert choose("reference", "cpu", setup()) == ("reference", "cpu")
    assert cost.place("gpu", "cuda:1") == "gpu on cuda"


def test_work_grows_as_it_should():
    one, more = (
        dict(zip(cost.QUANTITIES, cost.quantities(s), strict=True)) for s in (setup(), setup(models=8))
    )
    assert one["parameter"] == 4 * (5 * 2 + 5)
    assert one["entry"] == 4 * 1024 * 5
    assert more["product"] == 2 * one["product"] == 8 * 1024 * 10
    assert one["occupied"] < one["product"]
    assert one["longest"] == 1024 * 10


def test_a_fit_finds_what_the_timings_were_made_of():
    work = np.array([cost.quantities(s) for s in calibration.workloads()])
    true = {"step": 1e-4, "model": 1e-6, "entry": 1e-8, "occupied": 2e-10}
    seconds = work @ [true.get(name, 0.0) for name in cost.QUANTITIES]
    found, errors = calibration.fit(work, seconds)
    assert np.abs(errors).max() < 1e-6
    assert min(found.values()) >= 0


def test_a_calibration_is_kept_and_used(monkeypatch):
    monkeypatch.setattr(calibration, "SLICE_SECONDS", 0.0)
    few = calibration.workloads()[:2]
    monkeypatch.setattr(calibration, "workloads", lambda: few)
    told = []
    found = calibration.calibrate(told.append)
    assert sorted(found["places"]) == sorted(told)
    assert {"cpu on cpu", "reference on cpu"} <= set(told)
    assert json.loads(cost.path().read_text()) == found
    assert cost.coefficients()["cpu on cpu"] == found["places"]["cpu on cpu"]["seconds"]
    assert [name for name in os.listdir(cost.path().parent) if name.startswith("tmp")] == []


@pytest.mark.parametrize(
    ("seconds", "told"), [(59.0, []), (None, []), (60.0, ["1 minute"]), (660.0, ["11 minutes"])]
)
def test_a_training_of_a_minute_or_more_is_told_before_it_begins(seconds, told, monkeypatch, caplog):
    monkeypatch.setattr(cost, "seconds", lambda *_: seconds)
    asked = Features(4, 0.5), ReluOutput(2), Training(steps=3, batch=8)
    assert next(training.stages(*asked, backend="reference")).step == 0
    assert caplog.messages == [f"1 model of n = 4: about {minutes} of training" for minutes in told]
