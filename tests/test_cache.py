"""Where caches go: where they were asked to be, or to one place that every call finds again, which is said once."""

import importlib.util
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tsup import InputError, cache
from tsup.__main__ import main
from tsup.backends import cost
from tsup.backends.cpu.compile import is_compiled


@pytest.fixture(autouse=True)
def temporary(monkeypatch, tmp_path):
    """A temporary folder of this test's own, and nothing decided before."""
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    for name in ("TSUP_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    cache._writable.cache_clear()
    yield place
    cache._writable.cache_clear()


@pytest.fixture
def blocked(monkeypatch, tmp_path):
    """A file where the folder of caches would be, which stops a superuser too."""
    (tmp_path / "asked").mkdir()
    (tmp_path / "asked" / "tsup").write_text("")
    monkeypatch.setenv("TSUP_CACHE", str(tmp_path / "asked"))


@pytest.mark.parametrize(
    ("settings", "place"),
    [
        ({"HOME": "home"}, "home/.cache/tsup"),
        ({"HOME": "home", "XDG_CACHE_HOME": "xdg"}, "xdg/tsup"),
        ({"HOME": "home", "XDG_CACHE_HOME": "xdg", "TSUP_CACHE": "own"}, "own/tsup"),
    ],
)
def test_the_nearest_setting_is_taken(monkeypatch, tmp_path, caplog, settings, place):
    for name, value in settings.items():
        monkeypatch.setenv(name, str(tmp_path / value))
    assert cache.folder() == tmp_path / place
    assert cache.folder().is_dir()
    assert not caplog.records


def test_one_fallback_is_found_again_and_said_once(blocked, temporary, caplog):
    first = cache.folder()
    assert first.parent == temporary
    assert first.stat().st_mode & 0o777 == 0o700
    assert {cache.folder(), cost.path().parent} == {first}
    assert len(caplog.records) == 1
    assert f"caches are kept in {first}: " in caplog.text
    cache._writable.cache_clear()  # as in a new process
    assert cache.folder() == first


def test_an_existing_folder_without_permission_falls_back(monkeypatch, tmp_path, temporary):
    """Every file refused in the asked folder, as for a user who owns none of it."""
    monkeypatch.setenv("TSUP_CACHE", str(tmp_path / "asked"))
    (tmp_path / "asked" / "tsup").mkdir(parents=True)
    real = tempfile.TemporaryFile

    def refused(*args, dir, **options):
        if tmp_path / "asked" in Path(dir).parents:
            raise PermissionError(13, "Permission denied")
        return real(*args, dir=dir, **options)

    monkeypatch.setattr(tempfile, "TemporaryFile", refused)
    assert cache.folder().parent == temporary


def test_a_place_where_only_numba_could_not_write_falls_back(monkeypatch, tmp_path, temporary):
    monkeypatch.setenv("TSUP_CACHE", str(tmp_path / "asked"))
    (tmp_path / "asked" / "tsup").mkdir(parents=True)
    (tmp_path / "asked" / "tsup" / "__pycache__").write_text("")
    assert cache.folder().parent == temporary


@pytest.mark.parametrize("trap", ["link", "open to all"])
def test_a_folder_that_others_can_put_code_into_is_refused(blocked, temporary, tmp_path, trap):
    there = temporary / f"tsup-{os.getuid()}"
    if trap == "link":
        (tmp_path / "others").mkdir()
        there.symlink_to(tmp_path / "others")
    else:
        there.mkdir()
        there.chmod(0o777)
    with pytest.raises(
        InputError, match="TSUP_CACHE must name a folder that can be written: .* not this user's"
    ):
        cache.folder()


def test_a_user_without_a_home_gets_the_fallback_and_no_folder_named_tilde(monkeypatch, tmp_path, temporary):
    def homeless(path):
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "expanduser", homeless)
    monkeypatch.chdir(tmp_path)
    assert cache.folder().parent == temporary
    assert not (tmp_path / "~").exists()


def test_the_command_line_says_where_caches_are(blocked, capsys, caplog, temporary):
    assert main(["info", "--json"]) == 0
    assert f'"caches": "{temporary}' in capsys.readouterr().out
    assert [record.name for record in caplog.records if "caches" in record.message] == ["tsup.cache"]


TRAIN = """
import tsup
tsup.train(tsup.Features(4, 0.5), tsup.ReluOutput(2), tsup.Training(steps=2, batch=16), backend="reference")
print(tsup.cache.folder() if hasattr(tsup, "cache") else __import__("tsup.cache").cache.folder())
"""


def test_two_processes_train_and_find_the_same_place(blocked, temporary):
    """Each says so in one line, and neither ends in a traceback."""
    settings = {**os.environ, "TMPDIR": str(temporary)}
    ran = [
        subprocess.run(
            [sys.executable, "-c", TRAIN], env=settings, capture_output=True, text=True, check=True
        )
        for _ in range(2)
    ]
    assert ran[0].stdout == ran[1].stdout == f"{temporary / f'tsup-{os.getuid()}'}\n"
    assert [one.stderr.count("\n") for one in ran] == [1, 1]
    assert "TSUP_CACHE can name another place" in ran[0].stderr


def test_machine_code_is_looked_for_where_numba_keeps_it(monkeypatch, tmp_path):
    """Beside its source, or where NUMBA_CACHE_DIR says."""
    import numba

    file = tmp_path / "small.py"
    file.write_text("from numba import njit\n\n@njit(cache=True)\ndef train(x):\n    return x + 1\n")
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path / "numba"))
    spec = importlib.util.spec_from_file_location("small", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert not is_compiled(module)
    assert module.train(1) == 2
    assert not list(tmp_path.glob("__pycache__/*.nbi"))
    assert is_compiled(module)
