"""`info` and `bench`: what this machine has, what would train on it, and how fast."""

import argparse
import os
import platform
import sys
from collections.abc import Callable
from typing import Any

from tsup import cache, console, files, results, threads
from tsup.config import Setup
from tsup.paper.rows import find

TIMED = {"F08": "paper", "F09": "paper"}  # rows whose trainings a whole record of timings holds


def _named_trainings() -> dict[str, Setup]:
    """Trainings of 10,000 steps that a reader may have in mind, and the short one of a lab."""
    from tsup.bench import WORKLOADS, Workload

    names = {
        "A": "the opening figure",
        "B": "the basic results, one start",
        "C": "large models",
        "E": "a strip of the phase diagram",
        "F": "absolute value",
    }
    lab = Workload(1, 5, 2, 0.1, 0.1).setup(500)
    named = {f"{about}: {WORKLOADS[key].about}": WORKLOADS[key].setup(10_000) for key, about in names.items()}
    return {"a lab: 1 model, n 5, m 2, 500 steps": lab, **named}


def info(args: argparse.Namespace) -> int:
    """Print what a report of a problem should say, and what "auto" would choose."""
    from tsup.backends import about, calibration, cost

    if args.calibrate:
        calibration.calibrate(lambda place: print(f"calibrating {place}", file=sys.stderr))
    trainings = _named_trainings()
    facts = {
        **results.versions(),
        "python": platform.python_version(),
        "platform": platform.platform(),
        "processor": f"{cost.processor()}, {threads.available()} of {os.cpu_count()} threads",
        "cuda": cost.gpu(),
        "calibration": about.calibrated(),
        "caches": str(cache.folder()),
        "results": str(results.folder()),
    }
    places, choices = about.places(next(iter(trainings.values()))), about.choices(trainings)
    if args.json:
        console.print_json({**facts, "backends": places, "auto": choices})
        return 0
    console.print_table("tsup", ("What", "Here"), list(facts.items()))
    cells = [(p["backend"], p["device"], p["missing"] or "yes", p["cost"]) for p in places]
    console.print_table("Backends", ("Backend", "Device", "Here", "Its cost"), cells)
    chosen = [(c["training"], c["chosen"], _costs(c), c["why"]) for c in choices]
    console.print_table("What auto chooses", ("Training", "Chosen", "About", "Why"), chosen)
    return 0


def _seconds(taken: float) -> str:
    return f"{taken:,.0f} s" if taken >= 10 else f"{taken:.2g} s"


def _costs(choice: dict[str, Any]) -> str:
    """The seconds that a training would take everywhere, the least first."""
    seconds = sorted(choice["seconds"].items(), key=lambda item: (item[1] is None, item[1]))
    return "\n".join(
        f"{place}: never measured" if taken is None else f"{place}: {_seconds(taken)}"
        for place, taken in seconds
    )


def bench(args: argparse.Namespace) -> int:
    """Time the backends against the plain loop, in one run."""
    from tsup.backends import BACKENDS
    from tsup.bench import report as reports
    from tsup.bench.tables import tables

    out = None if args.out is None else files.named(args.out)
    if out or args.record:
        files.check(out) if out else files.check_folder(reports.folder())
    kinds = BACKENDS if args.backend == "all" else (args.backend,)
    rows = {row: find(row).plan(scale).setups for row, scale in TIMED.items()}
    whole = rows if args.all or args.record else None
    found = reports.record(args.workloads, kinds, args.repeats, whole, _progress(args.json))
    if args.record:
        out = out or reports.folder() / reports.name_of(found)
    if out:
        reports.write(found, out)
    if args.json:
        console.print_json(found)
    else:
        for table in tables(found):
            console.print_table(*table)
    return 0


def _progress(quiet: bool) -> Callable[[str], None]:
    return lambda text: None if quiet else print(f"timing {text}", file=sys.stderr, flush=True)
