"""From templates to a compiled module: one source file in a cache folder, where numba keeps its machine code beside it.

The name of the file is a hash of what it is written from and of what it imports from here, so that no change of either
meets old machine code, and that a file that is there need not be written again to be found.
"""

import functools
import hashlib
import importlib.util
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType

from llvmlite.binding import get_host_cpu_features

from tsup import cache, files
from tsup.backends.cpu import followed
from tsup.backends.cpu.arguments import FIELDS
from tsup.backends.cpu.unroll import specialise

Fields = Mapping[str, tuple[str, ...]]
# Of every module, in this order.
PARTS = "noise.py", "batches.py", "attacks.py", "outputs.py", "products.py", "gradients.py", "kernels.py"
WIDE = get_host_cpu_features().get("avx512f", False)  # 32 registers: room for sums over four vectors
SIZES = {"J": 4, "L": 4 if WIDE else 1, "FIRST": 0, "FORMS": 5}


def _read(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


def _specialised(names: Sequence[str], sizes: Mapping[str, int]) -> str:
    """Templates one after the other as one module, which needs no imports between them."""
    modules = {f"{__package__}.{name.removesuffix('.py')}" for name in names}
    return specialise("\n".join(map(_read, names)), sizes, modules)


def _digest(names: Sequence[str], sizes: Mapping[str, int], fields: Fields) -> str:
    sources = [_read(name) for name in (*names, "unroll.py", "vector.py")]
    return hashlib.sha256(repr((sources, fields, dict(sizes))).encode()).hexdigest()[:12]


def _load(stem: str, names: Sequence[str], sizes: Mapping[str, int], fields: Fields = FIELDS) -> ModuleType:
    name = f"{stem}_{_digest(names, sizes, fields)}"
    path = cache.kernels(name)
    if not path.exists():
        files.write(path, _specialised(names, sizes).encode())
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@functools.cache
def tiled(height: int) -> ModuleType:
    """Kernels for any n and m, with tiles of `height` hidden dimensions × 4 features."""
    return _load(f"tiles_{height}", PARTS, {**SIZES, "A": height})


@functools.cache
def fused(n: int, m: int, form: int) -> ModuleType:
    """Kernels for one tiny shape and form of output (see `outputs`), whose rows never leave the registers."""
    sizes = {**SIZES, "A": 1, "FEATURES": n, "HIDDEN": m, "FORM": form, "FIRST": form, "FORMS": 1}
    return _load(f"fused_{n}_{m}_{form}", (*PARTS, "fused.py"), sizes)


@functools.cache
def following(form: int) -> ModuleType:
    """Kernels that follow active entries, for any n and m and one form of output (see `outputs`)."""
    sizes = {**SIZES, "A": 5, "FORM": form, "FIRST": form, "FORMS": 1}
    names, fields = (*PARTS, "events.py", "follow.py"), {**FIELDS, **followed.FIELDS}
    return _load(f"follow_{form}", names, sizes, fields)


def is_compiled(module: ModuleType) -> bool:
    """Whether machine code of this module is in the cache."""
    place = Path(module.train.stats.cache_path)
    return any(place.glob(f"{Path(str(module.__file__)).stem}.*.nbi"))
