"""Where the code runs, and so how a figure can be shown."""

import os
import sys
from typing import Literal

Host = Literal["book", "colab", "jupyter", "plain"]
BOOK_VARIABLE = "TSUP_BOOK"


def where() -> Host:
    """The host of this process.

    "book": a page that is being built (TSUP_BOOK=1), where nothing answers later; "colab": Google Colab; "jupyter":
    any other kernel; "plain": a script or a terminal.
    """
    if os.environ.get(BOOK_VARIABLE) == "1":
        return "book"
    if "google.colab" in sys.modules:
        return "colab"
    return "jupyter" if _has_kernel() else "plain"


def _has_kernel() -> bool:
    if "IPython" not in sys.modules:
        return False
    from IPython import get_ipython

    return getattr(get_ipython(), "kernel", None) is not None
