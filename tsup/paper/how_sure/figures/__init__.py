"""The figures of the page on how sure the book is."""

from tsup import gate
from tsup.paper.how_sure.figures.soundness import beside, counted

__all__ = ["beside", "counted"]

gate.close(globals(), __all__)
