"""Attacks on the rows of a batch (F25), as a template for `unroll.specialise`.

A row x is seen as x + ε u: u is the row of WᵀW of a feature chosen at random, scaled to length 1, and ε a share of a
norm, the row's own or the batch's mean. A mean needs the whole batch before its first row is moved: since draws have
addresses, the batch is drawn twice instead of kept.
"""

import numpy as np
from numba import float32, int32, njit, uint32, uint64

from tsup.backends.cpu.batches import blocks_of, draw_block, whole_vectors
from tsup.backends.cpu.noise import OPTIONS, STEP, counter, uniform

ZERO, ONE = np.float32(0), np.float32(1)
SMALLEST_NORM = np.float32(1e-12)  # shorter directions count as none


@njit(**OPTIONS)
def directions(W, U):
    """U = the rows of WᵀW, scaled to length 1."""
    for i in range(U.shape[0]):
        u, square = U[i], ZERO
        u[:] = ZERO
        for a in range(W.shape[0]):
            w = W[a]
            for j in range(u.shape[0]):
                u[j] += w[i] * w[j]
        for j in range(u.shape[0]):
            square += u[j] * u[j]
        scale = ONE / max(np.sqrt(square), SMALLEST_NORM)
        for j in range(u.shape[0]):
            u[j] *= scale


@njit(**OPTIONS)
def norms(X, norm, lanes):
    """The norm of every row."""
    norm[:lanes] = ZERO
    for j in range(X.shape[0]):
        x = X[j]
        for r in range(lanes):
            norm[r] += x[r] * x[r]
    for r in range(lanes):
        norm[r] = np.sqrt(norm[r])


@njit(**OPTIONS)
def mean_norm(X, norm, source, step):
    """The mean norm of a batch's rows."""
    total = ZERO
    for block in range(blocks_of(source.rows, X)):
        lanes = draw_block(X, source, step, block)
        norms(X, norm, lanes)
        for r in range(lanes):
            total += norm[r]
    return total / float32(source.rows)


@njit(**OPTIONS)
def choose_directions(choice, count, key, lanes):
    """A direction for every row, each of `count` as likely."""
    c, high = counter(0, uint32(key)), uint32(key >> uint64(32))
    for r in range(lanes):
        choice[r] = min(int32(uniform(c, high) * float32(count)), int32(count - 1))
        c = uint32(c + STEP)


@njit(**OPTIONS)
def attack(attacked, X, objective, mean, lanes):
    """S = X, every row moved by a share of its own norm or of the mean along its direction."""
    S, U, norm, choice = attacked
    share = objective.share
    if objective.own:
        norms(X, norm, lanes)
    else:
        norm[:lanes] = mean
    for j in range(U.shape[0]):
        s, x = S[j], X[j]
        for r in range(lanes):
            s[r] = x[r] + share * norm[r] * U[choice[r], j]
    S[:, lanes : whole_vectors(lanes)] = ZERO
