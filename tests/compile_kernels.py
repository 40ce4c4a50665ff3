"""Compile the CPU kernels that the tests train with, on all cores; else each worker would compile its own."""

from tsup.backends import cpu

TILED, FUSED = ((2,), (5,)), ((5, 2),)  # tiles 2 and 5 high; five features in two dimensions

if __name__ == "__main__":
    cpu.compile_all([*TILED, *FUSED])
