"""The benchmarks: what they time and what they say. No test here depends on how fast anything is."""

import json
from itertools import count

import numpy as np
import pytest
import torch

from tsup import InputError, bench
from tsup.__main__ import main
from tsup.backends import cost, reference
from tsup.bench import in_page, parts, report, timing, trainings
from tsup.bench.plain import plain_loop
from tsup.bench.tables import tables
from tsup.config import Setup
from tsup.training import evaluate


@pytest.fixture
def hasty(monkeypatch):
    """Timings of next to nothing."""
    monkeypatch.setattr(timing, "SLICE_SECONDS", 0.001)
    monkeypatch.setattr(trainings, "SHARE_SECONDS", 0.001)
    monkeypatch.setattr(timing, "MANY", 1000)
    monkeypatch.setattr(timing, "STOPS", [1, 2, 3])
    monkeypatch.setattr(timing, "peak", lambda *_: 1e9)


@pytest.mark.parametrize("kind", ["relu-output", "absolute-value"])
def test_the_plain_loop_trains(kind):
    setup = bench.Workload(2, 5, 4, 0.5, 0.5, kind=kind).setup(1)
    loop = plain_loop(setup)
    for _ in range(600):
        next(loop)
    found = [parameter.detach() for parameter in loop.gi_frame.f_locals["parameters"]]
    *matrices, b = found
    names = ("W",) if kind == "relu-output" else ("W1", "W2")
    weights = {name: W.numpy() for name, W in zip(names, matrices, strict=True)}
    trained = evaluate(setup, {**weights, "b": b.numpy()})
    start = next(reference.stages(setup, "cpu", [0]))
    assert (trained < 0.95 * evaluate(setup, start.weights)).all()


def test_threads_are_left_as_they_were(hasty):
    before = torch.get_num_threads()
    timing.plain(bench.Workload(1, 3, 1, 0.5, 0.5))
    assert torch.get_num_threads() == before


def test_a_report_says_what_was_timed_and_where(hasty, capsys, tmp_path):
    out = tmp_path / "times.json"
    assert main(["bench", "A", "--repeats", "2", "--json", "--out", str(out)]) == 0
    found = json.loads(capsys.readouterr().out)
    assert json.loads(out.read_text()) == found
    assert [row["backend"] for row in found["workloads"]] == ["reference", "cpu", "gpu"]
    for row in found["workloads"]:
        assert row["workload"] == "A"
        if row["measured"]:
            assert row["least"] <= row["ratio"] <= row["most"]
            assert row["repeats"] == 2
            assert row["multiply_adds_a_second"] > 0
        else:
            assert row["reason"]
            assert "ratio" not in row
    goals = {row["backend"]: (row["floor"], row["aim"]) for row in found["workloads"]}
    assert goals == {"reference": (None, None), "cpu": (60, 140), "gpu": (100, None)}
    assert {"date", "processor", "threads", "gpu", "versions", "peak_multiply_adds_a_second"} <= set(
        found["machine"]
    )


def test_a_step_is_taken_apart(monkeypatch):
    """By a clock that goes on by a second at every look, each of the eight steps of a timing takes an eighth."""
    looks = count()
    monkeypatch.setattr(parts.time, "thread_time", lambda: float(next(looks)))
    found = parts.parts("A", least=1.0)
    assert [row["density"] for row in found] == pytest.approx(np.geomspace(1, 0.05, 10), rel=1e-5)
    for row in found:
        assert (row["draw"], row["arithmetic"], row["rest"]) == (125_000, 0, 0)


@pytest.fixture
def small(monkeypatch, hasty):
    """A whole record of tiny things."""
    tiny = bench.Workload(2, 5, 2, 1.0, 0.1, batch=32)
    monkeypatch.setattr(timing, "SWEEPS", {"models": ((2, tiny),), "batch": ((32, tiny), (7, tiny))})
    monkeypatch.setattr(timing, "ALONE", ((5, bench.Workload(1, 5, 2, 0.1, 0.1, batch=32)),))
    monkeypatch.setattr(trainings, "OPENING_STEPS", 20)
    monkeypatch.setattr("tsup.commands.machine.TIMED", {"F06": "quick"})
    part = {"density": 1.0, "draw": 2.0, "arithmetic": 3.0, "rest": 0.5}
    monkeypatch.setattr(parts, "parts", lambda name: [{"workload": name, **part}])


def test_a_whole_record_is_kept_and_found_again(small, monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(report, "folder", lambda: tmp_path)
    assert bench.latest(place=tmp_path) is None
    assert main(["bench", "A", "--repeats", "1", "--record"]) == 0
    assert "Whole trainings, seconds" in capsys.readouterr().out
    (file,) = tmp_path.iterdir()
    found = bench.latest("gpu" if file.stem.endswith("gpu") else "cpu", tmp_path)
    assert found == json.loads(file.read_text())
    points = found["sweep"]["cpu"]
    assert [point["axis"] for point in points[:4]] == ["models", "batch", "batch", "one model"]
    assert points[3]["threads"] == 1
    assert found["opening"]["seconds"] > 0
    assert [one["workload"] for one in found["parts"]] == [*"ABCDEFGHIJ"]
    (row,) = found["rows"]
    assert (row["row"], row["training"], row["models"]) == ("F06", "relu", 4)
    assert 0 < row["before"]["share_of_steps"] <= 1
    assert len(list(tables(found))) == 3 + len(found["sweep"])


def test_a_long_training_is_extrapolated_and_says_so(monkeypatch, hasty):
    monkeypatch.setattr(trainings, "LONGEST", 0.0)
    found = trainings._reference(bench.Workload(2, 5, 2, 1.0, 0.1, batch=32).setup(4096))
    assert 0 < found["share_of_steps"] < 1
    assert found["seconds"] > 0


def test_the_newest_whole_record_counts(tmp_path):
    for day, whole in (("01", True), ("02", True), ("03", False)):
        record = {"machine": {"date": f"2026-01-{day}", "gpu": "not measured"}, "workloads": []}
        report.write(record | ({"sweep": {}, "rows": []} if whole else {}), tmp_path / f"{day}-cpu.json")
    assert bench.latest("cpu", tmp_path)["machine"]["date"] == "2026-01-02"
    assert bench.latest("gpu", tmp_path) is None
    (tmp_path / "04-cpu.json").write_text("{")
    with pytest.raises(InputError, match="^04-cpu.json must be JSON, got "):
        bench.latest("cpu", tmp_path)


def test_every_kept_record_of_a_bench_is_named_for_its_date():
    kept = [path for path in bench.folder().glob("*.json") if not path.stem.startswith("live")]
    assert kept
    for path in kept:
        assert report.name_of(json.loads(path.read_text())) == path.name


@pytest.mark.parametrize("arguments", [["Z"], ["A", "--repeats", "0"], ["A", "--backend", "abacus"]])
def test_bad_requests_are_one_line(arguments, capsys):
    assert main(["bench", *arguments]) == 2
    assert capsys.readouterr().err.splitlines()[-1].startswith("tsup: ")


def test_an_unwritable_place_is_refused_before_anything_is_timed(capsys, tmp_path, monkeypatch):
    monkeypatch.setattr(report, "record", None)
    (tmp_path / "file").write_text("")
    assert main(["bench", "A", "--out", str(tmp_path / "file" / "times.json")]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_steps_are_doubled_until_they_can_be_timed(monkeypatch):
    clock = iter(np.cumsum([1, 2, 4, 8, 16]))
    monkeypatch.setattr(timing.time, "perf_counter", lambda: float(next(clock)))
    assert timing.pace(iter([1, 2, 4, 8, 16]), least=5.0) == (2.0, 4)


def test_workloads_span_their_densities():
    setup = bench.WORKLOADS["B"].setup(3)
    assert isinstance(setup, Setup)
    assert setup.features.density[0] == (1,)
    assert setup.features.density[-1][0] == pytest.approx(0.001)
    assert bench.WORKLOADS["F"].setup(3).features.low == -1


def test_a_power_law_has_so_many_features_active_a_row_in_a_stack_for_each_number_of_hidden_dimensions():
    setups = bench.WORKLOADS["G"].setups(3)
    assert [setup.model.hidden for setup in setups] == [10, 16, 25, 40, 63, 100]
    for setup in setups:
        density = setup.features.densities()
        assert density.shape == (1, 1000)
        assert density.sum() == pytest.approx(1)
        assert density[0] * np.arange(1, 1001) == pytest.approx(density[0, 0])
        assert (setup.features.high, setup.training.batch) == (2, 2048)
    assert bench.WORKLOADS["G"].about == (
        "6 models, n 1,000, m 10 to 100, 1 active a row by a power law, batch 2,048"
    )


def test_several_stacks_are_timed_one_after_the_other(monkeypatch):
    monkeypatch.setattr(timing, "pace", lambda reached, least: (1.5, 1))
    load = bench.Workload(2, 5, (1, 2), 1, 1, batch=8, law="power")
    assert timing.plain(load) == 3
    assert timing.backend("reference", load, "cpu") == 3


def test_work_is_five_products_of_the_rows_that_are_not_empty():
    assert bench.Workload(3, 5, 2, 1.0, 1.0).multiply_adds() == 5 * 3 * 1024 * 10
    signed = bench.Workload(3, 5, 2, 1.0, 1.0, kind="absolute-value")
    assert signed.multiply_adds() == 5 * 3 * 1024 * 10
    sparse = bench.Workload(3, 5, 2, 0.01, 0.01)
    assert sparse.multiply_adds() == pytest.approx(5 * 3 * 1024 * 10 * (1 - 0.99**5))


@pytest.mark.parametrize("calibrated", [True, False])
def test_info_says_what_is_here_and_what_auto_would_choose(calibrated, monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(cost, "path", lambda: tmp_path / "costs.json")
    fit = {"seconds": {**cost.DEFAULTS["cpu on cpu"], "step": 1e-7}, "median_error": 0.07}
    if calibrated:
        (tmp_path / "costs.json").write_text(json.dumps({"date": "today", "places": {"cpu on cpu": fit}}))
    cost.read_again()
    assert main(["info", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    cost.read_again()
    places = {(place["backend"], place["device"]): place for place in found["backends"]}
    says = "calibrated, typically within 7%" if calibrated else "defaults"
    assert places["cpu", "cpu"] == {"backend": "cpu", "device": "cpu", "missing": None, "cost": says}
    assert places["gpu", "cuda"]["missing"] or torch.cuda.is_available()
    assert found["calibration"].startswith("today" if calibrated else "none: defaults are used")
    for choice in found["auto"]:
        assert choice["chosen"] in choice["seconds"]
        assert choice["why"]


def test_what_a_browser_trains_is_told_from_the_records_that_are_kept():
    live, page = in_page.record("live"), in_page.record("live-page")
    told = in_page.speed(live)
    for name, one in live["workloads"].items():
        assert f"{name}: plain loop {one['steps_a_second']['plain']:,.0f} steps a second" in told
        assert (
            f"WebAssembly  {one['steps_a_second']['wasm']:>8,.0f}, {one['ratio']['wasm']:g} times as many"
            in told
        )
    assert f"WebAssembly {live['skipping']['wasm']:g} times" in told
    felt = in_page.feel(page)
    assert f"first step: {page['first_step_s']:g} s" in felt
    assert f"load {page['load_average']:g}" in felt.splitlines()[0]
    held = in_page.record("live-memory")
    assert f"{held['heap_mb'][0]:g} MB and {held['heap_mb'][1]:g} MB" in in_page.memory(held)
