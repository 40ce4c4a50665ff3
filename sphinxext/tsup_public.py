"""What a published site has around its pages: how to cite, where to comment, a page for the lost, a site map."""

import html
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from urllib.parse import quote
from xml.sax.saxutils import escape

import yaml
from docutils import nodes
from sphinx.application import Sphinx

from tsup import links

CITATION = yaml.safe_load((Path(__file__).parents[1] / "CITATION.cff").read_text())
LOST = "404"
COLOPHON = """
<div class="tsup-colophon">
<details><summary>Cite this page</summary><pre>{citation}</pre></details>
{comment}
</div>
"""
COMMENT = '<p><a href="{address}">Say what is wrong or unclear on this page</a></p>'
NO_COMMENT = "<p>Comments on this page open once the book is published.</p>"
LOST_TEXT = """
<section><h1>This page is not here</h1>
<p>It may have moved since the link to it was made.
The <a href="{home}">front page</a> leads to every chapter, and the <a href="{search}">search</a> finds words.</p>
</section>
"""


def citation(title: str, pagename: str) -> str:
    """A page's entry for BibTeX, from CITATION.cff; its address as long as there is one."""
    fields = {
        "title": f"{{{title}}}",
        "author": f"{{{CITATION['authors'][0]['name']}}}",
        "booktitle": f"{{{CITATION['title']}}}",
        "year": str(date.fromisoformat(str(CITATION["date-released"])).year),
        "note": f"Version {CITATION['version']}",
    }
    if not links.is_placeholder():
        fields["url"] = f"{links.site()}{pagename}.html"
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items()]
    return "@incollection{tsup-" + pagename.rpartition("/")[2] + ",\n" + ",\n".join(lines) + "\n}"


def comment(title: str, pagename: str) -> str:
    """Where a reader may say what is wrong with a page."""
    if links.is_placeholder():
        return NO_COMMENT
    about, page = quote(f"{title}: "), quote(f"Page: {links.site()}{pagename}.html\n\n")
    return COMMENT.format(address=f"{links.repository()}/issues/new?title={about}&amp;body={page}")


def sitemap(pages: Iterable[str]) -> str:
    """The addresses of pages, as search engines read them."""
    entries = "".join(f"<url><loc>{escape(links.site() + page)}.html</loc></url>\n" for page in sorted(pages))
    space = "http://www.sitemaps.org/schemas/sitemap/0.9"
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="{space}">\n{entries}</urlset>\n'


def _sign(
    app: Sphinx, pagename: str, templatename: str, context: dict, doctree: nodes.document | None
) -> None:
    if doctree is None:
        return
    title = nodes.Text(app.env.titles[pagename].astext()).astext()
    entry = html.escape(citation(title, pagename), quote=False)
    context["body"] += COLOPHON.format(citation=entry, comment=comment(title, pagename))


def _page_for_the_lost(app: Sphinx) -> Iterator[tuple[str, dict, str]]:
    """A page that a host shows at any depth: its addresses start from the site's, which the disk does not have."""
    body = LOST_TEXT.format(home="book/index.html", search="search.html")
    yield LOST, {"title": "Page not found", "body": body}, "page.html"


def _root_addresses(app: Sphinx, pagename: str, templatename: str, context: dict, doctree: object) -> None:
    if pagename == LOST and not links.is_placeholder():
        context["metatags"] = f'<base href="{links.site()}">' + context.get("metatags", "")


def _map_site(app: Sphinx, exception: Exception | None) -> None:
    if exception or app.builder.format != "html":
        return
    Path(app.outdir, "sitemap.xml").write_text(sitemap(app.env.found_docs))
    Path(app.outdir, "robots.txt").write_text(f"User-agent: *\nSitemap: {links.site()}sitemap.xml\n")


def setup(app: Sphinx) -> None:
    """Connect what stands around the pages to the build."""
    app.connect("html-page-context", _sign, priority=900)
    app.connect("html-collect-pages", _page_for_the_lost)
    app.connect("html-page-context", _root_addresses, priority=950)
    app.connect("build-finished", _map_site)
