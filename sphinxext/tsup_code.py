"""Code on the pages: hidden until the reader asks for it, all at once, by a button that remembers.

A notebook keeps all of it. On a page the cells tagged `teach` stay open, and those of exercises and solutions; the
rest is hidden by the style sheet while `data-code` of the page is "hidden", which only a script sets. An exercise's
first cell waits for an answer that a page cannot take: it says where to give it, in place of a reply.
"""

from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx

from tsup import links

SCRIPT = (Path(__file__).parent / "static" / "code.js").read_text()
DOTS, UNANSWERED = "...", "✗ Not yet"
BUTTON = {"type": "javascript", "javascript": "", "text": "Show code", "label": "show-code"}


def _cells(doctree: nodes.document) -> list[nodes.container]:
    return [cell for cell in doctree.findall(nodes.container) if cell.get("nb_element") == "cell_code"]


def _drop_folds(app: Sphinx, doctree: nodes.document) -> None:
    """Leave folding of single cells to notebooks: the page has one button for all of them."""
    for cell in _cells(doctree):
        if cell.get("hide_mode") == "input":
            del cell["hide_mode"]


def _open(app: Sphinx, doctree: nodes.document) -> None:
    """Keep open what a reader is to work on."""
    for cell in _cells(doctree):
        if "exercises.check(" in cell.astext():
            cell["classes"].append("tsup-open")


def _ask(app: Sphinx, doctree: nodes.document) -> None:
    """Put, in place of the reply to an exercise without an answer, where to answer it."""
    for cell in _cells(doctree):
        code, *outputs = cell.children
        if DOTS in code.astext() and any(UNANSWERED in output.astext() for output in outputs):
            cell.children[-1].replace_self(_invitation(app.env.docname))


def _invitation(page: str) -> nodes.paragraph:
    said = nodes.paragraph("", "Try it: replace the dots and run this cell on ", classes=["tsup-try-where"])
    if not links.is_placeholder():
        said += nodes.reference("", "Binder", refuri=links.binder(page), internal=False)
        said += nodes.Text(", on ")
        said += nodes.reference("", "Colab", refuri=links.colab(page), internal=False)
        said += nodes.Text(", or on ")
    said += [nodes.Text("your machine after "), nodes.literal("", "make lab"), nodes.Text(".")]
    return said


def _offer_code(app: Sphinx, pagename: str, templatename: str, context: dict, doctree: object) -> None:
    """Give a page that has code the button, and hide the code before anything is drawn."""
    if "kernelspec" in app.env.metadata.get(pagename, {}):
        context["header_buttons"].insert(0, BUTTON)
        app.add_js_file(None, body=SCRIPT, priority=100)


def setup(app: Sphinx) -> None:
    """Connect what is done to code to the build."""
    app.connect("doctree-read", _drop_folds)
    app.connect("doctree-read", _open)
    app.connect("doctree-read", _ask)
    app.connect("html-page-context", _offer_code, priority=503)
