"""The book's Sphinx extension: public addresses, offline assets, launch buttons and notebooks to download."""

import os
from pathlib import Path

import tsup_assets
import tsup_card
import tsup_code
import tsup_data
import tsup_glossary
import tsup_icons
import tsup_live
import tsup_math
import tsup_notebooks
import tsup_plots
import tsup_predict
import tsup_progress
import tsup_public
import tsup_reference
import tsup_said
import tsup_scorecard
import tsup_slides
import tsup_source
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config

from tsup import links

HOW_TO_RUN = "book/how-to-read"
TEMPLATES = Path(__file__).parent / "templates"
MARKER = "# NBVAL_CHECK_OUTPUT"


def _configure(app: Sphinx, config: Config) -> None:
    """Tell the kernels they run in the book, and derive every public address from the repository's."""
    os.environ["TSUP_BOOK"] = "1"
    config.html_baseurl = config.ogp_site_url = links.site()
    shown = not links.is_placeholder()
    config.html_theme_options |= {
        "repository_url": links.repository(),
        "repository_branch": links.SOURCE_BRANCH,
        "path_to_docs": "",
        "use_repository_button": shown,
        "use_edit_page_button": shown,
        "use_issues_button": shown,
    }


def _use_templates(app: Sphinx, config: Config) -> None:
    config.templates_path.append(str(TEMPLATES))


def _drop_thebe(app: Sphinx, config: Config) -> None:
    """Disconnect sphinx-thebe, which Jupyter Book always loads: it names another host on every page."""
    app.registry.css_files = [one for one in app.registry.css_files if one[0] != "sphinx-thebe.css"]
    for event, listeners in app.events.listeners.items():
        kept = [one for one in listeners if not one.handler.__module__.startswith("sphinx_thebe")]
        app.events.listeners[event] = kept


def _name_page(app: Sphinx, docname: str, source: list[str]) -> None:
    """Let the page that is executed next know its own name, for its launch links."""
    os.environ[links.PAGE_VARIABLE] = docname


def _hide_markers(app: Sphinx, doctree: nodes.document) -> None:
    """Leave nbval's marker, which is for the tests, out of the code that readers see."""
    for block in doctree.findall(nodes.literal_block):
        lines = block.astext().splitlines()
        if lines and lines[0].strip() == MARKER:
            block.children = [nodes.Text("\n".join(lines[1:]))]
            block.rawsource = block.astext()


def _mark_objectives(app: Sphinx, doctree: nodes.document) -> None:
    """Let a chapter's opening box be told apart from a tip."""
    for box in doctree.findall(nodes.Admonition):
        if box.astext().lower().startswith("by the end"):
            box["classes"] = [*box["classes"], "tsup-objectives"]


def _is_executed(app: Sphinx, pagename: str) -> bool:
    return "kernelspec" in app.env.metadata.get(pagename, {})


def _offer_notebook(app: Sphinx, pagename: str, templatename: str, context: dict, doctree: object) -> None:
    """Put the page's notebook beside its source, where the theme's download button looks for it."""
    if not _is_executed(app, pagename):
        return
    target = Path(app.outdir, "_sources", f"{pagename}.ipynb")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(tsup_notebooks.convert(Path(app.env.doc2path(pagename))))
    context["ipynb_source"] = f"{pagename}.ipynb"


def launches(pagename: str, how_to_run: str) -> list[dict]:
    """The buttons that open a page on Binder and on Colab; without a public repository they lead to how to run it."""
    hosts = {"Binder": (links.binder(pagename), "svg"), "Colab": (links.colab(pagename), "png")}
    public = not links.is_placeholder()
    return [
        {
            "type": "link",
            "text": name if public else f"{name}: once published",
            "tooltip": f"Run this page on {name}" if public else "This copy of the book is not published yet",
            "icon": f"_static/images/logo_{name.lower()}.{kind}",
            "url": url if public else how_to_run,
        }
        for name, (url, kind) in hosts.items()
    ]


def _offer_launch(app: Sphinx, pagename: str, templatename: str, context: dict, doctree: object) -> None:
    """Add Binder and Colab to the page's header."""
    if not _is_executed(app, pagename):
        return
    context["header_buttons"].append(
        {
            "type": "group",
            "tooltip": "Run this page",
            "icon": "fas fa-rocket",
            "buttons": launches(pagename, app.builder.get_relative_uri(pagename, HOW_TO_RUN) + "#run"),
            "label": "launch-buttons",
        }
    )


def setup(app: Sphinx) -> dict:
    """Register the extension."""
    app.connect("config-inited", _configure, priority=10)
    app.connect("config-inited", _use_templates)
    app.connect("config-inited", _drop_thebe, priority=20)
    app.connect("source-read", _name_page)
    app.connect("doctree-read", _hide_markers)
    app.connect("doctree-read", _mark_objectives)
    app.connect("html-page-context", _offer_notebook, priority=400)
    app.connect("html-page-context", _offer_launch, priority=502)
    tsup_assets.setup(app)
    tsup_plots.setup(app)
    tsup_data.setup(app)
    tsup_live.setup(app)
    tsup_predict.setup(app)
    tsup_progress.setup(app)
    tsup_glossary.setup(app)
    tsup_code.setup(app)
    tsup_icons.setup(app)
    tsup_math.setup(app)
    tsup_scorecard.setup(app)
    tsup_source.setup(app)
    tsup_said.setup(app)
    tsup_card.setup(app)
    tsup_public.setup(app)
    tsup_reference.setup(app)
    tsup_slides.setup(app)
    return {"parallel_read_safe": False, "parallel_write_safe": True}
