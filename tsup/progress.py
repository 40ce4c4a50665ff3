"""A progress bar where somebody watches: on a terminal, or in a notebook that has widgets."""

import os
import sys
from importlib.util import find_spec

from tqdm.std import tqdm

from tsup.host import BOOK_VARIABLE, has_kernel


def bar(steps: int, label: str, wanted: bool | None = None, done: int = 0) -> tqdm:
    """A bar over so many steps. wanted: show it; None: where somebody watches. done: steps that were made before."""
    if has_kernel() and find_spec("ipywidgets"):
        from tqdm.notebook import tqdm as widget

        kind, watched = widget, os.environ.get(BOOK_VARIABLE) != "1"
    else:
        kind, watched = tqdm, sys.stderr is not None and sys.stderr.isatty()
    hidden = not (watched if wanted is None else wanted)
    return kind(total=steps, initial=done, unit="step", desc=label, disable=hidden)
