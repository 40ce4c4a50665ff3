"""The figure of a small layer that stands in for a larger one."""

import numpy as np
import pytest

from tsup import InputError
from tsup.paper.definitions.figures.projection import simulation


def test_the_words_are_measured():
    figure = simulation([0.5, 0, 0, 0], [0.5, 0.2, 0, 0], 3)
    assert figure.alt == (
        "1 of 4 features active in 3 hidden dimensions: the values read back are off by 0.10 on average "
        "(root mean square)."
    )
    source = figure.layout.select_one({"name": "simulation"})
    assert source.data["ring"].tolist() == [15, 0, 0, 0]
    assert source.data["read"] == pytest.approx([0.5, 0.2, 0, 0])
    assert "Trained" not in figure.caption


@pytest.mark.parametrize(
    ("x", "read", "m", "message"),
    [
        ([1, 0], [1, 0, 0], 2, "read must have shape (2,), got (3,)"),
        ([1, np.nan], [1, 0], 2, "x must be finite, got nan"),
        ([1, 0], [1, 0], 0, "m must be at least 1, got 0"),
    ],
)
def test_bad_requests(x, read, m, message):
    with pytest.raises(InputError) as error:
        simulation(x, read, m)
    assert str(error.value) == message
