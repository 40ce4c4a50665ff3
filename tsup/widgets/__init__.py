"""Figures in the reader's hands: shown in any host, explored without a kernel, or trained in one."""

from tsup import gate
from tsup.host import where
from tsup.widgets.display import show
from tsup.widgets.explorer import explore, glide
from tsup.widgets.labs import lab
from tsup.widgets.lives import live

__all__ = ["explore", "glide", "lab", "live", "show", "where"]

gate.close(globals(), __all__)
