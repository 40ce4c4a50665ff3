"""What figures that train show before: current, one for every figure of the pages, and what a training gives."""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import tsup
from tsup import results
from tsup.config import Setup
from tsup.paper.rows import find
from tsup.widgets import starts

sys.path.append(str(Path(__file__).parents[1] / "tools"))

import train_stale

QUICK = Setup(
    features=tsup.Features(3, 0.1),
    model=tsup.ReluOutput(2),
    training=tsup.Training(steps=20, batch=64, lr=0.01, replicas=2),
)


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """A folder of results of its own."""
    monkeypatch.setenv("TSUP_RESULTS", str(tmp_path))
    return tmp_path


def test_every_figure_that_trains_has_a_current_start_and_no_other_is_kept(root):
    asked = train_stale.asked()
    pages = [page for page in (root / "book").glob("*.md") if "\nlive(" in page.read_text()]
    assert 0 < len(pages) <= len(asked)
    kept = set(results.folder().glob("live/*.json"))
    assert kept == set(asked), "train them again with: make results"


def test_a_start_is_what_a_training_gives():
    """The quickest of the book's: other processors round otherwise, so the losses are compared, not the bits."""
    asked = train_stale.asked().values()
    setup = min(asked, key=lambda one: one.models * one.features.n * one.model.hidden * one.training.steps)
    kept, again = starts.load(setup), starts.train(setup)
    assert kept.step == again.step == setup.training.steps
    assert kept.steps.tolist() == again.steps.tolist()
    assert kept.loss.min() == pytest.approx(again.loss.min(), rel=0.02)
    assert kept.shares[-1] == pytest.approx(again.shares[-1], rel=0.02)


def test_a_start_comes_back_as_it_was(elsewhere):
    assert starts.load(QUICK) is None
    starts.train_and_save(QUICK)
    kept, again = starts.load(QUICK), starts.train(QUICK)
    assert {name: w.dtype for name, w in kept.weights.items()} == dict.fromkeys("Wb", np.dtype(np.float32))
    for name, weight in again.weights.items():
        assert np.allclose(kept.weights[name], weight, rtol=1e-4, atol=0)
    assert np.allclose(kept.loss, again.loss, rtol=1e-4)
    assert np.array_equal(kept.steps, again.steps)
    assert np.allclose(kept.shares, again.shares, rtol=1e-4)


def test_the_curve_is_that_of_the_model_that_loses_least(elsewhere):
    start = starts.train(QUICK)
    assert start.shares[-1] == pytest.approx((start.loss / starts.without_features(QUICK)).min())
    assert start.steps[-1] == QUICK.training.steps


def test_before_the_first_update_nothing_is_learnt_and_no_curve_drawn():
    start = starts.untrained(QUICK)
    assert start.step == len(start.steps) == len(start.shares) == 0
    assert start.weights["W"].shape == (2, 2, 3)
    assert np.array_equal(start.weights["b"], np.zeros((2, 3)))


@pytest.mark.parametrize(
    "changed",
    [
        {"features": tsup.Features(3, 0.2)},
        {"model": tsup.Linear(2)},
        {"training": replace(QUICK.training, seed=1)},
    ],
)
def test_another_setup_is_another_start(changed):
    assert starts.digest(replace(QUICK, **changed)) != starts.digest(QUICK)


@pytest.mark.parametrize("file", ["data.py", "backends/reference.py", "widgets/starts.py"])
def test_a_change_of_what_trains_makes_starts_stale(file, tmp_path, monkeypatch):
    before = starts.digest(QUICK)
    for pattern in starts.CODE:
        for source in starts.PACKAGE.glob(pattern):
            copy = tmp_path / source.relative_to(starts.PACKAGE)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(source.read_bytes())
    monkeypatch.setattr(starts, "PACKAGE", tmp_path)
    assert starts.digest(QUICK) == before
    with (tmp_path / file).open("a") as code:
        code.write("STEP = 2\n")
    assert starts.digest(QUICK) != before


PAGE = """Train.

```{code-cell} ipython3
:tags: [hide-input]
live(tsup.Features(3, 0.1), tsup.ReluOutput(2),
     tsup.Training(steps=20, batch=64, lr=0.01, replicas=2), name="three")
```
"""


def test_stale_starts_are_replaced(elsewhere, monkeypatch, tmp_path):
    monkeypatch.setattr(train_stale, "ROOT", tmp_path)
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "page.md").write_text(PAGE)
    stale = starts.train_and_save(replace(QUICK, training=replace(QUICK.training, seed=5)))
    train_stale.keep_starts()
    assert not stale.exists()
    assert starts.load(QUICK)


def test_words_of_captions_are_written_again_without_training(elsewhere, monkeypatch, capsys):
    kept = tsup.load("F06", Path(__file__).parents[1] / "book" / "results")
    results.write(kept.assign_attrs(about="in the words of last year"), elsewhere)
    monkeypatch.setattr(train_stale, "trained", lambda: [find("F06")])
    train_stale.say_again()
    xr.testing.assert_identical(results.read(elsewhere / "F06.nc"), kept)
    train_stale.say_again()
    assert capsys.readouterr().out == "words of a result: F06\n"
