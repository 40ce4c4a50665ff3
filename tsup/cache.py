"""Where files are kept that only save time: compiled kernels, and what the backends were measured to cost."""

import errno
import logging
import os
import stat
import tempfile
from functools import cache
from multiprocessing import parent_process
from pathlib import Path

from tsup.errors import InputError

log = logging.getLogger("tsup.cache")


def folder() -> Path:
    """The folder of caches: "tsup" in TSUP_CACHE, else in XDG_CACHE_HOME, else in the user's own cache folder.

    Where no file can be written there it is one in the temporary folder, the same at every call and for this user
    alone, and the log says so once. Raises InputError where that cannot be written either.
    """
    given = os.environ.get("TSUP_CACHE") or os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return _writable(Path(given) / "tsup")


def kernels(name: str) -> Path:
    """The source of a module of the CPU's kernels; numba keeps its code beside it, or where NUMBA_CACHE_DIR says."""
    return folder() / f"{name}.py"


def costs(digest: str) -> Path:
    """What the backends were measured to cost, under a digest of all that this depends on."""
    return folder() / f"costs_{digest}.json"


def keep_triton() -> None:
    """Have Triton keep the GPU's kernels in the folder too, unless TRITON_CACHE_DIR says where."""
    os.environ.setdefault("TRITON_CACHE_DIR", str(folder() / "triton"))


@cache
def _writable(wanted: Path) -> Path:
    """The wanted folder or, where it cannot be written, the one for this user in the temporary folder."""
    try:
        return _made(wanted.expanduser())
    except (OSError, RuntimeError) as error:
        trouble = _said(error)
    try:
        other = _made(Path(tempfile.gettempdir()) / f"tsup-{_user()}", private=True)
    except OSError as error:
        raise InputError(
            f"TSUP_CACHE must name a folder that can be written: {wanted} cannot ({trouble}), "
            f"and nothing in the temporary folder can ({_said(error)})"
        ) from None
    if parent_process() is None:
        log.warning(
            "caches are kept in %s: %s cannot be written (%s); TSUP_CACHE can name another place",
            *(other, wanted, trouble),
        )
    return other


def _made(place: Path, private: bool = False) -> Path:
    """The folder, made and tried, as is the one in it where numba writes. Raises OSError where one cannot be written.

    private: refuse a folder into which somebody else could put code, since what is in it will be run.
    """
    place.mkdir(mode=0o700 if private else 0o777, parents=True, exist_ok=True)
    if private and not _is_own(place):
        raise PermissionError(errno.EPERM, f"{place} is not this user's alone")
    compiled = place / "__pycache__"
    compiled.mkdir(exist_ok=True)
    for path in (place, compiled):
        with tempfile.TemporaryFile(dir=path) as file:
            file.write(b"\0")
    return place


def _is_own(place: Path) -> bool:
    found = place.lstat()
    if not stat.S_ISDIR(found.st_mode):
        return False
    return not hasattr(os, "getuid") or (found.st_uid == os.getuid() and not found.st_mode & 0o022)


def _user() -> str:
    return str(os.getuid()) if hasattr(os, "getuid") else os.environ.get("USERNAME", "user")


def _said(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
