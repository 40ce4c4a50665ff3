"""Every public link derives from one address."""

import pytest

from tsup import links
from tsup.errors import InputError


@pytest.fixture(autouse=True)
def _clean(monkeypatch):
    monkeypatch.delenv("GITHUB_REPOSITORY", raising=False)
    monkeypatch.delenv(links.PAGE_VARIABLE, raising=False)


def test_the_address_is_the_one_in_the_project_file():
    import tomllib
    from pathlib import Path

    project = tomllib.loads(Path(__file__).parents[1].joinpath("pyproject.toml").read_text())["project"]
    assert links.repository() == project["urls"]["Repository"]


def test_a_fork_points_at_itself(monkeypatch):
    monkeypatch.setenv("GITHUB_REPOSITORY", "Ada/toys")
    assert links.repository() == "https://github.com/Ada/toys"
    assert links.site() == "https://ada.github.io/toys/"
    assert links.binder("book/glossary").endswith(
        "/gh/Ada/toys/notebooks?urlpath=lab/tree/book/glossary.ipynb"
    )
    assert links.colab("book/glossary").endswith("/github/Ada/toys/blob/notebooks/book/glossary.ipynb")


def test_the_page_being_built_is_the_default(monkeypatch):
    assert links.colab() == links.colab("book/index")
    monkeypatch.setenv(links.PAGE_VARIABLE, "book/glossary")
    assert links.colab() == links.colab("book/glossary")


@pytest.mark.parametrize("bad", ["toys", "https://example.org/a/b", "a/b c"])
def test_a_wrong_override_is_one_clear_line(monkeypatch, bad):
    monkeypatch.setenv("GITHUB_REPOSITORY", bad)
    with pytest.raises(InputError, match=r"^GITHUB_REPOSITORY must be owner/name, got .*$"):
        links.slug()


def test_the_address_that_leads_nowhere_yet_is_known_as_such(monkeypatch):
    assert links.is_placeholder() == (
        links.repository().removeprefix("https://github.com/") == links.PLACEHOLDER
    )
    monkeypatch.setenv("GITHUB_REPOSITORY", "Ada/toys")
    assert not links.is_placeholder()
    monkeypatch.setenv("GITHUB_REPOSITORY", links.PLACEHOLDER)
    assert links.is_placeholder()
