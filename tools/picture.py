"""Draw the README's picture, book/_static/opening.svg, from the result of the opening figure (F01).

    .venv/bin/python tools/picture.py

The drawing is transparent and legible on white and on black. It carries the hash of the result it was drawn from.
"""

import sys
from pathlib import Path

import numpy as np
import xarray as xr

import tsup
from tsup.measure import represented
from tsup.paper.introduction import analysis
from tsup.plots.kit import palette

TARGET = Path(__file__).parents[1] / "book" / "_static" / "opening.svg"
DENSITIES = (1.0, 0.65, 0.4, 0.1, 0.02)
SIDE, REACH, INK = 180, 1.3, "#7f7f7f"


def panel(W: np.ndarray, density: float, left: float) -> str:
    """One model: a spoke and a dot for every feature, the unit circle, and the density below."""
    middle, unit = SIDE / 2, SIDE / 2 / REACH
    spokes = [
        f'<path d="M0 0L{x * unit:.1f} {-y * unit:.1f}" stroke="{color}" stroke-width="4" stroke-linecap="round"/>'
        f'<circle cx="{x * unit:.1f}" cy="{-y * unit:.1f}" r="{2 + 4 * min(np.hypot(x, y), 1):.1f}" fill="{color}"/>'
        for (x, y), color in zip(W.T, palette.features(np.arange(W.shape[1])), strict=True)
    ]
    circle = f'<circle r="{unit:.1f}" fill="none" stroke="{INK}" stroke-opacity=".45"/>'
    label = f'<text y="{middle + 22:.0f}" text-anchor="middle">density {density:g}</text>'
    return f'<g transform="translate({left + middle:.0f} {middle:.0f})">{circle}{"".join(spokes)}{label}</g>'


def draw(opening: xr.Dataset) -> str:
    """The picture: models from the densest features to the sparsest, left to right."""
    places = [int(np.abs(opening.density.values - p).argmin()) for p in DENSITIES]
    chosen = analysis.followed(opening)[places]
    kept = ", ".join(str(count) for count in represented(chosen).sum(-1))
    models = zip(chosen, opening.density.values[places], strict=True)
    panels = "\n".join(panel(W, float(p), k * SIDE) for k, (W, p) in enumerate(models))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {len(DENSITIES) * SIDE} {SIDE + 34}" role="img" '
        f'font-family="system-ui, sans-serif" font-size="17" fill="{INK}">\n'
        f"<title>Five features in two dimensions: {kept} of them are kept, from dense to sparse</title>\n"
        f"<desc>{analysis.about(opening)}. Result {opening.hash}.</desc>\n{panels}\n</svg>\n"
    )


def main() -> int:
    """Write the picture."""
    TARGET.write_text(draw(tsup.load("F01")))
    print(f"{TARGET.name}, {TARGET.stat().st_size / 1000:.0f} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
