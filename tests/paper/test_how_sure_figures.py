"""The figures of the page *How sure* hold what they were given, and say what it shows."""

import numpy as np
import pytest
from bokeh.embed import json_item

from tsup import InputError
from tsup.paper.how_sure.figures import soundness as sound
from tsup.widgets import frames

RATIOS = {"F01": [0.4, 1.0], "F06": [1.02]}
NORMS = {"a": [0.0, 0.3, 0.6, 1.1], "b": [1.0]}


def source(figure, name):
    return figure.layout.select_one({"name": name}).data


def test_a_training_that_loses_is_told_from_the_others():
    figure = sound.against_handmade(RATIOS, 1.01)
    assert source(figure, "beside-not")["x"] == pytest.approx([0.4, 1])
    assert source(figure, "beside-not")["y"].tolist() == [0, 0]
    assert source(figure, "beside-losing")["y"].tolist() == [1]
    assert figure.alt == (
        "3 trainings of 2 rows: 1 loses by more than allowed; the largest ratio is 1.020. The smallest is 0.40, in F01."
    )
    assert "at 1.01" in figure.caption


def test_every_point_lies_within_the_panel():
    panel = sound.against_handmade({"F01": [0.05, 3]}, 1.01).layout
    assert panel.x_range.start < 0.05
    assert panel.x_range.end > 3


def test_counts_fall_where_norms_lie():
    figure = sound.represented_by_threshold(NORMS, about="A")
    assert source(figure, "counted-at-0")["y"].tolist() == [3, 2, 1]
    assert source(figure, "counted-at-1")["y"].tolist() == [1, 1, 0]
    curve = source(figure, "counted-0")
    assert curve["y"][0] == 3
    assert (np.diff(curve["y"]) <= 0).all()
    assert curve["x"][np.flatnonzero(np.diff(curve["y"]))] == pytest.approx([0.3, 0.6, 1.1], abs=0.006)
    assert figure.alt == "Features that count at 0.25, 0.5 and 1. a 3, 2 and 1; b 1, 1 and 0."
    assert figure.caption.endswith(" Trained: A.")


def test_frames_of_counts_differ_in_their_data_only():
    one, other = (
        sound.represented_by_threshold({"a": norms}, about="A") for norms in ([0.2, 0.9], [1.0, 0.4])
    )
    assert frames.difference(frames.structure(one.layout), frames.structure(other.layout)) is None
    assert one.caption == other.caption


@pytest.mark.parametrize(
    "figure", [sound.against_handmade(RATIOS, 1.01), sound.represented_by_threshold(NORMS)]
)
def test_the_figures_serialize(figure):
    assert json_item(figure.layout)["root_id"]


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda: sound.against_handmade({}, 1.01), "ratios must have at least 1 row, got 0"),
        (lambda: sound.against_handmade(RATIOS, 0), "allowed must be > 0, got 0"),
        (lambda: sound.against_handmade({"F01": [0]}, 1.01), "ratios of 'F01' must be > 0, got 0"),
        (lambda: sound.represented_by_threshold({}), "norms must hold 1 to 5 labels, got 0"),
        (lambda: sound.represented_by_threshold({"a": [-1]}), "norms of 'a' must be ≥ 0, got -1"),
        (
            lambda: sound.represented_by_threshold(NORMS, (0.5, 0.5, 1)),
            "marks must rise from at least 0, got (0.5, 0.5, 1)",
        ),
    ],
)
def test_wrong_arguments(draw, message):
    with pytest.raises(InputError) as raised:
        draw()
    assert str(raised.value).startswith(message)
