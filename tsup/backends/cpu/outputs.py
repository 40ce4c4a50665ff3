"""Output activations and the residual, as a template for `unroll.specialise`.

Every form of output is one `activate`, which gives value and slope together; `residual` runs the loop over lanes once
for each form, with the form a constant, so that the choice costs nothing inside it.
"""

import math

import numpy as np
from llvmlite import ir
from numba import float32, int32, njit, types
from numba.extending import intrinsic

from tsup.backends.cpu.noise import INLINE, OPTIONS
from tsup.backends.cpu.unroll import unroll

LINEAR, RELU, GELU, SILU, SQUARE = range(5)
FIRST, FORMS = 0, 5  # the forms that a module serves
ZERO, ONE, HALF = np.float32(0), np.float32(1), np.float32(0.5)
PER_OCTAVE, OCTAVE_HIGH, OCTAVE_LOW = (
    np.float32(1 / math.log(2)),
    np.float32(0.693359375),
    np.float32(-2.12194440e-4),
)
DENSITY_AT_0 = np.float32(1 / math.sqrt(2 * math.pi))


@intrinsic
def float_of_bits(context, bits):
    """The float32 whose bits are these of an int32."""

    def generate(context, builder, signature, arguments):
        return builder.bitcast(arguments[0], ir.FloatType())

    return types.float32(types.int32), generate


@njit(**INLINE)
def exp(x):
    """e^x for float32, to 2e-7 of its value: a polynomial within an octave, then the octave in the exponent's bits."""
    y = min(max(x, float32(-87)), float32(87))
    octave = int32(y * PER_OCTAVE + float32(128.5)) - int32(128)
    r = y - float32(octave) * OCTAVE_HIGH - float32(octave) * OCTAVE_LOW
    tail = float32(1 / 6) + r * (float32(1 / 24) + r * (float32(1 / 120) + r * float32(1 / 720)))
    return (ONE + r + r * r * (HALF + r * tail)) * float_of_bits(int32((octave + int32(127)) << int32(23)))


@njit(**INLINE)
def normal(x):
    """The normal distribution's density and its integral, to 1e-7: Abramowitz and Stegun 7.1.26."""
    bell = exp(-HALF * x * x)
    t = ONE / (ONE + float32(0.3275911 / math.sqrt(2)) * abs(x))
    tail = t * (
        float32(0.254829592)
        + t
        * (
            float32(-0.284496736)
            + t * (float32(1.421413741) + t * (float32(-1.453152027) + t * float32(1.061405429)))
        )
    )
    above = HALF * bell * tail
    return DENSITY_AT_0 * bell, above if x < ZERO else ONE - above


@njit(**INLINE)
def activate(form, o):
    """The output's value and slope."""
    if form == LINEAR:
        value, slope = o, ONE
    elif form == RELU:
        value, slope = max(o, ZERO), float32(o > ZERO)
    elif form == GELU:
        density, below = normal(o)
        value, slope = o * below, below + o * density
    elif form == SILU:
        gate = ONE / (ONE + exp(-o))
        value, slope = o * gate, gate * (ONE + o * (ONE - gate))
    else:
        value, slope = o * o, o + o
    return value, slope


@njit(**OPTIONS)
def residual(D, X, model, factor, lanes):
    """Shard D from outputs less bias into the loss's derivative, whose sum is added to b's; returns the loss.

    factor is what every lane counts; the target is max(x, sign · x).
    """
    b, gb, form, sign, loss = (
        model.parameters.b,
        model.gradients.b,
        model.objective.form,
        model.objective.sign,
        ZERO,
    )
    for j in range(b.shape[0]):
        d, x, bias, weight, total = D[j], X[j], b[j], factor * model.weight[j], ZERO
        for code in unroll(FORMS):
            if form == FIRST + code:
                for r in range(lanes):
                    value, slope = activate(FIRST + code, d[r] + bias)
                    error = value - max(x[r], sign * x[r])
                    weighted = weight * error
                    loss += weighted * error
                    d[r] = weighted * slope
                    total += d[r]
        gb[j] += total
    return loss * HALF
