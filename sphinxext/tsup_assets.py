"""Browser files that the site serves itself, so that no page asks another host for anything.

The widget manager and the fonts come from node_modules. They stay out of `_static` in the sources, because Jupyter Book
adds every script and style sheet it finds there to every page.
"""

import base64
import shutil
from pathlib import Path

from sphinx.application import Sphinx

OWN = Path(__file__).parent / "static"
NODE = Path(__file__).parents[1] / "node_modules"
FOLDER = "tsup"
FONTS = [
    f"{family}-{face}"
    for family in ("source-sans-3", "source-serif-4")
    for face in ("latin-wght-normal", "latin-ext-wght-normal", "latin-wght-italic")
]
# Part of the style sheet, so that no text moves when its font comes.
AT_ONCE = (
    "source-sans-3-latin-wght-normal",
    "source-serif-4-latin-wght-normal",
    "source-serif-4-latin-wght-italic",
)


def font(name: str) -> Path:
    """The file of a font."""
    return NODE / "@fontsource-variable" / name.split("-latin")[0] / "files" / f"{name}.woff2"


def with_fonts(style: str) -> str:
    """A style sheet that holds the fonts that it needs at once."""
    for name in AT_ONCE:
        data = base64.b64encode(font(name).read_bytes()).decode()
        style = style.replace(f"fonts/{name}.woff2", f"data:font/woff2;base64,{data}")
    return style


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True)
    else:
        shutil.copyfile(source, target)


def _copy_common(static: Path) -> None:
    """What every page uses."""
    for name in ("book.js", "glossary.js", "predict.js", "progress.js", "scorecard.js"):
        _copy(OWN / name, static / FOLDER / name)
    for name in set(FONTS) - set(AT_ONCE):
        _copy(font(name), static / FOLDER / "fonts" / f"{name}.woff2")
    static.joinpath(FOLDER, "book.css").write_text(with_fonts((OWN / "book.css").read_text()))


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
    app.add_css_file(f"{FOLDER}/book.css", priority=900)
    app.add_js_file(f"{FOLDER}/book.js", priority=900, loading_method="defer")


def _equip(app: Sphinx, pagename: str, templatename: str, context: dict, doctree: object) -> None:
    """Give every page the script that waits for fonts, and the widget manager to those with widgets."""
    app.add_js_file(None, body=(OWN / "fonts.js").read_text(), priority=100)
    body = context.get("body") or ""
    if "application/vnd.jupyter.widget" in body:
        _copy_widgets(Path(app.outdir, "_static"))


def setup(app: Sphinx) -> None:
    """Connect the assets to the build."""
    app.connect("builder-inited", _prepare)
    app.connect("html-page-context", _equip)
