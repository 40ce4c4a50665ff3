"""The figures on adversarial vulnerability hold what they were given, and say what it shows."""

import numpy as np
import pytest
from bokeh.models import Plot

from tsup import InputError
from tsup.paper.adversarial import figures as adversarial

P = [1, 0.5, 0.1]
HARM = np.array([[1.0, 1], [2, 4], [8, 4]])
CROWD = np.array([[2.0, 2], [3, 5], [8, 8]])
KINDS = {"mean": [[5, 6], [1, 2]], "own": [[5, 6], [0, 1]]}


def source(figure, name):
    return figure.layout.select_one({"name": name}).data


def test_vulnerability_is_relative_to_the_densest_setting():
    figure = adversarial.vulnerability(P, HARM, CROWD)
    assert source(figure, "harm-mean")["y"].tolist() == [1, 3, 6]
    assert source(figure, "harm-mean")["x"].tolist() == [1, 2, 10]
    assert source(figure, "crowd")["y"].tolist() == [1, 1, 1.5, 2.5, 4, 4]
    assert "at most 6.0 times that at density 1, at density 0.1" in figure.alt
    assert f"{np.corrcoef([1, 3, 6], [1, 2, 4])[0, 1]:.2f}" in figure.alt


def test_a_constant_has_no_correlation():
    assert "not defined" in adversarial.vulnerability(P, np.ones((3, 1)), CROWD).alt


def test_crowding_draws_powers_beside_the_points():
    figure = adversarial.crowding({"a": [1, 2, 3]}, {"a": [1, 4, 9]})
    square = source(figure, "crowding-power-2")
    assert square["y"] == pytest.approx(square["x"] ** 2)
    assert source(figure, "crowding-0")["y"].tolist() == [1, 4, 9]
    assert figure.alt.endswith("a: 0.99.")


def test_masking_tells_both_ends():
    figure = adversarial.masking([0.1, 10], {"rows": [9, 8], "gradient": [12, 0.5]}, 1.4, 0.86)
    assert figure.alt.startswith("On 86% of the inputs every ReLU is off. At 0.1 times")
    assert "At 10 times: rows 8.0 and gradient 0.5." in figure.alt
    assert source(figure, "masking-wakes")["x"] == pytest.approx([1.4, 1.4])


def test_hardening_has_a_panel_for_every_measure():
    figure = adversarial.hardening([0, 1], {"features per dimension": KINDS, "loss": KINDS})
    assert len(figure.layout.children) == 2
    assert source(figure, "hardening-1-1-starts")["y"].tolist() == [5, 6, 0, 1]
    assert "features per dimension from 5.50 to 1.50 (mean) and from 5.50 to 0.50 (own)" in figure.alt


def test_the_legend_of_hardening_stands_above_the_lines_in_one_corner():
    """As frames of one explorer differ in their lines, a corner chosen by the lines would jump between them."""
    kinds = {"falls": {"mean": [[3, 3], [1, 1]]}, "rises": {"mean": [[1, 1], [3, 3]]}}
    for panel in adversarial.hardening([0, 1], kinds).layout.select({"type": Plot}):
        assert [legend.location for legend in panel.legend] == ["top_right"]
        assert panel.y_range.end == pytest.approx(1.8 * 3)


def test_the_axes_of_hardening_stay_when_their_tops_are_given():
    for kinds in (KINDS, {"mean": [[1, 1], [1, 1]]}):
        panels = adversarial.hardening(
            [0, 1], {"loss": kinds, "other": kinds}, tops={"loss": 8}
        ).layout.children
        ends = [panel[0] if isinstance(panel, tuple) else panel for panel in panels]
        assert ends[0].y_range.end == 14.4
    assert ends[1].y_range.end == 1.8


W = np.array([[[1.0, -1, 0], [0, 0, 1]], [[1, 0, 0], [0, 1, 0]]])
INPUTS = {"one": [0.5, 0, 0], "empty": [0, 0, 0]}


def test_an_attack_moves_input_and_outputs():
    figure = adversarial.attacked(W, np.zeros((2, 3)), ["pairs", "alone"], INPUTS, "a trial")
    assert source(figure, "attacked-inputs")["after"] == pytest.approx([0.5, 0, 0.1])
    assert source(figure, "attacked-outputs")["after"] == pytest.approx([0.5, 0, 0.1])
    assert source(figure, "attacked-way")["y1"] == pytest.approx([0.1])
    assert figure.alt == (
        "pairs, one: the input moves by 0.10, the outputs by 0.10. Output 2 changes most, from 0.00 to 0.10; "
        "the squared error goes from 0.000 to 0.010."
    )
    assert figure.caption.endswith("Trained: a trial.")


def test_outputs_move_in_every_direction_as_the_attack_moves_them():
    figure = adversarial.attacked(W, np.zeros((2, 3)), ["pairs", "alone"], INPUTS)
    data = source(figure, "attacked-moved")
    along = dict(zip(data["angle"], data["moved"], strict=True))
    assert along[0] == pytest.approx(2**0.5)  # a feature in a digon, whose partner stays silent
    assert along[90] == pytest.approx(1)
    each = source(figure, "attacked-each")
    assert [ys[0] for ys in each["ys"]] == pytest.approx([2**0.5, 0, 0])
    assert source(figure, "attacked-rows")["angle"].tolist() == [0, 180, 90]


def test_an_attack_below_the_threshold_changes_nothing():
    figure = adversarial.attacked(
        W, np.full((2, 3), -0.5), ["pairs", "alone"], {"empty": [0, 0, 0], "one": [1, 0, 0]}
    )
    assert figure.alt.endswith("the outputs by 0.00. No output changes.")


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (
            lambda: adversarial.vulnerability(P[::-1], HARM, CROWD),
            "density must have at least 2 falling values",
        ),
        (lambda: adversarial.vulnerability(P, 0 * HARM, CROWD), "harm must be > 0, got 0"),
        (
            lambda: adversarial.vulnerability(P, HARM, CROWD[:2]),
            "per_dimension must have shape (3, start), got",
        ),
        (
            lambda: adversarial.crowding({"a": [1]}, {"b": [1]}),
            "harm must have the labels ['a'], got ['b']",
        ),
        (lambda: adversarial.crowding({"a": [1]}, {"a": [0]}), "values of 'a' must be > 0, got 0"),
        (
            lambda: adversarial.masking([1, 0.1], {"a": [1, 1]}, 1, 0),
            "share must have at least 2 rising values > 0",
        ),
        (
            lambda: adversarial.masking([0.1, 1], {"a": [1, 1]}, 0, 0),
            "wakes must be > 0 and masked in [0, 1], got 0",
        ),
        (
            lambda: adversarial.hardening([0], {"a": KINDS}),
            "share must have at least 2 rising values ≥ 0",
        ),
        (
            lambda: adversarial.hardening([0, 1], {}),
            "measures must hold the same labels each, got []",
        ),
        (
            lambda: adversarial.attacked(np.ones((2, 3, 4)), np.ones((2, 4)), ["a", "b"], INPUTS),
            "W must have shape (2, 2, feature), got (2, 3, 4)",
        ),
        (
            lambda: adversarial.attacked(W, np.zeros((2, 3)), ["a", "b"], {"one": [1, 0, 0]}),
            "models and inputs must be at least two of at most 8 features, got 2, 1, 3",
        ),
    ],
)
def test_bad_input_is_one_clear_line(draw, message):
    with pytest.raises(InputError) as error:
        draw()
    assert str(error.value).startswith(message)
