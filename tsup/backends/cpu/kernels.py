"""The step of every model, as a template for `unroll.specialise`: draw a batch, find its gradient, and move by Adam.

Rows are drawn block by block and never kept. Where features are sparse, rows without an active feature are never built:
all have the same gradient, which is found once and multiplied by their number.
"""

import numpy as np
from numba import float32, njit

from tsup.backends.cpu.arguments import (
    Adam,
    Attacked,
    Blocks,
    Entries,
    Gaps,
    Model,
    Parameters,
    Source,
    Transposed,
    Workspace,
)
from tsup.backends.cpu.attacks import attack, choose_directions, directions, mean_norm
from tsup.backends.cpu.batches import DENSE, blocks_of, draw_block, draw_entries, whole_vectors
from tsup.backends.cpu.gradients import by_entries, empty_rows, gradient, gradient_from, transpose
from tsup.backends.cpu.noise import OPTIONS, address

ZERO, ONE = np.float32(0), np.float32(1)
BUFFER = 128


@njit(**OPTIONS)
def split(flat, shape):
    """The views V, W [hidden, feature], b and c of one model's parameters, or of their gradient.

    Views handed over uncounted: only for functions that count no references themselves.
    """
    n, n_pad, m_pad, untied = shape
    size = n_pad * m_pad
    first, second, rest = flat[:size], flat[untied * size : (untied + 1) * size], flat[(untied + 1) * size :]
    return Parameters(
        first.reshape(m_pad, n_pad), second.reshape(m_pad, n_pad), rest[:n], rest[n : n + m_pad]
    )


@njit(**OPTIONS)
def entries_gradient(model, work, by_entry, count, lanes):
    """The gradient of rows given by their `count` active entries, block by block; returns the loss."""
    blocks, (lane, feature, value) = work.blocks, work.entries
    X, loss, q = blocks.X, ZERO, 0
    width = X.shape[1]
    for first in range(0, lanes, width):
        start, here = q, min(width, whole_vectors(lanes - first))
        while q < count and lane[q] < first + width:
            X[feature[q], lane[q] - first] = value[q]
            q += 1
        if by_entry:
            loss += by_entries(model, work, start, q, first, here)
        else:
            loss += gradient(model, ONE, blocks, here)
        for e in range(start, q):
            X[feature[e], lane[e] - first] = ZERO
    return loss


@njit(**OPTIONS)
def dense_gradient(model, source, step, shard, work):
    """As `batch_gradient`, every entry drawn."""
    blocks = work.blocks
    X, loss = blocks.X, ZERO
    for block in range(shard.first, blocks_of(source.rows, X), shard.stride):
        lanes = draw_block(X, source, step, block)
        loss += gradient(model, ONE, blocks, whole_vectors(lanes))
        if lanes < whole_vectors(lanes):
            X[:, :16] = ZERO
            loss += empty_rows(model, lanes - whole_vectors(lanes), blocks)
    return loss


@njit(**OPTIONS)
def attacked_gradient(model, source, step, shard, work):
    """As `dense_gradient`, for rows that are attacked before they are encoded."""
    blocks, attacked = work.blocks, work.attacked
    X, U, loss = blocks.X, attacked.U, ZERO
    directions(model.parameters.W, U)
    mean = ZERO if model.objective.own else mean_norm(X, attacked.norm, source, step)
    for block in range(shard.first, blocks_of(source.rows, X), shard.stride):
        lanes = draw_block(X, source, step, block)
        choose_directions(attacked.choice, U.shape[0], address(source.key, step, -1 - block), lanes)
        attack(attacked, X, model.objective, mean, lanes)
        loss += gradient_from(attacked.S, model, ONE, blocks, whole_vectors(lanes))
        if lanes < whole_vectors(lanes):
            X[:, :16] = ZERO
            loss += empty_rows(model, lanes - whole_vectors(lanes), blocks)
    return loss


@njit(**OPTIONS)
def sparse_gradient(model, source, step, plan, shard, work):
    """As `batch_gradient`, active entries drawn."""
    _, part, by_entry = plan
    V, G, (VT, GT, _) = model.parameters.V, model.gradients.V, work.transposed
    loss, empty = ZERO, 0
    if by_entry:
        transpose(V, VT, V.shape[0], V.shape[1])
        GT[:] = ZERO
    for block in range(shard.first, (source.rows + part - 1) // part, shard.stride):
        here, at = min(part, source.rows - block * part), address(source.key, step, block)
        count, lanes = draw_entries(here, source, at, work.gaps, work.entries)
        loss += entries_gradient(model, work, by_entry, count, lanes)
        empty += here - whole_vectors(lanes)
    if by_entry:
        for j in range(model.weight.shape[0]):
            for a in range(V.shape[0]):
                G[a, j] += GT[j, a]
    return loss + empty_rows(model, empty, work.blocks)


@njit(**OPTIONS)
def highest_density(density):
    """The highest density of a model's gates."""
    top = ZERO
    for p in density:
        top = max(top, p)
    return top


@njit(**OPTIONS)
def batch_gradient(model, source, step, plan, shard, work):
    """Add the gradient of a thread's blocks of a batch to the model's; returns their loss."""
    if model.objective.share > ZERO:
        return attacked_gradient(model, source, step, shard, work)
    if source.highest >= DENSE:
        return dense_gradient(model, source, step, shard, work)
    return sparse_gradient(model, source, step, plan, shard, work)


@njit(**OPTIONS)
def adam(state, G, rate, adam_step):
    """One Adam update. adam_step: see `tsup.backends.inputs.adam_steps`."""
    P, M, V = state
    step_size, correction, decay = rate * adam_step[0], adam_step[1], ONE - rate * adam_step[2]
    for i in range(P.shape[0]):
        g = G[i]
        M[i] = float32(0.9) * M[i] + float32(0.1) * g
        V[i] = float32(0.999) * V[i] + float32(0.001) * g * g
        P[i] = P[i] * decay - step_size * M[i] / (np.sqrt(V[i] * correction) + float32(1e-8))


@njit(fastmath=True)
def workspace(shape, plan, attacked):
    """Scratch for one thread; what neither products by entry nor attacks need is small."""
    n, n_pad, m_pad, _ = shape
    width, part, by_entry = plan
    X, D = np.zeros((n_pad, width), np.float32), np.zeros((n_pad, width), np.float32)
    H, E = np.zeros((m_pad, width), np.float32), np.zeros((m_pad, width), np.float32)
    wide, columns = (whole_vectors(m_pad), n_pad) if by_entry else (1, 1)
    VT, GT = np.zeros((columns, wide), np.float32), np.zeros((columns, wide), np.float32)
    HT = np.zeros((width if by_entry else 1, wide), np.float32)
    floats = np.empty(BUFFER, np.float32)
    gaps = Gaps(floats, floats.view(np.int32), np.empty(BUFFER, np.int32), np.empty(BUFFER, np.float32))
    size = part * n
    entries = Entries(np.empty(size, np.int32), np.empty(size, np.int32), np.empty(size, np.float32))
    lanes, features = (width, n) if attacked else (1, 1)
    S, U = np.zeros((n_pad, lanes), np.float32), np.zeros((features, features), np.float32)
    seen = Attacked(S, U, np.zeros(lanes, np.float32), np.zeros(lanes, np.int32))
    return Workspace(Blocks(X, D, H, E), Transposed(VT, GT, HT), gaps, entries, seen)


@njit(**OPTIONS)
def train_one(state, G, settings, k, first, adam_steps, shard, learn, work):
    """As `train`, for one model, whose row of the state is given; returns its loss on the last batch."""
    work.blocks.X[:] = ZERO  # a model with dense rows leaves them behind, one with sparse rows needs it blank
    shape, density = settings.shape, settings.density[k]
    parameters, gradients = split(state.P, shape), split(G, shape)
    model = Model(parameters, gradients, settings.objective, settings.weights[k], settings.penalties[k])
    source = Source(settings.world, density, highest_density(density), settings.keys[k], settings.rows)
    loss = ZERO
    for t in range(adam_steps.shape[0]):
        G[:] = ZERO
        loss = batch_gradient(model, source, first + t, settings.plan, shard, work)
        if learn:
            adam(state, G, settings.rates[k], adam_steps[t])
    return loss


@njit(nogil=True, cache=True, fastmath=True, error_model="numpy")
def train(chosen, state, G, settings, first, adam_steps, shard, learn, losses):
    """Train the chosen models for one update a row of `adam_steps`, the first being update `first` from 0.

    state: `Adam` of (model, parameter), see `split`; G: one gradient, overwritten. shard: which blocks of every batch
    to work on. learn: whether to update, or leave the gradient in G. losses gets each model's loss on its last batch,
    or these blocks' part of it.
    """
    work = workspace(settings.shape, settings.plan, settings.objective.share > ZERO)
    for k in chosen:
        own = Adam(state.P[k], state.M[k], state.V[k])
        losses[k] = train_one(own, G, settings, k, first, adam_steps, shard, learn, work)


@njit(nogil=True, cache=True, fastmath=True, error_model="numpy")
def update(k, state, G, rates, adam_step):
    """One Adam update of model k."""
    adam(Adam(state.P[k], state.M[k], state.V[k]), G, rates[k], adam_step)
