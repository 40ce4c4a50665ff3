"""Where the code runs, and so how a figure can be shown."""

import os
import sys
from typing import Any, Literal, NamedTuple

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
    return "jupyter" if has_kernel() else "plain"


class Running(NamedTuple):
    """What a kernel is carrying out: a cell, by its id or else its code, and the request to run it."""

    cell: str
    request: str


def running() -> Running:
    """What this process's kernel is carrying out; of empty texts without a kernel."""
    message = _kernel().get_parent() if has_kernel() else {}
    cell = message.get("metadata", {}).get("cellId") or message.get("content", {}).get("code", "")
    return Running(cell, message.get("header", {}).get("msg_id", ""))


def has_kernel() -> bool:
    """Whether this process is the kernel of a notebook."""
    return _kernel() is not None


def _kernel() -> Any:
    if "IPython" not in sys.modules:
        return None
    from IPython import get_ipython

    return getattr(get_ipython(), "kernel", None)
