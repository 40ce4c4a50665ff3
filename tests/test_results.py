"""Result files: whole or refused, and of today's registry."""

import numpy as np
import pytest
import xarray as xr
from refusals import message

import tsup
from tsup import results
from tsup.paper import schema
from tsup.paper.assemble import LABELLED
from tsup.paper.results import is_current
from tsup.paper.rows import REGISTRY, find, trained

MEGABYTE = 2**20


def result(row="F06", scale="quick", **header):
    """A small dataset with a complete header, as if `row` had been run."""
    about = dict.fromkeys(results.HEADER, "-") | {"row": row, "scale": scale, "seconds": 1.5}
    W = np.arange(40, dtype=np.float32).reshape(1, 2, 20)
    values = {"W": W, "b": W[:, 0], "loss": [0.5], "replica_loss": [[0.5, 0.6]]}
    axes = {"density": [0.1], "feature": np.arange(20), "importance": np.ones(20)}
    attrs = about | {"hash": find(row).digest(scale)} | header
    return schema.described(LABELLED, schema.dataset(LABELLED, values | axes, attrs))


@pytest.mark.parametrize("row", [experiment.id for experiment in trained()])
def test_shipped_files_are_todays_paper_scale(shipped, row):
    header = shipped(row).attrs
    assert header["scale"] == "paper"
    assert header["hash"] == REGISTRY[row].digest("paper")
    assert (results.folder() / f"{row}.nc").stat().st_size <= MEGABYTE
    about = REGISTRY[row].plan("paper").about()
    assert {key: header[key] for key in about} == about, "write today's words with: make results"


def test_no_file_is_shipped_that_is_not_in_the_registry(root):
    shipped = {path.stem for path in (root / "book" / "results").glob("*.nc")}
    assert shipped == {experiment.id for experiment in trained()}


def test_round_trip(tmp_path):
    path = results.write(result(), tmp_path)
    xr.testing.assert_identical(tsup.load("F06", tmp_path), result())
    assert [path] == list(tmp_path.iterdir())


def test_the_folder_is_made(tmp_path):
    assert results.write(result(), tmp_path / "a" / "b").is_file()


@pytest.mark.parametrize("kept", [0, 100, 0.5, 0.9, -1])
def test_a_truncated_file_is_refused(kept, tmp_path):
    path = results.write(result(), tmp_path)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(kept * len(whole)) if isinstance(kept, float) else kept])
    assert "truncated or not a result file" in message(tsup.load, "F06", tmp_path)


def test_a_file_of_something_else_is_refused(tmp_path):
    (tmp_path / "F06.nc").write_text("not a dataset")
    assert "truncated or not a result file" in message(tsup.load, "F06", tmp_path)


def test_a_missing_file_says_how_to_make_it(tmp_path):
    assert "python -m tsup run F08" in message(tsup.load, "F08", tmp_path)


def test_another_hash_is_refused(tmp_path):
    results.write(result(hash="0123456789abcdef"), tmp_path)
    assert "its hash is 0123456789abcdef" in message(tsup.load, "F06", tmp_path)
    assert not is_current("F06", "quick", tmp_path)


def test_another_rows_file_is_refused(tmp_path):
    results.write(result("F08"), tmp_path).rename(tmp_path / "F06.nc")
    assert "is not today's F06" in message(tsup.load, "F06", tmp_path)


def test_a_custom_run_is_not_loaded(tmp_path):
    results.write(result().assign_attrs(scale="custom"), tmp_path)
    assert "at scale custom" in message(tsup.load, "F06", tmp_path)


def test_current_means_this_scale(tmp_path):
    results.write(result(), tmp_path)
    assert is_current("F06", "quick", tmp_path)
    assert not is_current("F06", "paper", tmp_path)


def test_an_incomplete_header_is_neither_written_nor_read(tmp_path):
    bare = result()
    del bare.attrs["versions"]
    assert "got none for versions" in message(results.write, bare, tmp_path)
    assert not list(tmp_path.iterdir())
    bare.to_netcdf(tmp_path / "F06.nc", engine="h5netcdf")
    assert "has no versions in its header" in message(tsup.load, "F06", tmp_path)


def test_a_write_that_fails_leaves_the_old_file(tmp_path, monkeypatch):
    path = results.write(result(), tmp_path)
    before = path.read_bytes()

    def fail(*args, **options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tsup.files.os.replace", fail)
    assert "(No space left on device)" in message(results.write, result(seconds=2.0), tmp_path)
    assert path.read_bytes() == before
    assert [path] == list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    assert "out must be a folder that can be written" in message(
        results.write, result(), tmp_path / "file" / "x"
    )


@pytest.mark.parametrize("row", ["F02", "F99"])
def test_rows_without_a_file(row):
    assert row in message(tsup.load, row)
