"""The figure that follows a weight over density."""

import numpy as np
import pytest

from tsup import InputError
from tsup.paper.phase.figures.branches import extra_weight
from tsup.widgets import frames

P = np.linspace(0.2, 0.8, 4)
JUMPS, GLIDES = np.array([-1, -0.9, 0, 0]), np.array([-0.9, -0.6, -0.3, 0])


def test_the_words_name_the_largest_step():
    figure = extra_weight(P, {"fixed": JUMPS, "free": GLIDES}, "n = 2")
    assert figure.alt.startswith("fixed: the largest step is from −0.90 to 0.00, at 0.600; free: ")
    assert figure.layout.select_one({"name": "extra-weight-1"}).data["weight"] == pytest.approx(GLIDES)


def test_frames_differ_in_their_data_only():
    one, other = (frames.structure(extra_weight(P, {"a": row}).layout) for row in (JUMPS, GLIDES))
    assert frames.difference(one, other) is None


@pytest.mark.parametrize(
    ("density", "weights", "message"),
    [
        (P, {}, "weights must hold 1 to 5 labels, got 0"),
        (P, {"a": JUMPS[:3]}, "must have shape"),
        (1 + P, {"a": JUMPS}, "density must be in"),
        ([0.5], {"a": [0.0]}, "density must have at least 2 rising values, got 1"),
    ],
)
def test_bad_input_is_refused(density, weights, message):
    with pytest.raises(InputError, match=message):
        extra_weight(density, weights)
