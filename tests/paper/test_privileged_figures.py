"""The figures on neurons hold the weights they were given, and say what these show."""

import numpy as np
import pytest
from bokeh.models import ColumnDataSource
from bokeh.plotting import figure as Panel

from tsup import InputError, measure, plots
from tsup.paper.privileged import figures as privileged
from tsup.paper.privileged.analysis import rotate_first_two
from tsup.plots.kit import palette

W = np.array([[0.0, 0, 0.9], [1, -0.5, 0], [0.1, 0, 0]])


def sources(figure):
    return {source.name: source.data for source in figure.layout.select({"type": ColumnDataSource})}


def test_blocks_stand_on_each_other_and_are_as_high_as_their_weights():
    data = sources(plots.stacks(W, reach=(-1, 2)))["stacks-0"]
    assert np.abs(data["top"] - data["bottom"]) == pytest.approx(np.abs(data["weight"]), abs=0.03)
    own = np.array(data["neuron"]) == 1
    assert data["weight"][own] == pytest.approx([1, -0.5, 0])
    assert (data["bottom"] + data["top"])[own][:2] / 2 == pytest.approx([0.5, -0.25], abs=1e-6)
    assert (np.sign(data["top"] - data["bottom"]) == np.sign(data["weight"])).all()


def test_a_second_block_begins_where_the_first_ends():
    data = sources(plots.stacks([[1.0, 2, -1, -3]]))["stacks-0"]
    assert (data["bottom"] + data["top"]) / 2 == pytest.approx([0.5, 2, -0.5, -2.5], abs=1e-6)


def test_columns_go_by_their_largest_feature_and_empty_ones_come_last():
    assert measure.neuron_order(W).tolist() == [1, 0, 2]
    data = sources(plots.stacks(W))
    assert data["stacks-0"]["neuron"][::3].tolist() == [1, 0, 2]
    assert data["stacks-0-kinds"]["held"].tolist() == [2, 1, 0]
    given = sources(plots.stacks({"in": W, "out": W}, order=[2, 1, 0], labels=["a", "b", "c"]))
    assert given["stacks-1"]["neuron"][::3].tolist() == [2, 1, 0]
    assert given["stacks-0-labels"]["text"] == ["c", "b", "a"]


def test_colours_are_interference_values_or_features():
    plain = sources(plots.stacks(W))["stacks-0"]
    assert plain["value"][:3] == pytest.approx(measure.interference(W))
    assert sources(plots.stacks(W, values=[0, 0.5, 1]))["stacks-0"]["value"][:3] == pytest.approx([0, 0.5, 1])
    assert len(set(sources(plots.stacks(W, importance=[3, 2, 1]))["stacks-0"]["colour"])) == 3


def test_the_eight_most_important_of_many_features_are_told_apart():
    blocks = sources(plots.stacks(np.eye(10), importance=np.arange(10)))["stacks-0"]["colour"][:10]
    assert len(set(blocks[2:])) == 8
    assert blocks[0] == blocks[1] == palette.SLATE


def test_what_stacks_say():
    assert plots.stacks(W).alt == (
        "3 neurons of 3 features. 1 neuron with one feature, 1 with several and 1 with none: they hold {0, 1} {2} {}."
    )
    big = plots.stacks(np.ones((40, 100)))
    assert big.alt == "40 neurons of 100 features. 0 neurons with one feature, 40 with several."
    assert "stacks-0-numbers" not in sources(big)


def test_many_panels_of_stacks_are_as_tall_as_one_and_name_their_axes():
    one, more = (
        {
            (panel.height, panel.yaxis.axis_label)
            for panel in plots.stacks(given).layout.select({"type": Panel})
        }
        for given in (W, dict.fromkeys("abcde", W))
    )
    assert one == more


def test_turning_two_neurons():
    assert rotate_first_two(W, 0) == pytest.approx(W)
    assert rotate_first_two(W, 90)[[1, 0]] == pytest.approx(np.array([-W[0], W[1]]))
    figure = privileged.rotated({"a": W}, 45, [0, 90], {"a": [1, 3]})
    assert sources(figure)["rotated-0"]["image"][0] == pytest.approx(rotate_first_two(W, 45)[[1, 0, 2]])
    assert figure.alt == "Turned by 45°, the loss is 2.00 (a) times what it was."


def test_the_best_among_many():
    losses = np.array([0.3, 0.1, 0.9, 0.11])
    figure = privileged.starts(W, losses, [W, W.T], [2, 1], [0.1, 0.3])
    data = sources(figure)
    assert data["starts-losses"]["ratio"] == pytest.approx([1, 1.1])
    assert data["starts-arrangements"]["share"] == pytest.approx([0.5, 0.25, 0.25])
    assert data["starts-arrangements"]["colour"][0] != data["starts-arrangements"]["colour"][1]
    assert data["starts-names"]["text"] == [
        "0 1 2   50.0 %, loss × 1.000",
        "1 1 1   25.0 %, loss × 3.000",
        "all others   25.0 %",
    ]
    assert "The median start loses 2.050 times as much." in figure.alt


def test_arrangements_that_are_not_there_have_no_bars():
    data = sources(privileged.starts(W, [0.1], [W, W], [1, 0], [0.1, np.nan]))
    assert data["starts-names"]["text"][1] == ""
    assert data["starts-arrangements"]["share"] == pytest.approx([1, 0, 0])


def test_the_escape_holds_its_lines():
    figure = privileged.escape([1, 0.1], {"a": [1, 0.5]}, {"a": [1, 2]})
    assert sources(figure)["escape-positive-0"]["y"] == pytest.approx([1, 0.5])
    assert (
        figure.alt
        == "Over densities 1 to 0.1. a: 0.50 to 1.00 positive, loss 1.00 to 2.00 times the linear one."
    )


def test_starts_of_neurons_hold_a_point_for_every_seed():
    figure = privileged.engineered([0, -1], [[0, 0.1], [0.4, 0.3]], [[1, 1], [0.98, 1.01]])
    data = sources(figure)
    assert data["engineered-share"]["x"] == pytest.approx([0, 0, -1, -1])
    assert data["engineered-share"]["y"] == pytest.approx([0, 0.1, 0.4, 0.3])
    assert data["engineered-ratio-mean"]["y"] == pytest.approx([1, 0.995])
    assert figure.alt == (
        "2 starts, 2 seeds: from 0.00 0.00 to 0.10 are monosemantic, loss × 1.000; "
        "from −1.00 0.30 to 0.40 are monosemantic, loss × 0.980 to 1.010."
    )


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda: plots.stacks(W[0]), "weights must have shape (hidden, feature), got (3,)"),
        (lambda: plots.stacks({}), "weights must hold at least one matrix, got none"),
        (lambda: plots.stacks({"a": W, "b": W[:2]}), "weights['b'] must have shape (3, 3), got (2, 3)"),
        (lambda: plots.stacks(W, values=[0, 1, 1.2]), "values must lie in [0, 1], got 1.2"),
        (lambda: plots.stacks(W, order=[0, 0, 1]), "order must hold each of 0 … 2 once, got [0, 0, 1]"),
        (lambda: plots.stacks(W, labels=["a"]), "labels must hold 3 texts, got 1"),
        (lambda: privileged.rotated({"a": W}, 0, [0, 1], {"b": [1, 1]}), "ratio must name the models ['a'], got ['b']"),
        (lambda: privileged.escape([1, 2], {"a": [1, 1]}, {"a": [1, 1]}), "density must be in (0, 1], got 2"),
        (lambda: privileged.escape([1], {"a": [1]}, {}), "ratio must name the models ['a'], got []"),
        (lambda: privileged.engineered([0], [[1]], [[1, 1]]), "ratio must have shape (1, 1), got (1, 2)"),
        (lambda: privileged.starts(W, [1], [W], [1, 2], [1]), "count must have shape (1,), got (2,)"),
    ],
)  # fmt: skip
def test_bad_input_is_one_clear_line(draw, message):
    with pytest.raises(InputError) as error:
        draw()
    assert str(error.value) == message
