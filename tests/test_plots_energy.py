"""The figure of dimensionality over training."""

import numpy as np
import pytest

from tsup import InputError
from tsup.plots.trajectories import energy

STEP = np.array([0, 1, 10, 100])
D = np.array([[0, 0, 0.3], [0.2, 0.2, 0.3], [0.5, 0.4, 0.3], [0.5, 0.0, 0.3]])
NORM = np.array([[0, 0, 0], [0.3, 0.3, 0.1], [1, 0.8, 0.1], [1, 0, 0.1]])
LOSS = np.array([8, 6, 4, 2])


def test_only_features_that_are_represented_at_some_time_are_drawn():
    figure = energy(STEP, D, NORM, LOSS, "a trial")
    kept, dropped = (
        figure.layout.select_one({"name": f"energy-{name}"}).data for name in ("kept", "dropped")
    )
    assert kept["feature"].tolist() == [0]
    assert dropped["feature"].tolist() == [1]
    assert kept["xs"][0].tolist() == [1, 10, 100]
    assert dropped["ys"][0] == pytest.approx([0.2, 0.4, 0])
    assert figure.layout.select_one({"name": "energy-loss"}).data["loss"].tolist() == [3, 2, 1]
    assert figure.alt == (
        "2 features of 3 are represented at some time and 1 at the end, where 1 have a dimensionality near one half "
        "and 1 near 0."
    )
    assert figure.caption.endswith("Trained: a trial.")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"step": STEP[::-1]}, "step must ascend with at least two values ≥ 1, got"),
        ({"norm": 0 * NORM}, "norm must pass 0.5 somewhere, got at most 0"),
        ({"norm": NORM[:, :2]}, "norm must have shape (4, 3), got (4, 2)"),
        ({"loss": LOSS[:3]}, "loss must have shape (4,), got (3,)"),
        ({"loss": 0 * LOSS}, "loss must end above 0, got 0"),
        ({"dimensionality": np.full(D.shape, np.nan)}, "dimensionality must be finite, got nan"),
    ],
)
def test_bad_requests(change, message):
    with pytest.raises(InputError) as error:
        energy(**{"step": STEP, "dimensionality": D, "norm": NORM, "loss": LOSS} | change)
    assert message in str(error.value)
