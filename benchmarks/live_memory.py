"""Whether memory grows while a built page trains and starts over, in Chromium: the first minute beside the last.

python benchmarks/live_memory.py [SECONDS]    how long it trains, 600 by default, with 50 resets on the way

Needs `make book`, and a Chromium on the PATH. Prints, and keeps the numbers in results/live-memory.json. The heap is
the page's own, after a collection; the resident memory is that of all processes of the browser that draw pages, with
workers and WebAssembly, and is read from /proc.
"""

import os
import sys
import time
from pathlib import Path
from statistics import median

import live_page
import records
from playwright.sync_api import CDPSession, Page

RESETS = 50
SPAN = 60

AGAIN = """async () => {
  const panel = await document.querySelector('.tsup-live').tsupLive
  panel.reset()
  panel.train()
}"""


def heap(page: Page) -> float:
    """Megabytes that the page holds after a collection."""
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    return round(session.send("Runtime.getHeapUsage")["usedSize"] / 1e6, 1)


def resident(browser: CDPSession) -> float:
    """Megabytes in memory of the processes that draw pages."""
    processes = browser.send("SystemInfo.getProcessInfo")["processInfo"]
    pages = [Path("/proc", str(int(one["id"])), "statm") for one in processes if one["type"] == "renderer"]
    counts = [int(place.read_text().split()[1]) for place in pages]
    return round(sum(counts) * os.sysconf("SC_PAGE_SIZE") / 1e6, 1)


def watch(page: Page, browser: CDPSession, seconds: float) -> dict:
    """Train, starting over now and then; medians over the first and the last minute of what is held."""
    samples, begin = [], time.monotonic()
    for _ in range(RESETS):
        page.evaluate(AGAIN)
        page.wait_for_timeout(1000 * seconds / RESETS)
        samples.append((time.monotonic() - begin, heap(page), resident(browser)))
    last = samples[-1][0]
    early = [one for one in samples if one[0] <= SPAN]
    late = [one for one in samples if one[0] >= last - SPAN]
    return {
        "heap_mb": [round(median(one[1] for one in part), 1) for part in (early, late)],
        "resident_mb": [round(median(one[2] for one in part), 1) for part in (early, late)],
        "watched_s": round(last),
        "resets": RESETS,
    }


def main(seconds: float) -> None:
    """Watch, print and keep."""
    load = records.load()
    with live_page.chromium() as browser:
        page = live_page.opened(browser.new_page(viewport={"width": 1280, "height": 900}), "index")
        found = watch(page, browser.new_browser_cdp_session(), seconds)
        version = browser.version
    print(found)
    records.keep("live-memory", found, version, load)


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 600)
