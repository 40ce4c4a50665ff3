"""Whether two samples of batches have the same distribution, by their first moments and who is on with whom."""

import numpy as np

BEYOND = 4.5  # standard errors


def assert_same_moments(ours: np.ndarray, theirs: np.ndarray) -> None:
    """Shares that are on, means, mean squares, and means of the products with the first two features; axes (row, n)."""
    for statistic in (
        lambda x: x != 0,
        lambda x: x,
        lambda x: x * x,
        lambda x: x[:, [0]] * x,
        lambda x: x[:, [1]] * x,
    ):
        a, b = statistic(ours), statistic(theirs)
        error = np.sqrt((a.var(0) + b.var(0)) / len(a)) + 1e-9
        assert np.abs((a.mean(0) - b.mean(0)) / error).max() < BEYOND
