"""Exercises of *How sure*: right answers, and the mistakes that have a word of their own."""

import pytest

from tsup.paper import exercises


@pytest.mark.parametrize(
    ("name", "right", "wrong", "says"),
    [
        ("dead-output", 4, 4 / 3, "E x²"),
        ("dead-output", 4, 0.25, "other way round"),
        ("dead-output", 4, 7, "compare E x²"),
        ("by-hand", 370 / 12, 370 / 3, "dead outputs"),
        ("by-hand", 370 / 12, 400 / 12, "dimension of their own"),
        ("by-hand", 370 / 12, 1, "count the features"),
    ],
)
def test_numbers(name, right, wrong, says):
    assert exercises.check(name, right)
    reply = exercises.check(name, wrong)
    assert not reply
    assert says in reply.message


def test_narrow():
    assert exercises.check("narrow", lambda value, bar: abs(value - bar) < 0.1 * bar)
    reply = exercises.check("narrow", lambda value, bar: value >= bar)
    assert not reply
    assert "a value of 1.2 at a bar of 0.9 is not narrow" in reply.message
