"""Files that are written whole or not at all, and only where a file can be."""

import os
import tempfile
from pathlib import Path

from tsup.errors import InputError


def named(place: str) -> Path:
    """A place to write that was named on the command line. Raises InputError for an empty name."""
    if not place:
        raise InputError("out must name a place to write, got ''")
    return Path(place)


def check_folder(folder: Path, name: str = "out") -> None:
    """Raise InputError unless files can be written in `folder`, which may still have to be made; leaves nothing."""
    try:
        with tempfile.TemporaryFile(dir=_nearest(folder)):
            pass
    except (OSError, ValueError) as error:
        raise InputError(f"{name} must be a folder that can be written, got {_said(folder, error)}") from None


def check(path: Path, name: str = "out") -> None:
    """Raise InputError unless a file can be written at `path`, whose folder may still have to be made."""
    check_folder(_target(path, name).parent, name)


def write(path: Path, content: bytes, name: str = "out") -> None:
    """Write a file at once or not at all, where a link leads; makes its folder.

    Raises InputError where it cannot be written, or where something stands that is no regular file.
    """
    target, temporary = _target(path, name), None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=".tsup-")
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.chmod(temporary, 0o644)
        os.replace(temporary, target)
    except OSError as error:
        raise InputError(f"{name} must be a file that can be written, got {_said(path, error)}") from None
    finally:
        if temporary:
            Path(temporary).unlink(missing_ok=True)


def is_file(path: Path) -> bool:
    """Whether a file is there; False for a name that no file can have."""
    try:
        return path.is_file()
    except OSError:
        return False


def _nearest(folder: Path) -> Path:
    """The folder, or the nearest above it that is there. Raises OSError for a link that leads nowhere."""
    for place in (folder, *folder.absolute().parents):
        try:
            os.stat(place)
        except FileNotFoundError:
            if place.is_symlink():
                raise
        else:
            return place
    return folder


def _target(path: Path, name: str) -> Path:
    """Where a file is written: where a link leads."""
    try:
        target = path.resolve()
        if os.path.lexists(target) and not target.is_file():
            raise InputError(f"{name} must be a regular file or none yet, got {path}, which is neither")
    except InputError:
        raise
    except (OSError, ValueError, RuntimeError) as error:
        raise InputError(f"{name} must be a file that can be written, got {_said(path, error)}") from None
    return target


def _said(path: Path, error: Exception) -> str:
    text = repr(str(path))
    shown = text if len(text) <= 80 else f"{text[:77]}…"
    return f"{shown} ({getattr(error, 'strerror', None) or error})"
