"""One labelled file per row: a dataset whose header holds the whole config, its hash, versions, device and seconds.

Files are netCDF4, compressed, at most a megabyte each. A file is written beside its place and renamed, so none is
ever half there. Loading checks that the file is whole and that it is today's experiment.
"""

import os
import tempfile
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

import xarray as xr

from tsup.errors import InputError

HEADER = (
    *("row", "title", "scale", "config", "hash", "versions"),
    *("backend", "device", "seconds", "created", "about"),
)
VERSIONED = ("tsup", "torch", "numba", "numpy", "xarray", "h5netcdf")


def versions() -> dict[str, str]:
    """The versions of the packages that a result depends on."""
    return {name: version(name) for name in VERSIONED}


def own_folder() -> Path | None:
    """The folder that results are both read from and written to: TSUP_RESULTS, or the source tree's book/results."""
    if os.environ.get("TSUP_RESULTS"):
        return Path(os.environ["TSUP_RESULTS"])
    book = Path(__file__).parents[1] / "book"
    return book / "results" if book.is_dir() else None


def folder() -> Path:
    """Where results are read from: the own folder, or the copy shipped inside an installed package."""
    return own_folder() or Path(str(files("tsup") / "results_data"))


def check_writable(out: Path) -> None:
    """Raise InputError unless a file can be written in `out`, which may still have to be made; leaves nothing."""
    place = next(parent for parent in (out, *out.absolute().parents) if parent.exists())
    try:
        with tempfile.TemporaryFile(dir=place):
            pass
    except OSError as error:
        raise InputError(f"out must be a folder that can be written, got {out} ({error.strerror})") from None


def write(dataset: xr.Dataset, out: Path) -> Path:
    """Write a result as `<row>.nc` in the folder `out`, at once or not at all; returns its path.

    Raises InputError for a header that is not complete or a folder that cannot be written.
    """
    missing = [key for key in HEADER if key not in dataset.attrs]
    if missing:
        raise InputError(
            f"a result's header must have {', '.join(HEADER)}, got none for {', '.join(missing)}"
        )
    check_writable(out)
    out.mkdir(parents=True, exist_ok=True)
    path = out / f"{dataset.attrs['row']}.nc"
    handle, temporary = tempfile.mkstemp(dir=out, prefix=f".{path.name}-")
    os.close(handle)
    try:
        packed = {name: {"zlib": True, "complevel": 9} for name in dataset.data_vars if dataset[name].ndim}
        dataset.to_netcdf(temporary, engine="h5netcdf", encoding=packed)
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    finally:
        Path(temporary).unlink(missing_ok=True)
    return path


def read(path: Path) -> xr.Dataset:
    """A result file, whole and in memory. Raises InputError if it is absent, truncated or without its header."""
    if not path.is_file():
        raise InputError(f"{path.name} is not in {path.parent}; make it with: python -m tsup run {path.stem}")
    try:
        with xr.open_dataset(path, engine="h5netcdf") as opened:
            dataset = opened.load()
    except (OSError, ValueError, KeyError, RuntimeError):
        raise InputError(f"{path} is truncated or not a result file") from None
    missing = [key for key in HEADER if key not in dataset.attrs]
    if missing:
        raise InputError(f"{path} has no {', '.join(missing)} in its header")
    return dataset


def load(row: str, place: Path | str | None = None) -> xr.Dataset:
    """The result of a row, such as `load("F08")`, from `place` or the results' folder.

    Raises InputError for an unknown row, a row without a file, and a file that is absent, truncated, without a
    complete header, or whose hash is not the registry's.
    """
    from tsup.experiments import find

    experiment = find(row)
    experiment.check_trained()
    path = Path(place or folder()) / f"{experiment.id}.nc"
    dataset = read(path)
    scale, found = dataset.attrs["scale"], dataset.attrs["hash"]
    expected = experiment.digest(scale) if scale in experiment.plans else "none"
    if found != expected or dataset.attrs["row"] != experiment.id:
        raise InputError(
            f"{path} is not today's {experiment.id} at scale {scale}: its hash is {found}, the registry's is "
            f"{expected}; make it again with: python -m tsup run {experiment.id}"
        )
    return dataset


def is_current(row: str, scale: str, place: Path | str | None = None) -> bool:
    """Whether a whole file of this row, at this scale and with the registry's hash, is there."""
    try:
        return load(row, place).attrs["scale"] == scale
    except InputError:
        return False
