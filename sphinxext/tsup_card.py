"""The picture that other sites show of a link to the book: the opening figure, drawn when the book is built."""

from io import BytesIO
from pathlib import Path

import numpy as np
import tsup_assets
from fontTools.ttLib import TTFont
from PIL import Image, ImageDraw, ImageFont
from sphinx.application import Sphinx
from sphinx.config import Config

import tsup
from tsup import links
from tsup.paper.introduction import analysis
from tsup.plots.kit import palette

NAME = "tsup/card.png"
SIZE = 1200, 630  # pixels, as previews are cut
FINE = 3  # drawn so much larger, and reduced, for smooth edges
PAPER, INK, MUTED = "#fdfcf9", "#1e293b", "#566273"
TITLE = "Toy Models of\nSuperposition, live"
DENSITIES = (1.0, 0.4, 0.02)  # two features kept, then four, then five
LINE = "Every figure computed, every claim run"
SHOWS = (
    "Five features in two dimensions, from dense to sparse: the model keeps two, then four, then all five."
)


def face(size: int, weight: int) -> ImageFont.FreeTypeFont:
    """The typeface of headings, out of the file that the site serves."""
    opened, plain = TTFont(tsup_assets.font("source-sans-3-latin-wght-normal")), BytesIO()
    opened.flavor = None
    opened.save(plain)
    plain.seek(0)
    font = ImageFont.truetype(plain, size * FINE)
    font.set_variation_by_axes([weight])
    return font


def arrows(draw: ImageDraw.ImageDraw, W: np.ndarray, middle: tuple[int, int], reach: int) -> None:
    """The columns of W (2, feature) as spokes around a place, a feature's colour each."""
    x, y = (FINE * one for one in middle)
    for column, colour in zip(W.T, palette.FEATURES, strict=False):
        end = x + FINE * reach * column[0], y - FINE * reach * column[1]
        draw.line([(x, y), end], fill=colour, width=5 * FINE)
        draw.ellipse(
            [end[0] - 9 * FINE, end[1] - 9 * FINE, end[0] + 9 * FINE, end[1] + 9 * FINE], fill=colour
        )


def card() -> Image.Image:
    """The card: title, line, and the opening row at three of its densities, from dense to sparse."""
    opening = tsup.load("F01")
    places = [int(np.abs(opening.density.values - p).argmin()) for p in DENSITIES]
    models = analysis.followed(opening)[places]
    image = Image.new("RGB", (SIZE[0] * FINE, SIZE[1] * FINE), PAPER)
    draw = ImageDraw.Draw(image)
    draw.text((70 * FINE, 60 * FINE), TITLE, INK, face(74, 700), spacing=10 * FINE)
    draw.text((72 * FINE, 262 * FINE), LINE, MUTED, face(34, 400))
    for place, W in enumerate(models):
        arrows(draw, W, (210 + 390 * place, 475), 115)
    return image.resize(SIZE, Image.Resampling.LANCZOS)


def _write(app: Sphinx) -> None:
    if app.builder.format != "html":
        return
    target = Path(app.outdir, "_static", NAME)
    target.parent.mkdir(parents=True, exist_ok=True)
    card().save(target, optimize=True)


def _name(app: Sphinx, config: Config) -> None:
    config.ogp_image = f"{links.site()}_static/{NAME}"
    config.ogp_image_alt = SHOWS


def setup(app: Sphinx) -> None:
    """Draw the card, and have every page name it."""
    app.connect("config-inited", _name, priority=20)
    app.connect("builder-inited", _write)
