"""Links from the scorecard to where a claim stands, and the script that filters it.

A link with `data-claim` leads, on the site, to the section that checks this claim, or the first claim of a row, and
for a row that is told in prose to the label `row-ID`. What stands on no page is no link.
"""

import re
from pathlib import Path

import yaml
from docutils import nodes
from sphinx.application import Sphinx

from tsup.paper.claims import CLAIMS

LINK = re.compile(r'<a data-claim="([^"]+)" href="[^"]*">(.*?)</a>')
CHECK = re.compile(r"claims\.check\((.*?)\)", re.DOTALL)
NAME = re.compile(r'"([^"]+)"')
FIRST = ("The paper", "Back matter", "The library")  # parts of the book, by where a claim is at home
SCORECARD = "book/scorecard"
Places = dict[str, tuple[str, str]]


def pages(contents: dict) -> list[str]:
    """The pages of the book, those first on which claims are at home."""
    parts = sorted(contents["parts"], key=lambda part: [*FIRST, part["caption"]].index(part["caption"]))
    return [chapter["file"] for part in parts for chapter in part["chapters"]]


def checked(doctree: nodes.document) -> dict[str, str]:
    """The section of a page that checks a claim first, by the claim."""
    found: dict[str, str] = {}
    for cell in doctree.findall(nodes.container):
        section = next(_sections(cell), None)
        if cell.get("nb_element") == "cell_code" and section is not None:
            for name in _claims(cell.astext()):
                found.setdefault(name, section["ids"][0])
    return found


def _claims(code: str) -> list[str]:
    named = [name for call in CHECK.findall(code) for name in NAME.findall(call)]
    return [id for id, claim in CLAIMS.items() if id in named or claim.row in named]


def _sections(node: nodes.Node):
    """The sections around a node, the innermost first."""
    while (node := node.parent) is not None:
        if isinstance(node, nodes.section):
            yield node


def places(app: Sphinx) -> Places:
    """Page and anchor of every claim, of every row by its first claim, and of every row that is told in prose."""
    contents = yaml.safe_load(Path(app.srcdir, "_toc.yml").read_text())
    found: Places = {}
    for page in pages(contents):
        for name, anchor in checked(app.env.get_doctree(page)).items():
            found.setdefault(name, (page, anchor))
    for id, claim in CLAIMS.items():
        if id in found:
            found.setdefault(claim.row, found[id])
    for label, (page, anchor) in app.env.get_domain("std").anonlabels.items():
        if label.startswith("row-"):
            found.setdefault(label.removeprefix("row-").upper(), (page, anchor))
    return found


def _lead(app: Sphinx, pagename: str, templatename: str, context: dict, doctree: object) -> None:
    body = context.get("body") or ""
    if app.builder.format != "html" or "data-claim=" not in body:
        return
    known = places(app)

    def led(link: re.Match) -> str:
        if link[1] not in known:
            return link[2]
        page, anchor = known[link[1]]
        return f'<a href="{app.builder.get_relative_uri(pagename, page)}#{anchor}">{link[2]}</a>'

    context["body"] = LINK.sub(led, body)
    app.add_js_file("tsup/scorecard.js", priority=900, loading_method="defer")


def _again(app: Sphinx, env) -> list[str]:
    """The scorecard is written in every build, since its links depend on all other pages."""
    return [SCORECARD] if SCORECARD in env.found_docs else []


def setup(app: Sphinx) -> None:
    """Connect the links to the build."""
    app.connect("env-updated", _again)
    app.connect("html-page-context", _lead)
