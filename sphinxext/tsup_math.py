"""Formulas set when the book is built, so that no page has to: SVG for the eye, MathML for assistive technology.

The outlines of glyphs stand once in a page, before its body; formulas refer to them.
"""

import json
import re
import subprocess
from functools import cache
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.locale import _
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number
from sphinx.writers.html5 import HTML5Translator

SCRIPT = Path(__file__).with_name("math.cjs")
STYLE = "tsup/math.css"
NAME = "tsup"
GLYPH = re.compile(r'<path id="([^"]+)"[^>]*></path>')
REFERENCE = re.compile(r'xlink:href="#(MJX-[^"]+)"')

logger = logging.getLogger(__name__)


class Setter:
    """A running MathJax that sets formulas one by one and remembers them; `glyphs` are outlines by name."""

    def __init__(self, macros: dict[str, str]):
        command = ["node", str(SCRIPT), json.dumps(macros)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.style: str = self._answer()
        self.glyphs: dict[str, str] = {}
        self.set = cache(self._set)

    def _answer(self):
        assert self.process.stdout
        line = self.process.stdout.readline()
        if not line:
            self.close()
            raise RuntimeError(f"{SCRIPT.name} stopped: are the packages of package.json installed?")
        return json.loads(line)

    def _set(self, tex: str, display: bool) -> str:
        """The formula as HTML, which shows what is wrong where MathJax does not understand it."""
        assert self.process.stdin
        self.process.stdin.write(json.dumps({"tex": tex, "display": display}) + "\n")
        self.process.stdin.flush()
        answer = self._answer()
        self.glyphs |= {glyph[1]: glyph[0] for glyph in GLYPH.finditer(answer["glyphs"])}
        return answer["html"]

    def outlines(self, html: str) -> str:
        """The glyphs that formulas in `html` refer to, as an SVG that shows nothing; empty where there are none."""
        used = "".join(self.glyphs[name] for name in sorted(set(REFERENCE.findall(html))))
        return f'<svg class="tsup-glyphs" aria-hidden="true"><defs>{used}</defs></svg>' if used else ""

    def close(self) -> None:
        """Stop MathJax."""
        self.process.communicate()


def _set(translator: HTML5Translator, node: nodes.Element, tex: str, display: bool) -> None:
    html = translator.builder.app.tsup_math.set(tex, display)
    if complaint := re.search(r'data-mjx-error="([^"]*)"', html):
        logger.warning("formula not understood: %s: %s", complaint[1], tex, location=node)
    translator.body.append(html)


def _visit_math(translator: HTML5Translator, node: nodes.math) -> None:
    translator.body.append(translator.starttag(node, "span", "", CLASS="math notranslate nohighlight"))
    _set(translator, node, node.astext(), display=False)
    translator.body.append("</span>")
    raise nodes.SkipNode


def _visit_display(translator: HTML5Translator, node: nodes.math_block) -> None:
    translator.body.append(translator.starttag(node, "div", CLASS="math notranslate nohighlight"))
    if node["number"]:
        translator.body.append(f'<span class="eqno">({get_node_equation_number(translator, node)})')
        translator.add_permalink_ref(node, _("Link to this equation"))
        translator.body.append("</span>")
    tex, of_lines = node.astext(), r"\\" in node.astext() and not node["nowrap"]
    _set(translator, node, rf"\begin{{split}}{tex}\end{{split}}" if of_lines else tex, display=True)
    translator.body.append("</div>\n")
    raise nodes.SkipNode


def _start(app: Sphinx) -> None:
    if app.builder.format != "html":
        return
    app.tsup_math = Setter(app.config.mathjax3_config["tex"]["macros"])
    style = Path(app.outdir, "_static", STYLE)
    style.parent.mkdir(parents=True, exist_ok=True)
    style.write_text(app.tsup_math.style)
    app.add_css_file(STYLE, priority=890)


def _give_glyphs(app: Sphinx, pagename: str, templatename: str, context: dict, doctree: object) -> None:
    if body := context.get("body"):
        context["body"] = app.tsup_math.outlines(body) + body


def _stop(app: Sphinx, exception: Exception | None) -> None:
    if setter := getattr(app, "tsup_math", None):
        setter.close()


def setup(app: Sphinx) -> None:
    """Let the book's formulas be set by this module."""
    app.add_html_math_renderer(NAME, (_visit_math, None), (_visit_display, None))
    app.connect("config-inited", lambda app, config: config.__setitem__("html_math_renderer", NAME))
    app.connect("builder-inited", _start)
    app.connect("html-page-context", _give_glyphs, priority=600)
    app.connect("build-finished", _stop)
