"""Random numbers for the kernels: counted, not stored, so that every draw has an address and none has a state.

A draw is a hash of (model, step, block of rows, place in the block). Two models never share noise, and how rows are
dealt out to threads changes nothing.
"""

import math
from typing import Any

import numpy as np
from numba import float32, int32, njit, uint32, uint64

# Arrays that are only borrowed need no counting of references, and what only kernels call no entry from C.
OPTIONS: Any = {"fastmath": True, "_nrt": False, "no_cfunc_wrapper": True, "error_model": "numpy"}
INLINE: Any = {**OPTIONS, "forceinline": True}  # by LLVM: numba's own way of inlining takes longer to compile
GOLDEN = uint64(0x9E3779B97F4A7C15)
STEP = np.uint32(0x9E3779B9)
UNIT = np.float32(2.0**-24)


@njit(**INLINE)
def mix(z):
    """Splitmix64's finaliser: a bijection of 64 bits that looks random."""
    z = (z ^ (z >> uint64(30))) * uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> uint64(27))) * uint64(0x94D049BB133111EB)
    return z ^ (z >> uint64(31))


@njit(**INLINE)
def address(key, step, block):
    """The 64-bit key of one block of rows in one step of one model."""
    return mix(mix(key + uint64(step) * GOLDEN) + uint64(block) * GOLDEN)


@njit(**INLINE)
def counter(place, low):
    """What `uniform` takes for one place under the lower half of a key; the next place has STEP more."""
    return uint32(uint32(place) * STEP + low)


@njit(**INLINE)
def uniform(count, high):
    """A float32 uniform on [0, 1) for a counter under the upper half of a key; 32-bit steps, so that it vectorises."""
    c = uint32((count ^ (count >> uint32(16))) * uint32(0x21F0AAAD))
    c = uint32((c ^ (c >> uint32(15))) + high)
    c = uint32(c * uint32(0x735A2D97))
    c = uint32(c ^ (c >> uint32(15)))
    return float32(int32(c >> uint32(8))) * UNIT


def _log1p_coefficients(degree=9):
    """Least-squares fit of log(1 + t) / t on [0, 1] at Chebyshev points; error below 1e-7."""
    t = (np.cos(np.pi * (np.arange(400) + 0.5) / 400) + 1) / 2
    powers = t[:, None] ** np.arange(degree)
    return np.linalg.lstsq(powers, np.log1p(t) / t, rcond=None)[0].astype(np.float32)


L0, L1, L2, L3, L4, L5, L6, L7, L8 = _log1p_coefficients()
LOG2 = np.float32(math.log(2))


@njit(**OPTIONS)
def draw_gaps(key, start, inverse_log, gaps, size):
    """Fill the first `size` of gaps.gap with the zeros skipped before each next active gate, of uniform with uniforms.

    A gap is ⌊log u / log(1 − p)⌋, geometric; inverse_log is 1 / log(1 − p). log u is taken from the float's exponent
    and a polynomial in its mantissa, for a whole buffer at once.
    """
    floats, bits, gap, value = gaps.floats, gaps.bits, gaps.gap, gaps.uniform
    for i in range(size):
        z = mix(key + uint64(start + i) * GOLDEN)
        floats[i] = float32(int32(uint32(z) >> uint32(8))) + float32(0.5)
        value[i] = float32(int32(uint32(z >> uint64(32)) >> uint32(8))) * UNIT
    for i in range(size):
        gap[i] = (bits[i] >> int32(23)) - int32(127 + 24)
        bits[i] = (bits[i] & int32(0x7FFFFF)) | int32(0x3F800000)
    for i in range(size):
        t = floats[i] - float32(1)
        log = t * (L0 + t * (L1 + t * (L2 + t * (L3 + t * (L4 + t * (L5 + t * (L6 + t * (L7 + t * L8))))))))
        skipped = (float32(gap[i]) * LOG2 + log) * inverse_log
        gap[i] = int32(min(max(skipped, float32(0)), float32(1e9)))
