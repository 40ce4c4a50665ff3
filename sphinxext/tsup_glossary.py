"""A preview of a technical word where it is linked: the page carries the glossary's definitions of its own words."""

import re

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx

GLOSSARY = "book/glossary"
LINK = re.compile(r'href="[^"]*#(term-[^"]+)"')


def definitions(app: Sphinx) -> dict[str, nodes.definition]:
    """The glossary's definitions, by the anchor of each of their words."""
    found: dict[str, nodes.definition] = {}
    for glossary in app.env.get_doctree(GLOSSARY).findall(addnodes.glossary):
        for item in glossary.findall(nodes.definition_list_item):
            anchors = [anchor for term in item.findall(nodes.term) for anchor in term["ids"]]
            found |= dict.fromkeys(anchors, next(item.findall(nodes.definition)))
    return found


def preview(app: Sphinx, definition: nodes.definition) -> str:
    """A definition as HTML without links, which lead from a page to nowhere in a preview."""
    inside = nodes.container("", *(child.deepcopy() for child in definition.children))
    for reference in [*inside.findall(addnodes.pending_xref)]:
        reference.replace_self(nodes.inline("", reference.astext()))
    for reference in [*inside.findall(nodes.reference)]:
        reference.replace_self(reference.children)
    return app.builder.render_partial(inside)["fragment"]


def _carry(app: Sphinx, pagename: str, templatename: str, context: dict, doctree: object) -> None:
    """Add to a page the definitions of the words that it links."""
    body = context.get("body") or ""
    linked = (
        sorted(set(LINK.findall(body)) & set(known := definitions(app)))
        if app.builder.format == "html"
        else []
    )
    if not linked or pagename == GLOSSARY:
        return
    parts = [f'<div data-term="{anchor}">{preview(app, known[anchor])}</div>' for anchor in linked]
    context["body"] = f'{body}<div class="tsup-definitions" hidden>{"".join(parts)}</div>'
    app.add_js_file("tsup/glossary.js", priority=900, loading_method="defer")


def setup(app: Sphinx) -> None:
    """Connect the previews to the build."""
    app.connect("html-page-context", _carry)
