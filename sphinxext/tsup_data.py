"""A table of what each figure draws, which a reader opens, and can take away as a file.

A page holds a line for each figure; its script reads the numbers from the Bokeh document that is there anyway.
"""

import re
import shutil
from pathlib import Path

from sphinx.application import Sphinx

SCRIPT = Path(__file__).parent / "static" / "data.js"
FIGURE = re.compile(r'(<data hidden data-plot-for="([^"]+)".*?</figcaption>)', re.DOTALL)
LINE = '<details class="tsup-data" data-of="{name}"><summary>Data of this figure</summary></details>'


def offered(body: str) -> str:
    """A page whose figures each end with the line that opens their data."""
    return FIGURE.sub(lambda found: found[1] + LINE.format(name=found[2]), body)


def _copy_script(app: Sphinx) -> None:
    if app.builder.format == "html":
        target = Path(app.outdir, "_static", "tsup")
        target.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(SCRIPT, target / SCRIPT.name)


def _offer(app: Sphinx, pagename: str, templatename: str, context: dict, doctree: object) -> None:
    body = context.get("body") or ""
    if not FIGURE.search(body):
        return
    context["body"] = offered(body)
    app.add_js_file(f"tsup/{SCRIPT.name}", priority=900, loading_method="defer")


def setup(app: Sphinx) -> None:
    """Connect the tables to the build, after the figures are taken out of the page."""
    app.connect("builder-inited", _copy_script)
    app.connect("html-page-context", _offer, priority=600)
