"""How many threads PyTorch uses: one where more would only wait for each other, and one in a forked process."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_WORTH_MORE = 2**21  # entries of an operation below which a second thread costs more than it brings


def _alone() -> None:
    """Leave a forked process one thread: it has none of OpenMP's, for which it would wait for ever."""
    if torch := sys.modules.get("torch"):
        torch.set_num_threads(1)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_alone)


@contextmanager
def suited(entries: int) -> Iterator[None]:
    """One thread while operations have few entries; as many as before otherwise."""
    import torch

    before = torch.get_num_threads()
    if entries < _WORTH_MORE:
        torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
