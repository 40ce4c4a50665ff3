"""How many threads PyTorch uses: one where more would only wait for each other, and one in a forked process."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import torch

_WORTH_MORE = 2**21  # entries of an operation below which a second thread costs more than it brings

if hasattr(os, "register_at_fork"):
    # A fork keeps none of OpenMP's threads, and would wait for them for ever at the first large operation.
    os.register_at_fork(after_in_child=partial(torch.set_num_threads, 1))


@contextmanager
def suited(entries: int) -> Iterator[None]:
    """One thread while operations have few entries; as many as before otherwise."""
    before = torch.get_num_threads()
    if entries < _WORTH_MORE:
        torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
