"""From a MyST page to the notebook that Binder, Colab and the download button open.

    python sphinxext/tsup_notebooks.py FOLDER     writes every executable page's notebook under FOLDER/book

The result is deterministic: cells are named by their position and carry no outputs.
"""

import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import jupytext
import nbformat
import yaml
from tsup_plain import plain

from tsup import links

ROOT = Path(__file__).parents[1]
BOOK = ROOT / "book"
CONFIG = yaml.safe_load((ROOT / "_config.yml").read_text())
MACROS = CONFIG["sphinx"]["config"]["mathjax3_config"]["tex"]["macros"]
# Without extras: what Colab has of them already runs in its kernel, and must stay as it is.
INSTALL = """\
# Only where tsup is not installed yet (Colab): fetch it as it was when this notebook was made.
import importlib.util
import subprocess
import sys

if importlib.util.find_spec("tsup") is None:
    source = "tsup @ git+{repository}@{commit}"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", source]
    installed = subprocess.run(pip, capture_output=True, text=True)
    if installed.returncode:
        print(installed.stderr)
        raise SystemExit("tsup could not be installed: see above what pip says, then run this cell again")
    importlib.invalidate_caches()\
"""


@cache
def commit() -> str:
    """The commit that the notebooks belong to; the source's branch where git knows none, as in an archive."""
    command = ["git", "--git-dir", str(ROOT / ".git"), "rev-parse", "HEAD"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return links.SOURCE_BRANCH


def without_macros(text: str) -> str:
    """The text with the book's own TeX macros spelled out, for hosts that do not know them."""
    for name, meaning in MACROS.items():
        text = re.sub(rf"\\{name}(?![A-Za-z])", lambda _, meaning=meaning: meaning, text)
    return text


def convert(page: Path) -> str:
    """The notebook of a page, as text."""
    notebook = jupytext.read(page, fmt="md:myst")
    install = INSTALL.format(repository=links.repository(), commit=commit())
    notebook.cells.insert(0, nbformat.v4.new_code_cell(install))
    for position, cell in enumerate(notebook.cells):
        cell["id"] = f"{page.stem}-{position:03d}"
        if cell.cell_type == "code":
            cell.update(outputs=[], execution_count=None)
        else:
            cell["source"] = without_macros(plain(cell.source))
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        }
    )
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    nbformat.validate(notebook)
    return nbformat.writes(notebook, indent=1) + "\n"


def main(folder: Path) -> None:
    """Write the notebooks of all pages that have code."""
    pages = [page for page in sorted(BOOK.glob("*.md")) if "{code-cell}" in page.read_text()]
    target = folder / BOOK.name
    target.mkdir(parents=True, exist_ok=True)
    for page in pages:
        target.joinpath(f"{page.stem}.ipynb").write_text(convert(page))
    print(f"{len(pages)} notebooks in {target}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
