"""Put a picture of each figure into the built pages, to be seen until the figure comes alive (plots.js).

    python tools/take_pictures.py [SITE]

Each figure is drawn in Chromium and taken on a desk and on a phone, by day and by night. A picture is kept beside the
build under a digest of what it was drawn from, and taken again only when that changes.
"""

import hashlib
import io
import os
import re
import shutil
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parents[1]
SITE = ROOT / "_build" / "html"
KEPT = ROOT / "_build" / ".pictures"
FOLDER = "_static/tsup/pictures"
WIDTHS = {"desk": 1280, "phone": 390}
TALL = 3000  # a window that holds any figure whole: what is beyond the window would be taken without its scroll bar
NARROW = "(max-width: 720px)"  # where the picture taken on a phone is shown
SCHEMES = {"day": "light", "night": "dark"}
SHARPNESS = 2  # pixels of a picture to one of the page
FLAGS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
LOOK = ("plots.js", "book.css")
PLACE = re.compile(
    r'(<div class="tsup-plot" id="([^"]+)"[^>]*>(?:(?!<picture|</div>).)*)(?:<picture.*?</picture>)*'
    r'(</div>.*?<data hidden data-plot-for="\2" value="([^"?]+))',
    re.DOTALL,
)
UNFOLD = """() => {
  document.querySelectorAll(".tsup-skip").forEach((button) => button.click());
  document.querySelectorAll("details").forEach((details) => { details.open = true; });
  document.querySelectorAll(".toggle-hidden .toggle-button").forEach((button) => button.click());
}"""
WAKE = "async (ids) => { for (const id of ids) await tsupFigures.wake(id); }"
STILL = """async () => {
  const documents = [...document.querySelectorAll(".tsup-plot")].map((plot) => plot.bokehDocument).filter(Boolean);
  const frame = () => new Promise(requestAnimationFrame);
  for (let k = 0; k < 10 || !documents.every((one) => one.is_idle); k += 1) await frame();
}"""
PLACED = """async (id) => {
  document.documentElement.style.overflowY = "scroll";
  const plot = document.getElementById(id);
  plot.scrollIntoView({block: "center", behavior: "instant"});
  for (let k = 0; k < 3; k += 1) await new Promise(requestAnimationFrame);
  const {x, y, width, height} = plot.getBoundingClientRect();
  return {x, y, width, height};
}"""


@cache
def look(site: Path) -> bytes:
    """What all pictures depend on besides their figures."""
    files = [found for name in LOOK for found in sorted(site.glob(f"_static/**/{name}"))]
    return b"\0".join([Path(__file__).read_bytes(), *(file.read_bytes() for file in files)])


def key(site: Path, figure: Path) -> str:
    """A digest of what a figure's pictures depend on."""
    return hashlib.sha256(look(site) + figure.read_bytes()).hexdigest()[:20]


def figures(site: Path, page: Path) -> dict[str, str]:
    """The digest of each figure of a page, by its id."""
    found = PLACE.findall(page.read_text())
    return {name: key(site, (page.parent / script).resolve()) for _, name, _, script in found}


def files(digest: str) -> dict[tuple[str, str], str]:
    """The names of a figure's pictures, by width and time of day."""
    return {(width, hour): f"{digest}-{width}-{hour}.webp" for width in WIDTHS for hour in SCHEMES}


def pages(site: Path) -> Iterator[Path]:
    """The pages of a site that show figures."""
    found = (page for page in sorted(site.rglob("*.html")) if "slides" not in page.parts)
    return (page for page in found if "tsup-plot" in page.read_text())


def is_kept(digest: str, kept: Path) -> bool:
    """Whether all pictures of a figure are there."""
    return all((kept / name).exists() for name in files(digest).values())


def take(page: Page, name: str, target: Path) -> None:
    """One picture of one figure as it stands on an open page."""
    shot = page.screenshot(clip=page.evaluate(PLACED, name))
    Image.open(io.BytesIO(shot)).convert("RGB").save(target, lossless=True, quality=50, method=3)


def open_page(page: Page, address: str, names: list[str]) -> None:
    """Draw these figures of a page, and open whatever folds."""
    page.goto(address, wait_until="load")
    page.evaluate(UNFOLD)
    page.evaluate(WAKE, names)


def take_page(site: Path, path: Path, kept: Path) -> int:
    """Take the figures of a page that have no picture; how many there were."""
    new = {name: digest for name, digest in figures(site, path).items() if not is_kept(digest, kept)}
    if not new:
        return 0
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        for width, across in WIDTHS.items():
            size = {"width": across, "height": TALL}
            page = browser.new_page(viewport=size, device_scale_factor=SHARPNESS, color_scheme="light")
            open_page(page, path.resolve().as_uri(), list(new))
            for hour, scheme in SCHEMES.items():
                page.emulate_media(color_scheme=scheme)
                page.wait_for_function(f"document.documentElement.dataset.theme === '{scheme}'")
                page.evaluate(STILL)
                for name, digest in new.items():
                    take(page, name, kept / files(digest)[width, hour])
            page.close()
        browser.close()
    return len(new)


def markup(site: Path, page: Path, digest: str) -> str:
    """The pictures of a figure, of which the page shows one; the figure's place has its name already."""
    folder = Path(os.path.relpath(site / FOLDER, page.parent)).as_posix()

    def sized(width: str, hour: str) -> tuple[str, str]:
        name = files(digest)[width, hour]
        with Image.open(site / FOLDER / name) as image:
            across, down = (round(pixels / SHARPNESS) for pixels in image.size)
        return f"{folder}/{name}", f'width="{across}" height="{down}"'

    def picture(hour: str) -> str:
        (wide, wide_size), (narrow, narrow_size) = sized("desk", hour), sized("phone", hour)
        return (
            f'<picture class="tsup-picture tsup-{hour}"><source media="{NARROW}" srcset="{narrow}" {narrow_size}>'
            f'<img class="dark-light" src="{wide}" {wide_size} alt="" loading="lazy" decoding="async"></picture>'
        )

    return "".join(map(picture, SCHEMES))


def put(site: Path, page: Path, kept: Path) -> list[str]:
    """Write the pictures of a page's figures into it; the names of their files."""
    digests = figures(site, page)
    names = [name for digest in digests.values() for name in files(digest).values()]
    for name in names:
        shutil.copyfile(kept / name, site / FOLDER / name)
    text = PLACE.sub(
        lambda found: found[1] + markup(site, page, digests[found[2]]) + found[3], page.read_text()
    )
    page.write_text(text)
    return names


def main(site: Path = SITE, kept: Path = KEPT) -> int:
    """Take what is new, and put all pictures into the pages."""
    start = time.monotonic()
    for folder in (kept, site / FOLDER):
        folder.mkdir(parents=True, exist_ok=True)
    every = list(pages(site))
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        new = sum(pool.map(take_page, [site] * len(every), every, [kept] * len(every)))
    used = {name for page in every for name in put(site, page, kept)}
    for folder in (kept, site / FOLDER):
        for file in folder.glob("*.webp"):
            if file.name not in used:
                file.unlink()
    size = sum(file.stat().st_size for file in (site / FOLDER).iterdir()) / 1e6
    print(f"pictures: {time.monotonic() - start:.0f} s ({new} figures taken), {size:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:2])))
