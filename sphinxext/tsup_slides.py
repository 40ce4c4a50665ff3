"""Slides of each chapter, for a lecture hall without a network: headings, questions, figures, what they show.

A deck is made from the page as it was built, and so cannot say anything else; its figures are the page's own.
"""

import json
import re
import shutil
from collections.abc import Iterator
from html import escape
from pathlib import Path

import tsup_assets
import tsup_plots
import yaml
from bs4 import BeautifulSoup, Tag
from sphinx.application import Sphinx

from tsup.plots.kit import theme

OWN = Path(__file__).parent / "static"
REVEAL = tsup_assets.NODE / "reveal.js" / "dist"
FILES = ("reveal.js", "reveal.css", "plugin/notes.js")
FOLDER = "slides"
PART = "The paper"
PAGE = """<!DOCTYPE html>
<html lang="en" data-theme="light">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}: slides</title>
<link rel="stylesheet" href="../_static/tsup/reveal/reveal.css">
<link rel="stylesheet" href="../_static/tsup/book.css">
<link rel="stylesheet" href="../_static/tsup/math.css">
<link rel="stylesheet" href="../_static/tsup/slides.css">
<script defer src="../_static/tsup/reveal/reveal.js"></script>
<script defer src="../_static/tsup/reveal/plugin/notes.js"></script>
<script defer src="../_static/tsup/plots.js" data-neutral="{neutral}" data-bokeh="{bokeh}"></script>
<script defer src="../_static/tsup/slides.js"></script>
</head>
<body>
{glyphs}
<main class="bd-article" aria-label="Slides"><div class="reveal"><div class="slides">
{slides}
</div></div></main>
</body>
</html>
"""


def chapters(contents: dict) -> list[str]:
    """The chapters of which there are slides."""
    return [one["file"] for part in contents["parts"] if part["caption"] == PART for one in part["chapters"]]


def inner(tag: Tag) -> str:
    """A tag's content without links, which lead away from a lecture, and without ids but those of figures."""
    copy = BeautifulSoup(str(tag), "html.parser")
    for link in copy.select("a"):
        link.decompose() if "headerlink" in link.get("class", []) else link.unwrap()
    for extra in copy.select(".tsup-data, .section-number, .tsup-notice, noscript, button"):
        extra.decompose()
    for named in copy.select("[id]"):
        if "tsup-plot" not in named.get("class", []):
            del named["id"]
    return copy.decode_contents() if copy.find() is None else copy.find().decode_contents()


def slide(title: str, body: str, notes: str = "") -> str:
    """One slide: a heading, what is below it, and what only the speaker sees."""
    aside = f'<aside class="notes">{notes}</aside>' if notes else ""
    return f"<section><h2>{title}</h2>\n{body}\n{aside}</section>"


def question(box: Tag) -> str:
    """A prediction's question and choices, as a slide before the figure that answers it."""
    parts = "".join(str(part) for part in box.find_all(["p", "ul", "ol"], recursive=False))
    return slide("What do you expect?", inner(BeautifulSoup(f"<div>{parts}</div>", "html.parser")))


def of_section(section: Tag) -> Iterator[str]:
    """The slides of a section: each question, then each figure with the first bold sentence that follows it."""
    title = inner(section.find(["h2"]))
    text = [one for one in section.find_all("p", recursive=False) if one.get_text(strip=True)]
    notes = " ".join(inner(one) for one in text[:3])
    shown = False
    for part in section.select(".tsup-predict, figure.tsup-figure"):
        if "tsup-predict" in part["class"]:
            yield question(part)
        elif "tsup-live" not in part["class"]:
            bold = part.find_next("strong")
            while bold is not None and bold.find_parent(class_=["tsup-claims", "tsup-predict"]):
                bold = bold.find_next("strong")
            found = section in bold.parents if bold is not None else False
            says = f'<p class="tsup-says">{inner(bold)}</p>' if bold is not None and found else ""
            yield slide(title, f"{says}<figure class='tsup-figure'>{inner(part)}</figure>", notes)
            shown = True
    if not shown and text:
        yield slide(title, f"<p>{inner(text[0])}</p>", notes)


def deck(body: str) -> tuple[str, str]:
    """A page's title and slides."""
    page = BeautifulSoup(body, "html.parser")
    title = inner(page.find("h1"))
    slides = [f"<section><h1>{title}</h1><p>From <em>Toy Models of Superposition</em>, live</p></section>"]
    objectives = page.select_one(".tsup-objectives ul")
    if objectives is not None:
        slides.append(slide("By the end you can", f"<ul>{inner(objectives)}</ul>"))
    for section in page.find("h1").find_parent("section").find_all("section", recursive=False):
        heading = section.find("h2").get_text()
        if re.match(r"Summary", heading):
            slides.append(slide("Summary", f"<ul>{inner(section.find('ul'))}</ul>"))
        elif not re.match(r"Exercises|Try it", heading):
            slides.extend(of_section(section))
    return title, "\n".join(slides)


def _copy(app: Sphinx) -> None:
    if app.builder.format != "html":
        return
    target = Path(app.outdir, "_static", "tsup")
    for name in FILES:
        target.joinpath("reveal", name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(REVEAL / name, target / "reveal" / name)
    for name in ("slides.js", "slides.css"):
        shutil.copyfile(OWN / name, target / name)


def _write(app: Sphinx, pagename: str, templatename: str, context: dict, doctree: object) -> None:
    contents = yaml.safe_load(Path(app.srcdir, "_toc.yml").read_text())
    if app.builder.format != "html" or pagename not in chapters(contents):
        return
    body = context["body"]
    title, slides = deck(body)
    glyphs = re.search(r'<svg[^>]*class="tsup-glyphs".*?</svg>', body, re.DOTALL)
    target = Path(app.outdir, FOLDER, f"{Path(pagename).name}.html")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(
        PAGE.format(
            title=escape(BeautifulSoup(title, "html.parser").get_text()),
            neutral=escape(json.dumps(theme.NEUTRAL)),
            bokeh=escape(json.dumps([f"{tsup_plots.BOKEH_FOLDER}/{name}" for name in tsup_plots.BOKEH])),
            glyphs=glyphs[0] if glyphs else "",
            slides=slides,
        )
    )


def setup(app: Sphinx) -> None:
    """Make the slides when the pages are written."""
    app.connect("builder-inited", _copy)
    app.connect("html-page-context", _write, priority=990)
