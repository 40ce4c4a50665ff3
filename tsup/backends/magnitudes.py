"""Which magnitudes the compiled kernels draw: those that are u · span + low of a uniform u."""

from tsup.config import Setup


def uncovered_magnitude(setup: Setup) -> str | None:
    """What keeps compiled kernels from drawing this setup's magnitudes; None where nothing does."""
    size = setup.features.distribution
    return None if size.line else size.words


def low_span(setup: Setup) -> tuple[float, float]:
    """low and span of magnitudes that the kernels draw."""
    line = setup.features.distribution.line
    assert line, uncovered_magnitude(setup)
    return line
