"""The command line: `python -m tsup list | run | claims | audit | bench | info`.

Errors go to stderr in one line and exit with 2; a changed verdict exits with 1; Ctrl-C exits with 130.
"""

import argparse
import json
import logging
import os
import platform
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from tsup import cache, console, files, results
from tsup.config import Setup
from tsup.errors import InputError, TrainingError
from tsup.paper.experiment import SCALES, Experiment, Plan
from tsup.paper.results import is_current
from tsup.paper.rows import REGISTRY, find, trained

TIMED = {"F08": "paper", "F09": "paper"}  # rows whose trainings a whole record of timings holds
STYLES = {"holds": "green", "holds differently": "yellow", "does not hold": "red"}


class Parser(argparse.ArgumentParser):
    """An argument parser whose complaints are one line."""

    def error(self, message: str) -> NoReturn:
        """Raise the complaint, for `main` to print."""
        raise InputError(message)


def _state(experiment: Experiment) -> str:
    if not experiment.plans:
        return "needs no file"
    if not (results.folder() / f"{experiment.id}.nc").exists():
        return "missing"
    return next((scale for scale in SCALES if is_current(experiment.id, scale)), "stale")


def list_rows(args: argparse.Namespace) -> int:
    """Print every row, and the state of its result file."""
    rows = [
        {"row": e.id, "title": e.title, "section": e.section, "result": _state(e)} for e in REGISTRY.values()
    ]
    if args.json:
        console.print_json(rows)
    else:
        console.print_table(
            "Rows", ("Row", "Title", "Section", "Result"), [tuple(row.values()) for row in rows]
        )
    return 0


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


def _path(out: str) -> Path:
    if not out:
        raise InputError("out must name a place to write, got ''")
    return Path(out)


def _out(args: argparse.Namespace, changes: dict[str, dict[str, Any]]) -> Path:
    """Only the registry's own paper-scale results go to the book unasked; a TSUP_RESULTS takes whatever is run."""
    if args.out is not None:
        return _path(args.out)
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
    changes = _changes(args)
    out = _out(args, changes)
    files.check_folder(out)
    asked = _asked(args, out)
    for experiment in asked:
        experiment.plan(args.scale).changed(changes)
    for experiment in asked:
        files.check(out / f"{experiment.id}.nc")
    taken = [(one, _minutes(one.plan(args.scale).changed(changes), args.device)) for one in asked]
    progress = sys.stderr.isatty() and not args.json
    done = []
    for experiment, minutes in taken:
        if minutes >= 1:
            print(f"{experiment.id}: about {minutes:,.0f} minutes of training", file=sys.stderr, flush=True)
        dataset = experiment.run(args.scale, changes, device=args.device, progress=progress, place=out)
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


def _minutes(plan: Plan, device: str) -> float:
    """About how long the trainings of a plan take, by what the backends cost; those never measured count nothing.

    Raises InputError where the memory does not suffice for one of them.
    """
    from tsup.backends import choose, cost
    from tsup.training import check_memory

    places = [(choose("auto", device, setup), setup) for setup in plan.setups.values()]
    for place, setup in places:
        check_memory(setup, place)
    return sum(cost.seconds(at.backend, at.device, setup) or 0 for at, setup in places) / 60


def check_claims(args: argparse.Namespace) -> int:
    """Test the claims; 1 if a verdict is no longer the one on record."""
    from tsup.paper import claims

    findings = claims.check(*args.names)
    if args.json:
        console.print_json([finding.to_dict() for finding in findings])
    else:
        rows = [
            (
                f.id,
                f.kind,
                f.statement,
                f.numbers,
                f"[{STYLES[f.verdict]}]{f.verdict_in_words}[/]" + " (changed)" * f.changed,
            )
            for f in findings
        ]
        console.print_table("Claims", ("Claim", "Kind", "Statement", "Measured", "Verdict"), rows)
        print(findings.tally())
    if findings.changed:
        print(f"tsup: verdicts changed: {', '.join(f.id for f in findings.changed)}", file=sys.stderr)
    return 1 if findings.changed else 0


def audit_rows(args: argparse.Namespace) -> int:
    """Tell how sound the trained rows are, with --double after training them for twice the steps; 1 if one loses."""
    from tsup.paper import doubling, soundness

    rows = [find(row) for row in args.rows] or list(trained())
    for experiment in rows if args.double else ():
        experiment.check_trained()
        found = doubling.compare(experiment.id, args.device, progress=sys.stderr.isatty() and not args.json)
        print(f"{experiment.id}: {'; '.join(doubling.moved(found)) or 'nothing moved'}", file=sys.stderr)
        doubling.write(found)
    table = soundness.table(*args.rows)
    if args.json:
        console.print_json(table)
    else:
        console.print_table("Audit", tuple(soundness.HEADS.values()), table.cells())
    losing = [line["row"] for line in table if line["losers"]]
    if losing:
        print(f"tsup: models made by hand are better in {', '.join(losing)}", file=sys.stderr)
    return 1 if losing else 0


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
        "processor": f"{cost.processor()}, {cost.threads()} of {os.cpu_count()} threads",
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

    out = None if args.out is None else _path(args.out)
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


def _parser() -> Parser:
    parser = Parser(prog="tsup", description="Toy models of superposition: experiments and claims.")
    commands = parser.add_subparsers(required=True, metavar="list | run | claims | audit | bench | info")
    json_out = Parser(add_help=False)
    json_out.add_argument("--json", action="store_true", help="print JSON")

    def command(name: str, does: Any, about: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, parents=[json_out], help=about, description=about)
        made.set_defaults(does=does)
        return made

    command("list", list_rows, "the rows, and which have a result")
    here = command("info", info, "versions, devices, backends and what auto would choose")
    here.add_argument(
        "--calibrate", action="store_true", help="first measure what the backends cost here; seconds"
    )
    claims = command("claims", check_claims, "test claims; exits 1 if a verdict changed")
    claims.add_argument("names", nargs="*", metavar="ID", help="rows (F08) or claims (F08.linear-count)")
    sound = command(
        "audit", audit_rows, "how sound the trained rows are; exits 1 if one loses to a model by hand"
    )
    sound.add_argument("rows", nargs="*", metavar="ID", help="rows; all that are trained by default")
    sound.add_argument(
        "--double", action="store_true", help="first train them with twice the steps and compare"
    )
    sound.add_argument("--device", default="auto", help="auto, cpu or cuda")
    times = command("bench", bench, "time the backends against a plain loop")
    times.add_argument("workloads", nargs="*", metavar="WORKLOAD", help="A … F; all by default")
    times.add_argument("--backend", default="all", help="one backend instead of all")
    times.add_argument("--repeats", type=int, default=5, help="alternating repetitions")
    times.add_argument("--all", action="store_true", help="also the sweeps, and whole trainings in seconds")
    times.add_argument("--record", action="store_true", help="--all, kept in benchmarks/results for the book")
    times.add_argument("--out", metavar="FILE", help="also write the figures as JSON")
    runs = command("run", run, "train rows and write one file for each")
    runs.add_argument("rows", nargs="*", metavar="ID", help="rows, such as F08")
    runs.add_argument("--stale", action="store_true", help="also rows whose file is missing or stale")
    runs.add_argument("--scale", choices=SCALES, default="paper")
    runs.add_argument("--device", default="auto", help="auto, cpu or cuda")
    runs.add_argument("--seed", type=int, help="another seed than the registry's")
    runs.add_argument("--config", metavar="FILE", help='JSON to change, such as {"training": {"steps": 100}}')
    runs.add_argument("--out", metavar="FOLDER", help="where to write, instead of the book's results")
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit status."""
    logging.getLogger("tsup").setLevel(logging.ERROR)
    logging.getLogger("tsup.cache").setLevel(logging.WARNING)
    try:
        console.prepare()
        args = _parser().parse_args(argv)
        status = args.does(args)
        console.finish()
        return status
    except (InputError, TrainingError) as error:
        console.complain(str(error))
    except OSError as error:
        console.give_up()
        console.complain(f"what is printed and written must find its place, got {error}")
    except MemoryError as error:
        console.complain(f"memory must suffice for what is asked, got {str(error) or 'none left'}")
    except KeyboardInterrupt:
        console.complain("interrupted; the row in training was not written")
        return 130
    return 2


if __name__ == "__main__":
    sys.exit(main())
