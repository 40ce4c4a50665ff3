"""`list` and `run`: the rows of the paper, and training them."""

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

from tsup import console, files, results
from tsup.errors import InputError
from tsup.paper.experiment import Experiment, Job
from tsup.paper.results import is_current, load
from tsup.paper.rows import REGISTRY, find, trained
from tsup.paper.schema import Variable


def _state(experiment: Experiment) -> str:
    if not experiment.plans:
        return "needs no file"
    if not (results.folder() / f"{experiment.id}.nc").exists():
        return "missing"
    try:
        return load(experiment.id).attrs["scale"]
    except InputError:
        return "stale"


def list_rows(args: argparse.Namespace) -> int:
    """Print every row, and the state of its result file; of rows that are named also what their files hold."""
    asked = [find(row) for row in args.rows] or list(REGISTRY.values())
    rows = [{"row": e.id, "title": e.title, "section": e.section, "result": _state(e)} for e in asked]
    if args.json:
        named = zip(rows, asked, strict=True)
        console.print_json([row | _variables(e) for row, e in named] if args.rows else rows)
        return 0
    console.print_table("Rows", ("Row", "Title", "Section", "Result"), [tuple(row.values()) for row in rows])
    for experiment in asked if args.rows else ():
        if experiment.schema:
            _print_variables(experiment)
    return 0


def _variables(experiment: Experiment) -> dict[str, Any]:
    return {"variables": [variable.to_dict() for variable in experiment.schema]}


def _range(one: Variable) -> str:
    return f"{one.range} {'' if one.unit == '1' else one.unit}".strip()


def _print_variables(experiment: Experiment) -> None:
    cells = [
        (one.name, ", ".join(one.axes), one.dtype, _range(one), one.meaning) for one in experiment.schema
    ]
    console.print_table(f"{experiment.id}.nc", ("Variable", "Axes", "Type", "Range", "What it is"), cells)


def _config(path: str) -> dict[str, dict[str, Any]]:
    try:
        if Path(path).exists() and not Path(path).is_file():
            raise InputError(f"config must be a regular file, got {path}, which is none")
        values = json.loads(Path(path).read_text(encoding="utf-8"))
    except InputError:
        raise
    except OSError as error:
        raise InputError(f"config must be a file that can be read, got {path} ({error.strerror})") from None
    except ValueError as error:
        raise InputError(f"config must be JSON, got {path} ({error})") from None
    except RecursionError:
        raise InputError(f"config must be JSON of a few levels, got {path}, nested too deep") from None
    if not isinstance(values, dict) or not all(isinstance(part, dict) for part in values.values()):
        raise InputError(f"config must be a JSON object of objects, got {json.dumps(values)} in {path}")
    return values


def _changes(args: argparse.Namespace) -> dict[str, dict[str, Any]]:
    """What the command line changes in every training of a row."""
    changes = _config(args.config) if args.config else {}
    if args.seed is not None:
        changes = {**changes, "training": {**changes.get("training", {}), "seed": args.seed}}
    return changes


def _out(args: argparse.Namespace, changes: dict[str, dict[str, Any]]) -> Path:
    """Only the registry's own paper-scale results go to the book unasked; a TSUP_RESULTS takes whatever is run."""
    if args.out is not None:
        return files.named(args.out)
    own = results.own_folder()
    if own and ("TSUP_RESULTS" in os.environ or (args.scale == "paper" and not changes)):
        return own
    return Path()


def _asked(args: argparse.Namespace, out: Path) -> list[Experiment]:
    """The experiments that were named and, with --stale, those whose file is missing or stale."""
    named = [find(row).id for row in args.rows]
    if not named and not args.stale:
        raise InputError(f"run needs rows, such as {', '.join(e.id for e in trained())}, or --stale")
    stale = [e.id for e in trained() if args.stale and not is_current(e.id, args.scale, out)]
    return [find(row) for row in dict.fromkeys((*named, *stale))]


def run(args: argparse.Namespace) -> int:
    """Train rows and write their files; everything is checked before the first training."""
    from tsup.backends import cost

    changes = _changes(args)
    out = _out(args, changes)
    files.check_folder(out)
    how = {"device": args.device, "progress": sys.stderr.isatty() and not args.json, "place": out}
    planned = [(one, Job(one.plan(args.scale).changed(changes), **how)) for one in _asked(args, out)]
    for experiment, _ in planned:
        files.check(out / f"{experiment.id}.nc")
    taken = [(experiment, job, _seconds(job)) for experiment, job in planned]
    done = []
    for experiment, job, seconds in taken:
        if seconds >= cost.LONG:
            print(f"{experiment.id}: {cost.in_words(seconds)}", file=sys.stderr, flush=True)
        dataset = experiment.made(job)
        path = results.write(dataset, out)
        keys = ("row", "scale", "hash", "backend", "device", "seconds")
        done.append({**{key: dataset.attrs[key] for key in keys}, "path": str(path)})
        if not args.json:
            print(f"{experiment.id}  {dataset.attrs['seconds']:.1f} s  {path}", flush=True)
    if args.json:
        console.print_json(done)
    elif not done:
        print(f"every result is current in {out}")
    return 0


def _seconds(job: Job) -> float:
    """About how long the trainings of a job take, by what the backends cost; those never measured count nothing.

    Raises InputError where the memory does not suffice for one of them.
    """
    from tsup.backends import cost
    from tsup.training import check_memory

    places = [(job.places[name], setup) for name, setup in job.plan.setups.items()]
    for place, setup in places:
        check_memory(setup, place)
    return sum(cost.seconds(at.backend, at.device, setup) or 0 for at, setup in places)
