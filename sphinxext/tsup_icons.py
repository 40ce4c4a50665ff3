"""The icons that the pages use, cut out of the theme's fonts of several thousand."""

import base64
import re
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

import pydata_sphinx_theme
from fontTools import subset
from fontTools.ttLib import TTFont
from sphinx.application import Sphinx

THEME = Path(pydata_sphinx_theme.__file__).parent / "theme" / "pydata_sphinx_theme" / "static"
FONTS = "vendor/fontawesome/webfonts"
FAMILIES = {
    "fa-solid-900": ("Font Awesome 6 Free", 900),
    "fa-regular-400": ("Font Awesome 6 Free", 400),
    "fa-brands-400": ("Font Awesome 6 Brands", 400),
}
STYLE = "tsup/icons.css"
NAME = re.compile(r"\bfa-[a-z0-9-]+")
RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")  # whole, for one that stops inside would start anew at each letter
CONTENT = re.compile(r'content:\s*"\\(f[0-9a-f]{3})"')


def codes(used: set[str], styles: Iterable[str]) -> set[int]:
    """The characters that draw the icons of these class names, and those that style sheets draw by themselves."""
    rules = [rule for style in styles for rule in RULE.findall(style)]
    named = [
        (set(NAME.findall(selector)), int(code, 16))
        for selector, body in rules
        for code in CONTENT.findall(body)
    ]
    return {code for names, code in named if not names or names & used}


def cut(font: Path, characters: set[int]) -> bytes:
    """A font with only these of its characters."""
    options, target = subset.Options(flavor="woff2", layout_features=[]), BytesIO()
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=characters)
    with TTFont(font, recalcTimestamp=False) as whole:
        cutter.subset(whole)
        subset.save_font(whole, target, options)
    return target.getvalue()


def style(name: str, font: bytes) -> str:
    """A rule that has the theme take this font in place of its own; it comes with the rule, so that nothing moves."""
    family, weight = FAMILIES[name]
    source = f"url(data:font/woff2;base64,{base64.b64encode(font).decode()})"
    return (
        f'@font-face {{ font-family: "{family}"; font-weight: {weight}; src: {source} format("woff2"); }}\n'
    )


def _cut_fonts(app: Sphinx, exception: Exception | None) -> None:
    if exception or app.builder.format != "html":
        return
    site = Path(app.outdir)
    written = [*site.rglob("*.html"), *site.glob("_static/*.js"), *site.glob("_static/scripts/*-theme.js")]
    used = {name for file in written for name in NAME.findall(file.read_text())}
    characters = codes(used, [file.read_text() for file in site.glob("_static/**/*.css")])
    fonts = {name: cut(THEME / FONTS / f"{name}.woff2", characters) for name in FAMILIES}
    site.joinpath("_static", STYLE).write_text("".join(style(name, font) for name, font in fonts.items()))


def _add_style(app: Sphinx) -> None:
    app.add_css_file(STYLE, priority=880)


def setup(app: Sphinx) -> None:
    """Cut the fonts when the pages are written."""
    app.connect("builder-inited", _add_style)
    app.connect("build-finished", _cut_fonts)
