"""Browser files that the site serves itself, so that no page asks another host for anything.

BokehJS comes from the installed package, so that it never drifts from the Python side; the widget manager and the fonts
come from node_modules. They stay out of `_static` in the sources, because Jupyter Book adds every script and
style sheet it finds there to every page.
"""

import json
import shutil
from pathlib import Path

import bokeh
from bokeh.util.paths import bokehjs_path
from sphinx.application import Sphinx

from tsup.plots.kit import theme

OWN = Path(__file__).parent / "static"
NODE = Path(__file__).parents[1] / "node_modules"
FOLDER = "tsup"
BOKEH = ("bokeh.min.js", "bokeh-widgets.min.js")
BOKEH_FOLDER = f"{FOLDER}/bokeh-{bokeh.__version__}"
FONTS = {
    "source-sans-3": ("latin-wght-normal", "latin-ext-wght-normal", "latin-wght-italic"),
    "source-serif-4": ("latin-wght-normal", "latin-ext-wght-normal", "latin-wght-italic"),
}


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True)
    else:
        shutil.copyfile(source, target)


def _copy_common(static: Path) -> None:
    """What every page uses."""
    for name in ("book.css", "book.js", "glossary.js", "predict.js"):
        _copy(OWN / name, static / FOLDER / name)
    for family, faces in FONTS.items():
        for face in faces:
            name = f"{family}-{face}.woff2"
            _copy(NODE / "@fontsource-variable" / family / "files" / name, static / FOLDER / "fonts" / name)


def _copy_bokeh(static: Path) -> None:
    for name in BOKEH:
        _copy(Path(bokehjs_path(), "js", name), static / BOKEH_FOLDER / name)
    _copy(OWN / "plots.js", static / FOLDER / "plots.js")


def _copy_widgets(static: Path) -> None:
    manager = NODE / "@jupyter-widgets" / "html-manager" / "dist"
    for source in (manager / "embed-amd.js", *manager.glob("*.woff2")):
        _copy(source, static / FOLDER / "html-manager" / source.name)
    _copy(NODE / "requirejs" / "require.js", static / FOLDER / "require.js")


def _prepare(app: Sphinx) -> None:
    if app.builder.format != "html":
        return
    static = Path(app.outdir, "_static")
    _copy_common(static)
    _copy_bokeh(static)
    app.add_css_file(f"{FOLDER}/book.css", priority=900)
    app.add_js_file(f"{FOLDER}/book.js", priority=900, loading_method="defer")


def _equip(app: Sphinx, pagename: str, templatename: str, context: dict, doctree: object) -> None:
    """Give BokehJS to the pages with plots, and the widget manager to those with widgets."""
    body = context.get("body") or ""
    if "data-plot-for=" in body:
        for name in BOKEH:
            app.add_js_file(f"{BOKEH_FOLDER}/{name}", priority=490, loading_method="defer")
        neutral = {"data-neutral": json.dumps(theme.NEUTRAL)}
        app.add_js_file(f"{FOLDER}/plots.js", priority=900, loading_method="defer", **neutral)
    if "application/vnd.jupyter.widget" in body:
        _copy_widgets(Path(app.outdir, "_static"))


def setup(app: Sphinx) -> None:
    """Connect the assets to the build."""
    app.connect("builder-inited", _prepare)
    app.connect("html-page-context", _equip)
