"""One labelled file per row: a dataset whose header holds the whole config, its hash, versions, device and seconds.

Files are netCDF4, compressed, at most a megabyte each, and never half there. Loading checks that the file is whole
and that it is today's experiment.
"""

import io
import os
from importlib import resources
from importlib.metadata import version
from pathlib import Path

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
    files.write(path, _packed(dataset))
    return path


def _packed(dataset: xr.Dataset) -> bytes:
    """The bytes of the file, made in memory: HDF5 ends the whole process where a disk is full."""
    memory = io.BytesIO()
    packed = {name: {"zlib": True, "complevel": 9} for name in dataset.data_vars if dataset[name].ndim}
    with h5netcdf.File(memory, "w") as file:
        dataset.dump_to_store(H5NetCDFStore(file), encoding=packed)
    return memory.getvalue()


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


gate.close(globals())
