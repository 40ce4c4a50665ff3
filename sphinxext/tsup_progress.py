"""Cards on exercises, and a page that tells how far its reader has come; both keep what they know in the browser.

An exercise's card says how hard it is and how long it takes, and takes a tick from the reader. The directive
`{progress}` makes a table of all pages with their exercises and predictions. Without JavaScript it says what there is.
"""

import re
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

import yaml
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx_exercise.nodes import is_exercise_node

from tsup.paper.cards import HARDEST, Card, card

EXERCISE = re.compile(r"^`{3,}\{exercise(?:-start)?\}.*\n:label: (\S+)", re.MULTILINE)
PREDICTION = re.compile(r"^:::\{predict\} (\S+)", re.MULTILINE)
TITLE = re.compile(r"^# (.+)$", re.MULTILINE)


def html(name: str, of: Card) -> str:
    """A card as HTML; the script puts a box to tick into it."""
    dots = "●" * of.difficulty + "○" * (HARDEST - of.difficulty)
    return (
        f'<p class="tsup-card" data-exercise="{escape(name)}">'
        f'<span class="tsup-difficulty" title="{of.words}"><span aria-hidden="true">{dots}</span>'
        f'<span class="visually-hidden">Difficulty {of.difficulty} of {HARDEST}</span></span>'
        f"<span>about {of.minutes} minutes</span></p>"
    )


def _add_cards(app: Sphinx, doctree: nodes.document) -> None:
    """Put a card below the title of every exercise of the book."""
    for node in doctree.findall(is_exercise_node):
        name = node["label"]
        node.insert(1, nodes.raw("", html(name, card(name)), format="html"))


def pages(contents: Mapping[str, Any]) -> list[str]:
    """The pages of the book in their order."""
    chapters = [chapter for part in contents["parts"] for chapter in part["chapters"]]
    return [page["file"] for chapter in chapters for page in (chapter, *chapter.get("sections", []))]


def row(page: str, text: str) -> str:
    """A page's row of the table: title, exercises with their minutes, predictions; nothing if it has none."""
    exercises, predictions = EXERCISE.findall(text), PREDICTION.findall(text)
    if not exercises and not predictions:
        return ""
    title, minutes = TITLE.search(text), sum(card(name).minutes for name in exercises)
    cells = (
        ("Exercises", "exercise", exercises, f" ({minutes} minutes)" if exercises else ""),
        ("Predictions", "prediction", predictions, ""),
    )
    counted = "".join(
        f'<td data-head="{head}" data-{kind}s="{" ".join(names)}"><span>{len(names)}</span>{note}</td>'
        for head, kind, names, note in cells
    )
    link = f'<a href="{Path(page).name}.html">{escape(title[1] if title else page)}</a>'
    return f'<tr><th scope="row">{link}</th>{counted}</tr>'


class Progress(SphinxDirective):
    """The table of all pages, and the place of its controls."""

    has_content = False

    def run(self) -> list[nodes.Node]:
        """The table, made anew at every build, since it tells of other pages."""
        self.env.note_reread()
        source = Path(self.env.srcdir)
        contents = yaml.safe_load((source / "_toc.yml").read_text())
        files = [contents["root"], *pages(contents)]
        rows = "".join(row(page, (source / f"{page}.md").read_text()) for page in files)
        table = (
            '<table class="table"><thead><tr><th scope="col">Page</th><th scope="col">Exercises</th>'
            f'<th scope="col">Predictions</th></tr></thead><tbody>{rows}</tbody></table>'
        )
        return [nodes.raw("", f'<div class="tsup-progress">{table}</div>', format="html")]


def _equip(app: Sphinx, pagename: str, templatename: str, context: dict, doctree: object) -> None:
    if re.search('class="tsup-(card|progress)"', context.get("body") or ""):
        app.add_js_file("tsup/progress.js", priority=900, loading_method="defer")


def setup(app: Sphinx) -> None:
    """Connect cards and table to the build."""
    app.add_directive("progress", Progress)
    app.connect("doctree-read", _add_cards)
    app.connect("html-page-context", _equip)
