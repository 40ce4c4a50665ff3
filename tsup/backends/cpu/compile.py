"""From templates to a compiled module: one source file in a cache folder, where numba keeps its machine code beside it.

The name of the file is a hash of what it says, so that no change of a template meets old machine code.
"""

import hashlib
import importlib.util
import os
import sys
import tempfile
from functools import cache
from pathlib import Path
from types import ModuleType

from tsup.backends.cpu.unroll import specialise


def folder() -> Path:
    """Where compiled kernels are kept: TSUP_CACHE, or the user's cache folder, or a temporary one."""
    chosen = os.environ.get("TSUP_CACHE") or os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    path = Path(chosen) / "tsup"
    try:
        path.mkdir(parents=True, exist_ok=True)
        return path
    except OSError:
        return Path(tempfile.mkdtemp(prefix="tsup-"))


def _write(path: Path, source: str) -> None:
    """Whole or not at all, whoever else writes it at the same time."""
    with tempfile.NamedTemporaryFile(
        "w", dir=path.parent, suffix=".py", delete=False, encoding="utf-8"
    ) as file:
        file.write(source)
    os.replace(file.name, path)


@cache
def kernels(height: int) -> ModuleType:
    """The kernels with tiles of `height` hidden dimensions × 4 features."""
    parts = (
        Path(__file__).with_name(name).read_text(encoding="utf-8") for name in ("noise.py", "kernels.py")
    )
    source = specialise("\n".join(parts), {"A": height, "J": 4})
    name = f"tiles_{height}_{hashlib.sha256(source.encode()).hexdigest()[:12]}"
    path = folder() / f"{name}.py"
    if not path.exists():
        _write(path, source)
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
