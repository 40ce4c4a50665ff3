"""The command line: what it prints, what it writes, and how it fails."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace

import pytest

import tsup
from tsup import results, training
from tsup.__main__ import main
from tsup.paper import claims, standing
from tsup.paper.rows import REGISTRY
from tsup.paper.verdict import Verdict

SHORT = {"training": {"steps": 20, "batch": 16, "replicas": 1}}


@pytest.fixture(autouse=True)
def _own_results(monkeypatch):
    monkeypatch.delenv("TSUP_RESULTS", raising=False)


def refused(capsys, *args) -> str:
    """The only line that a refused command prints."""
    assert main(args) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("\n") == 1
    assert printed.err.startswith("tsup: ")
    return printed.err


@pytest.fixture
def config(tmp_path):
    def write(value):
        path = tmp_path / "config.json"
        path.write_text(value if isinstance(value, str) else json.dumps(value))
        return str(path)

    return write


def test_list(capsys):
    assert main(["list", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["row"] for row in rows] == list(REGISTRY)
    assert {row["result"] for row in rows} == {"paper", "needs no file"}


def test_list_of_rows_shows_what_their_files_hold(capsys):
    assert main(["list", "F08", "F02", "--json"]) == 0
    basic, bases = json.loads(capsys.readouterr().out)
    weights = next(one for one in basic["variables"] if one["name"] == "W")
    assert (weights["axes"], weights["dtype"]) == (["model", "density", "hidden", "feature"], "float32")
    assert bases["variables"] == []
    assert main(["list", "F23"]) == 0
    printed = " ".join(capsys.readouterr().out.split())
    assert all(one.name in printed for one in REGISTRY["F23"].schema)
    assert main(["list", "F99"]) == 2


def test_list_tells_missing_and_stale_files(capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("TSUP_RESULTS", str(tmp_path))
    assert main(["list"]) == 0
    assert "Demonstrating superposition" in capsys.readouterr().out
    (tmp_path / "F08.nc").write_text("")
    assert main(["list", "--json"]) == 0
    states = {row["row"]: row["result"] for row in json.loads(capsys.readouterr().out)}
    assert (states["F01"], states["F08"], states["F02"]) == ("missing", "stale", "needs no file")


def test_info(capsys):
    assert main(["info", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["results"] == str(results.folder())
    assert main(["info"]) == 0


def test_run_writes_a_current_result(capsys, tmp_path):
    assert main(["run", "F06", "--scale", "quick", "--out", str(tmp_path / "new")]) == 0
    assert capsys.readouterr().out.startswith("F06  ")
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["F06.nc"]
    assert tsup.load("F06", tmp_path / "new").attrs["scale"] == "quick"


def test_quick_results_stay_out_of_the_book(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["run", "F06", "--scale", "quick", "--json"]) == 0
    (done,) = json.loads(capsys.readouterr().out)
    assert done["path"] == "F06.nc"
    assert done["hash"] == REGISTRY["F06"].digest("quick")
    assert (tmp_path / "F06.nc").is_file()


def test_stale_rows_are_made_once(capsys, tmp_path, monkeypatch):
    monkeypatch.setattr("tsup.commands.rows.trained", lambda: [REGISTRY["F06"]])
    monkeypatch.setenv("TSUP_RESULTS", str(tmp_path))
    (tmp_path / "F06.nc").write_text("half a file")
    assert main(["run", "--stale", "--scale", "quick"]) == 0
    assert capsys.readouterr().out.startswith("F06  ")
    assert main(["run", "--stale", "--scale", "quick"]) == 0
    assert capsys.readouterr().out == f"every result is current in {tmp_path}\n"


def test_another_seed_and_config_make_a_custom_result(capsys, tmp_path, config):
    args = [
        "run",
        "F06",
        "--scale",
        "quick",
        "--out",
        str(tmp_path),
        "--config",
        config(SHORT),
        "--seed",
        "3",
    ]
    assert main(args) == 0
    made = results.read(tmp_path / "F06.nc")
    assert made.attrs["scale"] == "custom"
    training = json.loads(made.attrs["config"])["setups"]["relu"]["training"]
    assert (training["seed"], training["steps"]) == (3, 20)


@pytest.mark.parametrize(
    ("args", "says"),
    [
        ([], "arguments are required"),
        (["nonsense"], "invalid choice: 'nonsense'"),
        (["run"], "run needs rows"),
        (["run", "F99"], "row must be one of F01, F02"),
        (["run", "F06", "F99"], "got 'F99'"),
        (["run", "F02"], "F02 has no result file"),
        (["run", "F06", "--scale", "big"], "invalid choice: 'big'"),
        (["run", "F06", "--device", "abacus"], "device must be auto or cpu"),
        (["run", "F06", "--seed", "-1"], "seed must be a whole number"),
        (["run", "F06", "--seed", "x"], "invalid int value: 'x'"),
        (
            ["run", "F06", "--config", "absent.json"],
            "config must be a file that can be read, got absent.json",
        ),
        (["claims", "F99"], "claim must be one of"),
    ],
)
def test_bad_requests(capsys, tmp_path, args, says, monkeypatch):
    monkeypatch.chdir(tmp_path)
    out = ["--out", str(tmp_path / "out")] if args[:1] == ["run"] else []
    assert says in refused(capsys, *args, *out)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ({"training": {"stepz": 3}}, "stepz is not a key"),
        ({"trainin": {"steps": 3}}, "trainin is not a key"),
        ({"training": 3}, "config must be a JSON object of objects"),
        ([1], "config must be a JSON object of objects"),
        ("{", "config must be JSON"),
        ({"features": {"density": 0}}, "density must be in (0, 1], got 0"),
        ({"features": {"density": float("nan")}}, "density must be in (0, 1], got nan"),
        ({"features": {"importance": -1}}, "importance must be finite and ≥ 0, got -1"),
        ({"features": {"correlated": [[0, 1], [1, 2]]}}, "feature 1 twice"),
        ({"model": {"hidden": 0}}, "hidden must be a whole number ≥ 1, got 0"),
        ({"training": {"replicas": 10**9}}, "GiB"),
    ],
)
def test_bad_configs(capsys, tmp_path, config, value, says):
    args = ("run", "F06", "--config", config(value), "--out", str(tmp_path / "out"))
    assert says in refused(capsys, *args)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("below", ["", "deeper"])
def test_an_unwritable_folder_is_refused_before_training(capsys, tmp_path, monkeypatch, below):
    monkeypatch.setattr("tsup.paper.assemble.train", None)
    (tmp_path / "file").write_text("")
    out = tmp_path / "file" / below
    assert "out must be a folder that can be written" in refused(capsys, "run", "F06", "--out", str(out))


def test_claims_on_a_truncated_file(capsys, tmp_path, monkeypatch):
    shipped = (results.folder() / "F06.nc").read_bytes()
    (tmp_path / "F06.nc").write_bytes(shipped[:5000])
    monkeypatch.setenv("TSUP_RESULTS", str(tmp_path))
    assert "truncated or not a result file" in refused(capsys, "claims", "F06")
    assert "F08.nc is not in" in refused(capsys, "claims", "F08")


def test_claims(capsys):
    assert main(["claims", "F02", "F06.gram", "--json"]) == 0
    findings = json.loads(capsys.readouterr().out)
    assert [finding["id"] for finding in findings] == ["F02.rotation", "F02.relu", "F06.gram"]
    assert main(["claims", "F08"]) == 0
    first, *_ = capsys.readouterr().out.splitlines()
    assert first.startswith("holds: F08.linear-count  The linear model represents exactly 5 features")
    assert first.endswith("keeps 5 features at all 7 densities.")
    assert main(["claims", "F08.linear-count", "--full"]) == 0
    assert "tolerance  5 norms above ½" in capsys.readouterr().out


def test_all_claims_end_with_the_rows_that_are_missing(capsys, monkeypatch):
    few = {id: claim for id, claim in claims.CLAIMS.items() if claim.row == "F02"}
    monkeypatch.setattr(claims, "CLAIMS", few)
    assert main(["claims"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == standing.summary()
    assert main(["claims", "F02"]) == 0
    assert standing.summary() not in capsys.readouterr().out


def test_a_changed_verdict_is_an_exit_status(capsys, monkeypatch):
    other = replace(claims.CLAIMS["F02.relu"], expected=Verdict.FAILS)
    monkeypatch.setitem(claims.CLAIMS, "F02.relu", other)
    assert main(["claims", "F02"]) == 1
    assert capsys.readouterr().err == "tsup: verdicts changed: F02.relu\n"


def test_interruption_writes_nothing(tmp_path, monkeypatch, capsys):
    real = training._stages

    def interrupted(*args):
        for stage in real(*args):
            yield stage
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(training, "_stages", interrupted)
    # Whoever starts the tests may have let them ignore the signal.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        assert main(["run", "F06", "--scale", "quick", "--out", str(tmp_path / "out")]) == 130
    finally:
        signal.signal(signal.SIGINT, before)
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err == "tsup: interrupted; the row in training was not written\n"
    assert not (tmp_path / "out").exists()


def test_as_a_module():
    done = subprocess.run(
        [sys.executable, "-m", "tsup", "run", "F99"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1


LIST = [sys.executable, "-m", "tsup", "list", "--json"]


@pytest.mark.parametrize("redirect", [">&-", "> /dev/full", "| true; exit ${PIPESTATUS[0]}"])
def test_an_output_that_cannot_be_printed_to_is_one_line(redirect):
    command = f"{' '.join(LIST)} {redirect}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert done.stderr.startswith("tsup: ")


def test_an_output_of_ascii_only_stays_json():
    command = f"PYTHONIOENCODING=ascii {sys.executable} -m tsup claims F15 --json"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert {finding["row"] for finding in json.loads(done.stdout)} == {"F15"}


def test_a_limit_on_the_size_of_files_is_one_line(tmp_path, config):
    """HDF5 ends the process where it cannot write."""
    run = f"{sys.executable} -m tsup run F06 --scale quick --config {config(SHORT)} --out {tmp_path / 'out'}"
    done = subprocess.run(["bash", "-c", f"ulimit -f 4; {run}"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].endswith("(File too large)")
    assert not list((tmp_path / "out").iterdir())


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ({"training": {"steps": 10**20}}, "steps must be at most 1,000,000,000"),
        ({"training": {"batch": 2**40}}, "batch must be at most 1,000,000,000"),
        ({"features": {"n": 10**10}}, "n must be at most 1,000,000"),
        ({"training": {"lr": "0.1"}}, "lr must be a number"),
        ({"features": {"correlated": [[0.5, 1]]}}, "lists of lists of feature indices"),
        ({"model": {"kind": "linear"}}, "kind must stay"),
        ("[" * 100_000, "nested too deep"),
    ],
)
def test_requests_beyond_all_measure_are_refused_at_once(capsys, tmp_path, config, value, says):
    args = ("run", "F06", "--config", config(value), "--out", str(tmp_path / "out"))
    assert says in refused(capsys, *args)


def test_a_config_that_is_a_pipe_is_not_waited_for(capsys, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert "config must be a regular file" in refused(
        capsys, "run", "F06", "--config", str(tmp_path / "pipe")
    )


def test_no_place_to_write(capsys):
    assert "out must name a place to write" in refused(capsys, "run", "F06", "--out", "")


def test_a_run_of_minutes_says_so_before_it_begins(capsys, monkeypatch):
    monkeypatch.setattr("tsup.backends.cost.seconds", lambda backend, device, setup: 240.0)
    monkeypatch.setattr("tsup.paper.rows.Experiment.made", lambda *args, **how: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        main(["run", "F06", "--scale", "quick"])
    assert capsys.readouterr().err.startswith("F06: about ")
