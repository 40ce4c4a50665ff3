"""Figures: what they draw and say is what the arrays hold; frames are comparable; colours can be told apart."""

import itertools
import re
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
from bokeh.embed import json_item
from bokeh.models import ColumnDataSource, Range1d
from hypothesis import given
from hypothesis import strategies as st
from theory_figures import ALONE_STANDING, FIGURES

from tsup import InputError, measure, plots
from tsup.geometry import pose
from tsup.paper.definitions import figures as definitions
from tsup.paper.demonstrating import figures as demonstrating
from tsup.plots.kit import checks, palette, theme, words
from tsup.widgets import frames

PAPER = Path(__file__).parents[1] / "tsup" / "paper"
PENTAGON = 1.17 * np.array([np.cos(np.arange(5) * 2 * np.pi / 5), np.sin(np.arange(5) * 2 * np.pi / 5)])
DENSE = np.eye(2, 5)
W8 = np.vstack([np.eye(4, 8), np.zeros((1, 8))])
W8[3, 5] = -0.9
OTHER = np.random.default_rng(0).normal(size=(5, 8))
B8 = np.linspace(-0.3, 0.5, 8)
DENSITY = np.array([1.0, 0.3, 0.1])
X = np.array([[0, 0.5, 0, 0], [0, 0, 0, 0], [1, 0, 0.25, 0]])
MATRICES = {"alone": np.eye(2), "together": np.array([[1.0, -1, 0], [0, 0, 1]])}
PLACES = {"king": [0, 1.2], "man": [0, 0], "woman": [1, 0], "queen": [1, 1]}
LEVELS = {name: measure.level(W) for name, W in MATRICES.items()}

# Each figure drawn twice, from different arrays of one structure, as an explorer draws its frames.
FRAMES = {
    "directions": (
        lambda: plots.directions(PENTAGON, about="A"),
        lambda: plots.directions(DENSE, about="A"),
    ),
    "kept": (
        lambda: plots.kept(PENTAGON, 0.02, about="A"),
        lambda: plots.kept(DENSE, 1, about="A"),
    ),
    "directions_grid": (
        lambda: plots.directions_grid([DENSE, PENTAGON], [1, 0.1], about="A"),
        lambda: plots.directions_grid([PENTAGON, DENSE], [0.5, 0.2], about="A"),
    ),
    "basis": (
        lambda: definitions.basis(PENTAGON, 0, about="A"),
        lambda: definitions.basis(PENTAGON, 75, about="A"),
    ),
    "basis_relu": (
        lambda: definitions.basis_relu(PENTAGON, 0, about="A"),
        lambda: definitions.basis_relu(PENTAGON, 75, about="A"),
    ),
    "cosines": (
        lambda: definitions.cosines([0.1, -0.2, 0.3], 10, about="A"),
        lambda: definitions.cosines([0.9, -0.9, 0, 0], 2, about="A"),
    ),
    "packing": (
        lambda: definitions.packing([2, 4, 8], [2, 5, 30], about="A", top=1000),
        lambda: definitions.packing([2, 4, 8], [2, 9, 800], about="A", top=1000),
    ),
    "hierarchy": (
        lambda: definitions.hierarchy(MATRICES, LEVELS, about="A"),
        lambda: definitions.hierarchy({name: -W for name, W in MATRICES.items()}, LEVELS, about="A"),
    ),
    "batch": (lambda: plots.batch(X, about="A"), lambda: plots.batch(1 - X, about="A")),
    "bias_cost": (lambda: plots.bias_cost(1, about="A"), lambda: plots.bias_cost(0.05, about="A")),
    "gram": (lambda: plots.gram(W8, B8, about="A"), lambda: plots.gram(OTHER, -B8, about="A")),
    "norms": (lambda: plots.norms(W8, about="A"), lambda: plots.norms(OTHER, about="A")),
    "model": (lambda: plots.model(W8, B8, about="A"), lambda: plots.model(OTHER, -B8, about="A")),
    "gallery": (
        lambda: plots.gallery([W8, OTHER], [B8, -B8], [1, 0.1], about="A"),
        lambda: plots.gallery([OTHER, W8], [-B8, B8], [0.9, 0.2], about="A"),
    ),
    "accuracy": (
        lambda: plots.accuracy(np.ones((3, 4)), np.zeros((3, 4)), DENSITY, about="A"),
        lambda: plots.accuracy(np.zeros((3, 4)), np.ones((3, 4)), DENSITY, about="A"),
    ),
    "simulation": (
        lambda: definitions.simulation([1, 0, 0], [0.9, 0.2, -0.1], 2, about="A"),
        lambda: definitions.simulation([0, 1, 0], [0.1, 0.7, 0.3], 2, about="A"),
    ),
    "contrast": (
        lambda: demonstrating.contrast({"linear": W8, "ReLU": OTHER}, about="A"),
        lambda: demonstrating.contrast({"linear": OTHER, "ReLU": W8}, about="A"),
    ),
    "represented": (
        lambda: plots.represented(DENSITY, {"linear": [5, 5, 5], "ReLU": [5, 7, 9]}, 5, about="A"),
        lambda: plots.represented(DENSITY, {"linear": [4, 5, 5], "ReLU": [5, 6, 9]}, 5, about="A"),
    ),
} | FIGURES
every_figure = pytest.mark.parametrize("name", FRAMES)


def sources(figure):
    return {source.name: source.data for source in figure.layout.select({"type": ColumnDataSource})}


def ranges(figure):
    return sorted((r.start, r.end) for r in figure.layout.select({"type": Range1d}))


# ── What every figure keeps to ───────────────────────────────────────────────


def test_every_public_figure_is_tested():
    """Those of the pages on speed and soundness have tests of their own."""
    chapters = [
        import_module(f"tsup.paper.{path.parent.name}.figures") for path in PAPER.glob("[!h]*/figures")
    ]
    public = {name for module in (plots, *chapters) for name in module.__all__}
    assert len(chapters) == 13
    assert set(FRAMES) == public - {"Figure", "Phases"} - ALONE_STANDING


@every_figure
def test_frames_differ_in_their_data_only(name):
    one, other = (draw() for draw in FRAMES[name])
    assert frames.difference(frames.structure(one.layout), frames.structure(other.layout)) is None
    assert ranges(one) == ranges(other) != []
    assert frames.changes([frames.sources(figure.layout) for figure in (one, other)])
    assert one.caption == other.caption


@every_figure
def test_sources_have_names_of_their_own(name):
    found = list(FRAMES[name][0]().layout.select({"type": ColumnDataSource}))
    names = [source.name for source in found]
    assert all(names)
    assert len(set(names)) == len(names)


@every_figure
def test_a_figure_fits_its_page_and_serializes(name):
    layout = FRAMES[name][0]().layout
    assert layout.sizing_mode == "stretch_width"
    assert json_item(layout)["root_id"]


@every_figure
def test_captions_tell_what_was_trained(name):
    figure = FRAMES[name][0]()
    assert figure.caption.endswith(" Trained: A.")
    assert figure.alt.endswith(".")
    assert not figure.alt.endswith("..")
    assert "nan" not in figure.alt


def test_captions_without_training_say_nothing_of_it():
    assert "Trained" not in plots.directions(PENTAGON).caption


# ── Directions ───────────────────────────────────────────────────────────────


def test_directions_are_the_columns_of_the_matrix():
    figure = plots.directions(PENTAGON, 0.9 ** np.arange(5))
    data = sources(figure)
    assert np.array([data["directions"]["x"], data["directions"]["y"]]) == pytest.approx(PENTAGON)
    assert data["directions-norms"]["norm"] == pytest.approx(measure.norms(PENTAGON))
    assert data["directions"]["colour"] == data["directions-norms"]["colour"] == list(palette.FEATURES[:5])
    assert np.all(np.diff(data["directions"]["width"]) < 0)
    assert figure.alt == (
        "5 of 5 features represented, with norms of 1.17 and gaps of 72°, 72°, 72°, 72° and 72°."
    )


def test_features_at_the_centre_carry_no_number():
    assert sources(plots.directions(DENSE))["directions-numbers"]["text"] == ["0", "1", "", "", ""]
    assert plots.directions(np.zeros((2, 3))).alt == "none of 3 features is represented."


def test_a_grid_shows_every_model_at_its_density():
    figure = plots.directions_grid([DENSE, PENTAGON], [1, 0.05])
    data = sources(figure)
    assert data["directions-1"]["x"] == pytest.approx(PENTAGON[0])
    assert [data[f"directions-{k}-heading"]["text"] for k in range(2)] == [["p = 1"], ["p = 0.05"]]
    assert figure.alt == "2 models of 5 features, at densities 1 and 0.05: represented are 2 and 5."


@given(st.floats(0, 360), st.booleans())
def test_the_canonical_pose_undoes_turns_and_mirrors(angle, mirrored):
    radians = np.deg2rad(angle)
    turn = np.array([[np.cos(radians), -np.sin(radians)], [np.sin(radians), np.cos(radians)]])
    moved = turn @ np.diag([1, -1 if mirrored else 1]) @ PENTAGON
    assert pose.canonical(moved) == pytest.approx(pose.canonical(PENTAGON))


def test_the_canonical_pose_points_up_and_right_and_changes_no_product():
    stack = OTHER[:4].reshape(2, 2, 8)
    assert measure.gram(pose.canonical(stack)) == pytest.approx(measure.gram(stack))
    first = pose.canonical(PENTAGON)
    assert first[:, 0] == pytest.approx([0, 1.17])
    assert first[0, 1] > 0
    assert pose.canonical(np.zeros((2, 3))).tolist() == np.zeros((2, 3)).tolist()


# ── Turning the basis ────────────────────────────────────────────────────────


@pytest.mark.parametrize("angle", [0, 30, 217])
def test_a_turn_leaves_linear_outputs(angle):
    figure = definitions.basis(PENTAGON, angle)
    bars = sources(figure)["basis-outputs"]
    assert bars["output"] == pytest.approx(PENTAGON.T @ PENTAGON[:, 0])
    assert bars["output"] == pytest.approx(bars["before"])
    assert "no output changes" in figure.alt


def test_a_turn_changes_outputs_behind_a_relu():
    x = np.array([1, 0, 0.4, 0, 0])
    figure = definitions.basis_relu(PENTAGON, 90, x)
    turned = np.array([[0, -1], [1, 0]]) @ PENTAGON
    bars = sources(figure)["basis-relu-outputs"]
    assert bars["output"] == pytest.approx(turned.T @ np.maximum(turned @ x, 0), abs=1e-6)
    assert bars["before"] == pytest.approx(PENTAGON.T @ np.maximum(PENTAGON @ x, 0), abs=1e-6)
    moved = np.abs(bars["output"] - bars["before"]).max()
    assert f"change by up to {moved:.2f}" in figure.alt


# ── Almost-orthogonal directions ─────────────────────────────────────────────


def test_the_histogram_holds_every_pair():
    values = np.random.default_rng(1).normal(0, 0.1, 500).clip(-1, 1)
    figure = definitions.cosines(values, 100)
    data = sources(figure)
    assert data["cosines"]["share"].sum() == pytest.approx(100, rel=1e-5)
    assert data["cosines"]["height"].max() == 1
    assert data["cosines-width"]["right"] == pytest.approx([0.1])
    spread = np.sqrt((values**2).mean())
    assert f"500 pairs of directions in 100 dimensions: their cosines spread by {spread:.3f}" in figure.alt


def test_packing_counts():
    figure = definitions.packing([2, 8], [2, 40])
    assert sources(figure)["packing"]["count"].tolist() == [2, 40]
    assert figure.alt == "In 8 dimensions 40 almost-orthogonal directions fit, 5.0 for each dimension."


# ── The set-up ───────────────────────────────────────────────────────────────


def test_a_batch_is_drawn_as_it_is():
    figure = plots.batch(X)
    assert sources(figure)["batch"]["image"][0] == pytest.approx(X)
    assert figure.alt == "3 inputs of 4 features: 3 of 12 values are active, a share of 0.250."


@pytest.mark.parametrize("density", [1.0, 0.3, 0.01])
def test_the_best_constant_is_where_the_curve_is_lowest(density):
    data = sources(plots.bias_cost(density))
    curve, best = data["bias-cost"], data["bias-cost-best"]
    assert best["b"] == pytest.approx([density / 2])
    assert best["cost"] == pytest.approx([density / 3 - density**2 / 4])
    assert best["cost"][0] <= curve["cost"].min() + 1e-7


def test_the_curve_is_the_error_of_sampled_data():
    rng = np.random.default_rng(0)
    x = rng.random(200_000) * (rng.random(200_000) < 0.3)
    curve = sources(plots.bias_cost(0.3))["bias-cost"]
    for b, cost in zip(curve["b"][::30], curve["cost"][::30], strict=True):
        assert np.mean((x - b) ** 2) == pytest.approx(cost, abs=2e-3)


def test_matrices_carry_their_levels():
    figure = definitions.hierarchy(MATRICES, LEVELS)
    data = sources(figure)
    assert data["hierarchy-1"]["image"][0] == pytest.approx(MATRICES["together"])
    assert data["hierarchy-1-level"]["text"] == [measure.level(MATRICES["together"])]
    assert data["hierarchy-1-values"]["text"] == ["1.0", "−1.0", "0.0", "0.0", "0.0", "1.0"]
    assert figure.alt == f"alone (2 × 2): {LEVELS['alone']}; together (2 × 3): {LEVELS['together']}."


# ── Weights ──────────────────────────────────────────────────────────────────


def test_the_heat_map_is_the_gram_matrix():
    figure = plots.gram(W8, B8)
    data = sources(figure)
    assert data["gram-products"]["image"][0] == pytest.approx(measure.gram(W8))
    assert data["gram-biases"]["image"][0][:, 0] == pytest.approx(B8)
    assert figure.alt == (
        "WᵀW of 8 features: the diagonal runs from 0.00 to 1.00, above one half for 5; "
        "the largest entry off it is 0.90 in size; biases from −0.30 to 0.50."
    )


def test_norms_are_coloured_by_interference():
    figure = plots.norms(W8)
    data = sources(figure)["norms"]
    assert data["norm"] == pytest.approx(measure.norms(W8))
    assert data["interference"] == pytest.approx(measure.interference(W8))
    assert figure.alt == (
        "5 of 8 features represented in 5 dimensions, 3 of them nearly alone in their direction."
    )


def test_a_model_and_a_gallery_hold_the_same():
    one, many = sources(plots.model(W8, B8)), sources(plots.gallery([OTHER, W8], [B8, B8], [1, 0.1]))
    assert np.array_equal(one["model-gram-products"]["image"][0], many["gallery-1-products"]["image"][0])
    assert np.array_equal(one["model-norms"]["norm"], many["gallery-1-norms"]["norm"])
    heights = many["gallery-1-norms"]["base"] - many["gallery-1-norms"]["top"]
    assert heights / heights.max() == pytest.approx(measure.norms(W8) / measure.norms(W8).max(), abs=1e-5)


def test_a_gallery_counts_at_every_density():
    alt = plots.gallery([W8, W8 * 0.1], [B8, B8], [1, 0.1]).alt
    assert alt == (
        "2 models of 8 features in 5 dimensions, at densities 1 and 0.1. "
        "Represented are 5 and 0 features; nearly alone in their direction are 3 and 0."
    )


def test_scales_show_norms_above_one():
    assert max(end for start, end in ranges(plots.norms(PENTAGON)) if start == 0) > 1.17
    assert palette.signed().high > 1.17**2
    assert (-1.45, 1.45) in ranges(plots.directions(PENTAGON))


# ── Represented features ─────────────────────────────────────────────────────


def test_counts_against_density():
    figure = plots.represented([1, 0.1, 0.01], {"linear": [5, 5, 5], "ReLU output": [5, 9, 13]}, 5)
    data = sources(figure)
    assert data["represented-1"]["count"].tolist() == [5, 9, 13]
    assert data["represented-hidden"]["text"] == ["m = 5"]
    assert figure.alt == (
        "Features represented as density falls, against 5 dimensions. "
        "linear: 5, 5 and 5; ReLU output: 5, 9 and 13."
    )


def test_counts_are_told_as_density_falls_whatever_their_order():
    assert "ReLU: 5, 9 and 13" in plots.represented([0.01, 1, 0.1], {"ReLU": [13, 5, 9]}, 5).alt


def test_accuracy_counts_agreement():
    norms, gain = np.array([[1.0, 0.1], [0.9, 0.2]]), np.array([[0.5, -0.5], [-0.1, -0.2]])
    figure = plots.accuracy(norms, gain, [1, 0.1])
    assert sources(figure)["accuracy-1"]["gain"] == pytest.approx([-0.1, -0.2])
    assert figure.alt == "For 3 of 4 features the two definitions agree."


# ── Bad input ────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda: plots.directions(np.ones((3, 5))), "W must have shape (2, feature), got (3, 5)"),
        (lambda: plots.directions(np.ones((2, 5)), [1, 1]), "importance must have shape (5,), got (2,)"),
        (lambda: plots.directions(np.full((2, 2), np.nan)), "W must be finite, got nan"),
        (lambda: plots.directions(np.ones((2, 0))), "W must have shape (2, feature), got (2, 0)"),
        (
            lambda: plots.directions_grid(np.ones((2, 5)), [1]),
            "W must have shape (density, 2, feature), got (2, 5)",
        ),
        (lambda: plots.directions_grid([DENSE], [1.3]), "density must be in (0, 1], got 1.3"),
        (lambda: definitions.basis(PENTAGON, 10, [1, 0]), "x must have shape (5,), got (2,)"),
        (lambda: definitions.basis_relu(PENTAGON, np.inf), "angle must be finite, got inf"),
        (lambda: plots.gram(W8, B8[:3]), "b must have shape (8,), got (3,)"),
        (lambda: plots.norms(W8[0]), "W must have shape (hidden, feature), got (8,)"),
        (lambda: plots.gallery([W8], [B8], [1, 0.1]), "density must have shape (1,), got (2,)"),
        (lambda: plots.bias_cost(0), "density must be in (0, 1], got 0"),
        (lambda: definitions.cosines([2.0], 3), "cosines must lie in [-1, 1], got 2"),
        (lambda: definitions.cosines([0.2], 0), "m must be at least 1, got 0"),
        (lambda: definitions.packing([2], [0.0]), "count must be at least 1, got 0"),
        (
            lambda: definitions.hierarchy(MATRICES, {"alone": "linear"}),
            "levels must name the matrices ['alone', 'together'], got ['alone']",
        ),
        (lambda: plots.represented(DENSITY, {}, 5), "counts must hold 1 to 5 labels, got 0"),
        (lambda: plots.represented(DENSITY, {"a": [1]}, 5), "counts['a'] must have shape (3,), got (1,)"),
        (
            lambda: plots.accuracy(np.ones((3, 4)), np.ones((3, 5)), DENSITY),
            "gain must have shape (3, 4), got (3, 5)",
        ),
        (lambda: checks.array("W", "no numbers", "feature"), "W must be numbers, got 'no numbers'"),
    ],
)
def test_bad_input_is_one_clear_line(draw, message):
    with pytest.raises(InputError) as error:
        draw()
    assert str(error.value) == message


# ── Colours ──────────────────────────────────────────────────────────────────

PAPERS = ("#ffffff", "#fdfcf9", "#14181e", "#1a202a")
MEANINGFUL = {
    *palette.FEATURES,
    *palette.sequence(20),
    *palette.superposition().palette,
    palette.NEGATIVE,
    palette.POSITIVE,
    palette.ACTIVE,
}
# Machado, Oliveira and Fernandes (2009), severity 1, on linear RGB.
SIGHTS = {
    "full": np.eye(3),
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
}  # fmt: skip


def linear(colour):
    channels = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def contrast(one, other):
    low, high = sorted(float(linear(colour) @ [0.2126, 0.7152, 0.0722]) for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


# Ottosson's OKLab (2020), from linear RGB.
CONES = np.array(
    [
        [0.41222147, 0.53633254, 0.05144599],
        [0.2119035, 0.68069955, 0.10739696],
        [0.08830246, 0.28171884, 0.6299787],
    ]
)
LAB = np.array(
    [
        [0.21045426, 0.79361779, -0.00407205],
        [1.9779985, -2.42859221, 0.45059371],
        [0.02590404, 0.78277177, -0.80867577],
    ]
)


def seen(colour, sight):
    """The colour as such eyes see it, in a space where distances are close to perceived ones."""
    return LAB @ np.cbrt(CONES @ np.clip(np.array(SIGHTS[sight]) @ linear(colour), 0, 1))


@pytest.mark.parametrize("paper", PAPERS)
def test_colours_that_mean_something_stand_out(paper):
    weak = {colour: contrast(colour[:7], paper) for colour in MEANINGFUL if contrast(colour[:7], paper) < 3}
    assert not weak


@pytest.mark.parametrize("sight", SIGHTS)
def test_features_can_be_told_apart(sight):
    pairs = itertools.combinations(palette.FEATURES, 2)
    close = {pair for pair in pairs if np.linalg.norm(seen(pair[0], sight) - seen(pair[1], sight)) < 0.08}
    assert not close


@pytest.mark.parametrize("sight", SIGHTS)
@pytest.mark.parametrize(
    ("one", "other"), [(palette.SLATE, palette.GOLD), (palette.NEGATIVE, palette.POSITIVE)]
)
def test_the_ends_of_a_scale_are_far_apart(one, other, sight):
    assert np.linalg.norm(seen(one, sight) - seen(other, sight)) > 0.15


def test_red_and_green_alone_would_not_pass():
    one, other = (seen(colour, "deuteranopia") for colour in ("#2e7d32", "#8a5a00"))
    assert np.linalg.norm(one - other) < 0.08


def test_the_signed_scale_is_symmetric_and_clear_at_zero():
    colours = palette.signed()
    assert colours.low == -colours.high
    fades = [int(colour[7:], 16) for colour in colours.palette]
    assert fades == fades[::-1]
    assert fades[len(fades) // 2] == 0
    assert fades[-1] == 255
    assert {colour[:7] for colour in colours.palette[: len(fades) // 2]} == {palette.NEGATIVE}


def test_a_feature_keeps_its_colour():
    ones = np.ones
    assert palette.features(ones(5)) == palette.features(ones(8))[:5]
    many = palette.features(0.9 ** np.arange(20))
    assert len(set(many)) == 20
    assert palette.features(0.9 ** np.arange(20)[::-1]) == many[::-1]


def test_neutral_colours_are_repainted_by_name():
    assert set(theme.NEUTRAL.values()) == {"ink", "muted", "line", "grid"}
    assert not set(theme.NEUTRAL) & MEANINGFUL
    for paper in PAPERS[:2]:
        assert contrast(theme.INK, paper) > 7
        assert contrast(theme.MUTED, paper) > 4.5


@every_figure
def test_data_never_wears_a_neutral_colour(name):
    columns = itertools.chain(*(data.values() for data in sources(FRAMES[name][0]()).values()))
    written = {
        text for column in columns if isinstance(column, list) for text in column if isinstance(text, str)
    }
    assert not written & set(theme.NEUTRAL)


# ── Words ────────────────────────────────────────────────────────────────────


def test_words():
    assert words.number(-0.001) == "0.00"
    assert words.number(-1.5, 1) == "−1.5"
    assert words.numbers([0.5, -1]) == "0.50 and −1.00"
    assert words.listing(["a"]) == "a"
    assert words.listing([]) == ""
    assert words.listing([1, 2, 3]) == "1, 2 and 3"
    assert words.interval([1, 3, 2]) == "1.00 to 3.00"
    assert words.count(1, "pair") == "1 pair"
    assert words.count(1200, "pair") == "1,200 pairs"


@pytest.mark.parametrize(
    ("W", "says"),
    [
        ([[1, 0, 0, 0, 0], [0, 1, 0, 0, 0]], "keeps two of the five, at a right angle."),
        ([[1, -1, 0, 0, 0], [0, 0, 1, -1, 0]], "keeps four of the five, in opposite pairs."),
        ([[1, -1, 0, 0, 0], [0, 0, 1, 0, 0]], "keeps three of the five, two of them opposite each other."),
        (PENTAGON, "keeps all of the five, spread around the circle."),
    ],
)
def test_what_is_kept_is_told_in_plain_words(W, says):
    assert plots.kept(W, 0.02).alt == f"Each feature is there 2 % of the time. The model {says}"
    assert plots.kept(W, 1).alt.startswith("Each feature is there always. ")
    with pytest.raises(InputError, match="density must be in"):
        plots.kept(W, 0)


def test_the_second_step_between_words_is_the_first_one():
    figure = definitions.parallelogram(PLACES, "king", "man", "woman", "queen")
    steps = sources(figure)["parallelogram-steps"]
    assert np.ptp(steps["x1"] - steps["x0"]) == pytest.approx(0)
    assert np.ptp(steps["y1"] - steps["y0"]) == pytest.approx(0)
    assert figure.alt == "The step from woman ends 0.17 of its own length from queen."
    with pytest.raises(InputError, match="word must be one of king, man, woman, queen, got duke"):
        definitions.parallelogram(PLACES, "duke", "man", "woman", "queen")


def test_captions_name_panels_in_an_order_that_holds_where_they_stack(root):
    for file in (root / "tsup").rglob("*.py"):
        assert not re.search(r"\b(Left|Right|[Bb]elow left), ", file.read_text(encoding="utf-8")), file.name
