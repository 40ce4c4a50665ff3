"""The results of rows, loaded only if they are of today's experiment; and runs from their files."""

from pathlib import Path
from typing import Any, overload

import xarray as xr

from tsup import gate, results, saved
from tsup.errors import InputError
from tsup.labelled import ENDINGS
from tsup.paper.rows import find
from tsup.run import Run


@overload
def load(row: str, place: Path | str | None = None) -> xr.Dataset: ...


@overload
def load(row: Path) -> Run: ...


def load(row: str | Path, place: Path | str | None = None) -> Any:
    """The result of a row, such as `load("F08")`, from `place` or the results' folder; or a run from its file.

    row: a row's id, or the path of a file that `Run.save` wrote: a `Path`, or text that ends in `.nc` or
        `.safetensors`.

    Raises InputError for an unknown row, a row without a file, and a file that is absent, truncated, without a
    complete header, whose hash is not the registry's, or that does not hold what the row declares; and for a path to
    anything but a run.
    """
    if isinstance(row, Path) or row.endswith(ENDINGS):
        return saved.read(Path(row))
    experiment = find(row)
    experiment.check_trained()
    path = Path(place or results.folder()) / f"{experiment.id}.nc"
    dataset = results.read(path)
    scale, found = dataset.attrs["scale"], dataset.attrs["hash"]
    expected = experiment.digest(scale) if scale in experiment.plans else "none"
    if found != expected or dataset.attrs["row"] != experiment.id:
        raise InputError(
            f"{path} is not today's {experiment.id} at scale {scale}: its hash is {found}, the registry's is "
            f"{expected}; make it again with: python -m tsup run {experiment.id}"
        )
    return experiment.held(dataset)


def is_current(row: str, scale: str, place: Path | str | None = None) -> bool:
    """Whether a whole file of this row, at this scale and with the registry's hash, is there."""
    try:
        return load(row, place).attrs["scale"] == scale
    except InputError:
        return False


gate.close(globals())
