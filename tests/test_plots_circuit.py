"""Views of a circuit: they show the same weights, and are linked by the neuron."""

import numpy as np
import pytest
from bokeh.models import HoverTool

from tsup import InputError, circuits, plots
from tsup.paper.computation import figures as computation
from tsup.plots.kit import controls
from tsup.widgets import frames

MOTIF = circuits.motif()


def test_three_views_of_the_same_weights():
    figure = plots.circuit(MOTIF["W1"], MOTIF["W2"], about="A")
    sources = frames.sources(figure.layout)
    inward, outward = circuits.rescaled(MOTIF["W1"], MOTIF["W2"])
    order = circuits.order(inward)
    assert np.allclose(sources["circuit-in"].data["weight"], inward[order].ravel())
    assert np.allclose(sources["circuit-out"].data["weight"], outward[:, order].T.ravel())
    edges = sources["circuit-edges"].data["weight"]
    assert sorted(edges) == pytest.approx(sorted([*inward[inward != 0], *outward[outward != 0]]))
    assert sources["circuit-stack"].data["weight"] == pytest.approx(inward[order][inward[order] != 0])


def test_every_view_answers_to_the_pointer():
    figure = plots.circuit(MOTIF["W1"], MOTIF["W2"])
    asked = [tool for tool in figure.layout.select({"type": HoverTool}) if tool.callback]
    assert len(asked) == 3
    assert all("neuron" in drawn.data_source.data for tool in asked for drawn in tool.renderers)


def test_a_circuit_is_told_in_words():
    figure = plots.circuit(MOTIF["W1"], MOTIF["W2"], {1: "the inhibitor"})
    assert figure.alt == "4 neurons for 2 features: 2 bring one feature to its output, 1 several."
    said = [link.args["readings"] for link in _scripts(figure.layout)]
    assert said[0][2] == "Neuron 1 (the inhibitor) takes in 1.00 x₀ and gives −5.00 to y₁."


def _scripts(layout):
    found = [link for control in controls.within(layout) for link in _links(control)]
    return [link for link in found if "readings" in link.args]


def _links(control):
    return [link for links in control.js_property_callbacks.values() for link in links]


def test_pushes_add_up_to_what_an_output_receives():
    figure = computation.pushes(MOTIF["W1"], MOTIF["W2"], 0, 1)
    total = frames.sources(figure.layout)["pushes-total"].data["total"]
    assert total == pytest.approx(circuits.effects(MOTIF["W1"], MOTIF["W2"])[0, :, 0])


def test_a_profile_splits_activations_by_what_drives_them():
    cause = np.repeat([2, 0, 1], [50, 30, 20])
    figure = computation.profile(np.linspace(2, 1, 100), cause, [0.5, 0.1, -1], 7)
    shares = [frames.sources(figure.layout)[f"profile-{k}"].data["share"] for k in range(3)]
    assert np.sum(shares, axis=0) == pytest.approx(np.ones(5))
    assert shares[0] == pytest.approx([1, 1, 1, 1, 0])
    assert shares[1][-1] == pytest.approx(0.6)


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda: plots.circuit(np.eye(21), np.eye(21)), "W1 must have at most 20 neurons, got 21"),
        (lambda: plots.circuit(np.eye(2), np.eye(2), {2: "x"}), "names must be of neurons 0 … 1, got 2"),
        (lambda: plots.circuit(np.eye(2), np.eye(3)), "W2 must have shape (2, 2), got (3, 3)"),
        (lambda: computation.pushes(np.eye(2), np.eye(2), 2, 1), "feature must be in 0 … 1, got 2"),
        (lambda: computation.pushes(np.eye(2), np.eye(2), 0, 2), "sign must be 1 or -1, got 2"),
        (
            lambda: computation.profile(np.arange(1, 31), np.zeros(30), [1, 0], 0),
            "activation must be at least 20 falling values > 0, got 30",
        ),
        (
            lambda: computation.computing([0.1], [[0.0]], [[1.0]], [3], 4),
            "ratio must be > 0, got 0",
        ),
    ],
)
def test_bad_input_is_one_clear_line(draw, message):
    with pytest.raises(InputError) as caught:
        draw()
    assert str(caught.value) == message


def test_blocks_end_where_the_scale_does():
    figure = plots.stacks(np.array([[1, -12], [0, 2]]), reach=(-3, 4))
    (blocks,) = (source for name, source in frames.sources(figure.layout).items() if name == "stacks-0")
    assert min(blocks.data["bottom"].min(), blocks.data["top"].min()) == -3
    assert blocks.data["weight"].min() == -12
