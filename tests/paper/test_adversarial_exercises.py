"""The exercises of *Adversarial robustness*: a right answer is taken, each likely mistake is named."""

import numpy as np
import pytest

import tsup
from tsup import attack, measure
from tsup.paper import exercises


def message(name, answer):
    reply = exercises.check(name, answer)
    assert not reply
    return reply.message


def test_attack_direction():
    W = tsup.load("F01").W.values[-1].astype(float)
    best = attack.directions(W)[2]
    assert exercises.check("attack-direction", best)
    assert "Scale it to 1" in message("attack-direction", measure.gram(W)[2])
    assert "moves only input 2" in message("attack-direction", np.eye(5)[2])
    assert "by more, or is exceeded" in message("attack-direction", -best)
    assert "five inputs" in message("attack-direction", W[:, 2])


@pytest.mark.parametrize(
    ("answer", "said"),
    [(0.1, "alone"), (0.2, "root of D"), (1.4, "D_i is one half"), ("far", "could not be read")],
)
def test_digon_reach(answer, said):
    assert exercises.check("digon-reach", 0.1414)
    assert said in message("digon-reach", answer)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (0.2535, "a feature alone"),
        (0.0634, "root of D"),
        (0.0893, "squared norm already"),
        (0.151, "enters squared"),
        (7, "solve for"),
    ],
)
def test_waking_budget(answer, said):
    assert exercises.check("waking-budget", 0.1268)
    assert said in message("waking-budget", answer)


def test_few_yet_shared():
    assert exercises.check("few-yet-shared", [[0.7, -0.7]])
    assert "2.00 features per dimension" in message("few-yet-shared", [[1, -1]])
    assert "only 1 of its columns" in message("few-yet-shared", [[0.9, -0.3]])
    assert "only 2 of its columns" in message("few-yet-shared", np.eye(2))


def test_best_reading():
    assert exercises.check("best-reading", "each, own norm")
    assert "higher one" in message("best-reading", "each, mean norm")
    assert "one of these texts" in message("best-reading", "own")
