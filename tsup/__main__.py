"""The command line: `python -m tsup list | run | claims | audit | bench | info`.

Errors go to stderr in one line and exit with 2; a changed verdict exits with 1; Ctrl-C exits with 130.
"""

import argparse
import logging
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

from tsup import console
from tsup.commands import checks, machine, rows
from tsup.errors import InputError, TrainingError
from tsup.paper.experiment import SCALES


class Parser(argparse.ArgumentParser):
    """An argument parser whose complaints are one line."""

    def error(self, message: str) -> NoReturn:
        """Raise the complaint, for `main` to print."""
        raise InputError(message)


def _parser() -> Parser:
    parser = Parser(prog="tsup", description="Toy models of superposition: experiments and claims.")
    commands = parser.add_subparsers(required=True, metavar="list | run | claims | audit | bench | info")
    json_out = Parser(add_help=False)
    json_out.add_argument("--json", action="store_true", help="print JSON")

    def command(name: str, does: Any, about: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, parents=[json_out], help=about, description=about)
        made.set_defaults(does=does)
        return made

    shown = command("list", rows.list_rows, "the rows, and which have a result")
    shown.add_argument("rows", nargs="*", metavar="ID", help="rows, also with what their files hold")
    here = command("info", machine.info, "versions, devices, backends and what auto would choose")
    here.add_argument(
        "--calibrate", action="store_true", help="first measure what the backends cost here; seconds"
    )
    claims = command("claims", checks.check_claims, "test claims; exits 1 if a verdict changed")
    claims.add_argument("names", nargs="*", metavar="ID", help="rows (F08) or claims (F08.linear-count)")
    claims.add_argument(
        "--full", action="store_true", help="also tolerances, all numbers, thresholds and trainings"
    )
    sound = command(
        "audit", checks.audit_rows, "how sound the trained rows are; exits 1 if one loses to a model by hand"
    )
    sound.add_argument("rows", nargs="*", metavar="ID", help="rows; all by default")
    sound.add_argument(
        "--double", action="store_true", help="first train them with twice the steps and compare"
    )
    sound.add_argument(
        "--at", nargs="+", type=float, default=(), metavar="DENSITY", help="of --double: only these densities"
    )
    sound.add_argument(
        "--again",
        metavar="FOLDER",
        help="first compare the claims on results trained once more into a folder",
    )
    sound.add_argument("--device", default="auto", help="auto, cpu or cuda")
    times = command("bench", machine.bench, "time the backends against a plain loop")
    times.add_argument("workloads", nargs="*", metavar="WORKLOAD", help="A … F; all by default")
    times.add_argument("--backend", default="all", help="one backend instead of all")
    times.add_argument("--repeats", type=int, default=5, help="alternating repetitions")
    times.add_argument("--all", action="store_true", help="also the sweeps, and whole trainings in seconds")
    times.add_argument("--record", action="store_true", help="--all, kept in benchmarks/results for the book")
    times.add_argument("--out", metavar="FILE", help="also write the figures as JSON")
    runs = command("run", rows.run, "train rows and write one file for each")
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
