"""The exercises of *Computation in superposition*: a right answer is taken, each likely mistake is named."""

import numpy as np
import pytest

from tsup import circuits
from tsup.paper import exercises
from tsup.paper.computation.analysis import computed

HAND = circuits.by_hand(2, 4, 1)


def test_by_hand():
    W1, W2 = HAND["W1"], HAND["W2"]
    assert exercises.check("abs-by-hand", (W1, W2))
    assert exercises.check("abs-by-hand", (3 * W1, W2 / 3))
    assert "shape" in exercises.check("abs-by-hand", (W1.T, W2)).message
    assert "negative values" in exercises.check("abs-by-hand", (np.maximum(W1, 0), W2)).message
    shared = np.array([[1, 0], [-1, 0], [0, 1], [-0.2, -1]]), np.array([[1, 1, 0, 0], [0, 0, 1, 1]])
    assert "wrong" in exercises.check("abs-by-hand", shared).message
    assert "two arrays" in exercises.check("abs-by-hand", 3).message


@pytest.mark.parametrize(("answer", "message"), [(1 / 30, "output 0"), (1 / 12, "share p"), (1, "subtract")])
def test_left_out(answer, message):
    assert exercises.check("left-out-loss", circuits.by_hand_loss(0, 0.1, np.ones(1)))
    assert message in exercises.check("left-out-loss", answer).message


@pytest.mark.parametrize(
    ("answer", "message"), [(4, "negative"), (-9, "less is enough"), (-2, "something is left")]
)
def test_inhibition(answer, message):
    assert exercises.check("inhibition", -4)
    assert message in exercises.check("inhibition", answer).message


def test_beyond_pairs(loaded):
    data = loaded("F32")
    count = int(computed(data)[data.density.values.tolist().index(0.01)])
    assert exercises.check("beyond-pairs", count - 20)
    assert "how many it computes" in exercises.check("beyond-pairs", count).message
    assert "20 features" in exercises.check("beyond-pairs", count - 40).message
    assert "one half" in exercises.check("beyond-pairs", -1).message
