"""The CPU backend's matrix products are NumPy's, whatever the shape."""

import numpy as np
import pytest

from tsup.backends.cpu.compile import tiled
from tsup.backends.layout import padded

SHAPES = [(1, 1), (5, 2), (7, 6), (23, 7), (101, 13), (200, 20), (211, 31)]
LANES = [16, 48, 64, 80, 256, 304]


@pytest.mark.parametrize("height", [1, 4, 6])
def test_products_equal_numpy_s_and_leave_other_lanes_alone(height):
    kernel, rng = tiled(height), np.random.default_rng(height)
    for n, m in SHAPES:
        n_pad, m_pad, width = padded(n, 4), padded(m, height), max(LANES) + 3
        W, X, kept = (
            rng.normal(size=shape).astype(np.float32)
            for shape in ((m_pad, n_pad), (n_pad, width), (m_pad, n_pad))
        )
        for lanes in LANES:
            H, D, G = (
                np.full((m_pad, width), 7, np.float32),
                np.full((n_pad, width), 7, np.float32),
                kept.copy(),
            )
            kernel.encode(W, X, H, lanes)
            kernel.decode(W, H, D, lanes)
            kernel.outer(H, X, G, lanes)
            h = W.astype(float) @ X[:, :lanes]
            for found, expected in (
                (H[:, :lanes], h),
                (D[:, :lanes], W.T @ h),
                (G, kept + h @ X[:, :lanes].T),
            ):
                assert np.abs(found - expected).max() <= 1e-5 * np.abs(expected).max()
            assert (H[:, lanes:] == 7).all()
            assert (D[:, lanes:] == 7).all()


@pytest.mark.parametrize("height", [1, 6])
def test_products_add_up_on_unaligned_parts_of_arrays(height):
    kernel, rng = tiled(height), np.random.default_rng(0)
    flat = rng.normal(size=12 * 8 + 5).astype(np.float32)
    W, X, H = (
        flat[5:].reshape(12, 8),
        rng.normal(size=(8, 35)).astype(np.float32),
        np.zeros((12, 35), np.float32),
    )
    kernel.encode(W, X[:, 3:], H[:, 1:], 32)
    assert H[:, 1:33] == pytest.approx(W @ X[:, 3:], abs=1e-5)
