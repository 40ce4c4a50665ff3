"""Two directives with which a page lets its reader guess before it tells.

    :::{predict} opening-sparse        a question, and below it the choices as a list; without a list a number is asked
    How many does it keep?

    - 2
    - 5
    :::

    :::{reading} opening-sparse        what waits for the guess
    All five.
    :::

The right answer comes from `tsup.paper.predictions`, which reads it off a claim. Without JavaScript all is shown.
"""

from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

from tsup.paper import predictions


class Box(nodes.General, nodes.Element):
    """A `div` with the attributes of the node."""


class Predict(SphinxDirective):
    """A question with its choices, and the place of the right one; or one that asks for a number."""

    required_arguments = 1
    has_content = True
    option_spec: ClassVar = {"within": directives.unchanged}

    def run(self) -> list[nodes.Node]:
        """The question, in a box that knows its answer."""
        name = self.arguments[0]
        answer = predictions.answer(name)
        box = Box(**{"class": "tsup-predict", "data-name": name, "data-answer": answer})
        box["role"], box["aria-label"] = "group", "Predict"
        self.state.nested_parse(self.content, self.content_offset, box)
        if "within" in self.options:
            box["data-within"] = self.options["within"]
        elif answer not in (choices := [item.astext() for item in box.findall(nodes.list_item)]):
            raise self.error(f"prediction {name}: the run's answer is {answer!r}, the choices are {choices}")
        return [box]


class Reading(SphinxDirective):
    """What waits until the question of the same name was answered."""

    required_arguments = 1
    has_content = True

    def run(self) -> list[nodes.Node]:
        """The text, in a box that knows its question."""
        box = Box(**{"class": "tsup-reading", "data-of": self.arguments[0]})
        self.state.nested_parse(self.content, self.content_offset, box)
        return [box]


def visit_box(translator, node: Box) -> None:
    """Open the `div`, with the attributes that are set."""
    given = {
        key: node[key]
        for key in ("data-name", "data-answer", "data-within", "data-of", "role", "aria-label")
        if key in node
    }
    translator.body.append(translator.starttag(node, "div", CLASS=node["class"], **given))


def depart_box(translator, node: Box) -> None:
    """Close it."""
    translator.body.append("</div>\n")


def _check(app: Sphinx, doctree: nodes.document) -> None:
    """Refuse a page on which a reading waits for a question that is not asked, or a question has nothing to tell."""
    boxes = list(doctree.findall(Box))
    asked, told = ({box[key] for box in boxes if key in box} for key in ("data-name", "data-of"))
    if asked != told:
        raise ExtensionError(f"{app.env.docname}: only one of question and reading: {sorted(asked ^ told)}")


def _equip(app: Sphinx, pagename: str, templatename: str, context: dict, doctree: object) -> None:
    if "tsup-predict" in (context.get("body") or ""):
        app.add_js_file("tsup/predict.js", priority=900, loading_method="defer")


def setup(app: Sphinx) -> None:
    """Connect the directives to the build."""
    app.add_node(Box, html=(visit_box, depart_box))
    app.add_directive("predict", Predict)
    app.add_directive("reading", Reading)
    app.connect("doctree-read", _check)
    app.connect("html-page-context", _equip)
