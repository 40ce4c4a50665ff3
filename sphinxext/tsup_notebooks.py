"""From a MyST page to the notebook that Binder, Colab and the download button open.

    python sphinxext/tsup_notebooks.py FOLDER            writes every executable page's notebook under FOLDER/book
    python sphinxext/tsup_notebooks.py FOLDER --keep     writes only those that are not there yet
    python sphinxext/tsup_notebooks.py FOLDER --student  writes them without solutions, to be handed out

The result is deterministic: cells are named by their position and carry no outputs.
"""

import re
import subprocess
import sys
from collections.abc import Iterable
from functools import cache
from itertools import chain
from pathlib import Path

import jupytext
import nbformat
import yaml
from nbformat import NotebookNode
from pybtex.database import parse_file
from tsup_plain import FOLDED, UNFOLDED, plain

from tsup import links
from tsup.paper import predictions
from tsup.paper.cards import CARDS
from tsup.paper.said import filled

ROOT = Path(__file__).parents[1]
BOOK = ROOT / "book"
CONFIG = yaml.safe_load((ROOT / "_config.yml").read_text())
MACROS = CONFIG["sphinx"]["config"]["mathjax3_config"]["tex"]["macros"]
CONTENTS = yaml.safe_load((ROOT / "_toc.yml").read_text())
FOLDING_TAGS = {"hide-cell", "hide-input", "remove-cell", "remove-input"}
LINK = re.compile(r"\]\(([\w/-]+)(?:\.md)?(?:#[\w-]+)?\)")
LABEL = re.compile(r"^\(([\w:.-]+)\)=$", re.MULTILINE)
LABELLED = re.compile(r"^`{3,}\{math\}\n:label: (\S+)$", re.MULTILINE)
# From the opening of a solution to the fence after its end.
SOLUTION = re.compile(
    r"^(`{3,})\{solution-start\}.*?^(`{3,})\{solution-end\}\n\2\n*", re.MULTILINE | re.DOTALL
)
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


@cache
def equations() -> dict[str, str]:
    """The numbers of the book's labelled equations: chapter and place, as on the pages."""
    numbered = [part["chapters"] for part in CONTENTS["parts"] if part.get("numbered")]
    found: dict[str, str] = {}
    for number, chapter in enumerate(chain.from_iterable(numbered), 1):
        labels = LABELLED.findall((ROOT / f"{chapter['file']}.md").read_text())
        found |= {label: f"{number}.{place}" for place, label in enumerate(labels, 1)}
    return found


@cache
def citations() -> dict[str, str]:
    """What is cited, by its key: authors and year, or a short title of what names no author."""
    found: dict[str, str] = {}
    for key, entry in parse_file(str(BOOK / "references.bib")).entries.items():
        authors = [" ".join(person.last_names) for person in entry.persons.get("author", [])]
        who = f"{authors[0]} et al." if len(authors) > 2 else " and ".join(authors)
        found[key] = ", ".join(filter(None, (who or entry.fields["key"], entry.fields.get("year"))))
    return found


@cache
def answers() -> dict[str, str]:
    """The right answer to each prediction of the pages."""
    return {name: predictions.answer(name) for name in predictions.PREDICTIONS}


@cache
def cards() -> dict[str, str]:
    """What stands on the card of each exercise."""
    return {f"card {name}": card.words for name, card in CARDS.items()}


@cache
def addresses() -> dict[str, str]:
    """Where a page, or a label on one, is to be found from a notebook: in its notebook, or on the site without one."""
    found: dict[str, str] = {}
    for page in BOOK.rglob("*.md"):
        text, name = page.read_text(), page.relative_to(BOOK).with_suffix("").as_posix()
        address = f"{name}.ipynb" if is_executed(text) else f"{links.site()}{BOOK.name}/{name}.html"
        found |= dict.fromkeys((name, *LABEL.findall(text)), address)
    return found


def is_executed(page: str) -> bool:
    """Whether a page has code, and so a notebook."""
    return "{code-cell}" in page


def linked(text: str) -> str:
    """The text with its links to pages leading to notebooks."""
    return LINK.sub(lambda link: f"]({addresses()[link[1]]})" if link[1] in addresses() else link[0], text)


def without_solutions(text: str) -> str:
    """A page's source without its solutions, code and words alike: they are cut out, not hidden."""
    return SOLUTION.sub("", text)


def fold(cells: Iterable[NotebookNode]) -> None:
    """Fold away solutions, which run over several cells, and the code that the page hides."""
    inside = False
    for cell in cells:
        if cell.cell_type == "markdown":
            text, end = cell.source, UNFOLDED.strip()
            if inside:
                continued = FOLDED.format(title="Solution, continued") + f"\n{text}"
                text = text.removeprefix(end).strip() if text.startswith(end) else continued
            inside = text.count("<details>") > text.count(end)
            cell["source"] = text + f"\n{UNFOLDED}" * inside
        elif inside or FOLDING_TAGS & set(cell.metadata.get("tags", [])):
            cell.metadata["jupyter"] = {"source_hidden": True} | ({"outputs_hidden": True} if inside else {})


def convert(page: Path, student: bool = False) -> str:
    """The notebook of a page, as text; for a student, without solutions."""
    source = page.read_text()
    notebook = jupytext.reads(without_solutions(source) if student else source, fmt="md:myst")
    install = INSTALL.format(repository=links.repository(), commit=commit())
    notebook.cells.insert(0, nbformat.v4.new_code_cell(install))
    for position, cell in enumerate(notebook.cells):
        cell["id"] = f"{page.stem}-{position:03d}"
        if cell.cell_type == "code":
            cell.update(outputs=[], execution_count=None)
            cell["source"] = re.sub(r"^# NBVAL_\w+\n", "", cell.source, flags=re.MULTILINE)
        else:
            cell["source"] = without_macros(
                linked(plain(filled(cell.source), equations() | citations() | answers() | cards()))
            )
    fold(notebook.cells)
    notebook.cells = [cell for cell in notebook.cells if cell.source]
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        }
    )
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    nbformat.validate(notebook)
    return nbformat.writes(notebook, indent=1) + "\n"


def main(folder: Path, keep: bool = False, student: bool = False) -> None:
    """Write the notebooks of all pages that have code; with `keep`, only those that are not there."""
    pages = [page for page in sorted(BOOK.glob("*.md")) if is_executed(page.read_text())]
    target = folder / BOOK.name
    target.mkdir(parents=True, exist_ok=True)
    files = {target / f"{page.stem}.ipynb": page for page in pages}
    new = [file for file in files if not (keep and file.exists())]
    for file in new:
        file.write_text(convert(files[file], student))
    print(f"{len(files)} notebooks in {target}, {len(new)} of them new")


if __name__ == "__main__":
    main(Path(sys.argv[1]), keep="--keep" in sys.argv[2:], student="--student" in sys.argv[2:])
