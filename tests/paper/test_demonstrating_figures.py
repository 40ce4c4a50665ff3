"""The figure that sets kinds of models side by side."""

import numpy as np
import pytest

from tsup import InputError
from tsup.paper.demonstrating.figures.models import contrast

ALONE = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]
SHARED = [[1.0, -1.0, 0.0], [0.0, 0.0, 1.0]]


def test_the_words_are_measured():
    figure = contrast({"linear": ALONE, "ReLU output": SHARED}, about="hand-made")
    assert figure.alt == (
        "3 features in 2 dimensions. linear: 2 represented, 2 of them nearly alone; "
        "ReLU output: 3 represented, 1 of them nearly alone."
    )
    assert figure.caption.endswith("Trained: hand-made.")


def test_each_model_has_its_bars():
    layout = contrast({"linear": ALONE, "ReLU output": SHARED}).layout
    norms = [layout.select_one({"name": f"contrast-{k}"}).data["norm"] for k in range(2)]
    assert np.array(norms) == pytest.approx(np.array([[1, 1, 0], [1, 1, 1]]))
    shared = layout.select_one({"name": "contrast-1"}).data["interference"]
    assert shared == pytest.approx([1, 1, 0])


@pytest.mark.parametrize(
    ("models", "message"),
    [
        ({"linear": ALONE}, "models must hold at least 2 models, got 1"),
        ({"a": ALONE, "b": [[1, 0]]}, "models['b'] must have shape (2, 3), got (1, 2)"),
        ({"a": [1, 0], "b": ALONE}, "models['a'] must have shape (hidden, feature), got (2,)"),
    ],
)
def test_bad_requests(models, message):
    with pytest.raises(InputError) as error:
        contrast(models)
    assert str(error.value) == message
