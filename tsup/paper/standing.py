"""How much of the paper the book has run: which rows have claims, which are told in prose, and which are missing."""

from collections.abc import Mapping

from tsup import gate
from tsup.paper.claim import Claim
from tsup.paper.claims import CLAIMS
from tsup.paper.paper_map import ROWS

MISSING = "Not yet in the book."


def executed() -> Mapping[str, tuple[Claim, ...]]:
    """The claims of every row of the paper that has any, in the paper's order."""
    found = {row.id: tuple(claim for claim in CLAIMS.values() if claim.row == row.id) for row in ROWS}
    return {row: claims for row, claims in found.items() if claims}


def in_prose() -> Mapping[str, str]:
    """The rows without a claim that nothing could be run for, and why."""
    return {row.id: row.prose for row in ROWS if row.prose and row.id not in executed()}


def missing() -> tuple[str, ...]:
    """The rows that are neither run nor told in prose."""
    told = {*executed(), *in_prose()}
    return tuple(row.id for row in ROWS if row.id not in told)


def summary() -> str:
    """How many rows of the paper are run, which are told in prose and which are missing, in one line."""
    prose, absent = ", ".join(in_prose()), ", ".join(missing())
    parts = [f"{len(executed())} with executed claims"]
    parts += [f"in prose: {prose}"] * bool(prose) + [f"missing: {absent or 'none'}"]
    return f"of {len(ROWS)} rows: {'; '.join(parts)}"


gate.close(globals())
