"""The page *Build it yourself*: its solutions are the yardstick of the benchmarks, and train as well as tsup does."""

import ast
import inspect
import re
from pathlib import Path

import numpy as np
import pytest
import torch
from answers import ANSWERS

import tsup
from tsup import exact
from tsup.bench import by_hand
from tsup.paper import exercises
from tsup.paper.build.exercises import BEST, P
from tsup.paper.cards import CARDS, HARDEST

BOOK = Path(__file__).parents[2] / "book"
CELL = re.compile(r"^```\{code-cell\}[^\n]*\n(?::[^\n]*\n)*(.*?)^```", re.MULTILINE | re.DOTALL)
EXERCISE = re.compile(r"^```\{exercise(?:-start)?\}.*\n:label: (\S+)", re.MULTILINE)


def bare(source: str) -> dict[str, str]:
    """The functions of some code, without annotations and docstrings."""
    found = {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef):
            node.returns = None
            for argument in node.args.args:
                argument.annotation = None
            if ast.get_docstring(node):
                node.body = node.body[1:]
            found[node.name] = ast.unparse(node)
    return found


def test_the_solutions_are_the_code_that_the_benchmarks_time():
    page = (BOOK / "build-it-yourself.md").read_text()
    cells = [bare(cell) for cell in CELL.findall(page) if "is ..." not in cell and "def " in cell]
    shown = {name: code for cell in cells for name, code in cell.items()}
    for name, code in bare(inspect.getsource(by_hand)).items():
        assert shown[name] == code, name


def test_the_plain_loop_and_tsup_train_equally_well():
    """Of sixteen starts each, the best are within a hundredth, and the typical ones within their spread."""
    torch.manual_seed(0)
    W, b = by_hand.train(torch.full((16, 5), P), torch.ones(5), 2, steps=1500, rows=256, rate=0.01)
    training = tsup.Training(steps=1500, batch=256, lr=0.01, schedule="constant", replicas=16)
    run = tsup.train(tsup.Features(5, P), tsup.ReluOutput(2), training, backend="reference", progress=False)
    own = exact.loss(W.double().numpy(), b.double().numpy(), P)
    theirs = exact.loss(run.W.astype(float), run.b.astype(float), P)
    assert own.min() == pytest.approx(theirs.min(), rel=0.01)
    assert abs(np.median(own) - np.median(theirs)) < max(np.ptp(own), np.ptp(theirs))
    assert exercises.check("own-pentagon", (W, b))


def test_the_pentagon_that_the_checker_knows_is_the_best_there_is():
    found = exact.optimum(5, 2, P, np.ones(5), starts=16)
    assert found.loss.min() == pytest.approx(BEST, rel=1e-4)


def test_every_exercise_has_a_card_and_pages_say_how_long_theirs_take():
    assert set(CARDS) == set(exercises.EXERCISES)
    assert {card.difficulty for card in CARDS.values()} <= set(range(1, HARDEST + 1))
    asked = []
    for page in BOOK.glob("*.md"):
        text = page.read_text()
        if names := EXERCISE.findall(text):
            asked += names
            (said,) = re.findall(r"^\*\*Time:\*\*.* (\d+) minutes for the exercises", text, re.MULTILINE)
            assert abs(int(said) - sum(CARDS[name].minutes for name in names)) < 5, page.stem
    assert sorted(asked) == sorted(CARDS)


def test_twenty_exercises_and_more_ask_for_a_function():
    assert sum(callable(answers.right[0]) for answers in ANSWERS.values()) >= 20
