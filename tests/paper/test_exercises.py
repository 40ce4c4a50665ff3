"""The exercises: right answers are taken in whatever form they come, and what is wrong with others is named."""

import pytest
from answers import ANSWERS
from exercise_table import table

from tsup import InputError
from tsup.paper import exercises
from tsup.paper.exercise import valued


def test_every_exercise_has_answers():
    assert set(ANSWERS) == set(exercises.EXERCISES)
    few = [name for name, one in ANSWERS.items() if min(len(one.right), len(one.wrong)) < 3]
    assert not few, "three right forms and three wrong answers at least"


@pytest.mark.parametrize("name", exercises.EXERCISES)
def test_right_answers_are_taken(name):
    refused = [
        (answer, reply) for answer in ANSWERS[name].right if not (reply := exercises.check(name, answer))
    ]
    assert not refused


@pytest.mark.parametrize("name", exercises.EXERCISES)
def test_what_is_wrong_is_named(name):
    for answer, said in ANSWERS[name].wrong:
        reply = exercises.check(name, answer)
        assert not reply, answer
        assert said in reply.message, answer
        assert "\n" not in reply.message


def test_the_table_counts_them():
    counts = table(["two-thirds", "bound"])
    taken, right, refused, wrong = counts["two-thirds"]
    assert (taken, refused) == (right, wrong) == tuple(map(len, vars(ANSWERS["two-thirds"]).values()))


@pytest.mark.parametrize("name", exercises.EXERCISES)
def test_every_exercise_waits_for_an_answer(name):
    assert repr(exercises.check(name, ...)) == "✗ Not yet: replace the dots with your answer."
    assert not exercises.check(name, None)
    assert not exercises.check(name, "no idea")


class Failing:
    """An answer that fails however it is read."""

    def __getattr__(self, name):
        raise RuntimeError(f"no {name}\nat all")


@pytest.mark.parametrize("name", exercises.EXERCISES)
def test_nothing_raw_escapes(name):
    reply = exercises.check(name, Failing())
    assert not reply
    assert "\n" not in reply.message


def test_a_right_answer_is_shown_as_right():
    assert repr(exercises.check("spread", 400)).startswith("✓ Right: ")


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (0.30833, None),
        (0.3, "right as far as it goes; give more digits."),
        (0.31, "right as far as it goes; give more digits."),
        (-0.30833, "the size is right, but it has the wrong sign."),
        (0.3503, "doubled"),
        (0.4, "think"),
    ],
)
def test_a_value_is_what_it_is_nearest_to(found, said):
    assert valued(found, 4 / 13, {0.35: "doubled"}, "think", rtol=0.005) == said


def test_an_unknown_exercise():
    with pytest.raises(InputError, match="^exercise must be one of .*, got 'nothing'$"):
        exercises.check("nothing", 1)
