"""What the exercises of *Why it happens* take for right, by the exact theory."""

import numpy as np
import pytest

from tsup import exact
from tsup.exact import theory
from tsup.geometry import polytopes

C = np.cos(np.deg2rad(72))
SILENT = C**2 - 2 * C**3 / 3


def test_the_first_bit_of_weight_pays_below_that_density():
    W, r = np.array([[[1, 0.0]], [[1, -0.01]]]), np.array([1, 0.5])
    sparse, dense = (np.diff(exact.loss(W, np.zeros(2), p, r)) for p in (0.49, 0.51))
    assert sparse < 0 < dense


def test_the_silent_pentagon_has_no_interference():
    """Its bias cuts the neighbours off just so, and what is left is the benefit."""
    pentagon = polytopes.polygon(5)
    silent, nearly = (theory.by_activity(pentagon, np.full(5, b))[1] for b in (-C, -C + 0.05))
    assert silent == pytest.approx(5 * SILENT, rel=1e-9)
    benefit = (C - 0.05) ** 2 - 2 * (C - 0.05) ** 3 / 3
    assert nearly > 5 * benefit


def test_no_free_arrangement_of_three_meets_more_cheaply():
    angles = np.deg2rad([(0, a, c) for a in range(90, 181, 10) for c in range(a + 90, 271, 10)])
    met = [theory.by_activity(np.stack([np.cos(t), np.sin(t)]), np.zeros(3))[:3] for t in angles]
    none, alone, two = np.array(met).T
    assert np.abs(none).max() < 1e-12
    assert np.abs(alone).max() < 1e-12
    assert two.min() == pytest.approx(1 / 3, abs=1e-12)
