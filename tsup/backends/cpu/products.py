"""The matrix products of a block of lanes, as a template for `unroll.specialise`.

A product goes by tiles whose sums stay in registers while the whole contracted axis runs by. A tile is A hidden
dimensions, or J features, × L vectors of sixteen lanes: each turn of the loop loads A numbers and L vectors for A × L
multiply-adds, so that the loads keep pace. Lanes that do not fill L vectors go one vector at a time. Hidden is padded
with zeros to a multiple of A, features to J, and lanes are a multiple of sixteen.
"""

import numpy as np
from numba import njit

from tsup.backends.cpu.noise import OPTIONS
from tsup.backends.cpu.unroll import registers, unroll
from tsup.backends.cpu.vector import fma, load, splat, store, total

A, J, L = 5, 4, 4
ZERO = np.float32(0)


@njit(**OPTIONS)
def encode(W, X, H, lanes):
    """H = W X."""
    h, x = registers(), registers()
    first = 0
    for narrow in unroll(2):
        step = 16 * (1 if narrow else L)
        for r in range(first, lanes - step + 1, step):
            for a in range(0, W.shape[0], A):
                for i in unroll(A):
                    for v in unroll(1 if narrow else L):
                        h[i, v] = splat(ZERO)
                for j in range(W.shape[1]):
                    for v in unroll(1 if narrow else L):
                        x[v] = load(X, j, r + 16 * v)
                    for i in unroll(A):
                        w = splat(W[a + i, j])
                        for v in unroll(1 if narrow else L):
                            h[i, v] = fma(w, x[v], h[i, v])
                for i in unroll(A):
                    for v in unroll(1 if narrow else L):
                        store(h[i, v], H, a + i, r + 16 * v)
        first = lanes - lanes % step


@njit(**OPTIONS)
def decode(W, H, D, lanes):
    """D = Wᵀ H."""
    h, d = registers(), registers()
    first = 0
    for narrow in unroll(2):
        step = 16 * (1 if narrow else L)
        for r in range(first, lanes - step + 1, step):
            for j in range(0, W.shape[1], J):
                for k in unroll(J):
                    for v in unroll(1 if narrow else L):
                        d[k, v] = splat(ZERO)
                for a in range(W.shape[0]):
                    for v in unroll(1 if narrow else L):
                        h[v] = load(H, a, r + 16 * v)
                    for k in unroll(J):
                        w = splat(W[a, j + k])
                        for v in unroll(1 if narrow else L):
                            d[k, v] = fma(w, h[v], d[k, v])
                for k in unroll(J):
                    for v in unroll(1 if narrow else L):
                        store(d[k, v], D, j + k, r + 16 * v)
        first = lanes - lanes % step


@njit(**OPTIONS)
def outer(H, D, G, lanes):
    """G += H Dᵀ."""
    d, s = registers(), registers()
    for a in range(0, G.shape[0], A):
        for j in range(0, G.shape[1], J):
            for i in unroll(A):
                for k in unroll(J):
                    s[i, k] = splat(ZERO)
            for r in range(0, lanes, 16):
                for k in unroll(J):
                    d[k] = load(D, j + k, r)
                for i in unroll(A):
                    h = load(H, a + i, r)
                    for k in unroll(J):
                        s[i, k] = fma(h, d[k], s[i, k])
            for i in unroll(A):
                for k in unroll(J):
                    G[a + i, j + k] += total(s[i, k])
