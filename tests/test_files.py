"""Outputs are regular files, whole or not at all, or one line says why not."""

import os
import stat

import pytest

from tsup import files
from tsup.errors import InputError


def test_a_device_is_refused_and_stays_what_it_is(tmp_path):
    """A pipe stands for a device, which only root can make."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(InputError, match="^out must be a regular file or none yet, got "):
        files.write(pipe, b"x")
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert list(tmp_path.iterdir()) == [pipe]


@pytest.mark.parametrize("bad", ["dangling", "loop", "x" * 300, "a\0b", "file"])
def test_a_folder_that_cannot_be_is_refused_in_one_line(tmp_path, bad):
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="^out must be a folder that can be written, got [^\n]+$"):
        files.check_folder(tmp_path / bad)


def test_a_link_is_kept_and_its_file_replaced(tmp_path):
    (tmp_path / "real").write_text("old")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    files.write(tmp_path / "link", b"new")
    assert (tmp_path / "real").read_bytes() == b"new"
    assert (tmp_path / "link").is_symlink()


def test_a_folder_at_its_place_leaves_nothing_behind(tmp_path):
    (tmp_path / "F06.nc").mkdir()
    with pytest.raises(InputError, match="must be a regular file or none yet"):
        files.write(tmp_path / "F06.nc", b"x")
    assert [path.name for path in tmp_path.iterdir()] == ["F06.nc"]
