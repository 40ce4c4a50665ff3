"""`claims` and `audit`: whether the verdicts on record stand, and how sound the trained rows are."""

import argparse
import sys
from pathlib import Path

from tsup import console
from tsup.paper.rows import find, trained

STYLES = {"holds": "green", "holds differently": "yellow", "does not hold": "red"}


def check_claims(args: argparse.Namespace) -> int:
    """Test the claims; 1 if a verdict is no longer the one on record."""
    from tsup.paper import claims, standing
    from tsup.paper.findings import line

    findings = claims.check(*args.names)
    if args.json:
        console.print_json([finding.to_dict() for finding in findings])
    elif args.full:
        print(findings.full())
        print(findings.tally())
    else:
        for finding in findings:
            console.print_line(f"{finding.verdict_in_words}:", STYLES[finding.verdict], line(finding))
        print(findings.tally())
    if not args.names and not args.json:
        print(standing.summary())
    if findings.changed:
        print(f"tsup: verdicts changed: {', '.join(f.id for f in findings.changed)}", file=sys.stderr)
    return 1 if findings.changed else 0


def audit_rows(args: argparse.Namespace) -> int:
    """Tell how sound rows are, with --double after training them for twice the steps; 1 if one loses."""
    from tsup.paper import doubling, rerun, soundness

    rows = [find(row) for row in args.rows] or list(trained())
    for experiment in rows if args.double else ():
        experiment.check_trained()
        shown = sys.stderr.isatty() and not args.json
        found = doubling.compare(experiment.id, args.at, args.device, progress=shown)
        print(f"{experiment.id}: {'; '.join(doubling.moved(found)) or 'nothing moved'}", file=sys.stderr)
        doubling.write(found)
    if args.again is not None:
        found = rerun.compare(Path(args.again))
        print(f"trained once more: {', '.join(rerun.turned(found)) or 'nothing'} turned", file=sys.stderr)
        rerun.write(rerun.merged(found))
    table = soundness.table(*args.rows)
    if args.json:
        console.print_json(table)
    else:
        console.print_table("Audit", tuple(soundness.HEADS.values()), table.cells())
    losing = [line["row"] for line in table if line["losers"]]
    if losing:
        print(f"tsup: models made by hand are better in {', '.join(losing)}", file=sys.stderr)
    return 1 if losing else 0
