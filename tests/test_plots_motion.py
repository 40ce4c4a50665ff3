"""The figure of features that move while a model trains."""

import numpy as np
import pytest

from tsup import InputError
from tsup.plots.animation import motion

SETS = [[0, 1, 2], [3, 4, 5]]
STEP, LOSS = np.array([1, 10, 100]), np.array([[3, 2, 1], [6, 4, 2]])


def weights():
    rng = np.random.default_rng(0)
    rotation = np.linalg.qr(rng.normal(size=(3, 3)))[0]
    octahedron = np.hstack([np.eye(3), -np.eye(3)])
    W = rng.normal(size=(2, 3, 3, 6))
    W[:, -1] = rotation @ octahedron
    return W


def script(figure):
    slider = next(model for model in figure.layout.references() if getattr(model, "title", "") == "step")
    return slider.js_property_callbacks["change:value"][0].args


def test_the_end_stands_upright_and_turns_change_no_angle():
    W = weights()
    runs = script(motion(W, STEP, LOSS, SETS, [[(10, 100)], []], "a trial"))["runs"]
    posed = np.array(runs[0]["W"]).swapaxes(1, 2)
    assert np.sort(np.abs(posed[-1]), axis=0) == pytest.approx(
        np.sort(np.abs(np.eye(3)[:, [0, 1, 2] * 2]), axis=0)
    )
    assert posed[0].T @ posed[0] == pytest.approx(W[0, 0].T @ W[0, 0], abs=0.02)


def test_words_and_shades_are_those_of_the_first_start():
    figure = motion(weights(), STEP, LOSS, SETS, [[(10, 100)], []], "a trial")
    assert figure.alt == "Start 1, step 100: loss 1.0000, stage B, on plateau 1 of 1."
    assert motion(weights(), STEP, LOSS, SETS, [[], []]).alt.endswith("loss 1.0000, no plateau.")
    assert figure.caption.endswith("Trained: a trial.")
    (shade,) = script(figure)["shades"]
    assert (shade.left, shade.right, shade.visible) == (10, 100, True)
    assert figure.layout.select_one({"name": "motion-loss"}).data["loss"].tolist() == [3, 2, 1]


def test_it_can_be_played_by_keyboard_and_minds_reduced_motion():
    play = motion(weights(), STEP, LOSS, SETS, [[], []]).layout.select_one({"name": "play"})
    (callback,) = play.js_property_callbacks["change:active"]
    assert "prefers-reduced-motion" in callback.code
    assert callback.args["slow"] < callback.args["fast"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"W": np.ones((1, 3, 3, 6)), "loss": LOSS[:1]}, "W must hold at least two starts, got 1"),
        ({"W": np.ones((2, 3, 2, 6))}, "W must have shape (start, time, 3, feature), got (2, 3, 2, 6)"),
        ({"step": [0, 1, 2]}, "step must ascend from at least 1 with at least two values, got"),
        ({"sets": [[0, 1, 2], [3, 4]]}, "sets must hold each of 6 features once, in at most 8 sets, got"),
        ({"plateaus": [[]]}, "plateaus must hold one list a start, 2, got 1"),
    ],
)
def test_bad_requests(change, message):
    good = {"W": weights(), "step": STEP, "loss": LOSS, "sets": SETS, "plateaus": [[], []]}
    with pytest.raises(InputError) as error:
        motion(**good | change)
    assert message in str(error.value)
