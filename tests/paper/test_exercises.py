"""The exercises: a right answer is taken, each likely mistake is named."""

import numpy as np
import pytest

from tsup import InputError
from tsup.paper import exercises

RIGHT = {
    "renamed-neurons": np.eye(3)[[1, 2, 0]],
    "spread": 400,
    "not-aligned": [[0.6, -0.8, 0], [0.8, 0.6, 0.1]],
    "how-many-at-once": 9,
}
WRONG = [
    ("renamed-neurons", np.eye(2), "3 rows"),
    ("renamed-neurons", 2 * np.eye(3), "not orthogonal"),
    ("renamed-neurons", np.eye(3), "identity"),
    ("renamed-neurons", -np.eye(3), "sign"),
    ("renamed-neurons", [[0.6, -0.8, 0], [0.8, 0.6, 0], [0, 0, 1]], "sign"),
    ("renamed-neurons", np.full((3, 3), np.nan), "could not be read"),
    ("spread", 20, "1/√m, not 1/m"),
    ("spread", 100, "spread by 0.100"),
    ("spread", -1, "positive"),
    ("spread", "many", "could not be read"),
    ("spread", [1, 2], "could not be read"),
    ("not-aligned", np.eye(2), "shape (2, 2)"),
    ("not-aligned", [[1, 0, 0], [0, 0, 0]], "represents 1"),
    ("not-aligned", [[1, 0, 0], [0, 1, 0]], "Turn them"),
    ("not-aligned", [[1, -1, 0], [1, -1, 0]], "one line"),
    ("how-many-at-once", 30, "in their squares"),
    ("how-many-at-once", 3, "simply added"),
    ("how-many-at-once", 25, "0.50"),
]


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_answer_is_taken(name):
    reply = exercises.check(name, RIGHT[name])
    assert reply, reply
    assert repr(reply).startswith("✓ Right: ")


@pytest.mark.parametrize(("name", "answer", "message"), WRONG)
def test_a_mistake_is_named(name, answer, message):
    reply = exercises.check(name, answer)
    assert not reply
    assert message in reply.message


@pytest.mark.parametrize("name", sorted(exercises.EXERCISES))
def test_every_exercise_waits_for_an_answer(name):
    assert repr(exercises.check(name, ...)) == "✗ Not yet: replace the dots with your answer."
    assert not exercises.check(name, None)
    assert not exercises.check(name, "no idea")


def test_an_unknown_exercise():
    with pytest.raises(InputError, match="^exercise must be one of .*, got 'nothing'$"):
        exercises.check("nothing", 1)
