"""Compile the CPU kernels that the tests train with, on all cores; else each worker would compile its own."""

from tsup.backends import cpu
from tsup.backends.cpu.stack import FORMS

HEIGHTS = (2, 3, 4, 5)
SHAPES = ((2, 1), (5, 2))

if __name__ == "__main__":
    forms = [(5, 2, form) for name, form in FORMS.items() if name != "relu"]
    cpu.compile_all([*((height,) for height in HEIGHTS), *SHAPES, *forms])
