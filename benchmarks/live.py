"""Steps a second of what trains in the page, in Chromium, beside the plain loop and the CPU backend, in the same run.

python benchmarks/live.py [ENGINE…]    of plain, cpu, typescript and wasm, all by default; plain is always timed

Needs node, a Chromium on the PATH and what `make test` installs; `make kernels` first for cpu. Prints ratios, and keeps
the numbers in results/live.json. The browser has as many workers as there are processors, and the plain loop the
better of one and two threads.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median

import records
from playwright.sync_api import Page, sync_playwright

from tsup.bench import timing
from tsup.bench.workloads import Goal, Workload
from tsup.config import equation

ROOT = Path(__file__).parents[1]
BUNDLE = ROOT / "tsup" / "widgets" / "static" / "live.js"
ENGINES = ("cpu", "typescript", "wasm")
REPEATS, SECONDS = 3, 2.0
SKIPPING = 10  # times as many steps with empty rows counted

LOADS = {
    "ten models 5→2": (Workload(10, 5, 2, 1.0, 0.01), Goal(4, 12)),
    "20→5": (Workload(1, 20, 5, 0.05, 0.05), Goal(6, 15)),
    "400→30": (Workload(1, 400, 30, 0.01, 0.01), Goal(2, 5)),
    "1,024 models 2→1": (Workload(1024, 2, 1, 1.0, 0.01), Goal(20, 40)),
}

TIMED = """async ([request, wasm, seconds]) => {
  let last
  const trainer = new TsupLive.Trainer(
    request, { frame: (frame) => { last = frame }, trouble: (message) => { throw Error(message) } }, { wasm })
  const frame = () => new Promise(requestAnimationFrame)
  trainer.run()
  for (const begin = performance.now(); !last || last.step < 1 || performance.now() - begin < 500; ) await frame()
  const [from, start] = [last.step, performance.now()]
  while (performance.now() - start < 1000 * seconds || last.step === from) await frame()
  const pace = (1000 * (last.step - from)) / (performance.now() - start)
  trainer.close()
  return pace
}"""


def request(workload: Workload) -> dict:
    """A workload as the engine is asked for it."""
    setup = workload.setup(1)
    features = {"n": workload.n, "density": setup.features.densities().tolist()}
    model = {"hidden": workload.hidden, **equation(setup.model)._asdict()}
    training = {"steps": 10**9, "batch": workload.batch, "schedule": "constant"}
    return {"features": features, "model": model, "training": training}


def pace(page: Page, engine: str, workload: Workload) -> float:
    """Steps a second of every model."""
    if engine == "cpu":
        return 1 / timing.backend("cpu", workload, "cpu")
    return page.evaluate(TIMED, [request(workload), engine == "wasm", SECONDS])


def compare(page: Page, engines: list[str], workload: Workload, goal: Goal) -> dict:
    """The median of steps a second, and of the ratios to the plain loop, over some repeats in turn."""
    rounds = []
    for _ in range(REPEATS):
        plain = 1 / timing.plain(workload)
        rounds.append({"plain": plain, **{engine: pace(page, engine, workload) for engine in engines}})
    found = {name: round(median(each[name] for each in rounds), 1) for name in rounds[0]}
    ratios = {name: round(median(each[name] / each["plain"] for each in rounds), 1) for name in engines}
    return {"about": workload.about, "steps_a_second": found, "ratio": ratios, **vars(goal)}


def skipping() -> dict[str, float]:
    """How many times as many steps counted empty rows give at n = 5, p = .01, by engine, in node."""
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder, "skipping.mjs")
        build = ["node", "live/build.mjs", "--script", "live/tests/skipping.ts", str(made)]
        subprocess.run(build, cwd=ROOT, check=True)
        found = [
            json.loads(subprocess.run(["node", made], capture_output=True, check=True).stdout)
            for _ in range(REPEATS)
        ]
    return {name: round(median(each[name] for each in found), 1) for name in found[0]}


def in_chromium(measure: Callable[[Page], dict]) -> tuple[dict, str]:
    """What is measured in a page with the bundle, and the browser's version."""
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--headless", "--no-sandbox"])
        page = browser.new_page()
        page.add_script_tag(path=BUNDLE)
        return measure(page), browser.version


def main(engines: list[str]) -> None:
    """Measure, print and keep."""

    def measure(page: Page) -> dict:
        found = {}
        for name, (workload, goal) in LOADS.items():
            found[name] = compare(page, engines, workload, goal)
            ratios = ", ".join(f"{engine} {ratio:g}×" for engine, ratio in found[name]["ratio"].items())
            print(f"{name}: {ratios} the plain loop; floor {goal.floor}×, aim {goal.aim}×", flush=True)
        return found

    found, version = in_chromium(measure)
    skipped = skipping()
    print(f"empty rows counted: {skipped} times as many steps; floor {SKIPPING}×")
    records.keep("live", {"workloads": found, "skipping": skipped}, version, records.load())


if __name__ == "__main__":
    main([engine for engine in ENGINES if engine in (sys.argv[1:] or ENGINES)])
