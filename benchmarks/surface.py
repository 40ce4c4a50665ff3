"""How long a browser's engine takes for the surface of the loss and its minima, which a page computes at every pick.

python benchmarks/surface.py        (needs node) prints milliseconds by density, and keeps them beside this file
"""

import json
import platform
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from tsup.backends.cost import processor
from tsup.plots import pair
from tsup.plots.loss_surface import LIMIT, SIZE

DENSITIES = (0.9, 0.5, 0.3, 0.2, 0.1, 0.05, 0.02)
REPEATS = 5


def milliseconds() -> list[float]:
    """The least of some repeats, by density."""
    call = f"true, {SIZE}, {LIMIT}"
    code = f"""{pair.SCRIPT}
    const once = (p) => {{
      const start = performance.now()
      minima(surface(p, 1, {call}), p, 1, {call})
      return performance.now() - start
    }}
    const quickest = (p) => Math.min(...Array.from({{length: {REPEATS}}}, () => once(p)))
    console.log(JSON.stringify({list(DENSITIES)}.map(quickest)))"""
    return json.loads(subprocess.run(["node", "-e", code], capture_output=True, check=True).stdout)


def main() -> None:
    """Measure, print and keep."""
    found = {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "platform": platform.platform(),
        "processor": processor(),
        "node": subprocess.run(
            ["node", "--version"], capture_output=True, text=True, check=True
        ).stdout.strip(),
        "milliseconds": {
            f"{p:g}": round(taken, 1) for p, taken in zip(DENSITIES, milliseconds(), strict=True)
        },
    }
    text = json.dumps(found, indent=2) + "\n"
    Path(__file__).with_suffix(".json").write_text(text)
    print(text, end="")


if __name__ == "__main__":
    main()
