"""The gallery of polytopes: what is drawn, and that the browser turns it as Python does."""

import json
import shutil
import subprocess

import numpy as np
import pytest

from tsup import InputError, plots
from tsup.geometry import polytopes
from tsup.plots.kit import scripts
from tsup.plots.polyhedra import TILT, TURN, seen

SHAPES = {name: polytopes.named(name) for name in ("octahedron", "pentagon", "tetrahedron")}


def data(figure, name):
    return figure.layout.select_one({"name": name}).data


def test_a_polytope_is_drawn_with_its_edges_faces_and_shares():
    figure = plots.polytopes(SHAPES, about="A")
    assert figure.alt == "octahedron: 6 vertices, 12 edges; dimensionality 0.5."
    assert figure.caption.endswith(" Trained: A.")
    assert (len(data(figure, "faces")["x"]), len(data(figure, "edges")["x0"])) == (8, 12)
    assert data(figure, "dots")["dimensionality"] == pytest.approx(np.full(6, 0.5))


def test_a_polygon_lies_flat_and_has_no_faces():
    figure = plots.polytopes(SHAPES, "pentagon")
    assert figure.alt == "pentagon: 5 vertices, 5 edges; dimensionality 0.4."
    assert data(figure, "faces")["x"] == []


def test_turning_keeps_lengths_and_angles():
    W = SHAPES["octahedron"].T
    turned = seen(W, 37, -64)
    assert turned @ turned.T == pytest.approx(W @ W.T)
    assert seen(W, 0, 0)[:, :2] == pytest.approx(W[:, [0, 2]])


def test_the_browser_turns_as_python_does():
    node = shutil.which("node")
    assert node, "no node on the PATH: run `make node`"
    W = np.random.default_rng(0).normal(size=(6, 3))
    code = f"{scripts.text('turn')}\nconsole.log(JSON.stringify(seen({W.tolist()}, {TURN}, {TILT})))"
    run = subprocess.run([node, "-e", code], capture_output=True, check=True)
    assert np.array(json.loads(run.stdout)) == pytest.approx(seen(W, TURN, TILT))


def test_the_nearest_is_painted_last():
    figure = plots.polytopes(SHAPES)
    assert np.all(np.diff(data(figure, "dots")["size"]) >= 0)


@pytest.mark.parametrize(
    ("shapes", "start", "message"),
    [
        ({"a": np.eye(3)}, None, "shapes must name at least 2 polytopes, got 1"),
        (SHAPES, "cube", "start must be one of octahedron, pentagon, tetrahedron, got cube"),
        ({**SHAPES, "b": np.eye(4)}, None, "shapes['b'] must have shape (3, vertex), got (4, 4)"),
    ],
)
def test_bad_requests(shapes, start, message):
    with pytest.raises(InputError) as error:
        plots.polytopes(shapes, start)
    assert str(error.value) == message
