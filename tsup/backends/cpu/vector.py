"""Sixteen float32 as one value of compiled code, so that a kernel can say what stays in registers.

LLVM turns a plain loop into vectors by itself, but it won't keep a tile of sums in registers across an outer loop. With
`load`, `splat`, `fma` and `store` a template says so. On a machine with narrower registers LLVM splits each vector.
"""

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic, models, register_model
from numba.np.arrayobj import make_array

LANES = 16
FLOAT, INT = ir.FloatType(), ir.IntType(32)
VECTOR = ir.VectorType(FLOAT, LANES)


class Vector(types.Type):
    """The type of a value of sixteen float32."""

    def __init__(self):
        super().__init__(name="float32x16")


vector = Vector()


@register_model(Vector)
class _Model(models.PrimitiveModel):
    def __init__(self, manager, type_):
        super().__init__(manager, type_, VECTOR)


def _pointer(context, builder, type_, value, row, lane):
    """The address of array[row, lane] as one of a vector."""
    array = make_array(type_)(context, builder, value)
    pointer = cgutils.get_item_pointer(context, builder, type_, array, [row, lane])
    return builder.bitcast(pointer, VECTOR.as_pointer())


@intrinsic
def load(typing, array, row, lane):
    """array[row, lane : lane + 16], wherever it is aligned."""

    def code(context, builder, signature, args):
        at = _pointer(context, builder, signature.args[0], *args)
        return builder.load(at, align=4)

    return vector(array, types.intp, types.intp), code


@intrinsic
def store(typing, value, array, row, lane):
    """Write a vector to array[row, lane : lane + 16]."""

    def code(context, builder, signature, args):
        at = _pointer(context, builder, signature.args[1], *args[1:])
        builder.store(args[0], at, align=4)
        return context.get_dummy_value()

    return types.void(vector, array, types.intp, types.intp), code


@intrinsic
def splat(typing, value):
    """Sixteen times the same float32."""

    def code(context, builder, signature, args):
        one = builder.insert_element(ir.Constant(VECTOR, ir.Undefined), args[0], INT(0))
        return builder.shuffle_vector(one, one, ir.Constant(ir.VectorType(INT, LANES), [0] * LANES))

    return vector(types.float32), code


@intrinsic
def fma(typing, a, b, c):
    """a b + c, rounded once."""

    def code(context, builder, signature, args):
        type_ = ir.FunctionType(VECTOR, [VECTOR] * 3)
        return builder.call(cgutils.get_or_insert_function(builder.module, type_, "llvm.fma.v16f32"), args)

    return vector(vector, vector, vector), code


@intrinsic
def total(typing, value):
    """The sum of the sixteen, pairwise."""

    def code(context, builder, signature, args):
        value = args[0]
        size = LANES
        while size > 1:
            half = size // 2
            low, high = (
                builder.shuffle_vector(
                    value, value, ir.Constant(ir.VectorType(INT, half), list(range(s, s + half)))
                )
                for s in (0, half)
            )
            value, size = builder.fadd(low, high), half
        return builder.extract_element(value, INT(0))

    return types.float32(vector), code
