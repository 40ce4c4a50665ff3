"""Unroll loops in source: how one readable kernel becomes straight-line code for one shape.

A template is a function written with two markers. `for i in unroll(A)` is repeated A times with i a constant, and
`sum(… for i in unroll(A))` becomes a chain of additions. A name made by `registers()` is an array that lives in
variables: `w[i, k]` becomes `w_0_1`. As plain Python a template runs as it reads (slowly); `specialise` writes it out
for given sizes, so that LLVM keeps what it can in registers and turns the one loop
that is left, over rows, into SIMD.
"""

import ast
import copy
from collections.abc import Collection, Mapping

unroll = range
registers = dict


class _Unroller(ast.NodeTransformer):
    def __init__(self, sizes: Mapping[str, int], templates: Collection[str]):
        self.sizes, self.templates = dict(sizes), templates
        self.registers: set[str] = set()

    def _value(self, node: ast.expr) -> int | None:
        """The node as a whole number, or None when it isn't constant."""
        try:
            code = compile(ast.fix_missing_locations(ast.Expression(copy.deepcopy(node))), "", "eval")
            return eval(code, {"__builtins__": {}}, self.sizes)
        except NameError:
            return None

    def _count(self, node: ast.expr) -> int | None:
        marked = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "unroll"
        return self._value(node.args[0]) if marked else None  # type: ignore[attr-defined]

    def _repeat(self, target: ast.expr, count: int, nodes: list):
        """The nodes once for each value of the loop's variable."""
        name = target.id  # type: ignore[attr-defined]
        for value in range(count):
            self.sizes[name] = value
            for node in nodes:
                done = self.visit(copy.deepcopy(node))
                yield from done if isinstance(done, list) else [done] if done is not None else []
        self.sizes.pop(name, None)

    def visit_ImportFrom(self, node: ast.ImportFrom):
        return None if node.module in self.templates else node

    def visit_FunctionDef(self, node: ast.FunctionDef):
        self.registers = set()
        return self.generic_visit(node)

    def visit_Assign(self, node: ast.Assign):
        pairs = zip(*(getattr(side, "elts", [side]) for side in (node.targets[0], node.value)), strict=False)
        made = {getattr(name, "id", "") for name, value in pairs if ast.unparse(value) == "registers()"}
        self.registers |= made
        return None if made else self.generic_visit(node)

    def visit_For(self, node: ast.For):
        count = self._count(node.iter)
        return (
            self.generic_visit(node) if count is None else list(self._repeat(node.target, count, node.body))
        )

    def visit_Call(self, node: ast.Call):
        generator = node.args[0] if getattr(node.func, "id", "") == "sum" else None
        if not isinstance(generator, ast.GeneratorExp):
            return self.generic_visit(node)
        (loop,) = generator.generators
        total, *terms = self._repeat(loop.target, self._count(loop.iter) or 0, [generator.elt])
        for term in terms:
            total = ast.BinOp(total, ast.Add(), term)
        return total

    def visit_Subscript(self, node: ast.Subscript):
        if not (isinstance(node.value, ast.Name) and node.value.id in self.registers):
            return self.generic_visit(node)
        index = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        return ast.Name("_".join([node.value.id, *(str(self._value(i)) for i in index)]), node.ctx)

    def visit_Name(self, node: ast.Name):
        loaded = isinstance(node.ctx, ast.Load) and node.id in self.sizes
        return ast.Constant(self.sizes[node.id]) if loaded else node


def specialise(template: str, sizes: Mapping[str, int], templates: Collection[str] = ()) -> str:
    """The source of a template module with its sizes filled in and its marked loops written out.

    Imports from this module and from `templates`, which the source already contains, are left out.
    """
    tree = _Unroller(sizes, {__name__, *templates}).visit(ast.parse(template))
    return ast.unparse(ast.fix_missing_locations(tree))
