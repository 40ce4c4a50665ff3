"""The figures of sparse coding hold what they were given, and say what it shows."""

import numpy as np
import pytest
from bokeh.models import ColumnDataSource

from tsup import InputError
from tsup.paper.sparse import figures

ROWS, W = np.array([[0.3, 0.1], [-0.5, 0.4]]), np.array([[2.0, 0], [0, 1]])
COUNTED = {"alive": [20, 50, 52], "error": [0.5, 0.1, 0.1], "common": [15, 49, 50]}


def sources(figure):
    return {source.name: source.data for source in figure.layout.select({"type": ColumnDataSource})}


def test_a_dictionary_shows_every_latent_and_says_how_near_features_are():
    figure = figures.dictionary(ROWS, W, [[0, 3.0], [1, 1]])
    data = sources(figure)
    assert data["dictionary-latents"]["y"] == pytest.approx([1, 0.5**0.5])
    assert data["dictionary-features"]["x"] == pytest.approx([1.28, 0])
    assert data["dictionary-mean"]["text"] == ["0.854"]
    assert figure.alt == ("Largest cosines with a latent of 2 features: 0.71 and 1.00; their mean is 0.854.")
    with pytest.raises(InputError, match="decoder must have shape"):
        figures.dictionary(ROWS, W, [[0, 3.0, 1]])


def test_every_seed_is_a_dot():
    figure = figures.recovered(["L1", "TopK"], [[0.9, 1], [0.8, 1]], [[0.5], [0.6]], 0.4, 0.95)
    data = sources(figure)
    assert data["recovered-activations"]["x"] == pytest.approx([0.9, 1, 0.8, 1])
    assert data["recovered-Gaussian"]["y"] == pytest.approx([0.12, 1.12])
    assert figure.alt.startswith(
        "Means on activations: L1 0.950 and TopK 0.900; on the Gaussian 0.50 to 0.60"
    )
    with pytest.raises(InputError, match="kinds must be 1 to 6 names, got 0"):
        figures.recovered([], [], [], 0.4, 0.95)


def test_lines_run_from_few_latents_to_many():
    figure = figures.frontier(["L1"], [[3, 1]], [[0.1, 0.2]], [[0.9, 0.8]], 1.5)
    data = sources(figure)
    assert data["frontier-left-0"]["x"].tolist() == [1, 3]
    assert data["frontier-scale-0"]["y"] == pytest.approx([0.8, 0.9])
    assert figure.alt == "L1: 0.10 to 0.20 left, factor 0.80 to 0.90."
    with pytest.raises(InputError, match="must be > 0"):
        figures.frontier(["L1"], [[3, 0]], [[0.1, 0.2]], [[0.9, 0.8]], 1.5)


def test_counts_stand_beside_those_on_a_gaussian():
    figure = figures.counts([20, 50, 80], COUNTED, {**COUNTED, "alive": [20, 50, 80]}, 50, 1)
    data = sources(figure)
    assert data["counts-alive-activations"]["y"].tolist() == [20, 50, 52]
    assert data["counts-alive-Gaussian"]["y"].tolist() == [20, 50, 80]
    assert "latents alive: 20, 50 and 52, on the Gaussian 20, 50 and 80" in figure.alt
    for bad in ([50, 20, 80], [20, 50]):
        with pytest.raises(InputError):
            figures.counts(bad, COUNTED, COUNTED, 50, 1)


def test_absorption_is_a_line_from_one_share_to_the_other():
    figure = figures.absorbed(["L1"], [[0.5, 0.1]])
    data = sources(figure)
    assert data["absorbed-line"]["x0"] == pytest.approx([0.1])
    assert data["absorbed-0"]["x"] == pytest.approx([0.5])
    assert figure.alt == "With the child and without: L1 0.50 and 0.10."
    with pytest.raises(InputError, match=r"silent must be in \[0, 1\]"):
        figures.absorbed(["L1"], [[1.5, 0.1]])
