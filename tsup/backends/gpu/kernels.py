"""The Triton kernels: y' = f(Wᵀ g(V x + c) + b) against y = x or |x|, trained on batches that are never stored.

A row is a line of a block here: X, D are [row, feature], H, E are [row, hidden]. Sizes are padded; padding is 0 at the
start and its gradient is 0, so that it stays 0.

    H = g(X Vᵀ + c)       D = (f(H W + b) − y) · 2 I / rows · slope of f
    E = D Wᵀ where g lets through       dW = Hᵀ D,   dV = Eᵀ X,   db = Σ D,   dc = Σ E

Two ways to train: `train_small` keeps a model in one program from the first step to the last, without a launch between;
`part_of_gradient` and `update` share the rows of larger models among programs, with two launches a step. Neither uses
atomics, so that a training gives the same result every time.

Entries of a batch are drawn where they are used (see `draws`), and again where they are used again. An attack of a
share of the mean input norm draws the batch once for that mean, and again for its rows.
"""

from typing import no_type_check  # a kernel's source is compiled as it stands, without checks around it

import triton
import triton.language as tl

from tsup.backends.gpu.draws import choose_directions, draw, key_of

GELU, SILU, SQUARE = tl.constexpr(2), tl.constexpr(3), tl.constexpr(4)
LINEAR, RELU = tl.constexpr(0), tl.constexpr(1)


@triton.jit
@no_type_check
def rectify(h):
    """ReLU that lets NaN through, which `tl.maximum` would turn into 0."""
    return tl.where(h <= 0, 0.0, h)


@triton.jit
@no_type_check
def respond(o, FORM: tl.constexpr):
    """The output's value and slope."""
    if FORM == LINEAR:
        value, slope = o, tl.full(o.shape, 1.0, tl.float32)
    elif FORM == RELU:
        value, slope = rectify(o), (o > 0).to(tl.float32)
    elif FORM == GELU:
        below = 0.5 * (1 + tl.erf(o * 0.7071067811865476))
        value, slope = o * below, below + o * 0.3989422804014327 * tl.exp(-0.5 * o * o)
    elif FORM == SILU:
        gate = 1 / (1 + tl.exp(-o))
        value, slope = o * gate, gate * (1 + o * (1 - gate))
    else:
        value, slope = o * o, 2 * o
    return value, slope


@triton.jit
@no_type_check
def residual(o, x, weight, counted, FORM: tl.constexpr, ABSOLUTE: tl.constexpr):
    """The loss's derivative in the outputs before f, and the loss; weight is 2 I / rows."""
    value, slope = respond(o, FORM)
    y = tl.abs(x) if ABSOLUTE else x
    error = tl.where(counted, value - y, 0.0)
    weighted = weight[None, :] * error
    return weighted * slope, 0.5 * tl.sum(tl.sum(weighted * error, 1), 0)


@triton.jit
@no_type_check
def penalise(e, h, counted, penalty):
    """The loss's derivative in h, with that of penalty · Σ|h| added in the rows that count."""
    sign = (h > 0).to(tl.float32) - (h < 0).to(tl.float32)
    return e + tl.where(counted, penalty * sign, 0.0)


@triton.jit
@no_type_check
def directions(W):
    """The rows of WᵀW, scaled to length 1; rows of 0 stay."""
    gram = tl.dot(tl.trans(W), W, input_precision="ieee")
    return gram / tl.maximum(tl.sqrt(tl.sum(gram * gram, 1)), 1e-12)[:, None]


@triton.jit
@no_type_check
def attack(x, attack_directions, features, choice, share, mean, OWN: tl.constexpr):
    """Every row moved by a share of its own norm, or of the mean, along the direction of the chosen feature."""
    direction = tl.dot(
        (choice == features[None, :]).to(tl.float32), attack_directions, input_precision="ieee"
    )
    norm = tl.sqrt(tl.sum(x * x, 1))[:, None] if OWN else mean
    return x + share * norm * direction


@triton.jit
@no_type_check
def adam(P, M, V, G, rate, step_size, correction, decay):
    """One Adam update: the new parameters and moments. See `inputs.adam_steps` for step_size, correction and decay."""
    M = 0.9 * M + 0.1 * G
    V = 0.999 * V + 0.001 * G * G
    P = P * (1 - rate * decay) - rate * step_size * M / (tl.sqrt(V * correction) + 1e-8)
    return P, M, V


@triton.jit(do_not_specialize=["first", "count"])
@no_type_check
def train_small(
    P, M, V, losses, adam_steps, rates, penalties, weights, world, density, keys, first, count,
    batch, n, low, span, share,
    SETS: tl.constexpr, FORM: tl.constexpr, ABSOLUTE: tl.constexpr, RECTIFIED: tl.constexpr, BIASED: tl.constexpr,
    UNTIED: tl.constexpr, PENALISED: tl.constexpr, ATTACKED: tl.constexpr, OWN: tl.constexpr, ROWS: tl.constexpr,
    FEATURES: tl.constexpr, HIDDEN: tl.constexpr,
):  # fmt: skip
    """Train one model a program for `count` updates, the first being update `first` from 0."""
    model = tl.program_id(0)
    features, hidden = tl.arange(0, FEATURES), tl.arange(0, HIDDEN)
    cell = hidden[:, None] * FEATURES + features[None, :]
    matrix: tl.constexpr = HIDDEN * FEATURES
    b_at = matrix * (1 + UNTIED) + features
    c_at = matrix * (1 + UNTIED) + FEATURES + hidden
    base = model.to(tl.int64) * (matrix * (1 + UNTIED) + FEATURES + HIDDEN)
    W, W1, W2 = tl.load(P + base + cell), tl.load(M + base + cell), tl.load(V + base + cell)
    b, b1, b2 = tl.load(P + base + b_at), tl.load(M + base + b_at), tl.load(V + base + b_at)
    c, c1, c2 = tl.load(P + base + c_at), tl.load(M + base + c_at), tl.load(V + base + c_at)
    U, U1, U2 = W, W1, W2
    if UNTIED:
        U, U1, U2 = (
            tl.load(P + base + matrix + cell), tl.load(M + base + matrix + cell), tl.load(V + base + matrix + cell)
        )  # fmt: skip
    weight = tl.load(weights + model.to(tl.int64) * n + features, mask=features < n, other=0.0)
    rate, penalty, loss = tl.load(rates + model), tl.load(penalties + model), 0.0
    for t in range(count):
        key_low, key_high = key_of(keys, model, first + t)
        gV, gU = tl.zeros((HIDDEN, FEATURES), tl.float32), tl.zeros((HIDDEN, FEATURES), tl.float32)
        gb, gc = tl.zeros((FEATURES,), tl.float32), tl.zeros((HIDDEN,), tl.float32)
        loss, mean = 0.0, 0.0
        if ATTACKED:
            attack_directions = directions(W)
            if not OWN:
                for start in range(0, batch, ROWS):
                    rows = start + tl.arange(0, ROWS)
                    x = draw(world, density, model, key_low, key_high, rows, features, n, low, span, SETS)
                    mean += tl.sum(tl.where(rows < batch, tl.sqrt(tl.sum(x * x, 1)), 0.0), 0)
                mean /= batch
        for start in range(0, batch, ROWS):
            rows = start + tl.arange(0, ROWS)
            counted = (rows < batch)[:, None]
            x = draw(world, density, model, key_low, key_high, rows, features, n, low, span, SETS)
            seen = x
            if ATTACKED:
                choice = choose_directions(rows, n, key_low, key_high)
                seen = attack(x, attack_directions, features, choice, share, mean, OWN)
            h = tl.dot(seen, tl.trans(W), input_precision="ieee")
            if RECTIFIED:
                h = rectify(h + c[None, :])
            o = tl.dot(h, U, input_precision="ieee") + b[None, :]
            d, more = residual(o, x, weight, counted, FORM, ABSOLUTE)
            e = tl.dot(d, tl.trans(U), input_precision="ieee")
            if PENALISED:
                e = penalise(e, h, counted, penalty)
            if RECTIFIED:
                e = tl.where(h > 0, e, 0.0)
            gU += tl.dot(tl.trans(h), d, input_precision="ieee")
            gV += tl.dot(tl.trans(e), seen, input_precision="ieee")
            gb += tl.sum(d, 0)
            gc += tl.sum(e, 0)
            loss += more
        step_size, correction = (
            tl.load(adam_steps + 3 * (first + t)),
            tl.load(adam_steps + 3 * (first + t) + 1),
        )
        decay = tl.load(adam_steps + 3 * (first + t) + 2)
        if UNTIED:
            W, W1, W2 = adam(W, W1, W2, gV, rate, step_size, correction, decay)
            U, U1, U2 = adam(U, U1, U2, gU, rate, step_size, correction, decay)
        else:
            W, W1, W2 = adam(W, W1, W2, gV + gU, rate, step_size, correction, decay)
            U = W
        b, b1, b2 = adam(b, b1, b2, gb, rate, step_size, correction, decay)
        if BIASED:
            c, c1, c2 = adam(c, c1, c2, gc, rate, step_size, correction, decay)
    tl.store(P + base + cell, W)
    tl.store(M + base + cell, W1)
    tl.store(V + base + cell, W2)
    if UNTIED:
        tl.store(P + base + matrix + cell, U)
        tl.store(M + base + matrix + cell, U1)
        tl.store(V + base + matrix + cell, U2)
    tl.store(P + base + b_at, b)
    tl.store(M + base + b_at, b1)
    tl.store(V + base + b_at, b2)
    tl.store(P + base + c_at, c)
    tl.store(M + base + c_at, c1)
    tl.store(V + base + c_at, c2)
    tl.store(losses + model, loss)


@triton.jit
@no_type_check
def part_of_gradient(
    P, parts, part_losses, penalties, weights, world, density, keys, counter, batch, n, low, span,
    SETS: tl.constexpr, FORM: tl.constexpr, ABSOLUTE: tl.constexpr, RECTIFIED: tl.constexpr, BIASED: tl.constexpr,
    UNTIED: tl.constexpr, PENALISED: tl.constexpr, ROWS: tl.constexpr, FEATURES: tl.constexpr,
    HIDDEN: tl.constexpr, BLOCK: tl.constexpr,
):  # fmt: skip
    """The gradient of one model on one tile of rows: dV, dW, db and dc, block by block of features, into `parts`.

    Three runs over the blocks, each of which draws its entries again: X to H; H to D, E and dW; E to dV.
    """
    model, tile, tiles = tl.program_id(0), tl.program_id(1), tl.num_programs(1)
    hidden, rows = tl.arange(0, HIDDEN), tile * ROWS + tl.arange(0, ROWS)
    counted = (rows < batch)[:, None]
    matrix: tl.constexpr = HIDDEN * FEATURES
    second: tl.constexpr = matrix * UNTIED
    biases: tl.constexpr = matrix * (1 + UNTIED)
    base = model.to(tl.int64) * (biases + FEATURES + HIDDEN)
    part = parts + (model.to(tl.int64) * tiles + tile) * (2 * matrix + FEATURES + HIDDEN)
    key_low, key_high = key_of(keys, model, tl.load(counter))
    h = tl.zeros((ROWS, HIDDEN), tl.float32)
    for start in range(0, FEATURES, BLOCK):
        features = start + tl.arange(0, BLOCK)
        cell = hidden[:, None] * FEATURES + features[None, :]
        x = draw(world, density, model, key_low, key_high, rows, features, n, low, span, SETS)
        h += tl.dot(x, tl.trans(tl.load(P + base + cell)), input_precision="ieee")
    if RECTIFIED:
        h = rectify(h + tl.load(P + base + biases + FEATURES + hidden)[None, :])
    e, loss = tl.zeros((ROWS, HIDDEN), tl.float32), 0.0
    for start in range(0, FEATURES, BLOCK):
        features = start + tl.arange(0, BLOCK)
        cell = hidden[:, None] * FEATURES + features[None, :]
        x = draw(world, density, model, key_low, key_high, rows, features, n, low, span, SETS)
        W = tl.load(P + base + second + cell)
        weight = tl.load(weights + model.to(tl.int64) * n + features, mask=features < n, other=0.0)
        o = tl.dot(h, W, input_precision="ieee") + tl.load(P + base + biases + features)[None, :]
        d, more = residual(o, x, weight, counted, FORM, ABSOLUTE)
        e += tl.dot(d, tl.trans(W), input_precision="ieee")
        loss += more
        tl.store(part + matrix + cell, tl.dot(tl.trans(h), d, input_precision="ieee"))
        tl.store(part + 2 * matrix + features, tl.sum(d, 0))
    if PENALISED:
        e = penalise(e, h, counted, tl.load(penalties + model))
    if RECTIFIED:
        e = tl.where(h > 0, e, 0.0)
    tl.store(part + 2 * matrix + FEATURES + hidden, tl.sum(e, 0))
    for start in range(0, FEATURES, BLOCK):
        features = start + tl.arange(0, BLOCK)
        x = draw(world, density, model, key_low, key_high, rows, features, n, low, span, SETS)
        cell = hidden[:, None] * FEATURES + features[None, :]
        tl.store(part + cell, tl.dot(tl.trans(e), x, input_precision="ieee"))
    tl.store(part_losses + model * tiles + tile, loss)


@triton.jit
@no_type_check
def update(
    P, M, V, parts, part_losses, losses, adam_steps, rates, counter, tiles,
    BIASED: tl.constexpr, UNTIED: tl.constexpr, FEATURES: tl.constexpr, HIDDEN: tl.constexpr, SIZE: tl.constexpr,
):  # fmt: skip
    """Add up the tiles' gradients for SIZE parameters of one model, and move them by Adam."""
    model, places = tl.program_id(0), tl.program_id(1) * SIZE + tl.arange(0, SIZE)
    matrix: tl.constexpr = HIDDEN * FEATURES
    matrices: tl.constexpr = matrix * (1 + UNTIED)
    whole: tl.constexpr = matrices + FEATURES + HIDDEN
    there = places < (whole if BIASED else whole - HIDDEN)
    source = tl.where(places < matrices, places, places + (2 * matrix - matrices))
    G = tl.zeros((SIZE,), tl.float32)
    for tile in range(tiles):
        part = parts + (model.to(tl.int64) * tiles + tile) * (2 * matrix + FEATURES + HIDDEN)
        G += tl.load(part + source, mask=there, other=0.0)
        if not UNTIED:
            G += tl.load(part + matrix + source, mask=there & (places < matrix), other=0.0)
    at, step = model.to(tl.int64) * whole + places, tl.load(counter)
    p, m, v = tl.load(P + at, mask=there), tl.load(M + at, mask=there), tl.load(V + at, mask=there)
    step_size, correction = tl.load(adam_steps + 3 * step), tl.load(adam_steps + 3 * step + 1)
    p, m, v = adam(
        p, m, v, G, tl.load(rates + model), step_size, correction, tl.load(adam_steps + 3 * step + 2)
    )
    tl.store(P + at, p, mask=there)
    tl.store(M + at, m, mask=there)
    tl.store(V + at, v, mask=there)
    if tl.program_id(1) == 0:
        loss = 0.0
        for tile in range(tiles):
            loss += tl.load(part_losses + model * tiles + tile)
        tl.store(losses + model, loss)
