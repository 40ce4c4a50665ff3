"""Trade-off, activity, k-gons, branches, pressure and leverage: the words are measured, bad input is refused."""

import numpy as np
import pytest
from theory_figures import PAIRS

from tsup import InputError
from tsup.exact import theory
from tsup.paper.uniform import figures as uniform
from tsup.paper.why import figures as why

W = np.linspace(0, 1, 101)


def data(figure, name):
    return figure.layout.select_one({"name": name}).data


def test_the_tradeoff_marks_the_weight_and_names_the_least():
    figure = why.tradeoff(W, (1 - W) ** 2, W**2, 0.25, [[1, 0.25], [0, 0]])
    assert data(figure, "tradeoff-here")["y"] == pytest.approx([0.5625, 0.0625, 0.625], abs=1e-6)
    assert figure.alt.endswith("0.625 together; the least, 0.500, is at 0.50.")


def test_activity_weighs_losses_by_their_chance():
    figure = why.activity([0.5, 0.4, 0.1], {"a": [0, 0.5, 2.0]})
    assert data(figure, "activity-0")["share"] == pytest.approx([0, 0.5, 0.5])
    assert data(figure, "activity-0")["loss"] == pytest.approx([0, 0.2, 0.2])


def test_polygons_without_loss_are_named():
    assert why.polygons([3, 4, 5], [0, 0, 0.0158]).alt == "Without loss: 3 and 4; the loss rises to 0.0158."


def test_branches_tell_where_the_least_changes_and_their_slope_jumps():
    p = np.linspace(0.01, 1, 199)
    figure = why.branches(p, {"antipodal": p**2 / 3, "ignored": theory.left_out(p)})
    assert (
        figure.alt == "The least loss begins on antipodal and changes to ignored at 0.575, as density rises."
    )
    slope = data(figure, "branches-slope-0")["y"]
    assert np.diff(slope).min() < -0.1


def test_pressure_and_leverage_say_what_they_show():
    assert uniform.pressure([2, 10], {"long": [0.1, 0.05]}).alt == (
        "Share filled from 2 to 10 features per dimension. long: from 0.10 to 0.05."
    )
    figure = uniform.leverage(PAIRS)
    assert figure.alt == (
        "4 represented features: 4 within 0.01 of the line and 0 above it; leverages sum to 2.00."
    )


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda: why.tradeoff(W, W, W, 2, [[1, 2], [0, 0]]), "at must lie in [0, 1], got 2"),
        (lambda: why.activity([1], {}), "loss must hold 1 to 5 labels, got 0"),
        (lambda: why.polygons([3, 4], [0]), "loss must have shape (2,), got (1,)"),
        (
            lambda: why.branches([0.5, 0.1, 1], {}),
            "density must have at least 3 rising values, got 3",
        ),
        (lambda: uniform.pressure([1], {}), "filled must hold 1 to 5 labels, got 0"),
        (lambda: uniform.pressure([1], {"a": [np.nan]}), "filled['a'] must be finite, got nan"),
        (lambda: uniform.leverage([1]), "W must have shape (hidden, feature), got (1,)"),
    ],
)
def test_bad_requests(draw, message):
    with pytest.raises(InputError) as error:
        draw()
    assert str(error.value) == message
