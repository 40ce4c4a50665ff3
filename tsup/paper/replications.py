"""Who replicated what of the paper, and what came out here for the same rows."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from tsup import gate
from tsup.paper import claims
from tsup.paper.findings import Findings, to_the_left
from tsup.paper.standing import MISSING, executed, in_prose
from tsup.paper.verdict import Verdict

HEADS = ("Who", "Rows", "What came out here")


@dataclass(frozen=True)
class Replication:
    """Someone who replicated rows of the paper, or added one."""

    who: str
    rows: tuple[str, ...]


REPLICATIONS = (
    Replication("Kshitij Sachan, Redwood Research", ("F08", "F09", "F12", "F13", "F14", "C1")),
    Replication("Tom McGrath", ("F08", "F09", "F12", "F13", "C2")),
    Replication("Jeffrey Wu and Dan Mossing", ("F08", "F15", "F22")),
    Replication("Spencer Becker-Kahn", ("F08", "F15", "F22", "F23")),
    Replication("Adam Jermyn, Evan Hubinger and Nicholas Schiefer", ("C4",)),
    Replication("Tom Henighan and Chris Olah", ("C5",)),
    Replication("Marius Hobbhahn", ("F08", "F09", "F26", "F27", "F28", "F29")),
    Replication("Lee Sharkey, Dan Braun and Beren Millidge", ("C6",)),
    Replication("Neel Nanda", ("C7",)),
    Replication("Fred Zhang", ("C8",)),
    Replication("A reader's replication", ("R1", "R2")),
    Replication("Two readers' notes", ("R3",)),
)


class Table(tuple[tuple[str, str, str], ...]):
    """Who, which rows, and what came out; prints as text, and as an HTML table in a notebook."""

    __slots__ = ()

    def __str__(self) -> str:
        return "\n".join(f"{who}: {rows}: {found}" for who, rows, found in self)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        heads = "".join(f'<th scope="col">{head}</th>' for head in HEADS)
        body = "".join(map(_html, self))
        return to_the_left(
            f'<table class="tsup-rows"><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>'
        )


def table() -> Table:
    """Check the claims of every row that someone replicated. Raises InputError as `claims.check` does."""
    rows = {row for one in REPLICATIONS for row in one.rows} & set(executed())
    found = claims.check(*sorted(rows))
    return Table((one.who, ", ".join(one.rows), _outcome(one.rows, found)) for one in REPLICATIONS)


def _outcome(rows: Sequence[str], found: Findings) -> str:
    """How many claims of the rows have which verdict; for rows without claims, why there are none."""
    count = Counter(finding.verdict for finding in found if finding.row in rows)
    verdicts = ", ".join(f"{count[verdict]} {verdict}" for verdict in Verdict if count[verdict])
    reasons = [in_prose().get(row, MISSING) for row in rows if row not in executed()]
    return "; ".join([verdicts] * bool(verdicts) + reasons)


def _html(cells: tuple[str, str, str]) -> str:
    who, *rest = map(escape, cells)
    told = "".join(f'<td data-head="{head}">{cell}</td>' for head, cell in zip(HEADS[1:], rest, strict=True))
    return f'<tr><th scope="row">{who}</th>{told}</tr>'


gate.close(globals())
