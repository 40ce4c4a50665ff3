"""The benchmarks: what they time and what they say. No test here depends on how fast anything is."""

import json

import pytest
import torch

from tsup import InputError, bench
from tsup.__main__ import main
from tsup.backends import reference
from tsup.config import Setup
from tsup.training import evaluate


def test_the_plain_loop_trains(monkeypatch):
    workload = bench.Workload(2, 5, 2, 0.5, 0.5)
    loop = bench.plain_loop(workload.setup(1))
    bench._advance(loop, 400)
    W, b = (loop.gi_frame.f_locals[name].detach() for name in ("W", "b"))
    setup = workload.setup(1)
    trained = evaluate(setup, {"W": W.transpose(1, 2).contiguous().numpy(), "b": b.numpy()})
    start = next(reference.stages(setup, "cpu", [0]))
    assert (trained < 0.95 * evaluate(setup, start.weights)).all()


def test_threads_are_left_as_they_were(monkeypatch):
    monkeypatch.setattr(bench, "_SLICE_SECONDS", 0.01)
    before = torch.get_num_threads()
    bench._plain(bench.Workload(1, 3, 1, 0.5, 0.5))
    assert torch.get_num_threads() == before


def test_a_report_says_what_was_timed_and_where(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(bench, "_SLICE_SECONDS", 0.01)
    monkeypatch.setattr(bench, "peak", lambda: 1e9)
    out = tmp_path / "times.json"
    assert main(["bench", "A", "--repeats", "2", "--backend", "reference", "--json", "--out", str(out)]) == 0
    report = json.loads(capsys.readouterr().out)
    assert json.loads(out.read_text()) == report
    (row,) = report["workloads"]
    assert row["workload"] == "A"
    assert row["least"] <= row["ratio"] <= row["most"]
    assert row["repeats"] == 2
    assert {"date", "processor", "threads", "gpu", "versions", "peak_multiply_adds_a_second"} <= set(
        report["machine"]
    )


@pytest.mark.parametrize("arguments", [["Z"], ["A", "--repeats", "0"], ["A", "--backend", "abacus"]])
def test_bad_requests_are_one_line(arguments, capsys):
    assert main(["bench", *arguments]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_steps_are_doubled_until_they_can_be_timed():
    asked = []
    bench._seconds_of(
        lambda steps: asked.append(steps) or [sum(range(20_000)) for _ in range(steps)], least=0.02
    )
    assert asked == sorted(asked)
    assert asked[0] == 1
    with pytest.raises(InputError, match="^repeats must be ≥ 1, got 0$"):
        bench.compare("A", "cpu", repeats=0)


def test_workloads_span_their_densities():
    setup = bench.WORKLOADS["B"].setup(3)
    assert isinstance(setup, Setup)
    assert setup.features.density[0] == 1
    assert setup.features.density[-1] == pytest.approx(0.001)
