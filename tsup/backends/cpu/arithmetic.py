"""What `vector` needs besides to find an output's error in registers: sums, products and choices by sign."""

from llvmlite import ir
from numba.extending import intrinsic

from tsup.backends.cpu.vector import VECTOR, vector


@intrinsic
def plus(typing, a, b):
    """a + b."""

    def code(context, builder, signature, args):
        return builder.fadd(*args)

    return vector(vector, vector), code


@intrinsic
def minus(typing, a, b):
    """a − b."""

    def code(context, builder, signature, args):
        return builder.fsub(*args)

    return vector(vector, vector), code


@intrinsic
def times(typing, a, b):
    """a b."""

    def code(context, builder, signature, args):
        return builder.fmul(*args)

    return vector(vector, vector), code


@intrinsic
def where_positive(typing, a, b):
    """b where a > 0, and 0 elsewhere."""

    def code(context, builder, signature, args):
        zero = ir.Constant(VECTOR, None)
        return builder.select(builder.fcmp_ordered(">", args[0], zero), args[1], zero)

    return vector(vector, vector), code
