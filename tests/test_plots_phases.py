"""Phase diagrams: colours, words, and the boundaries between fixed arrangements."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from bokeh.models import HoverTool
from theory_figures import DENSITY, PAIR, RATIO, phases

from tsup import InputError, plots
from tsup.exact import theory
from tsup.exact.arrangements import borders, cost
from tsup.plots.kit import palette

WHOLE = np.array([0.01, 1]), np.array([0.1, 10])


def data(figure, name):
    return figure.layout.select_one({"name": name}).data


def test_the_three_colours_are_pale_slate_and_gold():
    numbers = palette.blend(np.array([0.0, 0, 1, 1]), np.array([0.0, 1, 0, 1]))
    found = [palette.phases().palette[int(number)] for number in numbers]
    assert found == [palette.ABSENT, palette.ABSENT, f"{palette.SLATE}ff", f"{palette.GOLD}ff"]


def test_a_mean_of_measures_lies_between_the_colours():
    half = palette.blend(np.array([0.5]), np.array([2.0]))
    assert palette.phases().palette[int(half[0])] not in (palette.ABSENT, f"{palette.GOLD}ff")


def test_rows_rise_with_importance_whatever_the_order_given():
    one = phases(1.0, 0.0)
    norm = np.tile(np.linspace(0, 1, 4)[:, None], (1, 5))
    rising = plots.Phases(DENSITY, RATIO, norm, one.shared)
    falling = plots.Phases(DENSITY[::-1], RATIO[::-1], norm[::-1], one.shared)
    drawn = [data(plots.phases({"a": panel}), "phases-0")["image"][0] for panel in (rising, falling)]
    assert np.array_equal(*drawn)
    assert drawn[0][0, 0] < drawn[0][-1, 0]


def test_the_words_count_the_phases():
    alt = plots.phases({"trained": phases(1.0, 1.0)}).alt
    assert alt == "trained: the extra feature is 0% not learned, 0% dedicated and 100% superposed."
    told = replace(phases(1.0, 1.0), kind=np.ones((4, 5)))
    assert "100% dedicated" in plots.phases({"trained": told}).alt


def test_two_features_have_the_boundaries_of_the_theory():
    ignored, first, between = borders(PAIR, *WHOLE)
    assert ignored[1] == pytest.approx(np.ones(len(ignored[1])))
    assert ignored[0].min() == pytest.approx(4 / 7, rel=0.01)
    assert first[0] == pytest.approx(4 * first[1] / (2 + 5 * first[1]))
    assert between[0] == pytest.approx(4 / (5 + 2 * between[1]))
    assert first[1].max() <= 1.01
    assert between[1].min() >= 0.99


def test_three_features_have_an_upright_boundary():
    lines = dict(zip(combinations(range(4), 2), borders(theory.COEFFICIENTS, *WHOLE), strict=True))
    density, ratio = lines[1, 3]
    assert density == pytest.approx(np.full(len(density), 4 / 7))
    assert (ratio.min(), ratio.max()) == pytest.approx((1, 10), rel=0.02)
    assert not len(lines[0, 3][0])


def test_costs_are_told_as_they_are():
    assert cost(PAIR["an antipodal pair"], np.array([0.4]), 2) == pytest.approx([3 * 0.16 / 6])
    hover = plots.phases({"a": phases(1.0, 1.0)}, PAIR).layout.select_one({"type": HoverTool})
    assert list(hover.formatters) == ["@cost0", "@cost1", "@cost2"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"density": [0.1, 2]}, "density must be in (0, 1], got 2"),
        ({"ratio": [0, 1, 2, 3]}, "ratio must be > 0, got 0"),
        ({"norm": np.ones((2, 2))}, "norm of 'a' must have shape (4, 5), got (2, 2)"),
    ],
)
def test_bad_requests(change, message):
    given = vars(phases(1.0, 1.0)) | change
    with pytest.raises(InputError) as error:
        plots.phases({"a": plots.Phases(**given)})
    assert str(error.value) == message


def test_costs_have_four_coefficients():
    with pytest.raises(InputError, match="costs\\['x'\\] must have shape"):
        plots.phases({"a": phases(1.0, 1.0)}, {"x": [1, 2]})
