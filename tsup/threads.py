"""How many threads there are, and how many of them PyTorch uses: one where more would only wait for each other."""

import os
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

_WORTH_MORE = 2**21  # entries of an operation below which a second thread costs more than it brings


def available() -> int:
    """Threads that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _alone() -> None:
    """Leave a forked process one thread: it has none of OpenMP's, for which it would wait for ever."""
    if torch := sys.modules.get("torch"):
        torch.set_num_threads(1)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_alone)


@contextmanager
def of_torch(count: int | None) -> Iterator[None]:
    """So many threads of PyTorch, or as many as before, which are given back."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(count or before)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def suited(entries: int) -> AbstractContextManager[None]:
    """One thread of PyTorch while operations have few entries; as many as before otherwise."""
    return of_torch(1 if entries < _WORTH_MORE else None)


@contextmanager
def on_processors(count: int) -> Iterator[None]:
    """This process on so many of its processors, where the system can say which."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(before)[:count])
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
