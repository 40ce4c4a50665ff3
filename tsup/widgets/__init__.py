"""Figures in the reader's hands: shown in any host, explored without a kernel, or trained in one."""

from tsup.widgets.explore import explore
from tsup.widgets.lab import lab
from tsup.widgets.show import show
from tsup.widgets.where import where

__all__ = ["explore", "lab", "show", "where"]
