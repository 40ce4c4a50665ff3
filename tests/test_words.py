"""How numbers are told in the sentences of claims."""

import numpy as np
import pytest

from tsup import words


def test_things_are_counted():
    assert words.count(1, "feature") == "1 feature"
    assert words.count(1200, "kept feature") == "1,200 kept features"
    assert words.count(np.int64(2), "density") == "2 densities"


def test_parts_of_things_are_counted():
    assert words.of(2, 7, "density") == "2 of 7 densities"
    assert words.of(7, 7, "start") == "all 7 starts"
    assert words.of(0, 7, "start") == "none of 7 starts"
    assert words.of(1, 1, "start") == "1 of 1 start"


@pytest.mark.parametrize(
    ("share", "told"),
    [
        (0.0, "0 %"),
        (0.00002, "0.002 %"),
        (0.786, "79 %"),
        (0.9982, "99.8 %"),
        (1.0, "100 %"),
        (1.172, "117 %"),
    ],
)
def test_shares(share, told):
    assert words.percent(share) == told


def test_ranges():
    assert words.span([0.5, 0.2, 0.3]) == "0.2 to 0.5"
    assert words.span(np.array([[1.001, 0.999]]), ".2f") == "1.00"
    assert words.span([7, 1200], ",d") == "7 to 1,200"


def test_lists():
    assert [words.listing(one) for one in (["a"], ["a", "b"], ["a", "b", "c"])] == [
        "a",
        "a and b",
        "a, b and c",
    ]


def test_powers_of_ten():
    assert words.bound(3.3e-13) == "10⁻¹²"
    assert words.bound(0.0) == words.bound(-1e-300) == "10⁻¹⁵"
    assert words.magnitude(2.9e7) == "3 × 10⁷"
    assert words.magnitude(1e-5) == "10⁻⁵"


def test_numbers_are_written_as_by_hand():
    assert [words.plain(value) for value in (0.5, -0.5, 1200.0, 1e-9, 2.5e-5, -1e-5)] == [
        *("0.5", "−0.5", "1200", "10⁻⁹", "2.5 × 10⁻⁵", "−10⁻⁵"),
    ]


def test_sets_are_written_as_by_hand():
    assert words.sets([(0, 1), (2, 3)]) == "{0, 1} and {2, 3}"
    assert words.sets([(0, 1, 2, 3, 4)]) == "{0 … 4}"
    assert words.sets([(0, 2, 4, 6), (1, 3)]) == "{0, 2, 4, 6} and {1, 3}"
