"""Random batches for the Triton kernels: counted, not stored, so that a tile can be drawn again wherever it is needed.

An entry is a hash of (model, step, row, feature).
"""

from typing import no_type_check  # a kernel's source is compiled as it stands, without checks around it

import triton
import triton.language as tl


@triton.jit
@no_type_check
def scramble(c):
    """A bijection of 32 bits that looks random (lowbias32, found by a search for little bias)."""
    c = (c ^ (c >> 16)) * 0x21F0AAAD
    c = (c ^ (c >> 15)) * 0x735A2D97
    return c ^ (c >> 15)


@triton.jit
@no_type_check
def uniform(place, low, high):
    """A float32 uniform on [0, 1) for each place under the two halves of a key."""
    c = scramble(scramble(place * 0x9E3779B9 + low) + high)
    return (c >> 8).to(tl.int32).to(tl.float32) * 5.9604644775390625e-08


@triton.jit
@no_type_check
def key_of(keys, model, step):
    """The two halves of the key of one model's batch at one step; as blocks of one, so that they wrap around."""
    at = tl.arange(0, 1)
    low = tl.load(keys + 2 * model + at).to(tl.uint32, bitcast=True)
    high = tl.load(keys + 2 * model + 1 + at).to(tl.uint32, bitcast=True)
    mixed = scramble((at + step).to(tl.uint32) * 0x9E3779B9 + low)
    return scramble(mixed + low)[:, None], scramble(mixed ^ high)[:, None]


@triton.jit
@no_type_check
def draw(world, density, model, key_low, key_high, rows, features, n, low, span, SETS: tl.constexpr):
    """The entries [row, feature] of a batch; rows and features are indices, features from n on are 0.

    world: for every feature the gate that turns it on, and the quantiles of the gate's draw, from and to, between which
    this feature is the one that is on. SETS: whether some features share a gate and so need a draw for their magnitude.
    """
    there = features < n
    gate = tl.load(world + features, mask=there, other=0).to(tl.int32)
    start = tl.load(world + n + features, mask=there, other=0.0)
    end = tl.load(world + 2 * n + features, mask=there, other=1.0)
    p = tl.load(density + model.to(tl.int64) * n + features, mask=there, other=1.0)
    place = rows[:, None] * (2 * n) + gate[None, :]
    quantile = uniform(place.to(tl.uint32), key_low, key_high) / p[None, :]
    on = (quantile >= start[None, :]) & (quantile < end[None, :]) & there[None, :]
    magnitude = quantile
    if SETS:
        in_set = tl.load(world + 3 * n + features, mask=there, other=0.0)
        own = rows[:, None] * (2 * n) + (n + features)[None, :]
        magnitude = tl.where(in_set[None, :] > 0, uniform(own.to(tl.uint32), key_low, key_high), quantile)
    return tl.where(on, low + magnitude * span, 0.0)


@triton.jit
@no_type_check
def choose_directions(rows, n, key_low, key_high):
    """The feature that is attacked in every row, [row, 1], each as likely; its draws take the key's halves swapped."""
    return tl.minimum((uniform(rows[:, None].to(tl.uint32), key_high, key_low) * n).to(tl.int32), n - 1)


@triton.jit(do_not_specialize=["step"])
@no_type_check
def show(
    X, world, density, keys, step, batch, n, low, span,
    SETS: tl.constexpr, ROWS: tl.constexpr, FEATURES: tl.constexpr,
):  # fmt: skip
    """Write the batch of every model at one step to X (model, row, feature), as the other kernels draw it."""
    model, rows, features = (
        tl.program_id(0),
        tl.program_id(1) * ROWS + tl.arange(0, ROWS),
        tl.arange(0, FEATURES),
    )
    key_low, key_high = key_of(keys, model, step)
    x = draw(world, density, model, key_low, key_high, rows, features, n, low, span, SETS)
    at = (model.to(tl.int64) * batch + rows[:, None]) * n + features[None, :]
    tl.store(X + at, x, mask=(rows < batch)[:, None] & (features < n)[None, :])


@triton.jit(do_not_specialize=["step"])
@no_type_check
def show_choices(choices, keys, step, batch, n, ROWS: tl.constexpr):
    """Write the feature attacked in every row of every model at one step to choices (model, row)."""
    model, rows = tl.program_id(0), tl.program_id(1) * ROWS + tl.arange(0, ROWS)
    key_low, key_high = key_of(keys, model, step)
    at = model.to(tl.int64) * batch + rows[:, None]
    tl.store(choices + at, choose_directions(rows, n, key_low, key_high), mask=(rows < batch)[:, None])
