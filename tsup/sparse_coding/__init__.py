"""Sparse autoencoders, many at once: find directions of which given activations are sparse combinations.

    from tsup import sparse_coding
    hidden = sparse_coding.Hidden(run.features, run.model, run[0].weights)
    found = sparse_coding.train(hidden, [sparse_coding.L1(50, 0.1), sparse_coding.TopK(50, 2)])

What trains loads torch on first use; configurations and measures do not.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from tsup.sparse_coding.kinds import (
    KINDS,
    L1,
    BatchTopK,
    Coder,
    Gated,
    JumpReLU,
    Matryoshka,
    Search,
    TopK,
    Training,
)
from tsup.sparse_coding.trained import Trained

if TYPE_CHECKING:
    from tsup.sparse_coding.sources import Gaussian, Hidden, Hierarchy
    from tsup.sparse_coding.trainer import train

_LAZY = {
    "Gaussian": "sources",
    "Hidden": "sources",
    "Hierarchy": "sources",
    "train": "trainer",
}
__all__ = [
    "KINDS",
    "L1",
    "BatchTopK",
    "Coder",
    "Gated",
    "Gaussian",
    "Hidden",
    "Hierarchy",
    "JumpReLU",
    "Matryoshka",
    "Search",
    "TopK",
    "Trained",
    "Training",
    "train",
]


def __getattr__(name: str) -> Any:
    """Import what needs torch on first use."""
    if name in _LAZY:
        return getattr(import_module(f"tsup.sparse_coding.{_LAZY[name]}"), name)
    raise AttributeError(f"module 'tsup.sparse_coding' has no attribute {name!r}")
