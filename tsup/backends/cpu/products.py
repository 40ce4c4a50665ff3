"""The matrix products of a block of lanes, as a template for `unroll.specialise`.

Products go by tiles of A hidden × J features; hidden is padded with zeros to a multiple of A, features to J.
"""

import numpy as np
from numba import njit

from tsup.backends.cpu.unroll import registers, unroll

A, J = 5, 4
ZERO = np.float32(0)


@njit(fastmath=True)
def encode(W, X, H, lanes):
    """H = W X."""
    h, x, w = registers(), registers(), registers()
    for a in range(0, W.shape[0], A):
        for i in unroll(A):
            h[i] = H[a + i]
        for r in range(lanes):
            for i in unroll(A):
                h[i][r] = ZERO
        for j in range(0, W.shape[1], J):
            for k in unroll(J):
                x[k] = X[j + k]
                for i in unroll(A):
                    w[i, k] = W[a + i, j + k]
            for r in range(lanes):
                for i in unroll(A):
                    h[i][r] += sum(w[i, k] * x[k][r] for k in unroll(J))


@njit(fastmath=True)
def decode(W, H, D, lanes):
    """D = Wᵀ H."""
    h, d, w = registers(), registers(), registers()
    for j in range(0, W.shape[1], J):
        for k in unroll(J):
            d[k] = D[j + k]
        for r in range(lanes):
            for k in unroll(J):
                d[k][r] = ZERO
        for a in range(0, W.shape[0], A):
            for i in unroll(A):
                h[i] = H[a + i]
                for k in unroll(J):
                    w[i, k] = W[a + i, j + k]
            for r in range(lanes):
                for k in unroll(J):
                    d[k][r] += sum(w[i, k] * h[i][r] for i in unroll(A))


@njit(fastmath=True)
def outer(H, D, G, lanes):
    """G += H Dᵀ."""
    h, d, s, y = registers(), registers(), registers(), registers()
    for a in range(0, G.shape[0], A):
        for i in unroll(A):
            h[i] = H[a + i]
        for j in range(0, G.shape[1], J):
            for k in unroll(J):
                d[k] = D[j + k]
                for i in unroll(A):
                    s[i, k] = ZERO
            for r in range(lanes):
                for k in unroll(J):
                    y[k] = d[k][r]
                for i in unroll(A):
                    for k in unroll(J):
                        s[i, k] += h[i][r] * y[k]
            for i in unroll(A):
                for k in unroll(J):
                    G[a + i, j + k] += s[i, k]
