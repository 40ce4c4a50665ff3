"""The figures of the page on how sure the book is."""

from tsup import gate
from tsup.paper.how_sure.figures.soundness import against_handmade, represented_by_threshold

__all__ = ["against_handmade", "represented_by_threshold"]

gate.close(globals(), __all__)
