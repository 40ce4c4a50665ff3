"""Labelled files: datasets whose header holds the whole config, its hash, versions, device and seconds.

Files are netCDF4, compressed, and never half there. Reading checks that a file is whole; `tsup.paper.results` that it
is today's experiment.
"""

import io
import os
from importlib import resources
from importlib.metadata import version
from pathlib import Path
from typing import Literal

import h5netcdf
import xarray as xr
from xarray.backends import H5NetCDFStore

from tsup import files, gate
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
    return own_folder() or Path(str(resources.files("tsup") / "results_data"))


def write(dataset: xr.Dataset, out: Path) -> Path:
    """Write a result as `<row>.nc` in the folder `out`, at once or not at all; returns its path.

    Raises InputError for a header that is not complete or a folder that cannot be written.
    """
    missing = [key for key in HEADER if key not in dataset.attrs]
    if missing:
        raise InputError(
            f"a result's header must have {', '.join(HEADER)}, got none for {', '.join(missing)}"
        )
    files.check_folder(out)
    path = out / f"{dataset.attrs['row']}.nc"
    files.write(path, packed(dataset))
    return path


def packed(dataset: xr.Dataset, level: Literal[1, 9] = 9) -> bytes:
    """The bytes of a file, made in memory: HDF5 ends the whole process where a disk is full.

    level: of compression: 9, small, or 1, fast.
    """
    memory = io.BytesIO()
    encoding = {name: {"zlib": True, "complevel": level} for name in dataset.data_vars if dataset[name].ndim}
    with h5netcdf.File(memory, "w") as file:
        dataset.dump_to_store(H5NetCDFStore(file), encoding=encoding)
    return memory.getvalue()


def opened(path: Path) -> xr.Dataset:
    """A netCDF4 file, whole and in memory. Raises InputError where it is truncated, or none."""
    try:
        with xr.open_dataset(path, engine="h5netcdf") as found:
            return found.load()
    except (OSError, ValueError, KeyError, RuntimeError):
        raise InputError(f"{path} is truncated or not a result file") from None


def read(path: Path) -> xr.Dataset:
    """A result file, whole and in memory. Raises InputError if it is absent, truncated or without its header."""
    if not files.is_file(path):
        raise InputError(f"{path.name} is not in {path.parent}; make it with: python -m tsup run {path.stem}")
    dataset = opened(path)
    missing = [key for key in HEADER if key not in dataset.attrs]
    if missing:
        raise InputError(f"{path} has no {', '.join(missing)} in its header")
    return dataset


gate.close(globals())
