"""The figures of the page *How fast*, the sentences beside them, and what its prose says of the newest record."""

import numpy as np
import pytest
from bokeh.embed import json_item

from tsup import InputError, bench
from tsup.bench import summary, tables
from tsup.paper import exercises
from tsup.paper.how_fast.figures import sizes, speed, step

COMMON = {"measured": True, "least": 8.0, "most": 12.5, "plain_ms": 1.0, "backend_ms": 0.1}


def entry(workload, backend, ratio, **more):
    rate = {"multiply_adds_a_second": 2e9 * ratio, "floor": 7, "aim": 11, "about": f"about {workload}"}
    return {"workload": workload, "backend": backend, "ratio": ratio, **COMMON, **rate, **more}


ROWS = [
    entry("A", "cpu", 10.0),
    entry("A", "reference", 1.1, floor=None, aim=None),
    entry("B", "cpu", 5.0),
    {"workload": "A", "backend": "gpu", "measured": False, "reason": "no CUDA device is here"},
]
POINTS = [
    {**line, "value": value, "us_per_model_step": 0.5 * value, "multiply_adds_a_second": 1e9}
    for line in (
        {"axis": "features"},
        {"axis": "one model", "threads": 1},
        {"axis": "one model", "threads": 2},
    )
    for value in (5, 7, 331)
]
MACHINE = {
    "date": "2026-01-02T03:04:05",
    "processor": "Abacus",
    "threads": 2,
    "gpu": "not measured",
    "versions": {"tsup": "0", "torch": "2"},
    "peak_multiply_adds_a_second": 1e11,
}
TIMED = {"seconds": 30.0, "share_of_steps": 0.01}
ROW = {
    "row": "F08",
    "training": "relu",
    "models": 7,
    "steps": 1000,
    "before": TIMED,
    "after": {"seconds": 2.0},
}
RECORD = {
    "machine": MACHINE,
    "workloads": ROWS,
    "sweep": {"cpu": POINTS, "reference": POINTS[:3], "gpu": []},
    "rows": [ROW, {**ROW, "row": "F99", "after": {"seconds": None}}],
    "opening": {"models": 10, "steps": 10, "seconds": 0.2, "least": 0.1, "most": 0.3, "plain_seconds": 14.0},
}


def drawn(figure, name):
    return figure.layout.select_one({"name": name}).data


def test_ratios_draw_what_was_measured_with_its_goals():
    figure = speed.ratios(ROWS, "an abacus")
    assert drawn(figure, "ratios-cpu")["ratio"] == pytest.approx([10, 5])
    assert drawn(figure, "ratios-cpu")["most"] == pytest.approx([12.5, 12.5])
    assert drawn(figure, "ratios-floor")["x"] == pytest.approx([7, 7])
    assert drawn(figure, "ratios-aim")["x"] == pytest.approx([11, 11])
    assert drawn(figure, "plain-loop")["x"].tolist() == [1, 1]
    assert figure.layout.select_one({"name": "ratios-gpu"}) is None
    assert figure.alt == "Times as fast as the plain loop. cpu: A 10.0 and B 5.0; reference: A 1.1."
    assert figure.caption.endswith("Measured: an abacus.")


def test_shares_are_of_the_peak():
    figure = speed.shares(ROWS, tables.peaks(RECORD))
    assert drawn(figure, "shares-cpu")["share"] == pytest.approx([0.2, 0.1])
    assert "cpu: A 20% and B 10%" in figure.alt


def test_a_sweep_has_a_panel_an_axis_and_lines_of_their_own():
    lines = summary.lines(RECORD)
    assert list(lines) == ["cpu", "cpu, 1 thread", "cpu, 2 threads", "reference"]
    figure = sizes.sweep(lines)
    assert len(figure.layout.children) == 2
    assert drawn(figure, "sweep-0-0")["time"] == pytest.approx([2.5, 3.5, 165.5])
    assert drawn(figure, "sweep-1-1")["value"] == pytest.approx([5, 7, 331])
    assert "cpu, features n 5 to 331: 2.5 to 166" in figure.alt


def test_trainings_say_what_was_extrapolated():
    figure = speed.trainings(summary.trainings(RECORD))
    assert drawn(figure, "trainings")["before"] == pytest.approx([30])
    assert figure.alt == (
        "Seconds before and after. F08, relu: 7 models × 1,000 steps: "
        "30 (extrapolated from 1.00% of the steps), then 2."
    )


@pytest.mark.parametrize(
    "draw",
    [
        lambda: speed.ratios(ROWS[-1:]),
        lambda: speed.shares(ROWS[-1:], {}),
        lambda: sizes.sweep({"gpu": []}),
        lambda: speed.trainings([]),
    ],
)
def test_nothing_measured_is_refused(draw):
    with pytest.raises(InputError, match="must hold at least one .*, got none$"):
        draw()


def test_figures_can_be_embedded():
    for figure in (
        speed.ratios(ROWS),
        speed.shares(ROWS, tables.peaks(RECORD)),
        sizes.sweep(summary.lines(RECORD)),
        speed.trainings(summary.trainings(RECORD)),
    ):
        assert json_item(figure.layout)


def test_sentences_are_made_from_the_record():
    assert summary.where(RECORD) == "2026-01-02, 2 threads of an Abacus, torch 2"
    assert summary.verdict(RECORD, "cpu") == (
        "CPU backend: floor reached by 1 of 2 workloads; not by B (5.0 of 7).\n"
        "CPU backend: aim reached by 0 of 2 workloads; not by A (10.0 of 11), B (5.0 of 11)."
    )
    assert summary.verdict(None, "gpu") == summary.verdict(RECORD, "gpu") == "GPU backend: not measured."
    assert summary.opening(RECORD) == (
        "The opening figure, 10 models × 10 steps: 0.20 s (0.10 to 0.30); the plain loop would take 14 s."
    )
    absent = [*ROWS, {**ROWS[-1], "backend": "cpu", "workload": "F", "reason": "does not cover it"}]
    assert "CPU backend: F not measured, does not cover it." in summary.verdict({"workloads": absent}, "cpu")


def test_the_page_is_right_about_the_newest_record():
    record = bench.latest("cpu")
    rows = {(r["workload"], r["backend"]): r for r in record["workloads"] if r["measured"]}
    ratio = {name: rows[name, "cpu"]["ratio"] for name in "ABCDE"}
    assert min(ratio["A"], ratio["E"]) > max(ratio["B"], ratio["C"], ratio["D"]), "tiny models gain most"
    assert ratio["B"] > max(ratio["C"], ratio["D"]), "large ones gain least"
    assert all(0.5 < r["ratio"] < 2 for (_, kind), r in rows.items() if kind == "reference")
    sparser = {
        kind: [p["us_per_model_step"] for p in points if p["axis"] == "sparsity"]
        for kind, points in record["sweep"].items()
    }
    assert np.ptp(sparser["reference"]) < 0.5 * max(sparser["reference"])
    assert sparser["cpu"][-1] < 0.2 * sparser["cpu"][0]


RIGHT = {
    "how-many-empty": 0.9**20,
    "gaps": lambda u, p: 1 + np.floor(np.log(u) / np.log1p(-p)),
    "bound": 4 / 3,
}
WRONG = [
    ("how-many-empty", 1 - 0.9**20, "something"),
    ("how-many-empty", 0.1**20, "density p"),
    ("how-many-empty", 0.9, "All twenty"),
    ("how-many-empty", 18, "multiply"),
    ("how-many-empty", 0.5, "independently"),
    ("gaps", lambda u, p: 3, "shape ()"),
    ("gaps", lambda u, p: np.floor(np.log(u) / np.log1p(-p)), "add 1"),
    ("gaps", lambda u, p: np.log(u), "negative"),
    ("gaps", lambda u, p: 1 + np.log(u) / np.log1p(-p), "round down"),
    ("gaps", lambda u, p: np.full(u.shape, 3.0), "on average"),
    ("gaps", lambda u, p: np.full(u.shape, round(1 / p)), "not geometric"),
    ("gaps", 3, "the function gaps itself"),
    ("bound", 4, "could be removed"),
    ("bound", 0.75, "inverse"),
    ("bound", 2, "three quarters"),
]


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_answer_is_taken(name):
    assert exercises.check(name, RIGHT[name])


@pytest.mark.parametrize(("name", "answer", "message"), WRONG)
def test_a_mistake_is_named(name, answer, message):
    reply = exercises.check(name, answer)
    assert not reply
    assert message in reply.message


SPLIT = [
    {"workload": name, "density": p, "draw": 3 * p, "arithmetic": 6 * p, "rest": p}
    for name in "AB"
    for p in (0.1, 1.0, 0.5)
]


def test_a_step_is_shared_out():
    figure = step.breakdown(SPLIT, "here")
    assert drawn(figure, "breakdown-draw")["right"] == pytest.approx([0.3] * 4)
    assert drawn(figure, "breakdown-arithmetic")["left"] == pytest.approx([0.3] * 4)
    assert drawn(figure, "breakdown-rest")["us"] == pytest.approx([1, 0.1, 1, 0.1])
    assert "A, p = 1 30% of 10 µs" in figure.alt
    with pytest.raises(InputError, match="^rows must hold at least one entry, got none$"):
        step.breakdown([])
