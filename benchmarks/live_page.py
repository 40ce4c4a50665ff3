"""How a built page feels while it trains, in Chromium: frames, the first step, the phase diagram and size.

python benchmarks/live_page.py    memory is watched by live_memory.py

Needs `make book`, and a Chromium on the PATH. Prints, and keeps the numbers in results/live-page.json.
"""

import gzip
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import records
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parents[1]
SITE = ROOT / "_build" / "html"
BUNDLE = ROOT / "tsup" / "widgets" / "static" / "live.js"
GOALS = {
    "frame_median_ms": 20,
    "frame_p95_ms": 40,
    "first_step_s": 0.3,
    "kilobytes": 25,
    "phases_readable_s": 10,
}
PLOT = "document.querySelector('.tsup-live .tsup-plot')"

FRAMES = """(seconds) => new Promise((done) => {
  const gaps = [], begin = performance.now()
  let last = begin
  const tick = (now) => {
    gaps.push(now - last)
    last = now
    if (now - begin < 1000 * seconds) return requestAnimationFrame(tick)
    gaps.splice(0, 2)
    gaps.sort((a, b) => a - b)
    done([gaps[gaps.length >> 1], gaps[Math.floor(0.95 * gaps.length)]])
  }
  requestAnimationFrame(tick)
})"""

# From the press to the first picture of a step.
FIRST = """async () => {
  const figure = document.querySelector('.tsup-live'), panel = await figure.tsupLive
  const source = figure.querySelector('.tsup-plot').bokehDocument.get_model_by_name('loss')
  panel.reset()
  await new Promise((done) => setTimeout(done, 500))
  const begin = performance.now()
  figure.querySelector('.main').click()
  while (!source.data.step.length) await new Promise(requestAnimationFrame)
  return (performance.now() - begin) / 1000
}"""

# By when so many points of the diagram have the kind that they have in the end, from a start that knows nothing.
READABLE = """async (share) => {
  const figure = document.querySelector('.tsup-live')
  const source = figure.querySelector('.tsup-plot').bokehDocument.get_model_by_name('phases-0')
  const panel = await figure.tsupLive
  panel.reset()
  await new Promise((done) => setTimeout(done, 1000))
  const seen = [], begin = performance.now()
  figure.querySelector('.main').click()
  while (figure.querySelector('.main').textContent !== 'Train on') {
    await new Promise((done) => setTimeout(done, 250))
    seen.push([(performance.now() - begin) / 1000, Array.from(source.data.image[0])])
  }
  const [whole, last] = seen.at(-1)
  const alike = (image) => image.filter((one, k) => Math.abs(one - last[k]) <= 13).length / last.length
  return {readable: seen.find(([, image]) => alike(image) >= share)[0], whole}
}"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser without a window."""
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=path, args=["--headless", "--no-sandbox"])


def opened(page: Page, name: str) -> Page:
    """A page of the site with its figure drawn."""
    page.goto((SITE / "book" / f"{name}.html").as_uri())
    page.evaluate("document.querySelector('.tsup-live').scrollIntoView()")
    page.wait_for_function(f"{PLOT}.dataset.state === 'drawn'")
    page.wait_for_selector(".tsup-live-panel .main")
    page.wait_for_timeout(1000)
    return page


def frames(page: Page) -> list[float]:
    """Median and 95th percentile of the time between frames while it trains, in milliseconds."""
    page.locator(".tsup-live .main").click()
    return [round(one, 1) for one in page.evaluate(FRAMES, 4)]


def measure(page: Page) -> dict:
    """All that is measured."""
    found: dict = {"kilobytes": round(len(gzip.compress(BUNDLE.read_bytes(), 9)) / 1024, 1)}
    opened(page, "index")
    found["first_step_s"] = round(page.evaluate(FIRST), 3)
    opened(page, "index")
    found["frame_median_ms"], found["frame_p95_ms"] = frames(page)
    opened(page, "phase-change")
    times = page.evaluate(READABLE, 0.9)
    found["phases_readable_s"], found["phases_whole_s"] = (round(times[name], 1) for name in times)
    return found


def main() -> None:
    """Measure, print and keep."""
    load = records.load()
    with chromium() as browser:
        found = measure(browser.new_page(viewport={"width": 1280, "height": 900}))
        version = browser.version
    for name, value in found.items():
        print(f"{name}: {value}{f'  goal {GOALS[name]}' if name in GOALS else ''}")
    records.keep("live-page", found, version, load)


if __name__ == "__main__":
    main()
