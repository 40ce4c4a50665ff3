"""The direction of imports: what each module of the library may know of the others, and what it costs to load."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "tsup"
STRAND = ["config", "data", "models", "draws", "samplers", "backends", "run", "training"]
HEAVY = {"torch", "bokeh", "xarray", "IPython"}
LEAVES = ["measure", "exact", "geometry", "directions", "attack"]
LIGHT = {"numpy", "scipy", "jaxtyping", "tsup.activations", "tsup.errors", "tsup.gate"} | {
    f"tsup.{name}" for name in LEAVES
}


def sources(part: str) -> list[Path]:
    """The files of a module or a package of the library; none while it does not exist."""
    module, package = PACKAGE / f"{part}.py", PACKAGE / part
    return [module] if module.exists() else sorted(package.rglob("*.py"))


def imported(nodes) -> set[str]:
    """Full names that import statements bring in."""
    names: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module == "tsup":
            names |= {f"tsup.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


def everywhere(file: Path) -> set[str]:
    """What a file imports anywhere, its functions included."""
    return imported(ast.walk(ast.parse(file.read_text())))


def outside_functions(file: Path) -> set[str]:
    """What a file imports when it is itself imported."""
    pending, reached = list(ast.parse(file.read_text()).body), []
    while pending:
        node = pending.pop()
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            reached.append(node)
            pending += ast.iter_child_nodes(node)
    return imported(reached)


def touches(names: set[str], part: str) -> bool:
    """Whether any of the names is a part of the library or lies within it."""
    return any(f"{name}.".startswith(f"tsup.{part}.") for name in names)


def reaches_training(file: Path) -> bool:
    """Whether a file knows the trainer: by its module, or by the package's lazy name."""
    names = everywhere(file)
    attributes = {
        ast.unparse(n) for n in ast.walk(ast.parse(file.read_text())) if isinstance(n, ast.Attribute)
    }
    return touches(names, "train") or touches(names, "training") or "tsup.train" in attributes


def test_relative_imports_are_not_used():
    for file in PACKAGE.rglob("*.py"):
        relative = [
            n for n in ast.walk(ast.parse(file.read_text())) if isinstance(n, ast.ImportFrom) and n.level
        ]
        assert not relative, f"{file.name} imports relatively, which these tests do not follow"


@pytest.mark.parametrize("position", range(len(STRAND)))
def test_the_strand_runs_one_way(position):
    files = sources(STRAND[position])
    assert files
    for file in files:
        later = [part for part in STRAND[position + 1 :] if touches(everywhere(file), part)]
        assert not later, f"{file.name} imports {later}"


def test_measures_know_arrays_only():
    files = [file for leaf in LEAVES for file in sources(leaf)]
    assert files
    for file in files:
        known = {name for name in everywhere(file) if name.split(".")[0] not in sys.stdlib_module_names}
        extra = {name for name in known if not any(f"{name}.".startswith(f"{light}.") for light in LIGHT)}
        assert not extra, f"{file.name} imports {extra}"


def test_plots_never_train():
    files = sources("plots")
    assert files
    assert not [file.name for file in files if reaches_training(file)]


def test_widgets_train_only_inside_functions():
    files = sources("widgets")
    assert files
    for file in files:
        names = outside_functions(file)
        assert not touches(names, "train"), file.name
        assert not touches(names, "training"), file.name


def loaded_after(*steps: str) -> list[str]:
    """For each line of code, run one after another in a new interpreter: the heavy packages that are loaded then."""
    script = ["import sys"]
    for step in steps:
        script += [step, f"print('loaded', *({HEAVY} & set(sys.modules)))"]
    ran = subprocess.run(
        [sys.executable, "-c", "\n".join(script)], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    return [line for line in ran.stdout.splitlines() if line.startswith("loaded")]


def test_the_package_loads_nothing_heavy():
    assert loaded_after("import tsup") == ["loaded"]


def test_heavy_packages_are_seen():
    assert loaded_after("pass", "sys.modules['torch'] = sys") == ["loaded", "loaded torch"]


def test_the_library_knows_nothing_of_the_paper():
    """The command line does, which is for both, and the lazy names of the package."""
    files = {
        file.relative_to(PACKAGE) for file in PACKAGE.rglob("*.py") if touches(everywhere(file), "paper")
    }
    outside = {file.parts[0] for file in files} - {"paper"}
    assert outside == {"__main__.py", "commands"}


def modules(folder: Path) -> dict[str, Path]:
    """The modules of a folder within the package, by their full names."""
    files = {file: file.relative_to(PACKAGE.parent).with_suffix("").parts for file in folder.rglob("*.py")}
    return {".".join(p for p in parts if p != "__init__"): file for file, parts in files.items()}


def every_import(file: Path, known: set[str]) -> set[str]:
    """The modules of the package that a file imports anywhere, `from a import b` for a module b included."""
    names = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            parts = {f"{node.module}.{alias.name}" for alias in node.names}
            names |= parts if parts <= known else {node.module, *parts}
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    return names & known


def circle(edges: dict[str, set[str]]) -> list[str]:
    """Names that import one another in a circle; none where there is no circle."""
    done: set[str] = set()

    def walk(name: str, path: list[str]) -> list[str]:
        if name in path:
            return [*path[path.index(name) :], name]
        found = [] if name in done else next(filter(None, (walk(n, [*path, name]) for n in edges[name])), [])
        done.add(name)
        return found

    return next(filter(None, (walk(name, []) for name in edges)), [])


def test_the_book_side_has_no_circle():
    known = modules(PACKAGE / "paper")
    assert len(known) > 40
    assert (
        circle({name: every_import(file, set(known)) - {"tsup.paper"} for name, file in known.items()}) == []
    )


def test_a_circle_is_found():
    assert circle({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c", "b"]
    assert circle({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == []


def test_claims_know_no_trainer():
    chapters = PACKAGE / "paper"
    claims = [*chapters.rglob("claims.py"), *chapters.rglob("claims/*.py")]
    files = [*claims, PACKAGE / "results.py", PACKAGE / "data.py"]
    assert len(files) > 30
    for file in files:
        heavy = [part for part in ("draws", "backends", "training") if touches(everywhere(file), part)]
        assert not heavy, f"{file.name} imports {heavy}"
        assert "torch" not in everywhere(file), file.name


def test_reading_loads_no_torch():
    """Every kind of claim is named: from a file, from a sample, and from what a model outputs."""
    steps = (
        "import tsup; from tsup.__main__ import main",
        "main(['list'])",
        "main(['claims', 'F02', 'F05.data', 'F26.rows', 'F30', 'F33.primary'])",
        "tsup.load('F08')",
        "tsup.Run, tsup.train, tsup.data.sample(tsup.Features(2, 0.5), 3)",
    )
    loaded = zip(steps, loaded_after(*steps), strict=True)
    assert [step for step, packages in loaded if "torch" in packages] == []


def test_the_rules_can_fail(tmp_path):
    file = tmp_path / "bad.py"
    file.write_text(
        "import torch\nif True:\n    from tsup.training import Run\ndef f():\n    from tsup import train\n"
    )
    assert touches(outside_functions(file), "training")
    assert not touches(outside_functions(file), "train")
    assert reaches_training(file)
    assert "torch" in everywhere(file)
