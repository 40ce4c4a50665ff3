"""What trains in a page, and the lessons that it trains: neither is asked for before a figure that trains nears.

Each lesson is a script beside the page, for a page on the disk may not fetch anything else.
"""

import hashlib
import json
import re
import shutil
from pathlib import Path

from sphinx.application import Sphinx
from tsup_plots import FOLDER

SCRIPT = Path(__file__).parent / "static" / "train.js"
BUNDLE = Path(__file__).parents[1] / "tsup" / "widgets" / "static" / "live.js"
LESSON = re.compile(r'<script type="application/json" data-live-for="([^"]+)">(.*?)</script>', re.DOTALL)


def as_script(name: str, lesson: str) -> str:
    """A script that leaves a lesson for the figure of this name."""
    return f"(window.tsupLessons ??= {{}})[{json.dumps(name)}] = {lesson};\n"


def _copy_scripts(app: Sphinx) -> None:
    if app.builder.format != "html":
        return
    target = Path(app.outdir, "_static", FOLDER)
    target.mkdir(parents=True, exist_ok=True)
    for script in (SCRIPT, BUNDLE):
        shutil.copyfile(script, target / script.name)


def _take_out(app: Sphinx, pagename: str, templatename: str, context: dict, doctree: object) -> None:
    """Move the page's lessons into scripts, and tell each figure where its own is."""
    if not LESSON.search(context.get("body") or ""):
        return
    folder = f"_static/{FOLDER}/lessons/{pagename.replace('/', '-')}"
    Path(app.outdir, folder).mkdir(parents=True, exist_ok=True)

    def place(found: re.Match) -> str:
        name, script = found[1], as_script(found[1], found[2])
        Path(app.outdir, folder, f"{name}.js").write_text(script, encoding="utf-8")
        version = hashlib.sha256(script.encode()).hexdigest()[:8]
        address = context["pathto"](f"{folder}/{name}.js", resource=True)
        return f'<data hidden data-live-for="{name}" value="{address}?v={version}"></data>'

    context["body"] = LESSON.sub(place, context["body"])
    bundle = hashlib.sha256(BUNDLE.read_bytes()).hexdigest()[:8]
    app.add_js_file(
        f"{FOLDER}/{SCRIPT.name}",
        priority=901,
        loading_method="defer",
        **{"data-live": f"{BUNDLE.name}?v={bundle}"},
    )


def setup(app: Sphinx) -> None:
    """Connect what trains in the page to the build."""
    app.connect("builder-inited", _copy_scripts)
    app.connect("html-page-context", _take_out)
