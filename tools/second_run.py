"""Which cells of an executed page are run once more, to be compared: those marked for it, and what these depend on.

Everything else ran without an error when the page was built, and nothing of it would be compared.
"""

import ast
from collections.abc import Iterable, Sequence

from nbformat import NotebookNode

MARKER = "# NBVAL_CHECK_OUTPUT"
SKIP = "nbval-skip"


def leave_out(notebook: NotebookNode) -> None:
    """Tag the cells of code that are not run again."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for cell, again in zip(code, needed([cell.source for cell in code]), strict=True):
        if not again:
            cell.metadata["tags"] = [*cell.metadata.get("tags", []), SKIP]


def needed(sources: Sequence[str]) -> list[bool]:
    """For each cell of a page whether it is compared, or binds a name that a later needed cell reads."""
    found: list[bool] = []
    wanted: set[str] = set()
    for source in reversed(sources):
        nodes = list(ast.walk(ast.parse(_python(source))))
        found.append(MARKER in source or bool(wanted & _bound(nodes)))
        wanted |= _read(nodes) if found[-1] else set()
    return found[::-1]


def _python(source: str) -> str:
    """A cell without the lines that only IPython understands."""
    return "\n".join(line for line in source.splitlines() if not line.lstrip().startswith(("%", "!")))


def _bound(nodes: Iterable[ast.AST]) -> set[str]:
    """Names that get a value, or have something of theirs set."""
    names: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.alias):
            names.add((node.asname or node.name).partition(".")[0])
        elif isinstance(getattr(node, "ctx", None), ast.Store):
            names.add(_base(node))
    return names


def _base(node: ast.AST) -> str:
    """The name that `a`, `a.b` or `a[b].c` begins with; empty for what begins with none."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _read(nodes: Iterable[ast.AST]) -> set[str]:
    """Names whose value is asked for."""
    return {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
