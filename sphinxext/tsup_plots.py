"""What draws the figures of a page, and what is drawn: neither is asked for before a figure nears.

The JSON of each figure is a script beside the page, for a page on the disk may not fetch anything else. BokehJS comes
from the installed package, so that it never drifts from the Python side.
"""

import hashlib
import json
import re
import shutil
from pathlib import Path

import bokeh
from bokeh.util.paths import bokehjs_path
from sphinx.application import Sphinx

from tsup.plots.kit import theme

SCRIPT = Path(__file__).parent / "static" / "plots.js"
FOLDER = "tsup"
BOKEH = ("bokeh.min.js", "bokeh-widgets.min.js")
BOKEH_FOLDER = f"bokeh-{bokeh.__version__}"
# BokehJS reads its 570 modules at once, which takes a phone half a second. What stands in its script, and what is put
# there so that it reads them in turns of 30 ms, each after those that it needs, and promises `bokehInTurns`.
TURNS = (
    ("  const bokeh = factory();\n", "  root.bokehInTurns = factory().then((bokeh) => {\n"),
    ("  Bokeh[bokeh.version] = bokeh;\n})(this", "  Bokeh[bokeh.version] = bokeh;\n})})(this"),
    ("  return (function(modules, entry, ", "  return (async function(modules, entry, "),
    (
        "  const main = require(entry);\n",
        """  let began = performance.now();
  for (const id of @order) {
    require(id);
    if (performance.now() < began + 30) continue;
    await new Promise((done) => setTimeout(done));
    began = performance.now();
  }
  const main = require(entry);
""",
    ),
)
MODULE = re.compile(r"^/\* .+? \*/ function _\(", re.MULTILINE)
NEEDED = re.compile(r"\brequire\((\d+)\)")
SOURCE = re.compile(r'<script type="application/json" data-plot-for="([^"]+)">(.*?)</script>', re.DOTALL)


def as_script(name: str, item: str) -> str:
    """A script that leaves the JSON of a plot as text, which is cheaper to read than an object written out."""
    text = item.replace("\\", "\\\\").replace("'", "\\'")
    return f"(window.tsupPlots ??= {{}})[{json.dumps(name)}] = '{text}';\n"


def in_turns(script: str, readable: str) -> str:
    """BokehJS as a script that reads its modules in turns, or as it is where it is not built as expected.

    readable: the same script before it was shortened, whose modules have the same numbers.
    """
    if any(script.count(there) != 1 for there, _ in TURNS):
        return script
    for there, put in TURNS:
        script = script.replace(there, put)
    return script.replace("@order", json.dumps(order(readable), separators=(",", ":")))


def order(readable: str) -> list[int]:
    """The numbers of a script's modules, each after those that it needs; of a circle, the one that is entered first."""
    bodies = MODULE.split(readable)[1:]
    needs = [[int(number) for number in NEEDED.findall(body) if int(number) < len(bodies)] for body in bodies]
    entered: dict[int, int] = {}
    found: list[int] = []
    open_: list[int] = []

    def enter(module: int) -> int:
        """Enter what a module needs; the earliest module, still open, that it leads back to."""
        first = entered[module] = len(entered)
        open_.append(module)
        for needed in needs[module]:
            if needed not in entered:
                first = min(first, enter(needed))
            elif needed in open_:
                first = min(first, entered[needed])
        if first == entered[module]:
            found.append(module)
            del open_[open_.index(module) :]
        return first

    for module in range(len(bodies)):
        if module not in entered:
            enter(module)
    return found


def _copy_scripts(app: Sphinx) -> None:
    if app.builder.format != "html":
        return
    target = Path(app.outdir, "_static", FOLDER)
    target.joinpath(BOKEH_FOLDER).mkdir(parents=True, exist_ok=True)
    for name in BOKEH:
        script = Path(bokehjs_path(), "js", name)
        readable = script.with_name(name.replace(".min.", "."))
        text = in_turns(script.read_text(), readable.read_text())
        target.joinpath(BOKEH_FOLDER, name).write_text(text)
    shutil.copyfile(SCRIPT, target / SCRIPT.name)


def _take_out(app: Sphinx, pagename: str, templatename: str, context: dict, doctree: object) -> None:
    """Move what the page's figures draw into scripts, and tell each figure where its own is."""
    if not SOURCE.search(context.get("body") or ""):
        return
    folder = f"_static/{FOLDER}/plots/{pagename.replace('/', '-')}"
    Path(app.outdir, folder).mkdir(parents=True, exist_ok=True)

    def place(found: re.Match) -> str:
        name, script = found[1], as_script(found[1], found[2])
        Path(app.outdir, folder, f"{name}.js").write_text(script)
        version = hashlib.sha256(script.encode()).hexdigest()[:8]
        address = context["pathto"](f"{folder}/{name}.js", resource=True)
        return f'<data hidden data-plot-for="{name}" value="{address}?v={version}"></data>'

    context["body"] = SOURCE.sub(place, context["body"])
    settings = {"data-neutral": json.dumps(theme.NEUTRAL)}
    settings["data-bokeh"] = json.dumps([f"{BOKEH_FOLDER}/{name}" for name in BOKEH])
    app.add_js_file(f"{FOLDER}/{SCRIPT.name}", priority=900, loading_method="defer", **settings)


def setup(app: Sphinx) -> None:
    """Connect the figures to the build."""
    app.connect("builder-inited", _copy_scripts)
    app.connect("html-page-context", _take_out)
