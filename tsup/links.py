"""Where the book lives in public: the site, Binder and Colab links all derive from the repository's address.

The address is `[project.urls] Repository` of pyproject.toml.
The environment variable GITHUB_REPOSITORY ("owner/name"), which GitHub sets in its workflows, overrides it,
so that a fork's book points at the fork.
"""

import os
import re
from importlib.metadata import PackageNotFoundError, metadata

from tsup import gate
from tsup.errors import InputError

NOTEBOOK_BRANCH = "notebooks"
SOURCE_BRANCH = "main"
PAGE_VARIABLE = "TSUP_PAGE"
PLACEHOLDER = "tsup-book/tsup"  # what pyproject.toml names as long as the book has no public repository


def slug() -> str:
    """The repository as "owner/name".

    Raises InputError when GITHUB_REPOSITORY is set to something else.
    """
    given = os.environ.get("GITHUB_REPOSITORY")
    if not given:
        return "/".join(_published().rstrip("/").removesuffix(".git").split("/")[-2:])
    if not re.fullmatch(r"[\w.-]+/[\w.-]+", given):
        raise InputError(f"GITHUB_REPOSITORY must be owner/name, got {given}")
    return given


def is_placeholder() -> bool:
    """Whether the repository's address still leads nowhere, so that pages say so instead of linking to it."""
    return slug() == PLACEHOLDER


def repository() -> str:
    """Address of the repository, without a final slash."""
    return f"https://github.com/{slug()}"


def site() -> str:
    """Address of the published book, with a final slash."""
    owner, name = slug().split("/")
    return f"https://{owner.lower()}.github.io/{name}/"


def binder(page: str | None = None) -> str:
    """Address that opens a page ("book/glossary"; default: the page being built) as a notebook on Binder."""
    return f"https://mybinder.org/v2/gh/{slug()}/{NOTEBOOK_BRANCH}?urlpath=lab/tree/{_notebook(page)}"


def colab(page: str | None = None) -> str:
    """Address that opens a page ("book/glossary"; default: the page being built) as a notebook on Colab."""
    return f"https://colab.research.google.com/github/{slug()}/blob/{NOTEBOOK_BRANCH}/{_notebook(page)}"


def _notebook(page: str | None) -> str:
    name = page or os.environ.get(PAGE_VARIABLE, "book/index")
    return f"{name}.ipynb"


def _published() -> str:
    """The address written in pyproject.toml, as the installed package carries it."""
    try:
        entries = metadata("tsup").get_all("Project-URL") or []
    except PackageNotFoundError:
        entries = []
    named = dict(entry.split(", ", 1) for entry in entries)
    if "Repository" not in named:
        raise InputError(
            "tsup must be installed to know its repository; set GITHUB_REPOSITORY to owner/name instead"
        )
    return named["Repository"]


gate.close(globals())
