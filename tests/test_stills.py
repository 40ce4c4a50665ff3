"""The stills of the labs: current, one for every lab of the pages, and what a training gives."""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tsup import results
from tsup.widgets import lab, stills
from tsup.widgets.trial import Choice

sys.path.append(str(Path(__file__).parents[1] / "tools"))

import train_stale

QUICK = Choice(n=3, hidden=2, density=0.1, decay=0.9, steps=20, replicas=2, seed=0, model="ReLU output")


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """A folder of results of its own."""
    monkeypatch.setenv("TSUP_RESULTS", str(tmp_path))
    return tmp_path


def test_every_lab_of_the_pages_has_a_current_still_and_no_other_is_kept(root):
    asked = train_stale.asked()
    labs = [page for page in (root / "book").glob("*.md") if "\nlab(" in page.read_text()]
    assert 0 < len(labs) <= len(asked)
    kept = set(results.folder().glob("labs/*.json"))
    assert kept == set(asked), "train them again with: make results"


def test_a_still_is_what_a_training_gives():
    """The quickest of the book's: other processors round otherwise, so the losses are compared, not the bits."""
    choice = min(train_stale.asked().values(), key=lambda choice: choice.n * choice.hidden * choice.steps)
    kept, again = stills.load(choice), stills.train_to_end(choice)
    assert kept.setup == again.setup
    assert kept.steps.tolist() == again.steps.tolist()
    assert kept.shares[-1] == pytest.approx(again.shares[-1], rel=0.02)


def test_a_still_comes_back_as_it_was(elsewhere):
    assert stills.load(QUICK) is None
    stills.train_and_save(QUICK)
    kept, again = stills.load(QUICK), stills.train_to_end(QUICK)
    assert kept.setup == again.setup
    assert {name: w.dtype for name, w in kept.weights.items()} == dict.fromkeys("Wb", np.dtype(np.float32))
    for name, weight in again.weights.items():
        assert np.array_equal(kept.weights[name], weight)
    assert np.array_equal(kept.steps, again.steps)
    assert np.array_equal(kept.shares, again.shares)


@pytest.mark.parametrize("changed", [{"density": 0.2}, {"steps": 21}, {"seed": 1}, {"model": "linear"}])
def test_another_choice_is_another_still(changed):
    assert stills.digest(replace(QUICK, **changed)) != stills.digest(QUICK)


@pytest.mark.parametrize(
    "file",
    [
        "config/features.py",
        "data.py",
        "draws.py",
        "models.py",
        "training.py",
        "backends/reference.py",
        "widgets/trial.py",
    ],
)
def test_other_code_makes_a_still_stale(file, tmp_path, monkeypatch):
    before = stills.digest(QUICK)
    for pattern in stills.CODE:
        for source in stills.PACKAGE.glob(pattern):
            copy = tmp_path / source.relative_to(stills.PACKAGE)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(source.read_bytes())
    monkeypatch.setattr(stills, "PACKAGE", tmp_path)
    assert stills.digest(QUICK) == before
    with (tmp_path / file).open("a") as code:
        code.write("STEP = 2\n")
    assert stills.digest(QUICK) != before


def test_a_page_shows_the_still_and_trains_only_without_one(elsewhere, monkeypatch):
    shown: list = []
    monkeypatch.setenv("TSUP_BOOK", "1")
    monkeypatch.setattr("tsup.widgets.labs.show", lambda figure, notice: shown.append(figure.alt))
    words = vars(QUICK)
    lab(**words)._ipython_display_()
    stills.train_and_save(QUICK)
    monkeypatch.setattr(stills, "train_to_end", None)
    lab(**words)._ipython_display_()
    assert shown[0] == shown[1]


def test_stale_stills_are_replaced(elsewhere, monkeypatch, tmp_path):
    monkeypatch.setattr(train_stale, "ROOT", tmp_path)
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "page.md").write_text(
        "Train.\n\nlab(n=3, hidden=2, density=0.1, steps=20, replicas=2)\n"
    )
    stale = stills.train_and_save(replace(QUICK, seed=5))
    train_stale.keep_stills()
    assert not stale.exists()
    assert stills.load(QUICK)
