"""The exercises of *Learning dynamics*: a right answer is taken, each likely mistake is named."""

import pytest

import tsup
from tsup.paper import exercises


def test_given_up():
    norm = tsup.load("F22").norm.values[0]
    ever, end = int((norm > 0.5).any(0).sum()), int((norm[-1] > 0.5).sum())
    assert exercises.check("given-up", ever - end)
    assert "Leave out" in exercises.check("given-up", ever).message
    assert "still represented" in exercises.check("given-up", end).message
    assert "norm passes one half" in exercises.check("given-up", -1).message


@pytest.mark.parametrize(
    ("answer", "message"), [(1, "three times as large"), (1 / 3, "take a root"), (0.7, "projection")]
)
def test_collapsed_norm(answer, message):
    assert exercises.check("collapsed-norm", 0.577)
    assert message in exercises.check("collapsed-norm", answer).message


def test_octahedron_share():
    data = tsup.load("F23")
    right = data.density.values[data.octahedra.sel(scale=1.0).values >= 0.5]
    assert exercises.check("octahedron-share", right)
    assert "too many" in exercises.check("octahedron-share", data.density.values).message
    assert "missing" in exercises.check("octahedron-share", right[:1]).message
