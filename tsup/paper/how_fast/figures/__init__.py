"""The figures of the page on how fast it trains: records of timings in, a figure out (see `tsup.bench`)."""

from tsup import gate
from tsup.paper.how_fast.figures.sizes import sweep
from tsup.paper.how_fast.figures.speed import ratios, shares, trainings
from tsup.paper.how_fast.figures.step import breakdown

__all__ = ["breakdown", "ratios", "shares", "sweep", "trainings"]

gate.close(globals(), __all__)
