"""What the built pages weigh, when they show something, how long they block, and how far they shift.

python benchmarks/pages.py [SITE ...] [--pages PAGE ...] [--loads N] [--keep]

Chromium's processor is slowed four times, as a cheap phone's; each page is loaded, and scrolled through by a wheel, on
a desk and on a phone. A figure is there with its picture, or when it is drawn. Prints medians, and with --keep writes
those of the last site beside this file.
"""

import argparse
import functools
import gzip
import http.server
import json
import os
import platform
import shutil
import threading
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, Page, sync_playwright

from tsup.backends.cost import processor

ROOT = Path(__file__).parents[1]
SITE = ROOT / "_build" / "html"
PAGES = (
    "book/index.html",
    "book/demonstrating-superposition.html",
    "book/phase-change.html",
    "book/adversarial-robustness.html",
)
SLOWER = 4  # times
VIEWS = {"desktop": (1280, 900), "phone": (390, 844)}
NOTCH, PAUSE = 240, 100  # pixels a turn of the wheel; milliseconds from one to the next
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
WATCH = """
window.watched = {tasks: [], shift: 0};
new PerformanceObserver((list) => list.getEntries().forEach((e) => watched.tasks.push([e.startTime, e.duration])))
  .observe({type: "longtask", buffered: true});
new PerformanceObserver((list) => list.getEntries().forEach((e) => { watched.shift += e.hadRecentInput ? 0 : e.value }))
  .observe({type: "layout-shift", buffered: true});
const look = () => {
  const plots = [...document.querySelectorAll(".tsup-plot")];
  const isPictured = (plot) => [...plot.querySelectorAll("img")]
    .some((image) => image.complete && image.naturalWidth && image.checkVisibility());
  if (plots.some((plot) => plot.dataset.state === "drawn" || isPictured(plot))) watched.figure = performance.now();
  else requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""


PACKED = {".woff2", ".png", ".webp"}


@functools.cache
def packed(file: Path) -> bytes:
    """The file as it travels from a host that compresses text."""
    return file.read_bytes() if file.suffix in PACKED else gzip.compress(file.read_bytes(), mtime=0)


def serve(site: Path) -> tuple[http.server.ThreadingHTTPServer, dict[str, int]]:
    """The site over http, on a free port, and how many bytes it sent by address."""
    sent: dict[str, int] = {}

    class Zipped(http.server.SimpleHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *args):
            pass

        def do_GET(self):
            file = Path(self.translate_path(self.path))
            if not file.is_file():
                return self.send_error(404)
            body = packed(file)
            sent[self.path] = len(body)
            self.send_response(200)
            self.send_header("Content-Type", self.guess_type(str(file)))
            self.send_header("Content-Length", str(len(body)))
            if file.suffix not in PACKED:
                self.send_header("Content-Encoding", "gzip")
            self.end_headers()
            self.wfile.write(body)

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Zipped, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, sent


def scroll(page: Page) -> None:
    """Turn the wheel until the page ends."""
    page.mouse.move(page.viewport_size["width"] / 2, 400)
    previous = -1
    while (now := page.evaluate("scrollY")) != previous:
        previous = now
        for _ in range(4):
            page.mouse.wheel(0, NOTCH)
            page.wait_for_timeout(PAUSE)


def measure(browser: Browser, address: str, sent: dict[str, int], view: str) -> dict[str, float]:
    """One load of a page, as a reader comes to it for the first time."""
    across, down = VIEWS[view]
    context = browser.new_context(viewport={"width": across, "height": down})
    page = context.new_page()
    page.add_init_script(WATCH)
    devtools = context.new_cdp_session(page)
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    sent.clear()
    page.goto(address, wait_until="load")
    page.wait_for_timeout(3000)
    opened = page.evaluate("performance.now()")
    at_rest = sum(sent.values())
    scroll(page)
    page.wait_for_timeout(2000)
    watched = page.evaluate("watched")
    paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    context.close()
    later = [duration for start, duration in watched["tasks"] if start > opened]
    return {
        "kilobytes": sum(sent.values()) / 1e3,
        "kilobytes before scrolling": at_rest / 1e3,
        "first paint, ms": paint,
        "first figure, ms": watched.get("figure") or float("nan"),
        "longest task while scrolling, ms": max(later, default=0),
        "blocked in all, ms": sum(duration - 50 for _, duration in watched["tasks"]),
        "layout shift": watched["shift"],
    }


def medians(found: list[dict[str, float]]) -> dict[str, float]:
    """What some loads of a page have in common."""
    digits = {"layout shift": 3}
    return {name: round(median(one[name] for one in found), digits.get(name)) for name in found[0]}


def main() -> None:
    """Measure, print and keep."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sites", nargs="*", type=Path, default=[SITE])
    parser.add_argument("--pages", nargs="*", default=PAGES)
    parser.add_argument("--views", nargs="*", default=list(VIEWS))
    parser.add_argument("--loads", type=int, default=5)
    parser.add_argument("--keep", action="store_true")
    given = parser.parse_args()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        version = browser.version
        for site in given.sites:
            (server, sent), found = serve(site), {}
            for name in given.pages:
                for view in given.views:
                    address = f"http://127.0.0.1:{server.server_port}/{name}"
                    loads = [measure(browser, address, sent, view) for _ in range(given.loads)]
                    found[f"{name}, {view}"] = one = medians(loads)
                    print(site.name, name, view, one, f"load {os.getloadavg()[0]:.1f}", flush=True)
            server.shutdown()
        browser.close()
    if given.keep:
        keep(found, version, given.loads)


def keep(found: dict, version: str, loads: int) -> None:
    """Write what was found beside this file."""
    record = {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": "python benchmarks/pages.py --keep",
        "platform": platform.platform(),
        "processor": processor(),
        "cores": os.cpu_count(),
        "chromium": version,
        "processor slowed": SLOWER,
        "load average at the end": round(os.getloadavg()[0], 1),
        "loads": loads,
        "medians": found,
    }
    Path(__file__).with_suffix(".json").write_text(json.dumps(record, indent=2) + "\n")


if __name__ == "__main__":
    main()
